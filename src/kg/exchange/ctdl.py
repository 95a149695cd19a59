"""Programmes, units, assessments, occupations and tasks as resources of CTDL, for the Credential Registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.errors import ExchangeError
from kg.exchange.alignment import in_list
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.registry import aligned, document, node, outcomes_of, publishers_of, status_of
from kg.exchange.source import Source
from kg.exchange.statements import number
from kg.names import CREDREG, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["write"]

_CONTEXT = CREDREG + "ctdl/schema/context/json"
_SKOS = OUTSIDE["skos"]
_METHODS = OUTSIDE["ceterms"].replace("/terms/", "/vocabs/assessMethod/")
_STATUS = CREDREG + "ctdl/terms/LifeCycleStatus"
_CREDITS = Words({"nl": "Studiepunten (EC) in ECTS", "en": "Credits (EC) in ECTS"})
_COARSE = Words(
    {
        "nl": "De lijst van CTDL is grover: in ontwikkeling, actief, geschorst of beëindigd.",
        "en": "The list of CTDL is coarser: developing, active, suspended or ceased.",
    }
)
_METHOD = Words(
    {
        "nl": "CTDL kent drie toetsvormen: product, examen en handelen.",
        "en": "CTDL has three methods of assessment: artifact, exam and performance.",
    }
)
_TOUCHED = Words(
    {
        "nl": "CTDL maakt geen verschil tussen aanraken en ontwikkelen.",
        "en": "CTDL makes no difference between touching and developing.",
    }
)


@dataclass(frozen=True, slots=True)
class _Told:
    """The programmes that can be told of, and which programme each unit and outcome is of."""

    source: Source
    owners: dict[Iri, dict[str, list[Iri]]]
    """Programme → `ceterms:ownedBy` and `ceterms:offeredBy`."""
    programme_of: dict[Iri, Iri]
    """Unit or outcome → the first programme that has it."""


def write(source: Source) -> dict[str, bytes]:
    """One JSON-LD file: programmes with what belongs to them, and for the whole graph occupations and tasks too.

    Raises ExchangeError when a programme asked for lacks what the registry demands.
    """
    told = _told(source)
    if source.scope and not told.owners:
        raise ExchangeError(
            "{programme} cannot be told in CTDL: that demands a description, a status, and an owner or provider.",
            "Give it skos:definition, and lg:status or an offering that runs.",
            programme=source.code(source.scope),
        )
    nodes = [_programme(told, programme) for programme in told.owners]
    nodes += [_course(told, unit) for unit in told.programme_of if unit in _units(source, told.owners)]
    nodes += [made for one in source.members("Assessment") if (made := _assessment(told, one))]
    nodes += [_offering(told, one) for one in _offerings(source, told.owners)]
    if source.scope is None:
        nodes += [_occupation(source, one) for one in source.members("Occupation")]
        nodes += [_task(source, one) for one in source.members("Task")]
    named = {who for owners in told.owners.values() for several in owners.values() for who in several}
    nodes += [_organisation(source, who) for who in source.members("Organisation") if who in named]
    first = source.scope or Iri(f"{source.names.base}id/ctdl")
    return {"ctdl.json": document(_CONTEXT, first, nodes)}


def _points(source: Source, thing: Iri, name: str) -> list[Iri]:
    return pointed_at(source.store, thing, lg(name))


def _units(source: Source, programmes: Iterable[Iri]) -> set[Iri]:
    return {unit for programme in programmes for unit in _points(source, programme, "hasUnit")}


def _offerings(source: Source, programmes: Iterable[Iri]) -> list[Iri]:
    """The offerings that run and whose provider is known: CTDL's has a schedule or place, so it is no plan."""
    wanted = set(programmes)
    return [
        offering
        for offering in source.members("Offering")
        if wanted & set(_points(source, offering, "offeringOf"))
        and lg("running") in _points(source, offering, "offeringStatus")
        and _points(source, offering, "offeredBy")
    ]


def _told(source: Source) -> _Told:
    """The registry demands an owner or a provider, a status and a description of each programme.

    Who proposes a design owns it; who runs an offering offers it. Of a programme of which neither is known,
    nobody is made up.
    """
    owners: dict[Iri, dict[str, list[Iri]]] = {}
    for programme in [source.scope] if source.scope else source.members("Programme"):
        offerings = _offerings(source, [programme])
        offering = list(dict.fromkeys(who for one in offerings for who in _points(source, one, "offeredBy")))
        owning = publishers_of(source, programme, lg("status"))
        described = labels_of(source.store, programme, _SKOS + "definition")
        if (offering or owning) and described and status_of(source, programme):
            owners[programme] = {"ceterms:ownedBy": owning, "ceterms:offeredBy": offering}
    programme_of: dict[Iri, Iri] = {}
    for programme in owners:
        for unit in _points(source, programme, "hasUnit"):
            if labels_of(source.store, unit, _SKOS + "definition"):
                programme_of.setdefault(unit, programme)
        for outcome in _points(source, programme, "hasOutcome"):
            programme_of.setdefault(outcome, programme)
    return _Told(source, owners, programme_of)


