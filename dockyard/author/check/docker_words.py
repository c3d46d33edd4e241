"""Finds the images in the shell commands of a lesson.

This is not a shell. It knows the parts of Docker's command line that name images, and skips what is
uncertain: variables, placeholders in capitals, IDs.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from checker.course.lines import split_lines
from checker.facts.objects import full_name

ENDS = "();<>|&\n"
TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)|(?P<end>[();<>|&\n]+)|(?P<quoted>'[^']*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<escaped>\\.)|(?P<plain>[^ \t\r\n'"\\();<>|&]+)""",
    re.DOTALL,
)
PIECES = {"quoted": slice(1, -1), "escaped": slice(1, None), "plain": slice(None)}  # of a word
INNER = re.compile(r"\$\(([^()]*)\)")
AN_ID = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]{6,64}")

GROUPS = ("builder", "buildx", "container", "image")
SAME = {  # long forms of a command, and the short form
    "container ls": "ps",
    "container list": "ps",
    "image list": "images",
    "image ls": "images",
    "image remove": "rmi",
    "image rm": "rmi",
}
EVERY = {  # what these commands do with each image among their arguments
    "history": "used",
    "image inspect": "used",
    "images": "listed",
    "pull": "fetched",
    "push": "used",
    "rmi": "used",
    "save": "used",
}
IN_ORDER = {  # what these do with the first argument, and with the second
    "commit": ("", "made"),
    "create": ("fetched",),
    "import": ("", "made"),
    "run": ("fetched",),
    "tag": ("used", "made"),
}
GLOBAL = "--config --context --host --log-level -c -H -l"
VALUED = {  # options with a value; in `run` and `create` nearly all options have one: see FLAGS
    "commit": "--author --change --message -a -c -m",
    "history": "--format --platform",
    "image inspect": "--format --platform -f",
    "images": "--filter --format -f",
    "import": "--change --message --platform -c -m",
    "ps": "--filter --format --last -f -n",
    "save": "--output --platform -o",
}
RUN_FLAGS = (
    "--detach --help --init --interactive --no-healthcheck --oom-kill-disable --privileged --publish-all"
    " --quiet --read-only --rm --sig-proxy --tty --use-api-socket -P -d -i -q -t"
)
FLAGS = {"create": RUN_FLAGS, "run": RUN_FLAGS}


@dataclass(frozen=True)
class Mention:
    """An image in a command. `how`: `used` (it must be there), `fetched`, `made`, or `listed`."""

    line: int
    how: str
    image: str


def mentions(code: str, line: int = 1) -> Iterator[Mention]:
    """All images in shell code that begins at `line`."""
    for index, command in _commands(code):
        for how, name in _images(command):
            if how and full_name(name) and not AN_ID.fullmatch(name):
                yield Mention(line + index, how, name)


def _commands(code: str) -> Iterator[tuple[int, list[str]]]:
    """The simple commands of shell code, each with the index of its first line."""
    waiting, begun = "", 0
    for index, line in enumerate(split_lines(code)):
        if not waiting:
            begun = index
        waiting += f"{line}\n"
        if line.lstrip().startswith("#"):
            waiting = ""
        words = None if line.endswith("\\") else _words(waiting)
        if words is not None:  # otherwise it continues in the next line
            waiting = ""
            yield from ((begun, command) for command in _split(words))


def _words(code: str) -> list[str] | None:
    """The words and operators of shell code; None if a quotation is still open."""
    words: list[str] = []
    word, at = "", 0
    for token in TOKEN.finditer(code):
        if token.start() != at:
            return None
        at, kind = token.end(), str(token.lastgroup)
        if kind in PIECES:
            word += token[0][PIECES[kind]]
            continue
        words += [word] if word else []
        words += [token[0]] if kind == "end" else []
        word = ""
    return [*words, word] if at == len(code) else None


def _split(words: list[str]) -> Iterator[list[str]]:
    """The words of each simple command. A command inside a word is a separate one."""
    command: list[str] = []
    for word in [*words, "\n"]:
        if word and set(word) <= set(ENDS):
            if command:
                yield command
            command = []
        else:
            command.append(word)
            for inner in INNER.findall(word):
                yield from (found for _, found in _commands(inner))


def _images(command: list[str]) -> Iterator[tuple[str, str]]:
    """Every image in a command, and what the command does with it."""
    if "docker" not in command[:3]:
        return
    verb, given = _verb(command[command.index("docker") + 1 :])
    if verb in EVERY:
        yield from ((EVERY[verb], name) for name in _arguments(given, _valued(verb)))
    elif verb in IN_ORDER:
        yield from zip(IN_ORDER[verb], _arguments(given, _valued(verb)), strict=False)
    elif verb == "build":
        yield from (("made", name) for name in _values(given, "--tag", "-t"))
    elif verb == "ps":
        ancestors = (each for each in _values(given, "--filter", "-f") if each.startswith("ancestor="))
        yield from (("used", each.removeprefix("ancestor=")) for each in ancestors)


def _verb(words: list[str]) -> tuple[str, list[str]]:
    """The Docker command in its short form, and the words after it."""
    while words[:1] and words[0].startswith("-"):
        words = words[2:] if words[0] in GLOBAL.split() else words[1:]
    if words[:1] and words[0] in GROUPS:
        verb = " ".join(words[:2])
        short = SAME.get(verb) or (verb if verb in EVERY else words[1:2] and words[1])
        return short or "", words[2:]
    return words[0] if words else "", words[1:]


def _valued(verb: str) -> Callable[[str], bool]:
    """A function that tells whether an option of this command takes the next word as its value."""
    if verb in FLAGS:
        flags = FLAGS[verb].split()
        return lambda option: _last_is_valued(option, flags)
    return lambda option: option in VALUED.get(verb, "").split()


def _last_is_valued(option: str, flags: list[str]) -> bool:
    if option.startswith("--"):
        return option not in flags
    valued = [letter for letter in option[1:] if f"-{letter}" not in flags]
    return valued[:1] == [option[-1]]  # one further left has its value in the same word


def _arguments(words: list[str], takes_value: Callable[[str], bool]) -> Iterator[str]:
    """The words that are neither options nor their values."""
    skip = False
    for word in words:
        is_option = word.startswith("-") and word != "-"
        if not skip and not is_option:
            yield word
        skip = not skip and is_option and "=" not in word and takes_value(word)


def _values(words: list[str], *options: str) -> Iterator[str]:
    """The values of these options, written as `--name value` or `--name=value`."""
    for word, following in pairwise([*words, ""]):
        name, sign, value = word.partition("=")
        if name in options:
            yield value if sign else following
