"""Comparing two profiles or programmes: every judgement rests on something the graph states."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.curriculum.comparison import Comparison, Judgement, compare, comparison_table
from kg.errors import BadParameter
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import Names

ROOT = Path(__file__).parents[1]

PREFIXES = """
@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <https://w3id.org/leergraaf/id/competence/> .
@prefix o: <https://w3id.org/leergraaf/id/outcome/> .
@prefix p: <https://w3id.org/leergraaf/id/profile/> .
"""
PROFILES = """
p:a a lg:CompetenceProfile ; skos:notation "a" . p:b a lg:CompetenceProfile ; skos:notation "b" .
c:a-1 a lg:Competence ; skos:notation "a-1" ; skos:inScheme p:a .
c:a-2 a lg:Competence ; skos:notation "a-2" ; skos:inScheme p:a .
c:b-1 a lg:Competence ; skos:notation "b-1" ; skos:inScheme p:b .
c:b-2 a lg:Competence ; skos:notation "b-2" ; skos:inScheme p:b .
"""


@pytest.fixture(scope="module")
def mini() -> Store:
    return load(read_project(ROOT / "tests" / "data" / "mini"))


@pytest.fixture(scope="module")
def shipped() -> Store:
    return load(read_project(ROOT))


def profiles(links: str) -> Store:
    """Two profiles of two competences, with these links between them."""
    graph = ox.NamedNode(Names().graph("proposal-x"))
    triples = ox.parse((PREFIXES + PROFILES + links).encode(), format=ox.RdfFormat.TURTLE)
    return Store(Names(), [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])


def judged(found: Comparison) -> set[tuple[str, str, str]]:
    """(judgement, first, second) of every pair."""
    return {
        (pair.judgement.value, pair.first.code if pair.first else "", pair.second.code if pair.second else "")
        for pair in found.pairs
    }


def test_a_programme_and_a_profile_share_the_competences_it_reaches(mini: Store) -> None:
    found = compare(mini, "mi", "bb-2020")
    assert judged(found) == {
        ("shared", "c-01", "c-01"),
        ("shared", "c-02", "c-02"),
        ("shared", "c-03", "c-03"),
        ("only-second", "", "c-04"),
    }
    first = found.judged(Judgement.SHARED)[0]
    assert (first.first_depth, first.second_depth) == (3, None)
    assert first.evidence[0].reason.within("nl") == "hetzelfde ding in de graaf"


def test_two_programmes_are_compared_by_depth_and_outcomes(mini: Store) -> None:
    found = compare(mini, "oud", "mi")
    shared = found.judged(Judgement.SHARED)
    assert [(pair.first_depth, pair.second_depth) for pair in shared] == [(1, 3)]
    only_second = {pair.second.code for pair in found.judged(Judgement.ONLY_SECOND) if pair.second}
    assert only_second == {"c-02", "c-03", "u-1-1", "u-1-2", "u-2-1", "u-3-1"}
    assert found.judged(Judgement.ONLY_FIRST) == ()


def test_a_thing_compared_with_itself_is_all_shared(mini: Store) -> None:
    assert {pair.judgement for pair in compare(mini, "mi", "mi").pairs} == {Judgement.SHARED}


def test_without_links_nothing_is_shared_or_near() -> None:
    assert {judgement for judgement, _, _ in judged(compare(profiles(""), "a", "b"))} == {"only-first", "only-second"}


@pytest.mark.parametrize(
    ("links", "expected", "reason"),
    [
        ("c:a-1 skos:exactMatch c:b-1 .", ("shared", "a-1", "b-1"), "matches exactly"),
        ("c:b-1 skos:exactMatch c:a-1 .", ("shared", "a-1", "b-1"), "matches exactly"),
        (
            "c:a-1 skos:exactMatch <urn:x> . c:b-1 skos:exactMatch <urn:x> .",
            ("shared", "a-1", "b-1"),
            "matches exactly",
        ),
        ("c:a-1 skos:closeMatch c:b-2 .", ("near", "a-1", "b-2"), "matches closely"),
        ("c:a-1 skos:broadMatch c:b-1 .", ("near", "a-1", "b-1"), "is narrower than"),
        ("c:b-1 skos:broadMatch c:a-1 .", ("near", "a-1", "b-1"), "is broader than"),
        ("c:b-1 skos:relatedMatch c:a-1 .", ("near", "a-1", "b-1"), "is related to"),
        ("o:x lg:develops c:a-1 , c:b-1 .", ("near", "a-1", "b-1"), "one and the same outcome develops both"),
    ],
)
def test_a_judgement_names_its_evidence(links: str, expected: tuple[str, str, str], reason: str) -> None:
    found = compare(profiles(links), "a", "b")
    assert expected in judged(found)
    pair = next(pair for pair in found.pairs if pair.evidence)
    assert [evidence.reason.within("en") for evidence in pair.evidence] == [reason]


def test_a_close_match_over_a_third_thing_is_no_evidence() -> None:
    found = compare(profiles("c:a-1 skos:closeMatch <urn:x> . c:b-1 skos:closeMatch <urn:x> ."), "a", "b")
    assert {judgement for judgement, _, _ in judged(found)} == {"only-first", "only-second"}


def test_an_outcome_does_not_bring_near_what_is_shared_already() -> None:
    links = "c:a-1 skos:exactMatch c:b-1 . o:x lg:develops c:a-1 , c:b-2 ."
    assert ("only-second", "", "b-2") in judged(compare(profiles(links), "a", "b"))
    links = "c:a-1 skos:exactMatch c:b-1 . c:a-1 skos:closeMatch c:b-2 ."
    assert ("near", "a-1", "b-2") in judged(compare(profiles(links), "a", "b"))


def test_a_thing_that_cannot_be_compared_is_refused(mini: Store, shipped: Store) -> None:
    with pytest.raises(BadParameter, match="t-1 is neither a profile nor a programme"):
        compare(mini, "mi", "t-1")
    with pytest.raises(BadParameter, match="knows no competences or outcomes of ba-sw"):
        compare(shipped, "ba-sw", "mi-ow")


def test_the_profiles_of_the_note_are_near_only_through_outcomes(shipped: Store) -> None:
    found = compare(shipped, "sociaal-werker-2021", "opbouwwerker-2010")
    assert found.judged(Judgement.SHARED) == ()
    near = found.judged(Judgement.NEAR)
    assert near
    assert {evidence.property.code for pair in near for evidence in pair.evidence if evidence.property} <= {
        "develops",
        "closeMatch",
        "broadMatch",
        "narrowMatch",
        "relatedMatch",
    }
    assert all(evidence.origin for pair in near for evidence in pair.evidence)


def test_the_table_tells_judgement_and_evidence_in_the_readers_language(mini: Store) -> None:
    row = next(iter(comparison_table(compare(mini, "mi", "bb-2020"), "nl")))
    assert row["judgement"] == "gedeeld"
    assert row["evidence"] == "hetzelfde ding in de graaf"
