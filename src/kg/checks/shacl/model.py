"""Shapes as records: read once from a shapes graph, with what each constrains and what is beyond SHACL Core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import rdflib
from rdflib import RDF, RDFS, SH, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL
from rdflib.term import Node

from kg.names import OUTSIDE

__all__ = ["CORE", "NotCore", "Shape", "ShapesGraph", "Target"]

_TARGETS = {
    SH.targetNode: "node",
    SH.targetClass: "class",
    SH.targetSubjectsOf: "subjects",
    SH.targetObjectsOf: "objects",
}
_NO_CONSTRAINT = {SH.path, SH.severity, SH.message, SH.deactivated, SH.name, SH.description, SH.order, SH.group}
_NO_CONSTRAINT |= {SH.defaultValue, SH.ignoredProperties, SH.flags, *_TARGETS}
_NO_CONSTRAINT |= {SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint}
CORE = {SH[name] for name in ("class", "in", "not", "or", "and")}
CORE |= {SH.closed, SH.datatype, SH.disjoint, SH.equals, SH.hasValue, SH.languageIn, SH.lessThan}
CORE |= {SH.lessThanOrEquals, SH.maxCount, SH.maxExclusive, SH.maxInclusive, SH.maxLength, SH.minCount}
CORE |= {SH.minExclusive, SH.minInclusive, SH.minLength, SH.node, SH.nodeKind, SH.pattern, SH.property}
CORE |= {SH.qualifiedValueShape, SH.uniqueLang, SH.xone}


class NotCore(Exception):
    """Why a shape cannot be compiled; it is left to pySHACL."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a shape is held against: a node, the instances of a class, the subjects or objects of a property."""

    kind: str
    """node, class, subjects or objects."""
    term: Node


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: where it looks, what it asks, how grave it is."""

    node: Node
    path: Node | None
    """The value of sh:path; None for a node shape."""
    constraints: Mapping[URIRef, tuple[Node, ...]]
    """Parameter of SHACL Core → its values."""
    severity: Node
    deactivated: bool


class ShapesGraph:
    """The shapes of an rdflib graph. Nothing is held against a shape until it is asked for."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph
        self._read: dict[Node, Shape] = {}
        self._custom = {
            path for parameter in graph.objects(None, SH.parameter) for path in graph.objects(parameter, SH.path)
        }
        self._classes = self._kinds_of_class()

    def targeted(self) -> dict[Node, tuple[Target, ...]]:
        """Every shape that has targets, in a fixed order."""
        found: dict[Node, list[Target]] = {}
        for predicate, kind in _TARGETS.items():
            for shape, term in self.graph.subject_objects(predicate):
                found.setdefault(shape, []).append(Target(kind, term))
        for shape in self._implicit():
            found.setdefault(shape, []).append(Target("class", shape))
        return {
            shape: tuple(sorted(targets, key=lambda target: (target.kind, _order(target.term))))
            for shape, targets in sorted(found.items(), key=lambda item: _order(item[0]))
        }

    def _implicit(self) -> Iterator[Node]:
        """Shapes that are classes: they target their own instances (SHACL 2.1.3.3)."""
        for kind in self._classes:
            for thing in self.graph.subjects(RDF.type, kind):
                if isinstance(thing, URIRef) and self._is_shape(thing):
                    yield thing

    def _kinds_of_class(self) -> set[Node]:
        kinds: set[Node] = {RDFS.Class, OWL.Class}
        for kind in list(kinds):
            kinds.update(each for each in self.graph.transitive_subjects(RDFS.subClassOf, kind) if each is not None)
        return kinds

    def _is_shape(self, node: Node) -> bool:
        types = set(self.graph.objects(node, RDF.type))
        return bool(types & {SH.NodeShape, SH.PropertyShape}) or any(
            predicate in CORE for predicate in self.graph.predicates(node)
        )

    def shape(self, node: Node) -> Shape:
        """The shape that a node is. Raises NotCore for one that asks more than SHACL Core."""
        if node not in self._read:
            self._read[node] = self._shape(node)
        return self._read[node]

    def _shape(self, node: Node) -> Shape:
        constraints: dict[URIRef, list[Node]] = {}
        for predicate, value in self.graph.predicate_objects(node):
            if predicate in self._custom or (
                predicate not in CORE | _NO_CONSTRAINT and str(predicate).startswith(OUTSIDE["sh"])
            ):
                raise NotCore(f"{node} uses {predicate}")
            if predicate in CORE:
                assert isinstance(predicate, URIRef)
                constraints.setdefault(predicate, []).append(value)
        deactivated = self.graph.value(node, SH.deactivated)
        return Shape(
            node,
            self.graph.value(node, SH.path),
            {predicate: tuple(sorted(values, key=_order)) for predicate, values in sorted(constraints.items())},
            self.graph.value(node, SH.severity) or SH.Violation,
            isinstance(deactivated, rdflib.Literal) and bool(deactivated.value),
        )

    def members(self, node: Node) -> tuple[Node, ...]:
        """The members of an RDF list."""
        return tuple(Collection(self.graph, node))

    def number(self, shape: Shape, parameter: URIRef) -> int | None:
        """The whole number that a shape gives for a parameter, or None."""
        value = self.graph.value(shape.node, parameter)
        return int(value.value) if isinstance(value, rdflib.Literal) and isinstance(value.value, int) else None

    def is_true(self, shape: Shape, parameter: URIRef) -> bool:
        """Whether a shape says `true` for a parameter."""
        value = self.graph.value(shape.node, parameter)
        return isinstance(value, rdflib.Literal) and str(value) == "true"

    def siblings(self, shape: Shape) -> tuple[Node, ...]:
        """The qualified value shapes of the other property shapes of its parents (SHACL 4.7.3)."""
        own = set(self.graph.objects(shape.node, SH.qualifiedValueShape))
        found: set[Node] = set()
        for parent in self.graph.subjects(SH.property, shape.node):
            for other in self.graph.objects(parent, SH.property):
                found.update(self.graph.objects(other, SH.qualifiedValueShape))
        return tuple(sorted(found - own, key=_order))


def _order(node: Node) -> str:
    return node.n3()
