"""What a text asks is seen before any parser: SERVICE in every spelling, the dataset, and how much it asks."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import LimitExceeded
from kg.graph.limits import Limits, check_text
from kg.graph.measure import measure
from kg.graph.prefixes import prefixes_of
from kg.graph.scan import asks_service, prefixes_needed, tokens
from kg.names import Names

CALL = "<http://example.org/> { ?s ?p ?o }"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE {CALL} }}",
        f"SELECT * {{ sErViCe SILENT {CALL} }}",
        f"SELECT * {{ ?s ?p trueSERVICE{CALL} }}",
        "PREFIX : <a:> SELECT * { SERVICE:x{ ?s ?p ?o } }",
        f"SELECT * {{ ?s ?p ?o FILTER(?o<?s)SERVICE#>\n{CALL} }}",
        f"SELECT * {{ ?s <http://e/\\u0070#a> ?o SERVICE {CALL} }}",
        f'SELECT * {{ VALUES ?x {{ """a" }} SERVICE {CALL} }}',
        f"SELECT * {{ VALUES ?x {{ '''a' }} SERVICE {CALL} #\\uD800''' }}",
    ],
)
def test_service_is_found_wherever_the_engine_finds_it(text: str) -> None:
    assert asks_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE <x> {' } # SERVICE",
        'ASK { ?s ?p """the "SERVICE" {""" }',
        "PREFIX service: <http://e/service#> ASK { ?s service:x <http://e/a_(service)> }",
        "ASK { ?s lg:service ?SERVICE . ?SERVICE ?p ex:SERVICE }",
        "ASK { ?s ?p ?o FILTER(?s<?p && ?p>?o) }",
    ],
)
def test_what_is_only_called_service_is_none(text: str) -> None:
    assert not asks_service(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { VALUES ?x { """a" } }',
        'SELECT * { VALUES ?x { """a" } } #\\uD800"""',
        "SELECT * { ?s ?p trueOPTIONAL{ ?s ?p ?o } }",
        "SELECT * { ?s <http://e/\\u0070#a> ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o<?s)?s#>\n?p ?o }",
    ],
)
def test_the_engine_still_reads_these_texts_so(text: str) -> None:
    """Facts the scanner leans on: should the engine become stricter, nothing is lost."""
    ox.Store().query(text)


def test_the_engine_still_decodes_no_escapes_in_keywords() -> None:
    with pytest.raises(SyntaxError):
        ox.Store().query("\\u0053ELECT * { ?s ?p ?o }")


def test_the_engine_still_passes_over_from_when_it_is_told_to_use_the_union() -> None:
    """Why the measures tell whether a text names its own graphs."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:a"), ox.NamedNode("a:a"), ox.NamedNode("a:g")))
    assert len(list(store.query("SELECT * FROM <a:other> { ?s ?p ?o }", use_default_graph_as_union=True))) == 1


@pytest.mark.parametrize(
    ("text", "dataset"),
    [
        ("SELECT * FROM <a:b> { ?s ?p ?o }", True),
        ("SELECT*FROM<a:b>{?s ?p ?o}", True),
        ("ASK FROM NAMED <a:b> { ?s ?p ?o }", True),
        ("PREFIX : <a:> SELECT * FROM:g { ?s ?p ?o }", True),
        ("PREFIX from: <a:> SELECT * { ?s from:x 'FROM' } # FROM", False),
        ("SELECT ?from { ?from ?p ?o }", False),
    ],
)
def test_a_text_that_names_its_graphs_is_seen(text: str, dataset: bool) -> None:
    assert measure(text).dataset == dataset


def test_a_query_is_counted() -> None:
    found = measure(
        "SELECT * { ?s ex:p/ex:q* ?o ; ex:r 1, 2 . { ?s ?p ?o } UNION { ?s ?p ((1)) }"
        " VALUES (?x ?y) { (1 UNDEF) (ex:a 'b') } FILTER(?s != ?o) }"
    )
    assert (found.nesting, found.unions, found.path_steps, found.values) == (4, 1, 2, 6)
    assert found.patterns >= 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nesting", "ASK { FILTER(" + "(" * 30 + "1" + ")" * 30 + ") }"),
        ("nesting", "ASK { FILTER(?a<" + "(" * 30 + "1" + ")" * 30 + "&&?b>?c) }"),
        ("patterns", "ASK { " + "?s ?p ?o . " * 30 + "}"),
        ("unions", "ASK { {} " + "UNION {} " * 12 + "}"),
        ("path_steps", "ASK { ?s ex:p" + "/ex:p" * 30 + " ?o }"),
        ("operators", "ASK { FILTER(1" + " + 1" * 60 + ") }"),
        ("values", "ASK { VALUES ?x { " + "1 " * 30 + "} }"),
        ("terms", "ASK { ?s ?p (" + "1 " * 110 + ") }"),
        ("query_bytes", "ASK {} # " + "é" * 1000),
    ],
)
def test_a_text_above_a_limit_is_refused_with_its_name(name: str, text: str) -> None:
    limits = Limits(
        query_bytes=2000, nesting=20, patterns=20, unions=10, path_steps=20, operators=50, values=20, terms=100
    )
    with pytest.raises(LimitExceeded) as caught:
        check_text(text, limits)
    assert caught.value.values["limit"] == name
    check_text("SELECT * { ?s ?p ?o }", limits)


@pytest.mark.parametrize(
    "part",
    ['"""', '"""\\', "'''\"\"\"", "<", "'\\", "a.", "a-", "@a-", '"\n', "<a ", "\\u0053", "(((", " ", "#", "#\n "],
)
def test_the_scanner_is_linear(part: str) -> None:
    times = []
    for size in (12_500, 100_000):
        text = part * (size // len(part))
        started = time.process_time()
        measure(text)
        times.append(time.process_time() - started)
    assert times[1] < 1.5
    assert times[1] < 40 * max(times[0], 0.005)


@given(st.text(alphabet="SERVICE\"'\\<>{}()#:.?$@ \n1a"))
def test_any_text_is_taken_apart_without_losing_anything(text: str) -> None:
    measure(text)
    for token in tokens(text):
        assert text.startswith(token.text, token.start)


def test_a_graph_is_written_with_the_prefixes_of_its_query() -> None:
    text = "PREFIX e: <https://e.org/> PREFIX x: <relative> CONSTRUCT { ?s e:p lg-competence:a } WHERE { ?s ?p ?o }"
    found = prefixes_of(text, Names())
    assert found["e"] == "https://e.org/"
    assert "lg-competence" in found
    assert "x" not in found
    assert "lg-unit" not in found


def test_the_engine_is_given_every_prefix_that_a_query_may_use_and_few_others() -> None:
    ours = Names().prefixes()
    for name, iri in ours.items():
        for text in (f"ASK {{ ?s {name}:x ?o }}", f"ASK{{?s true{name}:x ?o}}", f"ASK {{ {name}:{name}: ?p ?o }}"):
            assert prefixes_needed(text, ours)[name] == iri
    assert len(prefixes_needed("SELECT ?s WHERE { ?s lg:develops ?o }", ours)) < len(ours) / 3
    assert prefixes_needed("ASK { ?s ?p '\\u006Cg:x' }", ours) == ours
    assert prefixes_needed("ASK { :a e:b ?o }", {"": "http://e/", "e": "http://e/e#"}) == {
        "": "http://e/",
        "e": "http://e/e#",
    }


def test_what_stands_between_tokens_is_passed_over() -> None:
    text = " # one\r\n#two\n\tASK#three\n{ <a#b>#four\n } # five"
    assert [(token.kind, token.text) for token in tokens(text)] == [
        ("word", "ASK"),
        ("mark", "{"),
        ("iri", "<a#b>"),
        ("mark", "}"),
    ]
    assert list(tokens(" \n# only")) == []
