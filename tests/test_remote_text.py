"""How a query is put to a store elsewhere, before anything is sent."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.graph.remote_text import boolean_columns, constants, from_graphs, page_of, with_prefixes
from kg.graph.renaming import Renaming, renaming_of
from kg.names import BASE, Names

RENAMING = renaming_of(Names(), "0.2.0", "0123456789abcdef")
STORED = f"{BASE}release/0.2.0-0123456789ab/graph/"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("SELECT ?s { ?s ?p ?o }", "SELECT ?s  FROM <urn:a> FROM NAMED <urn:b> { ?s ?p ?o }"),
        ("SELECT (EXISTS { ?s ?p ?o } AS ?x) WHERE { }", "SELECT (EXISTS { ?s ?p ?o } AS ?x)  FROM"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o }  FROM"),
        ("CONSTRUCT { ?s ?p [] } { ?s ?p ?o }", "CONSTRUCT { ?s ?p [] }  FROM"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT  FROM"),
        ("ASK { }", "ASK  FROM"),
        ("DESCRIBE <urn:x>", "DESCRIBE <urn:x> FROM"),
        ("PREFIX where: <urn:w> SELECT * { ?where where:a 'WHERE {' }", "PREFIX where: <urn:w> SELECT *  FROM"),
    ],
)
def test_the_graphs_of_a_query_are_told_where_the_grammar_has_them(text: str, right: str) -> None:
    made = from_graphs(text, ["urn:a"], ["urn:b"])
    assert made.startswith(right)
    ox.Store().query(made)


def test_a_page_keeps_the_prologue_before_the_query_around_it() -> None:
    made = page_of("PREFIX a: <urn:a#> SELECT ?s ?n { ?s a:b ?n } ORDER BY ?s", ["s", "n"], 200, 100)
    assert made.startswith("PREFIX a: <urn:a#> ")
    assert made.rstrip().endswith("LIMIT 100 OFFSET 200")
    ox.Store().query(made)


def test_only_prefixes_that_are_used_and_not_declared_are_added_on_the_same_line() -> None:
    known = {"a": "urn:a#", "b": "urn:b#", "c": "urn:c#"}
    assert with_prefixes("PREFIX a: <urn:x#>\nSELECT * { ?s a:p b:q }", known) == (
        "PREFIX b: <urn:b#> PREFIX a: <urn:x#>\nSELECT * { ?s a:p b:q }"
    )


def test_columns_that_hold_truth_values_are_found() -> None:
    text = """SELECT (1 = 1 AS ?b) (COUNT(*) AS ?n) {
        BIND(EXISTS { ?a ?b ?c } AS ?x) BIND(true AS ?y) BIND((?x) AS ?z) BIND(!?x AS ?v)
        BIND(COALESCE(?state IN (1, 2), false) AS ?ran) BIND(BOUND(?a) && ?c AS ?w)
        BIND(IF(?x, ?u, ?v) AS ?no) BIND(?a AS ?neither) BIND(STRLEN(?q) AS ?nor) }"""
    assert boolean_columns(text) == {"b", "x", "y", "z", "v", "ran", "w"}


def test_the_iris_of_a_query_are_known_in_full() -> None:
    assert constants("PREFIX a: <urn:a#> SELECT * { VALUES ?x { a:b <urn:c> } ?x ?y 'a:d' }") == {"urn:a#b", "urn:c"}


def test_graphs_are_named_anew_in_iris_prefixes_and_strings() -> None:
    ours = f"{BASE}graph/"
    text = f'PREFIX g: <{ours}> SELECT * {{ GRAPH <{ours}derived> {{ ?s ?p "{ours}x", "see {ours}x" }} }}'
    assert RENAMING.query(text) == (
        f'PREFIX g: <{STORED}> SELECT * {{ GRAPH <{STORED}derived> {{ ?s ?p "{STORED}x", "see {ours}x" }} }}'
    )
    assert Renaming().query(text) == text


def test_statements_about_a_graph_go_with_its_name_and_come_back() -> None:
    graph, stored = ox.NamedNode(f"{BASE}graph/note-tasks"), ox.NamedNode(f"{STORED}note-tasks")
    thing, word = ox.NamedNode(f"{BASE}id/task/ow-b1"), ox.Literal(f"{BASE}graph/x", language="nl")
    quads = [ox.Quad(graph, ox.NamedNode("urn:p"), thing, graph), ox.Quad(thing, ox.NamedNode("urn:p"), word, graph)]
    made = list(RENAMING.to_store(quads))
    assert made[0] == ox.Quad(stored, ox.NamedNode("urn:p"), thing, stored)
    assert made[1].object == word
    written = ox.serialize(made, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    assert set(ox.parse(RENAMING.ours(written), format=ox.RdfFormat.N_QUADS)) == set(quads)


@pytest.mark.parametrize("size", [1, 7, 50, 10_000])
def test_a_name_that_lies_across_two_pieces_of_an_answer_is_ours_too(size: int) -> None:
    answer = b"".join(f'{{"value": "{STORED}{n}"}}, '.encode() for n in range(20))
    pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
    assert b"".join(RENAMING.ours_of_pieces(pieces)) == RENAMING.ours(answer)
    assert STORED.encode() not in RENAMING.ours(answer)


def test_a_graph_with_a_base_of_its_own_keeps_the_graphs_of_the_ontology_apart() -> None:
    names = Names("https://example.org/kok/")
    renaming = renaming_of(names, "1.0.0", "abc")
    assert renaming.stored("https://example.org/kok/graph/ontology") != renaming.stored(f"{BASE}graph/ontology")
    both = " ".join([renaming.stored(names.graph("a")), renaming.stored(Names().graph("a"))])
    assert renaming.ours(both.encode()).decode() == f"{names.graph('a')} {Names().graph('a')}"
