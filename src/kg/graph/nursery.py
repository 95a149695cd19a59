"""The process that holds the graph in memory once, and forks a worker whenever one is asked for.

Started as `python -m kg.graph.nursery` by kg.graph.nursery_link; its first argument is a JSON record (`Setup`). What
is asked for comes over the socket whose descriptor is in there: a message with two descriptors, the end of the channel
that the worker is to answer on, and the end of a socket on which its life is told. It answers no query itself, has no
network, and ends when the server does; its workers end with it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from kg.graph.worker import Setup, end_with, leave_network, opened, serve

__all__ = ["LIFE", "main"]

LIFE = struct.Struct("i")
"""What is told of a worker: its process id when it begins, with a descriptor to end it by, and its exit code after."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A worker that lives."""

    pid: int
    life: socket.socket


def main() -> None:
    """Loads the graph, and forks workers until the server is no more."""
    setup = Setup(**json.loads(sys.argv[1]))
    without_network = leave_network()
    end_with(setup.parent)  # after it: a change of credentials would clear this
    asked = socket.socket(fileno=setup.socket)
    store = opened(setup)
    os.close(setup.quads)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.collect()
    gc.freeze()  # a collection in a worker would write to, and so copy, what is shared
    _tend(store, setup, asked, without_network=without_network)


def _tend(store: ox.Store, setup: Setup, asked: socket.socket, *, without_network: bool) -> None:
    children: dict[int, _Child] = {}
    poll = select.poll()
    poll.register(asked, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready in children:
                poll.unregister(ready)
                _told_of_end(children.pop(ready))
                os.close(ready)
                continue
            content, given, *_ = socket.recv_fds(asked, 1, 2)
            if not content:
                return
            if len(given) == 2:
                begun = _forked(store, setup, given[0], socket.socket(fileno=given[1]), without_network=without_network)
                if begun:
                    watched, child = begun
                    children[watched] = child
                    poll.register(watched, select.POLLIN)


def _forked(
    store: ox.Store, setup: Setup, channel: int, life: socket.socket, *, without_network: bool
) -> tuple[int, _Child] | None:
    """Forks a worker: the descriptor that is readable when it has ended; None when the system has no room for it."""
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        os.close(channel)
        life.close()
        return None
    if pid == 0:
        code = 1
        try:
            end_with(parent)
            _keep_open(0, 1, 2, channel)
            serve(store, setup, socket.socket(fileno=channel), without_network=without_network)
            code = 0
        finally:
            os._exit(code)
    os.close(channel)
    watched = os.pidfd_open(pid)
    with suppress(OSError):
        socket.send_fds(life, [LIFE.pack(pid)], [watched])
    return watched, _Child(pid, life)


def _told_of_end(child: _Child) -> None:
    _, status = os.waitpid(child.pid, 0)
    with child.life, suppress(OSError):
        child.life.send(LIFE.pack(os.waitstatus_to_exitcode(status)))


def _keep_open(*descriptors: int) -> None:
    """Closes all descriptors but these, which are given in ascending order."""
    for one, next_one in pairwise((*descriptors, 1 << 16)):
        os.closerange(one + 1, next_one)


if __name__ == "__main__":
    main()
