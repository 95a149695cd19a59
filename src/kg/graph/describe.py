"""A thing described: what it says, what says something of it, and where each statement comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import OUTSIDE, Iri, lg

__all__ = [
    "Description",
    "Statement",
    "count_origins",
    "describe",
    "origin_of_graphs",
    "origin_of_thing",
    "quads_about",
    "triples_about",
]

_TYPE = OUTSIDE["rdf"] + "type"
_ORIGIN = ox.NamedNode(lg("origin"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One link or value, with the graph that states it and that graph's origin."""

    subject: ox.NamedNode | ox.BlankNode | ox.Triple
    predicate: Iri
    object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    graph: Iri
    origin: str
    """stated, proposed, reference or derived; empty where the graph has none (the ontology)."""


@dataclass(frozen=True, slots=True)
class Description:
    """Everything said of one thing, both ways, sorted."""

    iri: Iri
    types: tuple[Iri, ...]
    outgoing: tuple[Statement, ...]
    incoming: tuple[Statement, ...]

    @property
    def home(self) -> Statement | None:
        """The statement of its type: its graph is the thing's home."""
        return next((statement for statement in self.outgoing if statement.predicate == _TYPE), None)


def origin_of_graphs(store: Store) -> dict[Iri, str]:
    """Named graph → stated, proposed, reference or derived, for graphs that say so."""
    return {
        Iri(quad.subject.value): quad.object.value.rpartition("#")[2]
        for quad in store.quads(None, _ORIGIN, None, None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    }


def origin_of_thing(store: Store, iri: str, origins: Mapping[Iri, str]) -> str:
    """Where a thing comes from: the origin of the graph that says what kind of thing it is; empty when unsaid."""
    quads = store.quads(ox.NamedNode(iri), ox.NamedNode(_TYPE), None, None)
    graphs = sorted(getattr(quad.graph_name, "value", "") for quad in quads)
    return next((origins[Iri(graph)] for graph in graphs if Iri(graph) in origins), "")


def count_origins(store: Store, things: Collection[str], origins: Mapping[Iri, str]) -> dict[str, int]:
    """How many of these things come from where, as `origin_of_thing` has it, in one pass; unsaid ones are left out."""
    first: dict[str, str] = {}
    for quad in store.quads(None, ox.NamedNode(_TYPE), None, None):
        iri, graph = getattr(quad.subject, "value", ""), getattr(quad.graph_name, "value", "")
        if iri in things and Iri(graph) in origins:
            first[iri] = min(graph, first.get(iri, graph))
    return dict(Counter(origins[Iri(graph)] for graph in first.values()))


def describe(store: Store, iri: str) -> Description:
    """What the graph says of a thing and what refers to it; empty tuples for a thing it does not know."""
    node = ox.NamedNode(iri)
    origins = origin_of_graphs(store)
    outgoing = _statements(store.quads(node, None, None, None), origins)
    incoming = _statements(store.quads(None, None, node, None), origins)
    types = tuple(
        Iri(statement.object.value)
        for statement in outgoing
        if statement.predicate == _TYPE and isinstance(statement.object, ox.NamedNode)
    )
    return Description(Iri(iri), types, outgoing, incoming)


def triples_about(store: Store, iri: str) -> list[ox.Triple]:
    """The triples that state something of a thing, and those that refer to it, sorted; for Turtle and the like."""
    return sorted(dict.fromkeys(quad.triple for quad in quads_about(store, iri)), key=str)


def quads_about(store: Store, iri: str) -> list[ox.Quad]:
    """The same statements, each in its graph."""
    node = ox.NamedNode(iri)
    about = store.quads(node, None, None, None)
    referring = store.quads(None, None, node, None)
    return sorted(dict.fromkeys([*about, *referring]), key=str)


def _statements(quads: Iterator[ox.Quad], origins: dict[Iri, str]) -> tuple[Statement, ...]:
    found = [
        Statement(
            quad.subject,
            Iri(quad.predicate.value),
            quad.object,
            Iri(getattr(quad.graph_name, "value", "")),
            origins.get(Iri(getattr(quad.graph_name, "value", "")), ""),
        )
        for quad in quads
    ]
    return tuple(sorted(found, key=lambda s: (s.predicate != _TYPE, s.predicate, str(s.object), str(s.subject))))
