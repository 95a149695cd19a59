"""Matching names with things: what is found, how sure it is, and what is never taken for the same."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.graph.match import ON_REQUEST, Index, index_of, match, resembling, sure
from kg.graph.match_words import words_of
from kg.graph.store import Store
from kg.names import OUTSIDE, Names
from misspelling import EDITS, misspelt

CASES = Path(__file__).parent / "cases" / "match"
SKOS = OUTSIDE["skos"]
_KINDS = """
    competence profile occupation task tension theme knowledge programme unit outcome assessment organisation place
    level
"""
KINDS = _KINDS.split()
STRANGERS = (CASES / "strangers.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(kg.load(Path(__file__).parents[1]).store)


def things_named(index: Index) -> dict[str, set[str]]:
    """Name → the things that go by it; some names are those of two things."""
    found = defaultdict(set)
    for shelf in index.shelves:
        for known in shelf.names:
            found[" ".join(words_of(known.text))].add(known.iri)
    return found


def index_over(*names: tuple[str, str, str]) -> Index:
    """The index over a few things: code, language, label."""
    graph = ox.NamedNode(Names().graph("g"))
    quads = [
        ox.Quad(
            ox.NamedNode(Names().thing("competence", code)),
            ox.NamedNode(SKOS + "prefLabel"),
            ox.Literal(label, language=language),
            graph,
        )
        for code, language, label in names
    ]
    return index_of(Store(Names(), quads))


def codes(index: Index, text: str, language: str = "nl", kinds: tuple[str, ...] = ()) -> list[str]:
    return [candidate.code for candidate in match(index, text, language, kinds)]


def test_misspelt_names_of_the_graph_are_found_and_none_is_taken_for_another(index: Index) -> None:
    same = things_named(index)
    names = [
        (shelf.language, known.iri, known.text)
        for shelf in index.shelves
        for known in shelf.names
        if known.segment in KINDS and known.preferred
    ]
    asked, first, among_five, taken, wrong = 0, 0, 0, 0, []
    met = Counter()
    for edit, language, _, right, spelt in misspelt(names):
        meant = same[" ".join(words_of(right))]
        found = match(index, spelt, language, most=20)
        asked += 1
        met[edit] += 1
        first += bool(found) and found[0].iri in meant
        among_five += any(candidate.iri in meant for candidate in found[:5])
        if sure(found):
            taken += 1
            if found[0].iri not in meant:
                wrong.append((spelt, found[0]))
    assert set(met) == set(EDITS)
    assert asked >= 500
    assert wrong == []
    assert first / asked >= 0.98
    assert among_five / asked >= 0.99
    assert taken / asked >= 0.8


def test_paraphrases_are_found_and_none_is_taken_for_another(index: Index) -> None:
    with (CASES / "paraphrases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["name"]: match(index, row["name"], row["language"], most=20) for row in rows}
    first = [row["name"] for row in rows if found[row["name"]] and found[row["name"]][0].code == row["code"]]
    five = [row["name"] for row in rows if row["code"] in [candidate.code for candidate in found[row["name"]][:5]]]
    assert [row for row in rows if sure(found[row["name"]]) and row["name"] not in first] == []
    assert len(rows) >= 60
    assert len(first) / len(rows) >= 0.95
    assert len(five) == len(rows)


def test_names_that_are_not_in_the_graph_are_never_taken_for_one_that_is(index: Index) -> None:
    same = things_named(index)
    assert len(STRANGERS) >= 100
    for name in STRANGERS:
        assert " ".join(words_of(name)) not in same, name
        for language in ("nl", "en"):
            for kinds in (
                (),
                ("competence",),
                ("occupation",),
                ("programme",),
                ("organisation",),
                ("knowledge", "unit"),
            ):
                found = match(index, name, language, kinds, most=20)
                assert not sure(found), (name, kinds, found[0])


def test_a_name_alone_means_its_own_thing(index: Index) -> None:
    same = things_named(index)
    for shelf in index.shelves:
        for known in shelf.names[::4]:
            if known.segment in ON_REQUEST:
                continue
            found = match(index, known.text, shelf.language, most=20)
            assert found[0].score >= 99, known
            assert found[0].iri in same[" ".join(words_of(known.text))], known
            alone = match(index, known.text, shelf.language, (known.segment,))
            assert alone[0].score >= 99


@pytest.mark.parametrize(
    "text",
    [
        "tegenstelingen overbrugen",
        "OVERBRUGGEN VAN TEGENSTELLINGEN",
        "kan tégenstellingen  overbruggen!",
        "tegenstellingen kunnen overbruggen",
        "is in staat tegenstellingen te overbruggen",
        "kan tegenstellingenoverbruggen",
        "can bridge opposing positions",
        "ow-06",
        "OW-06",
        "competence/ow-06",
        "https://w3id.org/leergraaf/id/competence/ow-06",
    ],
)
def test_a_competence_is_found_however_it_is_written(index: Index, text: str) -> None:
    found = match(index, text, "nl", most=20)
    assert found[0].code == "ow-06"
    assert sure(found)


def test_a_name_of_two_things_is_sure_only_when_the_kind_is_given(index: Index) -> None:
    found = match(index, "AZW-info", "nl", most=20)
    assert {candidate.segment for candidate in found[:2]} == {"organisation", "source"}
    assert not sure(found)
    assert sure(match(index, "AZW-info", "nl", ("organisation",), most=20))


def test_numbers_must_be_the_same() -> None:
    index = index_over(
        ("a", "nl", "NLQF-niveau 6"), ("b", "nl", "Beroepsprofiel (2021)"), ("c", "nl", "NLQF-niveau 4+")
    )
    assert not sure(match(index, "NLQF-niveau 7"))
    assert not sure(match(index, "Beroepsprofiel (2022)"))
    assert not sure(match(index, "NLQF-niveau 4"))
    assert sure(match(index, "nlqf niveau 4+"))


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("kan buurtconflicten oplossen", "kan conflicten in de buurt oplossen"),
        ("conflicten in de buurt", "buurtconflicten"),
        ("Associate degree Participatie", "AD Participatie"),
        ("professioneel netwerk", "prof. netwerk"),
        ("Hogeschool van Arnhem en Nijmegen", "HAN"),
    ],
)
def test_compounds_initials_and_shortened_words_are_found_and_left_to_a_person(known: str, asked: str) -> None:
    index = index_over(("a", "nl", known), ("b", "nl", "iets heel anders"))
    found = match(index, asked)
    assert [candidate.code for candidate in found][:1] == ["a"]
    assert not sure(found)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("afhankelijk", "onafhankelijk"),
        ("opbouwwerker", "opbouwwerkster"),
        ("presentie", "presentatie"),
        ("presenteren", "presentatie"),
        ("kan tegenstellingen overbruggen", "kan geen tegenstellingen overbruggen"),
        ("minor Opbouwwerk", "opbouwwerk"),
        ("minor Opbouwwerk", "minor minor"),
        ("wijk", "dijk"),
    ],
)
def test_what_looks_alike_and_means_something_else_is_not_safe(known: str, asked: str) -> None:
    assert not sure(match(index_over(("a", "nl", known)), asked))


def test_a_word_that_is_in_another_name_is_no_misspelling() -> None:
    index = index_over(("a", "nl", "buurten verbinden"), ("b", "nl", "beurten verdelen"))
    assert not sure(match(index, "beurten verbinden"))
    assert sure(match(index, "buurtten verbinden"))


def test_an_unfinished_word_is_completed() -> None:
    index = index_over(("a", "nl", "kan tegenstellingen overbruggen"))
    assert [c.code for c in match(index, "kan tegenst", partly=True)] == ["a"]
    assert [c.code for c in match(index, "teg", partly=True)] == ["a"]


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "\x00", "🙂", "a" * 100_000, "a " * 50_000, "\u202e\ufeff", "(" * 500, "6"]
)
def test_odd_text_is_answered_with_little_or_nothing(index: Index, text: str) -> None:
    assert not sure(match(index, text, most=20))


def test_a_graph_without_names_is_an_index_too() -> None:
    assert match(index_of(Store(Names())), "iets") == ()
    assert match(index_over(("a", "nl", "—")), "iets") == ()
    assert codes(index_over(("a", "sv", "att bygga broar")), "bygga broar") == ["a"]


def test_what_resembles_leaves_out_what_was_found_already(index: Index) -> None:
    first = resembling(index, "tegenstelingen overbrugen")
    assert first[0].code == "ow-06"
    assert first[0].iri not in [
        one.iri for one in resembling(index, "tegenstelingen overbrugen", besides=[first[0].iri])
    ]
    assert resembling(index, "zzyzx") == ()


def test_the_same_question_has_the_same_answer(index: Index) -> None:
    again = index_of(kg.load(Path(__file__).parents[1]).store)
    for text in ("sociaal werk", "werken in de wijk", "netwerk"):
        assert match(index, text, most=50) == match(again, text, most=50)
