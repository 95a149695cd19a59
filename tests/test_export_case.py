"""CASE packages: valid by the OpenAPI document of 1EdTech, and read back they say what they were told."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from foreign import shared
from kg.errors import ExchangeError
from kg.exchange.case import identifier
from kg.exchange.export import export
from kg.exchange.loss import LossKind
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import OUTSIDE, lg

MINI = Path(__file__).parent / "data" / "mini"
SKOS = OUTSIDE["skos"]


@pytest.fixture(scope="module")
def mini() -> Project:
    project = read_project(MINI)
    return replace(project, settings=replace(project.settings, issued="2026-01-01"))


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator | None:
    """The definitions of the Swagger document as a JSON Schema; None where it is not beside the checkout."""
    found = shared("foreign", "case", "case-v1p0-swagger.json")
    if not found:
        return None
    definitions = json.loads(found[0].read_text(encoding="utf-8"))["definitions"]
    schema = {"$ref": "#/definitions/CFPackage.Type", "definitions": definitions}
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def packages(store: Store, project: Project, **asked: str) -> dict[str, Any]:
    files = export(store, project.settings, "case", **asked).files
    return {name: json.loads(content) for name, content in files.items()}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_package_is_valid(
    whole: Store, shipped: Project, mini: Project, validator: jsonschema.Draft4Validator | None, language: str
) -> None:
    if validator is None:
        return
    for store, project in ((whole, shipped), (load(mini), mini)):
        for name, package in packages(store, project, language=language).items():
            assert [error.message for error in validator.iter_errors(package)] == [], name


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("CFDocument", {"title": None}),
        ("CFItems", {"identifier": "ow-07"}),
        ("CFItems", {"extra": 1}),
        ("CFAssociations", {"associationType": "broadMatch"}),
    ],
)
def test_the_validator_finds_what_was_damaged(
    mini: Project, validator: jsonschema.Draft4Validator | None, part: str, change: dict[str, Any]
) -> None:
    if validator is None:
        return
    package = copy.deepcopy(packages(load(mini), mini)["programme/mi.json"])
    target = package[part] if isinstance(package[part], dict) else package[part][0]
    target.update(change)
    assert list(validator.iter_errors(package))


def test_a_profile_holds_its_competences_and_a_programme_its_outcomes_below_its_units(
    whole: Store, shipped: Project
) -> None:
    made = packages(whole, shipped)
    profile = made["profile/opbouwwerker-2010.json"]
    codes = {item["humanCodingScheme"] for item in profile["CFItems"]}
    assert {"ow-01", "ow-12"} <= codes
    minor = made["programme/mi-ow.json"]
    items = {item["uri"]: item for item in minor["CFItems"]}
    assert len(items) == 33
    parents = {
        one["originNodeURI"]["uri"]: one["destinationNodeURI"]["uri"]
        for one in minor["CFAssociations"]
        if one["associationType"] == "isChildOf"
    }
    assert set(parents) == set(items)
    outcome, unit = (whole.names.thing(kind, code) for kind, code in (("outcome", "mo-3-2"), ("unit", "mo-3")))
    assert parents[outcome] == unit
    assert parents[unit] == minor["CFDocument"]["uri"]
    assert items[outcome]["abbreviatedStatement"] == "bemiddelen bij tegenstellingen in de buurt"
    before = [
        (one["originNodeURI"]["uri"], one["destinationNodeURI"]["uri"])
        for one in minor["CFAssociations"]
        if one["associationType"] == "precedes"
    ]
    assert (whole.names.thing("unit", "mo-1"), unit) in before


def test_every_identifier_is_of_one_thing_and_every_end_of_a_package_is_in_it(whole: Store, shipped: Project) -> None:
    for name, package in packages(whole, shipped).items():
        items = {item["identifier"]: item["uri"] for item in package["CFItems"]}
        assert len(items) == len(package["CFItems"])
        assert all(identifier(uri) == own for own, uri in items.items())
        associations = [one["identifier"] for one in package["CFAssociations"]]
        assert len(associations) == len(set(associations))
        known = {*items, package["CFDocument"]["identifier"]}
        for one in package["CFAssociations"]:
            assert one["originNodeURI"]["identifier"] in known, name


def test_wider_and_narrower_matches_are_lost_and_close_ones_changed(whole: Store, shipped: Project) -> None:
    losses = export(whole, shipped.settings, "case", of="profile/opbouwwerker-2010").losses
    lost = {(loss.how, loss.property) for loss in losses if loss.kind == "competence"}
    assert {(LossKind.PROPERTY, SKOS + "broadMatch"), (LossKind.PROPERTY, SKOS + "narrowMatch")} <= lost
    assert (LossKind.CHANGED, SKOS + "closeMatch") in lost
    assert (LossKind.PROPERTY, lg("requiresCompetence")) not in {(loss.how, loss.property) for loss in losses}


def test_a_part_is_the_package_of_the_whole(whole: Store, shipped: Project) -> None:
    part = packages(whole, shipped, of="mi-ow")
    assert list(part) == ["programme/mi-ow.json"]
    assert part["programme/mi-ow.json"] == packages(whole, shipped)["programme/mi-ow.json"]


def test_without_a_day_there_is_no_package(mini: Project) -> None:
    settings = replace(mini.settings, issued="")
    with pytest.raises(ExchangeError, match="on which day a package was last changed"):
        export(load(mini), settings, "case")
