"""What a programme is held against: the profiles it aims at, their kin, and what stands in no profile."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.coverage import coverage
from kg.curriculum.gaps import State, gaps
from kg.graph.store import Store
from kg.names import OUTSIDE, Names, lg

NAMES = Names()
GRAPH = ox.NamedNode(NAMES.graph("note-p"))
KIN = {"wide": {"wide", "one", "two"}, "one": {"one", "wide"}, "two": {"two", "wide"}, "far": {"far"}}
"""Profile → the profiles that come with it: `one` and `two` are specialisms of `wide`, `far` has no occupation."""


def with_profiles(curriculum: Curriculum, profiles: dict[str, frozenset[str]]) -> Store:
    """The curriculum with its competences in these profiles."""
    store = store_of(curriculum)
    links = [
        (NAMES.thing("competence", code), OUTSIDE["skos"] + "inScheme", NAMES.thing("profile", profile))
        for code, found in profiles.items()
        for profile in found
    ]
    for profile in ("wide", "one", "two"):
        links.append((NAMES.thing("profile", profile), lg("profileOf"), NAMES.thing("occupation", profile)))
    for profile in ("one", "two"):
        wide = NAMES.thing("occupation", "wide")
        links.append((NAMES.thing("occupation", profile), OUTSIDE["skos"] + "broader", wide))
    store.add([ox.Quad(*(ox.NamedNode(iri) for iri in link), GRAPH) for link in links])
    return store


@settings(deadline=None, max_examples=80)
@given(
    random_curriculum(),
    st.lists(st.frozensets(st.sampled_from(sorted(KIN)), max_size=2), min_size=5, max_size=5),
)
def test_a_programme_is_held_against_the_profiles_it_aims_at(
    curriculum: Curriculum, drawn: list[frozenset[str]]
) -> None:
    profiles = dict(zip(curriculum.competences, drawn, strict=False))
    store = with_profiles(curriculum, profiles)
    developed = frozenset(c for unit in curriculum.units for c in curriculum.reached_by[unit])
    introduced = frozenset(c for found in curriculum.introduces.values() for c in found)
    aimed = {kin for c in developed | introduced for profile in profiles[c] for kin in KIN[profile]}
    inside = {c for c in curriculum.competences if not aimed or not profiles[c] or profiles[c] & aimed}

    matrix = coverage(store, "p")
    assert [competence.code for competence in matrix.competences] == sorted(inside)
    assert {competence.code for competence in matrix.missing} == inside - developed - introduced

    group = {c: min(profiles[c], default="") for c in curriculum.competences}
    worked_out = {group[c] for c in developed}
    link = gaps(store, "p").link("competence-outcome")
    assert {finding.thing.code: finding.state for finding in link.findings} == {
        c: State.GAP if group[c] in worked_out else State.NOT_APPLICABLE for c in inside - developed
    }
    assert link.linked == len(developed)
    everywhere = gaps(store).link("competence-outcome")
    assert everywhere.total == len(curriculum.competences)
