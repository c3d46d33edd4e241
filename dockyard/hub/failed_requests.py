"""What the registries beside the engine were asked for in vain, from their logs."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from checker.facts.objects import Event
from checker.sources.registries import AGENT
from dockyard.engine.port_allocation import GUARDED
from dockyard.engine.registries import Registries
from dockyard.home import Home

_LINE = r'^time="(?P<time>[^"]+)" '
_LEARNERS = rf"(?!.*useragent={AGENT})"  # what the checker looks up is nobody's slip
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


def failed_requests(home: Home, since: int) -> Iterator[Event]:
    """Misses of the hub, refusals of the guarded registry and logins there, after a time."""
    beside = Registries(home)
    events = (*_misses(_text(beside.hub.errors)), *_refusals(_text(beside.guarded.errors)))
    return (event for event in events if event.time_nano > since)


def _text(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _misses(log: str) -> Iterator[Event]:
    for found in MISS.finditer(log):
        repository, tag = found["repository"], found["tag"]
        about = {"repository": repository, "tag": tag}
        yield Event(_nano(found["time"]), "hub", "miss", f"{repository}:{tag}", about)


def _refusals(log: str) -> Iterator[Event]:
    """Who was turned away and was not let in since, and who logged in.

    Docker knocks without a password first, always, and shows one when it is asked to. So a refusal
    counts only as long as no request has been granted after it.
    """
    refused: list[Event] = []
    for entry in ENTRY.finditer(log):
        time, repository = _nano(entry["time"]), entry["repository"] or ""
        if entry["what"] == "authorized request":
            refused.clear()
            if not repository and not entry["rest"]:  # nothing but a login ends at the gate
                yield _at_the_gate(time, "login", "")
        elif not any(
            e.attributes["repository"] == repository and time - e.time_nano < _ONE_ACTION for e in refused
        ):
            refused.append(_at_the_gate(time, "denied", repository))
    yield from refused


def _at_the_gate(time: int, action: str, repository: str) -> Event:
    registry = f"localhost:{GUARDED}"
    about = {"registry": registry, "repository": repository}
    return Event(time, "hub", action, f"{registry}/{repository}".rstrip("/"), about)


def _nano(written: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time with up to nine decimals, in UTC."""
    whole, _, fraction = written.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
