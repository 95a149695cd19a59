"""One worker process seen from the server: asked one query, and ended."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from mmap import mmap
from typing import Protocol

from kg.errors import KgError, LimitExceeded, QueryError
from kg.graph.frames import DATA, END, FAULT, QUERY, Channel, Silence, read_end
from kg.graph.limits import Limits, reached
from kg.graph.malformed import malformed
from kg.graph.shared import mapped
from kg.names import Names

__all__ = ["BEREFT", "Asked", "ClientGone", "Process", "Worker"]

BEREFT = 256
"""The exit code of a process that ended because the one it was forked from did; no process gives it itself."""

_log = logging.getLogger(__name__)

_TOLD = ("text", "format", "default_graphs", "named_graphs", "own_dataset", "prefixes")
"""What a worker is told of a query; the time is kept here."""
_GROWN_MIB = 128
"""A worker that has grown by more than this is replaced after its query: memory freed is not all given back."""
_DEATHS: Mapping[int, str] = {
    signal.SIGABRT: "memory_mib",
    signal.SIGKILL: "memory_mib",
    signal.SIGALRM: "transfer_seconds",
    -BEREFT: "memory_mib",
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


class Process(Protocol):
    """What is needed of a process: a `subprocess.Popen`, or a child of the process that holds the graph."""

    pid: int

    def kill(self) -> None:
        """Ends it at once."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, minus a signal's number when that ended it. Raises subprocess.TimeoutExpired."""


class Worker:
    """One running process and our end of its socket."""

    def __init__(self, process: Process, names: Names, limits: Limits, ours: socket.socket) -> None:
        self.names = names
        self.limits = limits
        self.channel = Channel(ours)
        self.process = process
        self.loaded_mib = 0
        """The memory it used when it had loaded the graph."""
        self.without_network = False
        """Whether it lives in a network of its own with nothing in it."""
        self.healthy = True
        """Whether it can be asked again."""
        self.bereft = False
        """Whether it ended for no reason of its own: the process it was forked from did."""
        self._memory: mmap | None = None
        """Where it lays down answers that are not long."""
        self._since = 0.0
        """When it was put a query."""

    def ready(self, seconds: float) -> None:
        """Waits until it can be asked. Raises EOFError when it ends, and Silence when it takes longer."""
        for descriptor in self.channel.take_descriptors(seconds):
            self._memory = mapped(descriptor)
            os.close(descriptor)
        self.channel.receive(seconds)
        _, content = self.channel.receive(seconds)
        told = json.loads(content)
        self.loaded_mib, self.without_network = told["memory_mib"], told["without_network"]

    def ask(self, asked: Asked) -> None:
        """Puts a query to it. Raises EOFError when it is dead."""
        self.healthy = False
        self._since = time.monotonic()
        told = {name: getattr(asked, name) for name in _TOLD}
        self.channel.tell(QUERY, {**told, "shared": self._memory is not None})

    def come(self, most: int) -> tuple[bool, bool, int]:
        """Takes what has come, without waiting, up to about so many bytes.

        Tells whether `pieces` need not wait for the first; whether the whole answer is there; and its bytes so far.
        """
        try:
            last, content, size = self.channel.take(most)
            if last == END:
                return True, True, size + self._told_at_end(content)[1]
        except EOFError:
            return True, False, 0
        return bool(last) or size >= most, False, size

    def pieces(self, asked: Asked, client: int = -1) -> Iterator[bytes]:
        """The answer in pieces. The engine's time runs until the first and while we wait, not while the reader is slow.

        Raises what Pool.ask raises.
        """
        given = min(asked.seconds or self.limits.seconds, self.limits.seconds)
        left = given
        started = self._since
        until = started + self.limits.transfer_seconds
        while True:
            now = time.monotonic()
            try:
                kind, content = self.channel.receive(min(left - (now - started), until - now), client)
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
                started = time.monotonic()
            elif kind == END:
                yield from self._ended(content)
                return
            elif kind == FAULT:
                raise self._fault(json.loads(content), asked)

    def end(self) -> None:
        """Kills the process, without waiting for it."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """Lets go of what is held of it here."""
        self.channel.close()
        if self._memory is not None:
            self._memory.close()

    def _told_at_end(self, content: bytes) -> tuple[int, int]:
        return read_end(content, 0 if self._memory is None else len(self._memory))

    def _ended(self, content: bytes) -> Iterator[bytes]:
        """What lies in the memory of an answer that has ended."""
        try:
            memory_mib, shared = self._told_at_end(content)
        except EOFError:
            raise QueryError("This query cannot be answered: {reason}", reason="its process told no end") from None
        self.healthy = memory_mib - self.loaded_mib < _GROWN_MIB
        if shared and self._memory is not None:
            yield self._memory[:shared]

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
        self.bereft = code == BEREFT
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
