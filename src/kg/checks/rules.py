"""Graph-wide rules: every row of a `queries/checks/*.rq` is a fault."""

from __future__ import annotations

from collections.abc import Mapping

from kg.errors import LoadError
from kg.files.catalog import queries_by_name
from kg.files.project import Project
from kg.graph.store import Store
from kg.records import Finding, Query, Severity
from kg.table import Term

__all__ = ["graph_rules", "run_rules"]

_COLUMNS = ("thing", "property", "value")


def graph_rules(project: Project) -> dict[str, Query]:
    """Name → rule. Raises LoadError for a rule whose header gives no severity or no problem."""
    rules = queries_by_name(project.query_files("checks"))
    for rule in rules.values():
        if rule.severity is None or not rule.problem:
            raise LoadError(
                "{path}:1: a check needs `severity`, `problem@nl` and `problem@en`.",
                path=project.relative(rule.path),
            )
    return rules


def run_rules(rules: Mapping[str, Query], store: Store) -> list[Finding]:
    """What the rules find in the graph."""
    return [finding for rule in rules.values() for finding in _run(rule, store)]


def _run(rule: Query, store: Store) -> list[Finding]:
    table = store.table(rule.text)
    if table.columns != _COLUMNS:
        raise LoadError(
            "{name}: a check selects ?thing ?property ?value, not {columns}.",
            name=f"{rule.name}.rq",
            columns=" ".join(f"?{column}" for column in table.columns),
        )
    return [
        Finding(
            rule=rule.name,
            severity=rule.severity or Severity.VIOLATION,
            message=rule.problem,
            fix=rule.fix,
            thing=_text(thing),
            property=_text(predicate),
            value=_text(value),
        )
        for thing, predicate, value in table.rows
    ]


def _text(term: Term) -> str:
    return "" if term is None else str(getattr(term, "value", term))
