"""SHACL: the project's shapes over its graph, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import rdflib
from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from kg.checks.shacl.memory import Memory
from kg.checks.shacl.model import ShapesGraph
from kg.checks.shacl.run import Result
from kg.checks.shacl.validation import by_pyshacl, validated
from kg.files.project import Project
from kg.files.turtle import rdflib_graph, read_turtle
from kg.graph.store import Store
from kg.names import Names
from kg.records import Finding, Severity
from kg.text import Words

__all__ = ["Shapes", "findings_of", "load_shapes", "validate_by_pyshacl", "validate_shapes"]

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_DECIDES_NOTHING = (SH.message, SH.name, SH.description, SH.severity, SH.order, RDFS.label, RDFS.comment)


@dataclass(frozen=True)
class Shapes:
    """The shapes of a project: what is validated with, and what a finding of each shape is told as."""

    graph: rdflib.Graph
    """The constraints alone. pySHACL looks through every property of a shape for every focus node, so
    messages, names and severities, which decide nothing, are kept beside it: half the time is saved."""
    messages: Mapping[Node, Words]
    severities: Mapping[Node, Severity]
    names: tuple[str, ...]
    """The names of the shapes a finding can come from: those with a severity."""

    @cached_property
    def model(self) -> ShapesGraph:
        """The constraints as they are compiled from."""
        return ShapesGraph(self.graph)


def load_shapes(project: Project) -> Shapes:
    """All files of `ontology/shapes/`. Raises LoadError for a broken one."""
    graph = rdflib.Graph()
    for path in project.shape_files():
        graph += rdflib_graph(read_turtle(path, project.relative(path)).triples)
    texts: dict[Node, dict[str, str]] = {}
    for shape, text in graph.subject_objects(SH.message):
        if isinstance(text, rdflib.Literal):
            texts.setdefault(shape, {})[text.language or "en"] = str(text)
    messages = {shape: Words(dict(sorted(words.items(), reverse=True))) for shape, words in texts.items()}
    severities = {
        shape: _SEVERITIES[severity]
        for shape, severity in graph.subject_objects(SH.severity)
        if isinstance(severity, URIRef)
    }
    for predicate in _DECIDES_NOTHING:
        graph.remove((None, predicate, None))
    for shape in list(graph.subjects(SH.path, None)):
        graph.remove((shape, RDF.type, SH.PropertyShape))
    names = sorted(project.names.compact(str(shape)) for shape in severities)
    return Shapes(graph, messages, severities, tuple(names))


def validate_shapes(shapes: Shapes, store: Store, memory: Memory | None = None) -> list[Finding]:
    """What the shapes find in the graph; messages in every language they have.

    A memory spares what the changes it was told of since its last run cannot touch.
    """
    return findings_of(validated(shapes.model, store, memory).results, shapes, store.names)


def validate_by_pyshacl(shapes: Shapes, store: Store) -> list[Finding]:
    """The same by pySHACL, the reference that the compiled shapes are held against; many times slower."""
    return findings_of(by_pyshacl(shapes.graph, rdflib_graph(store.triples())), shapes, store.names)


def findings_of(results: Iterable[Result], shapes: Shapes, names: Names) -> list[Finding]:
    """Validation results as findings, in the words of their shapes."""
    return [
        Finding(
            rule=names.compact(str(result.shape.node)),
            severity=shapes.severities.get(result.shape.node, Severity.VIOLATION),
            message=shapes.messages.get(result.shape.node, Words({"en": str(result.component)})),
            thing=_text(result.focus),
            property=_text(result.path),
            value=_text(result.value),
        )
        for result in results
    ]


def _text(node: Node | None) -> str:
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)
