"""The explorer: what lies around a thing, how far, through which filters; as a page without scripts and as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.curriculum.exploration import BESIDE, CHAIN, Exploration, Wish, explore
from kg.curriculum.untangle import untangled
from kg.errors import BadParameter, UnknownName
from kg.graph.store import Store
from site_pages import page
from tiny import tiny_app


@pytest.fixture(scope="module")
def store(app: Flask) -> Store:
    found = app.extensions["kg"].store
    assert isinstance(found, Store)
    return found


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


def codes(found: Exploration, kind: str = "") -> set[str]:
    return {node.thing.code for node in found.nodes if kind in {"", node.thing.kind}}


def test_from_a_competence_the_chain_runs_to_its_tasks_and_to_its_levels(store: Store) -> None:
    found = explore(store, "ow-06")
    assert codes(found, "competence") == {"ow-06"}  # not those that its tasks and outcomes have as well
    assert codes(found, "outcome") == {"mo-3-2", "mo-3-3", "mo-3-4", "ma-cb-2"}
    assert codes(found, "task") == {"ow-b7", "ow-b8"}
    assert codes(found, "level") == {"nlqf-6", "nlqf-7"}
    kinds = [node.thing.kind for node in found.nodes if node.row == 0]
    assert kinds == list(CHAIN)
    assert [node.column for node in found.nodes if node.row == 0] == list(range(6))
    shown = {node.thing for node in found.nodes}
    assert all({link.subject, link.object} <= shown for link in found.links)


def test_only_whole_steps_are_taken_as_far_as_fits_and_as_far_as_is_asked(store: Store) -> None:
    assert explore(store, "mi-ow").steps == 1
    one = explore(store, "ow-06", Wish(steps=1))
    assert (one.steps, {node.thing.kind for node in one.nodes}) == (1, {"task", "competence", "outcome"})
    whole = explore(store, "mi-ow", Wish(steps=6, most=420))
    assert {node.thing.kind for node in whole.nodes} == set(CHAIN)
    assert whole.left_out == 0


def test_opening_a_thing_shows_all_its_links_and_says_how_many_there_were(store: Store) -> None:
    closed = explore(store, "mi-ow")
    further = {node.thing.code: node.further for node in closed.nodes}
    opened = explore(store, "mi-ow", Wish(opened=("mo-3",)))
    assert len(opened.nodes) == len(closed.nodes) + further["mo-3"]
    state = {node.thing.code: (node.opened, node.further) for node in opened.nodes}
    assert state["mo-3"] == (True, 0)
    assert not state["mo-2"][0]
    again = explore(store, "mi-ow", Wish(opened=("mo-3", "unit/mo-3", "mo-3-2", "nowhere")))
    assert "ow-06" in codes(again)


def test_filters_hide_and_count_what_does_not_fit_and_never_the_start(store: Store) -> None:
    everything = explore(store, "ow-06")
    stated = explore(store, "ow-06", Wish(origins=("stated",)))
    assert {node.origin for node in stated.nodes} == {"stated"}
    assert {link.origin for link in stated.links} <= {"stated"}
    without_tasks = explore(store, "ow-06", Wish(kinds=("outcome", "level")))
    assert {node.thing.kind for node in without_tasks.nodes} == {"competence", "outcome", "level"}
    assert without_tasks.hidden == len(everything.nodes) - len(without_tasks.nodes)
    master = explore(store, "ow-06", Wish(levels=("nlqf-7",)))
    assert codes(master, "level") == {"nlqf-7"}
    assert "mo-3-2" not in codes(master)
    assert codes(master, "task")  # what has no level stays
    legitimated = explore(store, "ow-06", Wish(statuses=("legitimated",)))
    assert not codes(legitimated, "unit")
    assert codes(legitimated, "competence") == {"ow-06"}
    beside = explore(store, "mo-3-2", Wish(kinds=(*CHAIN, *BESIDE)))
    assert codes(beside, "assessment")
    assert codes(beside, "knowledge")


def test_derived_shortcuts_are_shown_when_they_are_asked_for(store: Store) -> None:
    asked = explore(store, "mo-1", Wish(origins=("stated", "proposed", "reference", "derived")))
    assert "derived" in {link.origin for link in asked.links}
    assert "derived" not in {link.origin for link in explore(store, "mo-1").links}


def test_at_most_so_many_are_shown_nearest_first(store: Store) -> None:
    few = explore(store, "mi-ow", Wish(steps=6, most=8))
    assert codes(few) == codes(explore(store, "mi-ow", Wish(steps=1)))
    assert few.left_out > 20


def test_a_level_is_left_out_where_the_whole_has_it_too(store: Store) -> None:
    found = explore(store, "mi-ow", Wish(steps=2, most=420))
    levelled = {link.subject.code for link in found.links if link.property.code == "atLevel"}
    assert levelled == {"mi-ow"}


@pytest.mark.parametrize(
    "start", ["task/ow-b7", "th-10", "sf-4", "kn-02", "as-01", "occupation/opbouwwerker", "ow-b", "nlqf-6"]
)
def test_it_can_begin_anywhere_along_the_chain_and_beside_it(store: Store, start: str) -> None:
    found = explore(store, start)
    assert found.start.code == start.rpartition("/")[2]
    assert len(found.nodes) > 1


def test_a_start_that_does_not_fit_is_told(store: Store) -> None:
    with pytest.raises(UnknownName):
        explore(store, "nowhere")
    with pytest.raises(BadParameter, match="no chain runs along it"):
        explore(store, "notitie-2023")


def test_columns_are_put_in_the_order_in_which_lines_do_not_cross() -> None:
    links = {"a": ["z"], "b": ["y"], "c": ["x"], "x": ["c"], "y": ["b"], "z": ["a"]}
    assert untangled([["a", "b", "c"], ["x", "y", "z"]], links) == [["c", "b", "a"], ["x", "y", "z"]]


def test_the_page_holds_everything_without_a_script(site: FlaskClient) -> None:
    shown = page(site.get("/nl/verkennen?thing=ow-06").text)
    assert not shown.refused
    for told in (
        "Taken 2",
        "Leerresultaten 4",
        "Rond ow-06 liggen 11 dingen",
        "bemiddelen bij tegenstellingen",
        "Eén verband",
    ):
        assert told in shown.text
    assert {"/nl/competence/ow-06", "/nl/outcome/mo-3-2", "#outcome-mo-3-2"} <= set(shown.hrefs)
    opening = next(href for href in shown.hrefs if "open=mo-3-2" in href)
    opened = page(site.get(opening).text)
    assert "/nl/unit/mo-3" in opened.hrefs
    closing = next(
        href for href in opened.hrefs if href.startswith("/nl/verkennen") and href.endswith("#outcome-mo-3-2")
    )
    assert "open" not in parse_qs(urlsplit(closing).query)
    assert {"form", "fieldset", "select", "datalist"} <= set(shown.tags)
    assert len(shown.ids) == len(set(shown.ids))
    assert "Around ow-06 lie 11 things" in page(site.get("/en/explore?thing=ow-06").text).text


def test_the_page_of_a_thing_leads_here(site: FlaskClient) -> None:
    assert "/nl/verkennen?thing=competence%2Fow-06" in page(site.get("/nl/competence/ow-06").text).hrefs
    assert "Rond ow-06" in page(site.get("/nl/verkennen?thing=competence%2Fow-06").text).text


def test_the_form_keeps_what_was_ticked_and_opened(site: FlaskClient) -> None:
    text = site.get(
        "/nl/verkennen?thing=mi-ow&open=mo-3&kind=unit&kind=programme&origin=stated&status=proposed&steps=2"
    ).text
    assert '<input type="hidden" name="open" value="mo-3">' in text
    assert 'name="kind" value="unit" checked' in text
    assert 'name="kind" value="task">' in text
    assert 'value="proposed" checked' in text
    assert '<option value="2" selected>' in text
    assert "verbergen er" in page(text).text


def test_more_is_a_link_until_everything_is_shown(site: FlaskClient) -> None:
    first = page(site.get("/nl/verkennen?thing=mi-ow&steps=6").text)
    more = next(href for href in first.hrefs if "most=120" in href)
    assert "Er passen er nog" in first.text
    assert "Er passen er nog" not in page(site.get(more).text).text


def test_the_data_is_what_the_page_shows(site: FlaskClient) -> None:
    asked = "thing=ow-06&open=mo-3-2"
    told = site.get(f"/nl/verkennen.json?{asked}").get_json()
    names = {thing["id"] for thing in told["things"]}
    assert told["start"] == "competence/ow-06"
    assert told["address"] == f"/nl/verkennen?{asked}"
    assert {end for link in told["links"] for end in (link["from"], link["to"])} <= names
    assert told["columns"][0] == "taken"
    shown = page(site.get(f"/nl/verkennen?{asked}").text)
    assert {thing["page"] for thing in told["things"]} <= set(shown.hrefs)
    things = list(csv.DictReader(io.StringIO(site.get(f"/en/explore.csv?{asked}").text)))
    assert len(things) == len(names)
    assert {"thing", "kind", "code", "label", "origin", "status", "levels", "further"} == set(things[0])
    links = list(csv.DictReader(io.StringIO(site.get(f"/en/explore.csv?{asked}&table=links").text)))
    assert len(links) == len(told["links"])
    sent_on = site.get(f"/nl/verkennen?{asked}", headers={"Accept": "application/json"})
    assert (sent_on.status_code, sent_on.headers["Location"]) == (303, f"/nl/verkennen.json?{asked}")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("thing=nowhere", 404),
        ("thing=tegenstellingen", 404),
        ("thing=notitie-2023", 400),
        ("thing=" + "x" * 5000, 404),
        ("steps=99&most=1e9&kind=x&origin=%00&level=%3Cb%3E&status=", 200),
        ("open=" + "&open=".join(map(str, range(200))), 200),
        ("thing=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 404),
    ],
)
def test_odd_questions_get_a_page_that_helps(site: FlaskClient, asked: str, status: int) -> None:
    answer = site.get(f"/nl/verkennen?{asked}")
    assert answer.status_code == status
    assert not page(answer.text).refused
    assert "<script>" not in answer.text


def test_words_for_a_start_bring_what_may_have_been_meant(site: FlaskClient) -> None:
    assert "/nl/verkennen?thing=ow-06" in page(site.get("/nl/verkennen?thing=tegenstelingen").text).hrefs
    assert site.get("/nl/verkennen.csv?table=x").status_code == 400


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    app = tiny_app(tmp_path, "")
    yield app.test_client()
    app.extensions["kg.sparql"].guard.close()


def test_an_empty_graph_says_so(empty: FlaskClient) -> None:
    assert empty.get("/nl/verkennen").status_code == 404
