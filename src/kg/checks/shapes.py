"""SHACL: the project's shapes over its graph, through pySHACL, as findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyshacl
import rdflib
from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SH

from kg.files.project import Project
from kg.files.turtle import rdflib_graph, read_turtle
from kg.graph.store import Store
from kg.records import Finding, Severity
from kg.text import Words

__all__ = ["Shapes", "load_shapes", "validate_shapes"]

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
_DECIDES_NOTHING = (SH.message, SH.name, SH.description, SH.severity, SH.order, RDFS.label, RDFS.comment)


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of a project: what is validated with, and what a finding of each shape is told as."""

    graph: rdflib.Graph
    """The constraints alone. pySHACL looks through every property of a shape for every focus node, so
    messages, names and severities, which decide nothing, are kept beside it: half the time is saved."""
    messages: Mapping[rdflib.term.Node, Words]
    severities: Mapping[rdflib.term.Node, Severity]
    names: tuple[str, ...]
    """The names of the shapes a finding can come from: those with a severity."""


def load_shapes(project: Project) -> Shapes:
    """All files of `ontology/shapes/`. Raises LoadError for a broken one."""
    graph = rdflib.Graph()
    for path in project.shape_files():
        graph += rdflib_graph(read_turtle(path, project.relative(path)).triples)
    texts: dict[rdflib.term.Node, dict[str, str]] = {}
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


def validate_shapes(shapes: Shapes, store: Store) -> list[Finding]:
    """What the shapes find in the graph; messages in every language they have.

    The store is copied into an rdflib graph of its own: pySHACL over an Oxigraph-backed graph holds
    `"x"^^xsd:string` and `"x"` different and finds faults that are not there.
    """
    _, results, _ = pyshacl.validate(
        rdflib_graph({quad.triple for quad in store.engine}),
        shacl_graph=shapes.graph,
        inference="none",
        advanced=False,
        js=False,
        meta_shacl=False,
        do_owl_imports=False,
        inplace=True,
    )
    assert isinstance(results, rdflib.Graph)
    return [_finding(results, node, shapes, store) for node in results.subjects(RDF.type, SH.ValidationResult)]


def _finding(results: rdflib.Graph, node: rdflib.term.Node, shapes: Shapes, store: Store) -> Finding:
    shape = results.value(node, SH.sourceShape) or rdflib.BNode()
    return Finding(
        rule=store.names.compact(str(shape)),
        severity=shapes.severities.get(shape, Severity.VIOLATION),
        message=shapes.messages.get(shape, Words({"en": str(results.value(node, SH.resultMessage))})),
        thing=_text(results.value(node, SH.focusNode)),
        property=_text(results.value(node, SH.resultPath)),
        value=_text(results.value(node, SH.value)),
    )


def _text(node: rdflib.term.Node | None) -> str:
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)
