"""A dossier as rows: outcomes, assessments, grounds, remarks and sources."""

from __future__ import annotations

from collections.abc import Iterable

from kg.curriculum.dossier import Dossier
from kg.curriculum.rows import Ref, as_table
from kg.table import Table

__all__ = ["assessed_table", "ground_table", "noted_table", "part_table", "source_table"]


def part_table(found: Dossier, language: str) -> Table:
    """The outcomes by unit, with what each develops and what proves it; a unit without outcomes has one row."""
    lines: list[tuple[object, ...]] = []
    for part in found.parts:
        unit = part.unit
        head = (unit.thing, unit.thing.label, unit.credits)
        if not part.outcomes:
            lines.append((*head, None, None, None, None, None, None))
        for one in part.outcomes:
            told, competences, proofs = one.outcome, _codes(one.competences), _codes(one.assessments)
            lines.append((*head, told.thing, told.thing.label, told.text, _codes(told.levels), competences, proofs))
    columns = ("unit", "unit_label", "credits", "outcome", "outcome_label", "definition")
    return as_table((*columns, "levels", "competences", "assessments"), lines, language)


def assessed_table(found: Dossier, language: str) -> Table:
    """The assessments, one row each, with the outcomes they prove."""
    lines = [
        (
            item.assessment.thing,
            item.assessment.thing.label,
            ", ".join(kind.label.within(language) for kind in item.assessment.kinds),
            item.assessment.text,
            _codes(item.outcomes),
        )
        for item in found.assessments
    ]
    return as_table(("assessment", "label", "type", "definition", "outcomes"), lines, language)


def ground_table(found: Dossier, language: str) -> Table:
    """The competences, one row each, with the tasks that ask for them and the outcomes that develop them."""
    lines = [
        (item.competence, item.competence.label, _codes(item.tasks), _codes(item.outcomes)) for item in found.grounds
    ]
    return as_table(("competence", "label", "tasks", "outcomes"), lines, language)


def noted_table(found: Dossier, language: str) -> Table:
    """The remarks, one row each, with what they are about."""
    lines = [
        (item.remark, item.remark.label, item.kind.label if item.kind else None, item.text, _codes(item.about))
        for item in found.remarks
    ]
    return as_table(("remark", "label", "type", "text", "about"), lines, language)


def source_table(found: Dossier, language: str) -> Table:
    """Where the things of the dossier stand in their sources, one row a place."""
    lines = [
        (
            item.thing,
            item.thing.label,
            item.source or item.passage,
            item.section,
            item.passage if item.source else None,
            item.passage.label if item.source else None,
        )
        for item in found.bases
    ]
    return as_table(("thing", "label", "source", "section", "passage", "place"), lines, language)


def _codes(things: Iterable[Ref]) -> str:
    return " ".join(thing.code for thing in things)
