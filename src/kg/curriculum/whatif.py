"""What a programme loses, keeps and gains when units are dropped or added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kg.curriculum.coverage import DEPTHS
from kg.curriculum.rows import Ref, as_table, refer
from kg.curriculum.units import Unit, units_called, units_of
from kg.errors import BadParameter, UnknownName
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.table import Table
from kg.text import Words

__all__ = [
    "EFFECTS",
    "Broken",
    "Change",
    "Effect",
    "WhatIf",
    "change_table",
    "what_if",
]


class Effect(StrEnum):
    """What a change of units does to one thing."""

    LOST = "lost"
    LESS = "less"
    SAME = "same"
    MORE = "more"
    GAINED = "gained"


EFFECTS = {
    Effect.LOST: Words({"nl": "verdwijnt", "en": "lost"}),
    Effect.LESS: Words({"nl": "minder", "en": "less"}),
    Effect.SAME: Words({"nl": "blijft", "en": "stays"}),
    Effect.MORE: Words({"nl": "meer", "en": "more"}),
    Effect.GAINED: Words({"nl": "komt erbij", "en": "gained"}),
}
"""Effect → its name."""

_ABSENT = Words({"nl": "niet", "en": "absent"})
_NAMES = {0: _ABSENT} | {int(depth): words for depth, words in DEPTHS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One competence, outcome, theme, tension field or knowledge element, before and after."""

    kind: str
    thing: Ref
    before: int
    """The greatest depth any unit gives it (1 introduced, 2 practised, 3 assessed); 0 for absent."""
    after: int

    @property
    def effect(self) -> Effect:
        """What happens to it."""
        if self.before == self.after:
            return Effect.SAME
        if not self.after:
            return Effect.LOST
        if not self.before:
            return Effect.GAINED
        return Effect.LESS if self.after < self.before else Effect.MORE


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A unit that stays without a unit it requires."""

    unit: Ref
    requires: Ref
    already: bool
    """Whether it was so before the change."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A programme before and after units are dropped and added."""

    programme: Ref
    dropped: tuple[Ref, ...]
    added: tuple[Ref, ...]
    units: tuple[Ref, ...]
    """The units after the change."""
    changes: tuple[Change, ...]
    """Everything the programme gives before or after: by kind, then by code; what stays as it was included."""
    credits_before: Decimal | None
    """EC of all units together; None when those of a unit are not known."""
    credits_after: Decimal | None
    broken: tuple[Broken, ...]

    def with_effect(self, *effects: Effect) -> tuple[Change, ...]:
        """The changes with one of these effects."""
        return tuple(change for change in self.changes if change.effect in effects)


def what_if(store: Store, programme: str, *, drop: Sequence[str] = (), add: Sequence[str] = ()) -> WhatIf:
    """What happens to a programme when these units go and come.

    A competence, outcome, theme, tension field or knowledge element is given as deeply as the unit that gives
    it most deeply. A programme may end up without units: then everything is lost.
    Raises UnknownName for an unknown code, or for a programme of which no units or outcomes are known while
    none are added, and BadParameter for a unit that is dropped but not there, added but there already, or both.
    """
    iri = thing_called(store, programme, "Programme")
    before = tuple(unit for unit in units_of(store, iri) if unit.own)
    if not before and not add:
        raise UnknownName(
            "The graph knows no units or outcomes of {programme}, so there is nothing to change.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    there = {unit.unit for unit in before}
    dropped = tuple(sorted({refer(store, thing_called(store, code, "LearningUnit")) for code in drop}))
    added = tuple(sorted({refer(store, thing_called(store, code, "LearningUnit")) for code in add}))
    for unit in added:
        if unit.kind != "unit":
            raise BadParameter("{code} is no unit, so it cannot be added.", code=unit.code)
        if unit in there or unit in dropped:
            raise BadParameter(
                "{unit} is a unit of {programme} already, so it cannot be added.",
                unit=unit.code,
                programme=programme,
            )
    for unit in dropped:
        if unit not in there:
            raise BadParameter(
                "{unit} is no unit of {programme}, so it cannot be dropped.",
                "Its units: {known}.",
                unit=unit.code,
                programme=programme,
                known=", ".join(sorted(ref.code for ref in there)),
            )
    after = [unit for unit in before if unit.unit not in dropped]
    after += units_called(store, {unit.iri: True for unit in added})
    missing_before = {(b.unit, b.requires) for b in _broken(before, frozenset())}
    return WhatIf(
        programme=refer(store, iri),
        dropped=dropped,
        added=added,
        units=tuple(sorted(unit.unit for unit in after)),
        changes=_changes(before, after),
        credits_before=_total(before),
        credits_after=_total(after),
        broken=_broken(after, missing_before),
    )


def change_table(found: WhatIf, language: str) -> Table:
    """The changes as rows, what is lost first; the last rows are credits and prerequisites that break."""
    order = list(Effect)
    lines: list[tuple[object, ...]] = [
        (change.kind, change.thing, change.thing.label, EFFECTS[change.effect], *_depths(change))
        for change in sorted(found.changes, key=lambda change: order.index(change.effect))
    ]
    lines.append(("credits", found.programme, found.programme.label, "", found.credits_before, found.credits_after))
    lines += [
        ("prerequisite", item.unit, item.unit.label, _broken_name(item), item.requires, "") for item in found.broken
    ]
    return as_table(("kind", "thing", "label", "effect", "before", "after"), lines, language)


def _changes(before: Iterable[Unit], after: Iterable[Unit]) -> tuple[Change, ...]:
    deepest_before, deepest_after = _deepest(before), _deepest(after)
    things = sorted(deepest_before.keys() | deepest_after.keys())
    return tuple(
        Change(kind, thing, deepest_before.get((kind, thing), 0), deepest_after.get((kind, thing), 0))
        for kind, thing in things
    )


def _deepest(units: Iterable[Unit]) -> dict[tuple[str, Ref], int]:
    deepest: dict[tuple[str, Ref], int] = {}
    for unit in units:
        for kind, things in unit.gives.items():
            for thing, depth in things.items():
                deepest[kind, thing] = max(int(depth), deepest.get((kind, thing), 0))
    return deepest


def _broken(units: Sequence[Unit], before: Iterable[tuple[Ref, Ref]]) -> tuple[Broken, ...]:
    there, known = {unit.unit for unit in units}, set(before)
    missing = [(unit.unit, required) for unit in units for required in unit.requires - there]
    return tuple(sorted(Broken(unit, required, (unit, required) in known) for unit, required in missing))


def _total(units: Sequence[Unit]) -> Decimal | None:
    known = [unit.credits for unit in units if unit.credits is not None]
    return sum(known, Decimal(0)) if len(known) == len(units) else None


def _depths(change: Change) -> tuple[Words, Words]:
    return _NAMES[change.before], _NAMES[change.after]


def _broken_name(item: Broken) -> Words:
    if item.already:
        return Words({"nl": "ontbrak al", "en": "was missing already"})
    return Words({"nl": "ontbreekt nu", "en": "is missing now"})
