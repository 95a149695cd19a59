"""CTDL and CTDL-ASN: what the registry's minimum data policy demands, the same identifiers, enough to read it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from tests.shacl import faults, shapes_of

from kg.errors import ExchangeError
from kg.exchange.export import export
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.loss import LossKind
from kg.exchange.registry import ctid
from kg.files.project import Project, read_project
from kg.files.turtle import rdflib_graph
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import CREDREG, OUTSIDE, Iri, lg

DATA = Path(__file__).parent / "data"
SHAPES = shapes_of([DATA / "shapes" / "registry.ttl"])
LINKS = (
    "ownedBy offeredBy hasPart isPartOf hasOffering subjectWebpage targetNode framework hasTask isChildOf prerequisite"
)
ASN_LINKS = "hasTopChild isTopChildOf isPartOf publisher creator license source conceptTerm taskEmbodied skillEmbodied"
CONTEXT: dict[str, Any] = {
    "ceterms": OUTSIDE["ceterms"],
    "ceasn": OUTSIDE["ceasn"],
    "schema": OUTSIDE["schema"],
    "lifeCycle": "urn:lifeCycle:",
    "assessMethod": "urn:assessMethod:",
    **{f"ceterms:{name}": {"@type": "@id"} for name in LINKS.split()},
    **{f"ceasn:{name}": {"@type": "@id"} for name in ASN_LINKS.split()},
    **{f"ceterms:{name}": {"@container": "@language"} for name in ("name", "description", "alternateName")},
    **{f"ceasn:{name}": {"@container": "@language"} for name in ("name", "description", "publisherName")},
    **{f"ceasn:{name}": {"@container": "@language"} for name in ("competencyText", "competencyLabel")},
    "ceterms:targetNodeName": {"@container": "@language"},
    "schema:description": {"@container": "@language"},
}
"""What the registry's own contexts say of the terms we use; they are named in the files and never fetched."""


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def mini() -> Project:
    return read_project(DATA / "mini")


@pytest.fixture(scope="module")
def ctdl(whole: Store, shipped: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(export(whole, shipped.settings, "ctdl").files["ctdl.json"])
    return content


@pytest.fixture(scope="module")
def asn(whole: Store, shipped: Project) -> dict[str, dict[str, Any]]:
    return {name: json.loads(content) for name, content in export(whole, shipped.settings, "ctdl-asn").files.items()}


def graph_of(document: dict[str, Any]) -> rdflib.Graph:
    text = json.dumps({**document, "@context": CONTEXT})
    return rdflib_graph(quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.JSON_LD))


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["@id"]: node for node in document["@graph"]}


def test_what_the_registry_demands_is_there(ctdl: dict[str, Any], asn: dict[str, dict[str, Any]]) -> None:
    assert faults(graph_of(ctdl), SHAPES) == []
    for document in asn.values():
        assert faults(graph_of(document), SHAPES) == []


def test_what_the_registry_demands_is_there_of_another_professions_graph(mini: Project) -> None:
    store = load(mini)
    for target in ("ctdl", "ctdl-asn"):
        for content in export(store, mini.settings, target).files.values():
            assert faults(graph_of(json.loads(content)), SHAPES) == []
    (content,) = export(store, mini.settings, "ctdl").files.values()
    assert b"ceterms:LearningProgram" in content


@pytest.mark.parametrize("term", ["ctid", "name", "description", "inLanguage", "lifeCycleStatusType"])
def test_a_programme_that_lacks_something_is_found(ctdl: dict[str, Any], term: str) -> None:
    broken = json.loads(json.dumps(ctdl).replace(f'"ceterms:{term}"', '"schema:gone"'))
    found = {fault.component for fault in faults(graph_of(broken), SHAPES)}
    assert "MinCountConstraintComponent" in found


@pytest.mark.parametrize("term", ["ceasn:name", "ceasn:description", "ceasn:publisher", "ceasn:competencyText"])
def test_a_framework_that_lacks_something_is_found(asn: dict[str, dict[str, Any]], term: str) -> None:
    document = asn["profile-opbouwwerker-2010.json"]
    broken = json.loads(json.dumps(document).replace(f'"{term}"', '"schema:gone"'))
    assert {fault.component for fault in faults(graph_of(broken), SHAPES)} == {"MinCountConstraintComponent"}


def test_contexts_are_the_registrys_and_are_only_named(ctdl: dict[str, Any], asn: dict[str, dict[str, Any]]) -> None:
    assert ctdl["@context"] == CREDREG + "ctdl/schema/context/json"
    assert {document["@context"] for document in asn.values()} == {CREDREG + "ctdlasn/schema/context/json"}


