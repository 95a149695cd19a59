"""Pages for people: what they show, in both languages, for any graph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.exchange.target import targets
from kg.files.project import read_project
from kg.graph.load import load
from kg_web.state import State
from site_pages import page
from tiny import tiny_app

OWN_SCRIPT = re.compile(r'<script (type="application/ld\+json"|src="/static/[a-z]+\.js\?v=\w+"( defer)?)>')
MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The site over another profession's graph, with its own base."""
    store = load(read_project(MINI))
    app = tiny_app(tmp_path_factory.mktemp("mini"), "".join(f"{quad} .\n" for quad in store.engine))
    yield app.test_client()
    app.extensions["kg.sparql"].guard.close()


@pytest.mark.parametrize(("reader", "home"), [("", "/nl/"), ("en", "/en/"), ("nl", "/nl/"), ("fr", "/en/")])
def test_the_front_door_leads_to_the_readers_language(site: FlaskClient, reader: str, home: str) -> None:
    answer = site.get("/", headers={"Accept-Language": reader})
    assert (answer.status_code, answer.headers["Location"]) == (302, home)
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_home_page_tells_each_audience_real_numbers(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    text = page(site.get("/nl/").text).text
    assert "Voor curriculumontwikkelaars" in text
    assert "Voor onderzoekers" in text
    assert "Voor partners" in text
    assert f"{len(state.members['competence'])} competenties" in text
    assert f"{len(state.members['passage'])} passages uit de bron" in text
    assert f"{len(targets())} vormen om de graaf in mee te nemen" in text
    assert "For curriculum designers" in page(site.get("/en/").text).text


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("/nl/competence/ow-07", "/en/competence/ow-07"),
        ("/nl/zoek?q=netwerk", "/en/search?q=netwerk"),
        ("/nl/vragen/units-of-competence?competence=ow-01", "/en/questions/units-of-competence?competence=ow-01"),
        ("/nl/gegevens/note-tasks", "/en/data/note-tasks"),
        ("/nl/controle/", "/en/checks/"),
        ("/nl/begrippen", "/en/terms"),
    ],
)
def test_changing_language_keeps_the_page(site: FlaskClient, dutch: str, english: str) -> None:
    assert english in page(site.get(dutch).text).hrefs
    answer = site.get(english)
    assert dutch in page(answer.text).hrefs
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en">' in answer.text


def test_arguments_cannot_steer_where_the_language_switch_leads(site: FlaskClient) -> None:
    hostile = "/nl/zoek?q=x&_external=1&_scheme=javascript&_anchor=y&_method=POST&lang=xx"
    answer = site.get(hostile)
    assert answer.status_code == 200
    assert not page(answer.text).refused
    assert all(not href.startswith("javascript") for href in page(answer.text).hrefs)


def test_a_list_is_divided_as_the_vocabulary_divides_it(site: FlaskClient) -> None:
    text = page(site.get("/nl/competence/").text).text
    assert "Competentieprofiel Opbouwwerker (2010)" in text
    assert text.index("ow-02 heeft") < text.index("ow-10 is")
    tasks = page(site.get("/nl/task/").text)
    assert "/nl/task-group/ow-b" in tasks.hrefs
    levels = page(site.get("/nl/level/").text).text
    assert levels.index("nlqf-4 ") < levels.index("nlqf-4plus") < levels.index("nlqf-5")


def test_a_thing_shows_what_it_is_where_it_comes_from_and_both_ways(site: FlaskClient) -> None:
    shown = page(site.get("/nl/competence/ow-07").text)
    assert "is in staat partijen strategisch te verbinden" in shown.text
    assert "herkomst: gesteld" in shown.text
    assert "herkomst: voorgesteld" in shown.text
    assert "Leerresultaten die deze competentie ontwikkelen" in shown.text
    assert "Taken die deze competentie vragen" in shown.text
    assert "/nl/outcome/mo-2-1" in shown.hrefs
    assert "tekens 9789–9834" in shown.text
    assert "kg sources verify --text BRON.txt --source notitie-2023" in shown.text
    assert "https://w3id.org/leergraaf/id/competence/ow-07" in shown.text
    assert "/doc/competence/ow-07.jsonld" in shown.hrefs
    english = page(site.get("/en/competence/ow-07").text).text
    assert "Learning outcomes that develop this competence" in english
    assert "origin: stated" in english


