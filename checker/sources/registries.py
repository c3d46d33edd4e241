"""Reads registries over the HTTP API of distribution-spec: what a tag names, which tags there are.

A registry that does not answer or wants a login is a CannotTell, never "no such tag".
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.errors import RegistryLogin, RegistryUnreachable
from checker.facts.objects import RemoteImage, familiar
from checker.reference import ImageReference

if TYPE_CHECKING:
    from requests import Response

    from checker.sources.read_only import ReadOnlySession

PATIENCE = 5.0  # seconds
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
AGENT = "checker-of-lessons"  # tells the checker's requests from the learner's in a registry's log
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Access:
    """How a registry is reached from here: its base URL, and an account if it wants a login."""

    url: str
    account: tuple[str, str] | None = None


@dataclass
class Registries:
    """A connection to registries that only reads.

    `known` says how to reach those whose name is not their address: `localhost:5000` inside an
    engine may be another port outside of it.
    """

    known: Mapping[str, Access] = field(default_factory=dict)
    _session: "ReadOnlySession | None" = None

    def close(self) -> None:
        """Drop the connections."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def image(self, name: str) -> RemoteImage | None:
        """What a full reference names in its registry; None if there is no such tag or digest."""
        reference = ImageReference.parse(name).with_default_tag()
        answer = self._answer(reference, f"{reference.path}/manifests/{reference.digest or reference.tag}")
        if answer is None:
            return None
        config = _object(answer).get("config") or {}
        written = f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
        return RemoteImage(answer.headers.get("Docker-Content-Digest", written), config.get("digest"))

    def tags(self, name: str) -> tuple[str, ...]:
        """The tags of a full reference's repository; none if there is no such repository."""
        return tuple(sorted((self.get(name, "tags/list") or {}).get("tags") or ()))

    def get(self, name: str, path: str) -> dict[str, Any] | None:
        """What the registry says at a path of a reference's repository, such as `manifests/latest`.

        None if there is no such thing.
        """
        reference = ImageReference.parse(name)
        answer = self._answer(reference, f"{reference.path}/{path}")
        return _object(answer) if answer is not None else None

    def _answer(self, reference: ImageReference, path: str) -> "Response | None":
        """The answer; None if the registry says that there is no such thing."""
        import requests  # slow to import: it comes with the Docker SDK, and as late

        host = reference.domain
        access = self.known.get(host) or Access(_url(host))
        try:
            answer = self._asked(access, path)
            if answer.status_code in (401, 403):
                raise RegistryLogin(
                    f"The registry {host} wants a login before it tells anything about "
                    f"`{familiar(str(reference))}`.",
                    (f"docker login {host}",),
                )
            if answer.status_code == 404 and "errors" in _object(answer):
                return None  # any other 404 does not come from a registry
            answer.raise_for_status()
            _object(answer)
        except requests.RequestException as error:
            self.close()
            message = f"The registry {host} does not answer as a registry: {_why(error)}."
            raise RegistryUnreachable(message, (f"curl {access.url}/v2/",)) from error
        return answer

    def _asked(self, access: Access, path: str) -> "Response":
        from checker.sources.read_only import ReadOnlySession

        if self._session is None:
            self._session = ReadOnlySession()
            self._session.trust_env = False  # no proxy knows the registries of this machine
        return self._session.get(
            f"{access.url}/v2/{path}",
            headers={"Accept": MANIFESTS, "User-Agent": AGENT},
            auth=access.account,
            timeout=PATIENCE,
            proxies=_proxies(access.url),
        )


def _object(answer: "Response") -> dict[str, Any]:
    """What a registry says. Raises requests.InvalidJSONError if what answers is not a registry."""
    from requests.exceptions import InvalidJSONError

    found = answer.json()
    if not isinstance(found, dict):
        raise InvalidJSONError("no object", response=answer)
    return found


def _url(host: str) -> str:
    """Docker speaks plain HTTP to a registry of this machine, and to no other."""
    name = host.rpartition(":")[0] or host
    if name in LOOPBACK or host in LOOPBACK:
        return f"http://{host}"
    return "https://registry-1.docker.io" if host == "docker.io" else f"https://{host}"


def _proxies(url: str) -> dict[str, Any]:
    if url.startswith("http://"):
        return {}
    return {"https": os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")}


def _why(error: Exception) -> str:
    from requests.exceptions import InvalidJSONError

    if isinstance(error, InvalidJSONError):
        return "something else answers there"
    response: Any = getattr(error, "response", None)
    if response is not None:
        return f"it says {response.status_code}"
    return "no answer in time" if "imed out" in str(error) else "nothing answers there"
