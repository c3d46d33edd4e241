"""A second kind of engine: one class and its line in the register, and every command works on it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import PATIENCE, Docker, host_of, processes_of, wait_for

from checker.sources.endpoint import Endpoint
from dockyard.engine.base import shell_variables
from dockyard.engine.kinds import engine_of
from dockyard.engine.kinds.private import PrivateEngine
from dockyard.errors import HomeError
from dockyard.home import Home
from dockyard.hub import contents

REPOSITORY = Path(__file__).parents[3]
Command = Callable[..., subprocess.CompletedProcess[str]]


def chosen(home: Home, kind: str) -> Home:
    """The home, after it has chosen a kind of engine."""
    home.prepare()
    record = home.path / "home.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "engine": kind}))
    return home


@pytest.fixture
def lender(new_home: Callable[[str], Home]) -> Home:
    """A home with a running engine and a filled hub."""
    home = new_home("lender")
    home.prepare()
    contents.fill(home, print)
    engine_of(home).up()
    return home


@pytest.fixture
def dockyard(home: Home, lender: Home, tmp_path: Path) -> Iterator[Command]:
    """The command, in a home that borrows the lender's engine; so does its observer."""
    chosen(home, "borrowed")
    (tmp_path / "sitecustomize.py").write_text("import borrowed_engine\n")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
    paths = os.pathsep.join(map(str, (tmp_path, Path(__file__).parent, REPOSITORY)))
    env = clean | {"DOCKYARD_HOME": str(home.path), "LENDER": str(lender.path), "PYTHONPATH": paths}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dockyard.cli.main", *words]
        return subprocess.run(
            command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE
        )

    yield run
    chosen(home, "private")  # this process does not know the other kind


def outcome(done: subprocess.CompletedProcess[str]) -> str:
    (step,) = json.loads(done.stdout)["steps"]
    return str(step["outcome"])


def test_second_kind__is_driven_by_every_command(
    dockyard: Command, home: Home, lender: Home, docker_at: Callable[[str], Docker]
) -> None:
    assert dockyard("up").returncode == 0
    status = json.loads(dockyard("status", "--json").stdout)
    assert status["engine"]["running"]
    assert status["engine"]["docker_host"] == host_of(lender)
    assert dockyard("env").stdout == f"export DOCKER_HOST={host_of(lender)}\n"

    begun = dockyard("start", "images")
    assert begun.returncode == 0, begun.stderr
    before = dockyard("check", "images/pull-ubuntu", "--json")
    assert (before.returncode, outcome(before)) == (1, "not-yet"), before.stderr
    assert json.loads(before.stdout)["engine"] == host_of(lender)
    docker_at(host_of(lender))("pull", "ubuntu")
    assert outcome(dockyard("check", "images/pull-ubuntu", "--json")) == "passed"
    wait_for(lambda: json.loads(dockyard("status", "--json").stdout)["observer"]["running"], 120)

    assert dockyard("reset").returncode == 0
    again = dockyard("check", "images/pull-ubuntu", "--json")
    assert (outcome(again), json.loads(again.stdout)["steps"][0]["true_now"]) == ("passed", False)

    assert dockyard("down").returncode == 0
    wait_for(lambda: not processes_of(home), 120)
    assert engine_of(lender).status().running
    assert not (home.path / "engine").exists()  # nothing has looked where a private engine would be


def test_private__is_the_usual_kind(home: Home) -> None:
    assert isinstance(engine_of(home), PrivateEngine)
    home.prepare()
    assert isinstance(engine_of(home), PrivateEngine)


def test_unknown_kind__is_named_with_those_that_exist(tmp_path: Path) -> None:
    home = chosen(Home(tmp_path / "home"), "magic")
    with pytest.raises(HomeError, match=r"of the kind `magic`. This Dockyard knows: .*private"):
        engine_of(home)


@pytest.mark.parametrize("record", ["", "[]", '{"engine": 3', "{}"])
def test_damaged_record__does_not_change_the_kind(home: Home, record: str) -> None:
    home.prepare()
    (home.path / "home.json").write_text(record)
    assert home.engine_kind == "private"


def test_shell_variables__with_and_without_tls() -> None:
    plain = shell_variables(Endpoint("unix:///x"))
    assert plain == {
        "DOCKER_HOST": "unix:///x",
        "DOCKER_CONTEXT": None,
        "DOCKER_TLS_VERIFY": None,
        "DOCKER_CERT_PATH": None,
    }
    secured = shell_variables(Endpoint("tcp://127.0.0.1:2376", tls=Path("/certs")))
    assert (secured["DOCKER_TLS_VERIFY"], secured["DOCKER_CERT_PATH"]) == ("1", "/certs")
