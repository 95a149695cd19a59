"""The OpenAPI document: valid, of every route that is not SPARQL, and true of what it describes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from kg_web.openapi import _CONVERTER, _LEFT_OUT
from kg_web.state import State


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/openapi.json")
    assert answer.mimetype == "application/json"
    return json.loads(answer.data)


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_route_that_is_not_sparql_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        left_out = {rule.endpoint, rule.endpoint.partition(".")[0]} & _LEFT_OUT
        assert (path in document["paths"]) != bool(left_out), rule


def test_every_question_is_in_it_with_its_parameters(app: Flask, document: dict[str, Any]) -> None:
    state: State = app.extensions["kg"]
    for name, query in state.questions.items():
        operation = document["paths"][f"/questions/{name}"]["get"]
        assert [one["name"] for one in operation.get("parameters", [])] == [one.name for one in query.parameters]
        assert operation["summary"] == query.title.within("en")


def test_no_operation_is_without_words_or_shares_its_name(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(len(operation["summary"]) > 10 for operation in operations)


def test_what_it_says_of_forms_is_so(app: Flask, document: dict[str, Any]) -> None:
    """Every form of every address without parameters, and of a few with them, is answered in that form."""
    client = app.test_client()
    fill = {"{segment}": "competence", "{code}": "ow-07", "{name}": "ow-07", "{number}": "1"}
    tried = 0
    for path, operations in document["paths"].items():
        for media_type in operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {}):
            if (
                "{suffix}" in path
                or "{key}" in path
                or media_type == "text/html"
                or ("{name}" in path and "/doc/{segment}" not in path)
            ):
                continue
            address = path
            for name, value in fill.items():
                address = address.replace(name, value)
            answer = client.get(address, headers={"Accept": media_type})
            assert (answer.status_code, answer.mimetype) == (200, media_type), f"{address} as {media_type}"
            tried += 1
    assert tried > 150


def test_a_fault_has_the_shape_it_says(app: Flask, document: dict[str, Any]) -> None:
    problem = document["components"]["schemas"]["Problem"]
    client = app.test_client()
    for address in ("/doc/competence/ow-99.ttl", "/questions/nothing.csv", "/questions/phases.csv?x=1", "/nothing"):
        answer = client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code >= 400
        assert answer.mimetype == "application/problem+json"
        assert set(problem["required"]) <= set(answer.json)
        assert set(answer.json) <= set(problem["properties"])


def test_the_values_it_gives_as_examples_are_there(app: Flask, document: dict[str, Any]) -> None:
    client, tried = app.test_client(), 0
    for path, operations in document["paths"].items():
        in_path = [one for one in operations.get("get", {}).get("parameters", []) if one["in"] == "path"]
        address = path
        for one in in_path:
            address = address.replace(f"{{{one['name']}}}", one.get("example", "{"))
        if in_path and "{" not in address:
            with client.get(address, buffered=True) as answer:
                assert answer.status_code < 400, address
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("path", ["/doc/compétence/\x01", "/doc/competence/a b%", "/nothing/é"])
def test_a_fault_names_its_address_as_a_reference_of_ascii(app: Flask, path: str) -> None:
    told = app.test_client().get(path, headers={"Accept": "application/json"}).json["instance"]
    assert told.isascii()
    assert unquote(told) == path


def test_who_asks_for_data_by_its_suffix_is_told_a_fault_as_data(app: Flask) -> None:
    client = app.test_client()
    for address in ("/en/design/plan.json?pace=x", "/nl/ontwerpen/planning.csv?table=x", "/en/explore.json?table=x"):
        answer = client.get(address, headers={"Accept": "*/*"})
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), address


def test_a_wrong_value_is_told_where_the_question_stands_and_not_passed_on(app: Flask) -> None:
    answer = app.test_client().get("/questions/phases?language=!", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_workbook_takes_no_form(app: Flask) -> None:
    allowed = app.test_client().options("/en/suggest-a-change/competence/ow-01.xlsx").headers["Allow"]
    assert "POST" not in allowed
