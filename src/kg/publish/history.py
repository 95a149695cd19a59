"""What releases made of one thing: since when it is there, in which it changed, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.names import Iri, Names
from kg.publish.changes import Change
from kg.publish.feed_index import Action, Subjects, sum_of
from kg.publish.release import Release

__all__ = ["Episode", "history_of_thing"]


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


def history_of_thing(releases: Sequence[Subjects], thing: Iri, names: Names) -> list[Episode]:
    """The releases that made something of a thing, the oldest first; `releases` are in that order as well.

    What rules derive does not count: it follows from what people changed elsewhere. Of each release only the lines
    about the thing are read. Raises ReleaseError for a release that is damaged.
    """
    ending = f" <{names.graph('derived')}> .".encode()
    found: list[Episode] = []
    before: frozenset[bytes] = frozenset()
    for place, release in enumerate(releases):
        after = _lines(release, thing)
        added, removed = (_told(lines, ending) for lines in (after - before, before - after))
        if added or removed:
            change = Change(thing, _quads(added), _quads(removed)) if place else Change(thing, (), ())
            found.append(
                Episode(release.release, change, comes=not before, goes=not after, oldest=not place),
            )
        before = after
    return found


def _lines(release: Subjects, thing: Iri) -> frozenset[bytes]:
    place = release.place_of(sum_of(Action.DELETED, thing.encode()), Action.DELETED)
    blocks = release.lines([] if place is None else [place])
    return frozenset(line for block in blocks for line in block.splitlines())


def _told(lines: Iterable[bytes], ending: bytes) -> list[bytes]:
    """The lines that nobody derived, in order."""
    return sorted(line for line in lines if not line.endswith(ending))


def _quads(lines: Sequence[bytes]) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(input=b"\n".join(lines), format=ox.RdfFormat.N_QUADS))
