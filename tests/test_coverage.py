"""Coverage: depth by unit, credits by competence, and what is not known kept apart from what is nothing."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

import kg
from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.coverage import Depth, coverage, matrix_table, share_table
from kg.curriculum.coverage_picture import coverage_picture
from kg.errors import UnknownName
from kg.library import Graph

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def test_the_matrix_has_the_depth_of_every_competence_in_every_unit(mini: Graph) -> None:
    found = coverage(mini.store, "mi")
    assert [unit.code for unit in found.units] == ["u-1", "u-2", "u-3"]
    assert {(cell.competence.code, cell.unit.code): int(cell.depth) for cell in found.cells} == {
        ("c-01", "u-1"): 3,
        ("c-02", "u-1"): 3,
        ("c-02", "u-2"): 3,
        ("c-03", "u-2"): 3,
        ("c-03", "u-3"): 2,
    }
    assert [competence.code for competence in found.missing] == ["c-04"]
    assert [found.depth(competence) for competence in found.competences] == [3, 3, 3, None]


def test_credits_are_divided_over_outcomes_and_then_over_what_they_name(mini: Graph) -> None:
    found = coverage(mini.store, "mi")
    spent = {kind: {s.subject.code: s.credits for s in shares} for kind, shares in found.credits.items()}
    assert spent == {
        "competence": {"c-01": Decimal("2.5"), "c-02": 5, "c-03": Decimal("7.5"), "c-04": 0},
        "theme": {"h-1": Decimal("2.5"), "h-2": 0},
        "tension": {"s-1": 5, "s-2": 0},
        "knowledge": {"k-01": Decimal("2.5")},
    }
    assert found.total == 15


def test_unknown_credits_are_not_zero(mini: Graph) -> None:
    found = coverage(mini.store, "oud")
    assert [int(cell.depth) for cell in found.cells] == [Depth.INTRODUCED]
    assert found.total is None
    assert list(found.unit_credits.values()) == [None]
    assert "onbekend" in coverage_picture(found, "nl")


def test_a_profile_limits_the_competences_and_not_the_division(mini: Graph) -> None:
    assert coverage(mini.store, "mi", "bb-2020") == coverage(mini.store, "mi")
    with pytest.raises(UnknownName):
        coverage(mini.store, "mi", "bb-2021")


def test_a_programme_without_units_is_told_and_never_an_empty_matrix() -> None:
    with pytest.raises(UnknownName, match="The programme p has no units"):
        coverage(store_of(Curriculum((), {}, {}, {}, {}, {}, frozenset())), "p")


def test_outcomes_without_a_unit_stand_under_the_programme_itself() -> None:
    found = coverage(kg.load().store, "mi-cd")
    assert [unit.code for unit in found.units] == ["mi-cd"]
    assert [cell.competence.code for cell in found.cells] == ["ow-01", "ow-03", "ow-11"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_matrix_is_drawn_with_signs_and_listed(mini: Graph, language: str) -> None:
    found = coverage(mini.store, "mi")
    svg = coverage_picture(found, language, lambda thing: f"/{thing.code}")
    cells = [e for e in ElementTree.fromstring(svg).iter() if (e.get("class") or "").startswith("kg-cell")]
    assert len(cells) == 12
    assert sum((cell.get("class") or "").endswith("kg-depth-3") for cell in cells) == 4
    assert matrix_table(found, language).column("u-1") == [3, 3, None, None]
    assert len(share_table(found, language)) == 9


@settings(deadline=None, max_examples=60)
@given(random_curriculum())
def test_depth_and_credits_are_those_of_brute_force(curriculum: Curriculum) -> None:
    found = coverage(store_of(curriculum), "p")
    depths: dict[tuple[str, str], int] = defaultdict(int)
    spent: dict[str, Fraction] = defaultdict(Fraction)
    for unit, outcomes in curriculum.units.items():
        for competence in curriculum.introduces[unit]:
            depths[competence, unit] = max(depths[competence, unit], 1)
        for outcome in outcomes:
            for competence in curriculum.develops[outcome]:
                depth = 3 if outcome in curriculum.assessed else 2
                depths[competence, unit] = max(depths[competence, unit], depth)
                share = Fraction(curriculum.credits[unit]) / len(outcomes) / len(curriculum.develops[outcome])
                spent[competence] += share
    assert {(c.competence.code, c.unit.code): int(c.depth) for c in found.cells} == depths
    for share in found.credits["competence"]:
        assert share.credits is not None
        assert abs(Fraction(share.credits) - spent[share.subject.code]) <= Fraction(1, 200)
    assert found.total == sum(curriculum.credits.values())
