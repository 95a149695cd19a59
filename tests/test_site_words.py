"""Everything people read on the site is there in Dutch and English, and so is the wording of the vocabulary."""

from __future__ import annotations

import string
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask

import kg_web
from kg.files.wording import catalogue
from kg.graph.find import label_of
from kg.names import KINDS, LG, OUTSIDE
from kg_web.state import State
from kg_web.terms import AREAS, read_terms
from kg_web.words import markup_in, said_in
from site_words import texts_in_site

TEXTS = texts_in_site()
LOCALE = Path(kg_web.__file__).parent / "locale"
DUTCH = catalogue("nl", LOCALE)
OF_THE_ENDPOINT = catalogue("nl", LOCALE / "sparql")
"""Its pages have rules of their own: `test_sparql_words.py`."""


def values_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_every_text_is_translated_and_keeps_its_values(text: str) -> None:
    assert DUTCH.get(text), f"{TEXTS[text]} shows a text without Dutch"
    assert values_of(DUTCH[text]) <= values_of(text)


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    assert set(DUTCH) - set(OF_THE_ENDPOINT) - set(TEXTS) == set()


def test_values_are_escaped_on_a_page_and_plain_elsewhere() -> None:
    assert markup_in("nl")("Search: {words}", words="<b>") == "Zoeken: &lt;b&gt;"
    assert said_in("nl")("Search: {words}", words="<b>") == "Zoeken: <b>"
    assert said_in("en")("Search: {words}", words="{x}") == "Search: {x}"


def test_every_kind_is_worded_and_has_its_place() -> None:
    terms = read_terms()
    for kind in KINDS:
        words = terms.kinds[kind.segment]
        assert {"nl", "en"} == set(words.plural.by_language), kind
        assert words.this, kind
        assert words.area in AREAS, kind
    assert set(terms.kinds) == {kind.segment for kind in KINDS} | {"other"}


def test_every_link_in_the_graph_can_be_read_backwards(app: Flask) -> None:
    state: State = app.extensions["kg"]
    inverse = read_terms().inverse
    for quad in state.store.engine:
        if isinstance(quad.object, ox.NamedNode) and state.names.segment_and_code(quad.object.value):
            name = state.names.compact(quad.predicate.value)
            assert quad.predicate.value in inverse, f"terms.toml does not say how {name} reads backwards"
    for words in inverse.values():
        assert {"nl", "en"} == set(words.by_language)
        assert all("{things}" in text for text in words.by_language.values())


def test_every_property_of_a_thing_has_a_label_in_both_languages(app: Flask) -> None:
    state: State = app.extensions["kg"]
    labels = read_terms().labels
    assert not [iri for iri in labels if iri.startswith(LG)], "the ontology labels its own terms"
    for quad in state.store.engine:
        if state.names.segment_and_code(getattr(quad.subject, "value", "")):
            iri = quad.predicate.value
            if iri in labels:
                assert {"nl", "en"} == set(labels[iri].by_language)
            else:
                told = {label_of(state.store, iri, lang) for lang in ("nl", "en")}
                assert not any(":" in text for text in told), f"{iri} has no label"


def test_inverse_wording_is_of_properties_that_exist(app: Flask) -> None:
    state: State = app.extensions["kg"]
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
    for iri in read_terms().inverse:
        if iri.startswith(LG):
            assert any(state.store.engine.quads_for_pattern(ox.NamedNode(iri), rdf_type, None, None)), iri
