"""Connections over which nothing more is answered, and whose clients are given time to read the last of it."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, BaseSelector

from kg_web.gathering import Gathering

__all__ = ["Leaving"]

_SECONDS = 2.0
"""How long a client has to end a connection after its last answer, before it is ended."""
_MOST = 64 * 1024
"""Bytes that may still come in then."""


class Leaving:
    """Ends connections; their clients get to read the answer first, which a reset would take away (RFC 9112, 9.6).

    gunicorn waits for each client, in the loop; and everybody else with it.
    """

    def __init__(self, close: Callable[[Gathering], None]) -> None:
        self._close = close
        self._conns: deque[Gathering] = deque()
        """The longest waiting first."""

    def add(self, conn: Gathering, poller: BaseSelector) -> None:
        """Begins to end a connection that the loop does not wait for."""
        conn.gathered = bytearray()
        conn.until = time.monotonic() + _SECONDS
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            poller.register(conn.sock, EVENT_READ, partial(self._on_readable, conn, poller))
        except (OSError, ValueError):
            self._close(conn)
        else:
            self._conns.append(conn)

    def give_up(self, now: float, poller: BaseSelector) -> None:
        """Ends those that were given their time."""
        while self._conns and self._conns[0].until <= now:
            self._end(self._conns[0], poller)

    def _on_readable(self, conn: Gathering, poller: BaseSelector, _: socket.socket) -> None:
        if not conn.receive() or len(conn.gathered) > _MOST:
            self._end(conn, poller)

    def _end(self, conn: Gathering, poller: BaseSelector) -> None:
        self._conns.remove(conn)
        with suppress(OSError, KeyError, ValueError):
            poller.unregister(conn.sock)
        self._close(conn)
