"""The W3C's SPARQL 1.1 query evaluation tests, asked of the endpoint.

`cases/w3c-misses.toml` lists what the engine answers otherwise, with the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tiny import tiny_app
from w3c import Case, all_cases, all_quads, same_graph, same_rows, solutions

CASES = all_cases()
MISSES = tomllib.loads((Path(__file__).parent / "cases" / "w3c-misses.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = tiny_app(tmp_path_factory.mktemp("w3c"), all_quads())
    yield app.test_client()
    app.extensions["kg.sparql"].guard.close()


def answer_is_right(client: FlaskClient, case: Case) -> bool:
    """Whether the endpoint answers as the test expects; relative IRIs are those of the query's own address."""
    text = case.query if "BASE" in case.query.upper().split() else f"BASE <{case.base}>\n{case.query}"
    fields = [("query", text)]
    if "FROM" not in case.query.split():
        fields += [("default-graph-uri", graph) for graph in case.data or ("urn:empty",)]
        fields += [("named-graph-uri", graph) for graph in case.graphs]
    suffix = case.result.suffix if case.result else ""
    fields.append(("format", {".csv": "csv", ".tsv": "tsv"}.get(suffix, "")))
    response = client.get("/sparql", query_string=fields)
    if case.kind.startswith("NegativeSyntaxTest"):
        return response.status_code == 400
    if response.status_code != 200 or case.result is None:
        return False
    expected = case.result.read_bytes()
    if response.mimetype == "text/turtle":
        return same_graph(response.data, expected, case.base)
    got = {"text/csv": ".csv", "text/tab-separated-values": ".tsv"}.get(response.mimetype, ".srj")
    found, wanted = solutions(response.data, got), solutions(expected, suffix, case.base)
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found == wanted
    return same_rows(found, wanted)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_endpoint_answers_as_the_w3c_expects(client: FlaskClient, case: Case) -> None:
    assert answer_is_right(client, case) == (case.name not in MISSES)


def test_a_miss_is_a_test_there_is() -> None:
    assert not CASES or set(MISSES) <= {case.name for case in CASES}
