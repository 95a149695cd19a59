"""The page that advises what of earlier learning a programme can recognise; what is filled in is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyoxigraph as ox

from kg.curriculum.evidence import Evidence
from kg.curriculum.recognition import NAMES_OF_STANDINGS, Recognition, Standing, recognise
from kg.curriculum.recognition_policy import NAMES_OF_VERDICTS, Policy, kinds_of_evidence, policy_of
from kg.curriculum.recognition_tables import item_table, outcome_table, unit_table
from kg.curriculum.rows import refer
from kg.graph.find import thing_called
from kg.names import OUTSIDE
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_options import default_programme, first_of, recognising_programmes
from kg_web.designer_page import Analysis, Answer, Figure, Option, Picture
from kg_web.designer_recognition_form import held_options, kind_options, recognition_forms
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["RECOGNITION"]

_LOOKS = {
    Standing.RECOGNISED: ("●", "#1f4e79", "#ffffff"),
    Standing.EXAMINE: ("◐", "#6ea6d7", "#1a1a1a"),
    Standing.REMAINING: ("○", "#ffffff", "#1a1a1a"),
}
_MOST = 200


def _answer(asked: Asked) -> Answer:
    say, store = asked.say, asked.reader.state.store
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    policy = policy_of(store, thing_called(store, programme, "Programme"))
    evidence = _evidence(asked)
    on = _day(asked, asked.one("on")) or date.today()
    forms = recognition_forms(asked, programme, fits, on)
    notes = (
        _policy_told(asked, policy),
        *([say("Weighed on {day}.", day=_date_told(asked, on))] if evidence else []),
        say("This is advice. Who decides: {board}. What you fill in is kept nowhere.", board=_board(asked, policy)),
    )
    settled = (("programme", programme), ("on", on.isoformat()), *_settled(asked))
    about = (refer(store, thing_called(store, programme, "Programme")),)
    if not evidence:
        return Answer(None, forms=forms, notes=notes, settled=settled, about=about)
    found = recognise(store, programme, evidence, on)
    return Answer(
        found,
        forms=forms,
        tables={
            "outcomes": lambda: outcome_table(found, asked.lang),
            "units": lambda: unit_table(found, asked.lang),
            "evidence": lambda: item_table(found, asked.lang),
        },
        summary=_summary(asked, found),
        figures=tuple(
            Figure(f"{asked.number(found.credits(standing))} EC", NAMES_OF_STANDINGS[standing].within(asked.lang))
            for standing in Standing
        ),
        pictures=(_picture(asked, found),),
        sheets=(_items(asked, found), _units(asked, found), _outcomes(asked, found)),
        notes=notes,
        settled=settled,
        about=about,
    )


def _evidence(asked: Asked) -> tuple[Evidence, ...]:
    """What is ticked, each with the kind and date given for it, or else those given for all."""
    codes = asked.many("have")
    if len(codes) > _MOST:
        raise Fault(400, asked.say("At most {most} things can be weighed at once.", most=_MOST))
    kind, day = asked.one("evidence"), _day(asked, asked.one("date"))
    return tuple(
        Evidence(
            code,
            asked.one(f"evidence.{code}") or kind,
            _day(asked, asked.one(f"date.{code}")) or day,
            where=asked.say("What someone holds"),
        )
        for code in codes
    )


def _day(asked: Asked, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Fault(400, asked.say("{text} is no date. Write year-month-day: 2024-06-30.", text=text[:40]))
    return day


def _settled(asked: Asked) -> list[tuple[str, str]]:
    told = [("have", code) for code in asked.many("have")]
    told += [(name, asked.one(name)) for name in ("evidence", "date")]
    for code in asked.many("have"):
        told += [(f"{name}.{code}", asked.one(f"{name}.{code}")) for name in ("evidence", "date")]
    return told


def _policy_told(asked: Asked, policy: Policy) -> str:
    """The policy in a sentence: which kinds of evidence count, and how old they may be."""
    say = asked.say
    kinds = ", ".join(asked.name(kind) for kind in policy.kinds) or say("every kind of evidence")
    duration = ox.Literal(policy.maximum_age, datatype=ox.NamedNode(OUTSIDE["xsd"] + "duration"))
    age = asked.reader.value(duration).text if policy.maximum_age else say("any age")
    return say(
        "Policy: {policy}. What counts: {kinds}. Evidence may be this old: {age}.",
        policy=asked.name(policy.policy),
        kinds=kinds,
        age=age,
    )


def _board(asked: Asked, policy: Policy) -> str:
    return ", ".join(asked.name(decider) for decider in policy.decided_by) or asked.say("the exam board")


def _summary(asked: Asked, found: Recognition) -> str:
    return asked.say(
        "Of {programme}, {recognised} EC can be recognised; {remaining} EC remain to be learned or examined.",
        programme=asked.name(found.programme),
        recognised=asked.number(found.credits(Standing.RECOGNISED)),
        remaining=asked.number(found.credits(Standing.EXAMINE, Standing.REMAINING)),
    )


def _picture(asked: Asked, found: Recognition) -> Picture:
    """Per unit how many outcomes stand how, in the order in which the units can be taken."""
    parts = [
        Part(standing.value, NAMES_OF_STANDINGS[standing].within(asked.lang), *_LOOKS[standing])
        for standing in Standing
    ]
    bars = []
    for unit in found.units:
        inside = [outcome.standing for outcome in found.outcomes if unit.unit in outcome.units]
        told = f"{unit.unit.code} {asked.name(unit.unit)} ({asked.number(unit.credits)} EC)"
        bars.append(Bar(told, [inside.count(standing) for standing in Standing], unit.unit))
    title = asked.say("Outcomes per unit: recognised, to be examined, to be learned")
    caption = asked.say("The number of outcomes per unit, in the order in which the units can be taken.")
    return Picture(bars_picture(title, caption, parts, bars, asked.href_of()), caption)


def _mark(asked: Asked, standing: Standing) -> Mark:
    return Mark(f"{_LOOKS[standing][0]} {NAMES_OF_STANDINGS[standing].within(asked.lang)}", standing.value)


def _items(asked: Asked, found: Recognition) -> Sheet:
    say = asked.say
    names = {ref.code: asked.name(ref) for ref in kinds_of_evidence(asked.reader.state.store).values()}
    lines = [
        (
            item.thing,
            names.get(item.evidence.kind, item.evidence.kind) or say("not given"),
            _date_told(asked, item.evidence.on) or say("not given"),
            Mark(NAMES_OF_VERDICTS[item.verdict].within(asked.lang), item.verdict.value),
            item.reason,
            item.outcomes or "–",
        )
        for item in found.items
    ]
    heads = (say("Held"), say("Kind of evidence"), say("Date"), say("Judgement"), say("Why"), say("Counts for"))
    return sheet(asked, say("What the evidence is worth"), heads, lines, table="evidence")


def _units(asked: Asked, found: Recognition) -> Sheet:
    say = asked.say
    lines = [
        (str(number), unit.unit, unit.credits, _mark(asked, unit.standing), unit.remaining or "–")
        for number, unit in enumerate(found.units, start=1)
    ]
    heads = (say("Order"), say("Unit"), "EC", say("Standing"), say("Open outcomes"))
    note = say("Credits are granted for a whole unit: as long as one outcome is open, all its EC remain.")
    return sheet(asked, say("What remains, in order"), heads, lines, table="units", note=note)


def _outcomes(asked: Asked, found: Recognition) -> Sheet:
    say = asked.say
    lines = [
        (outcome.units, outcome.outcome, _mark(asked, outcome.standing), outcome.through or "–")
        for outcome in found.outcomes
    ]
    heads = (say("Unit"), say("Outcome"), say("Standing"), say("Because of"))
    return sheet(asked, say("Every outcome"), heads, lines, table="outcomes")


def _date_told(asked: Asked, day: date | None) -> str:
    if day is None:
        return ""
    return asked.reader.value(ox.Literal(day.isoformat(), datatype=ox.NamedNode(OUTSIDE["xsd"] + "date"))).text


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    found = recognising_programmes(reader)
    held = held_options(reader, first_of(found))
    return {"programme": found, "have": held, "evidence": kind_options(reader)}


RECOGNITION = Analysis(
    name="recognition",
    title=N_("Recognise what someone can do already"),
    purpose=N_("Tick what someone has shown before, and see what can be recognised and what remains to be learned."),
    parameters=("programme", "have", "evidence", "date", "on"),
    answer=_answer,
    fitting=_fitting,
    tables=("outcomes", "units", "evidence"),
    private=True,
)
