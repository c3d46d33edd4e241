"""Which engine a shell talks to, found as the Docker command line finds it.

The order, from the command line's own sources: DOCKER_HOST, then DOCKER_CONTEXT, then the current
context in config.json, then the default socket. Nothing here asks an engine or imports the SDK.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.errors import UnknownContext

DEFAULT_HOST = "npipe:////./pipe/docker_engine" if os.name == "nt" else "unix:///var/run/docker.sock"


@dataclass(frozen=True)
class Endpoint:
    """An engine's address.

    `source` says in words why it is this one. `chosen` is False for the default. `tls` is the folder
    of ca.pem, cert.pem and key.pem, or None.
    """

    host: str
    source: str = "the default"
    chosen: bool = False
    tls: Path | None = None
    verify: bool = True

    def same_as(self, other: "Endpoint") -> bool:
        """Whether both lead to the same socket; links are followed."""
        return _canonical(self.host) == _canonical(other.host)


def resolve(env: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint of a shell with this environment.

    Raises UnknownContext if the chosen context does not exist or cannot be read.
    """
    if host := env.get("DOCKER_HOST"):
        certificates = env.get("DOCKER_CERT_PATH") or str(_config_folder(env))
        tls = Path(certificates) if env.get("DOCKER_TLS_VERIFY") else None
        return Endpoint(_with_scheme(host), "DOCKER_HOST", True, tls)
    if name := env.get("DOCKER_CONTEXT"):
        return _context(name, "DOCKER_CONTEXT", env)
    if name := _current_context(env):
        return _context(name, f'the current context "{name}"', env)
    return Endpoint(DEFAULT_HOST)


def _config_folder(env: Mapping[str, str]) -> Path:
    chosen = env.get("DOCKER_CONFIG")
    return Path(chosen) if chosen else Path(env.get("HOME") or Path.home()) / ".docker"


def _current_context(env: Mapping[str, str]) -> str | None:
    try:
        found = json.loads((_config_folder(env) / "config.json").read_text())
    except (OSError, ValueError):  # the command line warns about a damaged file and uses the default
        return None
    name = found.get("currentContext") if isinstance(found, dict) else None
    return name if isinstance(name, str) and name else None


def _context(name: str, source: str, env: Mapping[str, str]) -> Endpoint:
    if name == "default":
        return Endpoint(DEFAULT_HOST, source)
    key = hashlib.sha256(name.encode()).hexdigest()
    store = _config_folder(env) / "contexts"
    try:
        meta = json.loads((store / "meta" / key / "meta.json").read_text())
        docker = meta["Endpoints"]["docker"]
        host = str(docker["Host"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f'{source} names the Docker context "{name}", which does not exist or is damaged.'
        raise UnknownContext(message, ("docker context ls", "docker context use default")) from error
    tls = store / "tls" / key / "docker"
    verify = not docker.get("SkipTLSVerify", False)
    return Endpoint(host, source, True, tls if tls.is_dir() else None, verify)


def _with_scheme(host: str) -> str:
    return host if "://" in host else f"tcp://{host}"


def _canonical(host: str) -> str:
    if host.startswith("unix://"):
        return str(Path(host.removeprefix("unix://")).resolve())
    return host.rstrip("/")
