"""Plays the maintainers of busybox: moves a tag of the hub to another build.

It uses the registry's API, as they would. `dockyard.hub.contents.restore` undoes it.
"""

from checker.sources.registries import AGENT, MANIFESTS
from dockyard.errors import HubError
from dockyard.system.cache import Say
from dockyard.system.http import Response, send

REPOSITORY = "library/busybox"
TAG, NEXT = "stable", "uclibc"  # the tag that moves, and a tag of the build to which it moves


def release(address: str | None, say: Say) -> None:
    """Move `busybox:stable` to another build, in the hub at an address; None if the hub is down.

    Raises HubError.
    """
    if address is None:
        raise HubError("The hub is down, so nothing can be released there.", ("dockyard up",))
    new, current = _manifest(address, NEXT), _manifest(address, TAG)
    if current.body == new.body:
        say(f"Nothing to do: the new build is already released, and `busybox:{TAG}` names it.")
        return
    _send("PUT", address, TAG, {"Content-Type": new.content_type}, new.body)
    say(f"The maintainers of busybox have released a new build: the hub's tag `busybox:{TAG}` has moved.")


def _manifest(address: str, tag: str) -> Response:
    return _send("GET", address, tag, {"Accept": MANIFESTS})


def _send(
    method: str, address: str, tag: str, headers: dict[str, str], body: bytes | None = None
) -> Response:
    path = f"/v2/{REPOSITORY}/manifests/{tag}"
    try:
        answer = send(method, address, path, {**headers, "User-Agent": AGENT}, body)
    except OSError as error:
        raise HubError(f"The hub at {address} does not answer: {error}.", ("dockyard up",)) from error
    if answer.status >= 300:
        message = f"The hub has no `busybox:{tag}` that could be released: it answers {answer.status}."
        raise HubError(message, ("dockyard hub fill",))
    return answer
