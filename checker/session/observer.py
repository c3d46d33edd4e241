"""The observer: follows the engine's events, so that a step ticks as the command returns.

Events wake it, state decides: each one leads to a fresh look. Goals are tested at once; when it
has been quiet for a moment, everything is judged with its causes. It ends when told to; an engine
that goes away is waited for.
"""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from checker.errors import CannotTell, CheckerError
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine

QUIET = 0.1  # seconds without an event after which all is judged
GATHER = 0.003  # seconds that one event may come after another of the same command, as a rule
GATHER_LIMIT = 0.01  # seconds after which one looks in any case
RETRY = 0.05  # seconds between two tries to reach an engine that is away; doubled each time
PATIENCE = 30.0  # seconds to wait for it


class Observer:
    """Watches one desk. `run` blocks until `stop` is called (from another thread or on a signal),
    or until the engine has been away for `patience` seconds."""

    def __init__(self, session: Session, complain: Callable[[str], None], patience: float = PATIENCE) -> None:
        self._session = session
        self._complain = complain
        self._patience = patience
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped.set()
        self._wake.put(False)

    def run(self) -> None:
        """Follow and judge until stopped."""
        threading.Thread(target=self._listen, args=(self._session.endpoint,), daemon=True).start()
        restless = False
        while not self._stopped.is_set():
            try:
                self._wake.get(timeout=QUIET if restless else None)
                self._gather()
                restless = True
                self._look(self._session.evaluate_goals)
            except queue.Empty:
                restless = False
                self._look(self._session.check)

    def _look(self, at: Callable[[], object]) -> None:
        """A look that fails is told and forgotten: the next event brings the next look."""
        try:
            if self._session.journal.active():
                at()
        except CheckerError as error:
            self._complain(error.message)

    def _gather(self) -> None:
        """Wait a moment for what belongs together: a removal untags first, and deletes right after."""
        deadline = time.monotonic() + GATHER_LIMIT
        with suppress(queue.Empty):
            while time.monotonic() < deadline:
                self._wake.get(timeout=GATHER)

    def _listen(self, endpoint: Endpoint) -> None:
        """Wake the main thread for each event; after a gap also without one."""
        away = 0.0
        while not self._stopped.is_set():
            try:
                with Engine(endpoint) as engine:
                    since = time.time_ns()
                    engine.image("none")  # connects, so that the gap before the stream is small
                    away = 0.0
                    self._wake.put(True)
                    for _ in engine.follow(since):
                        self._wake.put(True)
            except CannotTell:
                if away > self._patience:
                    self.stop()
                pause = max(RETRY, min(away, 1.0))
                away += pause
                self._stopped.wait(pause)
