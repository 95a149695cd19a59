"""What the gap analysis says: the name of every link, and a sentence for every way in which it can be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.text import Words

__all__ = ["LINKS", "NAMES_OF_STATES", "Sentences"]


@dataclass(frozen=True, slots=True)
class Sentences:
    """How one link is named, and what is said where it is missing; {code}, {label} and {other} are filled in."""

    name: Words
    gap: Words
    unknown: Words
    exempt: Words


NAMES_OF_STATES: Mapping[str, Words] = {
    "linked": Words({"nl": "gelegd", "en": "linked"}),
    "gap": Words({"nl": "hiaat", "en": "gap"}),
    "unknown": Words({"nl": "onbekend", "en": "unknown"}),
    "not-applicable": Words({"nl": "niet van toepassing", "en": "not applicable"}),
}


def _link(name: str, gap: str, unknown: str, exempt: str) -> Sentences:
    """Each text as `Dutch | English`."""

    def words(text: str) -> Words:
        dutch, _, english = text.partition(" | ")
        return Words({"nl": dutch, "en": english})

    return Sentences(words(name), words(gap), words(unknown), words(exempt))


_UNNAMED = (
    "Geen van de uitgewerkte leerresultaten {does_nl} {code} ({label}). | "
    "None of the outcomes worked out {does_en} {code} ({label})."
)
_SILENT = (
    "Of een leerresultaat {code} ({label}) raakt, zegt de bron niet. | "
    "Whether an outcome touches {code} ({label}) is not said by the source."
)
_ELSEWHERE = (
    "{code} ({label}) hoort bij een groep waarop deze opleiding zich niet richt. | "
    "{code} ({label}) belongs to a group this programme does not aim at."
)


def _subject(name: str, does_nl: str, does_en: str) -> Sentences:
    gap = _UNNAMED.replace("{does_nl}", does_nl).replace("{does_en}", does_en)
    return _link(name, gap, _SILENT, _ELSEWHERE)


LINKS: Mapping[str, Sentences] = {
    "task-competence": _link(
        "taak – competentie | task – competence",
        "Taak {code} ({label}) vraagt nog geen competentie. | "
        "Task {code} ({label}) does not require any competence yet.",
        "Welke competentie taak {code} ({label}) vraagt, is niet bekend. | "
        "Which competence task {code} ({label}) requires is not known.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "competence-outcome": _subject("competentie – leerresultaat | competence – outcome", "ontwikkelt", "develops"),
    "outcome-competence": _link(
        "leerresultaat – competentie | outcome – competence",
        "Leerresultaat {code} ({label}) ontwikkelt geen enkele competentie. | "
        "Outcome {code} ({label}) does not develop any competence.",
        "Welke competentie leerresultaat {code} ({label}) ontwikkelt, zegt de bron niet. | "
        "Which competence outcome {code} ({label}) develops is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "outcome-unit": _link(
        "leerresultaat – leereenheid | outcome – unit",
        "Leerresultaat {code} ({label}) staat in geen leereenheid: niemand leert het ergens. | "
        "Outcome {code} ({label}) is in no unit: it is not learned anywhere.",
        "In welke leereenheid leerresultaat {code} ({label}) hoort, zegt de bron niet. | "
        "Which unit outcome {code} ({label}) belongs to is not said by the source.",
        "Leerresultaat {code} ({label}) hoort bij een opleiding als geheel. | "
        "Outcome {code} ({label}) belongs to a programme as a whole.",
    ),
    "outcome-assessment": _link(
        "leerresultaat – toets | outcome – assessment",
        "Leerresultaat {code} ({label}) wordt in geen toets bewezen. | "
        "Outcome {code} ({label}) is not proven in any assessment.",
        "Hoe leerresultaat {code} ({label}) wordt getoetst, zegt de bron niet. | "
        "How outcome {code} ({label}) is assessed is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "unit-outcome": _link(
        "leereenheid – leerresultaat | unit – outcome",
        "Leereenheid {code} ({label}) heeft geen leerresultaten. | Unit {code} ({label}) has no outcomes.",
        "Welke leerresultaten leereenheid {code} ({label}) heeft, zegt de bron niet. | "
        "Which outcomes unit {code} ({label}) has is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "unit-programme": _link(
        "leereenheid – opleiding | unit – programme",
        "Leereenheid {code} ({label}) is van geen enkele opleiding deel. | "
        "Unit {code} ({label}) is part of no programme.",
        "Van welke opleiding leereenheid {code} ({label}) deel is, zegt de bron niet. | "
        "Which programme unit {code} ({label}) is part of is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "unit-level": _link(
        "leereenheid – niveau | unit – level",
        "Leereenheid {code} ({label}) is niet ingeschaald. | Unit {code} ({label}) has no level.",
        "Op welk niveau leereenheid {code} ({label}) is, zegt de bron niet. | "
        "The level of unit {code} ({label}) is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "unit-credits": _link(
        "leereenheid – studiepunten | unit – credits",
        "Leereenheid {code} ({label}) heeft geen studiepunten (EC). | Unit {code} ({label}) has no credits (EC).",
        "Hoeveel studiepunten leereenheid {code} ({label}) heeft, zegt de bron niet. | "
        "How many credits unit {code} ({label}) has is not said by the source.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
    "programme-unit": _link(
        "opleiding – leereenheid | programme – unit",
        "Opleiding {code} ({label}) heeft geen leereenheden. | Programme {code} ({label}) has no units.",
        "Uit welke leereenheden opleiding {code} ({label}) bestaat, zegt de bron niet. | "
        "Which units programme {code} ({label}) consists of is not said by the source.",
        "Opleiding {code} ({label}) is in een andere opgegaan. | "
        "Programme {code} ({label}) has been taken up in another one.",
    ),
    "programme-level": _link(
        "opleiding – niveau | programme – level",
        "Opleiding {code} ({label}) is niet ingeschaald. | Programme {code} ({label}) has no level.",
        "Op welk niveau opleiding {code} ({label}) is, zegt de bron niet. | "
        "The level of programme {code} ({label}) is not said by the source.",
        "{code} ({label}) is een training of bestaat niet meer en hoeft geen niveau te hebben. | "
        "{code} ({label}) is a training or no longer exists and needs no level.",
    ),
    "theme-outcome": _subject("ontwikkeling – leerresultaat | theme – outcome", "gaat over", "concerns"),
    "tension-outcome": _subject("spanningsveld – leerresultaat | tension – outcome", "betreft", "involves"),
    "knowledge-outcome": _subject("kennis – leerresultaat | knowledge – outcome", "put uit", "draws on"),
    "unit-entry": _link(
        "leereenheid – ingangseis | unit – entry requirement",
        "Leereenheid {code} ({label}) veronderstelt {other}, maar geen eerder vereiste leereenheid levert dat. | "
        "Unit {code} ({label}) presumes {other}, but no unit required before it delivers that.",
        "Leereenheid {code} ({label}) veronderstelt {other}; waar dat wordt geleerd, zegt de bron niet. | "
        "Unit {code} ({label}) presumes {other}; where that is learned is not said by the source.",
        "Leereenheid {code} ({label}) stelt geen eisen die een leereenheid moet vervullen. | "
        "Unit {code} ({label}) asks nothing that a unit has to see to.",
    ),
    "level-step": _link(
        "niveau – volgorde | level – order",
        "Leereenheid {code} ({label}) vereist {other}, die hoger of meer dan één niveau lager is ingeschaald. | "
        "Unit {code} ({label}) requires {other}, which stands at a higher level or more than one level below it.",
        "Van leereenheid {code} ({label}) of van {other}, die zij vereist, is het niveau niet bekend. | "
        "The level of unit {code} ({label}) or of {other}, which it requires, is not known.",
        "Leereenheid {code} ({label}) vereist geen andere leereenheid. | Unit {code} ({label}) requires no other unit.",
    ),
    "unit-programme-level": _link(
        "niveau van leereenheid – niveau van opleiding | level of unit – level of programme",
        "Leereenheid {code} ({label}) heeft een ander niveau dan opleiding {other}. | "
        "Unit {code} ({label}) has another level than programme {other}.",
        "Van leereenheid {code} ({label}) of van opleiding {other} is het niveau niet bekend. | "
        "The level of unit {code} ({label}) or of programme {other} is not known.",
        "{code} ({label}) valt hier buiten. | {code} ({label}) is outside this question.",
    ),
}
"""Every link of the chain, in the order of the chain."""
