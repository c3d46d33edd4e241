"""What JupyterLab reads at its start, written into the home: nothing of the user's own is touched."""

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.errors import CheckerError
from dockyard.engine.kinds import engine_of
from dockyard.home import Home

# Every default that would make the page or the server ask the internet for something.
OVERRIDES: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
}
# Tables that Docker prints keep their columns, and commands (code with a language) look other than output.
STYLE = """\
.jp-RenderedMarkdown pre { overflow-x: auto; }
.jp-RenderedMarkdown pre > code { background: none !important; white-space: pre !important; }
.jp-RenderedMarkdown pre:has(> code[class]) {
  background: var(--jp-layout-color2);
  padding: 0.5em 1em !important;
}
"""
# A kernel that was restarted knows the magics, also before its first cell is run again.
LAZY = {"MagicsManager": {"lazy_magics": dict.fromkeys(("check", "answer", "hint", "solution"), "checker")}}

# Of no use to a learner: that kernels speak TCP (here on loopback), and how one died that was busy.
QUIET = {"IPKernelApp": {"log_level": "CRITICAL"}}


@dataclass(frozen=True)
class LabFiles:
    """The lab's own folders below the home."""

    home: Home

    @property
    def path(self) -> Path:
        """All of them are in here."""
        return self.home.path / "lab"

    @property
    def workspaces(self) -> Path:
        """Where JupyterLab keeps its layouts."""
        return self.path / "workspaces"

    @property
    def defaults(self) -> Path:
        """Holds overrides.json."""
        return self.path / "defaults"

    @property
    def bashrc(self) -> Path:
        """What the terminals' bash reads."""
        return self.path / "bashrc"

    def write(self) -> None:
        """Write all that the server, kernels and terminals read."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        _write(self.defaults / "overrides.json", json.dumps(OVERRIDES))
        _write(self.path / "config" / "custom" / "custom.css", STYLE)
        profile = self.path / "ipython" / "profile_default"
        _write(profile / "ipython_config.json", json.dumps(LAZY | _start_in(self.home.workspace)))
        _write(profile / "ipython_kernel_config.json", json.dumps(QUIET))
        _write(self.bashrc, _bashrc(self.env()))

    def lay_out(self, workspace: str, notebook: str) -> None:
        """Write the layout: the notebook left, a terminal right. Needs JupyterLab, which names the file."""
        from jupyterlab_server.workspaces_handler import WorkspacesManager

        WorkspacesManager(str(self.workspaces)).save(workspace, json.dumps(_layout(workspace, notebook)))

    def env(self) -> dict[str, str]:
        """What kernels and terminals must have in their environment."""
        commands = str(Path(sys.executable).parent)
        path = [part for part in os.environ.get("PATH", os.defpath).split(os.pathsep) if part != commands]
        return {
            **self.home.env,
            "DOCKER_HOST": engine_of(self.home).endpoint.host,
            "PATH": os.pathsep.join([commands, *path]),
            "IPYTHONDIR": str(self.path / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self.path / "config"),
            "JUPYTER_DATA_DIR": str(self.path / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.path / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.path / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.workspaces),
        }

    def shell(self) -> list[str]:
        """The terminals' command: the user's shell. A login shell would set PATH again, so it is none."""
        shell = os.environ.get("SHELL") or "/bin/bash"
        if Path(shell).name == "bash" or not Path(shell).exists():
            return ["bash", "--rcfile", str(self.bashrc), "-i"]
        return [shell]


def _layout(name: str, notebook: str) -> dict[str, Any]:
    """The notebook left, a terminal right."""

    def tab(widget: str) -> dict[str, Any]:
        return {"type": "tab-area", "currentIndex": 0, "widgets": [widget]}

    book, terminal = f"notebook:{notebook}", "terminal:1"
    halves = {"type": "split-area", "orientation": "horizontal", "sizes": [0.55, 0.45]}
    data = {
        "layout-restorer:data": {
            "main": {"dock": halves | {"children": [tab(book), tab(terminal)]}, "current": book},
            "down": {"size": 0, "widgets": []},
            "left": {"collapsed": True, "visible": True, "widgets": []},
            "right": {"collapsed": True, "visible": True, "widgets": []},
            "relativeSizes": [0, 1, 0],
        },
        book: {"data": {"path": notebook, "factory": "Notebook"}},
        terminal: {"data": {"name": "1"}},
    }
    return {"data": data, "metadata": {"id": name}}


def _start_in(folder: Path) -> dict[str, Any]:
    """Start kernels where terminals start and checks look for files, wherever the notebook is."""
    return {"InteractiveShellApp": {"exec_lines": [f"__import__('os').chdir({str(folder)!r})"]}}


def _bashrc(env: dict[str, str]) -> str:
    """The user's own start file, and after it what the lab is sure about."""
    kept = ("DOCKER_HOST", "DOCKYARD_HOME", "DOCKYARD_LESSONS", "PATH")
    exports = "\n".join(f"export {name}={shlex.quote(env[name])}" for name in kept)
    return f"""\
[ -r /etc/bash.bashrc ] && . /etc/bash.bashrc
[ -r ~/.bashrc ] && . ~/.bashrc
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
{exports}
"""


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        message = f"The lab cannot write {file}: {error.strerror}."
        raise CheckerError(message, (f"ls -ld {file.parent}",)) from error
