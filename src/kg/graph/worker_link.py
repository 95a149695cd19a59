"""One worker process seen from the server: started, asked one query, and ended."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import KgError, LimitExceeded, QueryError
from kg.graph.frames import DATA, END, FAULT, QUERY, READY, Channel, Silence
from kg.graph.limits import Limits, reached
from kg.graph.malformed import malformed
from kg.graph.worker import Setup
from kg.names import Names

__all__ = ["START_SECONDS", "Asked", "ClientGone", "Worker", "start_worker"]

START_SECONDS = 60.0
"""How long a worker may take to load the graph."""

_log = logging.getLogger(__name__)

_GROWN_MIB = 128
"""A worker that has grown by more than this is replaced after its query: memory freed is not all given back."""
_KEPT_FROM_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
_DEATHS: Mapping[int, str] = {
    signal.SIGABRT: "memory_mib",
    signal.SIGKILL: "memory_mib",
    signal.SIGALRM: "transfer_seconds",
}
"""Which limit a worker reached when this signal ended it (the engine aborts when it gets no more memory)."""


class ClientGone(KgError):
    """Whoever asked has hung up; there is nobody to tell."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query as it is put to a worker."""

    text: str
    format: str
    """json, xml, csv or tsv for a table; ttl, nt, jsonld, rdf, nq or trig for a graph."""
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None
    own_dataset: bool = False
    """The text has FROM or FROM NAMED."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Prefixes to write a graph with."""
    seconds: float | None = None
    """Lower than the limit, or None for the limit."""


class Worker:
    """One running process and our end of its socket."""

    def __init__(self, setup: Setup, names: Names, limits: Limits, ours: socket.socket) -> None:
        self.names = names
        self.limits = limits
        self.channel = Channel(ours)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.graph.worker", json.dumps(asdict(setup))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(setup.socket, setup.quads),
            env={name: os.environ[name] for name in _KEPT_FROM_ENVIRONMENT if name in os.environ},
        )
        self.loaded_mib = 0
        """The memory it used when it had loaded the graph."""
        self.without_network = False
        """Whether it lives in a network of its own with nothing in it."""
        self.healthy = True
        """Whether it can be asked again."""

    def ask(self, asked: Asked) -> None:
        """Puts a query to it. Raises EOFError when it is dead."""
        self.healthy = False
        self.channel.tell(QUERY, {name: value for name, value in asdict(asked).items() if name != "seconds"})

    def pieces(self, asked: Asked, client: int = -1) -> Iterator[bytes]:
        """The answer in pieces. The engine's time runs only while we wait for it, not while the reader is slow.

        Raises what Pool.ask raises.
        """
        given = min(asked.seconds or self.limits.seconds, self.limits.seconds)
        left = given
        until = time.monotonic() + self.limits.transfer_seconds
        while True:
            started = time.monotonic()
            try:
                kind, content = self.channel.receive(min(left, until - started), client)
            except Silence as silence:
                if silence.gone:
                    raise ClientGone("The client hung up.") from None
                if time.monotonic() >= until:
                    raise reached("transfer_seconds", self.limits) from None
                raise reached("seconds", self.limits, most=given) from None
            except EOFError:
                raise self._death() from None
            left = max(0.0, left - (time.monotonic() - started))
            if kind == DATA:
                yield content
            elif kind == END:
                self.healthy = json.loads(content)["memory_mib"] - self.loaded_mib < _GROWN_MIB
                return
            elif kind == FAULT:
                raise self._fault(json.loads(content), asked)

    def end(self) -> None:
        """Kills the process, without waiting for it."""
        self.process.kill()
        self.channel.close()

    def _fault(self, told: Mapping[str, str], asked: Asked) -> KgError:
        if told["kind"] == "limit":
            return reached(told["message"], self.limits)
        self.healthy = True
        if told["kind"] == "syntax":
            return malformed(asked.text, told["message"], self.names)
        return QueryError("This query cannot be answered: {reason}", reason=told["message"])

    def _death(self) -> KgError:
        """Why it died in the middle of a query, from the signal that ended it."""
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            code = 0
        name = _DEATHS.get(-code)
        if name:
            return reached(name, self.limits)
        _log.warning("A SPARQL worker ended with code %s in the middle of a query.", code)
        return LimitExceeded(
            "The engine could not carry this query (it ended with code {code}).",
            "Ask it in simpler parts.",
            limit="nesting",
            code=code,
        )


def start_worker(quads: int, names: Names, limits: Limits, store: Path | None = None) -> Worker | None:
    """A new worker that holds the graph, or has opened its store on disk; None, with a line logged, if that fails."""
    ours, theirs = socket.socketpair()
    setup = Setup(
        socket=theirs.fileno(),
        quads=quads,
        store=str(store or ""),
        parent=os.getpid(),
        base=names.base,
        memory_mib=limits.memory_mib,
        answer_mib=limits.answer_mib,
        alarm_seconds=limits.transfer_seconds + limits.seconds,
        prefixes=names.prefixes(),
    )
    with theirs:
        try:
            worker = Worker(setup, names, limits, ours)
        except OSError as fault:
            _log.error("A SPARQL worker could not start: %s.", fault)
            ours.close()
            return None
    try:
        kind, content = worker.channel.receive(START_SECONDS)
        if kind == READY:
            told = json.loads(content)
            worker.loaded_mib, worker.without_network = told["memory_mib"], told["without_network"]
            return worker
    except (EOFError, Silence) as fault:
        _log.error("A SPARQL worker did not get ready: %r.", fault)
    worker.end()
    worker.process.wait()
    return None
