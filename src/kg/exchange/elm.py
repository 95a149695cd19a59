"""Programmes, units and offerings as learning opportunities and qualifications of the European Learning Model."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import ExchangeError
from kg.exchange.alignment import aligned_to, country_of, in_list, language_in_list
from kg.exchange.elm_parts import concept, credit, described, identified, note, organisation, where
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.source import Source
from kg.exchange.statements import Statements
from kg.names import DCT, OUTSIDE, SNB, Iri, lg
from kg.text import Words

__all__ = ["write"]

_ELM = OUTSIDE["elm"]
_SKOS = OUTSIDE["skos"]
_ON_OFFER = (lg("running"), lg("planned"))

_FIRST = Words({"nl": "Vooraf behaald: {names}.", "en": "To be achieved first: {names}."})
_AS_TEXT = Words({"nl": "Een verwijzing wordt daar een zin.", "en": "A reference becomes a sentence there."})
_PROVES_UNIT = Words(
    {
        "nl": "Een toets bewijst daar een leereenheid of opleiding, niet een los leerresultaat.",
        "en": "An assessment proves a unit or programme there, not a single learning outcome.",
    }
)
_BROADER = Words(
    {
        "nl": "De lijst van Europass heeft hier een bredere of alleen verwante waarde.",
        "en": "The list of Europass has a broader or merely close value here.",
    }
)


@dataclass(frozen=True, slots=True)
class _Export:
    """What every part of the export needs."""

    source: Source
    made: Statements
    programmes: tuple[Iri, ...]
    """Those that can be told of: with a learning outcome and a field of education, as the model demands."""
    field_of: dict[Iri, Iri]
    """Programme or unit → ISCED-F field."""

    @property
    def specified(self) -> frozenset[Iri]:
        """Everything that becomes a specification or a qualification."""
        return frozenset(self.field_of)


def write(source: Source) -> dict[str, bytes]:
    """One Turtle file. Raises ExchangeError when a programme asked for lacks what the model demands."""
    wanted = [source.scope] if source.scope else source.members("Programme")
    fields = {programme: _field(source, programme) for programme in wanted}
    told = {
        programme: field for programme, field in fields.items() if field and _points(source, programme, "hasOutcome")
    }
    if source.scope and not told:
        raise ExchangeError(
            "{programme} cannot be told in ELM: it demands a learning outcome and a field of education (ISCED-F).",
            "Give it lg:hasOutcome, or dct:subject with a value of {list}.",
            programme=source.code(source.scope),
            list=SNB + "isced-f/",
        )
    field_of = dict(told)
    for programme, field in told.items():
        for unit in _points(source, programme, "hasUnit"):
            if _points(source, unit, "hasOutcome"):
                field_of.setdefault(unit, _field(source, unit) or field)
    export = _Export(source, Statements(source.names), tuple(told), field_of)
    for thing in export.field_of:
        _specification(export, thing)
    for assessment in source.members("Assessment"):
        _assessment(export, assessment)
    for offering in source.members("Offering"):
        _offering(export, offering)
    return {"elm.ttl": export.made.turtle()}


def _field(source: Source, thing: Iri) -> Iri | None:
    fields = [iri for iri in pointed_at(source.store, thing, DCT + "subject") if iri.startswith(SNB + "isced-f/")]
    return fields[0] if fields else None


def _points(source: Source, thing: Iri, name: str) -> list[Iri]:
    return pointed_at(source.store, thing, lg(name))


def _specification(export: _Export, thing: Iri) -> None:
    source, made = export.source, export.made
    source.keep(thing)
    levels = _levels(source, thing)
    qualification = _is_qualification(source, thing) and all(levels.values())
    made.a(thing, _ELM + ("Qualification" if qualification else "LearningAchievementSpecification"))
    described(source, made, thing)
    titles = source.texts(thing, _SKOS + "prefLabel")
    languages = [iri for tag in titles if (iri := language_in_list(source.store, tag))]
    made.nodes(thing, DCT + "language", map(made.concept, languages))
    source.nodes(thing, DCT + "subject", among=export.field_of.values())
    made.nodes(thing, _ELM + "ISCEDFCode", [made.concept(export.field_of[thing])])
    for property_ in (lg("programmeType"), lg("unitType")):
        made.nodes(thing, DCT + "type", _listed(export, thing, property_, "learning-opportunity"))
    for list_, level in levels.items():
        name = {"qdr": "NQFLevel", "eqf": "EQFLevel"}[list_] if qualification else "educationLevel"
        made.nodes(thing, _ELM + name, [made.concept(level)] if level else [])
    credit(source, made, thing)
    for outcome in source.nodes(thing, lg("hasOutcome")):
        made.nodes(thing, _ELM + "learningOutcome", [_outcome(export, outcome)])
    for group in source.nodes(thing, lg("forLearners")):
        listed = in_list(source.store, group, SNB + "target-group/")
        source.nodes(source.keep(group), _SKOS + "closeMatch", among=[listed] if listed else [])
        made.nodes(
            thing, _ELM + "targetGroup", [concept(source, made, group), *([made.concept(listed)] if listed else [])]
        )
    made.nodes(thing, _ELM + "hasPart", source.nodes(thing, lg("hasUnit"), among=export.specified))
    for whole in source.nodes(thing, lg("partOfProgramme"), among=export.specified):
        made.nodes(thing, _ELM + "isPartOf", [whole])
    _entry(export, thing)
    _state(export, thing, lg("status"))


def _levels(source: Source, thing: Iri) -> dict[str, Iri | None]:
    """The level in the national and the European list: the latter through the match the national framework has.

    A level of a profile is comparable with a national one and no more, so it gives neither.
    """
    found: dict[str, Iri | None] = {"qdr": None, "eqf": None}
    for level in pointed_at(source.store, thing, lg("atLevel")):
        national = in_list(source.store, level, f"{SNB}qdr/")
        near = (level, *(pointed_at(source.store, level, _SKOS + "closeMatch") if national else ()))
        european = next((iri for one in near if (iri := in_list(source.store, one, f"{SNB}eqf/"))), None)
        if national or european:
            found = {"qdr": found["qdr"] or national, "eqf": found["eqf"] or european}
            source.nodes(thing, lg("atLevel"), among=[source.keep(level)])
            source.nodes(level, _SKOS + "exactMatch")
            source.nodes(level, _SKOS + "closeMatch")
    return found


def _is_qualification(source: Source, thing: Iri) -> bool:
    qualifications = aligned_to(source.store, _ELM + "Qualification")
    return any(type_ in qualifications for type_ in _points(source, thing, "programmeType"))


def _listed(export: _Export, thing: Iri, property_: Iri, list_: str) -> list[Iri]:
    """The values of an authority list for what this property says; told as changed, for few are the very same."""
    source = export.source
    of_value = {
        value: in_list(source.store, value, f"{SNB}{list_}/") for value in pointed_at(source.store, thing, property_)
    }
    carried = {value: listed for value, listed in of_value.items() if listed}
    if source.nodes(thing, property_, among=carried):
        source.changed(thing, property_, _BROADER)
    return [export.made.concept(listed) for listed in carried.values()]


def _outcome(export: _Export, outcome: Iri) -> Iri:
    """A learning outcome: its shape is closed and knows a title, a note and skills, and no level or knowledge."""
    source, made = export.source, export.made
    source.keep(outcome)
    made.a(outcome, _ELM + "LearningOutcome")
    made.texts(outcome, DCT + "title", source.texts(outcome, _SKOS + "prefLabel"))
    identified(source, made, outcome)
    if definition := source.texts(outcome, _SKOS + "definition"):
        note(made, outcome, "additionalNote", definition)
    for competence in source.nodes(outcome, lg("develops")):
        made.nodes(outcome, _ELM + "relatedSkill", [concept(source, made, source.keep(competence))])
    for match in ("exactMatch", "closeMatch"):
        skills = [iri for iri in pointed_at(source.store, outcome, _SKOS + match) if "/esco/skill/" in iri]
        made.nodes(
            outcome, _ELM + "relatedESCOSkill", map(made.concept, source.nodes(outcome, _SKOS + match, among=skills))
        )
    return outcome


def _entry(export: _Export, thing: Iri) -> None:
    """What must be achieved first, in one sentence a language."""
    source = export.source
    asked: list[Iri] = []
    for property_ in (lg("entryRequires"), lg("requiresUnit")):
        found = source.nodes(thing, property_)
        asked += found
        if found:
            source.changed(thing, property_, _AS_TEXT)
    labels = [labels_of(source.store, one) for one in asked]
    texts = {
        language: _FIRST.within(language).format(names="; ".join(label[language] for label in labels))
        for language in ("nl", "en")
        if labels and all(language in label for label in labels)
    }
    if texts:
        note(export.made, thing, "entryRequirement", texts)


def _assessment(export: _Export, assessment: Iri) -> None:
    source, made = export.source, export.made
    proven = _points(source, assessment, "assesses")
    units = [thing for thing in export.field_of if set(proven) & set(_points(source, thing, "hasOutcome"))]
    units = [unit for unit in units if unit not in export.programmes] or units
    if not units:
        return
    source.keep(assessment)
    made.a(assessment, _ELM + "LearningAssessmentSpecification")
    described(source, made, assessment)
    made.nodes(assessment, DCT + "type", _listed(export, assessment, lg("assessmentType"), "assessment"))
    source.nodes(assessment, lg("assesses"))
    source.changed(assessment, lg("assesses"), _PROVES_UNIT)
    made.nodes(assessment, _ELM + "proves", units)
    for unit in units:
        made.nodes(unit, _ELM + "provenBy", [assessment])
    _state(export, assessment, lg("status"))


def _state(export: _Export, thing: Iri, property_: Iri) -> None:
    """How far a design or an offering is, as a note: the model's own status is that of the publication."""
    for value in export.source.nodes(thing, property_):
        export.source.changed(thing, property_, _AS_TEXT)
        note(export.made, thing, "additionalNote", labels_of(export.source.store, value), name="status")


