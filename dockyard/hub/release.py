"""The maintainers of busybox at work: they let a tag of the hub name another build.

It is done as they would do it, over the registry's API; `dockyard.hub.rewind` undoes it.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

from checker.sources.registries import AGENT, MANIFESTS
from dockyard.errors import HubError
from dockyard.system.cache import Say

REPOSITORY = "library/busybox"
TAG, NEXT = "stable", "uclibc"  # the tag that moves, and the tag of the build that it moves to


def release(address: str | None, say: Say) -> None:
    """Let `busybox:stable` name another build, in the hub at an address; None: it is down.

    Raises HubError.
    """
    if address is None:
        raise HubError("The hub is down, so nothing can be released there.", ("dockyard up",))
    new, kind = _manifest(address, NEXT)
    now, _ = _manifest(address, TAG)
    if now == new:
        say(f"Nothing to do: the new build has been released, and `busybox:{TAG}` names it.")
        return
    with _asked(address, TAG, "PUT", {"Content-Type": kind}, new):
        say(f"The maintainers of busybox have released a new build: the hub's tag `busybox:{TAG}` has moved.")


def _manifest(address: str, tag: str) -> tuple[bytes, str]:
    """What a tag names, and of which kind that is."""
    with _asked(address, tag, "GET", {"Accept": MANIFESTS}) as answer:
        return answer.read(), answer.headers["Content-Type"]


@contextmanager
def _asked(
    address: str, tag: str, method: str, headers: dict[str, str], data: bytes | None = None
) -> Iterator[HTTPResponse]:
    url = f"http://{address}/v2/{REPOSITORY}/manifests/{tag}"
    request = urllib.request.Request(url, data, {**headers, "User-Agent": AGENT}, method=method)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=10) as answer:
            yield answer
    except urllib.error.HTTPError as error:
        message = f"The hub has no `busybox:{tag}` that could be released: it answers {error.code}."
        raise HubError(message, ("dockyard hub fill",)) from error
    except OSError as error:
        raise HubError(f"The hub at {address} does not answer: {error}.", ("dockyard up",)) from error
