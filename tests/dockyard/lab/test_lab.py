"""The lab as a real server: what it serves, to whom, with what around it, and that it ends."""

import contextlib
import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from support import PATIENCE, host_of, wait_for

from checker.course.course import Course
from checker.errors import UsageError
from dockyard import courses
from dockyard.author.new import new_lesson
from dockyard.courses import built_in_folder
from dockyard.home import Home
from dockyard.lab.files import LabFiles
from dockyard.lab.server import PORT, has_browser, lab
from dockyard.notebooks.build import file_name

pytestmark = pytest.mark.jupyter

REPOSITORY = Path(__file__).parents[3]
DRIVE = """
import functools, signal, sys
from pathlib import Path
from dockyard.home import Home
from dockyard.lab.server import lab
home, lesson, port = sys.argv[1:]
say = functools.partial(print, flush=True)
lab(Home(Path(home)), lesson, port=int(port), browser=False, say=say)
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""


@dataclass
class Server:
    """A lab that was started."""

    process: subprocess.Popen[str]
    address: str
    token: str
    home: Home

    def ask(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """The decoded answer of the REST interface."""
        body = None if data is None else json.dumps(data).encode()
        headers = {"Authorization": f"token {self.token}"}
        asked = urllib.request.Request(f"{self.address}{path}", body, headers)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return json.load(answer)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a lab in a home (whose name is odd on purpose); the user's own files lie in `user`."""
    home, started = Home(tmp_path / "a home's"), list[subprocess.Popen[str]]()
    user = tmp_path / "user"
    user.mkdir()

    def run(lesson: str = "images", port: int = PORT, **more: Any) -> Server:
        env = os.environ | {
            "HOME": str(user),
            "SHELL": "/bin/bash",
            "JUPYTER_TOKEN": "",
            "DOCKER_HOST": "unix:///elsewhere.sock",
            "DOCKER_CONTEXT": "elsewhere",
            "PYTHONPATH": str(REPOSITORY),
        }
        command = [sys.executable, "-c", DRIVE, str(home.path), lesson, str(port)]
        process = subprocess.Popen(command, env=env, text=True, **{"stdout": -1, "stdin": -3} | more)
        started.append(process)
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        origin, _, token = address.partition(f"/lab/workspaces/{lesson}?token=")
        return Server(process, origin, token, home)

    yield run
    for process in started:
        process.terminate()
        process.wait(PATIENCE)
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    return start()


def status_of(url: str) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(url, timeout=PATIENCE) as answer:
            code: int = answer.status
            return code
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_lab__is_for_those_who_have_the_token(server: Server) -> None:
    page = f"{server.address}/lab/workspaces/images"
    assert status_of(f"{page}?token={server.token}") == 200
    assert status_of(page) == 302  # to the login
    assert status_of(f"{page}?token=guess") == 302
    assert status_of(f"{server.address}/api/contents") == 403
    assert len(server.token) >= 32
    assert server.token not in " ".join(psutil.Process(server.process.pid).cmdline())


