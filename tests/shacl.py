"""A graph held against other parties' shapes, with pySHACL."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyshacl
import rdflib
from rdflib import RDF, SH

__all__ = ["Fault", "faults", "shapes_of"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One result of a validation, by the last parts of its IRIs."""

    severity: str
    thing: str
    property: str
    component: str
    shape: str


def shapes_of(paths: Iterable[Path]) -> rdflib.Graph:
    """Shapes files as one graph; patterns that only Java reads (`(?i)` inside, sets in sets) as Python reads them."""
    shapes = rdflib.Graph()
    for path in paths:
        shapes.parse(path, format="turtle")
    for shape, pattern in list(shapes.subject_objects(SH.pattern)):
        text = (
            str(pattern).replace("[%[\\p{L}\\p{Nl}\\p{Nd}]]", "[%\\w]").replace("[[A-Fa-f0-9]\\:\\.]", "[A-Fa-f0-9:.]")
        )
        if "(?i)" in text:
            shapes.set((shape, SH.flags, rdflib.Literal("i")))
        shapes.set((shape, SH.pattern, rdflib.Literal(text.replace("(?i)", ""))))
    return shapes


def faults(graph: bytes | rdflib.Graph, shapes: rdflib.Graph, ontology: rdflib.Graph | None = None) -> list[Fault]:
    """What the shapes find wrong with a graph (Turtle, or read already), sorted. No network."""
    data = rdflib.Graph().parse(data=graph, format="turtle") if isinstance(graph, bytes) else graph
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, _ = pyshacl.validate(
            data, shacl_graph=shapes, ont_graph=ontology, inference="none", js=False, advanced=False
        )
    assert isinstance(report, rdflib.Graph)

    def last(node: rdflib.term.Node | None) -> str:
        return str(node or "").rpartition("#")[2].rpartition("/")[2]

    return sorted(
        Fault(
            last(report.value(result, SH.resultSeverity)),
            str(report.value(result, SH.focusNode)),
            last(report.value(result, SH.resultPath)),
            last(report.value(result, SH.sourceConstraintComponent)),
            last(report.value(result, SH.sourceShape)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )
