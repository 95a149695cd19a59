"""What is different between two graphs, as data: per subject the statements added and removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import DCT, LG, OUTSIDE, Iri, Names
from kg.publish.feed_index import Action, Subjects

__all__ = ["Change", "Changes", "changes", "changes_between", "deprecated", "published"]

_DEPRECATED = ox.NamedNode(OUTSIDE["owl"] + "deprecated")
_REPLACED_BY = ox.NamedNode(DCT + "isReplacedBy")


@dataclass(frozen=True, slots=True)
class Change:
    """What became different about one subject."""

    subject: Iri
    """Its IRI; `_:name` for a blank node."""
    added: tuple[ox.Quad, ...]
    removed: tuple[ox.Quad, ...]
    """Both in the order of their N-Quads."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between an older and a newer graph; every subject counts, each sorted by subject.

    Things, terms of the ontology, descriptions of graphs, concepts of others: a subject is whatever something is
    said of. The three together hold every quad that is in one graph and not in the other, once.
    """

    added: tuple[Change, ...] = ()
    """Subjects that only the newer graph says something of."""
    removed: tuple[Change, ...] = ()
    """Subjects that only the older graph says something of."""
    changed: tuple[Change, ...] = ()
    """Subjects in both, of which something else is said."""
    deprecated: tuple[Iri, ...] = ()
    """Subjects of the newer graph that are deprecated or replaced now, and were not in the older one."""
    lost: tuple[Iri, ...] = ()
    """What the older graph published and the newer one does not know, without having been deprecated."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes(older: Store, newer: Store) -> Changes:
    """What one has to add to and remove from the older graph to get the newer one."""
    before, after = set(older), set(newer)
    subjects_before = {str(quad.subject) for quad in before}
    subjects_after = {str(quad.subject) for quad in after}
    added, removed = _by_subject(after - before), _by_subject(before - after)
    found: dict[str, list[Change]] = {"added": [], "removed": [], "changed": []}
    for subject in sorted({*added, *removed}):
        name, kind = Iri(subject.strip("<>")), _kind(subject in subjects_before, subject in subjects_after)
        found[kind].append(Change(name, _sorted(added.get(subject, ())), _sorted(removed.get(subject, ()))))
    known = deprecated(older)
    return Changes(
        **{name: tuple(of_one) for name, of_one in found.items()},
        deprecated=tuple(sorted(deprecated(newer) - known)),
        lost=tuple(sorted(published(older) - published(newer) - known)),
    )


def changes_between(older: Subjects, newer: Subjects, before: Store, after: Store) -> Changes:
    """The same of two releases, `before` and `after` their graphs: only what changed is read, by their indexes.

    Raises ReleaseError for a release that is damaged.
    """
    was = {_subject(lines): lines for lines in older.lines(older.not_in(newer, Action.CREATED))}
    now = {_subject(lines): lines for lines in newer.lines(newer.not_in(older, Action.CREATED))}
    found: dict[str, list[Change]] = {"added": [], "removed": [], "changed": []}
    for subject in sorted({*was, *now}):
        left, held = (set(side.get(subject, b"").splitlines(keepends=True)) for side in (was, now))
        name, kind = Iri(subject.strip("<>")), _kind(subject in was, subject in now)
        found[kind].append(Change(name, _parsed(held - left), _parsed(left - held)))
    known, ours = deprecated(before), _ours(after.names)
    gone = {*(change.subject for change in found["removed"]), *before.graphs()} - set(after.graphs()) - known
    return Changes(
        **{name: tuple(of_one) for name, of_one in found.items()},
        deprecated=tuple(sorted(deprecated(after) - known)),
        lost=tuple(sorted(iri for iri in gone if iri.startswith(ours) and not any(after.quads(ox.NamedNode(iri))))),
    )


def published(store: Store) -> frozenset[Iri]:
    """What others may refer to: the things, the terms of the ontology, and the graphs."""
    ours = _ours(store.names)
    subjects = {quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)}
    return frozenset(Iri(iri) for iri in (*subjects, *store.graphs()) if iri.startswith(ours))


def deprecated(store: Store) -> frozenset[Iri]:
    """What is said to be deprecated (`owl:deprecated true`) or replaced by something else (`dct:isReplacedBy`)."""
    ended = [
        *store.quads(None, _DEPRECATED, ox.Literal(True), None),
        *store.quads(None, _REPLACED_BY, None, None),
    ]
    return frozenset(Iri(quad.subject.value) for quad in ended if isinstance(quad.subject, ox.NamedNode))


def _ours(names: Names) -> tuple[str, ...]:
    """What the IRIs begin with that we answer for; the ontology's graphs are Leergraaf's in every project."""
    return (f"{names.base}id/", names.graph(""), LG, Names().graph(""))


def _kind(was: bool, now: bool) -> str:
    """What became of a subject, by whether it was there and is there."""
    if not now:
        return "removed"
    return "changed" if was else "added"


def _subject(lines: bytes) -> str:
    return lines.partition(b" ")[0].decode()


def _parsed(lines: Iterable[bytes]) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(input=b"".join(sorted(lines)), format=ox.RdfFormat.N_QUADS))


def _by_subject(quads: Iterable[ox.Quad]) -> dict[str, list[ox.Quad]]:
    found: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        found[str(quad.subject)].append(quad)
    return found


def _sorted(quads: Iterable[ox.Quad]) -> tuple[ox.Quad, ...]:
    return tuple(sorted(quads, key=str))
