"""Learning units as achievements that badges can be given for (Open Badges 3.0)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kg.errors import ExchangeError
from kg.exchange.look import labels_of, pointed_at, pointing_at
from kg.exchange.source import Source
from kg.names import OUTSIDE, Iri, lg
from kg.text import Words, natural

__all__ = ["MOST", "write"]

MOST = 8
"""Alignments of one achievement: what wallets and registers take in at most."""
_SKOS = OUTSIDE["skos"]
_CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
_NARRATIVE = Words(
    {"nl": "Wie deze leereenheid heeft behaald:", "en": "Whoever has achieved this learning unit:"},
)
_PROVEN = Words({"nl": "Dat kan worden bewezen met:", "en": "This can be proven by:"})
_TOO_MANY = Words(
    {
        "nl": "Een badge verwijst naar hoogstens acht kaders; deze verwijzing viel af als minder belangrijk.",
        "en": "A badge points at eight frameworks at most; this one was left out as less important.",
    }
)
_AS_CRITERIA = Words(
    {
        "nl": "Leerresultaten en toetsen staan als tekst in de criteria.",
        "en": "Outcomes and assessments are in the criteria as text.",
    }
)


def write(source: Source) -> dict[str, bytes]:
    """An Achievement for every unit that has outcomes: `<unit>.json` (Open Badges 3.0, appendix B.1).

    Alignments, the most important first and at most eight: the level, then competences (those proven by an
    assessment before those practised, then by the number of outcomes), then the concepts elsewhere that these
    equal or resemble. The issuer of a badge is not told: who may give it out, nobody has decided. Raises
    ExchangeError when no unit has outcomes.
    """
    units = [unit for unit in _units(source) if pointed_at(source.store, unit, lg("hasOutcome"))]
    if not units:
        raise ExchangeError(
            "No learning unit here has outcomes to give a badge for.", "`kg gaps` tells what is missing."
        )
    return {f"{source.code(unit)}.json": _achievement(source, source.keep(unit)) for unit in units}


def _units(source: Source) -> list[Iri]:
    """All units, or those of the programme asked for."""
    units = source.members("LearningUnit")
    if source.scope is None:
        return units
    inside = set(pointed_at(source.store, source.scope, lg("hasUnit")))
    return [unit for unit in units if unit in inside]


def _achievement(source: Source, unit: Iri) -> bytes:
    outcomes = source.nodes(unit, lg("hasOutcome"))
    size = source.value(unit, lg("credits"))
    stages = source.nodes(unit, lg("status"))
    told = {
        "@context": list(_CONTEXT),
        "id": unit,
        "type": ["Achievement"],
        "name": source.text(unit, _SKOS + "prefLabel") or source.code(unit),
        "description": source.text(unit, _SKOS + "definition") or source.text(unit, _SKOS + "prefLabel"),
        "criteria": {"narrative": _criteria(source, unit, outcomes)},
        "achievementType": "Course",
        "humanCode": source.code(unit),
        "creditsAvailable": float(Decimal(size)) if size else None,
        "inLanguage": source.language,
        "version": source.settings.version,
        "tag": [_name(source, stage) for stage in stages],
        "alignment": _alignments(source, unit, outcomes),
        "related": [{"id": other, "type": ["Related"]} for other in source.nodes(unit, lg("requiresUnit"))],
    }
    content = {name: value for name, value in told.items() if value not in (None, "", [], ())}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _criteria(source: Source, unit: Iri, outcomes: Sequence[Iri]) -> str:
    """What must be shown, in Markdown: the outcomes in full, and the assessments that prove them."""
    lines = [_NARRATIVE.within(source.language), ""]
    assessments: dict[Iri, None] = {}
    for outcome in outcomes:
        source.keep(outcome)
        full = source.text(outcome, _SKOS + "definition") or source.text(outcome, _SKOS + "prefLabel")
        source.text(outcome, _SKOS + "prefLabel")
        lines.append(f"- {full}")
        assessments |= dict.fromkeys(source.referring(outcome, lg("assesses")))
    source.changed(unit, lg("hasOutcome"), _AS_CRITERIA)
    if assessments:
        lines += ["", _PROVEN.within(source.language), ""]
        lines += [f"- {source.text(source.keep(one), _SKOS + 'prefLabel')}" for one in assessments]
    return "\n".join(lines)


def _alignments(source: Source, unit: Iri, outcomes: Sequence[Iri]) -> list[dict[str, Any]]:
    """The most important first; what does not fit in is told as lost."""
    ordered: list[tuple[Iri, Iri, str, dict[str, Any]]] = []
    for level in source.nodes(unit, lg("atLevel")):
        ordered.append((unit, level, lg("atLevel"), _level(source, level)))
    competences = _by_importance(source, outcomes)
    for competence in competences:
        holder = next(o for o in outcomes if competence in pointed_at(source.store, o, lg("develops")))
        ordered.append((holder, competence, lg("develops"), _competence(source, competence)))
    for competence in competences:
        for name in ("exactMatch", "closeMatch"):
            for other in pointed_at(source.store, competence, _SKOS + name):
                ordered.append((competence, other, _SKOS + name, _elsewhere(source, other)))
    for holder, other, property_, _ in ordered[:MOST]:
        if holder not in outcomes:
            source.nodes(holder, property_, among={other})
        for outcome in outcomes:
            source.nodes(outcome, lg("develops"), among={other})
    for holder, _, property_, _ in ordered[MOST:]:
        source.changed(holder if holder in outcomes else unit, property_, _TOO_MANY)
    return [alignment for *_, alignment in ordered[:MOST]]


def _by_importance(source: Source, outcomes: Sequence[Iri]) -> list[Iri]:
    """Competences: proven before practised, then by the number of outcomes that develop them, then by code."""
    count: Counter[Iri] = Counter()
    proven: set[Iri] = set()
    for outcome in outcomes:
        developed = pointed_at(source.store, outcome, lg("develops"))
        count.update(developed)
        if pointing_at(source.store, outcome, lg("assesses")):
            proven.update(developed)
    return sorted(count, key=lambda iri: (iri not in proven, -count[iri], natural(iri)))


def _level(source: Source, level: Iri) -> dict[str, Any]:
    """A level by the address of the authority that keeps it, where there is one."""
    authority = [iri for iri in pointed_at(source.store, level, _SKOS + "exactMatch") if iri.startswith("http")]
    frameworks = pointed_at(source.store, level, _SKOS + "inScheme")
    return _alignment(source, level, (authority or [level])[0], "ext:Level", frameworks)


def _competence(source: Source, competence: Iri) -> dict[str, Any]:
    frameworks = pointed_at(source.store, competence, _SKOS + "inScheme")
    return _alignment(source, competence, competence, "ceasn:Competency", frameworks)


def _elsewhere(source: Source, concept: Iri) -> dict[str, Any]:
    return _alignment(source, concept, concept, "ext:Concept", ())


def _alignment(source: Source, thing: Iri, address: str, kind: str, frameworks: Sequence[Iri]) -> dict[str, Any]:
    told: Mapping[str, Any] = {
        "type": ["Alignment"],
        "targetName": _name(source, thing),
        "targetUrl": address,
        "targetType": kind,
        "targetCode": source.code(thing) if source.names.segment_and_code(thing) else "",
        "targetFramework": _name(source, frameworks[0]) if frameworks else "",
    }
    return {name: value for name, value in told.items() if value}


def _name(source: Source, thing: Iri) -> str:
    labels = labels_of(source.store, thing)
    return labels.get(source.language) or next(iter(labels.values()), thing)
