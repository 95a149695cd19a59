"""Every form of an answer, chosen by Accept or `format=`, read back by a reader of that form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg_web.formats import Format
from kg_web.sparql_results import GRAPHS, TABLES, W3C_NAMES
from tiny import BASE, tiny_app

TEXTS = ['zegt "ja",\nook', "tab\there", "<b>&amp;</b>", "een — €", ""]
P, GRAPH = ox.NamedNode("https://example.org/p"), ox.NamedNode(BASE + "graph/one")
QUADS = "".join(
    f"{ox.Quad(ox.NamedNode(f'{BASE}id/{i}'), P, ox.Literal(text, language='nl'), GRAPH)} .\n"
    for i, text in enumerate(TEXTS)
)
SELECT = "SELECT ?text ?open WHERE { ?s ?p ?text } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = tiny_app(tmp_path_factory.mktemp("results"), QUADS)
    yield app.test_client()
    app.extensions["kg.sparql"].guard.close()


def kind(client: FlaskClient, query: str, accept: str | None) -> str:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)
    return response.mimetype if response.status_code == 200 else str(response.status_code)


@pytest.mark.parametrize(
    ("accept", "for_select", "for_construct"),
    [
        (None, "application/sparql-results+json", "text/turtle"),
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("text/*", "text/csv", "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("application/xml", "application/xml", "application/xml"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", "406"),
        ("text/csv, */*;q=0.1", "text/csv", "text/turtle"),
        ("text/csv, */*", "text/csv", "text/turtle"),
        ("text/turtle;charset=utf-8", "406", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "406", "application/ld+json"),
        ("application/sparql-results+xml;q=0, */*", "application/sparql-results+json", "text/turtle"),
        ("TEXT/CSV", "text/csv", "406"),
        ("image/png", "406", "406"),
        ("text/html", "303", "303"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "303", "303"),
        (
            "text/turtle,application/n-triples;q=0.9,application/sparql-results+json;q=0.8",
            "application/sparql-results+json",
            "text/turtle",
        ),
    ],
)
def test_accept_chooses_the_form(client: FlaskClient, accept: str | None, for_select: str, for_construct: str) -> None:
    assert kind(client, SELECT, accept) == for_select
    assert kind(client, CONSTRUCT, accept) == for_construct


@pytest.mark.parametrize("form", TABLES, ids=[form.suffix for form in TABLES])
def test_format_wins_over_accept_for_tables(client: FlaskClient, form: Format) -> None:
    for name in (form.suffix, form.media_type, form.suffix.upper()):
        response = client.get(
            "/sparql", query_string={"query": SELECT, "format": name}, headers={"Accept": "image/png"}
        )
        assert response.mimetype == form.media_type


@pytest.mark.parametrize("form", GRAPHS, ids=[form.suffix for form in GRAPHS])
def test_a_graph_is_the_same_in_every_form(client: FlaskClient, form: Format) -> None:
    response = client.get("/sparql", query_string={"query": CONSTRUCT, "format": form.suffix})
    assert response.mimetype == form.media_type
    read = ox.parse(response.data, format=ox.RdfFormat.from_media_type(form.media_type))
    assert {quad.object.value for quad in read} == set(TEXTS)


def test_text_forms_say_that_they_are_utf_8(client: FlaskClient) -> None:
    for query, name in ((SELECT, "csv"), (SELECT, "tsv"), (CONSTRUCT, "ttl")):
        response = client.get("/sparql", query_string={"query": query, "format": name})
        assert response.headers["Content-Type"].endswith("; charset=utf-8")
        assert "€" in response.data.decode("utf-8")


def test_tables_say_the_same_in_json_xml_tsv_and_csv(client: FlaskClient) -> None:
    """SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats: unbound is not the empty text, except in CSV."""
    for name, form in (
        ("json", ox.QueryResultsFormat.JSON),
        ("xml", ox.QueryResultsFormat.XML),
        ("tsv", ox.QueryResultsFormat.TSV),
    ):
        response = client.get("/sparql", query_string={"query": SELECT, "format": name})
        found = list(ox.parse_query_results(response.data, format=form))
        assert [(row["text"].value, row["open"]) for row in found] == [(text, None) for text in TEXTS]
    plain = client.get("/sparql", query_string={"query": SELECT, "format": "csv"}).data.decode("utf-8")
    assert list(csv.reader(io.StringIO(plain, newline=""))) == [["text", "open"], *([text, ""] for text in TEXTS)]


def test_ask_is_answered_in_every_form_of_a_table(client: FlaskClient) -> None:
    for name, answer in (("json", b'"boolean":true'), ("xml", b"<boolean>true"), ("csv", b"true"), ("tsv", b"true")):
        assert answer in client.get("/sparql", query_string={"query": "ASK {}", "format": name}).data


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet=st.sampled_from('abt/*+;,=q0.5 "\\é'), max_size=60))
def test_no_accept_header_is_a_fault_of_ours(client: FlaskClient, accept: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept.encode().decode("latin-1")})
    assert response.status_code in {200, 303, 406}


# Service description: SPARQL 1.1 Service Description, sections in the names

SD = "http://www.w3.org/ns/sparql-service-description#"


def description(client: FlaskClient, form: str = "ttl") -> ox.Store:
    response = client.get("/sparql", query_string={"format": form})
    assert response.status_code == 200
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.from_media_type(response.mimetype))
    return store


def objects(store: ox.Store, subject: object, name: str) -> list[str]:
    found = store.quads_for_pattern(subject, ox.NamedNode(SD + name), None)
    return sorted(getattr(quad.object, "value", "") for quad in found)


def test_sd_2_a_get_without_a_query_gives_the_description_in_rdf(client: FlaskClient) -> None:
    assert client.get("/sparql").mimetype == "text/turtle"
    for form in GRAPHS:
        response = client.get("/sparql", headers={"Accept": form.media_type})
        assert response.mimetype == form.media_type
        assert len(description(client, form.suffix)) == len(description(client))


def test_sd_3_2_it_is_a_service_with_its_endpoint(client: FlaskClient) -> None:
    store = description(client)
    service = ox.NamedNode("http://localhost/sparql")
    assert objects(store, service, "endpoint") == ["http://localhost/sparql"]
    assert objects(store, service, "supportedLanguage") == [SD + "SPARQL11Query"]


def test_sd_3_4_it_claims_only_what_is_true(client: FlaskClient) -> None:
    store = description(client)
    service = ox.NamedNode("http://localhost/sparql")
    assert objects(store, service, "feature") == [SD + "UnionDefaultGraph"]
    for claim in ("defaultEntailmentRegime", "languageExtension", "extensionFunction", "propertyFeature"):
        assert objects(store, service, claim) == []
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for iri in objects(store, service, "resultFormat"):
        form = next(f for f in (*TABLES, *GRAPHS) if iri == W3C_NAMES[f.suffix])
        asked = query if form in TABLES else CONSTRUCT
        response = client.get("/sparql", query_string={"query": asked}, headers={"Accept": form.media_type})
        assert response.mimetype == form.media_type


def test_sd_3_4_the_graphs_and_their_sizes_are_those_that_can_be_asked(client: FlaskClient) -> None:
    text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = json.loads(client.get("/sparql", query_string={"query": text}).data)["results"]["bindings"]
    asked = {row["g"]["value"]: row["n"]["value"] for row in rows}
    told = description(client).query(
        f"PREFIX sd: <{SD}> PREFIX void: <http://rdfs.org/ns/void#>"
        "SELECT ?g ?n { ?d a sd:Dataset ; sd:namedGraph [ sd:name ?g ; sd:graph [ void:triples ?n ] ] }"
    )
    assert {row["g"].value: row["n"].value for row in told} == asked


def test_the_description_is_a_304_for_who_has_it(client: FlaskClient) -> None:
    tag = client.get("/sparql").headers["ETag"]
    assert client.get("/sparql", headers={"If-None-Match": tag}).status_code == 304


# The pages


def test_a_browser_gets_the_editor_in_its_language_with_its_question(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "text/html", "Accept-Language": "en"}
    )
    assert response.status_code == 303
    assert response.headers["Location"] == "/en/sparql?query=ASK+%7B%7D"
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    assert "ASK {}" in page.text
    assert "<pre><code>true" in page.text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_editor_works_without_a_script(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/{lang}/sparql")
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text
    assert "<textarea" in page.text
    answered = client.post(f"/{lang}/sparql", data={"query": SELECT, "format": "html"})
    assert answered.text.count("<tr>") == len(TEXTS) + 1
    taken = client.post(f"/{lang}/sparql", data={"query": SELECT, "format": "csv"})
    assert taken.mimetype == "text/csv"


def test_what_is_in_the_graph_does_not_run_on_the_page(client: FlaskClient) -> None:
    text = 'SELECT ("<script>alert(1)</script>" AS ?x) (<javascript:alert(1)> AS ?y) ("</textarea>" AS ?z) {}'
    page = client.post("/nl/sparql", data={"query": text})
    assert "<script>alert" not in page.text
    assert 'href="javascript' not in page.text
    assert page.text.count("</textarea>") == 1


def test_a_wrong_query_keeps_its_text_and_its_status_on_the_page(client: FlaskClient) -> None:
    page = client.post("/en/sparql", data={"query": "SELECT * { ?s ?p }"})
    assert page.status_code == 400
    assert "SELECT * { ?s ?p }" in page.text
    assert "Line 1, column 1" in page.text
    assert client.post("/en/sparql", data={"update": "CLEAR ALL"}).status_code == 403
    assert client.post("/nl/sparql", data={"query": "SELECT", "format": "csv"}).mimetype == "application/problem+json"


def test_an_answer_too_large_for_a_page_is_not_shown_in_part(client: FlaskClient) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s }"
    page = client.post("/en/sparql", data={"query": text})
    assert page.status_code == 200
    assert "too large for a page" in page.text
    assert "<td" not in page.text


def test_the_limits_are_published_for_people_and_programs(client: FlaskClient) -> None:
    told = client.get("/limits").json
    assert told["seconds"]["value"] == 10
    assert "seconds\t10" in client.get("/limits", headers={"Accept": "text/plain"}).text
    page = client.get("/limits", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert 'id="seconds"' in page.text
    assert "Grenzen" in page.text
    assert page.mimetype == "text/html"
