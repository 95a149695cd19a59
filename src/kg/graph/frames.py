"""How the server and a worker talk: over a socket pair, in frames of a kind, a length and a content."""

from __future__ import annotations

import io
import json
import select
import socket
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

__all__ = ["DATA", "END", "FAULT", "PIECE", "QUERY", "READY", "Channel", "FrameWriter", "Silence"]

READY, QUERY, DATA, END, FAULT = b"R", b"Q", b"D", b"E", b"F"
PIECE = 128 * 1024
"""Bytes of an answer in one frame, at most: what a socket takes at once, so that neither side waits for the other."""

_HEAD = struct.Struct(">cI")
_ROOM = 64 * 1024
"""Bytes that are asked of the socket at once: a small answer comes with its end."""


class Silence(Exception):
    """Nothing came: the time was over (`gone` is False) or whoever was watched left (`gone` is True)."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__()


class Channel:
    """One end of a socket pair. EOFError says that the other end is no more."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._held = bytearray()
        """What came in and was not asked for yet."""

    def send(self, kind: bytes, content: bytes | memoryview = b"", following: bytes = b"") -> None:
        """Sends one frame, and `following` frames that are packed; waits while the other end is slow to read."""
        head = _HEAD.pack(kind, len(content))
        try:
            sent = self.end.sendmsg((head, content, following))
            if sent < len(head) + len(content) + len(following):
                self.end.sendall(memoryview(b"".join((head, content, following)))[sent:])
        except (BrokenPipeError, ConnectionResetError):
            raise EOFError from None

    def tell(self, kind: bytes, record: Mapping[str, Any]) -> None:
        """Sends one frame with a record as JSON."""
        self.send(kind, json.dumps(record).encode())

    def receive(self, seconds: float | None = None, watched: int = -1) -> tuple[bytes, bytes]:
        """The next frame: its kind and its content. Raises EOFError, and Silence when `seconds` have passed.

        `watched` is the descriptor of the client's socket: when that one hangs up, Silence is raised at once.
        """
        until = None if seconds is None else time.monotonic() + seconds
        self._fill(_HEAD.size, until, watched)
        kind, size = _HEAD.unpack_from(self._held)
        whole = _HEAD.size + size
        self._fill(whole, until, watched)
        with memoryview(self._held) as view:
            content = bytes(view[_HEAD.size : whole])
        del self._held[:whole]
        return kind, content

    def take(self, most: int) -> tuple[bytes, int]:
        """Takes what has come in, without waiting for more, until about `most` bytes are held.

        Tells the kind of the first whole frame that is no DATA, empty while there is none, and the bytes of the DATA
        before it. Nothing is lost to `receive`. Raises EOFError.
        """
        with suppress(BlockingIOError):
            while len(self._held) < most:
                self._come(PIECE, socket.MSG_DONTWAIT)
        start, size = 0, 0
        while len(self._held) >= start + _HEAD.size:
            kind, length = _HEAD.unpack_from(self._held, start)
            start += _HEAD.size + length
            if kind != DATA:
                return (kind if len(self._held) >= start else b""), size
            size += length
        return b"", size

    def close(self) -> None:
        """Closes this end; the other end sees it."""
        self.end.close()

    def _fill(self, size: int, until: float | None, watched: int) -> None:
        """Sees to it that so many bytes have come in."""
        while len(self._held) < size:
            if until is not None:
                self._wait(until, watched)
            self._come(max(_ROOM, size - len(self._held)))

    def _come(self, most: int, flags: int = 0) -> None:
        try:
            more = self.end.recv(most, flags)
        except ConnectionResetError:
            raise EOFError from None
        if not more:
            raise EOFError
        self._held += more

    def _wait(self, until: float, watched: int) -> None:
        poll = select.poll()
        poll.register(self.end, select.POLLIN)
        if watched >= 0:
            poll.register(watched, getattr(select, "POLLRDHUP", select.POLLHUP))
        ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
        if self.end.fileno() in ready:
            return
        raise Silence(gone=watched in ready)


class FrameWriter(io.RawIOBase):
    """A file that sends what is written to it as DATA frames, and counts the bytes."""

    def __init__(self, channel: Channel, most: int) -> None:
        super().__init__()
        self.channel = channel
        self.left = most
        """Bytes that may still be written."""
        self._following = b""

    def writable(self) -> bool:
        """True: that is what it is for."""
        return True

    def write(self, content: Any) -> int:
        """Sends the content, in pieces. Raises OSError when it would be more than was allowed."""
        view = memoryview(content).cast("B")
        self.left -= len(view)
        if self.left < 0:
            raise OSError("answer_mib")
        for start in range(0, len(view), PIECE):
            last = start + PIECE >= len(view)
            self.channel.send(DATA, view[start : start + PIECE], self._following if last else b"")
            if last:
                self._following = b""
        return len(view)

    def end(self, buffer: io.BufferedWriter[Any], record: Mapping[str, Any]) -> None:
        """Sends what a buffer over this file still holds and then an END, with one call to the system."""
        content = json.dumps(record).encode()
        self._following = _HEAD.pack(END, len(content)) + content
        buffer.flush()
        if self._following:
            self.channel.send(END, content)
