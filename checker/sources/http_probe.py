"""What answers at a published port, over HTTP.

This is the one request of the checker that reaches a container: `GET /` at a port that a goal names.
"""

import http.client
import time
from urllib.parse import urlsplit

from checker.facts.objects import Reply

PATIENCE = 2.0  # seconds, for the beginning of an answer and for the rest of it
LIMIT = 64 * 1024  # bytes of an answer that are read


def machine_of(engine: str) -> str:
    """The machine on which an engine publishes ports: this one, unless its address names another."""
    return (urlsplit(engine).hostname if engine.startswith(("tcp://", "ssh://")) else "") or "127.0.0.1"


def reply(machine: str, port: int) -> Reply | None:
    """What a port answers to `GET /`; None if nothing listens there.

    The status is 0 if something listens, but does not answer in time or does not speak HTTP.
    """
    connection = http.client.HTTPConnection(machine, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        answer = connection.getresponse()
        return Reply(answer.status, _text(answer))
    except ConnectionRefusedError:
        return None
    except (OSError, http.client.HTTPException):
        return Reply(0)
    finally:
        connection.close()


def _text(answer: http.client.HTTPResponse) -> str:
    """As much of the answer as comes in time: a stream may never end."""
    deadline, text = time.monotonic() + PATIENCE, b""
    try:
        while len(text) < LIMIT and time.monotonic() < deadline and (piece := answer.read1(LIMIT)):
            text += piece
    except (OSError, http.client.HTTPException):
        pass  # it broke off: what has come is the answer
    return text[:LIMIT].decode(errors="replace")
