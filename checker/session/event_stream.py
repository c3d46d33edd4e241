"""The engine's events as they come. Only what happened before the stream began is asked for."""

import threading
import time
from collections.abc import Callable

from checker.errors import CannotTell
from checker.facts.objects import Event
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine

SETTLE = 0.001  # seconds in which an event that the engine has sent gets here
GATHER = 0.006  # seconds that one event may come after another of the same command: twice the usual
KEPT = 60 * 10**9  # nanoseconds before what is asked for: events do not come strictly in order
LIMIT = 10_000  # events that are kept while nobody asks
RETRY = 0.05  # seconds between two tries to reach an engine that is away; doubled each time


class EventStream:
    """Follows one engine in a thread, and calls `wake` for each event and after each gap.

    While the stream is connected, it has every event since `_complete_since`, so nobody has to ask
    the engine. That is None while there is no connection.
    """

    def __init__(self, endpoint: Endpoint, wake: Callable[[], None]) -> None:
        self._endpoint = endpoint
        self._wake = wake
        self._events: list[Event] = []
        self._complete_since: int | None = None
        self._arrived = threading.Condition()
        self._news = False
        self._last = 0.0  # when the last event came

    def follow(self, stopped: threading.Event, patience: float) -> None:
        """Follow until stopped, or until the engine has been away for `patience` seconds."""
        away = 0.0
        while not stopped.is_set() and away <= patience:
            try:
                with Engine(self._endpoint) as engine:
                    since = time.time_ns()
                    engine.image("none")  # connects, so that the gap before the stream is small
                    away = 0.0
                    self._begin(since)
                    for event in engine.follow(since):
                        self._take(event)
                self._complete_since = None
            except CannotTell:
                self._complete_since = None
                pause = max(RETRY, min(away, 1.0))
                away += pause
                stopped.wait(pause)

    def events(self, since: int, engine: Engine) -> tuple[Event, ...]:
        """The events after a time (nanoseconds).

        If nothing has come since the last call, it waits for a moment: the engine may have sent
        something just now, and a removal untags first and deletes right after. Raises CannotTell.
        """
        with self._arrived:
            if not self._news:
                self._arrived.wait(max(SETTLE, self._last + GATHER - time.monotonic()))
            self._news = False
            self._events = [event for event in self._events if event.time_nano > since - KEPT]
            begun = self._complete_since
            if begun is not None and begun <= since:
                return tuple(self._events)
        missed = engine.events(since)
        with self._arrived:
            self._events += missed
            if begun is not None and self._complete_since == begun:  # the stream has held meanwhile
                self._complete_since = since
            return tuple(self._events)

    def _begin(self, since: int) -> None:
        with self._arrived:
            # An engine that was restarted may be back in an earlier state: what came before it went
            # away is not asked for again, and what it remembers, it tells.
            self._events.clear()
            self._complete_since = since
        self._wake()

    def _take(self, event: Event) -> None:
        with self._arrived:
            self._events.append(event)
            if len(self._events) > LIMIT:
                del self._events[: LIMIT // 2]
                self._complete_since = self._events[0].time_nano
            self._news, self._last = True, time.monotonic()
            self._arrived.notify_all()
        self._wake()
