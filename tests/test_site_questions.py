"""Questions: listed, asked through a form, answered for people and as data."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.ask import ask
from kg.graph.scan import form_of
from kg_web.state import State
from site_pages import page


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


def test_questions_are_listed_by_audience(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    listed = page(site.get("/nl/vragen/").text)
    assert {f"/nl/vragen/{name}" for name in state.questions} <= set(listed.hrefs)
    assert {"designer", "researcher", "partner"} <= set(listed.ids)
    rows = list(csv.DictReader(io.StringIO(site.get("/questions.csv").text)))
    assert [row["name"] for row in rows] == list(state.questions)


def test_every_question_is_answered_in_both_languages_and_as_data(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    for name, query in state.questions.items():
        for address in (f"/nl/vragen/{name}", f"/en/questions/{name}"):
            answer = site.get(address)
            assert answer.status_code == 200, address
            assert not page(answer.text).refused
        graph = form_of(query.text) == "CONSTRUCT"
        for suffix in ("ttl", "jsonld", "nt", "rdf") if graph else ("csv", "json", "tsv"):
            assert site.get(f"/questions/{name}.{suffix}").status_code == 200, (name, suffix)
        assert site.get(f"/questions/{name}.{'csv' if graph else 'ttl'}").status_code == 404


def test_a_question_has_a_field_that_offers_what_fits(site: FlaskClient) -> None:
    html = site.get("/nl/vragen/units-of-competence?competence=ow-01").text
    assert '<select id="f-competence" name="competence">' in html
    assert '<option value="ow-01" selected>' in html
    assert 'name="language"' not in html
    places = site.get("/nl/vragen/offerings-in-province").text
    assert '<datalist id="o-province">' in places
    assert 'type="number"' in site.get("/nl/vragen/figures-of-year").text


@pytest.mark.parametrize(
    "value", ["ow-07", "competence/ow-07", "lg-competence:ow-07", "https://w3id.org/leergraaf/id/competence/ow-07"]
)
def test_a_thing_may_be_named_in_every_way(site: FlaskClient, value: str) -> None:
    html = site.get("/nl/vragen/units-of-competence", query_string={"competence": value}).text
    assert '<option value="ow-07" selected>' in html
    data = site.get("/questions/units-of-competence.csv", query_string={"competence": value})
    assert data.status_code == 200


def test_a_row_links_to_the_things_by_name(site: FlaskClient) -> None:
    shown = page(site.get("/nl/vragen/units-of-competence?competence=ow-07").text)
    assert "/nl/unit/mo-2" in shown.hrefs
    assert "Krachtenveld, beleid en onderhandeling" in shown.text
    assert "Hoe diep" in shown.text
    assert "unitLabel" not in shown.text.split("SELECT")[0]


def test_the_answer_can_be_had_by_suffix_and_by_accept(site: FlaskClient) -> None:
    address = "/questions/units-of-competence"
    by_suffix = site.get(f"{address}.csv?competence=ow-07")
    by_accept = site.get(f"{address}?competence=ow-07", headers={"Accept": "text/csv"})
    assert by_suffix.data == by_accept.data
    assert by_suffix.text.splitlines()[0].startswith("unit,")
    results = site.get(f"{address}.json?competence=ow-07").get_json()
    assert results["results"]["bindings"]
    typed = site.get(address, headers={"Accept": "application/sparql-results+json"})
    assert typed.mimetype == "application/sparql-results+json"
    assert typed.data == site.get(f"{address}.json").data
    page_answer = site.get(f"{address}?competence=ow-07", headers={"Accept": "text/html"})
    assert page_answer.headers["Location"] == "/nl/vragen/units-of-competence?competence=ow-07"


def test_a_question_that_makes_a_graph_gives_a_graph(site: FlaskClient) -> None:
    answer = site.get("/questions/chain-of-competence.ttl?competence=ow-07")
    assert len(list(ox.parse(input=answer.data, format=ox.RdfFormat.TURTLE))) > 10
    assert "@prefix" in site.get("/nl/vragen/chain-of-competence").text


def test_the_page_tells_how_to_get_the_same_answer_elsewhere(site: FlaskClient) -> None:
    shown = page(site.get("/en/questions/units-of-competence?competence=ow-07").text)
    assert "/questions/units-of-competence.csv?competence=ow-07&language=en" in shown.hrefs
    assert "curl 'http://localhost/questions/units-of-competence.csv?competence=ow-07&language=en'" in shown.text
    assert "<https://w3id.org/leergraaf/id/competence/ow-07>" in shown.text


def test_data_is_what_the_question_answers(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    table = ask(state.store, state.questions["units-of-competence"], {"competence": "ow-07"})
    address = "/questions/units-of-competence"
    for suffix, written in (("csv", table.to_csv()), ("tsv", table.to_tsv())):
        assert site.get(f"{address}.{suffix}?competence=ow-07").data == written.encode()
    answer = site.get(f"{address}.json?competence=ow-07")
    assert (answer.mimetype, answer.get_json()) == ("application/json", json.loads(table.to_json()))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("competence=ow-99", "Er is in deze graaf niets dat ow-99 heet."),
        ("competence=mo-2", "mo-2"),
        ("competense=ow-07", "Deze vraag heeft geen parameter competense."),
        ("competence=%3Cscript%3E", "<script>"),
    ],
)
def test_a_wrong_value_is_told_with_what_fits(site: FlaskClient, asked: str, told: str) -> None:
    html = site.get(f"/nl/vragen/units-of-competence?{asked}")
    assert html.status_code == 400
    assert told in page(html.text).text
    assert not page(html.text).refused
    data = site.get(f"/questions/units-of-competence.csv?{asked}", headers={"Accept-Language": "nl"})
    assert (data.status_code, data.mimetype) == (400, "application/problem+json")
    assert told in data.get_json()["detail"]


def test_the_nearest_values_are_offered_as_whole_questions(site: FlaskClient) -> None:
    shown = page(site.get("/nl/vragen/units-of-competence?competence=ow-99").text)
    assert "/nl/vragen/units-of-competence?competence=ow-09" in shown.hrefs
    problem = site.get("/questions/units-of-competence.json?competence=ow-99").get_json()
    assert any("ow-09" in entry["address"] for entry in problem["suggestions"])
    wrong_kind = site.get("/nl/vragen/figures-of-year?year=twee")
    assert wrong_kind.status_code == 400


def test_an_unknown_question_suggests_the_nearest(site: FlaskClient) -> None:
    answer = site.get("/questions/units-of-competense.csv")
    assert answer.status_code == 404
    assert "units-of-competence" in [entry["code"] for entry in answer.get_json()["suggestions"]]
    assert "/nl/vragen/units-of-competence" in page(site.get("/nl/vragen/units-of-competense").text).hrefs


def test_a_default_that_is_a_thing_of_another_graph_is_left_open(tmp_path, app: Flask) -> None:  # type: ignore[no-untyped-def]
    from tiny import tiny_app, tiny_project

    questions = tmp_path / "queries" / "questions"
    questions.mkdir(parents=True)
    shared: State = app.extensions["kg"]
    text = shared.questions["units-of-competence"].text
    (questions / "units-of-competence.rq").write_text(text, encoding="utf-8")
    tiny_project(tmp_path)
    other = tiny_app(tmp_path, "")
    shown = page(other.test_client().get("/nl/vragen/units-of-competence").text)
    assert "Vul in waarover de vraag gaat" in shown.text
    asked = other.test_client().get("/questions/units-of-competence.csv")
    assert asked.status_code == 400
    assert "competence" in asked.get_json()["detail"]
    other.extensions["kg.sparql"].guard.close()


def main_of(page: str) -> str:
    """What a page is about, without the frame around it."""
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_an_answer_that_counts_is_drawn_as_bars_beside_its_table(app: Flask, lang: str) -> None:
    name = {"nl": "/nl/vragen/classes-with-counts", "en": "/en/questions/classes-with-counts"}[lang]
    page = main_of(app.test_client().get(name).text)
    assert page.count("<svg") == 1
    assert "<table" in page
    assert "<svg" not in main_of(app.test_client().get(name.replace("classes-with-counts", "who-is-interested")).text)
