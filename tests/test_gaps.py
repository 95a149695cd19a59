"""Gaps on every link: a gap, an unknown and what does not apply are told apart."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

import kg
from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.gap_sentences import LINKS
from kg.curriculum.gaps import Gaps, State, count_table, gap_table, gaps
from kg.errors import UnknownName
from kg.graph.store import Store
from kg.library import Graph

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def mini_with(turtle: str) -> Store:
    """The mini graph with more in its proposal."""
    store = kg.load(MINI).store
    prefixes = "\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in store.names.prefixes().items())
    graph = ox.NamedNode(store.names.graph("proposal-minor"))
    parsed = ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE)
    store.add([ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed])
    return store


def missing(found: Gaps, state: State) -> dict[str, list[str]]:
    """Link → codes of the things in this state, links without any left out."""
    by_link = {link.link: [gap.thing.code for gap in link.findings if gap.state is state] for link in found.links}
    return {link: codes for link, codes in by_link.items() if codes}


def test_what_a_design_leaves_out_is_a_gap_and_what_a_source_does_not_say_is_unknown(mini: Graph) -> None:
    found = gaps(mini.store)
    assert missing(found, State.GAP) == {
        "task-competence": ["t-3"],
        "competence-outcome": ["c-04"],
        "outcome-assessment": ["u-3-1"],
        "theme-outcome": ["h-2"],
        "tension-outcome": ["s-2"],
    }
    assert missing(found, State.UNKNOWN) == {
        "unit-outcome": ["oud-1"],
        "unit-level": ["oud-1"],
        "unit-credits": ["oud-1"],
        "unit-programme-level": ["oud-1"],
    }
    assert missing(found, State.NOT_APPLICABLE) == {
        "unit-entry": ["oud-1", "u-1", "u-2", "u-3"],
        "level-step": ["oud-1", "u-1"],
    }


def test_counts_add_up_and_every_link_is_there(mini: Graph) -> None:
    for programme in ("", "mi", "oud"):
        found = gaps(mini.store, programme)
        assert [link.link for link in found.links] == list(LINKS)
        for link in found.links:
            assert link.total == link.linked + link.gap + link.unknown + link.not_applicable
            assert len(link.findings) == link.total - link.linked


def test_a_stated_programme_has_no_gaps_only_unknowns(mini: Graph) -> None:
    found = gaps(mini.store, "oud")
    assert [link.link for link in found.links if link.gap] == ["task-competence"]
    assert missing(found, State.UNKNOWN)["competence-outcome"] == ["c-01", "c-02", "c-03", "c-04"]
    assert found.link("outcome-unit").total == 0


@pytest.mark.parametrize(
    ("turtle", "link", "state", "code"),
    [
        ("lg-task:t-3 skos:broader lg-task:t-1 .", "task-competence", State.LINKED, "t-3"),
        ("lg-outcome:x a lg:LearningOutcome .", "outcome-unit", State.GAP, "x"),
        ("lg-outcome:x a lg:LearningOutcome .", "outcome-competence", State.GAP, "x"),
        (
            "lg-programme:oud lg:hasOutcome lg-outcome:x . lg-outcome:x a lg:LearningOutcome .",
            "outcome-unit",
            State.NOT_APPLICABLE,
            "x",
        ),
        ("lg-unit:x a lg:LearningUnit .", "unit-programme", State.GAP, "x"),
        ("lg-unit:x a lg:LearningUnit .", "unit-credits", State.GAP, "x"),
        ("lg-programme:x a lg:Programme .", "programme-unit", State.GAP, "x"),
        ("lg-programme:x a lg:Programme . lg-programme:mi lg:formerly lg-programme:x .", "programme-unit", None, "x"),
        ("lg-programme:x a lg:Programme ; lg:programmeType lg:training .", "programme-level", None, "x"),
        ("lg-unit:u-2 lg:entryRequires lg-competence:c-01 .", "unit-entry", State.LINKED, "u-2"),
        ("lg-unit:u-3 lg:entryRequires lg-outcome:u-1-1 .", "unit-entry", State.LINKED, "u-3"),
        ("lg-unit:u-2 lg:entryRequires lg-competence:c-03 .", "unit-entry", State.GAP, "u-2"),
        ("lg-unit:u-2 lg:entryRequires lg-level:nlqf-4 .", "unit-entry", None, "u-2"),
        (
            "lg-unit:u-2 lg:entryRequires lg-competence:c-03 . lg-programme:mi lg:entryRequires lg-competence:c-03 .",
            "unit-entry",
            State.LINKED,
            "u-2",
        ),
        (
            "lg-unit:x a lg:LearningUnit ; lg:atLevel lg-level:nlqf-5 ; lg:requiresUnit lg-unit:u-1 .",
            "level-step",
            State.GAP,
            "x",
        ),
        (
            "lg-unit:oud-1 lg:atLevel lg-level:nlqf-4 . lg-unit:u-1 lg:requiresUnit lg-unit:oud-1 .",
            "level-step",
            State.GAP,
            "u-1",
        ),
        (
            "lg-unit:oud-1 lg:atLevel lg-level:nlqf-5 . lg-unit:u-1 lg:requiresUnit lg-unit:oud-1 .",
            "level-step",
            State.LINKED,
            "u-1",
        ),
        (
            "lg-unit:x a lg:LearningUnit ; lg:atLevel lg-level:nlqf-5 . lg-programme:mi lg:hasUnit lg-unit:x .",
            "unit-programme-level",
            State.GAP,
            "x",
        ),
    ],
)
def test_each_way_a_link_can_stand(turtle: str, link: str, state: State | None, code: str) -> None:
    found = gaps(mini_with(turtle)).link(link)
    states = {gap.thing.code: gap.state for gap in found.findings}
    assert states.get(code, State.LINKED) == (state or State.NOT_APPLICABLE)


def test_a_sentence_names_the_thing_and_the_other_end_in_both_languages() -> None:
    found = gaps(mini_with("lg-unit:u-2 lg:entryRequires lg-competence:c-03 ."), "mi")
    [gap] = [gap for gap in found.link("unit-entry").findings if gap.state is State.GAP]
    assert gap.sentence.within("nl").startswith("Leereenheid u-2 (bouwen) veronderstelt c-03 (kan onderhouden)")
    assert gap.sentence.within("en").startswith("Unit u-2 (building) presumes c-03 (can maintain)")
    assert len(gap_table(found, "nl", State.GAP)) == sum(link.gap for link in found.links)
    assert len(count_table(found, "en")) == len(LINKS)


def test_an_unknown_programme_is_told(mini: Graph) -> None:
    with pytest.raises(UnknownName):
        gaps(mini.store, "mii")


def test_the_designed_minor_has_no_gap_on_any_link() -> None:
    assert missing(gaps(kg.load().store, "mi-ow"), State.GAP) == {}


@settings(deadline=None, max_examples=60)
@given(random_curriculum())
def test_gaps_of_a_design_are_those_of_brute_force(curriculum: Curriculum) -> None:
    found = missing(gaps(store_of(curriculum), "p"), State.GAP)
    inside = {outcome for outcomes in curriculum.units.values() for outcome in outcomes}
    developed = {competence for outcome in inside for competence in curriculum.develops[outcome]}
    wanted = {
        "competence-outcome": sorted(set(curriculum.competences) - developed) if developed else [],
        "outcome-competence": sorted(outcome for outcome in inside if not curriculum.develops[outcome]),
        "outcome-assessment": sorted(inside - curriculum.assessed),
        "unit-outcome": sorted(unit for unit, outcomes in curriculum.units.items() if not outcomes),
    }
    assert {link: found.get(link, []) for link in wanted} == wanted
