"""What a request asks, told from its head as it came over the wire, so that a known one need not be read again."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["BEGUN", "IN_ENVIRONMENT", "PARTICULAR", "READ", "Head", "Heads", "Known", "head_of"]

IN_ENVIRONMENT = "kg.head"
"""Where an application finds the head of the request, when a server process can answer the next one like it at once."""
BEGUN = "kg.begun"
"""Where it finds what the loop of the server process began of the request already."""
READ = (
    *("HTTP_HOST", "CONTENT_TYPE", "HTTP_COOKIE"),
    *("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE"),
)
"""The headers that an answer to a plain request can follow from, as WSGI names them."""
PARTICULAR = (
    *("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE"),
    *("HTTP_IF_UNMODIFIED_SINCE", "HTTP_PREFER", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING"),
)
"""A request with one of these headers is always answered by the site itself."""

_MOST = 8 * 1024
"""Bytes of a head that is read here: within all of the limits that gunicorn sets to one."""
_MOST_LINES = 100
_PLAIN = re.compile(
    rb"(?:GET|HEAD) /[!-~]*+ HTTP/1\.[01]\r\n"
    rb"(?:[!#$%&'*+.^`|~0-9A-Za-z-]++:[\t -~]*+\r\n)*+\r\n"
)
"""A head about which nobody can differ: no folded lines, no `_` in a name, no absolute address, ASCII alone."""


def _names(environ: tuple[str, ...]) -> list[bytes]:
    return [name.removeprefix("HTTP_").replace("_", "-").lower().encode() for name in environ]


_TOLD = {name: place for place, name in enumerate(_names(READ))}
_SCHEME = {b"x-forwarded-proto", b"x-forwarded-protocol", b"x-forwarded-ssl"}
"""gunicorn takes the scheme from these, of whom it trusts."""
_UNUSUAL = {*_names(PARTICULAR), b"content-length", b"expect", b"upgrade", b"http2-settings", b"trailer"}
_CLOSES = {b"close": True, b"keep-alive": False}


class Head(NamedTuple):
    """The head of a request without a body."""

    asked: tuple[bytes, ...]
    """All of it that an answer can follow from: two requests that have this in common get the same bytes."""
    size: int
    """Bytes of the head."""
    old: bool
    """Whether it is HTTP/1.0."""
    closes: bool
    """Whether the connection is closed after the answer."""
    forwarded: str
    """For whom a proxy says that it asks."""

    @property
    def body(self) -> bool:
        """Whether the answer has a body: not to HEAD."""
        return self.asked[0].startswith(b"G")

    def told(self, name: str) -> str:
        """What one of the headers in READ says; empty when it is not there."""
        return self.asked[1 + READ.index(name)][1:].decode("ascii")


def head_of(gathered: bytearray, peer: str) -> Head | None:
    """The head that these bytes begin with, come from this address; None when it is not whole or anything but plain.

    Headers that no answer follows from are passed over, if gunicorn would do so too.
    """
    end = gathered.find(b"\r\n\r\n", 0, _MOST) + 4
    if end < 4 or not _PLAIN.fullmatch(gathered, 0, end):
        return None
    first, *lines = bytes(gathered[: end - 4]).split(b"\r\n")
    if len(lines) > _MOST_LINES:
        return None
    told: list[bytes | None] = [None] * len(_TOLD)
    others: dict[bytes, bytes] = {}
    scheme: list[bytes] = []
    for line in lines:
        name, _, value = line.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        place = _TOLD.get(name)
        if place is not None:
            if told[place] is not None:
                return None
            told[place] = value
        elif name in _SCHEME:
            scheme += (name, value)
        elif name in _UNUSUAL:
            return None
        elif name in {b"connection", b"x-forwarded-for"}:
            if name in others:
                return None
            others[name] = value
    if scheme:  # whether it is believed depends on who says it
        scheme.append(peer.encode())
    old = first.endswith(b"0")
    closes = _CLOSES.get(others[b"connection"].lower()) if b"connection" in others else old
    if closes is None:
        return None
    forwarded = others.get(b"x-forwarded-for", b"").decode("ascii")
    asked = (first, *(b"" if value is None else b":" + value for value in told), *scheme)
    return Head(asked, end, old, closes, forwarded)


@dataclass(frozen=True, slots=True)
class Known:
    """What a request with such a head came to."""

    key: Any
    """The name under which its answer is kept."""
    method: str
    path: str
    query: str


class Heads:
    """Which heads are known, up to a number of bytes; those that were not asked longest leave first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._known: OrderedDict[tuple[bytes, ...], Known] = OrderedDict()
        self.bytes = 0
        """What the heads take, near enough."""

    def __len__(self) -> int:
        return len(self._known)

    def find(self, head: Head) -> Known | None:
        """What a head like this came to before."""
        known = self._known.get(head.asked)
        if known:
            self._known.move_to_end(head.asked)
        return known

    def add(self, head: Head, known: Known) -> None:
        """Remembers what a head came to."""
        self.forget(head)
        self._known[head.asked] = known
        self.bytes += _size(head.asked)
        while self.bytes > self._room:
            self.bytes -= _size(self._known.popitem(last=False)[0])

    def forget(self, head: Head) -> None:
        """Its answer is no longer kept."""
        if self._known.pop(head.asked, None):
            self.bytes -= _size(head.asked)


def _size(asked: tuple[bytes, ...]) -> int:
    return 2 * sum(map(len, asked)) + 1500
