"""What lies around a thing along the chain from task to level, step by step, filtered and bounded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.curriculum.rows import Ref, refer, rows
from kg.curriculum.untangle import untangled
from kg.errors import BadParameter
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT
from kg.text import natural

__all__ = ["BESIDE", "CHAIN", "ORIGINS", "Exploration", "Link", "Node", "Wish", "explore"]

CHAIN = ("task", "competence", "outcome", "unit", "programme", "level")
"""The kinds along the chain, from left to right."""

BESIDE = ("task-group", "occupation", "tension", "theme", "knowledge", "assessment", "offering")
"""Kinds that lie beside it and are shown when they are asked for."""

ORIGINS = ("stated", "proposed", "reference")
"""Origins that are shown unless others are asked for: what rules derive is a shortcut over links that are shown."""

_COLUMNS = (
    ("task-group", "occupation"),
    ("task", "tension"),
    ("competence", "theme"),
    ("outcome", "knowledge", "assessment"),
    ("unit",),
    ("programme", "offering"),
    ("level",),
)
_COLUMN = {kind: number for number, kinds in enumerate(_COLUMNS) for kind in kinds}
_FARTHEST = len(_COLUMNS) - 1
_AT_ONCE = 30
"""Things that are walked to when nobody says how far: as many whole steps as fit."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown around a thing; what is left empty is not filtered."""

    opened: tuple[str, ...] = ()
    """Codes of the things whose every link is followed besides."""
    steps: int = 0
    """How far from the start; 0 for as far as thirty things go."""
    kinds: tuple[str, ...] = CHAIN
    origins: tuple[str, ...] = ORIGINS
    """Of links, and of things."""
    statuses: tuple[str, ...] = ()
    """Names of statuses (`proposed`); what has no status stays."""
    levels: tuple[str, ...] = ()
    """Codes of levels; what has no level stays."""
    most: int = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that is shown, with its place: columns and rows count from 0, columns without things are left out."""

    thing: Ref
    origin: str
    status: str
    levels: tuple[str, ...]
    """Codes of its levels."""
    column: int
    row: int
    further: int
    """How many things it has links to that are not shown, of the kinds and origins that are."""
    opened: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One statement between two things that are shown."""

    subject: Ref
    property: Ref
    object: Ref
    origin: str


@dataclass(frozen=True, slots=True)
class Exploration:
    """What is shown around a thing, by column and row, and how much is not."""

    start: Ref
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    steps: int
    """How many steps were walked."""
    hidden: int
    """Things that were met and do not fit the filters."""
    left_out: int
    """Things that fit, beyond the most that are shown."""


@dataclass(frozen=True)
class _Around:
    """The links of things, each thing asked once."""

    store: Store
    wish: Wish
    links_of: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def ask(self, things: Iterable[str]) -> None:
        """Looks up the links of things that were not asked before."""
        new = sorted(set(things) - set(self.links_of))
        if not new:
            return
        walked = {*CHAIN, *self.wish.kinds}
        self.links_of.update({thing: [] for thing in new})
        for row in rows(self.store, "exploration", things=[ox.NamedNode(thing) for thing in new]):
            kind = self.kind(row["to"])
            if kind in _COLUMN and kind in walked and _local(row["origin"]) in {*self.wish.origins, ""}:
                self.links_of[row["from"]].append(row)

    def kind(self, thing: str) -> str:
        """The kind of a thing; empty for what is none of ours."""
        known = self.store.names.segment_and_code(thing)
        return known[0] if known else ""

    def beyond(self, thing: str, direction: int) -> list[str]:
        """Where the links of a thing lead in a direction: -1 to the left, 1 to the right, 0 all ways."""
        column = _COLUMN.get(self.kind(thing), 0)
        found = []
        for row in self.links_of[thing]:
            way = _COLUMN[self.kind(row["to"])] - column
            if direction == 0 or way * direction > 0:
                found.append(row["to"])
        return list(dict.fromkeys(found))


def explore(store: Store, start: str, wish: Wish = Wish()) -> Exploration:
    """What lies around the thing with this code.

    From the start links are followed to the left and to the right, and then only on in the same direction: so a
    competence brings its own tasks and units, and not those of every other competence met on the way. From things
    that are opened all links are followed. What does not fit the filters is walked over and not shown; the start
    always is. Raises UnknownName for an unknown code and BadParameter for a thing that no chain runs along.
    """
    iri = thing_called(store, start)
    around = _Around(store, wish)
    if around.kind(iri) not in _COLUMN:
        raise BadParameter(
            "{thing} is of kind {kind}: no chain runs along it.",
            "An exploration starts from one of: {known}.",
            thing=start,
            kind=KINDS_BY_SEGMENT[around.kind(iri)].class_name if around.kind(iri) else "?",
            known=", ".join((*CHAIN, *BESIDE)),
        )
    met, steps = _walked(around, iri)
    opened = _open(around, met)
    details = _details(store, met)
    fitting = [thing for thing in met if thing == iri or _fits(around, thing, details[thing])]
    shown = fitting[: wish.most]
    around.ask(shown)
    ref_of = {thing: refer(store, thing) for thing in shown}
    links = _links(around, ref_of)
    nodes = _nodes(around, ref_of, details, links, opened)
    return Exploration(ref_of[iri], nodes, links, steps, len(met) - len(fitting), len(fitting) - len(shown))


