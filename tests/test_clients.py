"""Clients of researchers work against a real server: SPARQLWrapper, rdflib, curl, pandas, R's requests, Comunica."""

from __future__ import annotations

import csv
import html
import http.client
import io
import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pandas
import pytest
import rdflib
from flask import Flask
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, TURTLE, XML, SPARQLWrapper

from node import COMUNICA, NODE, missing
from serving import Server, listening, serving
from tiny import BASE

A = "https://example.org/a"
P = "https://example.org/p"
QUADS = f"""\
<{A}> <{P}> "één"@nl <{BASE}graph/one> .
<{A}> <{P}> "two"@en <{BASE}graph/two> .
<{A}> <https://example.org/q> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{BASE}graph/two> .
"""
VALUES = f"SELECT ?v WHERE {{ <{A}> <{P}> ?v }} ORDER BY ?v"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("clients"), QUADS, {}) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/sparql"


# SPARQLWrapper


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_a_table(endpoint: str, method: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setMethod(method)
    client.setReturnFormat(JSON)
    client.setQuery(VALUES)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert sorted(row["v"]["value"] for row in rows) == ["two", "één"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper 2.0 makes one
def test_sparqlwrapper_reads_xml_csv_and_graphs(endpoint: str) -> None:
    def answered(query: str, form: str) -> Any:
        client = SPARQLWrapper(endpoint, defaultGraph=f"{BASE}graph/two")
        client.setReturnFormat(form)
        client.setQuery(query)
        return client.queryAndConvert()

    assert len(answered(VALUES, XML).getElementsByTagName("result")) == 1
    assert answered(VALUES, CSV).split() == [b"v", b"two"]
    construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    for form in (TURTLE, N3):
        graph = rdflib.Graph().parse(data=answered(construct, form), format="turtle")
        assert len(graph) == 2
    assert len(answered(construct, "rdf+xml")) == 2


# rdflib


def test_rdflib_asks_through_its_sparql_store(endpoint: str) -> None:
    for method in ("GET", "POST"):
        graph = rdflib.Graph(store=SPARQLStore(endpoint, method=method), identifier=rdflib.URIRef(f"{BASE}graph/two"))
        values = list(graph.objects(rdflib.URIRef(A), rdflib.URIRef("https://example.org/q")))
        assert values == [rdflib.Literal(3)]
        assert len(list(graph.query(VALUES))) >= 1
    whole = rdflib.Dataset(store=SPARQLStore(endpoint), default_union=True)
    assert len(list(whole.query(VALUES))) == 2


# curl, and what R sends


def curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--fail", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def test_curl_gets_posts_and_reads_a_query_from_a_file(endpoint: str, tmp_path: Any) -> None:
    (tmp_path / "your-query.rq").write_text(VALUES, encoding="utf-8")
    ways = (
        ("--get", "--data-urlencode", f"query={VALUES}"),
        ("--data-urlencode", f"query={VALUES}"),
        ("--data-urlencode", f"query@{tmp_path}/your-query.rq"),
        ("--header", "Content-Type: application/sparql-query", "--data-binary", f"@{tmp_path}/your-query.rq"),
        ("--http1.0", "--data-urlencode", f"query={VALUES}"),
        ("--compressed", "--data-urlencode", f"query={VALUES}"),
    )
    for way in ways:
        rows = list(csv.reader(io.StringIO(curl(endpoint, "--header", "Accept: text/csv", *way))))
        assert sorted(rows[1:]) == [["two"], ["één"]], way


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),  # read.csv, download.file, url()
        ("application/json, text/xml, application/xml, */*", "application/json"),  # httr
        ("text/csv", "text/csv"),  # httr2, WikidataQueryServiceR
        ("application/sparql-results+xml", "application/sparql-results+xml"),  # SPARQL
        ("application/sparql-results+json", "application/sparql-results+json"),  # SPARQL, glitter
        ("text/csv; charset=utf-8", "text/csv"),
    ],
)
def test_what_r_sends_is_answered(server: Server, accept: str, media_type: str) -> None:
    agents = ("libcurl/7.88.1 r-curl/5.2.0 httr/1.4.7", "R (4.2.2 x86_64-pc-linux-gnu x86_64 linux-gnu)")
    for agent in agents:
        for method in ("GET", "POST"):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            headers = {"User-Agent": agent, "Accept": accept, "Accept-Encoding": "deflate, gzip"}
            asked = urlencode({"query": VALUES})
            if method == "GET":
                connection.request("GET", f"/sparql?{asked}", headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request("POST", "/sparql", body=asked, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            assert (answer.status, answer.headers.get_content_type()) == (200, media_type)
            assert "één".encode() in content


# Comunica


def test_comunica_asks_and_joins(endpoint: str) -> None:
    if missing(NODE, COMUNICA):
        return
    query = f"SELECT ?v ?q WHERE {{ <{A}> <{P}> ?v ; <https://example.org/q> ?q }}"
    command = [NODE, str(COMUNICA), f"sparql@{endpoint}", query, "-t", "application/sparql-results+json"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)["results"]["bindings"]
    assert sorted((row["v"]["value"], row["q"]["value"]) for row in rows) == [("two", "3"), ("één", "3")]


# The lines that a question page gives to copy


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """The address of the site over the shipped graph."""
    with listening(app) as address:
        yield address


@pytest.mark.parametrize(
    ("page", "kind"),
    [("units-of-competence?competence=ow-07", pandas.DataFrame), ("skos-of-profile", rdflib.Graph)],
)
def test_the_python_lines_of_a_question_page_give_its_answer(site: str, page: str, kind: type) -> None:
    with urllib.request.urlopen(f"{site}/en/questions/{page}") as answer:
        text = html.unescape(answer.read().decode())
    lines = re.findall(r"<code>(import .*?)</code>", text, re.DOTALL)
    results = []
    for code in lines:
        names: dict[str, Any] = {}
        exec(code, names)
        results.append(names["answer"])
    assert isinstance(results[0], kind)
    assert len(results[0]) > 0
    if kind is pandas.DataFrame:
        assert len(results[0]) == len(results[1])


def test_the_curl_line_of_a_question_page_gives_its_answer(site: str) -> None:
    with urllib.request.urlopen(f"{site}/en/questions/units-of-competence?competence=ow-07") as answer:
        text = html.unescape(answer.read().decode())
    line = re.search(r"<code>(curl .*?)</code>", text)
    assert line
    ran = subprocess.run(["bash", "-c", f"{line[1]} --silent"], check=True, capture_output=True, text=True)
    assert ran.stdout.startswith("unit,")
