"""The reference of the vocabulary is made of the ontology, shapes, checks, questions and examples themselves."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask

from kg.checks.rules import graph_rules
from kg.checks.shapes import load_shapes
from kg.files.project import Project
from kg.names import LG, OUTSIDE, Iri, lg
from kg.publish.reference import Reference, read_reference
from kg.records import Severity
from kg_web.state import State
from site_pages import page


@pytest.fixture(scope="module")
def reference(shipped: Project) -> Reference:
    return read_reference(shipped)


def terms_of(app: Flask) -> list[Iri]:
    """Every class and property of the ontology."""
    state: State = app.extensions["kg"]
    kinds = [ox.NamedNode(OUTSIDE["owl"] + name) for name in ("Class", "ObjectProperty", "DatatypeProperty")]
    quads = [
        quad
        for kind in kinds
        for quad in state.store.engine.quads_for_pattern(None, ox.NamedNode(OUTSIDE["rdf"] + "type"), kind, None)
    ]
    return sorted({Iri(getattr(quad.subject, "value", "")) for quad in quads if LG in str(quad.subject)})


def test_every_shape_with_a_message_and_every_check_is_a_rule(reference: Reference, shipped: Project) -> None:
    shapes = load_shapes(shipped)
    told = {str(shape).rpartition("#")[2] for shape in shapes.messages if shape in shapes.severities}
    assert {rule.name for rule in reference.rules} == told | set(graph_rules(shipped))
    assert all({"nl", "en"} <= set(rule.message.by_language) for rule in reference.rules)
    ranks = [rule.severity.rank for rule in reference.rules]
    assert ranks == sorted(ranks, reverse=True)


def test_a_shape_is_about_its_class_and_its_property(reference: Reference) -> None:
    about = {rule.name for rule in reference.rules_about(Iri(lg("develops")))}
    assert {"LearningOutcome-develops", "develops", "outcome-without-competence"} <= about
    assert "LearningOutcome-develops" in {rule.name for rule in reference.rules_about(Iri(lg("LearningOutcome")))}
    assert reference.rules_about(Iri(lg("nothing"))) == ()
    assert {rule.severity for rule in reference.rules_about(Iri(lg("Competence")))} == set(Severity)


def test_an_example_is_a_whole_description_from_a_checked_file(reference: Reference, shipped: Project) -> None:
    example = reference.example_of(Iri(lg("assesses")))
    assert example is not None
    assert "lg:assesses" in example.text
    assert example.text.endswith(" .")
    assert example.text in (shipped.root / example.path).read_text(encoding="utf-8")


def test_every_class_and_property_has_a_page_with_its_rules(app: Flask, reference: Reference) -> None:
    client = app.test_client()
    state: State = app.extensions["kg"]
    for number, iri in enumerate(terms_of(app)):
        lang, path = (("nl", "begrippen"), ("en", "terms"))[number % 2]
        answer = client.get(f"/{lang}/{path}/{iri.removeprefix(LG)}")
        assert answer.status_code == 200, iri
        shown = page(answer.text)
        assert not shown.refused
        for rule in reference.rules_about(iri):
            assert rule.message.within(lang) in shown.text, iri
        for name in reference.questions_with(iri):
            assert state.questions[name].title.within(lang) in shown.text


def test_a_page_counts_uses_by_file_and_shows_real_ones(app: Flask) -> None:
    state: State = app.extensions["kg"]
    develops = ox.NamedNode(lg("develops"))
    total = sum(1 for _ in state.store.engine.quads_for_pattern(None, develops, None, None))
    shown = page(app.test_client().get("/nl/begrippen/develops").text)
    assert f"Waar het wordt gebruikt {total}" in shown.text
    assert "ma-cb-1 de sociale basisinfrastructuur vernieuwen – ontwikkelt – ow-11" in shown.text
    assert "/nl/gegevens/proposal-outcomes" in shown.hrefs


def test_the_list_leads_to_every_page_and_a_code_to_its_list(app: Flask) -> None:
    client = app.test_client()
    hrefs = page(client.get("/nl/begrippen").text).hrefs
    assert {f"/nl/begrippen/{iri.removeprefix(LG)}" for iri in terms_of(app)} <= set(hrefs)
    assert client.get("/nl/begrippen/minor").headers["Location"] == "/nl/begrippen#minor"
    wrong = client.get("/nl/begrippen/develop")
    assert wrong.status_code == 404
    assert "/nl/begrippen/develops" in page(wrong.text).hrefs
    data = client.get("/nl/begrippen/develops", headers={"Accept": "text/turtle"})
    assert (data.status_code, data.headers["Location"]) == (303, "/def")