def test_lab__listens_on_this_machine_only(server: Server) -> None:
    heard = psutil.Process(server.process.pid).net_connections("inet")
    assert {each.laddr.ip for each in heard if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_lab__lays_notebook_and_terminal_side_by_side(server: Server) -> None:
    dock = server.ask("/lab/api/workspaces/images")["data"]["layout-restorer:data"]["main"]["dock"]
    assert dock["orientation"] == "horizontal"
    assert [half["widgets"] for half in dock["children"]] == [["notebook:01-images.ipynb"], ["terminal:1"]]


def test_lab__serves_all_lessons_and_its_style(server: Server) -> None:
    for lesson in Course(built_in_folder()).lessons():
        about = server.ask(f"/api/contents/{file_name(lesson)}")
        assert about["writable"]
        assert about.get("message") is None  # or Jupyter would complain of its format
    style = f"{server.address}/custom/custom.css?token={server.token}"
    with urllib.request.urlopen(style, timeout=PATIENCE) as answer:
        assert "white-space: pre" in answer.read().decode()


def test_lab__asks_the_internet_for_no_news(server: Server) -> None:
    settings = server.ask("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert settings["schema"]["properties"]["checkForUpdates"]["default"] is False


def test_lab__writes_into_the_home_only(server: Server, tmp_path: Path) -> None:
    server.ask("/api/kernels", {"name": "python3"})
    server.ask("/api/terminals", {})
    assert not [each.name for each in (tmp_path / "user").iterdir() if "jupyter" in each.name]
    assert not (tmp_path / "user" / ".ipython").exists()


def test_lab__points_kernels_and_terminals_at_the_engine(server: Server) -> None:
    server.ask("/api/kernels", {"name": "python3"})
    server.ask("/api/terminals", {})
    kernel = next(each for each in server.family() if "ipykernel_launcher" in each.cmdline())
    (terminal,) = (each for each in server.family() if each.name() == "bash")
    for process in (kernel, terminal):
        env = process.environ()
        assert env["DOCKER_HOST"] == host_of(server.home)
        assert env["DOCKYARD_HOME"] == str(server.home.path)
        assert env["PATH"].split(":")[0] == str(Path(sys.executable).parent)
        assert "DOCKER_CONTEXT" not in env
        assert process.cwd() == str(server.home.workspace)


def test_lab__of_another_course(start: Callable[..., Server], tmp_path: Path) -> None:
    """Its notebooks have a folder; kernels start where terminals do, and where checks look for files."""
    home, folder = Home(tmp_path / "a home's"), tmp_path / "the sea"
    new_lesson("boats", folder)
    (folder / "course.yaml").write_text("id: sea\ntitle: The sea\nlanguage: en\nlessons: [boats]\n")
    courses.add(home, folder)
    courses.use(home, "sea")
    server = start("boats")
    dock = server.ask("/lab/api/workspaces/boats")["data"]["layout-restorer:data"]["main"]["dock"]
    assert dock["children"][0]["widgets"] == ["notebook:sea/01-boats.ipynb"]
    about = {"path": "sea/01-boats.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    server.ask("/api/sessions", about)
    kernel = next(each for each in server.family() if "ipykernel_launcher" in each.cmdline())
    wait_for(lambda: kernel.cwd() == str(home.workspace), 60)
    assert Home.locate(kernel.environ()) == home


def test_terminals__outdo_the_users_start_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / 'a home\'s "$HOME"')
    home.prepare()
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".bashrc").write_text(
        "export DOCKER_HOST=tcp://elsewhere DOCKER_CONTEXT=x PATH=/bin\nhi=ho\n"
    )
    files = LabFiles(home)
    files.write()
    shell = files.shell()
    command = 'echo "$DOCKER_HOST|$DOCKER_CONTEXT|$hi|${PATH%%:*}"'
    done = subprocess.run(
        [*shell, "-c", command], capture_output=True, text=True, env=os.environ | files.env()
    )
    assert done.stdout.strip().endswith(f"{host_of(home)}||ho|{Path(sys.executable).parent}")


def test_terminals__keep_another_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/dash")
    assert LabFiles(Home(tmp_path)).shell() == ["/bin/dash"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_lab__leaves_nothing_running(number: signal.Signals, server: Server) -> None:
    server.ask("/api/kernels", {"name": "python3"})
    server.ask("/api/terminals", {})
    wait_for(lambda: len(server.family()) >= 2)
    family = server.family()
    server.process.send_signal(number)
    assert server.process.wait(PATIENCE) == 0
    wait_for(lambda: not any(each.is_running() for each in family))
    assert status_fails(server.address)


def status_fails(address: str) -> bool:
    try:
        status_of(address)
    except urllib.error.URLError:
        return True
    return False


def test_lab__ends_at_ctrl_c_in_a_terminal_without_a_question(start: Callable[..., Server]) -> None:
    ours, its = pty.openpty()
    server = start(stdin=its, start_new_session=True)
    os.kill(server.process.pid, signal.SIGINT)
    assert server.process.wait(PATIENCE) == 0
    assert not select.select([ours], [], [], 0)[0]
    os.close(ours)
    os.close(its)


def test_lab__takes_the_next_port(start: Callable[..., Server]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        server = start(port=port)
    assert not server.address.endswith(f":{port}")
    assert status_of(f"{server.address}/lab?token={server.token}") == 200


def test_lab__knows_its_lessons(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no lesson `knots`"):
        lab(Home(tmp_path / "home"), "knots")


@pytest.mark.parametrize(
    ("env", "there"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({"BROWSER": "lynx"}, True)],
)
def test_browser__is_opened_where_there_is_one(
    env: dict[str, str], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert has_browser(env) is there


@pytest.mark.skipif(
    not shutil.which("chromium") and not os.environ.get("CI"), reason="needs chromium: tests/packages"
)
def test_page__asks_nobody_but_the_lab(server: Server, tmp_path: Path) -> None:
    """The whole page, in a real browser: notebook and terminal are opened, and nothing outside is asked."""
    log = tmp_path / "net.json"
    quiet = "headless no-sandbox disable-gpu no-first-run disable-background-networking disable-sync"
    command = [
        "chromium",
        *(f"--{word}" for word in f"{quiet} disable-component-update disable-quic".split()),
        f"--user-data-dir={tmp_path / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the browser's own wishes
        f"--log-net-log={log}",
        "--virtual-time-budget=20000",
        "--dump-dom",
        f"{server.address}/lab/workspaces/images?token={server.token}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert "jp-Notebook-cell" in done.stdout
    asked = set(_asked(log.read_text(), server.address))
    assert any("/api/contents" in url for url in asked)
    here = (server.address, server.address.replace("http", "ws"), "data:", "blob:")
    assert not [url for url in asked if not url.startswith(here)]


def _asked(log: str, page: str) -> Iterator[str]:
    """The addresses that a page asked for, from the browser's log."""
    for line in log.splitlines():
        with contextlib.suppress(ValueError):
            about = json.loads(line.strip().rstrip(",")).get("params") or {}
            if about.get("initiator") == page and "url" in about:
                yield str(about["url"])
