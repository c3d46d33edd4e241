"""What engines of different ages answer, turned into the same plain data."""

import json
from typing import Any

import pytest

from checker.facts.objects import Container, Event, Image, ImageConfig, Mount, Network, Volume
from checker.sources import engine_api

ID = "sha256:" + "1a" * 32
HEX = ID.removeprefix("sha256:")


# Images


@pytest.mark.parametrize(
    "unnamed",
    [
        {"RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]},
        {"RepoTags": [], "RepoDigests": []},
        {"RepoTags": None, "RepoDigests": None},
        {},
    ],
    ids=["before 1.43", "since 1.43", "null", "left out"],
)
def test_listed_image__without_a_name(unnamed: dict[str, Any]) -> None:
    assert engine_api.listed_image({"Id": ID, **unnamed}) == Image(ID)


def test_listed_image__names_are_full_and_in_order() -> None:
    raw = {
        "Id": HEX,  # Podman leaves out the prefix in places
        "RepoTags": ["ubuntu:latest", "localhost:5000/ada/web:1.0", "docker.io/library/a:1"],
        "RepoDigests": [f"ubuntu@{ID}"],
        "Containers": -1,
        "Descriptor": {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": ID},
    }
    assert engine_api.listed_image(raw) == Image(
        ID,
        ("docker.io/library/a:1", "docker.io/library/ubuntu:latest", "localhost:5000/ada/web:1.0"),
        digests=(f"docker.io/library/ubuntu@{ID}",),
    )


OLD_IMAGE = {
    "Id": ID,
    "RepoTags": ["box:latest"],
    "RepoDigests": [],
    "Parent": "",
    "Comment": "",
    "DockerVersion": "20.10.24",
    "Author": "",
    "VirtualSize": 1,
    "Os": "linux",
    "Architecture": "amd64",
    "RootFS": {"Type": "layers", "Layers": ["sha256:aa", "sha256:bb"]},
    "Config": {
        "Hostname": "",
        "User": "",
        "ExposedPorts": {"80/tcp": {}},
        "Env": ["PATH=/bin"],
        "Cmd": ["sh"],
        "Entrypoint": None,
        "WorkingDir": "",
        "Labels": None,
        "OnBuild": None,
    },
}
NEW_IMAGE = {
    "Id": ID,
    "RepoTags": ["box:latest"],
    "RepoDigests": [],
    "Os": "linux",
    "Architecture": "amd64",
    "RootFS": {"Type": "layers", "Layers": ["sha256:aa", "sha256:bb"]},
    "Config": {"ExposedPorts": {"80/tcp": {}}, "Env": ["PATH=/bin"], "Cmd": ["sh"]},
}


def test_image__is_the_same_whatever_an_engine_leaves_out() -> None:
    old, new = engine_api.image(OLD_IMAGE), engine_api.image(NEW_IMAGE)
    assert old == new
    assert (old.layers, old.platform) == (("sha256:aa", "sha256:bb"), "linux/amd64")
    assert old.config == ImageConfig(("sh",), exposes=("80/tcp",), env=("PATH=/bin",))


def test_image__that_says_nothing_of_itself() -> None:
    bare = engine_api.image({"Id": ID, "Config": {}})
    assert bare == Image(ID, config=ImageConfig())


def test_image__with_all_that_a_config_may_say() -> None:
    config = {
        "Cmd": ["-f"],
        "Entrypoint": ["httpd"],
        "User": "nobody",
        "WorkingDir": "/www",
        "Labels": {"stage": "one"},
    }
    found = engine_api.image({"Id": ID, "Config": config}).config
    assert found == ImageConfig(("-f",), ("httpd",), "nobody", "/www", labels={"stage": "one"})


# Containers


def listed(**fields: Any) -> Container:
    raw = {"Id": "c1", "Names": ["/web"], "Image": "box", "ImageID": ID, "State": "running", "Status": "Up"}
    return engine_api.listed_container({**raw, **fields})


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("exited", "Exited (0) 2 hours ago", 0),
        ("exited", "Exited (137) Less than a second ago", 137),
        ("running", "Up 2 hours", None),
        ("running", "Up 2 hours (healthy)", None),
        ("paused", "Up 2 hours (Paused)", None),
        ("created", "Created", None),
        ("dead", "Dead", None),
        ("restarting", "Restarting (1) 2 seconds ago", None),
        ("exited", "", None),
    ],
)
def test_listed_container__code_is_read_from_its_status(state: str, status: str, code: int | None) -> None:
    found = listed(State=state, Status=status)
    assert (found.state, found.exit_code) == (state, code)


