"""How workers come to be: forked from a process that holds the graph, or each started over a store on disk."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from kg.graph.frames import Silence
from kg.graph.limits import Limits
from kg.graph.nursery_link import POSSIBLE, Nursery, environment
from kg.graph.worker import Setup
from kg.graph.worker_link import Process, Worker
from kg.names import Names

__all__ = ["START_SECONDS", "Starter", "start_worker"]

START_SECONDS = 60.0
"""How long a worker may take to get ready, the loading of the graph included."""
_END_SECONDS = 0.2
"""So long one that gives no worker may take to end, before it is taken to live, and only to have no room."""

_log = logging.getLogger(__name__)


class Starter:
    """Starts the workers of one pool, in the one thread that lives as long as they.

    In memory the graph is held by one process, of which every worker is a fork: it comes in milliseconds, and shares
    what it does not write to. A store on disk has threads, which a fork would lack: there, as on a system without
    descriptors of processes, each worker is a process of its own.
    """

    def __init__(self, quads: int, names: Names, limits: Limits, store: Path | None = None) -> None:
        self._quads = quads
        self._names = names
        self._limits = limits
        self._store = store
        self._nursery: Nursery | None = None

    def start(self) -> Worker | None:
        """A new worker; None, with a line logged, if that fails."""
        if self._store or not POSSIBLE:
            return start_worker(self._quads, self._names, self._limits, self._store)
        return _begun(self._forked, self._names, self._limits)

    def close(self) -> None:
        """Ends the process that holds the graph, and what workers it has."""
        if self._nursery:
            self._nursery.close()
            self._nursery = None

    def _forked(self, theirs: socket.socket) -> Process:
        if self._nursery and not self._nursery.alive:
            self.close()
        if self._nursery is None:
            self._nursery = Nursery(_setup(self._quads, self._names, self._limits))
        try:
            return self._nursery.worker(theirs, START_SECONDS)
        except OSError:
            if self._nursery.ended(_END_SECONDS):
                self.close()
            raise


def start_worker(quads: int, names: Names, limits: Limits, store: Path | None = None) -> Worker | None:
    """A worker that loads the graph, or opens its store on disk, itself; None, with a line logged, if that fails."""
    setup = _setup(quads, names, limits, store)
    return _begun(lambda theirs: _process(replace(setup, socket=theirs.fileno())), names, limits)


def _begun(start: Callable[[socket.socket], Process], names: Names, limits: Limits) -> Worker | None:
    try:
        ours, theirs = socket.socketpair()
    except OSError as fault:
        _log.error("A SPARQL worker could not start: %s.", fault)
        return None
    with theirs:
        try:
            worker = Worker(start(theirs), names, limits, ours)
        except OSError as fault:
            _log.error("A SPARQL worker could not start: %s.", fault)
            ours.close()
            return None
    try:
        worker.ready(START_SECONDS)
    except (EOFError, OSError, Silence) as fault:
        _log.error("A SPARQL worker did not get ready: %r.", fault)
        worker.end()
        worker.process.wait()
        return None
    return worker


def _process(setup: Setup) -> Process:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "kg.graph.worker", json.dumps(asdict(setup))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(setup.socket, setup.quads),
        env=environment(),
    )


def _setup(quads: int, names: Names, limits: Limits, store: Path | None = None) -> Setup:
    """What a process is told, but for its socket."""
    return Setup(
        socket=-1,
        quads=quads,
        store=str(store or ""),
        parent=os.getpid(),
        base=names.base,
        memory_mib=limits.memory_mib,
        answer_mib=limits.answer_mib,
        alarm_seconds=limits.transfer_seconds + limits.seconds,
        prefixes=names.prefixes(),
    )