def _offering(export: _Export, offering: Iri) -> None:
    """An offering that runs or is planned, by a provider whose country is known."""
    source, made = export.source, export.made
    of = _points(source, offering, "offeringOf")
    if source.scope and source.scope not in of:
        return
    status = [one for one in _points(source, offering, "offeringStatus") if one in _ON_OFFER]
    providers = [one for one in _points(source, offering, "offeredBy") if country_of(source.store, one)]
    specification = next((_specified(export, programme) for programme in of), None)
    language = language_in_list(source.store, source.settings.languages[0])
    if not status or not providers or not specification or not language:
        return
    source.keep(offering)
    made.a(offering, _ELM + "LearningOpportunity")
    described(source, made, offering, other_names=False)
    page = made.part(offering, "page", _ELM + "WebResource")
    made.value(page, _ELM + "contentUrl", offering, "anyURI")
    made.nodes(offering, OUTSIDE["foaf"] + "homepage", [page])
    made.nodes(offering, _ELM + "defaultLanguage", [made.concept(language)])
    made.nodes(offering, _ELM + "learningAchievementSpecification", [specification])
    source.nodes(offering, lg("offeringOf"))
    for provider in source.nodes(offering, lg("offeredBy"), among=providers):
        made.nodes(offering, _ELM + "providedBy", [organisation(source, made, provider)])
    for place in pointed_at(source.store, offering, lg("takesPlaceIn")):
        if location := where(source, made, place):
            source.nodes(offering, lg("takesPlaceIn"), among=[place])
            made.nodes(offering, _ELM + "location", [location])
    schedules = _listed(export, offering, lg("studyMode"), "learning-schedule")
    made.nodes(offering, _ELM + "learningSchedule", schedules[:1])
    made.nodes(offering, _ELM + "mode", _listed(export, offering, lg("studyMode"), "learning-assessment"))
    _state(export, offering, lg("offeringStatus"))


def _specified(export: _Export, programme: Iri) -> Iri | None:
    """What an offering is of: the programme told here, or a reference to a qualification that is not."""
    if programme in export.specified:
        return programme
    if not _is_qualification(export.source, programme):
        return None
    made = export.made
    reference = made.part(programme, "reference", _ELM + "QualificationReference")
    identifier = made.part(programme, "identifier", _ELM + "Identifier")
    made.value(identifier, _SKOS + "notation", export.source.code(programme))
    made.value(identifier, _ELM + "schemeId", export.source.names.base, "anyURI")
    made.nodes(reference, OUTSIDE["adms"] + "identifier", [identifier])
    return reference
