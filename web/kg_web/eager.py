"""A server process whose loop waits for quick answers of workers, so that those take no thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from select import POLLIN, poll
from selectors import EVENT_READ
from typing import Any

from kg_web.begun import Begun
from kg_web.front import Head
from kg_web.gathering import Gathering
from kg_web.patience import PatientWorker

__all__ = ["EagerWorker"]

_SOON_MILLISECONDS = 2
"""So long it waits for the answer of one, when nothing else is asked meanwhile."""
_TURN_SECONDS = 0.2
"""So long a query waits in the loop for a worker; then a thread does, in the queue that has published limits."""
_MOST_QUEUED = 16
_ROUND_SECONDS = 0.05
_WAIT_SECONDS = 0.5
"""So long the loop waits for an answer; then a thread does, which sees to the limits and to a client that leaves."""


class EagerWorker(PatientWorker):
    """A patient worker that puts plain queries to a process for queries itself, when the application can `begin` them.

    A thread costs such a request more than all the rest: it is woken, reads the request again, and gives way to the
    loop in the end. What is not quick, fails, or has to be told in another way is handed over to a thread, which goes
    on from what has come.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._begin: Callable[[Head, str], Begun | None] = lambda *_: None
        self._asking: deque[Gathering] = deque()
        """Connections whose query a worker has, the longest waiting first."""
        self._queued: deque[Gathering] = deque()
        """Connections whose query waits for a worker, the longest waiting first."""
        self._soonest: Any = None
        """What tells of the next thing to come, of any connection."""

    def run(self) -> None:
        """Answers requests until the process is to stop."""
        if hasattr(self.poller, "fileno"):  # one that can be waited for together with another
            self._soonest = poll()
            self._soonest.register(self.poller, POLLIN)
        super().run()

    def load_wsgi(self) -> None:
        """Loads the application, which may know how to `begin` a request."""
        super().load_wsgi()
        self._begin = getattr(self.site, "begin", self._begin)

    def hand_over(self, conn: Gathering) -> None:
        """Gives a connection to a thread, or first to a worker."""
        conn.begun = self.told(self._begin, conn)
        if not conn.begun:
            super().hand_over(conn)
        elif not conn.begun.pending:
            self._wait_for_turn(conn)
        elif self._comes_first(conn.begun):
            self._go_on(conn)
        else:
            self.unwatch(conn)
            self._wait_for_answer(conn)

    def _wait_for_turn(self, conn: Gathering) -> None:
        """No worker is free: waits for the next, unless so many wait that threads had better do so."""
        if len(self._queued) >= _MOST_QUEUED:
            super().hand_over(conn)
            return
        self.unwatch(conn)
        conn.until = time.monotonic() + _TURN_SECONDS
        self._queued.append(conn)

    def _wait_for_answer(self, conn: Gathering) -> None:
        conn.until = time.monotonic() + _WAIT_SECONDS
        self._asking.append(conn)
        self.poller.register(conn.begun, EVENT_READ, partial(self._on_answer, conn))

    def _take_turns(self) -> None:
        """Gives workers that came free to who waits longest."""
        while self._queued and self._started(self._queued[0]):
            self._wait_for_answer(self._queued.popleft())

    def _started(self, conn: Gathering) -> bool:
        try:
            return conn.begun is not None and conn.begun.start()
        except Exception:
            self.log.exception("A query cannot be put to a worker.")
            return False

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Waits for what comes next; not for long while a query waits."""
        waits = self._queued or self._asking
        super().wait_for_and_dispatch_events(min(timeout, _ROUND_SECONDS) if waits else timeout)

    def murder_pending(self) -> None:
        """Called each time round: gives up on who is too slow, and goes on with who waits."""
        super().murder_pending()
        now = time.monotonic()
        while self._asking and self._asking[0].until <= now:
            conn = self._asking[0]
            self._no_longer(conn)
            super().hand_over(conn)
        self._take_turns()
        while self._queued and self._queued[0].until <= now:
            super().hand_over(self._queued.popleft())

    def _comes_first(self, begun: Begun) -> bool:
        """Whether the answer comes within a moment and before anything else: then the poller need not be told of it."""
        if self._asking or not self._soonest:
            return False
        self._soonest.register(begun, POLLIN)
        ready = [descriptor for descriptor, _ in self._soonest.poll(_SOON_MILLISECONDS)]
        self._soonest.unregister(begun)
        return begun.fileno() in ready and begun.come()

    def _on_answer(self, conn: Gathering, begun: Begun) -> None:
        if begun.come():
            self._no_longer(conn)
            self._go_on(conn)

    def _go_on(self, conn: Gathering) -> None:
        """Sends the answer that has come, or has a thread do so."""
        begun, answer = conn.begun, None
        try:
            answer = begun.answer() if begun and self.may_send else None
        except Exception:
            self.log.exception("An answer cannot be told by the loop.")
        if begun and answer:
            conn.begun = None
            self.give(conn, answer, begun.close)
        else:
            super().hand_over(conn)
        self._take_turns()

    def _no_longer(self, conn: Gathering) -> None:
        self._asking.remove(conn)
        self.poller.unregister(conn.begun)