def test_listed_container__with_all_that_a_list_shows() -> None:
    found = listed(
        Mounts=[
            {"Type": "volume", "Name": "notes", "Source": "/var/lib/docker/…", "Destination": "/data"},
            {"Type": "bind", "Source": "/home/ada", "Destination": "/site"},
        ],
        Ports=[
            {"PrivatePort": 443, "Type": "tcp"},
            {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        ],
        NetworkSettings={"Networks": {"front": {"IPAddress": "172.18.0.2"}, "back": {}}},
    )
    assert found.mounts == (Mount("/data", "notes"), Mount("/site", "/home/ada", "bind"))
    assert found.ports == {"80/tcp": 8080}
    assert found.networks == ("back", "front")


@pytest.mark.parametrize(
    "rest", [{}, {"Mounts": None, "Ports": None, "NetworkSettings": None, "Names": None}]
)
def test_listed_container__with_little(rest: dict[str, Any]) -> None:
    found = listed(**rest)
    assert (found.mounts, found.ports, found.networks) == ((), {}, ())


def inspected(state: dict[str, Any], **fields: Any) -> Container:
    raw = {"Id": "c1", "Name": "/web", "Image": ID, "Config": {"Image": "box"}, "State": state}
    return engine_api.container({**raw, **fields})


@pytest.mark.parametrize(
    ("status", "code"),
    [("running", None), ("paused", None), ("restarting", None), ("created", 0), ("exited", 0), ("dead", 0)],
)
def test_container__has_a_code_only_once_it_has_ended(status: str, code: int | None) -> None:
    assert inspected({"Status": status, "ExitCode": 0}).exit_code == code


@pytest.mark.parametrize(
    ("health", "word"),
    [
        (None, ""),
        ({}, ""),
        ({"Status": "none"}, ""),
        ({"Status": "healthy", "FailingStreak": 0}, "healthy"),
        ({"Status": "starting"}, "starting"),
    ],
)
def test_container__health(health: dict[str, Any] | None, word: str) -> None:
    assert inspected({"Status": "running", "ExitCode": 0, "Health": health}).health == word


def test_container__with_all_that_is_known_of_it() -> None:
    found = inspected(
        {"Status": "running", "ExitCode": 0, "Error": ""},
        HostConfig={"AutoRemove": True},
        Mounts=[{"Type": "tmpfs", "Source": "", "Destination": "/tmp"}],
        NetworkSettings={
            "IPAddress": "172.17.0.2",  # gone in 1.52
            "Networks": {"front": {}, "bridge": {}},
            "Ports": {"443/tcp": None, "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        },
    )
    assert found == Container(
        *("c1", "web", "box", ID, "running"),
        auto_remove=True,
        mounts=(Mount("/tmp", "", "tmpfs"),),
        networks=("bridge", "front"),
        ports={"80/tcp": 8080},
    )


def test_container__that_could_not_be_started() -> None:
    found = inspected({"Status": "created", "ExitCode": 128, "Error": "port is already allocated"})
    assert (found.exit_code, found.error) == (128, "port is already allocated")


# Volumes and networks


def test_volumes__may_be_none_at_all() -> None:
    assert engine_api.volumes({"Volumes": None, "Warnings": None}) == ()
    assert engine_api.volumes({"Volumes": [{"Name": "notes", "Driver": "local"}]}) == (Volume("notes"),)
    assert engine_api.volume({"Name": "notes"}) == Volume("notes")


def test_network__with_who_is_in_it() -> None:
    members = {"c2": {"Name": "web"}, "c1": {"Name": "db"}}
    raw = {"Name": "front", "Driver": "bridge", "Internal": True, "Containers": members}
    assert engine_api.network(raw) == Network("front", "bridge", ("db", "web"), True)
    assert engine_api.network({"Name": "front", "Containers": None}) == Network("front", "")


# Events


def line(**fields: Any) -> str:
    return json.dumps({"Type": "container", "timeNano": 7, "time": 0, **fields})


OLD = {"status": "die", "id": "c1", "from": "box", "Action": "die", "Actor": {"ID": "c1", "Attributes": {}}}


@pytest.mark.parametrize(
    "fields",
    [
        OLD,
        {"Action": "die", "Actor": {"ID": "c1", "Attributes": {}}},
        {"Action": "die", "Actor": {"ID": "c1"}},
    ],
    ids=["before 1.52", "since 1.52", "without attributes"],
)
def test_event__is_the_same_in_every_version(fields: dict[str, Any]) -> None:
    assert (
        engine_api.event(line(**fields))
        == engine_api.event(line(**fields).encode())
        == Event(7, "container", "die", "c1")
    )


def test_event__of_an_exec_has_its_command_in_the_action() -> None:
    assert engine_api.event(line(Action="exec_create: sh -c id")).action == "exec_create: sh -c id"


# Logs


def frame(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4) + text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (frame(1, b"all aboard\n"), "all aboard\n"),
        (frame(1, b"one\n") + frame(2, b"oh\n") + frame(1, b"two\n"), "one\noh\ntwo\n"),
        (frame(1, b"\xc3") + frame(1, b"\xbc\n"), "ü\n"),
        (frame(1, b"a" * 70000), "a" * 70000),
        (frame(1, b"whole\n") + frame(1, b"broken off")[:-4], "whole\nbroken"),
        (frame(1, b""), ""),
    ],
    ids=["none", "one piece", "both streams", "a letter in two pieces", "long", "broken off", "empty piece"],
)
def test_log__without_a_terminal_comes_in_frames(raw: bytes, text: str) -> None:
    assert engine_api.log(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"all aboard\r\n", "all aboard\r\n"),
        (b"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        (b"short", "short"),
        (b"\xff\xfe", "\N{REPLACEMENT CHARACTER}" * 2),
    ],
    ids=["a line", "colours", "shorter than a frame's head", "no text"],
)
def test_log__of_a_terminal_comes_as_it_is(raw: bytes, text: str) -> None:
    assert engine_api.log(raw) == text
