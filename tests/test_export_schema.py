"""schema.org: one file of the whole, only terms that schema.org has, texts in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import SDO

from kg.exchange.export import export
from kg.exchange.loss import LossKind
from kg.exchange.schema_org import Alignment, read_alignment
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import lg

MINI = Path(__file__).parent / "data" / "mini"
DEMANDED = {
    "Course": {"name", "description"},
    "EducationalOccupationalProgram": {"name"},
    "CourseInstance": {"name"},
    "Organization": {"name"},
    "Occupation": {"name"},
    "DefinedTermSet": {"name"},
    "DefinedTerm": {"name"},
}
"""What search engines ask of these classes (Google's course markup: name and description), and a name of all."""


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def content(whole: Store, shipped: Project) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(export(whole, shipped.settings, "schema").files["schema.jsonld"])
    return made


def nodes_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a class, however deep."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for part in value.values():
            yield from nodes_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes_in(part)


def faults(content: dict[str, Any], alignment: Alignment) -> list[str]:
    """What breaks a rule of schema.org: an unknown term, a property its class does not have, a lack."""
    found = []
    for node in nodes_in(content):
        if node["@type"] not in SDO:
            found.append(f"no class {node['@type']}")
        names = {name for name in node if not name.startswith("@")}
        found += [f"no property {name}" for name in sorted(names) if name not in SDO]
        for name in sorted(names & set(alignment.subjects)):
            if not alignment.fits(name, node["@type"]):
                found.append(f"{node['@type']} has no {name}")
    for node in content["@graph"]:
        found += [f"{node['@id']} lacks {name}" for name in sorted(DEMANDED.get(node["@type"], set()) - set(node))]
    return found


def test_only_terms_of_schema_org_are_used_and_where_it_allows_them(content: dict[str, Any], whole: Store) -> None:
    assert len(content["@graph"]) > 500
    assert faults(content, read_alignment(whole)) == []


def test_another_professions_graph_is_schema_org_too() -> None:
    mini = read_project(MINI)
    store = load(mini)
    made = json.loads(export(store, mini.settings, "schema").files["schema.jsonld"])
    assert faults(made, read_alignment(store)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"@type": "Minor"}, "no class Minor"),
        ({"teachesWell": "x"}, "no property teachesWell"),
        ({"numberOfCredits": 5, "@type": "Place"}, "Place has no numberOfCredits"),
    ],
)
def test_a_broken_file_is_found(content: dict[str, Any], whole: Store, change: dict[str, Any], fault: str) -> None:
    first, *others = content["@graph"]
    broken = {"@graph": [{**first, **change}, *others]}
    assert fault in faults(broken, read_alignment(whole))


def test_texts_are_in_both_languages_dutch_first(content: dict[str, Any], shipped: Project) -> None:
    unit = next(node for node in content["@graph"] if node["@id"] == shipped.names.thing("unit", "mo-2"))
    assert unit["name"] == [
        {"@value": "Krachtenveld, beleid en onderhandeling", "@language": "nl"},
        {"@value": "Power, policy and negotiation", "@language": "en"},
    ]


def test_a_thing_is_told_once(content: dict[str, Any]) -> None:
    told = [node["@id"] for node in content["@graph"]]
    assert len(told) == len(set(told))


def test_what_schema_org_cannot_carry_is_told(whole: Store, shipped: Project) -> None:
    losses = export(whole, shipped.settings, "schema").losses
    lost = {(loss.kind, loss.property): loss.reason.within("en") for loss in losses if loss.how is LossKind.PROPERTY}
    assert lost["programme", lg("hasOutcome")].startswith("In schema.org a course teaches something")
    assert lost["task", lg("involvesTension")].startswith("No other model")
