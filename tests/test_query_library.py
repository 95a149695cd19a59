"""The question library as RDF: standard terms, every question whole, and each runs as it is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask

import kg
from kg.graph.scan import form_of
from kg.publish.queries import queries_as_rdf
from kg_web.state import State

SH = "http://www.w3.org/ns/shacl#"
PREFIXES = "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX schema: <https://schema.org/>"


@pytest.fixture(scope="module")
def library(app: Flask) -> ox.Store:
    """What `/queries.ttl` gives, loaded."""
    answer = app.test_client().get("/queries.ttl")
    assert answer.mimetype == "text/turtle"
    store = ox.Store()
    store.load(answer.data, format=ox.RdfFormat.TURTLE)
    return store


def test_every_question_is_there_with_texts_in_both_languages(app: Flask, library: ox.Store) -> None:
    state: State = app.extensions["kg"]
    rows = library.query(
        f"{PREFIXES} SELECT ?q ?nl ?en WHERE {{ ?q a sh:SPARQLExecutable ; rdfs:label ?nl, ?en ; schema:text ?text . "
        'FILTER(LANG(?nl) = "nl" && LANG(?en) = "en") }',
        prefixes={"rdfs": "http://www.w3.org/2000/01/rdf-schema#"},
    )
    found = {row["q"].value.rpartition("/")[2]: row["nl"].value for row in rows}
    assert found == {name: query.title.within("nl") for name, query in state.questions.items()}


def test_each_runs_as_it_is_on_any_engine(app: Flask, library: ox.Store) -> None:
    """Without our prefixes declared for it, and with the form its class says."""
    state: State = app.extensions["kg"]
    forms = {"select": "SELECT", "ask": "ASK", "construct": "CONSTRUCT"}
    ran = 0
    for property_, form in forms.items():
        for quad in library.quads_for_pattern(None, ox.NamedNode(SH + property_), None, None):
            text = quad.object.value
            assert form_of(text) == form
            assert "$" not in text, quad.subject
            state.store.query(text, prefixes=False)
            ran += 1
    assert ran == len(state.questions)


def test_parameters_are_described_as_shacl_does(library: ox.Store) -> None:
    (row,) = library.query(
        f"""{PREFIXES} SELECT ?class ?default ?text WHERE {{
          <https://w3id.org/leergraaf/questions/units-of-competence> sh:parameter ?p ; schema:text ?text .
          ?p sh:path <https://w3id.org/leergraaf/questions#competence> ;
            sh:class ?class ; sh:defaultValue ?default }}"""
    )
    assert row["class"].value == "https://w3id.org/leergraaf/def#Competence"
    assert row["default"].value == "https://w3id.org/leergraaf/id/competence/ow-07"
    assert "$competence" in row["text"].value


def test_no_node_is_blank_and_every_prefix_used_is_declared(library: ox.Store) -> None:
    for quad in library:
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
    declared = {q.object.value for q in library.quads_for_pattern(None, ox.NamedNode(SH + "prefix"), None, None)}
    assert {"lg", "skos"} <= declared


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_it_is_served_in_every_form_of_rdf(app: Flask, suffix: str) -> None:
    assert app.test_client().get(f"/queries.{suffix}").status_code == 200


def test_the_library_gives_the_same_triples(app: Flask, library: ox.Store) -> None:
    graph = kg.load(app.extensions["kg"].project.root)
    assert len(set(queries_as_rdf(graph.store, graph.questions.values()))) == len(library)
