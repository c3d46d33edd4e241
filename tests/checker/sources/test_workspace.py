"""The learner's folder: whatever lies there, nothing hangs, crashes or reads as absent that is not."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import pytest
from world import condition

from checker.errors import FilesUnreadable
from checker.facts.objects import File
from checker.sources.workspace import COUNT_LIMIT, DEPTH_LIMIT, SIZE_LIMIT, Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "learner"
    made.mkdir()
    return made


def a_file_outside(folder: Path) -> Path:
    outside = folder.parent / "outside.txt"
    outside.write_text("secret")
    return outside


def a_pipe(place: Path) -> None:
    os.mkfifo(place)


def a_socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))


def a_folder(place: Path) -> None:
    place.mkdir()


def a_link_outside(place: Path) -> None:
    place.symlink_to(a_file_outside(place.parent))


def a_link_to_a_device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def a_link_to_a_pipe(place: Path) -> None:
    os.mkfifo(place.parent / "pipe")
    place.symlink_to("pipe")


def a_link_to_nowhere(place: Path) -> None:
    place.symlink_to("nowhere")


def a_ring_of_links(place: Path) -> None:
    (place.parent / "other").symlink_to(place.name)
    place.symlink_to("other")


# Reading one


def test_file__is_read(folder: Path) -> None:
    (folder / "web").mkdir()
    (folder / "web/index.html").write_text("Ahoy, żółw\n")
    assert Workspace(folder).file("web/index.html") == File("web/index.html", "Ahoy, żółw\n")


def test_file__by_a_link_within_the_folder(folder: Path) -> None:
    (folder / "real").write_text("Ahoy")
    (folder / "Dockerfile").symlink_to("real")
    assert Workspace(folder).file("Dockerfile") == File("Dockerfile", "Ahoy")


@pytest.mark.parametrize("path", ["Dockerfile", "web/Dockerfile", "notes/Dockerfile"])
def test_file__absent(folder: Path, path: str) -> None:
    (folder / "notes").write_text("a file, not a folder")
    assert Workspace(folder).file(path) is None


def test_file__in_a_folder_that_was_never_made(folder: Path) -> None:
    assert Workspace(folder / "never").file("Dockerfile") is None
    assert Workspace(folder / "never").files() == ()


def test_no_folder_at_all__tells_nothing() -> None:
    assert Workspace(None).files() == ()
    with pytest.raises(FilesUnreadable):
        Workspace(None).file("Dockerfile")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (a_pipe, "a pipe"),
        (a_socket, "a socket"),
        (a_folder, "a folder"),
        (a_link_outside, "out of your folder"),
        (a_link_to_a_device, "out of your folder"),
        (a_link_to_a_pipe, "a pipe"),
        (a_link_to_nowhere, "nowhere"),
        (a_ring_of_links, ""),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_file__that_is_none_cannot_be_told(folder: Path, make: Callable[[Path], None], says: str) -> None:
    make(folder / "Dockerfile")
    with pytest.raises(FilesUnreadable, match="Dockerfile") as caught:
        Workspace(folder).file("Dockerfile")
    assert says in caught.value.message
    assert "secret" not in caught.value.message
    assert caught.value.next[0].startswith("ls -ld ")


def test_file__in_a_folder_that_is_closed(
    public: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    (public / "web").mkdir(mode=0)
    with as_nobody(), pytest.raises(FilesUnreadable, match="ermission"):
        Workspace(public).file("web/index.html")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xef\xbb\xbfFROM ubuntu", "FROM ubuntu"),
        (b"\xff\xfeF\0R\0O\0M\0", None),
        (b"\x80\x81", None),
        (b"a\0b", "a\0b"),
        (b"x" * SIZE_LIMIT, "x" * SIZE_LIMIT),
        (b"x" * (SIZE_LIMIT + 1), None),
    ],
    ids=["byte order mark", "utf-16", "binary", "zero byte", "long", "too long"],
)
def test_file__text_or_none(folder: Path, raw: bytes, text: str | None) -> None:
    (folder / "Dockerfile").write_bytes(raw)
    assert Workspace(folder).file("Dockerfile") == File("Dockerfile", text)


def test_file__of_a_terabyte_costs_no_more_than_its_beginning(folder: Path) -> None:
    with (folder / "Dockerfile").open("wb") as file:
        file.truncate(10**12)
    assert Workspace(folder).file("Dockerfile") == File("Dockerfile", None)


# Listing all


def test_files__in_all_folders_hidden_ones_left_out(folder: Path) -> None:
    for path in ("Dockerfile", "web/index.html", ".git/config", "web/.cache", ".env"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).touch()
    assert Workspace(folder).files() == ("Dockerfile", "web/index.html")


def test_files__whatever_lies_there_is_listed_and_nothing_is_opened(folder: Path) -> None:
    for make in (a_pipe, a_socket, a_link_outside, a_link_to_nowhere):
        make(folder / make.__name__)
    (folder / "out").symlink_to(folder.parent)
    (folder / "self").symlink_to(".")
    found = Workspace(folder).files()
    assert found == ("a_link_outside", "a_link_to_nowhere", "a_pipe", "a_socket", "out", "self")


def test_files__of_any_name(folder: Path) -> None:
    names = [
        "two\nlines",
        "\x1b[31mred",
        "żółw",
        "-rf",
        "a'b\"c",
        "$(reboot)",
        b"\xff".decode(errors="surrogateescape"),
    ]
    for name in names:
        (folder / name).touch()
    assert sorted(Workspace(folder).files()) == sorted(names)


def test_files__so_many_and_so_deep_and_no_more(folder: Path) -> None:
    deep = folder.joinpath(*["d"] * (DEPTH_LIMIT + 3))
    deep.mkdir(parents=True)
    for place in (deep, *deep.parents):
        if place.is_relative_to(folder):
            (place / "file").touch()
    assert [path.count("/") for path in sorted(Workspace(folder).files(), key=len)] == [
        *range(DEPTH_LIMIT + 1)
    ]
    for number in range(COUNT_LIMIT):
        (folder / "d" / f"{number}").touch()
    found = Workspace(folder).files()
    assert len(found) == COUNT_LIMIT
    assert "file" in found, "what lies less deep comes first"


# What a lesson may ask for


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../notes", "web/../../notes", "./notes", "web//index.html"]
)
def test_a_lesson__may_ask_for_nothing_outside(path: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="a path in the learner's folder"):
        condition({"file": path, "is": "present"})
