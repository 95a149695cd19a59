"""What a question returns: values in Python, and the W3C's result formats."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.table import Table, plain

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        (ox.NamedNode("http://example.org/a"), "http://example.org/a"),
        (ox.Literal("hallo", language="nl"), "hallo"),
        (literal("7", "integer"), 7),
        (literal("7.50", "decimal"), Decimal("7.50")),
        (literal("1e3", "double"), 1000.0),
        (literal("true", "boolean"), True),
        (literal("0", "boolean"), False),
        (literal("zeven", "integer"), "zeven"),
        (literal("2023", "gYear"), "2023"),
    ],
)
def test_a_term_becomes_the_python_value_it_stands_for(term: ox.Literal, value: object) -> None:
    assert plain(term) == value


TABLE = Table(
    ("thing", "label"),
    (
        (ox.NamedNode("http://example.org/a"), ox.Literal('zegt "ja",\nook', language="nl")),
        (ox.NamedNode("http://example.org/b"), None),
    ),
)


def test_a_column_is_read_by_name() -> None:
    assert TABLE.column("thing") == ["http://example.org/a", "http://example.org/b"]
    with pytest.raises(KeyError):
        TABLE.column("nope")


def test_csv_keeps_quotes_and_newlines_and_leaves_open_what_is_unbound() -> None:
    assert list(csv.reader(io.StringIO(TABLE.to_csv(), newline=""))) == [
        ["thing", "label"],
        ["http://example.org/a", 'zegt "ja",\nook'],
        ["http://example.org/b", ""],
    ]


def test_the_engine_reads_back_the_tsv_and_json_we_write() -> None:
    for text, format_ in ((TABLE.to_tsv(), ox.QueryResultsFormat.TSV), (TABLE.to_json(), ox.QueryResultsFormat.JSON)):
        solutions = ox.parse_query_results(input=text, format=format_)
        assert [tuple(solution) for solution in solutions] == list(TABLE.rows)


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r"))))
def test_any_text_survives_tsv_and_json(texts: list[str]) -> None:
    table = Table(("text",), tuple((ox.Literal(text),) for text in texts))
    for text, format_ in ((table.to_tsv(), ox.QueryResultsFormat.TSV), (table.to_json(), ox.QueryResultsFormat.JSON)):
        found = [solution[0].value for solution in ox.parse_query_results(input=text, format=format_)]
        assert found == texts


def test_numbers_and_truth_values_are_short_in_tsv_where_turtle_has_a_short_form() -> None:
    terms = {
        literal("7", "integer"): "7",
        literal("-7.50", "decimal"): "-7.50",
        literal("1.5e3", "double"): "1.5e3",
        literal("true", "boolean"): "true",
        literal("7", "decimal"): f'"7"^^<{XSD}decimal>',
        literal("1", "boolean"): f'"1"^^<{XSD}boolean>',
        literal("zeven", "integer"): f'"zeven"^^<{XSD}integer>',
        literal("٧", "integer"): f'"٧"^^<{XSD}integer>',
        literal("7", "int"): f'"7"^^<{XSD}int>',
        ox.Literal("7"): '"7"',
    }
    table = Table(tuple(f"c{number}" for number in range(len(terms))), (tuple(terms),))
    assert table.to_tsv().splitlines()[1].split("\t") == list(terms.values())


def test_a_triple_is_a_term_in_tsv_and_json() -> None:
    triple = ox.Triple(ox.NamedNode("a:a"), ox.NamedNode("a:b"), literal("7", "integer"))
    table = Table(("t",), ((triple,),))
    assert table.to_tsv() == "?t\n<<( <a:a> <a:b> 7 )>>\n"
    (found,) = ox.parse_query_results(input=table.to_json(), format=ox.QueryResultsFormat.JSON)
    assert found[0] == triple


def test_json_names_the_language_and_the_datatype() -> None:
    table = Table(("a", "b"), ((ox.Literal("x", language="nl"), literal("1", "integer")),))
    row = json.loads(table.to_json())["results"]["bindings"][0]
    assert row["a"] == {"type": "literal", "value": "x", "xml:lang": "nl"}
    assert row["b"]["datatype"] == XSD + "integer"


def test_pandas_gets_the_same_rows() -> None:
    frame = TABLE.to_pandas()
    assert list(frame.columns) == ["thing", "label"]
    assert frame["thing"].tolist() == TABLE.column("thing")


def test_a_notebook_shows_the_table_without_running_what_is_in_it() -> None:
    table = Table(("text",), ((ox.Literal("<script>alert(1)</script>"),),))
    assert "<script>" not in table._repr_html_()
