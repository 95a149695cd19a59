"""What the units of a programme give, require and cost: the plain facts that what-if and selection compute with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from kg.curriculum.coverage import Depth
from kg.curriculum.rows import Ref, refer, rows
from kg.graph.store import Store
from kg.names import Iri, lg

__all__ = ["KINDS", "Unit", "units_called", "units_of"]

KINDS: Mapping[Iri, str] = {
    lg("develops"): "competence",
    lg("introduces"): "competence",
    lg("hasOutcome"): "outcome",
    lg("concernsTheme"): "theme",
    lg("involvesTension"): "tension",
    lg("drawsOn"): "knowledge",
}
"""Property of a unit or its outcome → the kind of thing it gives."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: what it gives, by kind and with depth, what it costs and what must come before it."""

    unit: Ref
    own: bool
    """Whether it is a unit of the programme, and not merely required by one."""
    credits: Decimal | None
    """EC; None when the graph does not know them."""
    gives: Mapping[str, Mapping[Ref, Depth]]
    """Kind → thing → the greatest depth at which this unit gives it."""
    requires: frozenset[Ref]

    def depth(self, thing: Ref) -> int:
        """How deeply this unit gives a thing: 0 for not at all, else the value of its Depth."""
        return int(self.gives.get(thing.kind, {}).get(thing, 0))


def units_of(store: Store, programme: Iri) -> tuple[Unit, ...]:
    """The units of a programme and all units those require, by code.

    Outcomes that a programme has without a unit make the programme one more unit of its own.
    """
    found = rows(store, "units-of-programme", programme=ox.NamedNode(programme))
    return units_called(store, {row["unit"]: row["own"] for row in found})


def units_called(store: Store, own_of: Mapping[str, bool]) -> tuple[Unit, ...]:
    """The units with these IRIs, by code; the mapping tells which are the programme's own."""
    if not own_of:
        return ()
    ref_of: dict[str, Ref] = {}

    def ref(iri: str) -> Ref:
        if iri not in ref_of:
            ref_of[iri] = refer(store, iri)
        return ref_of[iri]

    gives: dict[str, dict[str, dict[Ref, Depth]]] = defaultdict(lambda: defaultdict(dict))
    requires: dict[str, set[Ref]] = defaultdict(set)
    credits_of: dict[str, Decimal] = {}
    for row in rows(store, "units", units=_nodes(own_of)):
        unit, property_ = row["unit"], Iri(row["property"])
        if property_ in KINDS:
            things, thing = gives[unit][KINDS[property_]], ref(row["thing"])
            things[thing] = max(Depth(row["depth"]), things.get(thing, Depth.INTRODUCED))
        elif row["thing"]:
            requires[unit].add(ref(row["thing"]))
        else:
            credits_of[unit] = Decimal(row["credits"])
    return tuple(
        sorted(
            (
                Unit(ref(iri), own, credits_of.get(iri), dict(gives[iri]), frozenset(requires[iri]))
                for iri, own in own_of.items()
            ),
            key=lambda unit: unit.unit,
        )
    )


def _nodes(iris: Iterable[str]) -> list[ox.NamedNode]:
    return [ox.NamedNode(iri) for iri in sorted(iris)]
