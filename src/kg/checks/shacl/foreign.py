"""Anybody's data held against anybody's shapes: what the engine would change is told, or left to pySHACL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import pyoxigraph as ox
import rdflib
from rdflib.term import Literal, Node

from kg.checks.shacl.model import ShapesGraph
from kg.checks.shacl.run import Result
from kg.checks.shacl.validation import Validation, by_pyshacl, validated
from kg.files.turtle import rdflib_graph, rdflib_term
from kg.graph.store import Store
from kg.names import OUTSIDE, Names

__all__ = ["validated_foreign"]

_GRAPH = ox.NamedNode("urn:x-leergraaf:foreign")
_WHOLE_DATA = rdflib.URIRef("urn:x-leergraaf:the-whole-data")
_AS_THEY_ARE = frozenset((OUTSIDE["xsd"] + "string", OUTSIDE["rdf"] + "langString"))


def validated_foreign(shapes: rdflib.Graph, triples: Collection[ox.Triple]) -> Validation:
    """Holds triples against a shapes graph.

    The engine keeps numbers and times by their value: `"4.0"^^xsd:decimal` comes back as `"4"`, which is told as
    it was written; and `"3"^^xsd:byte` comes back an xsd:integer, or two spellings as one value, which is another
    graph: such data is validated by pySHACL alone, and `beyond` says so.
    """
    changed = _changed(triples)
    unlike = _unlike(changed)
    if unlike:
        found = by_pyshacl(shapes, rdflib_graph(set(triples)))
        return Validation(tuple(found), ((_WHOLE_DATA, unlike),))
    store = Store(Names(), (ox.Quad(t.subject, t.predicate, t.object, _GRAPH) for t in triples))
    validation = validated(ShapesGraph(shapes), store)
    written = {rdflib_term(kept): rdflib_term(original) for original, kept in changed.items() if original != kept}
    return replace(validation, results=tuple(_as_written(result, written) for result in validation.results))


def _changed(triples: Iterable[ox.Triple]) -> dict[ox.Literal, ox.Literal]:
    """Each typed literal with what the engine makes of it."""
    literals = {triple.object for triple in triples if isinstance(triple.object, ox.Literal)}
    typed = [literal for literal in literals if literal.datatype.value not in _AS_THEY_ARE]
    node = ox.NamedNode("urn:x")
    kept: dict[ox.Literal, ox.Literal] = {}
    store = ox.Store()
    for number, literal in enumerate(typed):
        store.add(ox.Quad(ox.NamedNode(f"urn:x:{number}"), node, literal, ox.DefaultGraph()))
    for quad in store:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.Literal)
        kept[typed[int(quad.subject.value.removeprefix("urn:x:"))]] = quad.object
    return kept


def _unlike(changed: dict[ox.Literal, ox.Literal]) -> str:
    """Why the engine's graph would be another one; empty when it is the same but for spelling."""
    spelt: dict[ox.Literal, ox.Literal] = {}
    for original, kept in changed.items():
        if original.datatype != kept.datatype:
            return f"the engine keeps {original} as {kept}"
        if spelt.setdefault(kept, original) != original:
            return f"the engine keeps {original} and {spelt[kept]} as one"
    return ""


def _as_written(result: Result, written: dict[Node, Node]) -> Result:
    if not isinstance(result.focus, Literal) and not isinstance(result.value, Literal):
        return result
    value = result.value
    return replace(
        result,
        focus=written.get(result.focus, result.focus),
        value=value if value is None else written.get(value, value),
    )
