"""What the graph says of a thing, looked at by an export without counting as carried."""

from __future__ import annotations

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import OUTSIDE, Iri
from kg.text import natural

__all__ = ["classes_of", "labels_of", "pointed_at", "pointing_at"]

_TYPE = OUTSIDE["rdf"] + "type"
_LABEL = OUTSIDE["skos"] + "prefLabel"


def pointed_at(store: Store, thing: str, property_: str) -> list[Iri]:
    """The IRIs a thing points at, in the order of their codes."""
    quads = store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None)
    return sorted({Iri(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode)}, key=natural)


def pointing_at(store: Store, thing: str, property_: str) -> list[Iri]:
    """The IRIs that point at a thing, in the order of their codes."""
    quads = store.quads(None, ox.NamedNode(property_), ox.NamedNode(thing), None)
    return sorted({Iri(quad.subject.value) for quad in quads if isinstance(quad.subject, ox.NamedNode)}, key=natural)


def classes_of(store: Store, thing: str) -> list[Iri]:
    """The classes of a thing."""
    return pointed_at(store, thing, _TYPE)


def labels_of(store: Store, thing: str, property_: str = _LABEL) -> dict[str, str]:
    """Language → label, Dutch first; of several in a language the first in code point order."""
    found: dict[str, str] = {}
    quads = store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None)
    for literal in sorted((quad.object for quad in quads if isinstance(quad.object, ox.Literal)), key=str):
        if literal.language:
            found.setdefault(literal.language, literal.value)
    return dict(sorted(found.items(), key=lambda entry: (entry[0] != "nl", entry[0])))
