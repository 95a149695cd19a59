"""Asking the graph: parameters as terms, errors in words, things found by code and by name."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.errors import BadParameter, QueryError, UnknownName
from kg.graph.ask import ask, bind, judged
from kg.graph.describe import describe, triples_about
from kg.graph.find import label_of, thing_called
from kg.graph.measure import measure
from kg.graph.store import Store
from kg.library import Graph
from kg.names import Names, lg
from kg.records import Parameter, Query
from kg.text import Words

MINI = Path(__file__).parent / "data" / "mini"
BASE = "https://example.org/mini/"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def question(text: str, *parameters: Parameter) -> Query:
    return Query("q", text, Words({"nl": "vraag"}), Path("q.rq"), parameters=parameters)


UNITS = question(
    "SELECT ?unit WHERE { ?unit a lg:LearningUnit ; lg:hasOutcome/lg:develops $competence } ORDER BY ?unit",
    Parameter("competence", "iri", Words({"en": "the competence"}), "Competence"),
)


@pytest.mark.parametrize("value", ["c-02", "competence/c-02", "lg-competence:c-02", BASE + "id/competence/c-02"])
def test_a_thing_is_meant_by_code_kind_prefix_or_iri(mini: Graph, value: str) -> None:
    table = ask(mini.store, UNITS, {"competence": value})
    assert table.column("unit") == [BASE + "id/unit/u-1", BASE + "id/unit/u-2"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "needs the parameter competence"),
        ({"competence": "c-99"}, "There is nothing called c-99 in this graph. Did you mean"),
        ({"competence": "u-1"}, "asks for a Competence; u-1 is none"),
        ({"competense": "c-01"}, "has no parameter competense. Did you mean competence?"),
        ({"competence": "<http://a> } DROP ALL {"}, "There is nothing called"),
    ],
)
def test_a_wrong_parameter_is_told(mini: Graph, values: dict[str, str], told: str) -> None:
    with pytest.raises((BadParameter, UnknownName)) as caught:
        ask(mini.store, UNITS, values)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", "-12", "12.5"),
        ("decimal", "7.5", "7,5"),
        ("boolean", "true", "ja"),
        ("date", "2023-11-30", "30-11-2023"),
        ("year", "2023", "23"),
        ("language", "nl", "Nederlands!"),
    ],
)
def test_a_value_must_be_of_its_kind(mini: Graph, kind: str, good: str, bad: str) -> None:
    query = question("SELECT ($x AS ?value) WHERE {}", Parameter("x", kind, Words({"en": "x"})))
    assert len(ask(mini.store, query, {"x": good})) == 1
    with pytest.raises(BadParameter, match="must be of kind"):
        ask(mini.store, query, {"x": bad})


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
def test_any_text_is_bound_as_one_literal_and_never_as_query(text: str) -> None:
    store = Store(Names())
    found = store.table(bind("SELECT ($text AS ?same) WHERE {}", {"text": ox.Literal(text)}))
    assert found.column("same") == [text]


def test_only_tokens_are_bound() -> None:
    text = 'SELECT ?x WHERE { ?x ?p $x ; ?q \'$x\', """$x""", <http://e/$x> } # $x'
    assert bind(text, {"x": ox.Literal("1")}) == text.replace("?p $x", '?p "1"')


def test_a_text_is_bound_anew_each_time_and_what_is_not_known_stays() -> None:
    text = "$a $b ?a$a-$c"
    assert bind(text, {"a": ox.Literal("1")}) == '"1" $b ?a"1"-$c'
    assert bind(text, {"b": ox.Literal("2"), "c": ox.Variable("a")}) == '$a "2" ?a$a-?a'
    assert bind(text, {}) == text
    assert bind("", {"a": ox.Literal("1")}) == ""


def test_a_question_is_judged_before_anything_is_put_in(mini: Graph) -> None:
    update = question("DELETE WHERE { ?s ?p $x }", Parameter("x", "text", Words({"en": "x"})))
    for _ in range(2):  # the second time what was found the first
        with pytest.raises(QueryError, match="read-only"):
            ask(mini.store, update, {"x": "SELECT"})
    own = question(
        f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/proposal-minor> WHERE {{ ?s ?p ?o FILTER($x != '') }}",
        Parameter("x", "text", Words({"en": "x"})),
    )
    assert 0 < ask(mini.store, own, {"x": "SERVICE <http://e/> { ?s ?p ?o } FROM"}).column("n")[0] < len(mini.store)


@given(st.text(alphabet="SERVICEFROMselectnow\"'\\<>{}()#:.?$@ \n1aé"))
def test_what_is_put_in_changes_nothing_that_is_judged(text: str) -> None:
    template = "SELECT ?s FROM <http://e/g> WHERE { ?s ?p $a FILTER(?s<?p||?p>$b && CONTAINS(?o, $a)) }"
    iri = "http://e/" + re.sub(r"[^\w().:?]", "", text)
    bound = bind(template, {"a": ox.Literal(text), "b": ox.NamedNode(iri)})
    mine, theirs = judged(template), measure(bound)
    assert (mine.form, mine.service, mine.dataset, mine.changing) == (
        theirs.form,
        theirs.service,
        theirs.dataset,
        theirs.changing,
    )


def test_a_sequence_of_terms_is_bound_side_by_side() -> None:
    things = [ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b")]
    assert bind("VALUES ?t { $things }", {"things": things}) == "VALUES ?t { <http://e/a> <http://e/b> }"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "SELECT ?x WHERE {\n ?x foo:bar ?y }",
            "Line 2: the prefix foo: is not declared. Declare it: PREFIX foo: <…>.",
        ),
        ("SELECT ?x WHERE {\n ?x ?y }", "Line 2, column 9: this is not valid SPARQL 1.1, near '?x ?y }'."),
        ("Hallo daar", "This is no SPARQL query"),
        ("", "This is no SPARQL query"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "read-only"),
        ("PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }", "read-only"),
        ("LOAD <file:///etc/passwd>", "read-only"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * WHERE { sErViCe SILENT ?x { ?s ?p ?o } }", "SERVICE is refused"),
    ],
)
def test_a_wrong_query_is_one_error_that_says_where_and_what(mini: Graph, text: str, told: str) -> None:
    with pytest.raises(QueryError) as caught:
        mini.sparql(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_words_in_strings_and_comments_are_no_keywords(mini: Graph) -> None:
    assert len(mini.sparql("SELECT ?x WHERE { VALUES ?x { 'SERVICE' } } # SERVICE DROP")) == 1


def test_the_default_graph_is_the_union_and_a_graph_can_be_named(mini: Graph) -> None:
    text = "ASK { <https://example.org/mini/id/unit/u-1> a lg:LearningUnit }"
    assert mini.sparql(text).column("answer") == [True]
    proposal = mini.store.query(text, default_graphs=[BASE + "graph/proposal-minor"])
    nowhere = mini.store.query(text, default_graphs=["http://example.org/unknown"])
    assert (bool(proposal), bool(nowhere)) == (True, False)


def test_find_ranks_the_code_before_labels_before_definitions(mini: Graph) -> None:
    assert mini.find("u-1")[0].code == "u-1"
    assert [hit.code for hit in mini.find("brug ontwerpen")] == ["t-1"]
    assert mini.find("MEET")[0].segment in {"unit", "outcome"}
    assert mini.find("  ") == []
    assert mini.find("xyzzy") == []


def test_a_code_of_several_kinds_asks_which_is_meant() -> None:
    names = Names()
    notation = ox.NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    graph = ox.NamedNode(names.graph("x"))
    things = [ox.NamedNode(names.thing(kind, "c")) for kind in ("profile", "framework")]
    store = Store(names, [ox.Quad(thing, notation, ox.Literal("c"), graph) for thing in things])
    with pytest.raises(UnknownName, match="framework/c, profile/c"):
        thing_called(store, "c")
    assert thing_called(store, "c", "Framework") == names.thing("framework", "c")


def test_a_description_has_both_directions_with_origin(mini: Graph) -> None:
    found = describe(mini.store, BASE + "id/unit/u-2")
    assert found.types == (lg("LearningUnit"),)
    assert found.home is not None
    assert found.home.origin == "proposed"
    required = [s.subject.value for s in found.incoming if s.predicate == lg("requiresUnit")]
    assert required == [BASE + "id/unit/u-3"]
    assert describe(mini.store, BASE + "id/unit/none").outgoing == ()
    assert len(triples_about(mini.store, BASE + "id/unit/u-2")) == len(found.outgoing) + len(found.incoming)


def test_labels_come_in_the_language_asked_for(mini: Graph) -> None:
    assert label_of(mini.store, BASE + "id/unit/u-1", "nl") == "meten"
    assert label_of(mini.store, BASE + "id/unit/u-1", "en") == "measuring"
    assert label_of(mini.store, "http://example.org/x", "nl") == "<http://example.org/x>"


def test_rdflib_sees_the_same_graph_and_answers_the_same(mini: Graph) -> None:
    text = "SELECT ?c WHERE { ?u <https://w3id.org/leergraaf/def#credits> ?c }"
    ours = sorted(str(value) for value in mini.sparql(text).column("c"))
    assert isinstance(mini.rdflib, rdflib.Dataset)
    assert sorted(str(row[0]) for row in mini.rdflib.query(text)) == ours


def test_a_graph_asks_by_name_and_with_sparql(mini: Graph) -> None:
    assert mini.version == "1.0.0"
    with pytest.raises(UnknownName, match="There is no question called"):
        mini.ask("no-such-question")
