"""CASE: valid under the OpenAPI document of the standard, names that last, nothing said that is not so."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.foreign import shared

from kg.errors import ExchangeError
from kg.exchange.export import export
from kg.exchange.json_form import uuid_of
from kg.exchange.loss import LossKind
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import OUTSIDE, lg

MINI = Path(__file__).parent / "data" / "mini"


def dated_mini() -> Project:
    """The mini project with a day on it, which CASE asks for."""
    project = read_project(MINI)
    return replace(project, settings=replace(project.settings, issued="2024-01-01"))


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def mini() -> Project:
    return dated_mini()


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    (path,) = shared("foreign", "case", "case-v1p0-swagger.json")
    described = json.loads(path.read_text(encoding="utf-8"))
    schema = {"$ref": "#/definitions/CFPackage.Type", "definitions": described["definitions"]}
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def packages(store: Store, project: Project, name: str, language: str = "nl") -> dict[str, dict[str, Any]]:
    files = export(store, project.settings, name, language=language).files
    return {file: json.loads(content) for file, content in files.items()}


@pytest.fixture(scope="module")
def minor(whole: Store, shipped: Project) -> dict[str, Any]:
    return packages(whole, shipped, "case")["programme-mi-ow.json"]


def links(package: dict[str, Any], type_: str) -> set[tuple[str, str]]:
    return {
        (link["originNodeURI"]["uri"], link["destinationNodeURI"]["uri"])
        for link in package["CFAssociations"]
        if link["associationType"] == type_
    }


def without_what_is_new(value: Any) -> Any:
    new = {
        "CFDocument": {"caseVersion"},
        "CFItems": {"subject", "subjectURI"},
        "CFAssociations": {"notes"},
    }
    stripped = json.loads(json.dumps(value))
    for name, fields in new.items():
        for entry in stripped[name] if isinstance(stripped[name], list) else [stripped[name]]:
            for field in fields:
                entry.pop(field, None)
    return stripped


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_package_is_valid(
    whole: Store, shipped: Project, mini: Project, validator: jsonschema.Draft4Validator, language: str
) -> None:
    for store, project in ((whole, shipped), (load(mini), mini)):
        found = packages(store, project, "case", language)
        assert len(found) >= 2
        for package in found.values():
            assert [fault.message for fault in validator.iter_errors(package)] == []
            assert package["CFDocument"]["language"] == language


def test_a_newer_package_adds_only_what_the_newer_version_has(
    whole: Store, shipped: Project, validator: jsonschema.Draft4Validator
) -> None:
    older, newer = (packages(whole, shipped, name) for name in ("case", "case11"))
    package = newer["programme-mi-ow.json"]
    assert package["CFDocument"]["caseVersion"] == "1.1"
    assert list(validator.iter_errors(package))
    assert list(validator.iter_errors(without_what_is_new(package))) == []
    assert package["CFDocument"]["title"] == older["programme-mi-ow.json"]["CFDocument"]["title"]
    assert any(item.get("subject") for item in package["CFItems"])
    assert {link["notes"] for link in package["CFAssociations"] if link["associationType"] == "isRelatedTo"}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("CFDocument", "identifier", "no uuid"),
        ("CFDocument", "unknown", "x"),
        ("CFItems", "fullStatement", 7),
        ("CFAssociations", "associationType", "broadMatchOf"),
    ],
)
def test_the_validator_refuses_what_is_wrong(
    minor: dict[str, Any], validator: jsonschema.Draft4Validator, name: str, field: str, value: object
) -> None:
    package = json.loads(json.dumps(minor))
    part = package[name] if isinstance(package[name], dict) else package[name][0]
    part[field] = value
    assert list(validator.iter_errors(package))


def test_every_item_hangs_below_the_document_and_every_end_within_is_an_item(whole: Store, shipped: Project) -> None:
    for package in packages(whole, shipped, "case").values():
        items = {item["uri"] for item in package["CFItems"]}
        parents = links(package, "isChildOf")
        assert {child for child, _ in parents} == items
        assert {parent for _, parent in parents} <= items | {package["CFDocument"]["uri"]}


def test_units_precede_and_outcomes_stand_below_their_units(whole: Store, shipped: Project) -> None:
    package = packages(whole, shipped, "case")["programme-mi-ow.json"]
    thing = whole.names.thing
    assert (thing("unit", "mo-3"), thing("unit", "mo-5")) in links(package, "precedes")
    assert (thing("outcome", "mo-2-1"), thing("unit", "mo-2")) in links(package, "isChildOf")
    outcome = next(item for item in package["CFItems"] if item["humanCodingScheme"] == "mo-1-1")
    assert outcome["identifier"] == uuid_of(thing("outcome", "mo-1-1"))
    assert outcome["abbreviatedStatement"] == "vertrouwen opbouwen in het werkgebied"
    assert outcome["fullStatement"].startswith("Bouwt zelfstandig werkrelaties op")


def test_a_competence_is_its_name_and_a_broad_match_is_told_as_changed(whole: Store, shipped: Project) -> None:
    made = export(whole, shipped.settings, "case", of="profile/opbouwwerker-2010")
    (content,) = made.files.values()
    first = json.loads(content)["CFItems"][0]
    assert first["fullStatement"] == "kan vraagstukken vanuit een brede sociale invalshoek analyseren"
    changed = {loss.property for loss in made.losses if loss.how is LossKind.CHANGED and loss.kind == "competence"}
    assert OUTSIDE["skos"] + "broadMatch" in changed
    assert lg("status") in {loss.property for loss in made.losses}


def test_a_graph_that_is_not_issued_gets_no_made_up_moment(whole: Store, shipped: Project) -> None:
    with pytest.raises(ExchangeError, match="issued"):
        export(whole, dataclasses.replace(shipped.settings, issued=""), "case")
