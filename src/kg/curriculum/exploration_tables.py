"""An exploration as tables: a row for every thing that is shown, and one for every link."""

from __future__ import annotations

from kg.curriculum.exploration import Exploration
from kg.curriculum.rows import as_table
from kg.table import Table

__all__ = ["link_table", "node_table"]


def node_table(found: Exploration, language: str) -> Table:
    """The things as rows, one for each."""
    columns = ("thing", "kind", "code", "label", "origin", "status", "levels", "further")
    lines = [
        (n.thing.iri, n.thing.kind, n.thing.code, n.thing.label, n.origin, n.status, " ".join(n.levels), n.further)
        for n in found.nodes
    ]
    return as_table(columns, lines, language)


def link_table(found: Exploration, language: str) -> Table:
    """The links as rows, one for each."""
    columns = ("subject", "subject_label", "property", "object", "object_label", "origin")
    lines = [
        (link.subject, link.subject.label, link.property.label, link.object, link.object.label, link.origin)
        for link in found.links
    ]
    return as_table(columns, lines, language)
