"""The registries' logs: read on from where they were, also when they are emptied meanwhile."""

from pathlib import Path

import pytest

from dockyard.engine.base import GUARDED, HUB
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.hub.failed_requests import FailedRequests


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    engine_of(home).prepare()
    return home


def miss(second: int, name: str = "library/bxo") -> str:
    return (
        f'time="2026-01-01T00:00:{second:02}.5Z" level=error msg="response" '
        f'err.code="manifest unknown" vars.name={name} vars.reference=latest\n'
    )


def entry(second: int, message: str, uri: str) -> str:
    return f'time="2026-01-01T00:00:{second:02}Z" level=info msg="{message}" http.request.uri={uri}\n'


def write(home: Home, text: str, *, guarded: bool = False) -> None:
    """As the registry does: at the end of its log."""
    with log_of(home, guarded=guarded).open("a") as file:
        file.write(text)


def log_of(home: Home, *, guarded: bool = False) -> Path:
    return engine_of(home).registry_logs()[GUARDED if guarded else HUB]


def found(requests: FailedRequests, since: int = 0) -> list[str]:
    return [f"{event.action} {event.id}" for event in requests(since)]


def test_no_logs_yet(home: Home) -> None:
    requests = FailedRequests(home)
    assert found(requests) == []
    write(home, miss(1))
    assert found(requests) == ["miss library/bxo:latest"]


def test_a_line_that_is_not_whole_yet__is_read_when_it_is(home: Home) -> None:
    requests = FailedRequests(home)
    write(home, miss(1, "one") + miss(2, "two")[:60])
    assert found(requests) == ["miss one:latest"]
    write(home, miss(2, "two")[60:])
    assert found(requests) == ["miss one:latest", "miss two:latest"]


def test_what_was_found__stays_for_those_who_ask_again(home: Home) -> None:
    requests = FailedRequests(home)
    write(home, miss(1, "one"))
    (first,) = requests(0)
    write(home, miss(2, "two"))
    assert found(requests, first.time_nano) == ["miss two:latest"] == found(requests, first.time_nano)
    assert found(requests) == ["miss one:latest", "miss two:latest"]


@pytest.mark.parametrize("more", [1, 3, 40], ids=["shorter", "as long", "longer"])
def test_a_log_that_is_emptied__is_read_from_its_beginning(home: Home, more: int) -> None:
    requests = FailedRequests(home)
    write(home, "".join(miss(second, f"old-{second}") for second in range(3)))
    assert len(found(requests)) == 3
    with log_of(home).open("r+") as log:
        log.truncate(0)
    write(home, "".join(miss(10 + number, f"new-{number}") for number in range(more)))
    names = [f"miss old-{second}:latest" for second in range(3)]
    assert found(requests) == names + [f"miss new-{number}:latest" for number in range(more)]


def test_a_refusal__counts_until_a_request_is_granted(home: Home) -> None:
    requests = FailedRequests(home)
    write(home, entry(1, "error authorizing context", "/v2/ada/box/blobs/uploads/"), guarded=True)
    assert found(requests) == ["denied localhost:5001/ada/box"]
    write(home, entry(5, "authorized request", "/v2/"), guarded=True)
    assert found(requests) == ["login localhost:5001"]
    write(home, entry(9, "error authorizing context", "/v2/ada/box/manifests/1"), guarded=True)
    assert found(requests) == ["login localhost:5001", "denied localhost:5001/ada/box"]
