"""What the processes of a server use, as Linux tells it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Used", "children_of", "used_by", "used_by_kind"]


@dataclass(frozen=True, slots=True)
class Used:
    """What some processes use together."""

    processes: int
    resident: int
    """Bytes; what is shared counts for each."""
    descriptors: int


def used_by_kind(server: int) -> dict[str, Used]:
    """What the site's processes and those that answer queries use, of the server with this process id."""
    site = children_of(server)
    return {"site": used_by(site), "queries": used_by(process for one in site for process in _below(one))}


def children_of(process: int) -> list[int]:
    """The process ids of the children of a process, of whatever thread of it, sorted; empty where nobody tells."""
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, path.read_text(encoding="ascii").split())
    return sorted(found)


def _below(process: int) -> Iterator[int]:
    """The process ids of all that come from a process: those that hold a graph, and their workers."""
    for child in children_of(process):
        yield child
        yield from _below(child)


def used_by(processes: Iterable[int]) -> Used:
    """What these processes use; one that ends meanwhile is left out."""
    number, resident, descriptors = 0, 0, 0
    for process in processes:
        with suppress(OSError, IndexError):
            pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
            held = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
            number, resident, descriptors = (
                number + 1,
                resident + pages * os.sysconf("SC_PAGE_SIZE"),
                descriptors + held,
            )
    return Used(number, resident, descriptors)
