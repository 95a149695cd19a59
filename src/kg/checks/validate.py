"""All checks in order: lint of the files, SHACL shapes, graph-wide rules; one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg.checks.lint import LINT_RULES, lint
from kg.checks.rules import graph_rules, run_rules
from kg.checks.shapes import load_shapes, validate_shapes
from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.graph.store import Store
from kg.names import Iri, lg
from kg.records import Finding, Report, Severity, Spot

__all__ = ["validate"]

Files = Sequence[tuple[TurtleFile, Iri]]


def validate(project: Project, files: Files, store: Store) -> Report:
    """What the checks find in a project's files and in the graph they make.

    Every finding points at the file and line it concerns. A warning about a thing that a remark is
    about carries that remark: a curator has answered it.
    """
    shapes = load_shapes(project)
    rules = graph_rules(project)
    found = [
        *lint(project, files),
        *validate_shapes(shapes, store),
        *run_rules(rules, store),
    ]
    names = [*LINT_RULES, *shapes.names, *rules]
    return Report.of(_answered(_placed(found, project, files), store), names)


def _placed(findings: Iterable[Finding], project: Project, files: Files) -> list[Finding]:
    """The findings with the file and line of the thing, found where its property stands or else at its home."""
    placed = []
    for finding in findings:
        if finding.spot.path or not finding.thing:
            placed.append(finding)
            continue
        spots = [
            (bool(file.lines.get((finding.thing, finding.property))), -index, file)
            for index, (file, _) in enumerate(files)
            if file.line_of(finding.thing)
        ]
        if not spots:
            placed.append(finding)
            continue
        _, _, file = max(spots, key=lambda spot: spot[:2])
        spot = Spot(project.relative(file.path), file.line_of(finding.thing, finding.property))
        placed.append(replace(finding, spot=spot))
    return placed


def _answered(findings: Iterable[Finding], store: Store) -> list[Finding]:
    about = ox.NamedNode(lg("about"))
    remark = ox.NamedNode(lg("Remark"))
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    answers: dict[str, str] = {}
    for quad in store.engine.quads_for_pattern(None, rdf_type, remark, None):
        for link in store.engine.quads_for_pattern(quad.subject, about, None, None):
            answers.setdefault(getattr(link.object, "value", ""), getattr(quad.subject, "value", ""))
    return [
        replace(finding, remark=answers.get(finding.thing, ""))
        if finding.severity is not Severity.VIOLATION
        else finding
        for finding in findings
    ]
