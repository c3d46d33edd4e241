"""The lab: JupyterLab with the lesson's notebook left and a terminal right, on the home's engine.

It runs in this process, in the foreground, for this machine only. Everything that it writes is in
the home, and nothing that it needs comes from the internet.
"""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from dockyard import courses
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.lab.files import LabFiles
from dockyard.notebooks.build import place_all

PORT = 8888
ASIDE = ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "JUPYTER_TOKEN", "JUPYTER_PORT")


def lab(
    home: Home,
    lesson_id: str,
    *,
    port: int = PORT,
    browser: bool | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Serve the lab until Ctrl-C, SIGTERM or "Shut Down" in its menu; then nothing of it runs on.

    `port` is the first to be tried. `browser`: whether to open one; None: where there is one.
    Raises UsageError, LessonError, HomeError. Changes this process's environment and folder.
    """
    home.prepare()
    lesson = courses.current(home).lesson(lesson_id)
    placed = place_all(home)
    for notice in (notice for each in placed.values() for notice in each.notices):
        say(notice)
    files = LabFiles(home)
    files.write()
    for name in ASIDE:
        os.environ.pop(name, None)
    os.environ.update(files.env())
    os.chdir(home.workspace)  # where terminals begin
    opens = has_browser(os.environ) if browser is None else browser
    _block_slow_import()
    files.lay_out(lesson.id, placed[lesson.id].path.relative_to(home.workspace).as_posix())
    _serve(home, _options(files, lesson.id, port, opens), say)


def has_browser(env: Mapping[str, str]) -> bool:
    """Whether a browser can show itself: one is named, or there is a screen for it."""
    screen = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or sys.platform == "darwin" or os.name == "nt"
    return bool(env.get("BROWSER") or screen)


def _options(files: LabFiles, workspace: str, port: int, browser: bool) -> list[str]:
    """Jupyter's options; on a command line, for there they go before every configuration file."""
    page = f"/lab/workspaces/{workspace}"
    options = {
        "ServerApp.allow_root": True,  # root's lab is root's only: see ip and token
        "ServerApp.default_url": page,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.log_level": "ERROR",
        "ServerApp.open_browser": browser,
        "ServerApp.port": port,
        "ServerApp.root_dir": files.home.workspace,
        "ServerApp.terminado_settings": {"shell_command": files.shell()},
        "IdentityProvider.token": secrets.token_hex(24),
        "LabApp.app_settings_dir": files.defaults,
        "LabApp.custom_css": True,
        "LabApp.default_url": page,
        "LabApp.log_level": "ERROR",
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": None,
    }
    return [f"--{name}={value}" for name, value in options.items()]


def _block_slow_import() -> None:
    """Save two seconds: jsonschema does without this module, and no schema of Jupyter needs it."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: not installed


def _serve(home: Home, options: list[str], say: Callable[[str], object]) -> None:
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    server = LabApp.initialize_server(argv=options)
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))  # at once: nothing to confirm
    server.io_loop.add_callback(lambda: _tell(server, home, say))  # runs when it listens
    server.start()
    for number, handler in before.items():
        signal.signal(number, handler)


def _tell(server: Any, home: Home, say: Callable[[str], object]) -> None:
    token = server.identity_provider.token
    say(f"The lab is at http://127.0.0.1:{server.port}{server.default_url}?token={token}")
    say(f"It talks to {engine_of(home).endpoint.host}; your files are in {home.workspace}. Ctrl-C ends it.")
