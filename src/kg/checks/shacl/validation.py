"""One call: shapes over a store by compiled queries, and by pySHACL what these cannot express."""

from __future__ import annotations

from dataclasses import dataclass

import rdflib
from rdflib import RDF, SH, BNode, URIRef
from rdflib.namespace import OWL, RDFS
from rdflib.term import Node

from kg.checks.shacl.memory import Memory
from kg.checks.shacl.model import Shape, ShapesGraph
from kg.checks.shacl.queries import plan
from kg.checks.shacl.report import report_of
from kg.checks.shacl.run import Result, facts_of
from kg.errors import LoadError
from kg.files.turtle import rdflib_graph
from kg.graph.store import Store

__all__ = ["Validation", "by_pyshacl", "validated"]

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found, and what of it compiled queries could not do."""

    results: tuple[Result, ...]
    beyond: tuple[tuple[Node, str], ...]
    """Shapes that pySHACL was asked about, each with the reason."""

    def report(self, shapes: rdflib.Graph) -> rdflib.Graph:
        """The results as a SHACL validation report, in the words of the shapes graph."""
        return report_of(self.results, shapes)


def validated(shapes: ShapesGraph, store: Store, memory: Memory | None = None) -> Validation:
    """Holds a store against shapes. A memory spares the checks that a change since its last run cannot touch."""
    memory = memory or Memory()
    planned = plan(shapes, facts_of(shapes, store))
    results = memory.results(planned.checks, store)
    if planned.beyond:
        only = _only(shapes, {node for node, _ in planned.beyond})
        results += by_pyshacl(only, rdflib_graph(store.triples()))
    return Validation(tuple(results), planned.beyond)


def _only(shapes: ShapesGraph, left: set[Node]) -> rdflib.Graph:
    """The shapes graph in which no others than these have targets."""
    graph = rdflib.Graph() + shapes.graph
    for node in set(shapes.targeted()) - left:
        for predicate in _TARGETS:
            graph.remove((node, predicate, None))
        for kind in (RDFS.Class, OWL.Class):
            graph.remove((node, RDF.type, kind))
    return graph


def by_pyshacl(shapes: rdflib.Graph, data: rdflib.Graph) -> list[Result]:
    """What pySHACL finds, the reference; nothing is fetched, no script is run.

    The data must be rdflib's own: over an Oxigraph-backed graph pySHACL holds `"x"^^xsd:string` and `"x"`
    different and finds faults that are not there. Raises LoadError for shapes that it cannot use.
    """
    import pyshacl  # a fifth of a second, and hardly ever asked

    try:
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inference="none",
            advanced=False,
            js=False,
            meta_shacl=False,
            do_owl_imports=False,
            inplace=True,
        )
    except Exception as fault:  # it has no class of its own for all that foreign shapes can hold
        raise _unusable(fault) from fault
    if not isinstance(report, rdflib.Graph):
        raise _unusable(report)
    return [_result(report, node) for node in report.objects(None, SH.result)]


def _unusable(fault: object) -> LoadError:
    reason = " ".join(str(fault).split()).rstrip(".")
    return LoadError("pySHACL cannot validate with these shapes: {reason}.", reason=reason)


def _result(report: rdflib.Graph, node: Node) -> Result:
    component = report.value(node, SH.sourceConstraintComponent)
    focus = report.value(node, SH.focusNode)
    path = report.value(node, SH.resultPath)
    shape = report.value(node, SH.sourceShape) or BNode()
    assert isinstance(component, URIRef)
    assert focus is not None
    severity = report.value(node, SH.resultSeverity) or SH.Violation
    return Result(
        Shape(shape, path, {}, severity, deactivated=False), component, focus, path, report.value(node, SH.value)
    )