def test_remarks_stand_at_the_top_with_their_text(site: FlaskClient) -> None:
    text = page(site.get("/nl/programme/mi-ow").text).text
    assert text.index("opmerkingen hierover") < text.index("Kenmerken")
    assert "Een minor van 60 EC duurt geen half jaar" in text


def test_values_are_written_as_people_write_them(site: FlaskClient) -> None:
    assert "5 jaar" in page(site.get("/nl/policy/evc-1").text).text
    assert "5 years" in page(site.get("/en/policy/evc-1").text).text


def test_a_passage_tells_its_place_and_sum_and_never_its_words(site: FlaskClient) -> None:
    text = page(site.get("/nl/passage/n-124").text).text
    assert "SHA-256" in text
    assert "Competenties die naar deze passage verwijzen" in text


def test_search_finds_by_word_and_code_and_suggests_when_nothing_is_found(site: FlaskClient) -> None:
    assert "/nl/competence/ow-06" in page(site.get("/nl/zoek?q=tegenstellingen").text).hrefs
    assert "/nl/competence/ow-06" in page(site.get("/nl/zoek?q=ow-06").text).hrefs
    missed = page(site.get("/nl/zoek?q=tegenstelingen").text)
    assert "Niets in de graaf bevat al deze woorden." in missed.text
    assert "/nl/zoek?q=tegenstellingen" in missed.hrefs
    assert site.get("/nl/zoek").status_code == 200
    assert site.get("/nl/zoek?q=" + "a" * 3000).status_code == 200
    rows = site.get("/search.json?q=tegenstellingen&lang=en").get_json()
    assert {"iri", "kind", "code", "label", "found_in"} == set(rows[0])


def test_search_gives_what_resembles_the_words_when_few_things_hold_them(site: FlaskClient) -> None:
    missed = page(site.get("/nl/zoek?q=tegenstelingen+overbrugen").text)
    assert "Lijkt op wat u zoekt" in missed.text
    assert "/nl/competence/ow-06" in missed.hrefs
    assert "Resembles what you asked" in page(site.get("/en/search?q=bridging+oposing+positions").text).text
    assert "Lijkt op wat u zoekt" not in page(site.get("/nl/zoek?q=netwerk").text).text
    assert "Lijkt op wat u zoekt" not in page(site.get("/nl/zoek?q=zzyzx").text).text


def test_hits_of_one_kind_can_be_shown_alone(site: FlaskClient) -> None:
    shown = page(site.get("/nl/zoek?q=netwerk").text)
    assert "/nl/zoek?q=netwerk&kind=competence" in shown.hrefs
    alone = page(site.get("/nl/zoek?q=netwerk&kind=competence").text)
    assert "/nl/competence/ow-10" in alone.hrefs
    assert not any(href.startswith("/nl/organisation/") for href in alone.hrefs)
    assert "/nl/zoek?q=netwerk" in alone.hrefs
    data = next(href for href in alone.hrefs if href.startswith("/search.json"))
    assert {row["kind"] for row in site.get(data).get_json()} == {"competence"}
    assert "/nl/competence/ow-10" in page(site.get("/nl/zoek?q=netwerk&kind=nonsense").text).hrefs


