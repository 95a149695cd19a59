"""Runs compiled shapes on a store; the rows become validation results."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass

import pyoxigraph as ox
import rdflib
from rdflib import Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Node

from kg.checks.shacl.check import Check
from kg.checks.shacl.expressions import Facts
from kg.checks.shacl.model import Shape, ShapesGraph
from kg.files.turtle import rdflib_term
from kg.graph.store import Store

__all__ = ["Found", "Result", "facts_of", "rows_of"]

_SUBCLASSES = f"SELECT DISTINCT ?below ?above {{ ?below {RDFS.subClassOf.n3()} ?above }}"
_UNTYPED = frozenset(
    ("http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
)


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL 3.6.2), as far as messages are not concerned."""

    shape: Shape
    component: URIRef
    focus: Node
    path: Node | None
    value: Node | None


Found = dict[Hashable, Result]
"""The results of a check, each under what tells it from all others."""


def facts_of(shapes: ShapesGraph, store: Store) -> Facts:
    """What of the data the shapes are compiled with."""
    above: dict[Node, set[Node]] = {}
    for below, upper in store.rows(_SUBCLASSES):
        above.setdefault(rdflib_term(upper), set()).add(rdflib_term(below))
    subclasses = {upper: tuple(sorted(_all_below(upper, above))) for upper in above}
    return Facts(subclasses, _ill_typed(shapes, store), lambda pattern, flags: _can_match(store, pattern, flags))


def _all_below(upper: Node, above: dict[Node, set[Node]]) -> set[URIRef]:
    found: set[Node] = set()
    ahead = [upper]
    while ahead:
        for below in above.get(ahead.pop(), ()):
            if below not in found and below != upper:
                found.add(below)
                ahead.append(below)
    return {each for each in found if isinstance(each, URIRef)}


def _ill_typed(shapes: ShapesGraph, store: Store) -> dict[Node, tuple[str, ...]]:
    """The literals that are none of their datatype: told by rdflib, as pySHACL has them told."""
    datatypes: dict[str, set[str]] = {}
    for shape, datatype in shapes.graph.subject_objects(SH.datatype):
        if isinstance(datatype, URIRef) and str(datatype) not in _UNTYPED:
            for along in _ways_to(shape, shapes.graph):
                datatypes.setdefault(along, set()).add(datatype.n3())
    found: dict[Node, set[str]] = {}
    for along, names in sorted(datatypes.items()):
        asked = f"isLiteral(?value) && DATATYPE(?value) IN ({', '.join(sorted(names))})"
        for (value,) in store.rows(f"SELECT DISTINCT ?value {{ ?s {along} ?value FILTER({asked}) }}"):
            literal = rdflib_term(value)
            if isinstance(literal, Literal) and literal.datatype and literal.ill_typed:
                found.setdefault(literal.datatype, set()).add(str(value))
    return {datatype: tuple(sorted(texts)) for datatype, texts in found.items()}


def _ways_to(shape: Node, graph: rdflib.Graph) -> set[str]:
    """The properties along which a shape meets literals, as SPARQL writes them; `?p` for any."""
    found: set[str] = set()
    seen = {shape}
    ahead = [shape]
    while ahead:
        node = ahead.pop()
        path = graph.value(node, SH.path)
        if path is not None:
            found.add(path.n3() if isinstance(path, URIRef) else "?p")
            continue
        found.update(each.n3() for each in graph.objects(node, SH.targetObjectsOf))
        if (node, SH.targetNode, None) in graph:
            found.add("?p")
        above = set(graph.subjects(None, node)) - seen
        seen |= above
        ahead += above
    return {"?p"} if "?p" in found else found


def _can_match(store: Store, pattern: str, flags: str) -> bool:
    row = next(iter(store.rows(f'SELECT (REGEX("", {ox.Literal(pattern)}, {ox.Literal(flags)}) AS ?known) {{}}')))
    return row[0] is not None


def rows_of(check: Check, store: Store, among: Collection[str] | None = None) -> Found:
    """The results of a check, told apart by the nodes on the way to the focus node, and by the other of a pair.

    With `among`, only these focus nodes are looked at.
    """
    after = check.chain + check.has_value + check.has_path
    several = len(check.components) > 1
    found: Found = {}
    for row in store.rows(check.text if among is None else check.among(sorted(among))):
        terms = [None if term is None else rdflib_term(term) for term in row]
        focus = terms[check.chain - 1]
        assert focus is not None
        value = terms[check.chain] if check.has_value else None
        path = terms[after - 1] if check.has_path else check.shape.path
        rest = () if several else tuple(terms[after:])
        failed = [isinstance(test, Literal) and test.value is True for test in terms[after:]] if several else [True]
        for number, component in enumerate(check.components):
            if failed[number]:
                key = (check.place, number, *terms[: check.chain], value, path, *rest)
                found[key] = Result(check.shape, component, focus, path, value)
    return found
