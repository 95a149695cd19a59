"""What releases made of one thing: since when it is there, in which it changed, and how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pyoxigraph as ox

from kg.names import Iri, Names
from kg.publish.changes import Change
from kg.publish.release import Release

__all__ = ["Episode", "forget", "history_of_thing"]

_STEPS_HELD = 256
"""Steps between two releases of which a process holds the differences."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What one release did to a thing."""

    release: Release
    change: Change
    """What it added to the thing and took from it; both are empty in the oldest release, where all is as it was."""
    comes: bool = False
    """Whether the release before this one knew nothing of it."""
    goes: bool = False
    """Whether nothing is said of it any more."""
    oldest: bool = False
    """Whether there is no release before this one, so that it may be older than this."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The lines in which two releases differ, by subject, and the subjects that came or went."""

    added: Mapping[bytes, tuple[bytes, ...]]
    removed: Mapping[bytes, tuple[bytes, ...]]
    come: frozenset[bytes]
    gone: frozenset[bytes]


def history_of_thing(releases: Sequence[Release], thing: Iri, names: Names) -> list[Episode]:
    """The releases that made something of a thing, the oldest first; `releases` are in that order as well.

    What rules derive does not count: it follows from what people changed elsewhere. Lines of N-Quads are compared
    and not statements, so that a step takes about a twentieth of a second for 20,000; it is done once a process.
    Raises ReleaseError for a release that is damaged.
    """
    subject, derived = f"<{thing}>".encode(), names.graph("derived")
    found: list[Episode] = []
    if releases and subject in _subjects(releases[0], derived):
        found.append(Episode(releases[0], Change(thing, (), ()), comes=True, oldest=True))
    for older, newer in pairwise(releases):
        step = _step(older, newer, derived)
        added, removed = step.added.get(subject, ()), step.removed.get(subject, ())
        if added or removed:
            change = Change(thing, _quads(added), _quads(removed))
            found.append(Episode(newer, change, comes=subject in step.come, goes=subject in step.gone))
    return found


def forget() -> None:
    """Lets go of the differences that are held."""
    _step.cache_clear()
    _subjects.cache_clear()


@lru_cache(maxsize=_STEPS_HELD)
def _step(older: Release, newer: Release, derived: str) -> _Step:
    before, after = older.lines(), newer.lines()
    known, still = _subjects_in(before), _subjects_in(after)
    ending = f" <{derived}> .".encode()
    added, removed = _by_subject(after - before, ending), _by_subject(before - after, ending)
    return _Step(added, removed, frozenset(added.keys() - known), frozenset(removed.keys() - still))


@lru_cache(maxsize=2)
def _subjects(release: Release, derived: str) -> frozenset[bytes]:
    ending = f" <{derived}> .".encode()
    return _subjects_in(line for line in release.lines() if not line.endswith(ending))


def _subjects_in(lines: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(line.partition(b" ")[0] for line in lines)


def _by_subject(lines: Iterable[bytes], ending: bytes) -> dict[bytes, tuple[bytes, ...]]:
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for line in sorted(lines):
        if not line.endswith(ending):
            found[line.partition(b" ")[0]].append(line)
    return {subject: tuple(own) for subject, own in found.items()}


def _quads(lines: Sequence[bytes]) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(input=b"\n".join(lines), format=ox.RdfFormat.N_QUADS))
