"""The private engine, with real processes: it starts, repairs itself, and ends without a trace."""

import base64
import json
import os
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from second_engine import SecondEngine
from support import PATIENCE, Docker, host_of, machine_lock, page_of, reserve_ports, wait_for

from dockyard.engine.base import EngineStatus
from dockyard.engine.folder import EngineFolder
from dockyard.engine.kinds.private import PrivateEngine
from dockyard.engine.port_allocation import PortRecord, Ports, is_free
from dockyard.errors import EngineFailed, HomeError, MissingRequirement
from dockyard.home import Home

DRIVE = """
import sys
from pathlib import Path
from dockyard.engine.kinds.private import PrivateEngine
from dockyard.home import Home
print(getattr(PrivateEngine(Home(Path(sys.argv[1]))), sys.argv[2])())
"""
REPOSITORY = Path(__file__).parents[3]
REFUSED = r"no basic auth credentials|authorization failed"  # older engines, newer ones


@pytest.fixture
def engine(home: Home) -> PrivateEngine:
    """The private engine of `home`, not yet up."""
    return PrivateEngine(home)


@pytest.fixture
def docker(home: Home, docker_at: Callable[[str], Docker]) -> Docker:
    return docker_at(host_of(home))


def processes(home: Home) -> list[psutil.Process]:
    """All processes of the engine, the first one first."""
    first = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--state-dir={home.runtime}/rk" in (process.info["cmdline"] or [])
    ]
    parents = {process.pid for process in first}
    family = [each for each in first if each.ppid() not in parents]
    for each in list(family):
        family += each.children(recursive=True)
    return family


def named(home: Home, name: str) -> psutil.Process:
    return next(each for each in processes(home) if each.name() == name)


def refused(port: int, host: str) -> bool:
    """Whether nothing listens at this address."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def drive(home: Home, method: str, *prefix: str) -> subprocess.Popen[str]:
    """Another Python process that calls a method of the home's engine."""
    command = [*prefix, sys.executable, "-c", DRIVE, str(home.path), method]
    return subprocess.Popen(command, cwd=REPOSITORY, text=True, stdout=-1, stderr=-1)


