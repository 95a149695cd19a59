"""Programmes, courses, learning outcomes, tests and offerings as OOAPI v6 resources (Open Onderwijs API)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kg.errors import ExchangeError
from kg.exchange.codes import code_of, codes, why
from kg.exchange.json_form import uuid_of
from kg.exchange.look import labels_of, pointed_at, pointing_at
from kg.exchange.source import Source
from kg.names import OUTSIDE, Iri, lg

__all__ = ["write"]

_SKOS = OUTSIDE["skos"]
_NAMES = {"nl": "nl-NL", "en": "en-GB"}


def write(source: Source) -> dict[str, bytes]:
    """A file for every resource by its path, and one for every list: `programmes.json`, `programmes/<id>.json` …

    As a server of OOAPI v6 would answer `GET /programmes` and `GET /programmes/{id}`. Ids are UUIDs made of the IRI
    (version 5), `primaryCode` is our code, and the IRI is among the other codes. What OOAPI must know and nobody
    has said is not made up: an offering by an unknown organisation, or of mere interest, is left out. Raises
    ExchangeError when there is no programme.
    """
    programmes = [source.scope] if source.scope else source.members("Programme")
    if not programmes:
        raise ExchangeError("There is no programme here to describe for OOAPI.", "`kg find` lists what there is.")
    units = _inside(source, programmes, "hasUnit")
    outcomes = _inside(source, [*programmes, *units], "hasOutcome")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found["programmes"] = [_programme(source, programme, set(programmes)) for programme in map(source.keep, programmes)]
    found["courses"] = [_course(source, unit, programmes) for unit in map(source.keep, units)]
    found["learning-outcomes"] = [_outcome(source, outcome) for outcome in map(source.keep, outcomes)]
    found["test-components"] = [_test(source, one, set(outcomes)) for one in _assessments(source, outcomes)]
    offerings = [one for programme in programmes for one in _offerings(source, programme)]
    found["programme-offerings"] = [_offering(source, offering) for offering in map(source.keep, offerings)]
    providers = sorted({one for offering in offerings for one in pointed_at(source.store, offering, lg("offeredBy"))})
    found["organisations"] = [_organisation(source, one) for one in map(source.keep, providers)]
    return _files(found)


def _files(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, items in found.items():
        if not items:
            continue
        page = {
            "pageSize": len(items),
            "pageNumber": 1,
            "hasPreviousPage": False,
            "hasNextPage": False,
            "totalPages": 1,
            "items": items,
        }
        files[f"{name}.json"] = _json(page)
        files |= {f"{name}/{next(iter(item.values()))}.json": _json(item) for item in items}
    return files


def _programme(source: Source, programme: Iri, known: set[Iri]) -> dict[str, Any]:
    types = source.nodes(programme, lg("programmeType"))
    modes = sorted({mode for one in _offerings(source, programme) for mode in _modes(source, one)})
    wider = source.nodes(programme, lg("partOfProgramme"), among=known)
    return _told(
        {
            "programmeId": uuid_of(programme),
            **_common(source, programme, "programme_code"),
            "programmeType": code_of("ooapi", "programme-type", types) or "x-other",
            "studyLoad": _study_load(source, programme),
            "qualificationAwarded": code_of("ooapi", "qualification", types),
            "modeOfStudy": modes[0] if len(modes) == 1 else "",
            "levelOfQualification": _level(source, programme),
            "level": code_of("ooapi", "level", types),
            "learningOutcomeIds": [uuid_of(one) for one in source.nodes(programme, lg("hasOutcome"))],
            "parentId": uuid_of(wider[0]) if len(wider) == 1 else "",
        }
    )


def _course(source: Source, unit: Iri, programmes: Iterable[Iri]) -> dict[str, Any]:
    holders = set(pointing_at(source.store, unit, lg("hasUnit")))
    inside = [programme for programme in programmes if programme in holders]
    for programme in inside:
        source.nodes(programme, lg("hasUnit"), among={unit})
    required = source.nodes(unit, lg("requiresUnit"))
    if required:
        source.changed(unit, lg("requiresUnit"), why("ooapi", "requires"))
    return _told(
        {
            "courseId": uuid_of(unit),
            **_common(source, unit, "identifier"),
            "studyLoad": _study_load(source, unit),
            "learningOutcomeIds": [uuid_of(one) for one in source.nodes(unit, lg("hasOutcome"))],
            "admissionRequirements": _joined(source, required),
            "programmeIds": [uuid_of(programme) for programme in inside],
        }
    )


def _outcome(source: Source, outcome: Iri) -> dict[str, Any]:
    return _told({"learningOutcomeId": uuid_of(outcome), **_common(source, outcome, "identifier")})


def _test(source: Source, assessment: Iri, outcomes: set[Iri]) -> dict[str, Any]:
    """A test component; of the course all of whose proven outcomes are in it, when there is one such course."""
    source.keep(assessment)
    types = source.nodes(assessment, lg("assessmentType"))
    kind = code_of("ooapi", "component-type", types) or "x-other"
    if kind in {"oral_test", "life_skills_test"}:
        source.changed(assessment, lg("assessmentType"), why("ooapi", "component"))
    proven = source.nodes(assessment, lg("assesses"), among=outcomes)
    courses = {unit for one in proven for unit in pointing_at(source.store, one, lg("hasOutcome"))}
    courses &= set(source.members("LearningUnit"))
    return _told(
        {
            "componentId": uuid_of(assessment),
            **_common(source, assessment, "component_code"),
            "componentType": kind,
            "learningOutcomeIds": [uuid_of(one) for one in proven],
            "courseId": uuid_of(next(iter(courses))) if len(courses) == 1 else "",
        }
    )


def _offering(source: Source, offering: Iri) -> dict[str, Any]:
    (programme,) = source.nodes(offering, lg("offeringOf"))
    provider = source.nodes(offering, lg("offeredBy"))[0]
    source.nodes(offering, lg("studyMode"))
    return _told(
        {
            "programmeOfferingId": uuid_of(offering),
            **_common(source, offering, "offering_code"),
            "state": code_of("ooapi", "state", source.nodes(offering, lg("offeringStatus"))),
            "programmeId": uuid_of(programme),
            "organisationId": uuid_of(provider),
        }
    )


def _organisation(source: Source, organisation: Iri) -> dict[str, Any]:
    told = {"organisationId": uuid_of(organisation), **_common(source, organisation, "organisation_id")}
    return _told({**told, "organisationType": "root"})


def _common(source: Source, thing: Iri, code_type: str) -> dict[str, Any]:
    return {
        "primaryCode": {"codeType": code_type, "code": source.code(thing)},
        "name": _texts(source.texts(thing, _SKOS + "prefLabel")) or _texts({"nl": source.code(thing)}),
        "description": _texts(source.texts(thing, _SKOS + "definition")),
        "otherCodes": [{"codeType": "x-iri", "code": thing}],
    }


def _texts(by_language: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"language": _NAMES.get(code, code), "value": text} for code, text in by_language.items()]


def _joined(source: Source, things: Iterable[Iri]) -> list[dict[str, str]]:
    """The names of things in each language, one after another."""
    labels = [labels_of(source.store, thing) for thing in things]
    languages = dict.fromkeys(language for one in labels for language in one)
    return _texts({code: "; ".join(one[code] for one in labels if code in one) for code in languages})


def _study_load(source: Source, thing: Iri) -> list[dict[str, Any]]:
    size = source.value(thing, lg("credits"))
    return [{"studyLoadUnit": "ects", "value": float(size)}] if size else []


def _level(source: Source, thing: Iri) -> str:
    """The level of the qualification by the notation of ours: only a level of the NLQF or EQF has one."""
    listed: Mapping[str, str] = codes("ooapi")["level-of-qualification"]
    for level in source.nodes(thing, lg("atLevel")):
        code = source.code(level)
        if code in listed:
            return listed[code]
        if code.startswith("eqf-"):
            return code.replace("-", "_")
    return ""


def _inside(source: Source, holders: Iterable[Iri], name: str) -> list[Iri]:
    return list(dict.fromkeys(one for holder in holders for one in pointed_at(source.store, holder, lg(name))))


def _assessments(source: Source, outcomes: Iterable[Iri]) -> list[Iri]:
    return list(dict.fromkeys(one for o in outcomes for one in pointing_at(source.store, o, lg("assesses"))))


def _offerings(source: Source, programme: Iri) -> list[Iri]:
    """Offerings that are, were or will be given, by an organisation that is known."""
    found = []
    for offering in pointing_at(source.store, programme, lg("offeringOf")):
        stated = code_of("ooapi", "state", pointed_at(source.store, offering, lg("offeringStatus")))
        alone = len(pointed_at(source.store, offering, lg("offeringOf"))) == 1
        if stated and alone and pointed_at(source.store, offering, lg("offeredBy")):
            found.append(offering)
    return found


def _modes(source: Source, offering: Iri) -> list[str]:
    listed: Mapping[Iri, str] = codes("ooapi")["mode-of-study"]
    return [listed[mode] for mode in pointed_at(source.store, offering, lg("studyMode")) if mode in listed]


def _told(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value not in ("", [], None)}


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
