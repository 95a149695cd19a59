"""Which competences a programme reaches in which unit, how deeply, and with how many credits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pyoxigraph as ox

from kg.curriculum.programmes import programme_called, scope_of
from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.errors import UnknownName
from kg.graph.ask import Value
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import Iri, lg
from kg.table import Table
from kg.text import Words

__all__ = ["DEPTHS", "Cell", "Coverage", "Depth", "Share", "coverage", "matrix_table", "reach_table", "share_table"]


class Depth(IntEnum):
    """How deeply a unit reaches a competence."""

    INTRODUCED = 1
    PRACTISED = 2
    ASSESSED = 3


DEPTHS: Mapping[Depth, Words] = {
    Depth.INTRODUCED: Words({"nl": "aangeraakt", "en": "introduced"}),
    Depth.PRACTISED: Words({"nl": "geoefend", "en": "practised"}),
    Depth.ASSESSED: Words({"nl": "getoetst", "en": "assessed"}),
}
"""Depth → its name."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One competence in one unit: the depth reached, the outcomes that reach it, and what proves them."""

    competence: Ref
    unit: Ref
    depth: Depth
    outcomes: tuple[Ref, ...]
    assessments: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The credits (EC) a programme spends on one competence, theme, tension field or knowledge element."""

    subject: Ref
    credits: Decimal | None
    """None when a unit that spends on it has no credits the graph knows of."""
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
    unit_credits: Mapping[Ref, Decimal | None]
    """The credits of every unit; None when the graph does not know them."""

    @property
    def total(self) -> Decimal | None:
        """The credits of all units together; None when those of a unit are not known."""
        known = [value for value in self.unit_credits.values() if value is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.unit_credits) else None

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


def coverage(store: Store, programme: str, profile: str = "") -> Coverage:
    """The coverage of a programme, over the competences of the profiles it aims at, or over those of one profile.

    The profiles it aims at are those of what its units and outcomes reach, with those of the same occupation, a
    wider one or a specialism; a programme that reaches nothing in a profile is held against every competence
    (see scope_of). Themes, tension fields and knowledge are those of the same profiles and those in none.

    Depth is 3 where an assessment proves an outcome that develops the competence, 2 where an outcome
    develops it, 1 where the unit only introduces it. Credits: a unit's EC are divided evenly over its
    outcomes, and an outcome's share evenly over the competences (or themes, tension fields, knowledge
    elements) it names; what names none is left out, so a kind's shares add up to at most the programme's EC.
    A profile limits the competences shown, not the division. A programme whose outcomes stand in no unit is
    its own one column.
    Raises UnknownName for a programme or profile that does not exist, for a programme with neither units nor
    outcomes and a profile without competences, and BadParameter for what is no programme.
    """
    asked = programme_called(store, programme)
    scheme = thing_called(store, profile, "CompetenceProfile") if profile else Iri("")
    found = rows(store, "coverage", programme=ox.NamedNode(asked.iri))
    if not found:
        raise UnknownName(
            "The programme {programme} has no units, so there is nothing to cover.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    scope = scope_of(store, asked.iri)
    subjects = {kind: _things(store, class_name, scope) for kind, (_, class_name) in _SUBJECTS.items()}
    if scheme:
        held = rows(store, "competences-of-profile", profile=ox.NamedNode(scheme))
        subjects["competence"] = tuple(sorted(refer(store, row["competence"]) for row in held))
    competences = subjects["competence"]
    if profile and not competences:
        raise UnknownName("There are no competences in {profile}.", "`kg find` lists what there is.", profile=profile)
    reached: dict[tuple[Ref, Ref], list[tuple[Depth, Ref | None]]] = defaultdict(list)
    unit_of = {row["unit"]: refer(store, row["unit"]) for row in found}
    ref_of = {competence.iri: competence for competence in competences}
    for row in found:
        if row["competence"] in ref_of:
            outcome = refer(store, row["outcome"]) if row["outcome"] else None
            reached[ref_of[row["competence"]], unit_of[row["unit"]]].append((Depth(row["depth"]), outcome))
    proofs = _proofs(store, {row["outcome"] for row in found if row["outcome"]})
    cells = []
    for (competence, unit), how in sorted(reached.items()):
        outcomes = tuple(sorted({outcome for _, outcome in how if outcome}))
        proven = tuple(sorted({proof for outcome in outcomes for proof in proofs[outcome.iri]}))
        cells.append(Cell(competence, unit, max(depth for depth, _ in how), outcomes, proven))
    covered = {cell.competence for cell in cells}
    return Coverage(
        programme=asked,
        units=tuple(sorted(unit_of.values())),
        competences=competences,
        cells=tuple(cells),
        missing=tuple(competence for competence in competences if competence not in covered),
        credits={kind: _shares(store, asked.iri, link, subjects[kind]) for kind, (link, _) in _SUBJECTS.items()},
        unit_credits={unit_of[unit]: size for unit, size in sorted(_credits(found).items())},
    )


def matrix_table(found: Coverage, language: str) -> Table:
    """The matrix as rows: one per competence, a column per unit with the depth (1, 2, 3), the deepest, and the EC."""
    spent = {share.subject: share.credits for share in found.credits["competence"]}
    lines = []
    for competence in found.competences:
        cells = [found.cell(competence, unit) for unit in found.units]
        depths = [int(cell.depth) if cell else None for cell in cells]
        deepest = found.depth(competence)
        name = DEPTHS[deepest] if deepest else None
        lines.append((competence, competence.label, *depths, name, spent[competence]))
    columns = ("competence", "label", *(unit.code for unit in found.units), "deepest", "credits")
    return as_table(columns, lines, language)


def reach_table(found: Coverage, language: str) -> Table:
    """Why every cell of the matrix is what it is: a row for each, with the outcomes and assessments behind it."""
    lines = [
        (
            cell.competence,
            cell.competence.label,
            cell.unit,
            DEPTHS[cell.depth],
            " ".join(outcome.code for outcome in cell.outcomes),
            " ".join(assessment.code for assessment in cell.assessments),
        )
        for cell in found.cells
    ]
    return as_table(("competence", "label", "unit", "depth", "outcomes", "assessments"), lines, language)


def share_table(found: Coverage, language: str) -> Table:
    """What the credits go to, as rows: kind, thing, EC and the outcomes they are spent through."""
    lines = [
        (kind, share.subject, share.subject.label, share.credits, " ".join(o.code for o in share.outcomes))
        for kind, shares in found.credits.items()
        for share in shares
    ]
    return as_table(("kind", "thing", "label", "credits", "outcomes"), lines, language)


def _proofs(store: Store, outcomes: Iterable[str]) -> dict[str, set[Ref]]:
    """Outcome → the assessments that prove it."""
    proofs: dict[str, set[Ref]] = defaultdict(set)
    things = [ox.NamedNode(outcome) for outcome in sorted(outcomes)]
    for row in rows(store, "proofs", things=things) if things else ():
        proofs[row["outcome"]].add(refer(store, row["assessment"]))
    return proofs


def _credits(found: list[dict[str, Any]]) -> dict[str, Decimal | None]:
    """Unit → its credits, None where the graph has none."""
    return {row["unit"]: Decimal(row["credits"]) if row["credits"] is not None else None for row in found}


def _shares(store: Store, programme: str, link: str, subjects: Iterable[Ref]) -> tuple[Share, ...]:
    """The credits for every one of these things, zero included."""
    node = ox.NamedNode(programme)
    found = rows(store, "outcomes-of-units", programme=node, property=ox.NamedNode(lg(link)))
    credits_of = _credits(found)
    outcomes_of: dict[str, set[str]] = defaultdict(set)
    subjects_of: dict[str, set[str]] = defaultdict(set)
    for row in found:
        outcomes_of[row["unit"]].add(row["outcome"])
        if row["subject"]:
            subjects_of[row["outcome"]].add(row["subject"])
    spent: dict[str, Fraction] = defaultdict(Fraction)
    through: dict[str, set[str]] = defaultdict(set)
    unknown: set[str] = set()
    for unit, outcomes in outcomes_of.items():
        size = credits_of[unit]
        for outcome in outcomes:
            for subject in subjects_of[outcome]:
                through[subject].add(outcome)
                if size is None:
                    unknown.add(subject)
                else:
                    spent[subject] += Fraction(size) / len(outcomes) / len(subjects_of[outcome])
    return tuple(
        Share(
            subject,
            None if subject.iri in unknown else _rounded(spent[subject.iri]),
            tuple(sorted(refer(store, outcome) for outcome in through[subject.iri])),
        )
        for subject in subjects
    )


def _rounded(size: Fraction) -> Decimal:
    """Hundredths of an EC, half to even; exact until here, so that the order of adding changes nothing."""
    return (Decimal(size.numerator) / size.denominator).quantize(Decimal("0.01"))


def _things(store: Store, class_name: str, scope: Mapping[str, Value | Sequence[Value]]) -> tuple[Ref, ...]:
    """The things of a class within a scope (see scope_of), in order of code."""
    found = rows(store, "things-in-scope", **scope, **{"class": ox.NamedNode(lg(class_name))})
    return tuple(sorted(refer(store, row["thing"]) for row in found))
