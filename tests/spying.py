"""A server on loopback that nothing of ours may ever ask, and that counts who comes all the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["Spy", "spying"]


@dataclass
class Spy:
    """Where it listens, and what was asked of it."""

    port: int
    asked: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def spying() -> Iterator[Spy]:
    """The server; it answers nothing, so that who asks does not wait for it either."""
    listener = socket.create_server(("127.0.0.1", 0))
    found = Spy(listener.getsockname()[1])

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.2)
                try:
                    found.asked.append(connection.recv(200))
                except OSError:
                    found.asked.append(b"")

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
