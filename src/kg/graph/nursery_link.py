"""The process that holds the graph for the workers of a server process, seen from the server: started, asked, ended."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, replace

from kg.graph.allocator import preloaded
from kg.graph.nursery import LIFE
from kg.graph.worker import Setup
from kg.graph.worker_link import BEREFT

__all__ = ["POSSIBLE", "Forked", "Nursery", "environment"]

POSSIBLE = sys.platform == "linux" and hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")
"""Whether this system can end another process's child without mistaking it for one that took its number."""

_KEPT_FROM_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


class Forked:
    """A child of the nursery, with the methods of `subprocess.Popen` that are needed of it."""

    def __init__(self, life: socket.socket, seconds: float) -> None:
        """Raises OSError when it has not begun within so many seconds."""
        life.settimeout(seconds)
        content, given, *_ = socket.recv_fds(life, LIFE.size, 1)
        if not content or len(given) != 1:
            raise OSError("the process that holds the graph has ended")
        self.pid: int = LIFE.unpack(content)[0]
        self._handle = given[0]
        self._life = life
        self._code: int | None = None
        self._waits = threading.Lock()

    def kill(self) -> None:
        """Ends it at once, when it has not ended yet."""
        if self._code is None:
            with suppress(OSError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; minus a signal's number when that ended it; BEREFT with the nursery. Raises TimeoutExpired."""
        with self._waits:
            if self._code is None:
                poll = select.poll()
                poll.register(self._life, select.POLLIN)
                if not poll.poll(None if timeout is None else timeout * 1000):
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
                content = self._life.recv(LIFE.size)
                self._code = LIFE.unpack(content)[0] if content else BEREFT
                self._life.close()
                os.close(self._handle)
            return self._code


class Nursery:
    """The running process, and our end of its socket. Made by a thread that lives as long as it is wanted."""

    def __init__(self, setup: Setup) -> None:
        """Starts it; the socket of `setup` is made here. Raises OSError."""
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            told = asdict(replace(setup, socket=theirs.fileno()))
            try:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "kg.graph.nursery", json.dumps(told)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(), setup.quads),
                    env=environment(),
                )
            except OSError:
                self._asked.close()
                raise

    @property
    def alive(self) -> bool:
        """Whether it can be asked for a worker."""
        return not self.ended(0)

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, or does so within so many seconds: being killed takes a moment."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def worker(self, channel: socket.socket, seconds: float) -> Forked:
        """A new worker at the other end of a channel. Raises OSError when there is none within so many seconds."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._asked, [b"W"], [channel.fileno(), theirs.fileno()])
            channel.close()  # or its end would not be seen
            return Forked(ours, seconds)
        except OSError:
            ours.close()
            raise

    def close(self) -> None:
        """Ends it and all its workers, and waits for it."""
        self.process.kill()
        self.process.wait()
        self._asked.close()


def environment() -> dict[str, str]:
    """What a process that answers queries is told: of the server's environment nothing that a query could want."""
    return {name: os.environ[name] for name in _KEPT_FROM_ENVIRONMENT if name in os.environ} | preloaded()
