"""Every command that the documents show is typed, in the order of its page, in a fresh home.

A command that cannot be typed in a test is listed with the reason; those in running text must exist.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import wrong_with
from documents import PAGES, ROOT, WrittenFile, actions, mentioned
from support import PATIENCE

from dockyard.author.new import new_lesson
from dockyard.home import Home
from dockyard.system import cache

# What is typed in place of the names in tables.
ARGUMENTS = {"LESSON": "images", "STEP": "count-the-layers", "TEXT": "three"}
NOT_PLAYED = {
    "make learn": "runs until Ctrl-C; tests/dockyard/session/test_learn.py plays `dockyard lab`",
    "make setup": "makes the virtual environment in which this test runs",
    "make test": "runs this test",
    ".venv/bin/pip install --editable '.[author]'": "changes the virtual environment in which this test runs",
    "dockyard lab": "runs until Ctrl-C; tests/dockyard/session/test_learn.py plays it",
    "dockyard hub fill --online": "needs the internet; tests/dockyard/hub/test_hub.py has a stand-in for it",
    "dockyard doctor --fix": "changes the machine; tests/dockyard/system has stand-ins for that",
    "dockyard author new": "needs a name; docs/authors.md shows it with one",
    "dockyard author prove": "proves the whole course; tests/lessons/test_proof.py does that",
}
MAY_SAY_NO = ("dockyard check", "dockyard answer", "dockyard doctor")  # with exit code 1
CLONED = ("Makefile", "checker", "docs", "dockyard", "lessons", "notebooks", "pyproject.toml")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the repository in which `make setup` has run."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in CLONED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def env(clone: Path, home: Home, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has just cloned the repository."""
    user = tmp_path / "user"
    course = user / "small-boats"  # docs/authors.md adds it
    course.mkdir(parents=True)
    new_lesson("launch", course)
    about = "id: small-boats\ntitle: Small boats\nlanguage: en\nlessons: [launch]\n"
    (course / "course.yaml").write_text(about)
    others = {name: value for name, value in os.environ.items() if not name.startswith("DOCK")}
    return others | {
        "DOCKYARD_CACHE": str(cache.place("x").parent),  # practice images are made once for a machine
        "DOCKYARD_HOME": str(home.path),
        "HOME": str(user),
        "PATH": f"{clone}/.venv/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(clone),  # or the interpreter would take the repository's own modules
        "SHELL": "/bin/true",  # `dockyard shell` opens it
    }


def typed(command: str) -> str:
    """A command with arguments in place of their names."""
    return re.sub(r"\b[A-Z]+\b", lambda word: ARGUMENTS.get(word[0], word[0]), command)


def played(page: Path) -> list[str | WrittenFile]:
    """What is done of what a page shows."""
    return [action for action in actions(page) if action not in NOT_PLAYED]


def script_of(page: Path, codes: Path) -> str:
    """Everything that is done, for one shell. After each command, a line is added to the file `codes`."""
    lines: list[str] = []
    for number, action in enumerate(played(page)):
        if isinstance(action, WrittenFile):
            lines.append(f"cat >{action.name} <<'END OF FILE'\n{action.content}END OF FILE")
        else:
            lines += [f"echo $ {shlex.quote(action)}", typed(action), f'echo "{number} $?" >>"{codes}"']
    return "\n".join(lines)


PLAYED = [page for page in PAGES if played(page)]
SHOWN = {
    page: {action for action in actions(page) if isinstance(action, str)} | mentioned(page) for page in PAGES
}
TARGETS = {command for commands in SHOWN.values() for command in commands if command.startswith("make ")}


@pytest.mark.timeout(3600)  # on a busy machine, a proof takes minutes
@pytest.mark.parametrize("page", PLAYED, ids=[page.name for page in PLAYED])
def test_page__shows_commands_that_work(page: Path, clone: Path, env: dict[str, str], tmp_path: Path) -> None:
    script, codes = tmp_path / "script", tmp_path / "codes"
    script.write_text(script_of(page, codes))
    shell = ["sh", str(script)]
    done = subprocess.run(
        shell,
        env=env,
        cwd=clone,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    found = dict(map(int, line.split()) for line in codes.read_text().splitlines())
    expected = {number: action for number, action in enumerate(played(page)) if isinstance(action, str)}
    assert found.keys() == expected.keys(), done.stdout
    failed = {
        command: found[number]
        for number, command in expected.items()
        if found[number] not in ((0, 1) if typed(command).startswith(MAY_SAY_NO) else (0,))
    }
    assert failed == {}, done.stdout


def test_not_played__is_shown() -> None:
    """Reasons are given for commands that the pages show, and for no others."""
    assert NOT_PLAYED.keys() <= {action for page in PAGES for action in actions(page)}


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_page__mentions_commands_that_exist(page: Path) -> None:
    mentions = {command for command in SHOWN[page] if command.startswith(("docker", "eval"))}
    assert [wrong for command in sorted(mentions) if (wrong := wrong_with(typed(command)))] == []


@pytest.mark.parametrize("command", sorted(TARGETS))
def test_make__knows_its_targets(command: str) -> None:
    """What make would do can be found out; it is not done."""
    listed = subprocess.check_output(["make", "help"], cwd=ROOT, text=True, timeout=PATIENCE)
    assert command.removeprefix("make ") in [line.split()[0] for line in listed.splitlines()]
    subprocess.check_output([*command.split(), "--dry-run"], cwd=ROOT, text=True, timeout=PATIENCE)
