"""A thing's page: what is said of it, what it leads to, what leads to it, and where that comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.graph.describe import Description, Statement, describe
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.text import natural
from kg_web.reader import Reader, Value

__all__ = ["Group", "Note", "Place", "Standing", "ThingPage", "thing_page"]

_SKOS, _RDF, _OWL, _OA = (OUTSIDE[prefix] for prefix in ("skos", "rdf", "owl", "oa"))
_SOURCE = Iri(DCT + "source")
_ABOUT = lg("about")
_LEAD = {Iri(_SKOS + "definition")}
_LOCATION = {Iri(_OA + "start"), Iri(_OA + "end"), lg("section"), lg("sha256"), Iri(DCT + "isPartOf")}
_MATCHES = {Iri(_SKOS + name) for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")}
_STATUS, _SINCE, _BY = lg("status"), lg("statusSince"), lg("statusBy")
_TOLD_ELSEWHERE = {
    _STATUS,
    _SINCE,
    _BY,
    Iri(_RDF + "type"),
    Iri(_SKOS + "prefLabel"),
    Iri(_SKOS + "notation"),
    Iri(_OWL + "deprecated"),
    Iri(DCT + "isReplacedBy"),
    lg("listPosition"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Values under one heading; `predicate` is the property they belong to."""

    heading: str
    values: tuple[Value, ...]
    predicate: Iri
    origin: str = ""
    """Where all of them come from, when that is one place and another than the thing's; then no value repeats it."""
    anchor: str = ""
    """The name of its place on the page, for groups of links."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source: section, first and last character, and the sum to verify it by."""

    passage: Value
    source: Value | None
    section: str
    start: int
    end: int
    sha256: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of a curator about the thing."""

    remark: Value
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a design has come: since when, and by whose word."""

    status: Value
    since: Value | None
    by: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ThingPage:
    """Everything the page of one thing shows, and its JSON gives."""

    iri: Iri
    segment: str
    code: str
    label: str
    kind: str
    origin: str
    home: Value | None
    definitions: tuple[Value, ...]
    facts: tuple[Group, ...]
    outgoing: tuple[Group, ...]
    """What it leads to within the graph."""
    incoming: tuple[Group, ...]
    """What leads to it."""
    elsewhere: tuple[Group, ...]
    """What it compares to in the vocabularies of others."""
    places: tuple[Place, ...]
    sources: tuple[Value, ...]
    notes: tuple[Note, ...]
    standing: Standing | None
    deprecated: bool
    successors: tuple[Value, ...]

    @property
    def links(self) -> tuple[Group, ...]:
        """What it leads to, and then what leads to it."""
        return self.outgoing + self.incoming

    @property
    def verifiable(self) -> list[str]:
        """Codes of the sources whose text is needed to verify the places."""
        return sorted({place.source.code for place in self.places if place.source and place.source.code})


def thing_page(reader: Reader, iri: Iri, segment: str, code: str) -> ThingPage:
    """The page of a thing that is in the graph."""
    found = describe(reader.state.store, iri)
    home = found.home
    origin = home.origin if home else ""
    own = _by_predicate(s for s in found.outgoing if s.predicate not in _TOLD_ELSEWHERE | {_SOURCE})
    groups = [
        _group(reader, predicate, statements, origin)
        for predicate, statements in own.items()
        if predicate not in _LEAD and not (segment == "passage" and predicate in _LOCATION)
    ]
    places, sources = _places(reader, found, origin)
    return ThingPage(
        iri=iri,
        segment=segment,
        code=code,
        label=reader.label(iri),
        kind=reader.kind(segment),
        origin=origin,
        home=reader.thing(home.graph) if home else None,
        definitions=tuple(v for p in _LEAD for v in _group(reader, p, own.get(p, []), origin).values),
        facts=tuple(sorted((g for g in groups if not _leads_on(g) and not _leads_out(g)), key=_order)),
        outgoing=_anchored("to", sorted((g for g in groups if _leads_on(g)), key=_order)),
        incoming=_anchored("from", _referring(reader, found, segment, origin)),
        elsewhere=tuple(sorted((g for g in groups if _leads_out(g)), key=_order)),
        places=places,
        sources=sources,
        notes=_notes(reader, found),
        standing=_standing(reader, found),
        deprecated=any(s.predicate == _OWL + "deprecated" for s in found.outgoing),
        successors=tuple(reader.thing(_text(s.object)) for s in found.outgoing if s.predicate == DCT + "isReplacedBy"),
    )


def _by_predicate(statements: Iterable[Statement]) -> dict[Iri, list[Statement]]:
    found: dict[Iri, list[Statement]] = defaultdict(list)
    for statement in statements:
        found[statement.predicate].append(statement)
    return dict(found)


def _group(reader: Reader, predicate: Iri, statements: list[Statement], origin: str) -> Group:
    """The values of one property; texts in the reader's language only when they are in it."""
    texts = reader.preferred([s.object for s in statements if isinstance(s.object, ox.Literal)])
    values = []
    for statement in statements:
        node = statement.object
        if isinstance(node, ox.Literal) and node not in texts:
            continue
        values.append(reader.value(node, statement.origin if statement.origin != origin else ""))
    return _grouped(reader.label(predicate), values, predicate)