def test_suggestions_are_grouped_by_kind_and_mark_what_only_resembles(site: FlaskClient) -> None:
    found = site.get("/suggest?q=tegenstelingen+overb&lang=nl").get_json()
    first = found["groups"][0]
    assert (first["kind"], first["name"]) == ("competence", "competenties")
    assert first["things"][0]["code"] == "ow-06"
    assert first["things"][0]["address"] == "/nl/competence/ow-06"
    assert first["things"][0]["near"] is True
    exact = site.get("/suggest?q=tegenst&lang=en").get_json()["groups"][0]["things"][0]
    assert exact["label"] == "can bridge opposing positions"
    assert exact["near"] is False
    assert sum(len(group["things"]) for group in site.get("/suggest?q=werk&limit=3").get_json()["groups"]) == 3
    for odd in ("", "?q=", "?q=%00", "?q=x&limit=-1", "?q=x&limit=9999999999", "?q=" + "a" * 3000, "?lang=xx"):
        assert site.get(f"/suggest{odd}").status_code == 200, odd
    assert site.get("/suggest?q=x").headers["Access-Control-Allow-Origin"] == "*"


def test_the_report_of_the_checks_is_shown_and_given_as_data(app: Flask, site: FlaskClient) -> None:
    text = page(site.get("/nl/controle/").text).text
    assert "0 overtredingen" in text
    assert "Beantwoord met een opmerking" in text
    assert site.get("/checks.json").get_json()["rules"]
    assert site.get("/checks.sarif").get_json(force=True)["version"] == "2.1.0"
    assert "sh:ValidationReport" in site.get("/checks.ttl").text
    assert site.get("/checks", headers={"Accept": "text/html"}).headers["Location"] == "/nl/controle/"


def test_another_professions_graph_shows_equally_well(mini: FlaskClient) -> None:
    home = page(mini.get("/nl/").text).text
    assert "Klein" in home
    for word in ("opbouwwerk", "Opbouwwerk"):
        for address in ("/nl/", "/nl/bladeren/", "/nl/competence/", "/nl/unit/u-2", "/nl/vragen/", "/nl/gegevens/"):
            found = page(mini.get(address).text).text
            assert word not in found.replace("Competenties van de opbouwwerker", ""), address
    unit = page(mini.get("/en/unit/u-2").text)
    assert "/en/unit/u-3" in unit.hrefs
    assert "Learning units that require this learning unit" in unit.text
    assert mini.get("/id/unit/u-2").status_code == 303
    assert mini.get("/graph/ontology.ttl").status_code == 200


def test_hostile_words_in_a_graph_stay_words(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> {{7*7}} {lang} %s \\u0022onmouseover=\\u0022x"
    thing = "<https://example.org/mini/id/competence/c-1>"
    graph = "<https://example.org/mini/graph/g>"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    quads = f"""{thing} {rdf_type} <https://w3id.org/leergraaf/def#Competence> {graph} .
{thing} <http://www.w3.org/2004/02/skos/core#prefLabel> "{hostile}"@nl {graph} .
{thing} <http://www.w3.org/2004/02/skos/core#definition> "{hostile}"@en {graph} .
{thing} <http://www.w3.org/2004/02/skos/core#notation> "c-1" {graph} .
{thing} <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> {graph} .
{thing} <http://example.org/%22onx%3D> "{hostile}" {graph} .
{graph} <http://purl.org/dc/terms/title> "{hostile}"@nl {graph} .
"""
    app = tiny_app(tmp_path, quads)
    site = app.test_client()
    for address in (
        "/nl/",
        "/nl/competence/",
        "/nl/competence/c-1",
        "/en/competence/c-1",
        "/nl/gegevens/",
        "/nl/zoek?q=script",
    ):
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert "<script>" not in answer.text
        assert all(json.loads(block) for block in page(answer.text).data)
        assert not page(answer.text).refused, address
        assert "49" not in page(answer.text).text
    hostile_query = site.get("/nl/zoek?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onx=%22")
    assert "<script>" not in hostile_query.text
    assert not page(hostile_query.text).refused
    app.extensions["kg.sparql"].guard.close()


def test_an_empty_graph_has_pages_too(tmp_path: Path) -> None:
    app = tiny_app(tmp_path, "")
    site = app.test_client()
    for address in (
        "/nl/",
        "/nl/bladeren/",
        "/nl/competence/",
        "/nl/vragen/",
        "/nl/gegevens/",
        "/nl/begrippen",
        "/nl/controle/",
    ):
        assert site.get(address).status_code == 200, address
    app.extensions["kg.sparql"].guard.close()
