"""What if: what is lost, what stays, what breaks; and which units repeat each other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.redundancy import redundancy, redundancy_table
from kg.curriculum.rows import as_json
from kg.curriculum.whatif import Effect, WhatIf, change_table, what_if
from kg.errors import BadParameter, UnknownName
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.store import Store

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def mini() -> Store:
    return load(read_project(ROOT / "tests" / "data" / "mini"))


@pytest.fixture(scope="module")
def shipped() -> Store:
    return load(read_project(ROOT))


def told(found: WhatIf, effect: Effect) -> dict[str, tuple[int, int]]:
    """Code → depth before and after, of what has this effect."""
    return {change.thing.code: (change.before, change.after) for change in found.with_effect(effect)}


def test_dropping_the_first_unit_loses_what_only_it_gives_and_breaks_what_requires_it(mini: Store) -> None:
    found = what_if(mini, "mi", drop=["u-1"])
    lost = {"c-01": (3, 0), "u-1-1": (3, 0), "u-1-2": (3, 0), "h-1": (3, 0), "k-01": (3, 0)}
    assert told(found, Effect.LOST) == lost
    assert told(found, Effect.SAME) == {"c-02": (3, 3), "c-03": (3, 3), "u-2-1": (3, 3), "u-3-1": (2, 2), "s-1": (3, 3)}
    assert [(item.unit.code, item.requires.code, item.already) for item in found.broken] == [
        ("u-2", "u-1", False),
        ("u-3", "u-1", False),
    ]
    assert (found.credits_before, found.credits_after) == (Decimal(15), Decimal(10))
    assert [unit.code for unit in found.units] == ["u-2", "u-3"]


def test_dropping_the_building_unit_makes_maintaining_shallower(mini: Store) -> None:
    found = what_if(mini, "mi", drop=["u-2"])
    assert told(found, Effect.LESS) == {"c-03": (3, 2)}
    assert told(found, Effect.LOST) == {"u-2-1": (3, 0), "s-1": (3, 0)}
    assert [(item.unit.code, item.requires.code) for item in found.broken] == [("u-3", "u-2")]


def test_adding_a_unit_without_known_credits_makes_the_sum_unknown(mini: Store) -> None:
    found = what_if(mini, "mi", add=["oud-1"])
    assert found.with_effect(Effect.LOST, Effect.LESS, Effect.MORE, Effect.GAINED) == ()
    assert found.credits_after is None
    assert [unit.code for unit in found.units] == ["oud-1", "u-1", "u-2", "u-3"]


def test_adding_a_unit_gains_what_the_programme_lacked(mini: Store) -> None:
    found = what_if(mini, "oud", add=["u-3"])
    assert told(found, Effect.GAINED) == {"c-03": (0, 2), "u-3-1": (0, 2)}
    assert told(found, Effect.SAME) == {"c-01": (1, 1)}
    assert [item.requires.code for item in found.broken] == ["u-1", "u-2"]


def test_dropping_every_unit_loses_everything(mini: Store) -> None:
    found = what_if(mini, "mi", drop=["u-1", "u-2", "u-3"])
    assert {change.effect for change in found.changes} == {Effect.LOST}
    assert found.units == ()
    assert found.broken == ()
    assert found.credits_after == 0


@pytest.mark.parametrize(
    ("drop", "add", "error", "message"),
    [
        (["oud-1"], [], BadParameter, "oud-1 is no unit of mi, so it cannot be dropped. Its units: u-1, u-2, u-3."),
        ([], ["u-1"], BadParameter, "u-1 is a unit of mi already, so it cannot be added."),
        ([], ["c-01"], BadParameter, "c-01 is no unit, so it cannot be added."),
        (["u-9"], [], UnknownName, "There is nothing called u-9 in this graph."),
    ],
)
def test_a_wrong_unit_gives_one_clear_message(
    mini: Store, drop: list[str], add: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        what_if(mini, "mi", drop=drop, add=add)
    assert str(caught.value).startswith(message)


def test_a_programme_of_which_no_units_are_known_cannot_be_changed(shipped: Store) -> None:
    with pytest.raises(UnknownName, match="The graph knows no units or outcomes of ba-sw"):
        what_if(shipped, "ba-sw")
    with pytest.raises(UnknownName, match="The graph knows no units or outcomes of ba-sw"):
        redundancy(shipped, "ba-sw")


def test_outcomes_that_a_programme_has_without_a_unit_stay(shipped: Store) -> None:
    found = what_if(shipped, "mi-cd", add=["mo-2"])
    assert {"mi-cd-1", "mi-cd-2", "mi-cd-3"} <= set(told(found, Effect.SAME))
    assert "mo-2-1" in told(found, Effect.GAINED)


def test_nothing_changes_in_the_proposed_minor_when_nothing_is_asked(shipped: Store) -> None:
    found = what_if(shipped, "mi-ow")
    assert {change.effect for change in found.changes} == {Effect.SAME}
    assert found.broken == ()
    assert found.credits_before == found.credits_after == 30
    competences = {change.thing.code: change.after for change in found.changes if change.kind == "competence"}
    assert competences == {f"ow-{n:02}": 3 for n in range(1, 13)} | {f"sw-{n:02}": 3 for n in range(1, 6)}


def test_the_table_begins_with_what_is_lost_and_ends_with_what_breaks(mini: Store) -> None:
    rows = list(change_table(what_if(mini, "mi", drop=["u-1"]), "nl"))
    assert rows[0] == {
        "kind": "competence",
        "thing": "c-01",
        "label": "kan meten",
        "effect": "verdwijnt",
        "before": "getoetst",
        "after": "niet",
    }
    assert [row["kind"] for row in rows[-3:]] == ["credits", "prerequisite", "prerequisite"]
    assert (rows[-3]["before"], rows[-3]["after"]) == (15, 10)


def test_the_unit_whose_competence_others_reach_as_deeply_is_redundant(mini: Store) -> None:
    found = redundancy(mini, "mi")
    told_of = {
        item.unit.code: {competence.code: int(depth) for competence, depth in item.competences}
        for item in found.additions
    }
    assert told_of == {"u-1": {"c-01": 3}, "u-2": {"c-03": 3}, "u-3": {}}
    assert [item.unit.code for item in found.additions if item.redundant] == ["u-3"]
    assert [outcome.code for outcome in found.additions[2].outcomes] == ["u-3-1"]
    overlaps = [(o.first.code, o.second.code, [c.code for c in o.competences], o.share) for o in found.overlaps]
    assert overlaps == [("u-2", "u-3", ["c-03"], 0.5), ("u-1", "u-2", ["c-02"], pytest.approx(1 / 3))]
    assert list(redundancy_table(found, "en"))[2]["most_like"] == "u-2"
    assert as_json(found, "en")["additions"][0]["unit"]["label"] == "measuring"


def deepest(curriculum: Curriculum, units: set[str]) -> dict[str, int]:
    """Competence → depth, by brute force."""
    depths: dict[str, int] = {}
    for unit in units:
        for competence in curriculum.introduces[unit]:
            depths[competence] = max(1, depths.get(competence, 0))
        for outcome in curriculum.units[unit]:
            for competence in curriculum.develops[outcome]:
                depths[competence] = max(3 if outcome in curriculum.assessed else 2, depths.get(competence, 0))
    return depths


@settings(max_examples=40, deadline=None)
@given(random_curriculum(cycles=True), st.data())
def test_what_is_lost_and_broken_equals_brute_force(curriculum: Curriculum, data: st.DataObject) -> None:
    dropped = data.draw(st.sets(st.sampled_from(sorted(curriculum.units))))
    found = what_if(store_of(curriculum), "p", drop=sorted(dropped))
    kept = set(curriculum.units) - dropped
    before, after = deepest(curriculum, set(curriculum.units)), deepest(curriculum, kept)
    competences = {c.thing.code: (c.before, c.after) for c in found.changes if c.kind == "competence"}
    assert competences == {code: (depth, after.get(code, 0)) for code, depth in before.items()}
    broken = {(unit, required) for unit in kept for required in curriculum.requires[unit] - kept}
    assert {(item.unit.code, item.requires.code) for item in found.broken} == broken
    assert found.credits_after == sum((curriculum.credits[unit] for unit in kept), Decimal(0))


@settings(max_examples=40, deadline=None)
@given(random_curriculum())
def test_a_redundant_unit_can_go_without_losing_depth(curriculum: Curriculum) -> None:
    store, units = store_of(curriculum), set(curriculum.units)
    for item in redundancy(store, "p").additions:
        loses = deepest(curriculum, units - {item.unit.code}) != deepest(curriculum, units)
        assert item.redundant is not loses
