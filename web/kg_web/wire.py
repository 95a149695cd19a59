"""Finished answers on the wire: the bytes that gunicorn itself would send, sent without waiting for whoever reads."""

from __future__ import annotations

import socket
import time
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from gunicorn.http.wsgi import Response
from gunicorn.util import http_date

from kg_web.answers import Kept
from kg_web.front import Head

__all__ = ["Outgoing"]

_DATE = b"\r\nDate: "


class Outgoing:
    """An answer on its way: of what is kept it holds nothing of its own."""

    def __init__(self, answer: Kept, head: Head, settings: Any) -> None:
        variant = (head.old, head.closes, head.body)
        written = answer.written.get(variant)
        if written is None:
            written = answer.written[variant] = _written(answer, head, settings)
        start, rest, chunked, closes = written
        for theirs, its_own in answer.differs:
            start, rest = start.replace(theirs, its_own), rest.replace(theirs, its_own)
        self.closes: bool = closes
        """Whether the connection ends with it."""
        self.size = len(answer.body)
        """Bytes it keeps from being let go of."""
        self._left: list[bytes | memoryview] = [start + _date(int(time.time())) + rest]
        if head.body and answer.body:
            framed = (b"%X\r\n" % len(answer.body), answer.body, b"\r\n") if chunked else (answer.body,)
            self._left += framed
        if chunked:
            self._left.append(b"0\r\n\r\n")

    def go(self, client: socket.socket) -> bool | None:
        """Sends what can be sent now: whether that was all, None when the reader is gone."""
        try:
            sent = client.sendmsg(self._left)
        except BlockingIOError:
            return False
        except OSError:
            return None
        while self._left and sent >= len(self._left[0]):
            sent -= len(self._left.pop(0))
        if self._left:
            self._left[0] = memoryview(self._left[0])[sent:]
        return not self._left


class _Paper:
    """What gunicorn writes to instead of a socket."""

    def __init__(self) -> None:
        self.bytes = b""

    def sendall(self, piece: bytes) -> None:
        self.bytes += piece


def _written(answer: Kept, head: Head, settings: Any) -> tuple[bytes, bytes, bool, bool]:
    """What gunicorn sends before the body: to the date, and from there.

    And whether the body is sent in chunks, and whether the end of the connection tells its end.
    """
    request = SimpleNamespace(
        version=(1, 0) if head.old else (1, 1),
        method="GET" if head.body else "HEAD",
        should_close=lambda: head.closes,
    )
    paper = _Paper()
    response = Response(request, paper, settings)
    response.start_response(answer.status, list(answer.headers))
    response.send_headers()
    start, _, rest = paper.bytes.partition(_DATE)
    return start + _DATE, rest[rest.index(b"\r\n") :], bool(response.chunked), bool(response.should_close())


@lru_cache(1)
def _date(second: int) -> bytes:
    return str(http_date(second)).encode("ascii")
