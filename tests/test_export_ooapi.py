"""OOAPI: every resource and every list is what the OpenAPI document says a server answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from foreign import shared
from kg.exchange.export import export
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store

MINI = Path(__file__).parent / "data" / "mini"
SCHEMAS = {
    "programmes": "Programme",
    "courses": "Course",
    "learning-outcomes": "LearningOutcome",
    "test-components": "TestComponent",
    "programme-offerings": "ProgrammeOffering",
    "organisations": "Organisation",
}


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def api() -> Any:
    """The OpenAPI document; None where it is not beside the checkout."""
    found = shared("foreign", "ooapi", "ooapiv6.json")
    return json.loads(found[0].read_text(encoding="utf-8")) if found else None


def faults(api: Any, name: str, content: Any, *, listed: bool) -> list[str]:
    """What the document (OpenAPI 3.1, so JSON Schema 2020-12) finds wrong with one resource or one list."""
    registry = Registry().with_resource("urn:ooapi", Resource(api, DRAFT202012))
    schema: Any = {"$ref": f"urn:ooapi#/components/schemas/{SCHEMAS[name]}"}
    if listed:
        items = {"properties": {"items": {"items": schema}}, "required": ["items"]}
        schema = {"allOf": [{"$ref": "urn:ooapi#/components/schemas/Pagination"}, items]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker)
    return [f"{name} {list(error.path)}: {error.message}" for error in validator.iter_errors(content)]


def resources(store: Store, project: Project, **asked: str) -> dict[str, Any]:
    files = export(store, project.settings, "ooapi", **asked).files
    return {name.removesuffix(".json"): json.loads(content) for name, content in files.items()}


def test_every_resource_and_every_list_is_valid(api: Any, whole: Store, shipped: Project) -> None:
    mini = read_project(MINI)
    for store, project in ((whole, shipped), (load(mini), mini)):
        made = resources(store, project)
        assert {name for name in made if "/" not in name} <= set(SCHEMAS)
        if api is None:
            continue
        for name, content in made.items():
            assert faults(api, name.partition("/")[0], content, listed="/" not in name) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("programmes", {"programmeId": "mi-ow"}),
        ("courses", {"studyLoad": [{"value": 5}]}),
        ("courses", {"primaryCode": "mo-1"}),
        ("learning-outcomes", {"name": [{"language": "Nederlands", "value": "x"}]}),
        ("test-components", {"componentType": 1}),
    ],
)
def test_the_document_finds_what_was_damaged(
    api: Any, whole: Store, shipped: Project, name: str, change: dict[str, Any]
) -> None:
    if api is None:
        return
    content = resources(whole, shipped, of="mi-ow")[name]["items"][0] | change
    assert faults(api, name, content, listed=False)


def test_every_id_points_at_a_resource_that_is_there(whole: Store, shipped: Project) -> None:
    made = resources(whole, shipped)
    ids = {name.partition("/")[2] for name in made if "/" in name}
    for name, content in made.items():
        for key, value in content.items():
            if key.endswith("Id"):
                assert value in ids, (name, key)
            if key.endswith("Ids"):
                assert set(value) <= ids, (name, key)


def test_the_minor_is_there_with_its_units_its_outcomes_and_its_size(whole: Store, shipped: Project) -> None:
    made = resources(whole, shipped, of="mi-ow")
    (minor,) = made["programmes"]["items"]
    assert minor["programmeType"] == "minor"
    assert minor["levelOfQualification"] == "eqf_6"
    assert minor["studyLoad"] == [{"studyLoadUnit": "ects", "value": 30.0}]
    assert [course["primaryCode"]["code"] for course in made["courses"]["items"]] == [f"mo-{n}" for n in range(1, 7)]
    assert len(made["learning-outcomes"]["items"]) == 27
    assert {text["language"] for text in minor["name"]} == {"nl-NL", "en-GB"}
    third = next(course for course in made["courses"]["items"] if course["primaryCode"]["code"] == "mo-3")
    assert third["admissionRequirements"][0]["value"] == "Aanwezig zijn en analyseren"


def test_mere_interest_is_no_offering(whole: Store, shipped: Project) -> None:
    made = resources(whole, shipped)
    states = {offering["state"] for offering in made["programme-offerings"]["items"]}
    assert states <= {"active", "concept", "inactive"}
    for offering in made["programme-offerings"]["items"]:
        assert "startDateTime" not in offering
