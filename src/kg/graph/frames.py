"""How the server and a worker talk: over a socket pair, in frames of a kind, a length and a content."""

from __future__ import annotations

import io
import json
import select
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any

__all__ = ["DATA", "END", "FAULT", "PIECE", "QUERY", "READY", "Channel", "FrameWriter", "Silence"]

READY, QUERY, DATA, END, FAULT = b"R", b"Q", b"D", b"E", b"F"
PIECE = 64 * 1024
"""Bytes of an answer in one frame, at most."""

_HEAD = struct.Struct(">cI")


class Silence(Exception):
    """Nothing came: the time was over (`gone` is False) or whoever was watched left (`gone` is True)."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__()


class Channel:
    """One end of a socket pair. EOFError says that the other end is no more."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """Sends one frame, waiting while the other end is slow to read."""
        try:
            self.end.sendall(_HEAD.pack(kind, len(content)) + content)
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
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size, until, watched))
        return kind, self._exactly(size, until, watched)

    def close(self) -> None:
        """Closes this end; the other end sees it."""
        self.end.close()

    def _exactly(self, size: int, until: float | None, watched: int) -> bytes:
        content = bytearray()
        while len(content) < size:
            if until is not None:
                self._wait(until, watched)
            try:
                more = self.end.recv(size - len(content))
            except ConnectionResetError:
                raise EOFError from None
            if not more:
                raise EOFError
            content += more
        return bytes(content)

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
            self.channel.send(DATA, bytes(view[start : start + PIECE]))
        return len(view)
