"""Work on files of others in a process of its own, without network and under limits of time and memory."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from kg import errors
from kg.errors import ExchangeError, KgError
from kg.graph.worker import leave_network

__all__ = ["MEMORY_MIB", "SECONDS", "contained"]

SECONDS = 300.0
"""How long a file of others may be worked on."""
MEMORY_MIB = 3072
"""How much memory that may take, beside what the program holds already."""
_MOST_ANSWER = 1 << 31
_PIECE = 1 << 20

_T = TypeVar("_T")


def contained(work: Callable[[], _T], path: Path, *, seconds: float = SECONDS, memory_mib: int = MEMORY_MIB) -> _T:
    """What `work` returns, done in a child of this process. Its result must be something that can be pickled.

    The child may read files, but not the network, and is killed when its time is over. Raises what `work` raises when
    that is a KgError; ExchangeError, which names `path`, when a limit is reached or the child dies.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        _work(work, theirs, seconds, memory_mib)
    os.close(theirs)
    try:
        content = _received(ours, time.monotonic() + seconds)
    finally:
        os.close(ours)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if content is None:
        raise ExchangeError(
            "{path}: reading it takes longer than {most} s, so it was stopped.",
            "Divide it over several files.",
            path=path,
            most=f"{seconds:g}",
        )
    kind, *told = pickle.loads(content) if content else ("memory",)
    if kind == "result":
        result: _T = told[0]
        return result
    if kind == "error":
        name, message, hint, values = told
        raise getattr(errors, name, ExchangeError)(message, hint, **values)
    if kind == "memory":
        raise ExchangeError(
            "{path}: reading it takes more than {most} MiB of memory, or ended the process that read it.",
            "Divide it over several files.",
            path=path,
            most=memory_mib,
        )
    raise ExchangeError("{path}: it cannot be read: {fault}.", path=path, fault=told[0])


def _work(work: Callable[[], object], to: int, seconds: float, memory_mib: int) -> None:
    """What the child does; it never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        gc.freeze()
        leave_network()
        _limit(seconds, memory_mib)
        try:
            told: tuple[object, ...] = ("result", work())
        except KgError as error:
            told = ("error", type(error).__name__, error.message, error.hint, error.values)
        except MemoryError:
            told = ("memory",)
        except RecursionError:
            told = ("fault", "RecursionError")
        content = pickle.dumps(told)
        with os.fdopen(to, "wb") as out:
            out.write(content)
    except MemoryError:
        os._exit(1)
    except Exception as error:
        with suppress(Exception):
            os.write(to, pickle.dumps(("fault", repr(error)[:500])))
    finally:
        os._exit(0)


def _limit(seconds: float, memory_mib: int) -> None:
    most = _address_space() + memory_mib * 1024 * 1024
    for what, value in (
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (value, value))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return 0


def _received(descriptor: int, until: float) -> bytes | None:
    """All that the child writes; None when it is not done in time."""
    parts: list[bytes] = []
    size = 0
    while size < _MOST_ANSWER:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        part = os.read(descriptor, _PIECE)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    return None