def _grouped(heading: str, values: list[Value], predicate: Iri) -> Group:
    """Values in order under a heading, which tells their origin when they share one."""
    ordered = tuple(sorted(dict.fromkeys(values), key=_value_order))
    origins = {value.origin for value in ordered}
    if len(ordered) < 2 or len(origins) > 1 or origins == {""}:
        return Group(heading, ordered, predicate)
    return Group(heading, tuple(replace(value, origin="") for value in ordered), predicate, *origins)


def _anchored(name: str, groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups, each with a name for its place on the page."""
    return tuple(replace(group, anchor=f"{name}-{number}") for number, group in enumerate(groups, start=1))


def _standing(reader: Reader, found: Description) -> Standing | None:
    said = _by_predicate(s for s in found.outgoing if s.predicate in {_STATUS, _SINCE, _BY})
    values = {p: [reader.value(s.object) for s in statements] for p, statements in said.items()}
    if _STATUS not in values:
        return None
    return Standing(values[_STATUS][0], next(iter(values.get(_SINCE, ())), None), tuple(values.get(_BY, ())))


def _leads_on(group: Group) -> bool:
    return any(value.segment for value in group.values)


def _leads_out(group: Group) -> bool:
    return group.predicate in _MATCHES and not _leads_on(group)


def _order(group: Group) -> tuple[bool, str]:
    """Short facts before prose, then by heading."""
    return (any(len(value.text) > 120 for value in group.values), group.heading.casefold())


def _value_order(value: Value) -> tuple[object, ...]:
    return (value.segment, natural(value.code), value.text.casefold())


def _referring(reader: Reader, found: Description, segment: str, origin: str) -> tuple[Group, ...]:
    """What refers to the thing, by property and kind; remarks are told apart, at the top of the page."""
    by_heading: dict[tuple[Iri, str], list[Value]] = defaultdict(list)
    for statement in found.incoming:
        if not isinstance(statement.subject, ox.NamedNode):
            continue
        known = reader.state.names.segment_and_code(statement.subject.value)
        kind = known[0] if known else ""
        if statement.predicate == _ABOUT and kind == "remark":
            continue
        value = reader.thing(statement.subject.value, statement.origin if statement.origin != origin else "")
        by_heading[statement.predicate, kind].append(value)
    order = list(reader.state.members)
    groups = [
        (
            order.index(kind) if kind in order else len(order),
            _grouped(reader.backwards(predicate, kind, segment), values, predicate),
        )
        for (predicate, kind), values in by_heading.items()
    ]
    return tuple(group for _, group in sorted(groups, key=lambda entry: (entry[0], entry[1].heading.casefold())))


def _notes(reader: Reader, found: Description) -> tuple[Note, ...]:
    notes = []
    for statement in found.incoming:
        node = statement.subject
        if statement.predicate != _ABOUT or not isinstance(node, ox.NamedNode):
            continue
        known = reader.state.names.segment_and_code(node.value)
        if not known or known[0] != "remark":
            continue
        kinds = [s for s in describe(reader.state.store, node.value).outgoing if s.predicate == lg("remarkType")]
        kind = reader.label(_text(kinds[0].object)) if kinds else reader.kind("remark")
        text = " ".join(literal.value for literal in reader.texts(node.value, _SKOS + "note"))
        notes.append(Note(reader.thing(node.value), kind, text))
    return tuple(sorted(notes, key=lambda note: natural(note.remark.code)))


def _places(reader: Reader, found: Description, origin: str) -> tuple[tuple[Place, ...], tuple[Value, ...]]:
    """The passages a thing cites (for a passage: itself), in the order of the text; and other sources it cites."""
    places, others = [], []
    known = reader.state.names.segment_and_code(found.iri)
    if known and known[0] == "passage":
        places.append(_place(reader, found.iri, ""))
    for statement in found.outgoing:
        if statement.predicate != _SOURCE:
            continue
        iri = _text(statement.object)
        differing = statement.origin if statement.origin != origin else ""
        cited = reader.state.names.segment_and_code(iri)
        if cited and cited[0] == "passage" and Iri(iri) in reader.state.known:
            places.append(_place(reader, Iri(iri), differing))
        else:
            others.append(reader.value(statement.object, differing))
    return tuple(sorted(places, key=lambda place: (place.start, place.end))), tuple(others)


def _place(reader: Reader, iri: Iri, origin: str) -> Place:
    store, node = reader.state.store, ox.NamedNode(iri)

    def text(predicate: str) -> str:
        return store.value(node, ox.NamedNode(predicate))

    def number(predicate: str) -> int:
        return int(text(predicate)) if text(predicate).isascii() and text(predicate).isdigit() else 0

    source = text(DCT + "isPartOf")
    return Place(
        passage=reader.thing(iri),
        source=reader.thing(source) if source else None,
        section=text(lg("section")),
        start=number(_OA + "start"),
        end=number(_OA + "end"),
        sha256=text(lg("sha256")),
        origin=origin,
    )


def _text(node: object) -> str:
    return str(getattr(node, "value", ""))