def _described(source: Source, thing: Iri, class_: str) -> dict[str, Any]:
    source.keep(thing)
    names = source.texts(thing, _SKOS + "prefLabel")
    return {
        **node(thing, f"ceterms:{class_}"),
        "ceterms:name": names,
        "ceterms:alternateName": source.all_texts(thing, _SKOS + "altLabel"),
        "ceterms:description": source.texts(thing, _SKOS + "definition"),
        "ceterms:codedNotation": source.code(thing),
        "ceterms:subjectWebpage": thing,
        "ceterms:inLanguage": list(names),
    }


def _designed(told: _Told, thing: Iri, programme: Iri, class_: str) -> dict[str, Any]:
    """What programmes, courses and assessments have in common: owner, provider and status."""
    source = told.source
    made = _described(source, thing, class_)
    status = status_of(source, thing) or status_of(source, programme)
    if source.nodes(thing, lg("status")):
        source.changed(thing, lg("status"), _COARSE)
    return {
        **made,
        **told.owners[programme],
        "ceterms:lifeCycleStatusType": {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:framework": _STATUS,
            "ceterms:targetNode": f"lifeCycle:{status}",
            "ceterms:targetNodeName": {"en": status},
        },
    }


def _credits(source: Source, thing: Iri) -> list[dict[str, Any]]:
    value = source.value(thing, lg("credits"))
    if not value:
        return []
    described = dict(_CREDITS.by_language)
    return [{"@type": "ceterms:ValueProfile", "schema:value": float(number(value)), "schema:description": described}]


def _teaches(told: _Told, thing: Iri) -> list[dict[str, Any]]:
    source = told.source
    outcomes = source.nodes(thing, lg("hasOutcome"))
    touched = source.nodes(thing, lg("introduces"))
    if touched:
        source.changed(thing, lg("introduces"), _TOUCHED)
    framework_of = {one: outcomes_of(source, told.programme_of[one])[0] for one in outcomes if one in told.programme_of}
    return [aligned(source, one, framework_of.get(one)) for one in outcomes] + [aligned(source, one) for one in touched]


def _programme(told: _Told, programme: Iri) -> dict[str, Any]:
    source = told.source
    offerings = _offerings(source, [programme])
    return {
        **_designed(told, programme, programme, "LearningProgram"),
        "ceterms:hasPart": source.nodes(programme, lg("hasUnit"), among=told.programme_of),
        "ceterms:isPartOf": source.nodes(programme, lg("partOfProgramme"), among=told.owners),
        "ceterms:creditValue": _credits(source, programme),
        "ceterms:teaches": _teaches(told, programme),
        "ceterms:hasOffering": offerings,
    }


def _course(told: _Told, unit: Iri) -> dict[str, Any]:
    source = told.source
    programme = told.programme_of[unit]
    return {
        **_designed(told, unit, programme, "Course"),
        "ceterms:isPartOf": [programme],
        "ceterms:creditValue": _credits(source, unit),
        "ceterms:teaches": _teaches(told, unit),
        "ceterms:prerequisite": source.nodes(unit, lg("requiresUnit"), among=told.programme_of),
    }


def _assessment(told: _Told, assessment: Iri) -> dict[str, Any] | None:
    source = told.source
    proven = [one for one in _points(source, assessment, "assesses") if one in told.programme_of]
    if not proven or not labels_of(source.store, assessment, _SKOS + "definition"):
        return None
    of = {type_: in_list(source.store, type_, _METHODS) for type_ in _points(source, assessment, "assessmentType")}
    methods = [method for method in of.values() if method]
    made = _designed(told, assessment, told.programme_of[proven[0]], "AssessmentProfile")
    source.nodes(assessment, lg("assesses"), among=proven)
    if source.nodes(assessment, lg("assessmentType"), among=[type_ for type_, method in of.items() if method]):
        source.changed(assessment, lg("assessmentType"), _METHOD)
    return {
        **made,
        "ceterms:assesses": [aligned(source, one, outcomes_of(source, told.programme_of[one])[0]) for one in proven],
        "ceterms:assessmentMethodType": [
            {
                "@type": "ceterms:CredentialAlignmentObject",
                "ceterms:framework": CREDREG + "ctdl/terms/AssessmentMethod",
                "ceterms:targetNode": f"assessMethod:{method.removeprefix(_METHODS)}",
            }
            for method in methods
        ],
    }


def _offering(told: _Told, offering: Iri) -> dict[str, Any]:
    source = told.source
    made = _described(source, offering, "ScheduledOffering")
    source.nodes(offering, lg("offeringOf"))
    source.nodes(offering, lg("offeringStatus"))
    return {**made, "ceterms:offeredBy": source.nodes(offering, lg("offeredBy"))}


def _occupation(source: Source, occupation: Iri) -> dict[str, Any]:
    return {**_described(source, occupation, "Occupation"), "ceterms:hasTask": source.nodes(occupation, lg("hasTask"))}


def _task(source: Source, task: Iri) -> dict[str, Any]:
    tasks = source.members("Task")
    return {
        **_described(source, task, "Task"),
        "ceasn:skillEmbodied": source.nodes(task, lg("requiresCompetence")),
        "ceterms:isChildOf": source.nodes(task, _SKOS + "broader", among=tasks),
    }


def _organisation(source: Source, who: Iri) -> dict[str, Any]:
    return _described(source, who, "Organization")
