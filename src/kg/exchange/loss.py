"""What an export could not take along: told by kind of thing and property, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kg.names import Iri
from kg.table import Table
from kg.text import Words

__all__ = ["Loss", "LossKind", "loss_table"]


class LossKind(StrEnum):
    """How something is lost: a whole kind of thing, a property, or only a part of what a value says."""

    KIND = "kind"
    PROPERTY = "property"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing the target cannot carry: which statements, how many, and why."""

    how: LossKind
    kind: str
    """Segment of the kind of thing it is said of: `outcome`."""
    property: Iri | None
    """None when no thing of this kind is carried at all."""
    statements: int
    things: int
    example: Iri
    """One of the things, the first in the order of their codes."""
    reason: Words


def loss_table(losses: Iterable[Loss], language: str) -> Table:
    """The report as a table: how, kind, property, statements, things, example, reason in this language."""
    rows = tuple(
        (
            ox.Literal(loss.how.value),
            ox.Literal(loss.kind),
            ox.NamedNode(loss.property) if loss.property else None,
            ox.Literal(loss.statements),
            ox.Literal(loss.things),
            ox.NamedNode(loss.example),
            ox.Literal(loss.reason.within(language)),
        )
        for loss in losses
    )
    return Table(("how", "kind", "property", "statements", "things", "example", "reason"), rows)
