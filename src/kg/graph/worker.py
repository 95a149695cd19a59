"""The process that answers ad-hoc queries: has the graph, has no network, and may be killed at any time.

Forked by kg.graph.nursery, or started as `python -m kg.graph.worker` over a store on disk; its first argument is then
a JSON record (`Setup`). It talks over the socket whose descriptor is in there, and ends when the other end does.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from mmap import mmap
from typing import Any

import pyoxigraph as ox

from kg.graph.frames import FAULT, MEMORY, QUERY, READY, Channel, FrameWriter
from kg.graph.scan import prefixes_needed
from kg.graph.shared import made

__all__ = ["FORMATS", "Setup", "end_with", "leave_network", "main", "opened", "serve"]

FORMATS: dict[str, Any] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
"""What an answer can be written as: tables first, then graphs."""

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1
_UNREAD = 512 * 1024
"""Bytes of an answer that may wait in the socket, where the system gives so much: the engine then goes on."""
_BATCH = 20_000
"""Quads that are put into the store at once; all at once would take twice the memory."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told when it starts."""

    socket: int
    quads: int
    """Descriptor of the N-Quads file: the same file for every worker, also after a new release took its name."""
    store: str
    """Folder of the store on disk to read instead; empty to hold the quads in memory."""
    parent: int
    base: str
    """What relative IRIs in a query are resolved against."""
    memory_mib: int
    answer_mib: int
    alarm_seconds: float
    """After this the process ends itself, should nobody be there to kill it."""
    prefixes: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Loads, locks itself in, and answers queries until the other end hangs up."""
    setup = Setup(**json.loads(sys.argv[1]))
    without_network = leave_network()
    end_with(setup.parent)  # after it: a change of credentials would clear this
    store = opened(setup)
    os.close(setup.quads)
    serve(store, setup, socket.socket(fileno=setup.socket), without_network=without_network)


def serve(store: ox.Store, setup: Setup, end: socket.socket, *, without_network: bool) -> None:
    """Locks this process in, says that it is ready, and answers queries until the other end hangs up."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD)
    channel = Channel(end)
    shared = _given(channel)
    _lock_in(setup.memory_mib)
    channel.tell(READY, {"memory_mib": _resident_mib(), "without_network": without_network})
    most = setup.answer_mib * 1024 * 1024
    with suppress(EOFError):
        while True:
            kind, content = channel.receive()
            if kind == QUERY:
                signal.setitimer(signal.ITIMER_REAL, setup.alarm_seconds)
                asked = json.loads(content)
                _answer(store, asked, setup, FrameWriter(channel, most, shared if asked["shared"] else None))
                signal.setitimer(signal.ITIMER_REAL, 0)


def opened(setup: Setup) -> ox.Store:
    """The quads: in memory, or read from the disk and shared with the other workers by the system."""
    if setup.store:
        return ox.Store.read_only(setup.store)
    store = ox.Store()
    quads = ox.parse(_content(setup.quads), format=ox.RdfFormat.N_QUADS)  # keeps the names of blank nodes
    while batch := list(islice(quads, _BATCH)):
        store.extend(batch)
    return store


def _given(channel: Channel) -> mmap | None:
    """Memory that the other end can read, given to it before descriptors are taken away."""
    found = made()
    if not found:
        channel.send(MEMORY)
        return None
    memory, descriptor = found
    channel.give(MEMORY, descriptor)
    os.close(descriptor)
    return memory


def _answer(store: ox.Store, asked: dict[str, Any], setup: Setup, out: FrameWriter) -> None:
    """Writes the answer and an END, or a FAULT (which may come after some data)."""
    channel = out.channel
    try:
        _write(_results(store, asked, setup), asked, out)
        out.end(_resident_mib())
    except EOFError:
        raise
    except SyntaxError as fault:
        channel.tell(FAULT, {"kind": "syntax", "message": str(fault)})
    except MemoryError:
        channel.tell(FAULT, {"kind": "limit", "message": "memory_mib"})
    except Exception as fault:  # whatever the engine raises goes to whoever asked; the process lives on
        limited = out.left < 0
        channel.tell(
            FAULT, {"kind": "limit" if limited else "failed", "message": "answer_mib" if limited else str(fault)}
        )


def _results(store: ox.Store, asked: dict[str, Any], setup: Setup) -> Any:
    default, named = asked["default_graphs"], asked["named_graphs"]
    given = default is not None or named is not None
    # With the union, the engine would pass over FROM and FROM NAMED: so the union only where no graphs are named.
    return store.query(
        asked["text"],
        base_iri=setup.base,
        prefixes=prefixes_needed(asked["text"], setup.prefixes),
        use_default_graph_as_union=not given and not asked["own_dataset"],
        default_graph=[ox.NamedNode(iri) for iri in default or ()] if given else None,
        named_graphs=[ox.NamedNode(iri) for iri in named or ()] if given else None,
    )


def _write(results: Any, asked: dict[str, Any], out: Any) -> None:
    form = FORMATS[asked["format"]]
    if not isinstance(results, ox.QueryTriples):
        results.serialize(out, form)
    elif asked["prefixes"] and form != ox.RdfFormat.JSON_LD:
        ox.serialize(results, out, form, prefixes=asked["prefixes"])
    else:
        results.serialize(out, form)


def _content(descriptor: int) -> bytes:
    """The whole file, without moving the position that all workers share."""
    size = os.fstat(descriptor).st_size
    parts, done = [], 0
    while done < size:
        part = os.pread(descriptor, min(size - done, 1 << 24), done)
        if not part:
            break
        parts.append(part)
        done += len(part)
    return b"".join(parts)


def end_with(parent: int) -> None:
    """Sees to it that this process does not outlive its parent, and that the server ends it, not the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def leave_network() -> bool:
    """Moves this process to a network of its own with nothing in it; False where the system does not allow that.

    Only possible while there is one thread, so before anything is loaded.
    """
    with suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        return bool(unshare(_CLONE_NEWNET) == 0 or unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
    return False


def _lock_in(memory_mib: int) -> None:
    """Takes away what a query has no use for: new descriptors (files, sockets), more memory, core dumps, priority."""
    with suppress(OSError):
        os.nice(5)  # pages and vetted questions go before ad-hoc queries
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("500")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    address_space = _address_space()
    if address_space:
        most = address_space + memory_mib * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 2)  # an engine that aborts says so on standard error: a line for every hostile query
    most_open = max(map(int, os.listdir("/dev/fd"))) + 1  # noqa: PTH208
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_open, most_open))
    with suppress(OSError):
        while True:
            os.dup(null)


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[0]) * resource.getpagesize()
    return 0


def _resident_mib() -> int:
    """MiB of memory this process has used at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
