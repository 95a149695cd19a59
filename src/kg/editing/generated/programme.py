"""What a made-up sector designs: a minor with its units, outcomes, assessments and recognition, and who offers it."""

from __future__ import annotations

from kg.editing.generated.sector import Sector, term, typed, value
from kg.editing.generated.words import OBJECTS, SETTINGS, SUBJECTS, VERBS, Pair

__all__ = ["minor", "offers"]

_UNITS, _OUTCOMES = 6, 4
_REACHED = _OUTCOMES + 1
"""Competences that the outcomes of one unit develop; a unit begins two further than the one before it."""


def minor(made: Sector, name: Pair) -> None:
    """A stated bachelor, and a proposed minor in it of six units of 5 EC, all assessed, with recognition."""
    level = term(made.names.thing("level", "nlqf-6"))
    bachelor = made.thing("note", "programme", made.code("ba"), (f"bachelor {name[0]}", f"bachelor for {name[1]}"))
    made.add("note", bachelor, "programmeType", value("bachelor"))
    made.add("note", bachelor, "atLevel", level)
    made.add("note", bachelor, "credits", typed("240", "decimal"))
    programme = made.thing("proposal", "programme", made.code("mi"), (f"minor {name[0]}", f"minor for {name[1]}"))
    made.add("proposal", programme, "programmeType", value("minor"))
    made.add("proposal", programme, "atLevel", level)
    made.add("proposal", programme, "credits", typed("30", "decimal"))
    made.add("proposal", programme, "partOfProgramme", bachelor)
    made.add("proposal", programme, "status", value("proposed"))
    made.tell("proposal", programme, "rationale", ("De bron vraagt erom.", "The source asks for it."))
    order = made.chance.sample(made.things["competence"], len(made.things["competence"]))
    for number in range(_UNITS):
        reached = [order[(2 * number + i) % len(order)] for i in range(_REACHED)]
        _unit(made, number, level, programme, reached)
    policy = made.thing(
        "proposal", "policy", made.code("evc"), (f"erkenning van eerder leren, {name[0]}", f"recognition, {name[1]}")
    )
    made.add("proposal", policy, "appliesTo", programme)
    made.add("proposal", policy, "decidedBy", made.things["organisation"][1])
    made.add("proposal", policy, "evidenceType", value("certificate"), value("workProduct"))
    made.add("proposal", policy, "maximumAge", typed("P5Y", "duration"))
    made.add("proposal", policy, "status", value("proposed"))
    made.tell("proposal", policy, "rationale", ("Ouder bewijs zegt weinig.", "Older evidence says little."))


def _unit(made: Sector, number: int, level: str, programme: str, reached: list[str]) -> None:
    place = f"{made.number}.{number + 1}"
    subject, setting = made.chance.choice(SUBJECTS), SETTINGS[number]
    label = (f"werken met {subject[0]} {setting[0]} ({place})", f"working with {subject[1]} {setting[1]} ({place})")
    earlier = list(made.things.get("unit", ()))
    unit = made.thing("proposal", "unit", made.code("le"), label)
    made.tell("proposal", unit, "skos:definition", (f"Leereenheid over {label[0]}.", f"Learning unit on {label[1]}."))
    made.add("proposal", programme, "hasUnit", unit)
    made.add("proposal", unit, "atLevel", level)
    made.add("proposal", unit, "credits", typed("5", "decimal"))
    made.add("proposal", unit, "unitType", value("learningUnit"))
    made.add("proposal", unit, "status", value("proposed"))
    made.add("proposal", unit, "drawsOn", made.chance.choice(made.things["knowledge"]))
    made.add("proposal", unit, "requiresUnit", *sorted(made.chance.sample(earlier, min(len(earlier), 2))))
    made.add("derived", unit, "reaches", *sorted(reached))
    proofs = [
        made.thing("proposal", "assessment", made.code("as"), (f"{kind[0]} {place}", f"{kind[1]} {place}"))
        for kind in (("portfolio", "portfolio"), ("praktijkopdracht", "work project"))
    ]
    for proof, kind in zip(proofs, ("portfolio", "workProject"), strict=True):
        made.add("proposal", proof, "assessmentType", value(kind))
        made.add("proposal", proof, "status", value("proposed"))
    for i in range(_OUTCOMES):
        outcome = _outcome(made, level)
        made.add("proposal", unit, "hasOutcome", outcome)
        made.add("derived", programme, "hasOutcome", outcome)
        made.add("proposal", proofs[i % 2], "assesses", outcome)
        made.add("proposal", outcome, "develops", *sorted(reached[i : i + 2]))


def _outcome(made: Sector, level: str) -> str:
    chance = made.chance
    verb, begins = chance.choice(VERBS)
    subject, thing, setting = chance.choice(SUBJECTS), chance.choice(OBJECTS), chance.choice(SETTINGS)
    place = f"{made.number}.{len(made.things.get('outcome', ())) + 1}"
    label = (f"{thing[0]} {verb[0]} ({place})", f"{verb[1]} {thing[1]} ({place})")
    outcome = made.thing("proposal", "outcome", made.code("lr"), label)
    statement = (
        f"{begins[0]} samen met {subject[0]} {setting[0]} {thing[0]}, met een onderbouwde keuze van bronnen.",
        f"{begins[1]} {thing[1]} {setting[1]} together with {subject[1]}, with a reasoned choice of sources.",
    )
    made.tell("proposal", outcome, "skos:definition", statement)
    made.tell("proposal", outcome, "actionVerb", verb)
    made.tell("proposal", outcome, "rationale", (f"Nodig bij {thing[0]}.", f"Needed for {thing[1]}."))
    made.add("proposal", outcome, "atLevel", level)
    made.add("proposal", outcome, "status", value("proposed"))
    for name, segment in (("involvesTension", "tension"), ("concernsTheme", "theme"), ("drawsOn", "knowledge")):
        made.add("proposal", outcome, name, chance.choice(made.things[segment]))
    return outcome


def offers(made: Sector, name: Pair, town: str) -> None:
    """The school offers both programmes, for two groups of learners."""
    for label in (("studenten", "students"), ("werkenden", "working learners")):
        words = (f"{label[0]} in {name[0]}", f"{label[1]}, {name[1]}")
        made.thing("note", "learner", made.code("dg"), words)
    for number, programme in enumerate(made.things["programme"]):
        label = (f"aanbod {made.number}.{number + 1}", f"offering {made.number}.{number + 1}")
        offering = made.thing("note", "offering", made.code("ab"), label)
        made.add("note", offering, "offeringOf", programme)
        made.add("note", offering, "offeredBy", made.things["organisation"][1])
        made.add("note", offering, "takesPlaceIn", town)
        made.add("note", offering, "offeringStatus", value(made.chance.choice(("running", "planned", "interested"))))
        made.add("note", offering, "studyMode", value("fullTime"))
        made.add("note", offering, "forLearners", made.things["learner"][number])
