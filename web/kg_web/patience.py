"""A server process in which a request takes a thread only when it is whole and its answer is not known already."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import TYPE_CHECKING, Any, TypeVar

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from kg.errors import NONE_LEFT
from kg_web.answers import Kept
from kg_web.begun import nothing
from kg_web.front import BEGUN, IN_ENVIRONMENT, Head
from kg_web.gate import Given
from kg_web.gathering import LARGE, MOST_HEAD, Gathering
from kg_web.leaving import Leaving
from kg_web.wire import Outgoing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["PatientWorker"]

_Told = TypeVar("_Told")
_GATHER_SECONDS = 10.0
"""How long a request may take to come in, the pause after the connection was made included."""
_REFUSE_SECONDS = 3.0
"""How long a thread reads on of a request that is too large, so that its client gets to read the refusal."""
_TAKE_SECONDS = 30.0
"""How long a reader may take nothing of an answer that the loop sends."""
_MOST_WAITING = 600
"""Connections without a whole request; when there are more, the one that waits longest makes way."""
_MOST_OUTGOING = 64 * 1024 * 1024
"""Bytes of answers that the loop sends to slow readers; beyond these threads send, which are few."""
_NONE_LEFT = NONE_LEFT | {errno.ENOBUFS}
_NONE_LEFT_SECONDS = 0.05
"""How long the loop waits when a connection cannot be taken, for whoever is answered to give something back."""
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which gathers requests in its loop before it hands them to a thread.

    Threads are few. In gunicorn's own, each is held by a client that sends a byte now and then, or none at all: a
    hundred such clients, and nobody else is answered. What the application can answer `at_once` needs no thread.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.wsgi: Any = None
        self.site: Any = None
        """The application as it was given."""
        self._at_once: Callable[[Head, str], Given | None] = lambda *_: None
        self._here = threading.local()
        """In a thread: the head of the request that it answers."""
        self._waiting: deque[Gathering] = deque()
        """Connections whose request is not whole, the longest waiting first."""
        self._reading: deque[Gathering] = deque()
        """Connections in threads, of which not the whole request was gathered."""
        self._sending: deque[Gathering] = deque()
        """Connections whose reader has not taken all of an answer from memory, the slowest first."""
        self._leaving = Leaving(self._close)
        self._outgoing = 0
        """Bytes of the answers that those take."""

    def load_wsgi(self) -> None:
        """Loads the application; one that can answer `at_once` is told the head of every request."""
        super().load_wsgi()
        inner: Any = self.wsgi
        self.site = inner
        if not hasattr(inner, "at_once"):
            return
        self._at_once = inner.at_once

        def with_head(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ[IN_ENVIRONMENT] = getattr(self._here, "head", None)
            if begun := getattr(self._here, "begun", None):
                environ[BEGUN] = begun
            answer: Iterable[bytes] = inner(environ, start_response)
            return answer

        self.wsgi = with_head

    def accept(self, listener: socket.socket) -> None:
        """Takes a connection, and waits in the loop for what it asks."""
        try:
            client, address = listener.accept()
        except OSError as fault:
            if fault.errno in _NONE_LEFT:
                time.sleep(_NONE_LEFT_SECONDS)  # the connection stays where it is, and the loop would only spin
            return
        self.nr_conns += 1
        self._gather(Gathering(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Gathering, _: socket.socket) -> None:
        """The next request of a connection that was kept comes in."""
        conn.watched = True
        self.keepalived_conns.remove(conn)
        if conn.receive():
            self._gather(conn)
        else:
            self._close(conn)

    def enqueue_req(self, conn: Gathering) -> None:
        """Called when a connection holds the beginning of its next request already."""
        conn.gathered = bytearray(conn.parser.unreader.take_buffered())
        conn.sock.setblocking(False)
        self._gather(conn)

    def handle_request(self, req: Any, conn: Gathering) -> Any:
        """In a thread."""
        self._here.head, self._here.begun = conn.head, conn.begun
        return super().handle_request(req, conn)

    def finish_request(self, conn: Gathering, fs: Any) -> None:
        """Back from a thread."""
        conn.in_thread = False
        if conn.begun:
            conn.begun.close()
            conn.begun = None
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._leaving.add(conn, self.poller)

    def murder_pending(self) -> None:
        """Called each second: gives up on who is too slow; when the process stops, on who asks nothing yet."""
        now = time.monotonic()
        while self._waiting and self._waiting[0].until <= now:
            self._give_up(self._waiting[0])
        for conn in [] if self.alive else [conn for conn in self._waiting if not conn.gathered]:
            self._give_up(conn)
        while self._reading and (self._reading[0].until <= now or not self._reading[0].in_thread):
            conn = self._reading.popleft()
            if conn.in_thread:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)  # its thread then reads the end
        while self._sending and self._sending[0].until <= now:
            self._stop_sending(self._sending[0])
        self._leaving.give_up(now, self.poller)

    def _gather(self, conn: Gathering) -> None:
        conn.until, conn.at = time.monotonic() + _GATHER_SECONDS, 0
        if conn.complete():
            self._answer(conn)
            return
        self.unwatch(conn)
        if len(self._waiting) >= _MOST_WAITING:
            self._give_up(self._waiting[0])
        self._waiting.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_readable, conn))

    def _on_readable(self, conn: Gathering, _: socket.socket) -> None:
        if conn.sock.fileno() < 0:  # it had to make way a moment ago
            return
        there = conn.receive()
        if there and not conn.complete():
            return
        self.poller.unregister(conn.sock)
        self._waiting.remove(conn)
        if there:
            self._answer(conn)
        else:
            self._close(conn)

    def _answer(self, conn: Gathering) -> None:
        """Begins the answer to a request that is whole: from memory, or in a thread."""
        given = self.told(self._at_once, conn)
        if given:
            self.give(conn, given.answer, given.over)
        else:
            self.hand_over(conn)

    def give(self, conn: Gathering, answer: Kept, over: Callable[[], None]) -> None:
        """Sends a finished answer to the request that was gathered; `over` is called when that is done or given up."""
        assert conn.head
        self.nr += 1
        del conn.gathered[: conn.head.size]
        conn.over = over
        self._send(conn, Outgoing(answer, conn.head, self.cfg))

    @property
    def may_send(self) -> bool:
        """Whether the loop may send an answer: nothing stands in the way of keeping the connection after it."""
        room = len(self.keepalived_conns) < self.max_keepalived and self._outgoing < _MOST_OUTGOING
        return bool(room and self.alive and self.nr + 1 < self.max_requests)

    def told(self, ask: Callable[[Head, str], _Told | None], conn: Gathering) -> _Told | None:
        """What the application tells of a plain request when it is asked so, if the loop may send an answer."""
        if not conn.head or not self.may_send:
            return None
        try:
            return ask(conn.head, conn.client[0])
        except Exception:
            self.log.exception("A request cannot be answered by the loop.")
            return None

    def _send(self, conn: Gathering, outgoing: Outgoing) -> None:
        """Sends what the reader takes now, and the rest as it takes more."""
        sent = outgoing.go(conn.sock)
        if sent is None:
            self._over(conn)
            self._close(conn)
        elif sent:
            self._sent(conn, outgoing)
        else:
            conn.until, conn.held = time.monotonic() + _TAKE_SECONDS, outgoing.size
            self._outgoing += conn.held
            self._sending.append(conn)
            self.unwatch(conn)
            self.poller.register(conn.sock, EVENT_WRITE, partial(self._on_writable, conn, outgoing))

    def _on_writable(self, conn: Gathering, outgoing: Outgoing, _: socket.socket) -> None:
        sent = outgoing.go(conn.sock)
        if sent is None:
            self._stop_sending(conn)
            return
        self._sending.remove(conn)
        if sent:
            self.poller.unregister(conn.sock)
            self._outgoing -= conn.held
            self._sent(conn, outgoing)
        else:
            conn.until = time.monotonic() + _TAKE_SECONDS
            self._sending.append(conn)

    def _sent(self, conn: Gathering, outgoing: Outgoing) -> None:
        """All of an answer was sent: the connection is ended or waits for the next request."""
        self._over(conn)
        if outgoing.closes or conn.gathered:
            self.unwatch(conn)
        if outgoing.closes:
            self._leaving.add(conn, self.poller)
        elif conn.gathered:
            self.method_queue.defer(self._gather, conn)  # others first
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)
            if not self.alive:
                self._cap_keepalive(time.monotonic() + STOP_KEEPALIVE_LINGER)
            if not conn.watched:
                self.poller.register(conn.sock, EVENT_READ, partial(self.on_client_socket_readable, conn))
            conn.watched = False

    def _stop_sending(self, conn: Gathering) -> None:
        self._sending.remove(conn)
        self._outgoing -= conn.held
        self._unregister(conn)
        self._over(conn)
        self._close(conn)

    def _over(self, conn: Gathering) -> None:
        over, conn.over = conn.over, nothing
        try:
            over()
        except Exception:
            self.log.exception("A request could not be counted.")

    def hand_over(self, conn: Gathering) -> None:
        """Gives a connection to a thread."""
        self.unwatch(conn)
        if len(conn.gathered) > MOST_HEAD or LARGE.search(conn.gathered):
            conn.until = time.monotonic() + _REFUSE_SECONDS
            self._reading.append(conn)
        conn.data_ready = conn.in_thread = True
        if conn.initialized:
            conn.parser.unreader.unread(bytes(conn.gathered))
            conn.gathered = bytearray()
        super().enqueue_req(conn)

    def _give_up(self, conn: Gathering) -> None:
        self._waiting.remove(conn)
        self._unregister(conn)
        if conn.gathered:
            with suppress(OSError):
                conn.sock.send(_TOO_SLOW)
        self._close(conn)

    def unwatch(self, conn: Gathering) -> None:
        """The poller no longer tells of the next request, if it still did since the last."""
        if conn.watched:
            conn.watched = False
            self._unregister(conn)

    def _unregister(self, conn: Gathering) -> None:
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def _close(self, conn: Gathering) -> None:
        self.unwatch(conn)
        self.nr_conns -= 1
        conn.close()
