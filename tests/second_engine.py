"""An ordinary second engine: root's own dockerd, with docker0 and firewall rules, for tests only.

It must be undisturbed by whatever Dockyard does, and must itself leave the machine as it was.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import PATIENCE, Docker, machine_lock, page_of, wait_for


@dataclass(frozen=True)
class SecondEngine:
    """An ordinary engine of root's on this machine, with an image `keep` and a container `web`."""

    host: str
    docker: Docker
    port: int  # where `web` answers on this machine

    def look(self) -> list[str]:
        """All that must stay as it is: what is on the engine, docker0, routes, rules, the port."""
        machine = ["ip -brief address show docker0", "ip route", "iptables-save -t nat"]
        engine = [
            "images --no-trunc --quiet",
            "ps -a --format {{.ID}}{{.Ports}}",
            "network ls -q",
            "volume ls -q",
        ]
        return [
            *(self.docker(*words.split()) for words in engine),
            *(_without_comments(words.split()) for words in machine),
            page_of(f"http://127.0.0.1:{self.port}/").decode(),
        ]


@contextmanager
def running_second_engine(docker_at: Callable[[str], Docker], tiny_root: bytes) -> Iterator[SecondEngine]:
    """One at a time on a machine; gone without a trace afterwards."""
    with ExitStack() as undo:
        undo.enter_context(machine_lock("second-engine"))
        _refuse_where_it_would_disturb()  # only now: a docker0 may have been another test's
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="second-")))
        undo.enter_context(_machine_left_as_it_was(folder))
        undo.enter_context(_ordinary_dockerd(folder))
        docker = docker_at(f"unix://{folder}/docker.sock")
        docker("import", "-", "keep:1", data=tiny_root)
        docker("run", "-d", "--name=web", "-p=127.0.0.1::80", "keep:1", "httpd", "-f", "-h", "/www")
        undo.callback(docker, "rm", "--force", "web")
        port = int(docker("port", "web", "80").rpartition(":")[2])
        yield SecondEngine(f"unix://{folder}/docker.sock", docker, port)


def _refuse_where_it_would_disturb() -> None:
    wrong = ""
    if os.getuid() != 0:
        wrong = "an ordinary second engine needs root"
    elif Path("/sys/class/net/docker0").exists():
        wrong = "this machine has a docker0 already; stop its engine and `ip link delete docker0`"
    if wrong and os.environ.get("CI"):
        pytest.fail(wrong)
    if wrong:
        pytest.skip(wrong)


@contextmanager
def _ordinary_dockerd(folder: Path) -> Iterator[None]:
    command = ["dockerd", f"--data-root={folder}/data", f"--exec-root={folder}/exec"]
    command += [f"--pidfile={folder}/pid", f"--host=unix://{folder}/docker.sock"]
    (folder / "daemon.json").write_text("{}")
    command += [f"--config-file={folder}/daemon.json"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for((folder / "docker.sock").exists)
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _machine_left_as_it_was(folder: Path) -> Iterator[None]:
    """Takes back what dockerd leaves behind on purpose: bridge, rules, mounts, folders."""
    forwarding = Path("/proc/sys/net/ipv4/ip_forward")
    rules, forwards = _rules(), forwarding.read_text()
    strays = [Path("/etc/docker/key.json"), Path("/run/docker"), Path("/run/containerd")]
    strays += [each / "docker" for each in Path("/sys/fs/cgroup").glob("*") if each.is_dir()]
    strays = [path for path in strays if not path.exists()]
    try:
        yield
    finally:
        if Path("/sys/class/net/docker0").exists():
            _run("ip", "link", "delete", "docker0")
        _take_back_rules(rules)
        forwarding.write_text(forwards)
        for line in reversed(Path("/proc/self/mountinfo").read_text().splitlines()):
            if (point := line.split()[4]).startswith(f"{folder}/"):
                _run("umount", point)
        for path in strays:
            _remove(path)


def _rules() -> dict[tuple[str, str], list[str]]:
    tables = [(tool, table) for tool in ("iptables", "ip6tables") for table in ("nat", "filter")]
    return {each: _run(each[0], "-t", each[1], "-S").splitlines() for each in tables}


def _take_back_rules(before: dict[tuple[str, str], list[str]]) -> None:
    for (tool, table), now in _rules().items():
        added = [rule for rule in now if rule not in before[tool, table]]
        for rule in added:
            if rule.startswith("-A "):
                _run(tool, "-t", table, "-D", *rule.split()[1:])
        for rule in added:
            if rule.startswith("-N "):
                _run(tool, "-t", table, "-X", rule.split()[1])
        for rule in before[tool, table]:
            if rule.startswith("-P "):
                _run(tool, "-t", table, *rule.split())


def _remove(path: Path) -> None:
    if path.is_relative_to("/sys/fs/cgroup"):  # groups are removed as folders, never their files
        for group in sorted(path.rglob("*"), reverse=True):
            if group.is_dir():
                group.rmdir()
        if path.exists():
            path.rmdir()
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _without_comments(command: list[str]) -> str:
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line.partition("[")[0] for line in out.splitlines() if line[0] != "#")
