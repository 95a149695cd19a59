"""A server process in which only a whole request takes a thread, so that slow clients keep nobody else waiting."""

from __future__ import annotations

import re
import socket
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from kg_web.guard import patient

__all__ = ["PatientWorker", "progress"]

_GATHER_SECONDS = 10.0
"""How long a request may take to come in, the pause after the connection was made included."""
_REFUSE_SECONDS = 3.0
"""How long a thread reads on of a request that is too large, so that its client gets to read the refusal."""
_MOST_GATHERED = 1_500_000
"""Bytes of one request that are gathered: more than the site reads of any."""
_MOST_HEAD = 64 * 1024
_MOST_CHUNK_HEAD = 256
_MOST_WAITING = 600
"""Connections without a whole request; when there are more, the one that waits longest makes way."""
_PIECE = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_LARGE = re.compile(rb"\r\ncontent-length:[ \t]*0*[1-9]\d{6,}", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})")
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def progress(gathered: bytearray, at: int = 0) -> tuple[bool, int]:
    """Whether these bytes hold a whole request, as far as it is waited for; and from where to look the next time.

    `at` is what the last call gave, for the same bytes and more. What is larger than the site reads, or is no
    HTTP, is whole as soon as that shows: a thread then refuses it.
    """
    head = gathered.find(b"\r\n\r\n", 0, _MOST_HEAD)
    if head < 0:
        return len(gathered) > _MOST_HEAD, 0
    told = bytes(gathered[: head + 2])
    if _CHUNKED.search(told):
        return _chunks(gathered, max(at, head + 4))
    length = _LENGTH.search(told)
    size = int(length[1]) if length else 0
    return size > _MOST_GATHERED or len(gathered) >= head + 4 + size, 0


def _chunks(gathered: bytearray, at: int) -> tuple[bool, int]:
    """Walks over the chunks that begin at `at` (RFC 9112, section 7.1)."""
    while len(gathered) <= _MOST_GATHERED:
        end = gathered.find(b"\r\n", at, at + _MOST_CHUNK_HEAD)
        if end < 0:
            return len(gathered) > at + _MOST_CHUNK_HEAD, at
        size = _SIZE.match(gathered, at)
        if not size:
            return True, at
        if int(size[1], 16) == 0:
            return gathered.startswith(b"\r\n", end + 2) or gathered.find(b"\r\n\r\n", end) >= 0, at
        following = end + 2 + int(size[1], 16) + 2
        if following > len(gathered):
            return False, at
        at = following
    return True, at


class _Gathering(TConn):  # type: ignore[misc]
    """A connection, and what came in over it of the next request."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.gathered = bytearray()
        self.at = 0
        self.until = 0.0
        self.in_thread = False
        patient(self.sock)

    def init(self) -> None:
        """In a thread: what was gathered is what is read first."""
        super().init()
        if self.gathered:
            self.parser.unreader.unread(bytes(self.gathered))
            self.gathered = bytearray()

    def receive(self) -> bool:
        """Takes what has come in; False when the client is gone."""
        try:
            piece = self.sock.recv(_PIECE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.gathered += piece
        return bool(piece)

    def complete(self) -> bool:
        """Whether a thread can go to work on the request; a client that waits to be told so sends its body first."""
        done, self.at = progress(self.gathered, self.at)
        if not done and (expects := _EXPECTS.search(self.gathered)) and b"\r\n\r\n" in self.gathered:
            del self.gathered[expects.start() : expects.end()]
            self.at = 0
            with suppress(OSError):
                self.sock.send(_CONTINUE)
        return done


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which gathers requests in its loop before it hands them to a thread.

    Threads are few. In gunicorn's own, each is held by a client that sends a byte now and then, or none at all: a
    hundred such clients, and nobody else is answered.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._waiting: deque[_Gathering] = deque()
        """Connections whose request is not whole, the longest waiting first."""
        self._reading: deque[_Gathering] = deque()
        """Connections in threads, of which not the whole request was gathered."""

    def accept(self, listener: socket.socket) -> None:
        """Takes a connection, and waits in the loop for what it asks."""
        try:
            client, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        self._gather(_Gathering(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: _Gathering, client: socket.socket) -> None:
        """Waits in the loop for the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def enqueue_req(self, conn: _Gathering) -> None:
        """Called when a connection holds the beginning of its next request already."""
        conn.gathered = bytearray(conn.parser.unreader.take_buffered())
        conn.sock.setblocking(False)
        self._gather(conn)

    def finish_request(self, conn: _Gathering, fs: Any) -> None:
        """Back from a thread."""
        conn.in_thread = False
        super().finish_request(conn, fs)

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

    def _gather(self, conn: _Gathering) -> None:
        conn.until, conn.at = time.monotonic() + _GATHER_SECONDS, 0
        if conn.complete():
            self._hand_over(conn)
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._give_up(self._waiting[0])
        self._waiting.append(conn)
        self.poller.register(conn.sock, 1, partial(self._on_readable, conn))  # 1: EVENT_READ

    def _on_readable(self, conn: _Gathering, _: socket.socket) -> None:
        there = conn.receive()
        if there and not conn.complete():
            return
        self.poller.unregister(conn.sock)
        self._waiting.remove(conn)
        if there:
            self._hand_over(conn)
        else:
            self._close(conn)

    def _hand_over(self, conn: _Gathering) -> None:
        """Gives a connection to a thread."""
        if len(conn.gathered) > _MOST_HEAD or _LARGE.search(conn.gathered):
            conn.until = time.monotonic() + _REFUSE_SECONDS
            self._reading.append(conn)
        conn.data_ready = conn.in_thread = True
        if conn.initialized:
            conn.parser.unreader.unread(bytes(conn.gathered))
            conn.gathered = bytearray()
        super().enqueue_req(conn)

    def _give_up(self, conn: _Gathering) -> None:
        self._waiting.remove(conn)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        if conn.gathered:
            with suppress(OSError):
                conn.sock.send(_TOO_SLOW)
        self._close(conn)

    def _close(self, conn: _Gathering) -> None:
        self.nr_conns -= 1
        conn.close()
