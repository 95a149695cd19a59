"""Faults planted in a made-up sector, each of which a shape finds once: to hold one validator against another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.editing.generated.sector import Origin, Sector, predicate, term, text, typed, value
from kg.names import OUTSIDE

__all__ = ["KINDS_OF_FAULT", "Planted", "plant"]

_Found = tuple[str, str, str, str]
"""The thing, the shape without its prefix, the property, and the value at fault; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted fault, as a finding of the shapes tells it."""

    kind: str
    rule: str
    thing: str
    property: str
    value: str


def plant(made: Sector, number: int) -> Planted:
    """Plants the fault of this number; the kinds take turns, and may meet in one sector."""
    fault = _FAULTS[number % len(_FAULTS)]
    thing, shape, name, wrong = fault(made)
    return Planted(
        kind=fault.__name__.strip("_").replace("_", "-"),
        rule=f"lgsh:{shape}",
        thing=thing.strip("<>"),
        property=predicate(name).strip("<>") if name else "",
        value=_plain(wrong),
    )


def _plain(node: str) -> str:
    return node.strip("<>") if node.startswith("<") else node.rpartition('"')[0].removeprefix('"')


def _drop(made: Sector, origin: Origin, thing: str, name: str, ending: str = "") -> None:
    """Takes away what is said with this property, or only the values with this ending."""
    made.statements[origin] = [
        statement
        for statement in made.statements[origin]
        if not (statement[0] == thing and statement[1] == predicate(name) and statement[2].endswith(ending))
    ]


def _no_dutch_name(made: Sector) -> _Found:
    thing = made.things["competence"][0]
    _drop(made, "note", thing, "skos:prefLabel", "@nl")
    return thing, "Competence-prefLabel", "skos:prefLabel", ""


def _two_dutch_names(made: Sector) -> _Found:
    thing = made.things["competence"][1]
    made.add("note", thing, "skos:prefLabel", text("nog een naam", "nl"))
    return thing, "Competence-prefLabel", "skos:prefLabel", ""


def _name_without_language(made: Sector) -> _Found:
    thing = made.things["task"][0]
    made.add("note", thing, "skos:prefLabel", typed("naam zonder taal"))
    return thing, "Task-prefLabel", "skos:prefLabel", typed("naam zonder taal")


def _empty_name(made: Sector) -> _Found:
    thing = made.things["task"][1]
    made.add("note", thing, "skos:prefLabel", text("", "fy"))
    return thing, "Task-prefLabel", "skos:prefLabel", text("", "fy")


def _no_code(made: Sector) -> _Found:
    thing = made.things["outcome"][0]
    _drop(made, "proposal", thing, "skos:notation")
    return thing, "LearningOutcome-notation", "skos:notation", ""


def _two_codes(made: Sector) -> _Found:
    thing = made.things["unit"][0]
    made.add("proposal", thing, "skos:notation", typed("tweede-code"))
    return thing, "LearningUnit-notation", "skos:notation", ""


def _code_in_capitals(made: Sector) -> _Found:
    thing = made.things["assessment"][0]
    _drop(made, "proposal", thing, "skos:notation")
    made.add("proposal", thing, "skos:notation", typed("Toets 1"))
    return thing, "Assessment-notation", "skos:notation", typed("Toets 1")


def _code_too_long(made: Sector) -> _Found:
    thing, code = made.things["theme"][0], typed("lang-" * 13 + "lang")
    _drop(made, "note", thing, "skos:notation")
    made.add("note", thing, "skos:notation", code)
    return thing, "Theme-notation", "skos:notation", code


def _no_credits(made: Sector) -> _Found:
    thing = made.things["unit"][1]
    _drop(made, "proposal", thing, "credits")
    made.add("proposal", thing, "credits", typed("0", "decimal"))
    return thing, "LearningUnit-credits", "credits", typed("0", "decimal")


def _credits_as_integer(made: Sector) -> _Found:
    thing = made.things["unit"][2]
    _drop(made, "proposal", thing, "credits")
    made.add("proposal", thing, "credits", typed("5", "integer"))
    return thing, "LearningUnit-credits", "credits", typed("5", "integer")


def _draws_on_a_theme(made: Sector) -> _Found:
    thing, theme = made.things["outcome"][1], made.things["theme"][1]
    made.add("proposal", thing, "drawsOn", theme)
    return thing, "LearningOutcome-drawsOn", "drawsOn", theme


def _no_concept(made: Sector) -> _Found:
    thing = made.things["task"][2]
    _drop(made, "note", thing, "rdf:type", "core#Concept>")
    return thing, "Task-type", "rdf:type", ""


def _offering_without_status(made: Sector) -> _Found:
    thing = made.things["offering"][0]
    _drop(made, "note", thing, "offeringStatus")
    return thing, "Offering-offeringStatus", "offeringStatus", ""


def _offering_of_two(made: Sector) -> _Found:
    thing = made.things["offering"][1]
    made.add("note", thing, "offeringOf", made.things["programme"][0])
    return thing, "Offering-offeringOf", "offeringOf", ""


def _for_whom_it_is_not(made: Sector) -> _Found:
    thing, learner = made.things["offering"][0], made.things["learner"][0]
    made.add("note", thing, "notForLearners", learner)
    return thing, "Offering-notForLearners", "notForLearners", learner


def _passage_backwards(made: Sector) -> _Found:
    thing, start = made.things["passage"][0], typed("500", "integer")
    _drop(made, "note", thing, "oa:start")
    made.add("note", thing, "oa:start", start)
    return thing, "Passage-start", "oa:start", start


def _broken_sum(made: Sector) -> _Found:
    thing = made.things["passage"][1]
    _drop(made, "note", thing, "sha256")
    made.add("note", thing, "sha256", typed("geen som"))
    return thing, "Passage-sha256", "sha256", typed("geen som")


def _bounds_crossed(made: Sector) -> _Found:
    thing, least = made.things["observation"][0], typed("99999", "integer")
    _drop(made, "note", thing, "minimumValue")
    made.add("note", thing, "minimumValue", least)
    return thing, "Observation-minimumValue", "minimumValue", least


def _unknown_match(made: Sector) -> _Found:
    thing, kind = made.things["match"][0], term(OUTSIDE["skos"] + "mappingRelation")
    _drop(made, "proposal", thing, "matchType")
    made.add("proposal", thing, "matchType", kind)
    return thing, "Match-matchType", "matchType", kind


def _match_of_a_theme(made: Sector) -> _Found:
    thing, theme = made.things["match"][1], made.things["theme"][2]
    _drop(made, "proposal", thing, "matchFrom")
    made.add("proposal", thing, "matchFrom", theme)
    return thing, "Match-matchFrom", "matchFrom", theme


def _two_matches(made: Sector) -> _Found:
    thing = made.things["competence"][2]
    other = term("http://data.europa.eu/esco/skill/other")
    made.add("proposal", thing, "skos:exactMatch", other)
    made.add("proposal", thing, "skos:broadMatch", other)
    return thing, "Thing-exactMatch", "skos:exactMatch", other


def _unknown_status(made: Sector) -> _Found:
    thing = made.things["policy"][0]
    _drop(made, "proposal", thing, "status")
    made.add("proposal", thing, "status", value("running"))
    return thing, "Thing-status", "status", value("running")


def _assesses_of_a_remark(made: Sector) -> _Found:
    thing = made.things["remark"][0]
    made.add("proposal", thing, "assesses", made.things["outcome"][2])
    return thing, "assesses", "", thing


def _deprecated_without_more(made: Sector) -> _Found:
    thing = made.things["task"][3]
    made.add("note", thing, "owl:deprecated", typed("true", "boolean"))
    return thing, "Deprecated", "", thing


def _replaced_by_what_went(made: Sector) -> _Found:
    thing, gone = made.things["task"][4], made.things["task"][5]
    made.add("note", thing, "owl:deprecated", typed("true", "boolean"))
    made.add("note", gone, "owl:deprecated", typed("true", "boolean"))
    made.add("note", gone, "skos:historyNote", text("samengevoegd", "nl"))
    made.add("note", thing, "dct:isReplacedBy", gone)
    return thing, "Replaced-isReplacedBy", "dct:isReplacedBy", gone


def _name_too_long(made: Sector) -> _Found:
    thing, name = made.things["outcome"][3], text("lang " * 60 + "!", "nl")
    _drop(made, "proposal", thing, "skos:prefLabel", "@nl")
    made.add("proposal", thing, "skos:prefLabel", name)
    return thing, "LearningOutcome-prefLabel-advised", "skos:prefLabel", name


def _no_definition(made: Sector) -> _Found:
    thing = made.things["tension"][0]
    _drop(made, "proposal", thing, "skos:definition")
    return thing, "TensionField-definition-advised", "skos:definition", ""


_FAULTS: tuple[Callable[[Sector], _Found], ...] = (
    _no_dutch_name,
    _two_dutch_names,
    _name_without_language,
    _empty_name,
    _no_code,
    _two_codes,
    _code_in_capitals,
    _code_too_long,
    _no_credits,
    _credits_as_integer,
    _draws_on_a_theme,
    _no_concept,
    _offering_without_status,
    _offering_of_two,
    _for_whom_it_is_not,
    _passage_backwards,
    _broken_sum,
    _bounds_crossed,
    _unknown_match,
    _match_of_a_theme,
    _two_matches,
    _unknown_status,
    _assesses_of_a_remark,
    _deprecated_without_more,
    _replaced_by_what_went,
    _name_too_long,
    _no_definition,
)
KINDS_OF_FAULT = len(_FAULTS)
"""So many faults fit in one sector without meeting."""
