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
        conn.begun = self._begun(conn)
        if not conn.begun or not conn.begun.pending:
            super().hand_over(conn)
            return
        if self._comes_first(conn.begun):
            self._go_on(conn)
            return
        self.unwatch(conn)
        conn.until = time.monotonic() + _WAIT_SECONDS
        self._asking.append(conn)
        self.poller.register(conn.begun, EVENT_READ, partial(self._on_answer, conn))

    def murder_pending(self) -> None:
        """Called each second: gives up on who is too slow."""
        super().murder_pending()
        now = time.monotonic()
        while self._asking and self._asking[0].until <= now:
            conn = self._asking[0]
            self._no_longer(conn)
            super().hand_over(conn)

    def _begun(self, conn: Gathering) -> Begun | None:
        if not conn.head or not self.may_send:
            return None
        try:
            return self._begin(conn.head, conn.client[0])
        except Exception:
            self.log.exception("A request cannot be begun.")
            return None

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
        begun = conn.begun
        answer = begun.answer() if begun and self.may_send else None
        if begun and answer:
            conn.begun = None
            self.give(conn, answer, begun.close)
        else:
            super().hand_over(conn)

    def _no_longer(self, conn: Gathering) -> None:
        self._asking.remove(conn)
        self.poller.unregister(conn.begun)
