"""The smallest set of units: exact, with prerequisites, and honest about what it cannot do."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.selection import Selection, cover, cover_table, smallest
from kg.curriculum.units import units_of
from kg.errors import BadParameter, LimitExceeded, UnknownName
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


def codes(found: Selection) -> list[str]:
    return [item.unit.code for item in found.units]


@pytest.mark.parametrize(
    ("wishes", "depth", "units", "total"),
    [
        (["c-01"], "", ["u-1"], 5),
        (["c-02=assessed"], "", ["u-1"], 5),
        (["c-03"], "", ["u-1", "u-2"], 10),
        (["c-03"], "getoetst", ["u-1", "u-2"], 10),
        (["u-3-1"], "", ["u-1", "u-2", "u-3"], 15),
        (["c-01", "c-02"], "introduced", ["u-1"], 5),
    ],
)
def test_the_smallest_cover_includes_what_its_units_require(
    mini: Store, wishes: list[str], depth: str, units: list[str], total: int
) -> None:
    found = cover(mini, "mi", wishes, depth=depth)
    assert codes(found) == units
    assert found.credits == total
    assert found.proven
    assert found.missing == ()


def test_a_chosen_unit_tells_what_it_gives_and_for_whom_it_is_there(mini: Store) -> None:
    first, second = cover(mini, "mi", ["c-03"]).units
    assert (first.unit.code, first.gives, [unit.code for unit in first.required_by]) == ("u-1", (), ["u-2"])
    assert ([thing.code for thing in second.gives], second.required_by) == (["c-03"], ())


def test_a_wish_no_unit_meets_is_told_and_the_rest_is_covered(mini: Store) -> None:
    found = cover(mini, "mi", ["c-04", "c-01", "u-3-1=assessed"])
    assert [wish.thing.code for wish in found.missing] == ["c-04", "u-3-1"]
    assert codes(found) == ["u-1"]
    assert [row["row"] for row in cover_table(found, "nl")] == ["unit", "total", "missing", "missing"]


def test_a_profile_is_a_wish_for_all_its_competences(mini: Store) -> None:
    found = cover(mini, "mi", ["bb-2020"])
    assert [wish.thing.code for wish in found.wishes] == ["c-01", "c-02", "c-03", "c-04"]
    assert codes(found) == ["u-1", "u-2"]
    assert [wish.thing.code for wish in found.missing] == ["c-04"]


def test_a_unit_of_unknown_credits_makes_the_sum_unknown(mini: Store) -> None:
    found = cover(mini, "oud", ["c-01=introduced"])
    assert (codes(found), found.credits) == (["oud-1"], None)


@pytest.mark.parametrize(
    ("wishes", "depth", "error", "message"),
    [
        ([], "", BadParameter, "There is no wish to cover."),
        (["t-1"], "", BadParameter, "t-1 is no competence, outcome or profile"),
        (["c-01=deep"], "", UnknownName, "deep is no depth."),
        (["c-01"], "deep", UnknownName, "deep is no depth."),
        (["c-99"], "", UnknownName, "There is nothing called c-99"),
    ],
)
def test_a_wrong_wish_gives_one_clear_message(
    mini: Store, wishes: list[str], depth: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        cover(mini, "mi", wishes, depth=depth)
    assert str(caught.value).startswith(message)


def test_a_programme_without_units_covers_nothing_and_says_so(shipped: Store) -> None:
    with pytest.raises(UnknownName, match="The graph knows no units or outcomes of ba-sw"):
        cover(shipped, "ba-sw", ["ow-01"])


def test_the_whole_profile_is_covered_and_assessed_within_the_proposed_minor(shipped: Store) -> None:
    found = cover(shipped, "mi-ow", ["profile/opbouwwerker-2010=assessed"])
    assert found.missing == ()
    assert found.proven
    assert found.credits is not None
    assert found.credits <= 30


def test_no_time_at_all_is_a_limit_and_not_an_empty_answer(shipped: Store) -> None:
    units = units_of(shipped, shipped.names.thing("programme", "mi-ow"))
    with pytest.raises(LimitExceeded, match="No set of units was found"):
        # Alternatives that leave nothing to choose: without a solution there is nothing to hold on to.
        smallest(units, [[]], seconds=0.001)


def brute_force(curriculum: Curriculum, wishes: list[tuple[str, int]]) -> tuple[int, Decimal] | None:
    """The fewest units and then the fewest EC that meet every wish, trying all sets."""

    def depth(unit: str, thing: str) -> int:
        found = [1] if thing in curriculum.introduces[unit] else [0]
        for outcome in curriculum.units[unit]:
            if thing == outcome or thing in curriculum.develops[outcome]:
                found.append(3 if outcome in curriculum.assessed else 2)
        return max(found)

    fits = []
    for size in range(len(curriculum.units) + 1):
        for chosen in combinations(sorted(curriculum.units), size):
            closed = all(curriculum.requires[unit] <= set(chosen) for unit in chosen)
            if closed and all(any(depth(unit, thing) >= least for unit in chosen) for thing, least in wishes):
                fits.append((size, sum((curriculum.credits[unit] for unit in chosen), Decimal(0))))
    return min(fits, default=None)


@settings(max_examples=120, deadline=None)
@given(random_curriculum(cycles=True), st.data())
def test_the_cover_is_as_small_and_as_cheap_as_brute_force_finds(curriculum: Curriculum, data: st.DataObject) -> None:
    things = sorted({*curriculum.competences, *curriculum.develops})
    asked = data.draw(st.dictionaries(st.sampled_from(things), st.sampled_from([2, 3]), min_size=1, max_size=4))
    names = {2: "practised", 3: "assessed"}
    found = cover(store_of(curriculum), "p", [f"{thing}={names[least]}" for thing, least in asked.items()])
    missing = {wish.thing.code for wish in found.missing}
    met = [(thing, least) for thing, least in asked.items() if thing not in missing]
    assert found.proven
    assert all(brute_force(curriculum, [(thing, asked[thing])]) is None for thing in missing)
    assert brute_force(curriculum, met) == (len(found.units), found.credits)
    chosen = set(codes(found))
    assert all(curriculum.requires[unit] <= chosen for unit in chosen)
