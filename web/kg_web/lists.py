"""Lists of the things of one kind, divided as the vocabulary divides them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.describe import origin_of_thing as origin_in_graph
from kg.names import KINDS, OUTSIDE, Iri, lg
from kg.table import Table
from kg.text import natural
from kg_web.reader import Reader, Value
from kg_web.terms import AREAS

__all__ = ["Division", "Item", "Listed", "browse", "kind_list", "list_table", "list_triples", "origin_of_thing"]

_SKOS = OUTSIDE["skos"]
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_POSITIONS = (lg("rank"), lg("listPosition"), Iri(OUTSIDE["oa"] + "start"))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a list: its link, where it comes from, and a line about it."""

    value: Value
    origin: str
    definition: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """A part of a list under a heading; the heading is a link where it is a thing itself."""

    heading: Value | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One kind in the browse page or as a page of its own: what it is called, how many there are."""

    segment: str
    plural: str
    count: int
    definition: str = ""
    divisions: tuple[Division, ...] = ()


def browse(reader: Reader) -> list[tuple[str, list[Listed]]]:
    """Every kind that has things, by part of the field, with its number."""
    kinds = [
        (reader.words(segment).area, Listed(segment, reader.plural(segment), len(members), _meaning(reader, segment)))
        for segment, members in reader.state.members.items()
    ]
    found = [(area, [listed for own, listed in kinds if own == area]) for area in AREAS]
    return [(area, listed) for area, listed in found if listed]


def kind_list(reader: Reader, segment: str) -> Listed:
    """All things of one kind in divisions; those that belong nowhere come last."""
    grouped: dict[str, list[Item]] = defaultdict(list)
    for iri in reader.state.members.get(segment, ()):
        item = _item(reader, iri)
        for group in _groups(reader, segment, iri) or [""]:
            grouped[group].append(item)
    headings = {group: _heading(reader, group) for group in grouped if group}
    order = sorted(headings, key=lambda group: (_first(grouped[group]), _heading_order(headings[group], group)))
    divisions = [Division(headings[group], _sorted(grouped[group])) for group in order]
    if grouped[""]:
        divisions.append(Division(None, _sorted(grouped[""])))
    members = reader.state.members.get(segment, ())
    return Listed(segment, reader.plural(segment), len(members), _meaning(reader, segment), tuple(divisions))


def list_table(reader: Reader, segment: str) -> Table:
    """The list as a table: IRI, code, name in both languages, origin."""
    rows = []
    for iri in reader.state.members.get(segment, ()):
        code = reader.state.names.segment_and_code(iri)
        names = {
            quad.object.language: quad.object
            for quad in reader.state.store.quads(ox.NamedNode(iri), ox.NamedNode(_SKOS + "prefLabel"), None, None)
            if isinstance(quad.object, ox.Literal)
        }
        rows.append(
            (
                ox.NamedNode(iri),
                ox.Literal(code[1] if code else ""),
                names.get("nl"),
                names.get("en"),
                ox.Literal(origin_of_thing(reader, iri)),
            )
        )
    return Table(("iri", "code", "label_nl", "label_en", "origin"), tuple(rows))


def list_triples(reader: Reader, segment: str) -> list[ox.Triple]:
    """Type, code, names and definition of every thing of one kind."""
    wanted = [_TYPE, *(ox.NamedNode(_SKOS + name) for name in ("notation", "prefLabel", "altLabel", "definition"))]
    return [
        quad.triple
        for iri in reader.state.members.get(segment, ())
        for predicate in wanted
        for quad in reader.state.store.quads(ox.NamedNode(iri), predicate, None, None)
    ]


def _item(reader: Reader, iri: Iri) -> Item:
    definition = " ".join(text.value for text in reader.texts(iri, _SKOS + "definition"))
    store, node = reader.state.store, ox.NamedNode(iri)
    texts = [store.value(node, ox.NamedNode(predicate)) for predicate in _POSITIONS]
    position = next((int(text) for text in texts if text.isascii() and text.isdigit()), None)
    return Item(reader.thing(iri), origin_of_thing(reader, iri), definition, position)


def origin_of_thing(reader: Reader, iri: Iri) -> str:
    """Where a thing comes from: the origin of the graph that says what kind of thing it is; empty when unsaid."""
    return origin_in_graph(reader.state.store, iri, reader.state.origins)


def _groups(reader: Reader, segment: str, iri: Iri) -> list[str]:
    """The IRIs or texts of the groups a thing stands in."""
    words = reader.words(segment)
    if words.group is None:
        return []
    store, node, predicate = reader.state.store, ox.NamedNode(iri), ox.NamedNode(words.group)
    if words.backwards:
        found = {getattr(quad.subject, "value", "") for quad in store.quads(None, predicate, node, None)}
        return sorted(found, key=natural)
    terms = [quad.object for quad in store.quads(node, predicate, None, None)]
    texts = reader.preferred([term for term in terms if isinstance(term, ox.Literal)])
    return sorted(
        {*(term.value for term in texts), *(t.value for t in terms if isinstance(t, ox.NamedNode))}, key=natural
    )


def _heading(reader: Reader, group: str) -> Value:
    is_iri = reader.state.names.segment_and_code(group) is not None or group.startswith(("http://", "https://"))
    return reader.thing(group) if is_iri else Value(group)


def _first(items: list[Item]) -> int:
    """Groups of located things stand in the order of the text; other groups by their name."""
    return min((item.position or 0 for item in items), default=0) if items[0].value.segment == "passage" else 0


def _heading_order(heading: Value, group: str) -> tuple[object, ...]:
    kinds = [kind.segment for kind in KINDS]
    return (
        kinds.index(heading.segment) if heading.segment else 0,
        natural(heading.code or heading.text.casefold()),
        group,
    )


def _sorted(items: list[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.position is None, item.position or 0, natural(item.value.code))))


def _meaning(reader: Reader, segment: str) -> str:
    kind = next(kind for kind in KINDS if kind.segment == segment)
    return " ".join(text.value for text in reader.texts(kind.class_iri, _SKOS + "definition"))
