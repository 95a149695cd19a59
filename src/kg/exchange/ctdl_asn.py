"""Competence profiles and the outcomes of programmes as competency frameworks of CTDL-ASN."""

from __future__ import annotations

from typing import Any

from kg.exchange.alignment import in_list
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.registry import document, node, outcomes_of, publishers_of
from kg.exchange.source import Source
from kg.names import CREDREG, DCT, OUTSIDE, SNB, Iri, lg
from kg.text import Words

__all__ = ["write"]

_CONTEXT = CREDREG + "ctdlasn/schema/context/json"
_SKOS = OUTSIDE["skos"]
_ALIGNMENTS = {
    "exactMatch": "ceasn:exactAlignment",
    "closeMatch": "ceasn:majorAlignment",
    "broadMatch": "ceasn:broadAlignment",
    "narrowMatch": "ceasn:narrowAlignment",
    "relatedMatch": "ceasn:minorAlignment",
}
_CONTENT = Words(
    {"nl": "Competenties in dit profiel: {count}.", "en": "Competences in this profile: {count}."},
)
_OUTCOME_CONTENT = Words(
    {"nl": "Leerresultaten van deze opleiding: {count}.", "en": "Learning outcomes of this programme: {count}."},
)
_OVERLAP = Words(
    {
        "nl": "CTDL-ASN noemt dit een grote of kleine overlap, geen nauwe of verwante betekenis.",
        "en": "CTDL-ASN calls this a major or minor overlap, not a close or related meaning.",
    }
)


def write(source: Source) -> dict[str, bytes]:
    """A file for each framework: of every profile that has competences, and of every programme that has outcomes."""
    files: dict[str, bytes] = {}
    for profile in source.members("CompetenceProfile"):
        members = [one for one in source.members("Competence") if profile in _points(source, one, _SKOS + "inScheme")]
        if members and source.scope in (None, profile):
            files[f"profile-{source.code(profile)}.json"] = _of_profile(source, profile, members)
    for programme in source.members("Programme"):
        outcomes = _points(source, programme, lg("hasOutcome"))
        if outcomes and source.scope in (None, programme):
            files[f"programme-{source.code(programme)}.json"] = _of_programme(source, programme, outcomes)
    return files


def _points(source: Source, thing: Iri, property_: str) -> list[Iri]:
    return pointed_at(source.store, thing, property_)


def _of_profile(source: Source, profile: Iri, members: list[Iri]) -> bytes:
    source.keep(profile)
    names = source.texts(profile, _SKOS + "prefLabel")
    framework = _framework(source, profile, names, members)
    told = source.texts(profile, _SKOS + "definition")
    framework["ceasn:description"] = told or _counted(_CONTENT, names, members)
    creators = source.nodes(profile, DCT + "creator")
    publishers = source.nodes(profile, DCT + "publisher") or creators
    framework |= _published(source, publishers or publishers_of(source, profile, _SKOS + "prefLabel"))
    framework["ceasn:creator"] = creators
    return document(_CONTEXT, profile, [framework, *(_competency(source, one, profile) for one in members)])


def _of_programme(source: Source, programme: Iri, outcomes: list[Iri]) -> bytes:
    iri, names = outcomes_of(source, programme)
    framework = _framework(source, iri, names, outcomes)
    framework["ceasn:description"] = _counted(_OUTCOME_CONTENT, names, outcomes)
    framework |= _published(source, publishers_of(source, programme, _SKOS + "prefLabel"))
    framework["ceasn:source"] = [programme]
    source.keep(programme)
    source.texts(programme, _SKOS + "prefLabel")
    source.nodes(programme, lg("hasOutcome"))
    return document(_CONTEXT, iri, [framework, *(_competency(source, one, iri) for one in outcomes)])


def _framework(source: Source, iri: Iri, names: dict[str, str], members: list[Iri]) -> dict[str, Any]:
    return {
        **node(iri, "ceasn:CompetencyFramework"),
        "ceasn:name": names,
        "ceasn:inLanguage": list(names),
        "ceasn:license": source.settings.licence,
        "ceasn:hasTopChild": members,
    }


def _counted(words: Words, names: dict[str, str], members: list[Iri]) -> dict[str, str]:
    """The description that the registry demands, where nobody wrote one: no more than what is there to be counted."""
    return {language: words.within(language).format(count=len(members)) for language in names}


def _published(source: Source, publishers: list[Iri]) -> dict[str, Any]:
    labels = [labels_of(source.store, publisher) for publisher in publishers]
    names = {
        language: [label[language] for label in labels]
        for language in ("nl", "en")
        if labels and all(language in label for label in labels)
    }
    return {"ceasn:publisher": publishers, "ceasn:publisherName": names}


def _competency(source: Source, thing: Iri, framework: Iri) -> dict[str, Any]:
    """A competence or outcome: its label is the label and its definition the text, or its label the text."""
    source.keep(thing)
    label = source.texts(thing, _SKOS + "prefLabel")
    text = source.texts(thing, _SKOS + "definition")
    source.nodes(thing, _SKOS + "inScheme", among=[framework])
    levels = [level for level in _points(source, thing, lg("atLevel")) if in_list(source.store, level, f"{SNB}qdr/")]
    return {
        **node(thing, "ceasn:Competency"),
        "ceasn:competencyLabel": label if text else {},
        "ceasn:competencyText": text or label,
        "ceasn:codedNotation": source.code(thing),
        "ceasn:inLanguage": list(text or label),
        "ceasn:isPartOf": framework,
        "ceasn:isTopChildOf": framework,
        "ceasn:listID": source.value(thing, lg("listPosition")),
        "ceasn:conceptTerm": source.nodes(thing, lg("concernsTheme")),
        "ceasn:taskEmbodied": source.referring(thing, lg("requiresCompetence")),
        "ceasn:skillEmbodied": source.nodes(thing, lg("develops")),
        "ceasn:knowledgeEmbodied": source.nodes(thing, lg("drawsOn")),
        "ceasn:educationLevelType": [
            in_list(source.store, level, f"{SNB}qdr/") for level in source.nodes(thing, lg("atLevel"), among=levels)
        ],
        **_alignments(source, thing),
    }


def _alignments(source: Source, thing: Iri) -> dict[str, list[Iri]]:
    found = {term: source.nodes(thing, _SKOS + match) for match, term in _ALIGNMENTS.items()}
    for match in ("closeMatch", "relatedMatch"):
        if found[_ALIGNMENTS[match]]:
            source.changed(thing, Iri(_SKOS + match), _OVERLAP)
    return found
