"""Prerequisites: an order, circles shown once, the critical path, and a plan that keeps to pace and order."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, permutations
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.prerequisites import order_table, plan, plan_table, prerequisites
from kg.curriculum.prerequisites_picture import prerequisites_picture
from kg.curriculum.rows import Ref
from kg.errors import BadParameter, UnknownName
from kg.library import Graph
from kg.names import lg

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def codes(units: tuple[Ref, ...]) -> list[str]:
    return [unit.code for unit in units]


def units(**requires: str) -> Curriculum:
    """A programme of units of 5 EC: `units(a="b c")` says that a requires b and c."""
    return Curriculum(
        competences=(),
        develops={},
        units=dict.fromkeys(requires, frozenset()),
        credits=dict.fromkeys(requires, Decimal(5)),
        requires={unit: frozenset(required.split()) for unit, required in requires.items()},
        introduces=dict.fromkeys(requires, frozenset()),
        assessed=frozenset(),
    )


def test_order_layers_and_critical_path_of_the_mini_minor(mini: Graph) -> None:
    found = prerequisites(mini.store, "mi")
    assert codes(found.order) == ["u-1", "u-2", "u-3"]
    assert [codes(layer) for layer in found.layers] == [["u-1"], ["u-2"], ["u-3"]]
    assert (codes(found.critical_path), found.critical_credits) == (["u-1", "u-2", "u-3"], 15)
    assert found.cycles == ()
    assert order_table(found, "en").column("requires") == [None, "u-1", "u-1 u-2"]


def test_a_plan_puts_units_after_what_they_require_whatever_the_pace(mini: Graph) -> None:
    made = plan(prerequisites(mini.store, "mi"), Decimal(15))
    assert [codes(period.units) for period in made.periods] == [["u-1"], ["u-2"], ["u-3"]]
    assert plan_table(made, "nl").column("period") == [1, 2, 3]


def test_a_unit_the_longest_chain_waits_for_goes_first() -> None:
    found = prerequisites(store_of(units(a="", b="", c="b", d="c")), "p")
    assert [codes(period.units) for period in plan(found, Decimal(5)).periods] == [["b"], ["c"], ["a"], ["d"]]


def test_a_cycle_of_prerequisites_is_reported_once() -> None:
    found = prerequisites(store_of(units(a="b", b="c", c="a", d="d", e="")), "p")
    assert [codes(cycle) for cycle in found.cycles] == [["a", "b", "c"], ["d"]]
    assert found.order == found.layers == found.critical_path == ()
    assert found.critical_credits is None
    with pytest.raises(BadParameter, match="in a circle: a → b → c → a"):
        plan(found, Decimal(15))
    with pytest.raises(BadParameter, match="in a circle"):
        prerequisites_picture(found, "nl")


def test_a_required_unit_of_another_programme_is_kept_apart() -> None:
    store = store_of(units(a="x", b="a", x=""))
    unit = ox.NamedNode(store.names.thing("unit", "x"))
    [part] = store.engine.quads_for_pattern(None, ox.NamedNode(lg("hasUnit")), unit, None)
    store.engine.remove(part)
    found = prerequisites(store, "p")
    assert codes(found.order) == ["a", "b"]
    assert {unit.code: codes(required) for unit, required in found.outside.items()} == {"a": ["x"]}


@pytest.mark.parametrize(
    ("pace", "told"),
    [
        (Decimal(0), "no pace"),
        (Decimal(-5), "no pace"),
        (
            Decimal("4.5"),
            r"no period has room for u-1 \(5 EC\), u-2 \(5 EC\), u-3 \(5 EC\)\. Give a pace of at least 5",
        ),
    ],
)
def test_a_pace_that_cannot_be_kept_is_told(mini: Graph, pace: Decimal, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        plan(prerequisites(mini.store, "mi"), pace)


def test_no_plan_is_made_of_credits_nobody_knows(mini: Graph) -> None:
    found = prerequisites(mini.store, "oud")
    assert codes(found.without_credits) == ["oud-1"]
    assert found.critical_credits is None
    with pytest.raises(BadParameter, match="the credits of oud-1 are not known"):
        plan(found, Decimal(15))


def test_a_programme_without_units_is_told() -> None:
    with pytest.raises(UnknownName, match="The programme p has no units"):
        prerequisites(store_of(units()), "p")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_layers_are_drawn_with_a_line_for_every_requirement(mini: Graph, language: str) -> None:
    svg = prerequisites_picture(prerequisites(mini.store, "mi"), language, lambda unit: f"/{unit.code}")
    classes = [element.get("class") for element in ElementTree.fromstring(svg).iter()]
    assert classes.count("kg-link") == 3
    assert classes.count("kg-box kg-unit") == 3


@settings(deadline=None, max_examples=80)
@given(random_curriculum(most_units=5))
def test_order_and_critical_path_are_those_of_brute_force(curriculum: Curriculum) -> None:
    found = prerequisites(store_of(curriculum), "p")
    valid = [
        list(order)
        for order in permutations(sorted(curriculum.units))
        if all(order.index(r) < order.index(u) for u in order for r in curriculum.requires[u])
    ]
    assert codes(found.order) == min(valid)
    chains = [
        chain
        for length in range(1, len(curriculum.units) + 1)
        for chain in permutations(curriculum.units, length)
        if all(first in curriculum.requires[second] for first, second in pairwise(chain))
    ]
    weights = [sum(curriculum.credits[unit] for unit in chain) for chain in chains]
    assert found.critical_credits == max(weights)
    assert tuple(codes(found.critical_path)) in chains
    depth = {unit: max(len(chain) for chain in chains if chain[-1] == unit) - 1 for unit in curriculum.units}
    assert {u.code: n for n, layer in enumerate(found.layers) for u in layer} == depth


@settings(deadline=None, max_examples=80)
@given(random_curriculum(most_units=4, cycles=True))
def test_every_circle_is_found_once(curriculum: Curriculum) -> None:
    circles = {
        chain
        for length in range(1, len(curriculum.units) + 1)
        for chain in permutations(curriculum.units, length)
        if chain[0] == min(chain)
        and all(second in curriculum.requires[first] for first, second in pairwise((*chain, chain[0])))
    }
    found = prerequisites(store_of(curriculum), "p")
    assert [tuple(codes(cycle)) for cycle in found.cycles] == sorted(circles)
    assert bool(found.order) != bool(circles)


@settings(deadline=None, max_examples=80)
@given(random_curriculum(), st.sampled_from([Decimal("7.5"), Decimal(10), Decimal(15)]))
def test_a_plan_is_in_order_within_the_pace_and_leaves_no_unit_waiting(curriculum: Curriculum, pace: Decimal) -> None:
    found = prerequisites(store_of(curriculum), "p")
    periods = plan(found, pace).periods
    period_of = {unit.code: period.number for period in periods for unit in period.units}
    assert sorted(period_of) == sorted(curriculum.units)
    room = {period.number: pace - period.credits for period in periods}
    for period in periods:
        assert period.credits == sum(curriculum.credits[unit.code] for unit in period.units) <= pace
    for unit, number in period_of.items():
        first = max((period_of[required] for required in curriculum.requires[unit]), default=0) + 1
        assert first <= number
        assert all(curriculum.credits[unit] > room[earlier] for earlier in range(first, number))
    least = max(ceil(sum(curriculum.credits.values()) / pace), len(found.layers))
    assert least <= len(periods) <= len(curriculum.units)
