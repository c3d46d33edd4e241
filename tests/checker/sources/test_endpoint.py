"""Which engine a shell talks to: by the rules, and as the docker command line says itself."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest
from support import PATIENCE

from checker.errors import UnknownContext
from checker.sources.endpoint import DEFAULT_HOST, Endpoint, resolve

FAR = "tcp://far.example:2375"


@dataclass(frozen=True)
class Shell:
    """A shell with a Docker configuration of its own."""

    config: Path
    env: dict[str, str]

    def docker(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = ["docker", *words]
        return subprocess.run(command, env=self.env | env, capture_output=True, text=True, timeout=PATIENCE)

    def does(self, *words: str) -> None:
        done = self.docker(*words)
        assert done.returncode == 0, done.stderr

    def current(self, name: str) -> None:
        (self.config / "config.json").write_text(json.dumps({"currentContext": name}))


def shell_in(home: Path) -> Shell:
    config = home / ".docker"
    config.mkdir(exist_ok=True)
    return Shell(config, {"PATH": os.environ["PATH"], "HOME": str(home), "DOCKER_CONFIG": str(config)})


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return shell_in(tmp_path)


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with contexts, as the docker command makes them."""
    shell = shell_in(tmp_path_factory.mktemp("contexts"))
    shell.does("context", "create", "near", "--docker=host=unix:///near.sock")
    shell.does("context", "create", "far", f"--docker=host={FAR}")
    shell.does("context", "create", "lax", "--docker=host=tcp://lax.example:2376,skip-tls-verify=true")
    safe = f"--docker=host=tcp://safe.example:2376,ca={certifi.where()}"
    shell.does("context", "create", "safe", safe)
    return shell.config


@pytest.fixture
def with_contexts(contexts: Path, tmp_path: Path) -> Shell:
    shutil.copytree(contexts, tmp_path / ".docker")
    return shell_in(tmp_path)


# What is set: DOCKER_HOST, DOCKER_CONTEXT, the current context; and what it leads to
WAYS: list[tuple[str, dict[str, str], str | None, str, str, bool]] = [
    ("nothing", {}, None, DEFAULT_HOST, "the default", False),
    ("empty variables", {"DOCKER_HOST": "", "DOCKER_CONTEXT": ""}, None, DEFAULT_HOST, "the default", False),
    ("host", {"DOCKER_HOST": FAR}, None, FAR, "DOCKER_HOST", True),
    (
        "host without a scheme",
        {"DOCKER_HOST": "10.0.0.1:2375"},
        None,
        "tcp://10.0.0.1:2375",
        "DOCKER_HOST",
        True,
    ),
    ("context", {"DOCKER_CONTEXT": "near"}, None, "unix:///near.sock", "DOCKER_CONTEXT", True),
    ("current", {}, "far", FAR, 'the current context "far"', True),
    ("default as context", {"DOCKER_CONTEXT": "default"}, "far", DEFAULT_HOST, "DOCKER_CONTEXT", False),
    ("default as current", {}, "default", DEFAULT_HOST, 'the current context "default"', False),
    ("empty current", {}, "", DEFAULT_HOST, "the default", False),
    (
        "context before current",
        {"DOCKER_CONTEXT": "near"},
        "far",
        "unix:///near.sock",
        "DOCKER_CONTEXT",
        True,
    ),
    ("host before current", {"DOCKER_HOST": "unix:///x.sock"}, "far", "unix:///x.sock", "DOCKER_HOST", True),
    ("empty host before current", {"DOCKER_HOST": ""}, "far", FAR, 'the current context "far"', True),
]
ALL_SET = {"DOCKER_HOST": "unix:///x.sock", "DOCKER_CONTEXT": "near"}


@pytest.mark.parametrize(
    ("env", "current", "host", "source", "chosen"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS]
)
def test_resolve__as_the_command_line_does(
    with_contexts: Shell, env: dict[str, str], current: str | None, host: str, source: str, chosen: bool
) -> None:
    if current is not None:
        with_contexts.current(current)
    assert resolve(with_contexts.env | env) == Endpoint(host, source, chosen)
    name = with_contexts.docker("context", "show", **env).stdout.strip()
    shown = with_contexts.docker("context", "inspect", name, "--format={{.Endpoints.docker.Host}}", **env)
    assert shown.stdout.strip() == host, shown.stderr


def test_resolve__prefers_the_host_to_the_context(with_contexts: Shell) -> None:
    assert resolve(with_contexts.env | ALL_SET).source == "DOCKER_HOST"
    assert with_contexts.docker("context", "show", **ALL_SET).stdout.strip() == "default"


def test_resolve__finds_the_configuration_in_the_home(with_contexts: Shell) -> None:
    with_contexts.current("far")
    del with_contexts.env["DOCKER_CONFIG"]
    assert with_contexts.docker("context", "show").stdout.strip() == "far"
    assert resolve(with_contexts.env).host == FAR


