"""Linked data: names, descriptions, lists, the ontology and the named graphs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg_web.state import State
from tiny import tiny_app

BASE = "https://example.org/mini/id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
COMPETENCE = "<https://w3id.org/leergraaf/def#Competence>"


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_name_is_no_document_and_says_where_the_document_is(site: FlaskClient) -> None:
    answer = site.get("/id/competence/ow-07")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/competence/ow-07")
    assert 'rel="describedby"' in answer.headers["Link"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("reader", "page"),
    [
        ("", "/nl/competence/ow-07"),
        ("nl-BE,nl;q=0.9", "/nl/competence/ow-07"),
        ("en-GB,en;q=0.8,nl;q=0.2", "/en/competence/ow-07"),
        ("de", "/en/competence/ow-07"),
        ("*", "/nl/competence/ow-07"),
    ],
)
def test_people_are_sent_to_the_page_in_their_language(site: FlaskClient, reader: str, page: str) -> None:
    answer = site.get("/doc/competence/ow-07", headers={"Accept": "text/html", "Accept-Language": reader})
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].replace(" ", "").split(","))


def test_a_page_asked_for_as_data_leads_to_the_data(site: FlaskClient) -> None:
    answer = site.get("/nl/competence/ow-07", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert answer.mimetype == "text/turtle"
    assert site.get("/nl/competence/ow-07.ttl", follow_redirects=True).data == answer.data
    listed = site.get("/en/task/", headers={"Accept": "text/csv"}, follow_redirects=True)
    assert listed.mimetype == "text/csv"


def test_a_description_links_to_its_other_forms_and_to_what_it_describes(site: FlaskClient) -> None:
    for address in ("/doc/competence/ow-07.ttl", "/nl/competence/ow-07"):
        links = site.get(address).headers["Link"]
        assert '</doc/competence/ow-07.jsonld>; rel="alternate"; type="application/ld+json"' in links
        assert '<https://w3id.org/leergraaf/id/competence/ow-07>; rel="describes"' in links


def test_head_answers_as_get_without_the_body(site: FlaskClient) -> None:
    for address in ("/doc/competence/ow-07.ttl", "/nl/competence/ow-07", "/id/competence/ow-07"):
        got, head = site.get(address), site.head(address)
        assert (head.status_code, head.data) == (got.status_code, b"")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


def test_an_unknown_thing_is_told_with_the_nearest(site: FlaskClient) -> None:
    for address in ("/id/competence/ow-77", "/doc/competence/ow-77.ttl", "/doc/competence/ow-77"):
        answer = site.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == 404
        problem = answer.get_json()
        assert problem["instance"] == address
        assert "ow-07" in [entry["code"] for entry in problem["suggestions"]]
    html = site.get("/en/competence/ow-77", headers={"Accept": "text/html"}).text
    assert 'href="/en/competence/ow-07"' in html
    kind = site.get("/nl/competense/", headers={"Accept": "application/json"}).get_json()
    assert kind["suggestions"][0]["address"] == "/nl/competence/"


@pytest.mark.parametrize("code", ["OW-07", "..", "%3Cscript%3E", "ow--07", "ow-07%20", "%00"])
def test_what_is_no_code_is_not_found(site: FlaskClient, code: str) -> None:
    assert site.get(f"/doc/competence/{code}").status_code == 404


def test_json_tells_every_statement_with_its_origin_both_ways(site: FlaskClient) -> None:
    answer = site.get("/doc/competence/ow-07.json").get_json()
    assert (answer["code"], answer["kind"], answer["origin"]) == ("ow-07", "competence", "stated")
    origins = {entry["origin"] for entry in answer["statements"]}
    assert {"stated", "proposed"} <= origins
    assert any(entry["property"].endswith("#develops") for entry in answer["referring"])


def test_a_list_is_the_same_in_every_form(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    things = set(state.members["competence"])
    rows = list(csv.DictReader(io.StringIO(site.get("/doc/competence.csv").text)))
    assert {row["iri"] for row in rows} == things
    assert all(row["code"] and row["label_nl"] and row["label_en"] and row["origin"] for row in rows)
    assert {row["iri"] for row in site.get("/doc/competence.json").get_json()} == things
    triples = ox.parse(input=site.get("/doc/competence.nt").data, format=ox.RdfFormat.N_TRIPLES)
    assert {quad.subject.value for quad in triples if isinstance(quad.subject, ox.NamedNode)} == things


def test_the_ontology_is_served_as_a_page_and_as_data(app: Flask, site: FlaskClient) -> None:
    assert site.get("/def", headers={"Accept": "text/html"}).headers["Location"] == "/nl/begrippen"
    for address, accept in (("/def", "text/turtle"), ("/def.nt", "")):
        answer = site.get(address, headers={"Accept": accept})
        form = ox.RdfFormat.from_media_type(answer.mimetype)
        assert len(list(ox.parse(input=answer.data, format=form))) > 1000
    page = site.get("/en/terms").text
    for name in ("Competence", "develops", "stated", "originList"):
        assert f'id="{name}"' in page


def test_a_named_graph_is_its_triples_and_its_description(app: Flask, site: FlaskClient) -> None:
    state: State = app.extensions["kg"]
    iri = ox.NamedNode("https://w3id.org/leergraaf/graph/note-tasks")
    answer = site.get("/graph/note-tasks.nt")
    read = {quad.triple for quad in ox.parse(input=answer.data, format=ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in state.store.engine.quads_for_pattern(None, None, None, iri)} <= read
    assert any(triple.subject == iri for triple in read)
    wrong = site.get("/graph/note-task", headers={"Accept": "application/json"})
    assert wrong.status_code == 404
    assert wrong.get_json()["suggestions"][0]["address"].endswith("/note-tasks")


def test_the_context_has_the_prefixes_of_this_graph(tmp_path: Path, site: FlaskClient) -> None:
    assert site.get("/context.jsonld").mimetype == "application/ld+json"
    other = tiny_app(tmp_path, "")
    context = other.test_client().get("/context.jsonld").get_json(force=True)["@context"]
    assert context["lg-competence"] == BASE + "competence/"
    other.extensions["kg.sparql"].guard.close()


def test_a_deprecated_thing_points_to_its_successor(tmp_path: Path) -> None:
    quads = "".join(
        f"<{BASE}competence/{code}> {rest} <https://example.org/mini/graph/g> .\n"
        for code, rest in (
            ("c-1", f"{TYPE} {COMPETENCE}"),
            ("c-1", '<http://www.w3.org/2002/07/owl#deprecated> "true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
            ("c-1", f"<http://purl.org/dc/terms/isReplacedBy> <{BASE}competence/c-2>"),
            ("c-2", f"{TYPE} {COMPETENCE}"),
            ("c-2", f'<{SKOS}prefLabel> "nieuw"@nl'),
        )
    )
    app = tiny_app(tmp_path, quads)
    answer = app.test_client().get("/doc/competence/c-1.ttl")
    assert f'<{BASE}competence/c-2>; rel="successor-version"' in answer.headers["Link"]
    page = app.test_client().get("/nl/competence/c-1").text
    assert "Niet meer in gebruik." in page
    assert 'href="/nl/competence/c-2"' in page
    app.extensions["kg.sparql"].guard.close()
