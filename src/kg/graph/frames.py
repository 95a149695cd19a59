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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mmap import mmap

__all__ = ["DATA", "END", "FAULT", "MEMORY", "PIECE", "QUERY", "READY", "Channel", "FrameWriter", "Silence", "read_end"]

MEMORY, READY, QUERY, DATA, END, FAULT = b"M", b"R", b"Q", b"D", b"E", b"F"
PIECE = 128 * 1024
"""Bytes of an answer in one frame, at most: what a socket takes at once, so that neither side waits for the other."""

_HEAD = struct.Struct(">cI")
_ENDED = struct.Struct(">II")
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

    def take(self, most: int) -> tuple[bytes, bytes, int]:
        """Takes what has come in, without waiting for more, until about `most` bytes are held.

        Tells kind and content of the first whole frame that is no DATA, both empty while there is none, and the bytes
        of the DATA before it. Nothing is lost to `receive`. Raises EOFError.
        """
        with suppress(BlockingIOError):
            while len(self._held) < most and self._come(_ROOM, socket.MSG_DONTWAIT) == _ROOM:
                pass
        start, size = 0, 0
        while len(self._held) >= start + _HEAD.size:
            kind, length = _HEAD.unpack_from(self._held, start)
            end = start + _HEAD.size + length
            if kind != DATA:
                whole = len(self._held) >= end
                return (kind, bytes(self._held[end - length : end]), size) if whole else (b"", b"", size)
            start = end
            size += length
        return b"", b"", size

    def take_descriptors(self, seconds: float) -> list[int]:
        """The descriptors that come with the next bytes. Raises EOFError, and Silence when none came in `seconds`."""
        self._wait(time.monotonic() + seconds, -1)
        try:
            content, found, *_ = socket.recv_fds(self.end, _ROOM, 1, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
        except ConnectionResetError:
            raise EOFError from None
        if not content:
            raise EOFError
        self._held += content
        return found

    def give(self, kind: bytes, descriptor: int) -> None:
        """Sends an empty frame, and a descriptor with it. Raises OSError."""
        socket.send_fds(self.end, [_HEAD.pack(kind, 0)], [descriptor])

    def close(self) -> None:
        """Closes this end; the other end sees it."""
        self.end.close()

    def _fill(self, size: int, until: float | None, watched: int) -> None:
        """Sees to it that so many bytes have come in."""
        while len(self._held) < size:
            if until is not None:
                self._wait(until, watched)
            self._come(max(_ROOM, size - len(self._held)))

    def _come(self, most: int, flags: int = 0) -> int:
        try:
            more = self.end.recv(most, flags)
        except ConnectionResetError:
            raise EOFError from None
        if not more:
            raise EOFError
        self._held += more
        return len(more)

    def _wait(self, until: float, watched: int) -> None:
        poll = select.poll()
        poll.register(self.end, select.POLLIN)
        if watched >= 0:
            poll.register(watched, getattr(select, "POLLRDHUP", select.POLLHUP))
        ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
        if self.end.fileno() in ready:
            return
        raise Silence(gone=watched in ready)


def read_end(content: bytes, most: int) -> tuple[int, int]:
    """What an END tells: MiB of memory, and bytes of the answer in a shared memory of which `most` can be read.

    Raises EOFError when it tells no such thing: nothing that follows can then be believed.
    """
    if len(content) != _ENDED.size:
        raise EOFError
    memory_mib, shared = _ENDED.unpack(content)
    if shared > most:
        raise EOFError
    return memory_mib, shared


class FrameWriter(io.RawIOBase):
    """A file that counts the bytes of an answer, and sends them as DATA frames unless they fit in a shared memory."""

    def __init__(self, channel: Channel, most: int, shared: mmap | None = None) -> None:
        super().__init__()
        self.channel = channel
        self.left = most
        """Bytes that may still be written."""
        self._shared = shared is not None
        """Whether all of the answer so far is where the other end can read it."""
        self._buffer = memoryview(shared or bytearray(PIECE))
        self._room = len(self._buffer)
        self._filled = 0

    def writable(self) -> bool:
        """True: that is what it is for."""
        return True

    def write(self, content: Any) -> int:
        """Takes the content, and sends pieces of it. Raises OSError when it would be more than was allowed."""
        view = memoryview(content).cast("B")
        self.left -= len(view)
        if self.left < 0:
            raise OSError("answer_mib")
        done = 0
        while done < len(view):
            if self._filled == self._room:
                self._send()
            size = min(len(view) - done, self._room - self._filled)
            self._buffer[self._filled : self._filled + size] = view[done : done + size]
            self._filled += size
            done += size
        return done

    def end(self, memory_mib: int) -> None:
        """Sends what is left, and an END: the MiB of memory used at most, and the bytes that lie in the shared one."""
        content = _ENDED.pack(memory_mib, self._filled if self._shared else 0)
        if self._shared:
            self.channel.send(END, content)
        else:
            self.channel.send(DATA, self._buffer[: self._filled], _HEAD.pack(END, len(content)) + content)

    def _send(self) -> None:
        for start in range(0, self._filled, PIECE):
            self.channel.send(DATA, self._buffer[start : min(start + PIECE, self._filled)])
        self._filled, self._room, self._shared = 0, min(self._room, PIECE), False
