"""Requests over a plain socket, and every byte that comes back."""

from __future__ import annotations

import re
import socket

from running import Running

__all__ = ["connected", "exchanged", "read_all", "undated"]


def connected(server: Running, buffer: int = 0) -> socket.socket:
    """A connection, with room for so many bytes of an answer where that is given."""
    found = socket.socket()
    if buffer:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    found.settimeout(30)
    found.connect(("127.0.0.1", server.port))
    return found


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection."""
    got = b""
    while piece := connection.recv(65536):
        got += piece
        assert len(got) < 20_000_000, "it does not end"
    return got


def exchanged(server: Running, sent: bytes) -> bytes:
    """All that comes back for this."""
    with connected(server) as connection:
        connection.sendall(sent)
        return read_all(connection)


def undated(answer: bytes) -> bytes:
    """An answer without the time it was given at."""
    return re.sub(rb"\r\nDate: [^\r]*", b"", answer)
