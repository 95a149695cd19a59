"""In which order the units of a programme can be taken, what holds that up, and a plan for a given pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.curriculum.programmes import programme_called
from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.errors import BadParameter, UnknownName
from kg.graph.store import Store
from kg.table import Table

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Period", "Plan", "Prerequisites", "order_table", "plan", "plan_table", "prerequisites", "refuse_cycles"]

_MOST_CYCLES = 100


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What the units of a programme require of each other."""

    programme: Ref
    units: tuple[Ref, ...]
    credits: Mapping[Ref, Decimal | None]
    """Unit → EC; None when the graph does not know them."""
    requires: Mapping[Ref, tuple[Ref, ...]]
    """Unit → the units of the programme it requires directly."""
    outside: Mapping[Ref, tuple[Ref, ...]]
    """Unit → required units that are not of the programme; only units that require such."""
    cycles: tuple[tuple[Ref, ...], ...]
    """Each circle of requirements once, from its smallest code on: each unit requires the next, the last the first."""
    order: tuple[Ref, ...]
    """An order in which every unit comes after what it requires, by code where free; empty when there is a circle."""
    layers: tuple[tuple[Ref, ...], ...]
    """The units that can start at once, then those that can follow them, and so on; empty when there is a circle."""
    critical_path: tuple[Ref, ...]
    """The chain of requirements with the most credits, then the most units; empty when there is a circle."""
    critical_credits: Decimal | None
    """The EC of that chain; None when there is a circle or the credits of a unit are not known."""

    @property
    def without_credits(self) -> tuple[Ref, ...]:
        """The units of which the graph does not know the credits."""
        return tuple(unit for unit in self.units if self.credits[unit] is None)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a plan: its number from 1, its units, and their EC together."""

    number: int
    units: tuple[Ref, ...]
    credits: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """Which units in which period at a given pace, in EC per period."""

    prerequisites: Prerequisites
    pace: Decimal
    periods: tuple[Period, ...]


def prerequisites(store: Store, programme: str) -> Prerequisites:
    """The prerequisites of a programme's units.

    A circle is a finding, not an error: order, layers and critical path are then empty. At most 100 circles
    are given. Raises UnknownName for a programme that does not exist or has no units, and BadParameter
    for what is no programme.
    """
    asked = programme_called(store, programme)
    found = rows(store, "prerequisites", programme=ox.NamedNode(asked.iri))
    if not found:
        raise UnknownName(
            "The programme {programme} has no units, so there is no order to find.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    ref_of = {row["unit"]: refer(store, row["unit"]) for row in found}
    size_of = {ref_of[row["unit"]]: _decimal(row["credits"]) for row in found}
    units = tuple(sorted(ref_of.values()))
    requires: dict[Ref, set[Ref]] = {unit: set() for unit in units}
    outside: dict[Ref, set[Ref]] = {}
    for row in found:
        if row["required"] and row["inside"]:
            requires[ref_of[row["unit"]]].add(ref_of[row["required"]])
        elif row["required"]:
            outside.setdefault(ref_of[row["unit"]], set()).add(refer(store, row["required"]))
    import networkx as nx  # when it is needed: a server starts without

    sorted_requires = {unit: tuple(sorted(requires[unit])) for unit in units}
    graph = _graph(units, sorted_requires)
    cycles = tuple(
        sorted(
            tuple(units[n] for n in _from_smallest(cycle)) for cycle in islice(nx.simple_cycles(graph), _MOST_CYCLES)
        )
    )
    order = () if cycles else tuple(units[n] for n in nx.lexicographical_topological_sort(graph.reverse()))
    path = _critical(order, sorted_requires, size_of)
    known = None not in size_of.values()
    return Prerequisites(
        programme=asked,
        units=units,
        credits={unit: size_of[unit] for unit in units},
        requires=sorted_requires,
        outside={unit: tuple(sorted(outside[unit])) for unit in sorted(outside)},
        cycles=cycles,
        order=order,
        layers=() if cycles else _layers(order, sorted_requires),
        critical_path=path,
        critical_credits=sum((size_of[unit] or Decimal(0) for unit in path), Decimal(0)) if path and known else None,
    )


def plan(found: Prerequisites, pace: Decimal) -> Plan:
    """Which units in which period, with at most `pace` EC in a period and every unit after those it requires.

    Each period takes, of the units that may start, those first that the longest chain of credits waits for, as
    many as fit (list scheduling, Graham 1966). No unit could move to an earlier period; the number of periods is
    not proven to be the smallest.
    Raises BadParameter for a pace that is not above zero, a circle of prerequisites, a unit whose credits are
    unknown, and a unit that is larger than the pace.
    """
    if pace <= 0:
        raise BadParameter("A pace of {pace} EC per period is no pace.", "Give a number above 0.", pace=pace)
    refuse_cycles(found)
    if found.without_credits:
        raise BadParameter(
            "No plan can be made: the credits of {units} are not known.",
            units=", ".join(unit.code for unit in found.without_credits),
        )
    size_of = {unit: value for unit, value in found.credits.items() if value is not None}
    large = [unit for unit in found.units if size_of[unit] > pace]
    if large:
        raise BadParameter(
            "At {pace} EC per period no period has room for {units}.",
            "Give a pace of at least {least}.",
            pace=pace,
            units=", ".join(f"{unit.code} ({size_of[unit].normalize():f} EC)" for unit in large),
            least=f"{max(size_of[unit] for unit in large).normalize():f}",
        )
    waiting = _waiting(found, size_of)
    rest = sorted(found.units, key=lambda unit: (-waiting[unit], unit))
    done: set[Ref] = set()
    periods: list[Period] = []
    while rest:
        taken: list[Ref] = []
        room = pace
        for unit in rest:
            if size_of[unit] <= room and done.issuperset(found.requires[unit]):
                taken.append(unit)
                room -= size_of[unit]
        done.update(taken)
        rest = [unit for unit in rest if unit not in done]
        periods.append(Period(len(periods) + 1, tuple(sorted(taken)), pace - room))
    return Plan(found, pace, tuple(periods))


def refuse_cycles(found: Prerequisites) -> None:
    """Raises BadParameter when units require each other in a circle, with the first circle shown."""
    if found.cycles:
        raise BadParameter(
            "The units of {programme} require each other in a circle: {circle}.",
            "Take one lg:requiresUnit out of the circle; nobody can start it.",
            programme=found.programme.code,
            circle=" → ".join(unit.code for unit in (*found.cycles[0], found.cycles[0][0])),
        )


def order_table(found: Prerequisites, language: str) -> Table:
    """The units in order, with layer, credits, what they require and whether they are on the critical path."""
    layer_of = {unit: number for number, layer in enumerate(found.layers, start=1) for unit in layer}
    lines = [
        (
            layer_of.get(unit),
            unit,
            unit.label,
            found.credits[unit],
            " ".join(required.code for required in (*found.requires[unit], *found.outside.get(unit, ()))),
            unit in found.critical_path,
        )
        for unit in found.order or found.units
    ]
    return as_table(("layer", "unit", "label", "credits", "requires", "critical"), lines, language)


def plan_table(found: Plan, language: str) -> Table:
    """The plan as rows: period, unit, credits."""
    size_of = found.prerequisites.credits
    lines = [(period.number, unit, unit.label, size_of[unit]) for period in found.periods for unit in period.units]
    return as_table(("period", "unit", "label", "credits"), lines, language)


def _graph(units: tuple[Ref, ...], requires: Mapping[Ref, tuple[Ref, ...]]) -> nx.DiGraph[int]:
    """Unit → required unit, by place in the order of codes: integers, so that no algorithm depends on hashing."""
    place = {unit: number for number, unit in enumerate(units)}
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(units)))
    graph.add_edges_from((place[unit], place[required]) for unit in units for required in requires[unit])
    return graph


def _from_smallest(cycle: list[int]) -> list[int]:
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]


def _layers(order: tuple[Ref, ...], requires: Mapping[Ref, tuple[Ref, ...]]) -> tuple[tuple[Ref, ...], ...]:
    depth: dict[Ref, int] = {}
    for unit in order:
        depth[unit] = 1 + max((depth[required] for required in requires[unit]), default=-1)
    return tuple(tuple(sorted(u for u in order if depth[u] == n)) for n in range(max(depth.values(), default=-1) + 1))


def _critical(
    order: tuple[Ref, ...], requires: Mapping[Ref, tuple[Ref, ...]], size_of: Mapping[Ref, Decimal | None]
) -> tuple[Ref, ...]:
    """The heaviest chain: most credits (unknown counts as 0), then most units, then the smallest codes."""
    best: dict[Ref, tuple[Decimal, int, tuple[Ref, ...]]] = {}
    for unit in order:
        before = sorted(
            (best[required] for required in requires[unit]), key=lambda chain: (-chain[0], -chain[1], chain[2])
        )
        spent, length, chain = before[0] if before else (Decimal(0), 0, ())
        best[unit] = (spent + (size_of[unit] or Decimal(0)), length + 1, (*chain, unit))
    ranked = sorted(best.values(), key=lambda chain: (-chain[0], -chain[1], chain[2]))
    return ranked[0][2] if ranked else ()


def _waiting(found: Prerequisites, size_of: Mapping[Ref, Decimal]) -> dict[Ref, Decimal]:
    """Unit → the credits of the heaviest chain that starts with it."""
    after: dict[Ref, Decimal] = dict.fromkeys(found.units, Decimal(0))
    waiting: dict[Ref, Decimal] = {}
    for unit in reversed(found.order):
        waiting[unit] = size_of[unit] + after[unit]
        for required in found.requires[unit]:
            after[required] = max(after[required], waiting[unit])
    return waiting


def _decimal(value: Decimal | int | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
