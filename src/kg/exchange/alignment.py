"""What a term of ours is called in other parties' lists, as `ontology/alignments/` and the data say."""

from __future__ import annotations

import pyoxigraph as ox

from kg.exchange.look import pointed_at
from kg.graph.store import Store
from kg.names import AUTHORITY, DCT, OUTSIDE, Iri

__all__ = ["MATCHES", "aligned_to", "country_of", "in_list", "language_in_list"]

_SKOS = OUTSIDE["skos"]
_TRUE_OF_THE_TERM = ("exactMatch", "closeMatch", "broadMatch")

MATCHES: tuple[Iri, ...] = tuple(
    Iri(_SKOS + name) for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)
"""The properties that match a thing with another party's, from the closest on."""


def in_list(store: Store, term: str, list_: str) -> Iri | None:
    """The value of another party's list (its namespace) that holds for this term: the same, a close or a broader one.

    A narrower or related value is no answer: it need not be true of everything the term is said of.
    """
    for name in _TRUE_OF_THE_TERM:
        for iri in pointed_at(store, term, _SKOS + name):
            if iri.startswith(list_):
                return iri
    return None


def aligned_to(store: Store, outside: str) -> list[Iri]:
    """The terms of ours that a term outside is a match of, of whatever type, in IRI order."""
    found = {
        Iri(quad.subject.value)
        for match in MATCHES
        for quad in store.quads(None, ox.NamedNode(match), ox.NamedNode(outside), None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return sorted(found)


def language_in_list(store: Store, tag: str) -> Iri | None:
    """The authority value of a language tag: `nl` → `language/NLD`; None for a tag the alignments do not list."""
    notation = ox.NamedNode(_SKOS + "notation")
    quads = store.quads(None, notation, ox.Literal(tag), None)
    names = (quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
    return next((Iri(name) for name in sorted(names) if name.startswith(AUTHORITY + "language/")), None)


def country_of(store: Store, thing: str) -> Iri | None:
    """The country that the graph a thing stands in says it is about (`dct:spatial`), or None."""
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
    graphs = {getattr(quad.graph_name, "value", "") for quad in store.quads(ox.NamedNode(thing), rdf_type, None, None)}
    places = sorted(place for graph in graphs if graph for place in pointed_at(store, graph, DCT + "spatial"))
    return next((place for place in places if place.startswith(AUTHORITY + "country/")), None)
