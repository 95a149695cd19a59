"""SHACL: the project's shapes over its graph, through pySHACL, as findings."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from kg.files.project import Project
from kg.files.turtle import read_turtle
from kg.graph.store import Store
from kg.records import Finding, Severity
from kg.text import Words

__all__ = ["Shapes", "load_shapes", "validate_shapes"]

_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of a project as an rdflib graph, and the names of its property shapes."""

    graph: rdflib.Graph
    names: tuple[str, ...]


def load_shapes(project: Project) -> Shapes:
    """All files of `ontology/shapes/`. Raises LoadError for a broken one."""
    graph = rdflib.Graph()
    for path in project.shape_files():
        file = read_turtle(path, project.relative(path))
        graph.parse(data=file.text, format="turtle")
    names = sorted(
        project.names.compact(str(shape)) for shape in graph.subjects(SH.path, None) if isinstance(shape, rdflib.URIRef)
    )
    return Shapes(graph, tuple(names))


def validate_shapes(shapes: Shapes, store: Store) -> list[Finding]:
    """What the shapes find in the graph; messages in every language they have.

    The store is copied into an rdflib graph of its own: pySHACL over an Oxigraph-backed graph holds
    `"x"^^xsd:string` and `"x"` different and finds faults that are not there.
    """
    _, results, _ = pyshacl.validate(
        _copy(store),
        shacl_graph=shapes.graph,
        inference="none",
        advanced=False,
        js=False,
        meta_shacl=False,
        do_owl_imports=False,
        inplace=True,
    )
    assert isinstance(results, rdflib.Graph)
    return [_finding(results, node, store) for node in results.subjects(RDF.type, SH.ValidationResult)]


def _copy(store: Store) -> rdflib.Graph:
    triples = {quad.triple for quad in store.engine}
    out = io.BytesIO()
    ox.serialize(triples, out, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=out.getvalue(), format="nt")


def _finding(results: rdflib.Graph, node: rdflib.term.Node, store: Store) -> Finding:
    messages = {
        text.language or "en": str(text)
        for text in results.objects(node, SH.resultMessage)
        if isinstance(text, rdflib.Literal)
    }
    severity = results.value(node, SH.resultSeverity)
    return Finding(
        rule=store.names.compact(str(results.value(node, SH.sourceShape))),
        severity=_SEVERITIES[severity] if isinstance(severity, rdflib.URIRef) else Severity.VIOLATION,
        message=Words(dict(sorted(messages.items(), reverse=True))),
        thing=_text(results.value(node, SH.focusNode)),
        property=_text(results.value(node, SH.resultPath)),
        value=_text(results.value(node, SH.value)),
    )


def _text(node: rdflib.term.Node | None) -> str:
    return "" if node is None or isinstance(node, rdflib.BNode) else str(node)