def finished(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return out


def test_up__says_what_there_is(engine: PrivateEngine, home: Home, docker: Docker) -> None:
    found = engine.up()
    assert found == engine.status()
    assert found.running
    assert found.hub_running
    assert found.docker_host == host_of(home)
    assert found.version == docker("version", "--format", "{{.Server.Version}}")
    assert found.store == "containerd" or found.store == docker("info", "--format", "{{.Driver}}")


def test_status__before_up_touches_nothing(engine: PrivateEngine, home: Home) -> None:
    assert engine.status() == EngineStatus(running=False, docker_host=host_of(home))
    engine.down()
    assert not home.path.exists()


def test_up__twice_gives_one_engine(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    before = {each.pid for each in processes(home)}
    engine.up()
    assert {each.pid for each in processes(home)} == before


def test_up__from_two_processes_gives_one_engine(home: Home) -> None:
    both = [drive(home, "up"), drive(home, "up")]
    assert all("running=True" in finished(each) for each in both)
    assert [each.name() for each in processes(home)].count("dockerd") == 1


def test_up__of_two_homes_at_once_gives_two_hubs(new_home: Callable[[str], Home]) -> None:
    homes = [new_home("one"), new_home("two")]
    for each in [drive(home, "up") for home in homes]:
        assert "hub_running=True" in finished(each)
    assert len({PrivateEngine(home).status().hub_address for home in homes}) == 2


def test_up__outlives_the_terminal(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    assert os.getsid(processes(home)[0].pid) != os.getsid(0)
    assert processes(home)[0].ppid() != os.getpid()


def test_up__keeps_the_learners_settings_out(
    engine: PrivateEngine, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere:2375")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    engine.up()
    environment = named(home, "dockerd").environ()
    assert "DOCKER_HOST" not in environment
    assert environment["https_proxy"] == "http://proxy.example:3128"


def test_up__keeps_signals_for_containers(engine: PrivateEngine, docker: Docker, tiny_root: bytes) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    ignored = docker("run", "--rm", "box", "grep", "SigIgn", "/proc/self/status")
    standard = 0x7FFFFFFF  # signals 1 to 31; the C library keeps the next two for itself
    assert int(ignored.split()[1], 16) & standard == 0


def test_up__lets_nobody_else_in(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    assert stat.S_IMODE(EngineFolder(home).socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.runtime.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ['a home\'s $HOME "quoted"', "long-" * 40], ids=["odd", "long"])
def test_up__works_in_any_path(
    name: str,
    new_home: Callable[[str], Home],
    docker_at: Callable[[str], Docker],
    tiny_root: bytes,
) -> None:
    home = new_home(name)
    engine = PrivateEngine(home)
    assert engine.up().hub_running
    docker = docker_at(host_of(home))
    docker("import", "-", "box", data=tiny_root)
    assert docker("run", "--rm", "box", "echo", "hello") == "hello"
    engine.down()
    assert not home.runtime.exists()


def test_down__leaves_no_trace_but_the_data(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("run", "-d", "--name=web", "-p", "80", "box", "httpd", "-f", "-h", "/www")
    family = processes(home)
    spaces = {_network(each.pid) for each in family} - {_network(os.getpid())}
    assert len(spaces) == 2  # the engine's, the container's

    engine.down()

    assert not processes(home)
    wait_for(lambda: not any(each.is_running() for each in family))  # no zombie is left either
    assert str(home.path) not in Path("/proc/self/mountinfo").read_text()
    assert not spaces & {_network(pid) for pid in psutil.pids()}
    assert not EngineFolder(home).socket.exists()
    assert not home.runtime.exists()
    assert not engine.status().running
    engine.up()
    assert docker("images", "--format", "{{.Repository}}") == "box"
    assert docker("ps", "-a", "--format", "{{.Names}}") == "web"


def _network(pid: int) -> str:
    """The network namespace of a process."""
    try:
        return str(Path(f"/proc/{pid}/ns/net").readlink())
    except OSError:
        return ""


def test_down__does_not_wait_for_stubborn_containers(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    for _ in range(2):
        docker("run", "-d", "--stop-timeout=86400", "box", "sh", "-c", "trap '' TERM; sleep 86400")
    engine.down()  # does not take a day
    assert not processes(home)


def test_down__ends_paused_containers_and_leaves_no_control_groups(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    """With control groups of version 1, a frozen process outlives SIGKILL."""
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    container = docker("run", "-d", "box", "sleep", "600")
    try:
        docker("pause", container)
    except AssertionError as error:
        if os.geteuid() == 0:
            raise
        pytest.skip(f"an ordinary user's engine may have no control groups: {error}")
    paused = next(each for each in processes(home) if each.cmdline()[:2] == ["sleep", "600"])
    engine.down()
    wait_for(lambda: not paused.is_running())
    assert not list(Path("/sys/fs/cgroup").glob(f"*/{container}"))


@pytest.mark.parametrize("victim", ["rootlesskit", "exe", "dockerd", "docker-registry", "slirp4netns", "sh"])
def test_up__heals_after_a_kill(
    victim: str, engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("tag", "box", f"{engine.status().hub_address}/ada/box")
    docker("push", f"{engine.status().hub_address}/ada/box")
    found = named(home, victim)
    found.kill()
    wait_for(lambda: not found.is_running() or found.status() == psutil.STATUS_ZOMBIE)

    healed = engine.up()

    assert healed.running
    assert healed.hub_running
    names = [each.name() for each in processes(home)]
    assert [names.count(name) for name in ("rootlesskit", "dockerd", "slirp4netns")] == [1, 1, 1]
    assert "box" in docker("images", "--format", "{{.Repository}}").splitlines()
    docker("pull", f"{healed.hub_address}/ada/box")


def test_up__mends_a_hub_that_cannot_mend_itself(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    for each in processes(home):
        if each.name() in ("sh", "docker-registry"):
            each.kill()
    assert engine.up().hub_running


def test_up__gives_an_engine_of_an_older_version_its_guarded_registry(
    engine: PrivateEngine, home: Home
) -> None:
    engine.up()
    record = EngineFolder(home).path / "hub.json"
    hub = json.loads(record.read_text())["port"]
    record.write_text(json.dumps({"port": hub}))
    assert engine.up().hub_address == f"localhost:{hub}"
    ports = engine.ports()
    assert ports
    assert answer_of(ports.guarded, "anchor") == 200


def test_up__heals_without_containerd(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    named(home, "containerd").kill()
    engine.up()
    assert docker("run", "--rm", "box", "echo", "hello") == "hello"


def test_up__replaces_the_engine_of_a_deleted_home(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    orphans = processes(home)
    subprocess.run(["rootlesskit", "rm", "-rf", str(home.path)], check=True, capture_output=True)
    assert engine.up().running
    wait_for(lambda: not any(each.is_running() for each in orphans))


def test_down__ends_the_engine_of_a_deleted_home(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    orphans = processes(home)
    subprocess.run(["rootlesskit", "rm", "-rf", str(home.path)], check=True, capture_output=True)
    engine.down()
    wait_for(lambda: not any(each.is_running() for each in orphans))


def test_up__says_when_the_engine_hangs(
    engine: PrivateEngine, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.up()
    monkeypatch.setattr("dockyard.engine.kinds.private.START_TIMEOUT", 0.2)
    dockerd = named(home, "dockerd")
    dockerd.suspend()
    with pytest.raises(EngineFailed, match="has not answered") as caught:
        engine.up()
    assert caught.value.next == ("dockyard down", "dockyard up")
    engine.down()
    assert not processes(home)


def test_up__says_what_is_missing(
    engine: PrivateEngine, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("dockyard.engine.setup._SYSTEM_PATH", "")
    with pytest.raises(MissingRequirement, match="rootlesskit") as caught:
        engine.up()
    monkeypatch.undo()
    assert any("rootlesskit" in command for command in caught.value.next)
    assert not processes(home)


def test_up__repeats_the_engines_last_words(engine: PrivateEngine, home: Home) -> None:
    engine.prepare()
    (EngineFolder(home).path / "data").write_text("not a folder")
    with pytest.raises(EngineFailed, match="points to a file") as caught:
        engine.up()
    assert "rootlesskit" not in caught.value.message
    assert caught.value.next[0] == "dockyard doctor"
    assert not processes(home)


def test_up__says_when_the_home_cannot_be_written(engine: PrivateEngine, home: Home) -> None:
    engine.prepare()
    (EngineFolder(home).path / "daemon.json").mkdir()
    with pytest.raises(HomeError, match="cannot be used"):
        engine.up()


def test_free_port__is_one_at_which_nobody_listens() -> None:
    (port,) = reserve_ports(1)
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
    with socket.create_server(("::1", port), family=socket.AF_INET6):
        assert not is_free(port)


def test_up__takes_the_next_port_and_keeps_it(engine: PrivateEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "dockyard.engine.port_allocation.is_free", lambda port: port != 5000 and is_free(port)
    )
    found = engine.up()
    assert found.hub_address != "localhost:5000"
    assert found.notes == (f"Port 5000 was in use, so the hub is at {found.hub_address}.",)
    ports = engine.ports()
    engine.down()
    assert engine.up().hub_address == found.hub_address
    assert engine.ports() == ports


def test_hub__is_at_5000_for_docker_whatever_its_port(
    engine: PrivateEngine, docker: Docker, tiny_root: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dockyard.engine.port_allocation.is_free", lambda port: port != 5000 and is_free(port)
    )
    outside = engine.up().hub_address
    assert outside != "localhost:5000"
    docker("import", "-", "localhost:5000/ada/box", data=tiny_root)
    docker("push", "localhost:5000/ada/box")
    docker("pull", f"{outside}/ada/box")
    docker("tag", "localhost:5000/ada/box", f"{outside}/ada/other")
    docker("push", f"{outside}/ada/other")
    docker("pull", "localhost:5000/ada/other")
    docker("pull", "--quiet", "127.0.0.1:5000/ada/other")


def test_ports__never_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two ports are never the same, and the hub never gets the guarded registry's port inside."""
    monkeypatch.setattr("dockyard.engine.port_allocation.is_free", lambda _: True)
    record = tmp_path / "hub.json"
    for before in (
        "{}",
        '{"port": 5001}',
        '{"port": 5003}',
        '{"port": 5002, "guarded": 5003}',
        "[]",
        '{"port": 0}',
    ):
        record.write_text(before)
        found = list(PortRecord(record).candidates())
        assert len(found) > 400
        assert all(ports.hub not in (ports.guarded, 5001) for ports in found)
    record.write_text('{"port": 5002, "guarded": 5007}')
    assert next(PortRecord(record).candidates()) == Ports(5002, 5007)


def answer_of(port: int, password: str | None = None) -> int:
    """The HTTP status with which a registry answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v2/")
    if password:
        secret = base64.b64encode(f"ada:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {secret}")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_guarded__lets_nobody_in_without_the_password(
    engine: PrivateEngine, docker: Docker, tiny_root: bytes, tmp_path: Path
) -> None:
    engine.up()
    ports = engine.ports()
    assert ports
    assert [answer_of(ports.guarded, each) for each in (None, "wrong", "anchor")] == [401, 401, 200]
    docker("import", "-", "localhost:5001/ada/box", data=tiny_root)
    with pytest.raises(AssertionError, match=REFUSED):
        docker("push", "localhost:5001/ada/box")
    config = ("--config", str(tmp_path))
    docker(*config, "login", "--username=ada", "--password=anchor", "localhost:5001")
    docker(*config, "push", "localhost:5001/ada/box")
    docker("rmi", "localhost:5001/ada/box")
    docker(*config, "pull", "localhost:5001/ada/box")


def test_renew__empties_the_guarded_registry_and_forgets_logins(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    config = ("--config", str(EngineFolder(home).path / "docker-config"))
    login = (*config, "login", "--username=ada", "--password=anchor", "localhost:5001")
    docker("import", "-", "localhost:5001/ada/box", data=tiny_root)
    docker(*login)
    docker(*config, "push", "localhost:5001/ada/box")
    engine.renew()
    with pytest.raises(AssertionError, match=REFUSED):
        docker(*config, "pull", "localhost:5001/ada/box")
    docker(*login)
    with pytest.raises(AssertionError, match="not found"):
        docker(*config, "pull", "localhost:5001/ada/box")


def test_up__finds_a_port_when_somebody_is_faster(
    engine: PrivateEngine, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dockyard.engine.port_allocation.is_free", lambda _: True)
    hub, guarded = reserve_ports(2)
    home.prepare()
    engine.prepare()
    PortRecord(EngineFolder(home).path / "hub.json").remember(Ports(hub, guarded))
    with socket.create_server(("127.0.0.1", hub)):
        found = engine.up()
    assert found.hub_running
    assert found.hub_address != f"localhost:{hub}"


def test_renew__gives_an_empty_engine(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    hub = engine.up().hub_address
    docker("import", "-", f"{hub}/ada/box", data=tiny_root)
    docker("push", f"{hub}/ada/box")
    stubborn = ("--stop-timeout=86400", f"{hub}/ada/box", "sh", "-c", "trap '' TERM; sleep 86400")
    docker("run", "-d", "-v", "data:/data", *stubborn)
    found = engine.renew()  # does not take a day
    assert found.running
    assert docker("images", "-q") == docker("ps", "-aq") == docker("volume", "ls", "-q") == ""
    docker("pull", f"{hub}/ada/box")
    wait_for(lambda: not (EngineFolder(home).path / "trash").exists())


def test_discarded_data__can_be_deleted_now(engine: PrivateEngine, home: Home) -> None:
    engine.up()
    engine.renew()
    engine.delete_discarded()
    assert not EngineFolder(home).trash.exists()
    engine.delete_discarded()  # nothing is left, and that is no error


def test_stopped__gives_the_folders_of_its_state_and_starts_again(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    with engine.stopped() as folders:
        assert not engine.status().running
        assert not engine.is_started()
        assert all(folder.is_relative_to(home.path) for folder in folders)
        assert any(folder.exists() for folder in folders)
    assert engine.is_started()
    assert docker("images", "--format", "{{.Repository}}") == "box"


def test_up__deletes_what_renew_left(engine: PrivateEngine, home: Home) -> None:
    left = EngineFolder(home).path / "trash" / "old"
    left.mkdir(parents=True)
    engine.up()
    wait_for(lambda: not left.exists())


def test_ports__are_published_to_this_machine_only(
    engine: PrivateEngine, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("run", "-d", "--name=web", "-p", "80", "box", "httpd", "-f", "-h", "/www")
    port = int(docker("port", "web", "80").rpartition(":")[2])
    assert page_of(f"http://127.0.0.1:{port}/") == b"hi\n"
    assert refused(port, "127.0.0.2")  # an address of this machine as any other


def machine_address() -> str:
    """The machine's own address in a network that is not loopback."""
    for addresses in psutil.net_if_addrs().values():
        for each in addresses:
            if each.family == socket.AF_INET and not each.address.startswith("127."):
                return each.address
    if os.environ.get("CI"):
        pytest.fail("this machine has no network")
    pytest.skip("this machine has no network")


def bound(kind: str, port: int) -> set[str]:
    """The addresses of this machine at which a process listens on the port."""
    found = (each.laddr for each in psutil.net_connections(kind) if not each.raddr)
    return {each.ip for each in found if each and each.port == port}


@pytest.mark.parametrize("address", ["", "0.0.0.0:", "[::]:"], ids=["any", "IPv4", "IPv6"])
@pytest.mark.parametrize("network", ["bridge", "mine"])
def test_ports__stay_here_in_every_network_and_at_every_address(
    address: str, network: str, engine: PrivateEngine, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("network", "create", "mine")
    (port,) = reserve_ports(1)
    docker("run", "-d", f"--net={network}", "-p", f"{address}{port}:80", "box", "httpd", "-f", "-h", "/www")
    loopback = "[::1]" if "::" in address else "127.0.0.1"
    assert page_of(f"http://{loopback}:{port}/") == b"hi\n"
    assert refused(port, machine_address())
    assert bound("tcp", port) <= {"127.0.0.1", "::1"}


def test_ports__of_udp_stay_here(engine: PrivateEngine, docker: Docker, tiny_root: bytes) -> None:
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("network", "create", "mine")
    (port,) = reserve_ports(1)
    docker("run", "-d", "--net=mine", "-p", f"{port}:80/udp", "box", "sleep", "600")
    assert bound("udp", port) in ({"127.0.0.1"}, {"127.0.0.1", "::1"})


@pytest.mark.parametrize("method", ["up", "status", "down", "renew"])
def test_foreign_runtime__is_never_followed(method: str, new_home: Callable[[str], Home]) -> None:
    home = new_home("long-" * 40)
    EngineFolder(home).path.mkdir(parents=True)
    target = home.path.parent / "target"
    (target / "rk").mkdir(parents=True)
    (target / "docker.sock").touch()
    home.runtime.symlink_to(target)
    try:
        with pytest.raises(HomeError, match="a link or belongs to another user") as caught:
            getattr(PrivateEngine(home), method)()
    finally:
        home.runtime.unlink()
    assert caught.value.next
    assert {each.name for each in target.iterdir()} == {"rk", "docker.sock"}


def test_home__is_for_its_owner_alone(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    engine.up()
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    (home.workspace / "page").write_text("hello")
    docker("import", "-", "box", data=tiny_root)
    mount = f"{home.workspace}:/work"
    assert docker("run", "--rm", "--user=1000", "-v", mount, "box", "cat", "/work/page") == "hello"


def test_home__that_was_a_folder_before_keeps_its_mode(home: Home) -> None:
    home.path.mkdir(mode=0o755)
    home.journal.touch(0o644)
    PrivateEngine(home).prepare()
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o755
    assert stat.S_IMODE(home.journal.stat().st_mode) == 0o600
    assert stat.S_IMODE(EngineFolder(home).path.stat().st_mode) == 0o700


def test_usual_home__becomes_private_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    home = Home.locate({})
    home.path.mkdir(mode=0o755)
    home.prepare()
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_hub__takes_pushes_and_stands_in_for_docker_hub(
    engine: PrivateEngine, home: Home, docker: Docker, tiny_root: bytes
) -> None:
    hub = engine.up().hub_address
    docker("import", "-", f"{hub}/library/box:1", data=tiny_root)
    docker("push", f"{hub}/library/box:1")
    docker("rmi", f"{hub}/library/box:1")
    docker("pull", "box:1")
    assert docker("run", "--rm", "box:1", "echo", "hello") == "hello"
    with pytest.raises(AssertionError):
        docker("pull", "localhost:1/library/absent")
    assert '"GET /v2/library/box/manifests' in (EngineFolder(home).path / "hub.log").read_text()


def test_second_engine__is_not_disturbed(
    second_engine: SecondEngine, engine: PrivateEngine, docker: Docker, tiny_root: bytes
) -> None:
    before = second_engine.look()
    engine.up()
    docker("import", "-", "box", data=tiny_root)
    docker("network", "create", "mine")
    docker("run", "-d", "--net=mine", "-p", "80", "box", "httpd", "-f", "-h", "/www")
    assert second_engine.look() == before
    engine.renew()
    assert second_engine.look() == before
    engine.down()
    assert second_engine.look() == before


@pytest.fixture
def ordinary_user() -> Iterator[str]:
    """The name of a user who is not root, and may use subordinate ids and the TUN device."""
    if os.getuid() != 0:
        yield psutil.Process().username()
        return
    with machine_lock("ordinary-user"):  # or the end of one test would take the device from another
        yield from _made_user(f"dockyard-test-{os.getpid()}", Path("/dev/net/tun"))


def _made_user(name: str, device: Path) -> Iterator[str]:
    mode = stat.S_IMODE(device.stat().st_mode)
    subprocess.run(["useradd", "--create-home", "--shell=/bin/sh", name], check=True)
    try:
        if f"{name}:" not in Path("/etc/subuid").read_text():
            ids = ["--add-subuids=300000-365535", "--add-subgids=300000-365535"]
            subprocess.run(["usermod", *ids, name], check=True)
        device.chmod(0o666)
        yield name
    finally:
        device.chmod(mode)
        subprocess.run(["userdel", "--remove", name], check=True, capture_output=True)


def test_ordinary_user__needs_no_root(
    ordinary_user: str, docker_at: Callable[[str], Docker], tiny_root: bytes
) -> None:
    home = Home(Path(f"~{ordinary_user}").expanduser() / "dockyard-test-home")
    try:
        for method in ("up", "renew"):
            assert "hub_running=True" in _as_user(ordinary_user, home, method)
        assert set(processes(home)[0].uids()) == {home.path.stat().st_uid} != {0}
        docker = docker_at(host_of(home))
        docker("import", "-", "box", data=tiny_root)
        docker("run", "-d", "--name=web", "-p", "80", "box", "httpd", "-f", "-h", "/www")
        port = docker("port", "web", "80").rpartition(":")[2]
        assert page_of(f"http://127.0.0.1:{port}/") == b"hi\n"
        assert docker("run", "--rm", "--user=1000", "box", "echo", "hello") == "hello"
    finally:
        _as_user(ordinary_user, home, "down")
        if os.getuid() != 0:  # else it goes with the user
            subprocess.run(["rootlesskit", "rm", "-rf", str(home.path)], check=True)
    assert not processes(home)


def _as_user(name: str, home: Home, method: str) -> str:
    paths = f"{REPOSITORY}:{Path(psutil.__file__).parents[1]}"
    words = f"PYTHONPATH={paths} {{}} -c {shlex.quote(DRIVE)} {home.path} {method}"
    switch = ["runuser", "-u", name, "--"] if os.getuid() == 0 else []
    # The interpreter of a virtual environment may be in a folder that is root's alone.
    python = next(
        each
        for each in (sys.executable, shutil.which("python3", path="/usr/bin"))
        if each and subprocess.run([*switch, each, "-c", ""], capture_output=True).returncode == 0
    )
    command = [*switch, "sh", "-c", "cd / && exec env " + words.format(python)]
    return finished(subprocess.Popen(command, text=True, stdout=-1, stderr=-1))
