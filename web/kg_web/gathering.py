"""A connection, and what came in over it of a request: until that is whole it needs nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import TConn

from kg_web.begun import Begun, nothing
from kg_web.front import Head, head_of
from kg_web.guard import patient

__all__ = ["LARGE", "MOST_HEAD", "Gathering", "progress"]

LARGE = re.compile(rb"\r\ncontent-length:[ \t]*0*[1-9]\d{6,}", re.IGNORECASE)
"""Says of a request that it is more than the site reads of any."""
MOST_HEAD = 64 * 1024
_MOST_GATHERED = 1_500_000
"""Bytes of one request that are gathered: more than the site reads of any."""
_MOST_CHUNK_HEAD = 256
_PIECE = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def progress(gathered: bytearray, at: int = 0) -> tuple[bool, int]:
    """Whether these bytes hold a whole request, as far as it is waited for; and from where to look the next time.

    `at` is what the last call gave, for the same bytes and more. What is larger than the site reads, or is no
    HTTP, is whole as soon as that shows: a thread then refuses it.
    """
    head = gathered.find(b"\r\n\r\n", 0, MOST_HEAD)
    if head < 0:
        return len(gathered) > MOST_HEAD, 0
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


class Gathering(TConn):  # type: ignore[misc]
    """A connection, and what came in over it of the next request."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.gathered = bytearray()
        self.at = 0
        self.until = 0.0
        self.in_thread = False
        self.watched = False
        """Whether the poller still tells of what comes in, as it did between two requests."""
        self.head: Head | None = None
        """Of the request that was gathered, when that is a plain one."""
        self.begun: Begun | None = None
        """What the loop began of that request."""
        self.over: Callable[[], None] = nothing
        """To be called when the answer that the loop sends is over."""
        self.held = 0
        """Bytes of that answer, while it is not sent."""
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
        """Whether the request can be answered; a client that waits to be told so sends its body first."""
        self.head = head_of(self.gathered, self.client[0]) if isinstance(self.client, tuple) else None
        if self.head:
            return True
        done, self.at = progress(self.gathered, self.at)
        if not done and (expects := _EXPECTS.search(self.gathered)) and b"\r\n\r\n" in self.gathered:
            del self.gathered[expects.start() : expects.end()]
            self.at = 0
            with suppress(OSError):
                self.sock.send(_CONTINUE)
        return done
