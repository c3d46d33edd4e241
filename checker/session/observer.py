"""The observer: follows the engine's events, so that a step is ticked as the command returns.

An event only says that it is time to look; what is on the engine decides. Goals are tested at once.
When it has been quiet for a moment, everything is judged with its causes. It ends when it is told to;
it waits for an engine that goes away.
"""

import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from checker.errors import CheckerError
from checker.facts.objects import Event
from checker.session.event_stream import EventStream
from checker.session.session import Session
from checker.session.wake import Listener

QUIET = 0.1  # seconds without an event after which all is judged
PATIENCE = 300.0  # seconds to wait for an engine that is away; it is asked once a second


class Observer:
    """Watches one session. `run` blocks until `stop` is called (from another thread or on a signal),
    or until the engine has been away for `patience` seconds. `listener` is woken by other processes
    that change the journal."""

    def __init__(
        self,
        session: Session,
        complain: Callable[[str], None],
        patience: float = PATIENCE,
        listener: Listener | None = None,
    ) -> None:
        self._session = session
        self._complain = complain
        self._patience = patience
        self._listener = listener
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._stream = EventStream(session.endpoint, lambda: self._wake.put(True))

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped.set()
        self._wake.put(False)

    def run(self) -> None:
        """Follow and judge until stopped."""
        threading.Thread(target=self._listen, daemon=True).start()
        if self._listener is not None:
            threading.Thread(target=self._heed, args=(self._listener,), daemon=True).start()
        restless = False
        while not self._stopped.is_set():
            try:
                self._wake.get(timeout=QUIET if restless else None)
                self._drain()
                restless = True
                self._look(lambda: self._session.evaluate_goals(self._events))
            except queue.Empty:
                restless = False
                self._look(self._check)

    def _look(self, look: Callable[[], object]) -> None:
        """A look that fails is reported and forgotten: the next event brings the next look."""
        try:
            look()
        except CheckerError as error:
            self._complain(error.message)

    def _check(self) -> None:
        if self._session.active():
            self._session.check(events=self._events)

    def _events(self, since: int) -> tuple[Event, ...]:
        return self._stream.events(since, self._session.engine)

    def _drain(self) -> None:
        """One look answers all the events that have come by now."""
        with suppress(queue.Empty):
            while True:
                self._wake.get_nowait()

    def _heed(self, listener: Listener) -> None:
        """Look when another process changed the journal, such as one that began a lesson."""
        with suppress(OSError, ValueError):  # it was closed
            while not self._stopped.is_set():
                listener.wait()
                self._wake.put(True)

    def _listen(self) -> None:
        self._stream.follow(self._stopped, self._patience)
        self.stop()
