"""Advice on recognition as rows: per piece of evidence, per outcome, per unit."""

from __future__ import annotations

from kg.curriculum.recognition import NAMES_OF_STANDINGS, Recognition
from kg.curriculum.recognition_policy import NAMES_OF_VERDICTS
from kg.curriculum.rows import as_table
from kg.table import Table

__all__ = ["item_table", "outcome_table", "unit_table"]


def item_table(found: Recognition, language: str) -> Table:
    """What each piece of evidence is worth, one row a piece."""
    lines = [
        (
            item.thing,
            item.thing.label,
            item.evidence.kind,
            item.evidence.on,
            NAMES_OF_VERDICTS[item.verdict],
            item.reason,
            " ".join(outcome.code for outcome in item.outcomes),
            item.evidence.note,
        )
        for item in found.items
    ]
    return as_table(("held", "label", "evidence", "date", "verdict", "reason", "outcomes", "note"), lines, language)


def outcome_table(found: Recognition, language: str) -> Table:
    """How every outcome stands, one row an outcome."""
    lines = [
        (
            " ".join(unit.code for unit in standing.units),
            standing.outcome,
            standing.outcome.label,
            NAMES_OF_STANDINGS[standing.standing],
            " ".join(thing.code for thing in standing.through),
        )
        for standing in found.outcomes
    ]
    return as_table(("unit", "outcome", "label", "standing", "through"), lines, language)


def unit_table(found: Recognition, language: str) -> Table:
    """How every unit stands, one row a unit, in an order in which they can be taken."""
    lines = [
        (
            unit.unit,
            unit.unit.label,
            unit.credits,
            NAMES_OF_STANDINGS[unit.standing],
            " ".join(outcome.code for outcome in unit.remaining),
        )
        for unit in found.units
    ]
    return as_table(("unit", "label", "credits", "standing", "open_outcomes"), lines, language)
