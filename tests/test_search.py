"""Searching: what holds the words, in which order, however they are written; and what a page makes of it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kg.graph.search import Found, search
from kg.graph.store import Store
from kg.graph.texts import CODE, DEFINITION, OTHER_LABEL, Texts, texts_of
from kg.names import OUTSIDE, Names
from kg_web.marking import marked, passage_of
from site_pages import page

SKOS = OUTSIDE["skos"]
NAMES = Names("https://example.org/found/")
GRAPH = ox.NamedNode(NAMES.graph("all"))


@pytest.fixture(scope="module")
def shipped_texts(app: Flask) -> Texts:
    found = app.extensions["kg"].texts
    assert isinstance(found, Texts)
    return found


def about(segment: str, code: str, **said: str) -> list[ox.Quad]:
    """A thing with its code; `prefLabel_nl="…"` says a text of it."""
    thing = ox.NamedNode(NAMES.thing(segment, code))
    quads = [ox.Quad(thing, ox.NamedNode(SKOS + "notation"), ox.Literal(code), GRAPH)]
    for name, value in said.items():
        field, language = name.split("_")
        quads.append(ox.Quad(thing, ox.NamedNode(SKOS + field), ox.Literal(value, language=language), GRAPH))
    return quads


SMALL = texts_of(
    Store(
        NAMES,
        [
            *about("competence", "ow-07", prefLabel_nl="verbindt partijen", prefLabel_en="connects parties"),
            *about("competence", "ow-10", prefLabel_nl="versterkt het netwerk", definition_nl="Wat partijen verbindt."),
            *about("unit", "mo-2", prefLabel_nl="Netwerken bouwen", altLabel_nl="Knooppunten"),
            *about(
                "outcome", "mo-2-1", prefLabel_nl="leest een café en een netwerkanalyse", definition_nl="Een regio."
            ),
            *about("passage", "n-1", prefLabel_nl="netwerk"),
        ],
    )
)


def codes(found: Found) -> list[str]:
    return [hit.code for hit in found.hits(100)]


def test_a_name_that_begins_so_goes_before_one_that_holds_it_and_before_a_definition() -> None:
    assert codes(search(SMALL, "netwerk")) == ["mo-2", "n-1", "ow-10", "mo-2-1"]
    assert codes(search(SMALL, "partijen")) == ["ow-07", "ow-10"]
    assert [hit.text.field for hit in search(SMALL, "verbindt").hits(9)][1] == DEFINITION
    assert search(SMALL, "knooppunten").hits(1)[0].text.field == OTHER_LABEL


def test_words_may_stand_in_another_order_another_language_and_inside_of_words() -> None:
    assert codes(search(SMALL, "netwerk versterkt")) == ["ow-10"]
    assert codes(search(SMALL, "parties")) == ["ow-07"]
    assert codes(search(SMALL, "analyse")) == ["mo-2-1"]
    assert codes(search(SMALL, "CAFE")) == ["mo-2-1"]
    assert codes(search(SMALL, "netwerk regio")) == ["mo-2-1"]  # in its name and in its definition
    assert codes(search(SMALL, "netwerk zeppelin")) == []


def test_a_short_word_is_found_at_the_beginning_of_words_only() -> None:
    assert codes(search(SMALL, "ne")) == ["mo-2", "n-1", "ow-10", "mo-2-1"]
    assert codes(search(SMALL, "et")) == []
    assert "mo-2" in codes(search(SMALL, "n"))


@pytest.mark.parametrize(
    "asked",
    [
        "ow-07",
        "OW 7",
        "ow7",
        "ow07",
        " ow_07 ",
        "competence/ow-07",
        NAMES.thing("competence", "ow-07"),
        "lg-competence:ow-07",
    ],
)
def test_a_code_is_known_however_it_is_written(asked: str) -> None:
    first = search(SMALL, asked).hits(1)[0]
    assert (first.code, first.rank, first.text.field) == ("ow-07", 0, CODE)


def test_a_code_that_is_being_typed_brings_what_begins_so() -> None:
    assert codes(search(SMALL, "mo2")) == ["mo-2", "mo-2-1"]
    assert codes(search(SMALL, "ow")) == ["ow-07", "ow-10"]
    assert codes(search(SMALL, "unit/ow-07")) == []


def test_hits_are_counted_by_kind_and_can_be_had_of_one() -> None:
    found = search(SMALL, "netwerk")
    assert found.counts() == {"competence": 1, "unit": 1, "outcome": 1, "passage": 1}
    assert list(found.counts())[-1] == "passage"
    assert [hit.code for hit in found.hits(5, "unit")] == ["mo-2"]
    assert [hit.label for hit in search(SMALL, "parties", "en").hits(1)] == ["connects parties"]


@given(st.text(max_size=300))
def test_whatever_is_asked_gets_an_answer_and_each_thing_once(asked: str) -> None:
    found = codes(search(SMALL, asked))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "asked", ["", "   ", "-- !", "\x00", "𝕳" * 500, "a" * 100_000, "مرحبا", "%_*?[", "' OR 1=1", "\u202e ow"]
)
def test_odd_questions_are_questions(shipped_texts: Texts, asked: str) -> None:
    assert isinstance(search(shipped_texts, asked).hits(3), list)


def test_things_of_the_shipped_graph_are_found_by_their_code_and_by_their_label(shipped_texts: Texts) -> None:
    for thing in shipped_texts.things[::3]:
        assert thing.iri in [hit.iri for hit in search(shipped_texts, thing.code).hits(20) if hit.rank == 0]
    for thing in shipped_texts.things[::29]:
        for label in thing.labels.values():
            found = search(shipped_texts, label)
            assert thing.iri in [hit.iri for hit in found.hits(len(found))], label


def test_what_was_asked_is_marked_whatever_its_accents() -> None:
    assert [(piece.text, piece.hit) for piece in marked("leest een café", ("cafe", "ee"))] == [
        ("leest ", False),
        ("ee", True),
        ("n ", False),
        ("café", True),
    ]
    assert "".join(piece.text for piece in marked("ﬁets İ straße", ("fi", "i", "strasse"))) == "ﬁets İ straße"
    assert [
        piece.text for piece in marked("tegenstellingen overbruggen", ("tegenstelingen",), alike=True) if piece.hit
    ] == ["tegenstellingen"]
    assert marked("", ("x",)) == ()


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=3))
def test_the_pieces_are_the_text(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, words, alike=True)) == text


def test_of_a_long_text_the_part_with_the_words_is_shown() -> None:
    long = "woord " * 60 + "netwerk " + "woord " * 60
    shown = passage_of(long, ("netwerk",))
    assert "netwerk" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 200
    assert passage_of("kort", ("x",)) == "kort"
    assert len(passage_of("x" * 1000, ("x",), 90)) < 100


def test_the_page_groups_hits_by_kind_and_marks_them(app: Flask) -> None:
    site = app.test_client()
    answer = site.get("/nl/zoek?q=netwerk").text
    assert "<mark>netwerk</mark>en ontwikkelen en regisseren" in answer
    shown = page(answer).text
    assert (
        shown.index("Competenties 1")
        < shown.index("Taken 1")
        < shown.index("Beweringen")
        < shown.index("Koppelingen 4")
    )
    assert "ook genoemd:" in shown
    assert "definitie:" in shown
    many = page(site.get("/nl/zoek?q=en").text)
    assert "Alle" in many.text
    of_one = next(href for href in many.hrefs if href.startswith("/nl/zoek?q=en&kind="))
    assert site.get(of_one).status_code == 200
    assert "/nl/competence/ow-07" in page(site.get("/nl/zoek?q=ow7").text).hrefs
    assert "ow7" in page(site.get("/nl/zoek").text).text


def test_the_data_tells_where_words_were_found_and_what_only_resembles(app: Flask) -> None:
    site = app.test_client()
    rows = site.get("/search.json?q=netwerk&lang=nl").get_json()
    assert {"label", "other label", "definition"} <= {row["found_in"] for row in rows}
    near = site.get("/search.json?q=tegenstelingen+overbrugen&lang=nl").get_json()
    assert [(row["code"], row["found_in"]) for row in near] == [("ow-06", "resembling")]
    assert site.get("/search.csv?q=ow7").text.splitlines()[1].endswith(",code")


def test_suggestions_tell_in_parts_what_was_asked_and_how_much_there_is(app: Flask) -> None:
    found = app.test_client().get("/suggest?q=netw&lang=nl").get_json()
    assert found["count"] > 10
    assert found["all"] == "/nl/zoek?q=netw"
    things = [thing for group in found["groups"] for thing in group["things"]]
    assert len(things) == 10
    assert all("".join(text for text, _ in thing["parts"]) == thing["label"] for thing in things)
    assert ["netw", True] in things[0]["parts"]
    assert not {group["kind"] for group in found["groups"]} & {"passage", "match", "participation"}
    told = next(thing["found_in"] for thing in things if "found_in" in thing)
    assert told["what"] in {"definitie", "ook genoemd"}
