"""schema.org: every thing by the alignment, and only as schema.org itself allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rdflib.namespace import SDO

from kg.exchange.schema_org import Alignment, read_alignment, schema_of
from kg.exchange.source import Source
from kg.files.project import Project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import KINDS, lg
from minis import mini_copy

PREFIXES = """
@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.fixture(scope="module")
def store(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def alignment(store: Store) -> Alignment:
    return read_alignment(store)


@pytest.fixture
def source(store: Store, shipped: Project) -> Source:
    return Source(store, shipped.settings)


def told(source: Source, alignment: Alignment, segment: str, code: str, *languages: str) -> dict[str, Any]:
    return schema_of(source, alignment, source.names.thing(segment, code), languages)


def test_every_name_in_the_alignment_is_one_of_schema_org(alignment: Alignment) -> None:
    names = {*alignment.type_of.values(), *alignment.parents, *alignment.subjects, *alignment.objects}
    names |= {name for found in alignment.properties.values() for name in found}
    for name in names:
        assert SDO[name], name  # rdflib's list of the terms of schema.org refuses what is not in it


def test_a_thing_has_only_properties_and_values_that_schema_org_gives_it(
    source: Source, alignment: Alignment, store: Store
) -> None:
    count = 0
    for kind in KINDS:
        for thing in source.members(kind.class_name):
            said = schema_of(source, alignment, thing)
            count += 1
            assert said["name"], thing
            for name, values in said.items():
                if name.startswith("@"):
                    continue
                assert alignment.fits(name, said["@type"]), (thing, name)
                for value in values if isinstance(values, list) else [values]:
                    if isinstance(value, dict):
                        assert alignment.takes(name, value["@type"]), (thing, name)
                        assert value["name"]
    assert count > 1500


def test_every_course_and_programme_has_what_a_search_engine_asks_for(source: Source, alignment: Alignment) -> None:
    for class_name in ("LearningUnit", "Programme"):
        for thing in source.members(class_name):
            said = schema_of(source, alignment, thing)
            assert said["name"]
            assert said["url"] == thing
            if class_name == "LearningUnit" or source.nodes(thing, lg("hasOutcome")):
                assert said["description"], thing


def test_a_unit_is_a_course_with_level_credits_and_prerequisites(source: Source, alignment: Alignment) -> None:
    said = told(source, alignment, "unit", "mo-5")
    assert said["@type"] == "Course"
    assert said["courseCode"] == "mo-5"
    assert said["numberOfCredits"] == 5
    assert said["educationalLevel"]["name"] == "NLQF-niveau 6"
    assert {one["@id"].rpartition("/")[2] for one in said["coursePrerequisites"]} == {"mo-2", "mo-3"}
    assert {one["@type"] for one in said["teaches"]} == {"DefinedTerm"}


def test_who_is_only_interested_does_not_provide(source: Source, alignment: Alignment) -> None:
    assert "provider" not in told(source, alignment, "programme", "mi-ow")
    provided = told(source, alignment, "programme", "ad-pb")["provider"]
    assert {one["name"] for one in provided} == {"Hanzehogeschool", "NHL Stenden Hogeschool"}


def test_no_licence_of_ours_is_put_on_what_others_made(source: Source, alignment: Alignment) -> None:
    assert "license" not in told(source, alignment, "source", "notitie-2023")


def test_texts_have_their_language_when_languages_are_asked_for(
    source: Source, alignment: Alignment, store: Store, shipped: Project
) -> None:
    names = told(source, alignment, "competence", "ow-07", "nl", "en")["name"]
    assert [one["@language"] for one in names] == ["nl", "en"]
    english = Source(store, shipped.settings, language="en")
    assert told(english, alignment, "competence", "ow-07")["name"] == "is able to connect parties strategically"


def test_a_profile_holds_its_terms_and_each_term_its_profile(source: Source, alignment: Alignment) -> None:
    terms = told(source, alignment, "profile", "opbouwwerker-2010")["hasDefinedTerm"]
    assert {"ow-07"} <= {one["@id"].rpartition("/")[2] for one in terms}
    assert told(source, alignment, "competence", "ow-07")["inDefinedTermSet"]["@type"] == "DefinedTermSet"


def test_what_has_no_class_there_is_a_thing_with_its_name(source: Source, alignment: Alignment) -> None:
    said = told(source, alignment, "passage", "n-001")
    assert (said["@type"], said["identifier"]) == ("Thing", "n-001")


def test_a_course_without_definition_is_told_by_its_outcomes(tmp_path: Path, alignment: Alignment) -> None:
    project = mini_copy(tmp_path)
    unit, outcome = project.names.thing("unit", "zz-1"), project.names.thing("outcome", "zz-1-1")
    turtle = f"""{PREFIXES}
<{unit}> a lg:LearningUnit ; skos:notation "zz-1" ; skos:prefLabel "proef"@nl ; lg:hasOutcome <{outcome}> .
<{outcome}> a lg:LearningOutcome ; skos:notation "zz-1-1" ; skos:prefLabel "iets kunnen"@nl .
"""
    (tmp_path / "data" / "proposal" / "extra.ttl").write_text(turtle, encoding="utf-8")
    store = load(project)
    said = schema_of(Source(store, project.settings), alignment, unit)
    assert said["description"] == "iets kunnen"
