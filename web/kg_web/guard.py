"""Between the web and the engine: one pool of workers per server process, and answers held until they are sure."""

from __future__ import annotations

import os
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.graph.limits import Limits
from kg.graph.shared import SIZE
from kg.graph.workers import Asked, Pending, Pool
from kg.names import Names

__all__ = ["HELD", "Guard", "Held", "patient"]

HELD = SIZE
"""Bytes of an answer that are held back: an error before them still gets its own status."""
_SEND_SECONDS = 30


class Held:
    """The body of an answer: whole, or its beginning with the rest to come. Close it to stop the engine.

    An object and no generator function: a generator that was never started does not clean up when it is closed.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._rest = pieces
        self._first: bytes = b""
        self.whole = False
        try:
            while len(self._first) < HELD:
                self._first += next(pieces)
        except StopIteration:
            self.whole = True

    @property
    def size(self) -> int | None:
        """The number of bytes of a whole answer; None while the rest is to come."""
        return len(self._first) if self.whole else None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next piece. An exception here must break the connection: the answer must not look whole."""
        if self._first:
            first, self._first = self._first, b""
            return first
        return next(self._rest)

    def close(self) -> None:
        """Stops the engine when it is not done, and frees its place."""
        getattr(self._rest, "close", lambda: None)()

    def spooled(self) -> tuple[IO[bytes], int]:
        """The whole answer as a file at its beginning, and its size; for readers who cannot be streamed to.

        HTTP/1.0 knows the end of an answer only by the end of the connection, so there a cut would look whole.
        """
        file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  # closed with the response
        try:
            for piece in self:
                file.write(piece)
        except BaseException:
            file.close()
            raise
        finally:
            self.close()
        size = file.tell()
        file.seek(0)
        return file, size


class Guard:
    """The workers of this server process, started at the first query or before it.

    Made before the server forks; the file of the release is opened then, so that all processes answer
    from it, also when a new release has taken its name.
    """

    def __init__(self, quads: Path, names: Names, limits: Limits, store: Path | None = None) -> None:
        self.limits = limits
        self._names = names
        self._store = store
        self._quads = os.open(quads, os.O_RDONLY)
        self._lock = threading.Lock()
        self._pools: dict[int, Pool] = {}
        """Process id → its pool: what was made before a fork is not used after it."""

    def pool(self) -> Pool:
        """The pool of this process."""
        pool = self._pools.get(os.getpid())
        if pool is None:
            with self._lock:
                pool = self._pools.get(os.getpid())
                if pool is None:
                    pool = self._pools[os.getpid()] = Pool(self._quads, self._names, self.limits, self._store)
        return pool

    def ask(self, asked: Asked, client: socket.socket | None = None, pending: Pending | None = None) -> Held:
        """The answer, as soon as its beginning is sure; of a worker that has the query already when it is `pending`.

        Raises what Pool.ask raises.
        """
        if client is not None:
            patient(client)
        watched = -1 if client is None else client.fileno()
        return Held(pending.pieces(watched) if pending else self.pool().ask(asked, watched))

    def begin(self, asked: Asked) -> Pending | None:
        """Puts the query to a worker that is free now; None when there is none."""
        return self.pool().begin(asked)

    def prepare(self) -> None:
        """Starts the workers, so that the first query need not wait until they have the graph."""
        self.pool()

    @property
    def working(self) -> bool:
        """Whether this process has workers."""
        return os.getpid() in self._pools

    def close(self) -> None:
        """Ends this process's workers and lets go of the file of the release; a second time does nothing."""
        pool = self._pools.pop(os.getpid(), None)
        if pool:
            pool.close()
        if self._quads >= 0:
            os.close(self._quads)
            self._quads = -1


def patient(client: socket.socket) -> None:
    """Waits for a reader who takes nothing for half a minute, no longer: a thread is not to be held for ever."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))
