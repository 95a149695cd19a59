"""Validation results as a SHACL validation report (SHACL 3.6), an rdflib graph."""

from __future__ import annotations

from collections.abc import Iterable

import rdflib
from rdflib import RDF, SH, XSD, BNode, Literal
from rdflib.term import Node

from kg.checks.shacl.run import Result

__all__ = ["report_of"]


def report_of(results: Iterable[Result], shapes: rdflib.Graph) -> rdflib.Graph:
    """The report, with paths and messages as the shapes graph has them. No results: the data conforms."""
    report = rdflib.Graph()
    report.bind("sh", SH)
    top = BNode()
    report.add((top, RDF.type, SH.ValidationReport))
    conforms = True
    for result in results:
        conforms = False
        node = BNode()
        report.add((top, SH.result, node))
        report.add((node, RDF.type, SH.ValidationResult))
        report.add((node, SH.focusNode, result.focus))
        report.add((node, SH.sourceShape, result.shape.node))
        report.add((node, SH.sourceConstraintComponent, result.component))
        report.add((node, SH.resultSeverity, result.shape.severity))
        if result.path is not None:
            report.add((node, SH.resultPath, _copied(result.path, shapes, report)))
        if result.value is not None:
            report.add((node, SH.value, result.value))
        for message in shapes.objects(result.shape.node, SH.message):
            report.add((node, SH.resultMessage, message))
    report.add((top, SH.conforms, Literal(conforms, datatype=XSD.boolean)))
    return report


def _copied(node: Node, source: rdflib.Graph, into: rdflib.Graph) -> Node:
    """A path with all that it consists of; each result has one of its own."""
    if not isinstance(node, BNode):
        return node
    copy = BNode()
    for predicate, value in source.predicate_objects(node):
        into.add((copy, predicate, _copied(value, source, into)))
    return copy
