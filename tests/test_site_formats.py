"""Every address answers in the form that is asked for, by suffix or by Accept."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kg.graph.describe import triples_about
from kg_web.formats import CSV, HTML, JSON, RDF, TURTLE, best, split_suffix
from kg_web.state import State

OFFERED = (HTML, *RDF, JSON)
THING = "/doc/competence/ow-07"
IRI = "https://w3id.org/leergraaf/id/competence/ow-07"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("*", "text/html"),
        ("text/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("text/turtle; charset=utf-8; q=0.5, application/ld+json;q=0.4", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
        ("text/turtle, */*", "text/turtle"),
        ("application/rdf+xml, text/turtle", "text/turtle"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/*;q=0.2, application/n-triples;q=0.1", "text/html"),
        ("application/*", "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "text/html"),
        ("application/xml, application/json;q=0.1", "application/json"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("nonsense", None),
    ],
)
def test_the_form_of_the_highest_quality_is_chosen(accept: str, chosen: str | None) -> None:
    form = best(parse_accept_header(accept, MIMEAccept), OFFERED)
    assert (form.media_type if form else None) == chosen


def test_the_asker_is_answered_by_the_name_it_used_for_a_form() -> None:
    form = best(parse_accept_header("application/x-turtle", MIMEAccept), (CSV, TURTLE))
    assert form is not None
    assert form.media_type == "application/x-turtle"


def test_a_suffix_is_what_follows_the_first_dot() -> None:
    assert split_suffix("ow-07.ttl") == ("ow-07", "ttl")
    assert split_suffix("ow-07") == ("ow-07", "")


@pytest.mark.parametrize("form", RDF, ids=lambda form: form.suffix)
def test_a_thing_in_rdf_says_what_the_graph_says(app: Flask, form) -> None:  # type: ignore[no-untyped-def]
    state: State = app.extensions["kg"]
    by_suffix = app.test_client().get(f"{THING}.{form.suffix}")
    by_accept = app.test_client().get(THING, headers={"Accept": form.media_type})
    assert by_suffix.data == by_accept.data
    assert by_suffix.mimetype == form.media_type
    read = ox.parse(input=by_suffix.data, format=ox.RdfFormat.from_media_type(form.media_type))
    assert {quad.triple for quad in read} == set(triples_about(state.store, IRI))


def test_the_same_request_gives_the_same_bytes(app: Flask) -> None:
    for form in RDF:
        answers = {app.test_client().get(f"/doc/unit/mo-2.{form.suffix}").data for _ in range(3)}
        assert len(answers) == 1, form.suffix


def test_json_ld_is_compacted_with_our_words_and_carries_the_context_it_uses(app: Flask) -> None:
    answer = app.test_client().get(f"{THING}.jsonld").get_json(force=True)
    thing = next(entry for entry in answer["@graph"] if entry["id"] == "lg-competence:ow-07")
    assert thing["notation"] == "ow-07"
    assert set(thing["prefLabel"]) == {"nl", "en"}
    assert "prefLabel" in answer["@context"]
    assert "credits" not in answer["@context"]


def test_what_is_not_offered_is_told_with_what_is(app: Flask) -> None:
    answer = app.test_client().get(THING, headers={"Accept": "image/png"})
    assert (answer.status_code, answer.mimetype) == (406, "application/problem+json")
    assert "text/turtle" in answer.get_json()["hint"]
    assert "Accept" in answer.headers["Vary"]
    wrong = app.test_client().get(f"{THING}.xyz")
    assert wrong.status_code == 404
    assert ".ttl" in wrong.get_json()["hint"]
