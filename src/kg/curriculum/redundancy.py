"""Which units of a programme repeat each other, and what each adds to the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.curriculum.coverage import Depth
from kg.curriculum.rows import Ref, as_table, refer
from kg.curriculum.units import Unit, units_of
from kg.errors import UnknownName
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.table import Table

__all__ = ["Addition", "Overlap", "Redundancy", "redundancy", "redundancy_table"]


@dataclass(frozen=True, slots=True)
class Addition:
    """What one unit gives that no other unit of the programme gives as deeply."""

    unit: Ref
    competences: tuple[tuple[Ref, Depth], ...]
    outcomes: tuple[Ref, ...]
    subjects: tuple[Ref, ...]
    """Themes, tension fields and knowledge elements that only this unit touches so deeply."""

    @property
    def redundant(self) -> bool:
        """Whether the programme reaches every competence as deeply without this unit.

        Judged unit by unit: of two units that give the same, either can go, not both.
        """
        return not self.competences


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two units and the competences both give; `share` is that part of all they give together, from 0 to 1."""

    first: Ref
    second: Ref
    competences: tuple[Ref, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Redundancy:
    """What each unit of a programme adds to the others, and what pairs of units share."""

    programme: Ref
    additions: tuple[Addition, ...]
    overlaps: tuple[Overlap, ...]
    """Only pairs that share something, the greatest share first."""


def redundancy(store: Store, programme: str) -> Redundancy:
    """What each unit adds to the others, and which competences every two units share.

    Raises UnknownName for a programme that does not exist or of which no units or outcomes are known.
    """
    iri = thing_called(store, programme, "Programme")
    units = tuple(unit for unit in units_of(store, iri) if unit.own)
    if not units:
        raise UnknownName(
            "The graph knows no units or outcomes of {programme}, so there is nothing to compare.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    overlaps = []
    for first, second in combinations(units, 2):
        of_first, of_second = first.gives.get("competence", {}), second.gives.get("competence", {})
        shared = tuple(sorted(of_first.keys() & of_second.keys()))
        if shared:
            overlaps.append(Overlap(first.unit, second.unit, shared, len(shared) / len({**of_first, **of_second})))
    return Redundancy(
        programme=refer(store, iri),
        additions=tuple(_addition(unit, [other for other in units if other is not unit]) for unit in units),
        overlaps=tuple(sorted(overlaps, key=lambda overlap: (-overlap.share, overlap.first, overlap.second))),
    )


def redundancy_table(found: Redundancy, language: str) -> Table:
    """One row per unit: what only it gives, and the unit it shares most with."""
    lines = []
    for item in found.additions:
        most = next((o for o in found.overlaps if item.unit in {o.first, o.second}), None)
        nearest = (most.second if most.first == item.unit else most.first) if most else None
        gives = " ".join(f"{competence.code}:{int(depth)}" for competence, depth in item.competences)
        outcomes = " ".join(outcome.code for outcome in item.outcomes)
        subjects = " ".join(subject.code for subject in item.subjects)
        share = round(most.share, 2) if most else None
        lines.append((item.unit, item.unit.label, gives, outcomes, subjects, nearest, share, item.redundant))
    only_here = ("competences_only_here", "outcomes_only_here", "subjects_only_here")
    return as_table(("unit", "label", *only_here, "most_like", "share", "redundant"), lines, language)


def _addition(unit: Unit, others: Sequence[Unit]) -> Addition:
    def only_here(kind: str) -> list[tuple[Ref, Depth]]:
        given = sorted(unit.gives.get(kind, {}).items())
        return [(thing, depth) for thing, depth in given if all(other.depth(thing) < depth for other in others)]

    outcomes = tuple(thing for thing, _ in only_here("outcome"))
    subjects = tuple(thing for kind in ("theme", "tension", "knowledge") for thing, _ in only_here(kind))
    return Addition(unit.unit, tuple(only_here("competence")), outcomes, subjects)