def test_an_identifier_follows_from_the_address_alone(ctdl: dict[str, Any], shipped: Project) -> None:
    minor = shipped.names.thing("programme", "mi-ow")
    assert by_id(ctdl)[minor]["ceterms:ctid"] == ctid(minor)
    assert ctid("https://example.org/a") == "ce-77980eae-c343-5b01-9823-eb6ac1da021f"
    every = [node["ceterms:ctid"] for node in ctdl["@graph"]]
    assert len(every) == len(set(every))


def test_a_reference_of_a_course_is_found_in_the_framework_of_its_programme(
    ctdl: dict[str, Any], asn: dict[str, dict[str, Any]], shipped: Project
) -> None:
    course = by_id(ctdl)[shipped.names.thing("unit", "mo-2")]
    framework = asn["programme-mi-ow.json"]
    assert course["ceterms:teaches"]
    for reference in course["ceterms:teaches"]:
        assert reference["ceterms:framework"] == framework["@id"]
        assert reference["ceterms:targetNode"] in by_id(framework)


def test_a_design_is_being_developed_and_what_runs_is_active(ctdl: dict[str, Any], shipped: Project) -> None:
    nodes = by_id(ctdl)
    status = {
        code: nodes[shipped.names.thing("programme", code)]["ceterms:lifeCycleStatusType"]["ceterms:targetNode"]
        for code in ("mi-ow", "ma-cb")
    }
    assert status == {"mi-ow": "lifeCycle:Developing", "ma-cb": "lifeCycle:Active"}


def test_only_who_runs_an_offering_offers_a_programme(ctdl: dict[str, Any], shipped: Project) -> None:
    minor = by_id(ctdl)[shipped.names.thing("programme", "mi-ow")]
    assert "ceterms:offeredBy" not in minor
    assert minor["ceterms:ownedBy"] == [shipped.names.thing("organisation", "leergraaf")]


def test_a_programme_of_which_too_little_is_known_is_refused(whole: Store, shipped: Project) -> None:
    with pytest.raises(ExchangeError, match="ba-sw-jeugd cannot be told in CTDL"):
        export(whole, shipped.settings, "ctdl", of="ba-sw-jeugd")


def test_a_profile_can_be_read_back(asn: dict[str, dict[str, Any]], whole: Store, shipped: Project) -> None:
    """Label, definition, code and every match of a competence are those of the graph."""
    skos = OUTSIDE["skos"]
    terms = {
        "exactMatch": "ceasn:exactAlignment",
        "closeMatch": "ceasn:majorAlignment",
        "broadMatch": "ceasn:broadAlignment",
        "narrowMatch": "ceasn:narrowAlignment",
        "relatedMatch": "ceasn:minorAlignment",
    }
    document = asn["profile-opbouwwerker-2010.json"]
    framework, *competencies = document["@graph"]
    assert [one["@id"] for one in competencies] == framework["ceasn:hasTopChild"]
    assert framework["ceasn:name"] == labels_of(whole, framework["@id"])
    for one in competencies:
        thing = Iri(one["@id"])
        assert one["ceasn:competencyLabel"] == labels_of(whole, thing)
        assert one["ceasn:competencyText"] == labels_of(whole, thing, skos + "definition")
        assert thing == shipped.names.thing("competence", one["ceasn:codedNotation"])
        for match, term in terms.items():
            assert one.get(term, []) == pointed_at(whole, thing, skos + match)


def test_a_competence_without_a_definition_has_its_label_as_text(mini: Project) -> None:
    content = json.loads(export(load(mini), mini.settings, "ctdl-asn").files["profile-bb-2020.json"])
    competency = content["@graph"][1]
    assert competency["ceasn:competencyText"] == {"nl": "kan meten", "en": "can measure"}
    assert "ceasn:competencyLabel" not in competency


def test_one_profile_and_one_programme_are_a_file_each(whole: Store, shipped: Project) -> None:
    for of, file in (
        ("profile/opbouwwerker-2010", "profile-opbouwwerker-2010.json"),
        ("mi-ow", "programme-mi-ow.json"),
    ):
        assert list(export(whole, shipped.settings, "ctdl-asn", of=of).files) == [file]


def test_what_the_registry_cannot_carry_is_told(whole: Store, shipped: Project) -> None:
    losses = export(whole, shipped.settings, "ctdl").losses
    told = {(loss.kind, loss.property): loss for loss in losses}
    assert told["assessment", lg("assessmentType")].statements == 3
    changed = {(loss.kind, loss.property) for loss in losses if loss.how is LossKind.CHANGED}
    assert ("unit", lg("status")) in changed
    assert "American levels" in told["unit", lg("atLevel")].reason.within("en")
