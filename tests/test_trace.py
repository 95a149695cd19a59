"""Traces: what a thing rests on and what rests on it, one way at a time, with a reason for every link."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import kg
from kg.curriculum.rows import as_json
from kg.curriculum.trace import link_table, trace
from kg.curriculum.trace_picture import trace_picture
from kg.errors import BadParameter, UnknownName
from kg.library import Graph
from kg.text import Words

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


@pytest.mark.parametrize(
    ("start", "things"),
    [
        ("c-02", "boek n-001 t-1 c-02 u-1-2 u-2-1 u-1 u-2 mi nlqf-6 as-01 as-02"),
        ("c-01", "boek n-001 t-1 c-01 u-1-1 oud-1 u-1 mi oud nlqf-4 nlqf-6 as-01 oud-school"),
        ("t-2", "boek n-001 t-2 c-03 u-2-1 u-3-1 u-2 u-3 mi nlqf-6 as-02"),
        ("u-3", "boek n-001 t-2 c-03 u-3-1 u-3 mi nlqf-6"),
        ("h-1", "boek n-001 t-1 c-01 u-1-1 u-1 mi nlqf-6 as-01 h-1"),
        ("h-2", "boek n-001 h-2"),
        ("as-02", "boek n-001 t-1 t-2 c-02 c-03 u-2-1 u-2 mi nlqf-6 as-02"),
        ("nlqf-4", "boek n-001 t-1 c-01 oud-1 oud nlqf-4"),
        ("oud-school", "boek n-001 t-1 c-01 oud-1 oud oud-school"),
    ],
)
def test_a_trace_goes_both_ways_and_never_turns(mini: Graph, start: str, things: str) -> None:
    found = trace(mini.store, start)
    assert [thing.code for thing in found.things] == things.split()


def test_every_link_has_its_origin_and_its_reason(mini: Graph) -> None:
    found = trace(mini.store, "c-02")
    by_ends = {(link.subject.code, link.property.code, link.object.code): link for link in found.links}
    required = by_ends["t-1", "requiresCompetence", "c-02"]
    assert (required.origin.code, required.direction) == ("proposed", "down")
    assert not required.cited, "the note does not state it, so no passage may carry it"
    developed = by_ends["u-1-2", "develops", "c-02"]
    assert (developed.direction, developed.rationale.within("en")) == ("up", "To test answers with.")
    stated = by_ends["c-02", "source", "n-001"]
    assert stated.origin.label.within("nl") == "gesteld"
    assert [(place.passage.code, place.section) for place in stated.cited] == [("n-001", "Inleiding")]


def test_what_rules_derive_is_no_link_of_a_trace(mini: Graph) -> None:
    found = trace(mini.store, "mi")
    assert "derived" not in {link.origin.code for link in found.links}
    assert ("mi", "u-1-1") not in {(link.subject.code, link.object.code) for link in found.links}


def test_an_unknown_code_names_the_nearest_and_a_thing_off_the_chain_is_refused(mini: Graph) -> None:
    with pytest.raises(UnknownName, match="Did you mean c-0"):
        trace(mini.store, "c-09")
    with pytest.raises(BadParameter, match="evc-1 is of kind RecognitionPolicy"):
        trace(mini.store, "evc-1")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_trace_is_drawn_listed_and_given_as_json(mini: Graph, language: str) -> None:
    found = trace(mini.store, "c-02")
    drawn = ElementTree.fromstring(trace_picture(found, language, lambda thing: f"/{thing.code}"))
    linked = {element.get("href") for element in drawn.iter("{http://www.w3.org/2000/svg}a")}
    assert linked == {f"/{code}" for code in ["t-1", "c-02", "u-1-2", "u-2-1", "u-1", "u-2", "mi", "nlqf-6"]}
    assert len(link_table(found, language)) == len(found.links)
    assert as_json(found, language)["start"]["code"] == "c-02"


def test_a_trace_of_what_is_linked_to_nothing_is_drawn_too(mini: Graph) -> None:
    assert "h-2" in trace_picture(trace(mini.store, "h-2"), "nl")


def test_labels_cannot_put_markup_into_a_picture(mini: Graph) -> None:
    found = trace(mini.store, "h-2")
    hostile = replace(found.start, label=Words({"nl": "<script>alert(1)</script>"}))
    assert "<script>" not in trace_picture(replace(found, start=hostile), "nl", lambda _: '"><script>')