def test_resolve__by_default_asks_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", FAR)
    assert resolve().host == FAR


@pytest.mark.parametrize(("name", "verify"), [("lax", False), ("far", True)])
def test_tls__of_a_context_is_verified_unless_it_says_otherwise(
    with_contexts: Shell, name: str, verify: bool
) -> None:
    found = resolve(with_contexts.env | {"DOCKER_CONTEXT": name})
    assert (found.tls, found.verify) == (None, verify)


def test_tls__of_a_context_is_where_the_command_line_keeps_it(with_contexts: Shell) -> None:
    found = resolve(with_contexts.env | {"DOCKER_CONTEXT": "safe"})
    inside = json.loads(with_contexts.docker("context", "inspect", "safe").stdout)[0]["Storage"]["TLSPath"]
    assert found.tls == Path(inside, "docker")
    assert (found.tls / "ca.pem").read_bytes() == Path(certifi.where()).read_bytes()


@pytest.mark.parametrize(
    ("env", "folder"),
    [
        ({}, None),
        ({"DOCKER_CERT_PATH": "/certificates"}, None),
        ({"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certificates"}, "/certificates"),
        ({"DOCKER_TLS_VERIFY": "1"}, "CONFIG"),
    ],
    ids=["none", "certificates unused", "certificates", "certificates of the configuration"],
)
def test_tls__of_a_host(shell: Shell, env: dict[str, str], folder: str | None) -> None:
    found = resolve(shell.env | env | {"DOCKER_HOST": FAR})
    assert found.tls == {None: None, "CONFIG": shell.config}.get(folder, Path(folder or ""))


@pytest.mark.parametrize("how", ["DOCKER_CONTEXT", "current"])
def test_unknown_context__is_told_by_name(shell: Shell, how: str) -> None:
    env = shell.env | ({"DOCKER_CONTEXT": "lost"} if how == "DOCKER_CONTEXT" else {})
    if how == "current":
        shell.current("lost")
    with pytest.raises(UnknownContext, match='"lost"') as caught:
        resolve(env)
    assert "docker context ls" in caught.value.next
    assert caught.value.reason == "unknown-context"
    assert "lost" in shell.docker("ps", **env).stderr


@pytest.mark.parametrize(
    "meta", ["", "{", "[]", '"x"', "{}", '{"Endpoints": {}}', '{"Endpoints": {"docker": null}}', "\ufeff{}"]
)
def test_unknown_context__that_is_damaged(with_contexts: Shell, meta: str) -> None:
    for file in with_contexts.config.glob("contexts/meta/*/meta.json"):
        file.write_text(meta)
    with pytest.raises(UnknownContext, match='"near", which does not exist or is damaged'):
        resolve(with_contexts.env | {"DOCKER_CONTEXT": "near"})


@pytest.mark.parametrize("content", ["{", "", "[]", "null", '{"currentContext": 5}', '{"currentContext": "'])
def test_damaged_configuration__counts_as_none(with_contexts: Shell, content: str) -> None:
    (with_contexts.config / "config.json").write_text(content)
    assert resolve(with_contexts.env) == Endpoint(DEFAULT_HOST)
    assert with_contexts.docker("context", "show").stdout.strip() == "default"


def test_damaged_configuration__that_is_a_folder(with_contexts: Shell) -> None:
    (with_contexts.config / "config.json").unlink(missing_ok=True)
    (with_contexts.config / "config.json").mkdir()
    assert resolve(with_contexts.env) == Endpoint(DEFAULT_HOST)
    assert with_contexts.docker("context", "show").stdout.strip() == "default"


def test_no_configuration_at_all(shell: Shell) -> None:
    shutil.rmtree(shell.config)
    assert resolve(shell.env) == Endpoint(DEFAULT_HOST)


def test_same_as__follows_links(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/docker.sock").touch()
    (tmp_path / "var").symlink_to("run")
    (tmp_path / "my.sock").symlink_to("var/docker.sock")
    real = Endpoint(f"unix://{tmp_path}/run/docker.sock")
    for way in ("var/docker.sock", "my.sock", "run/../var/docker.sock"):
        assert real.same_as(Endpoint(f"unix://{tmp_path}/{way}", "another source", True))
    assert not real.same_as(Endpoint(f"unix://{tmp_path}/other.sock"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (FAR, FAR, True),
        (FAR, f"{FAR}/", True),
        (FAR, "tcp://far.example:2376", False),
        (FAR, "unix:///far.sock", False),
    ],
)
def test_same_as__of_addresses(one: str, other: str, same: bool) -> None:
    assert Endpoint(one).same_as(Endpoint(other)) is same
