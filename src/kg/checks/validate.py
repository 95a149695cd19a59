"""All checks in order: lint of the files, SHACL shapes, graph-wide rules; one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from kg.checks.lint import LINT_RULES, lint
from kg.checks.place import Files, placed
from kg.checks.rules import graph_rules, run_rules
from kg.checks.shapes import load_shapes, validate_shapes
from kg.files.project import Project
from kg.graph.store import Store
from kg.names import OUTSIDE, lg
from kg.records import Finding, Report, Severity

__all__ = ["validate"]


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
    return Report.of(_answered(placed(found, project, files), store), names)


def _answered(findings: Iterable[Finding], store: Store) -> list[Finding]:
    about = ox.NamedNode(lg("about"))
    remark = ox.NamedNode(lg("Remark"))
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
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
