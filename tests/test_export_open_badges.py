"""Open Badges: an achievement for a unit, by the rules of the specification, with at most eight alignments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest

from kg.errors import ExchangeError
from kg.exchange.export import export
from kg.exchange.loss import LossKind
from kg.exchange.open_badges import MOST
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import lg

MINI = Path(__file__).parent / "data" / "mini"

TYPES = (
    "Achievement Assessment Award Badge Certificate CommunityService Competency Course LearningProgram MicroCredential"
)
TARGETS = "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL"
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^(https?|urn):"}
SCHEMA = {
    "type": "object",
    "required": ["id", "type", "criteria", "description", "name"],
    "additionalProperties": False,
    "properties": {
        "@context": {
            "type": "array",
            "items": ADDRESS,
            "contains": {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d+\.json$"},
        },
        "id": ADDRESS,
        "type": {"type": "array", "contains": {"const": "Achievement"}},
        "name": TEXT,
        "description": TEXT,
        "criteria": {"type": "object", "required": ["narrative"], "properties": {"narrative": TEXT, "id": ADDRESS}},
        "achievementType": {"enum": TYPES.split()},
        "humanCode": TEXT,
        "creditsAvailable": {"type": "number", "exclusiveMinimum": 0},
        "inLanguage": {"type": "string", "pattern": "^[a-z]{2}$"},
        "version": TEXT,
        "tag": {"type": "array", "items": TEXT},
        "related": {
            "type": "array",
            "items": {"type": "object", "required": ["id", "type"], "properties": {"id": ADDRESS}},
        },
        "alignment": {
            "type": "array",
            "minItems": 1,
            "maxItems": 8,
            "items": {
                "type": "object",
                "required": ["type", "targetName", "targetUrl"],
                "additionalProperties": False,
                "properties": {
                    "type": {"type": "array", "contains": {"const": "Alignment"}},
                    "targetName": TEXT,
                    "targetUrl": ADDRESS,
                    "targetCode": TEXT,
                    "targetFramework": TEXT,
                    "targetType": {"anyOf": [{"enum": TARGETS.split()}, {"pattern": "^ext:[A-Za-z0-9._-]+$"}]},
                },
            },
        },
    },
}
"""The Achievement of Open Badges 3.0 (sections B.1.2, B.1.3, B.1.4, B.1.10) as far as we write it, in our own words."""


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


def achievements(store: Store, project: Project, **asked: str) -> dict[str, Any]:
    files = export(store, project.settings, "open-badges", **asked).files
    return {name: json.loads(content) for name, content in files.items()}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_achievement_follows_the_specification(whole: Store, shipped: Project, language: str) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    mini = read_project(MINI)
    for store, project in ((whole, shipped), (load(mini), mini)):
        made = achievements(store, project, language=language)
        assert made
        for name, achievement in made.items():
            assert [error.message for error in validator.iter_errors(achievement)] == [], name
            assert achievement["inLanguage"] == language


def test_the_oracle_finds_what_was_damaged(whole: Store, shipped: Project) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    unit = achievements(whole, shipped)["mo-3.json"]
    assert list(validator.iter_errors({key: value for key, value in unit.items() if key != "criteria"}))
    assert list(validator.iter_errors(unit | {"achievementType": "Unit"}))
    assert list(validator.iter_errors(unit | {"alignment": unit["alignment"] * 8}))


def test_the_level_comes_first_then_what_is_proven_and_at_most_eight(whole: Store, shipped: Project) -> None:
    unit = achievements(whole, shipped)["mo-3.json"]
    kinds = [alignment["targetType"] for alignment in unit["alignment"]]
    assert kinds[0] == "ext:Level"
    assert kinds == sorted(kinds, key=["ext:Level", "ceasn:Competency", "ext:Concept"].index)
    assert len(kinds) <= MOST
    assert unit["creditsAvailable"] == 5
    assert "Wie deze leereenheid heeft behaald" in unit["criteria"]["narrative"]


def test_what_does_not_fit_in_eight_is_told(shipped: Project) -> None:
    store = load(shipped)
    outcome = ox.NamedNode(store.names.thing("outcome", "mo-3-2"))
    graph = ox.NamedNode(store.names.graph("proposal-outcomes"))
    extra = [store.names.thing("competence", f"sw-0{number}") for number in range(1, 6)]
    extra += [store.names.thing("competence", f"ow-0{number}") for number in range(1, 9)]
    store.add([ox.Quad(outcome, ox.NamedNode(lg("develops")), ox.NamedNode(one), graph) for one in extra])
    made = export(store, shipped.settings, "open-badges", of="mi-ow")
    assert len(json.loads(made.files["mo-3.json"])["alignment"]) == MOST
    told = [loss for loss in made.losses if loss.how is LossKind.CHANGED and loss.property == lg("develops")]
    assert told
    assert "hoogstens acht" in told[0].reason.within("nl")


def test_a_programme_without_units_has_no_badges(whole: Store, shipped: Project) -> None:
    with pytest.raises(ExchangeError, match="No learning unit here has outcomes"):
        export(whole, shipped.settings, "open-badges", of="ba-sw")
