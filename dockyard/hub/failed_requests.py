"""What the registries beside the engine were asked for and did not give, from their logs."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from checker.facts.objects import Event
from checker.sources.registries import AGENT
from dockyard.engine.base import GUARDED, HUB
from dockyard.engine.kinds import engine_of
from dockyard.home import Home

_LINE = r'^time="(?P<time>[^"]+)" '
_LEARNERS = rf"(?!.*useragent={AGENT})"  # the checker's own requests are not the learner's mistakes
MISS = re.compile(
    rf'{_LINE}{_LEARNERS}.*err\.code="manifest unknown".* '
    r"vars\.name=(?P<repository>\S+) vars\.reference=(?P<tag>\S+)",
    re.MULTILINE,
)
ENTRY = re.compile(
    rf'{_LINE}{_LEARNERS}.*msg="(?P<what>error authorizing context|authorized request).*'
    r" http\.request\.uri=/v2/(?:(?P<repository>\S+)/(?:blobs|manifests|tags)/)?(?P<rest>\S*)",
    re.MULTILINE,
)
_ONE_ACTION = 2 * 10**9  # nanoseconds within which refusals are those of one command
_TAIL = 200  # bytes before the place in a log that show whether it is still the same log


class FailedRequests:
    """Misses of the hub, refusals of the guarded registry, and logins there.

    Each call reads on in the logs from where the last one ended.
    """

    def __init__(self, home: Home) -> None:
        logs = engine_of(home).registry_logs()
        self._hub, self._guarded = _Log(logs[HUB]), _Log(logs[GUARDED])
        self._events: list[Event] = []
        self._refused: list[Event] = []

    def __call__(self, since: int) -> Iterator[Event]:
        """The events after a time (nanoseconds), those of earlier calls included."""
        self._events += _misses(self._hub.new_lines())
        self._read_guarded(self._guarded.new_lines())
        return (event for event in (*self._events, *self._refused) if event.time_nano > since)

    def _read_guarded(self, lines: str) -> None:
        """Note who was turned away and was not let in since, and who logged in.

        Docker always asks without a password first, and shows one when it is told to. So a refusal
        counts only as long as no request has been granted after it.
        """
        for entry in ENTRY.finditer(lines):
            time, repository = _nano(entry["time"]), entry["repository"] or ""
            if entry["what"] == "authorized request":
                self._refused.clear()
                if not repository and not entry["rest"]:  # only a login asks for nothing else
                    self._events.append(_at_the_gate(time, "login", ""))
            elif not any(
                each.attributes["repository"] == repository and time - each.time_nano < _ONE_ACTION
                for each in self._refused
            ):
                self._refused.append(_at_the_gate(time, "denied", repository))


class _Log:
    """A log that grows, and may be emptied and grow again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._tail = b""

    def new_lines(self) -> str:
        """The whole lines since the last call; all of them when the log has been emptied meanwhile."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset - len(self._tail))
                if file.read(len(self._tail)) != self._tail:
                    file.seek(0)
                    self._offset, self._tail = 0, b""
                whole, newline, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return ""
        new = whole + newline
        self._offset += len(new)
        self._tail = (self._tail + new)[-_TAIL:]
        return new.decode(errors="replace")


def _misses(lines: str) -> Iterator[Event]:
    for found in MISS.finditer(lines):
        repository, tag = found["repository"], found["tag"]
        about = {"repository": repository, "tag": tag}
        yield Event(_nano(found["time"]), "hub", "miss", f"{repository}:{tag}", about)


def _at_the_gate(time: int, action: str, repository: str) -> Event:
    about = {"registry": GUARDED, "repository": repository}
    return Event(time, "hub", action, f"{GUARDED}/{repository}".rstrip("/"), about)


def _nano(written: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time with up to nine decimals, in UTC."""
    whole, _, fraction = written.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