def _walked(around: _Around, start: str) -> tuple[list[str], int]:
    """The things met from the start, nearest first, and the number of steps that were taken."""
    met = [start]
    around.ask(met)
    ways = {start: 0}
    frontier = [start]
    far = around.wish.steps or _FARTHEST
    steps = 0
    for _ in range(min(far, _FARTHEST)):
        found: dict[str, int] = {}
        for thing in frontier:
            for other in around.beyond(thing, ways[thing]):
                if other not in ways:
                    way = _COLUMN[around.kind(other)] - _COLUMN[around.kind(thing)]
                    found.setdefault(other, (way > 0) - (way < 0))
        # What lies in the same column is an end: a unit that is required brings no units of its own along.
        if not found or (steps and not around.wish.steps and len(met) + len(found) > _AT_ONCE):
            break
        steps += 1
        met += _in_order(around, found)
        ways |= found
        frontier = [thing for thing, way in found.items() if way]
        around.ask(frontier)
    return met, steps


def _open(around: _Around, met: list[str]) -> frozenset[str]:
    """Adds what the opened things lead to, in the order in which they were opened; gives the things that are open."""
    opened = []
    for code in around.wish.opened:
        iri = next((thing for thing in met if code in _called(around.store, thing)), None)
        if iri is None:
            continue
        around.ask([iri])
        opened.append(iri)
        met += _in_order(around, [other for other in around.beyond(iri, 0) if other not in met])
    return frozenset(opened)


def _called(store: Store, thing: str) -> tuple[str, ...]:
    known = store.names.segment_and_code(thing)
    return (known[1], "/".join(known)) if known else ()


def _in_order(around: _Around, things: Iterable[str]) -> list[str]:
    """Kinds of the chain before others, each from left to right, and things by code."""
    return sorted(
        things,
        key=lambda thing: (around.kind(thing) not in CHAIN, _COLUMN[around.kind(thing)], natural(thing)),
    )


def _details(store: Store, things: Sequence[str]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Thing → its origin, status and levels."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = dict.fromkeys(things, ("", "", ()))
    for row in rows(store, "exploration-things", things=[ox.NamedNode(thing) for thing in things]):
        origin, status, levels = found[row["thing"]]
        known = store.names.segment_and_code(row["level"] or "")
        more = {*levels, known[1]} if known else levels
        found[row["thing"]] = (origin or _local(row["origin"]), status or _local(row["status"]), tuple(sorted(more)))
    return found


def _fits(around: _Around, thing: str, details: tuple[str, str, tuple[str, ...]]) -> bool:
    origin, status, levels = details
    wish, kind = around.wish, around.kind(thing)
    own = set(_called(around.store, thing)[:1]) if kind == "level" else set(levels)
    return (
        kind in wish.kinds
        and (origin in wish.origins or not origin)
        and (not wish.statuses or not status or status in wish.statuses)
        and (not wish.levels or not own or bool(own & set(wish.levels)))
    )


def _links(around: _Around, ref_of: dict[str, Ref]) -> tuple[Link, ...]:
    found: dict[tuple[str, str, str], Link] = {}
    terms: dict[str, Ref] = {}
    for thing in ref_of:
        for row in around.links_of[thing]:
            if row["to"] in ref_of:
                term = terms.setdefault(row["property"], refer(around.store, row["property"]))
                subject, target = ref_of[row["subject"]], ref_of[row["object"]]
                key = (subject.iri, term.iri, target.iri)
                found.setdefault(key, Link(subject, term, target, _local(row["origin"])))
    return tuple(sorted(found.values(), key=lambda link: (_key(link.subject), link.property.iri, _key(link.object))))


def _nodes(
    around: _Around,
    ref_of: dict[str, Ref],
    details: dict[str, tuple[str, str, tuple[str, ...]]],
    links: Sequence[Link],
    opened: Collection[str],
) -> tuple[Node, ...]:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for link in links:
        neighbours[link.subject.iri].add(link.object.iri)
        neighbours[link.object.iri].add(link.subject.iri)
    columns = [
        sorted((t for t in ref_of if _COLUMN[ref_of[t].kind] == number), key=lambda thing: _key(ref_of[thing]))
        for number in range(len(_COLUMNS))
    ]
    placed = untangled([column for column in columns if column], neighbours, lambda thing: _key(ref_of[thing]))
    kinds = set(around.wish.kinds)
    return tuple(
        Node(
            ref_of[thing],
            *details[thing],
            column,
            row,
            len({other for other in around.beyond(thing, 0) if other not in ref_of and around.kind(other) in kinds}),
            thing in opened,
        )
        for column, things in enumerate(placed)
        for row, thing in enumerate(things)
    )


def _key(thing: Ref) -> tuple[int, int, tuple[tuple[int, int, str], ...]]:
    kinds = _COLUMNS[_COLUMN[thing.kind]]
    return _COLUMN[thing.kind], kinds.index(thing.kind), natural(thing.code)


def _local(iri: str | None) -> str:
    return (iri or "").rpartition("#")[2]
