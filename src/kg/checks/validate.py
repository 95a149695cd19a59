"""All checks in order: lint of the files, SHACL shapes, graph-wide rules; one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.checks.lint import LINT_RULES, lint_file
from kg.checks.linting import Linted, linting
from kg.checks.place import Files, placed
from kg.checks.rules import graph_rules, run_rules
from kg.checks.shacl.memory import Memory
from kg.checks.shapes import load_shapes, validate_shapes
from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.graph.store import Store
from kg.names import OUTSIDE, lg
from kg.records import Finding, Report, Severity

__all__ = ["Judge", "validate", "validate_store"]


def validate(project: Project, files: Files, store: Store) -> Report:
    """What the checks find in a project's files and in the graph they make.

    Every finding points at the file and line it concerns. A warning about a thing that a remark is
    about carries that remark: a curator has answered it.
    """
    return Judge(project).report(files, store)


def validate_store(project: Project, store: Store) -> Report:
    """What shapes and rules find in a graph that does not come from files: in the same words, without a place.

    Nothing is linted: how a file is laid out cannot be told of a graph.
    """
    shapes, rules = load_shapes(project), graph_rules(project)
    found = [*validate_shapes(shapes, store), *run_rules(rules, store)]
    return Report.of(_answered(found, store), [*shapes.names, *rules])


class Judge:
    """What the graph of a project is judged by: its shapes and rules, read once, and what the last judgement found."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.shapes = load_shapes(project)
        self.rules = graph_rules(project)
        self.memory = Memory()
        """Is to be told what changes in the store between two reports."""
        self._linted: dict[Path, tuple[TurtleFile, list[Finding]]] = {}

    def report(self, files: Files, store: Store) -> Report:
        """What there is to find; what was found before and cannot have changed is not looked for again."""
        with linting(self.project, [file for file, _ in files if not self._known(file)]) as linted:
            judged = [*validate_shapes(self.shapes, store, self.memory), *run_rules(self.rules, store)]
            found = [*(finding for file, _ in files for finding in self._lint(file, linted)), *judged]
        names = [*LINT_RULES, *self.shapes.names, *self.rules]
        return Report.of(_answered(placed(found, self.project, files, store), store), names)

    def _known(self, file: TurtleFile) -> bool:
        return file.path in self._linted and self._linted[file.path][0] is file

    def _lint(self, file: TurtleFile, linted: Linted) -> list[Finding]:
        if not self._known(file):
            found = linted.of(file)
            self._linted[file.path] = (file, list(lint_file(self.project, file)) if found is None else found)
        return self._linted[file.path][1]


def _answered(findings: Iterable[Finding], store: Store) -> list[Finding]:
    about = ox.NamedNode(lg("about"))
    remark = ox.NamedNode(lg("Remark"))
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
    answers: dict[str, str] = {}
    for quad in store.quads(None, rdf_type, remark, None):
        for link in store.quads(quad.subject, about, None, None):
            answers.setdefault(getattr(link.object, "value", ""), getattr(quad.subject, "value", ""))
    return [
        replace(finding, remark=answers.get(finding.thing, ""))
        if finding.severity is not Severity.VIOLATION
        else finding
        for finding in findings
    ]
