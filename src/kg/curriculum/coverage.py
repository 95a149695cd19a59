"""Which competences a programme reaches in which unit, how deeply, and with how many credits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

import pyoxigraph as ox

from kg.curriculum.rows import Ref, refer, rows
from kg.errors import UnknownName
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import lg

__all__ = ["Cell", "Coverage", "Depth", "Share", "coverage"]


class Depth(IntEnum):
    """How deeply a unit reaches a competence."""

    INTRODUCED = 1
    PRACTISED = 2
    ASSESSED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One competence in one unit: the depth reached, and the outcomes that reach it."""

    competence: Ref
    unit: Ref
    depth: Depth
    outcomes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The credits (EC) a programme spends on one competence, theme, tension field or knowledge element."""

    subject: Ref
    credits: Decimal
    outcomes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix of a programme: competences down, units across."""

    programme: Ref
    units: tuple[Ref, ...]
    competences: tuple[Ref, ...]
    cells: tuple[Cell, ...]
    missing: tuple[Ref, ...]
    """Competences that no unit reaches."""
    credits: Mapping[str, tuple[Share, ...]]
    """What the credits go to, by kind: competence, theme, tension, knowledge."""

    def cell(self, competence: Ref, unit: Ref) -> Cell | None:
        """What this unit does for this competence, or None when it does nothing."""
        return next((c for c in self.cells if c.competence == competence and c.unit == unit), None)

    def depth(self, competence: Ref) -> Depth | None:
        """The greatest depth any unit reaches, or None when no unit reaches it."""
        return max((c.depth for c in self.cells if c.competence == competence), default=None)


_SUBJECTS = {
    "competence": ("develops", "Competence"),
    "theme": ("concernsTheme", "Theme"),
    "tension": ("involvesTension", "TensionField"),
    "knowledge": ("drawsOn", "KnowledgeElement"),
}


def coverage(store: Store, programme: str) -> Coverage:
    """The coverage of a programme, over every competence of the graph.

    Depth is 3 where an assessment proves an outcome that develops the competence, 2 where an outcome
    develops it, 1 where the unit only introduces it. Credits: a unit's EC are divided evenly over its
    outcomes, and an outcome's share evenly over the competences (or themes, tension fields, knowledge
    elements) it names; what names none is left out, so a kind's shares add up to at most the programme's EC.
    Raises UnknownName for a programme that does not exist or has no units.
    """
    iri = thing_called(store, programme, "Programme")
    found = rows(store, "coverage", programme=ox.NamedNode(iri))
    if not found:
        raise UnknownName(
            "The programme {programme} has no units, so there is nothing to cover.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    reached: dict[tuple[Ref, Ref], list[tuple[Depth, Ref | None]]] = defaultdict(list)
    units = sorted({refer(store, row["unit"]) for row in found})
    for row in found:
        if row["competence"]:
            outcome = refer(store, row["outcome"]) if row["outcome"] else None
            key = (refer(store, row["competence"]), refer(store, row["unit"]))
            reached[key].append((Depth(row["depth"]), outcome))
    cells = tuple(
        Cell(competence, unit, max(depth for depth, _ in how), tuple(sorted({o for _, o in how if o})))
        for (competence, unit), how in sorted(reached.items())
    )
    competences = _things(store, "Competence")
    covered = {cell.competence for cell in cells}
    return Coverage(
        programme=refer(store, iri),
        units=tuple(units),
        competences=competences,
        cells=cells,
        missing=tuple(competence for competence in competences if competence not in covered),
        credits={kind: _shares(store, iri, *names) for kind, names in _SUBJECTS.items()},
    )


def _shares(store: Store, programme: str, link: str, class_name: str) -> tuple[Share, ...]:
    """The credits for every thing of a class, zero included, in order of code."""
    node = ox.NamedNode(programme)
    found = rows(store, "outcomes-of-units", programme=node, property=ox.NamedNode(lg(link)))
    outcomes_of: dict[str, set[str]] = defaultdict(set)
    subjects_of: dict[str, set[str]] = defaultdict(set)
    credits_of: dict[str, Decimal] = {}
    for row in found:
        outcomes_of[row["unit"]].add(row["outcome"])
        credits_of[row["unit"]] = Decimal(row["credits"] or 0)
        if row["subject"]:
            subjects_of[row["outcome"]].add(row["subject"])
    spent: dict[str, Decimal] = defaultdict(Decimal)
    through: dict[str, set[str]] = defaultdict(set)
    for unit, outcomes in outcomes_of.items():
        for outcome in outcomes:
            for subject in subjects_of[outcome]:
                spent[subject] += credits_of[unit] / len(outcomes) / len(subjects_of[outcome])
                through[subject].add(outcome)
    return tuple(
        Share(
            subject,
            spent[subject.iri].quantize(Decimal("0.01")),
            tuple(sorted(refer(store, outcome) for outcome in through[subject.iri])),
        )
        for subject in _things(store, class_name)
    )


def _things(store: Store, class_name: str) -> tuple[Ref, ...]:
    found = rows(store, "things-of-class", **{"class": ox.NamedNode(lg(class_name))})
    return tuple(sorted({refer(store, row["thing"]) for row in found}))
