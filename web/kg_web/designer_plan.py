"""The page that shows in which order units can be taken, and plans them at a pace."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kg.curriculum.prerequisites import Plan, Prerequisites, order_table, plan, plan_table, prerequisites
from kg.curriculum.prerequisites_picture import prerequisites_picture
from kg.errors import KgError
from kg_web.designer_asked import Asked, message_of
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, planned_programmes
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["PLAN"]

_PACE = Decimal(15)
"""EC per period when nothing is asked: half a semester of full-time study (60 EC a year, ECTS Users' Guide 2015)."""


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    found = remembered(prerequisites, programme)
    pace, weeks = _pace(asked, found), _weeks(asked)
    made, warnings = _plan(asked, found, pace)
    fields = (
        Field("programme", say("Programme"), "select", (programme,), fits["programme"]),
        Field("pace", say("EC per period"), "decimal", (asked.number(pace),)),
        Field("weeks", say("Weeks per period"), "number", (str(weeks) if weeks else "",)),
    )
    pictures = () if found.cycles else (Picture(prerequisites_picture(found, asked.lang, asked.href_of())),)
    tables = {"order": lambda: order_table(found, asked.lang)}
    if made:
        tables = {"order": tables["order"], "plan": lambda: plan_table(made, asked.lang)}
    return Answer(
        {"prerequisites": found, "pace": pace, "periods": made.periods if made else None},
        forms=(Form(fields, say("Make a plan")),),
        tables=tables,
        summary=_summary(asked, found, made),
        figures=_figures(asked, found, made),
        pictures=pictures,
        sheets=(*_periods(asked, made, weeks), _order(asked, found)),
        warnings=warnings,
        settled=(("programme", programme), ("pace", f"{pace.normalize():f}"), ("weeks", str(weeks) if weeks else "")),
        about=(found.programme,),
    )


def _pace(asked: Asked, found: Prerequisites) -> Decimal:
    """The pace asked for, with a point or a comma; without one, 15 EC or the largest unit."""
    text = asked.one("pace")
    if not text:
        return max(_PACE, *(size for size in found.credits.values() if size is not None), Decimal(0))
    try:
        pace = Decimal(text.replace(",", "."))
    except InvalidOperation:
        pace = Decimal("NaN")
    if not pace.is_finite() or abs(pace) > 10_000:
        raise Fault(400, asked.say("{pace} is no number of EC per period.", pace=text[:40]))
    return pace


def _weeks(asked: Asked) -> int:
    text = asked.one("weeks")
    if text and not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 60):
        raise Fault(400, asked.say("{weeks} is no number of weeks from 1 to 60.", weeks=text[:40]))
    return int(text) if text else 0


def _plan(asked: Asked, found: Prerequisites, pace: Decimal) -> tuple[Plan | None, tuple[str, ...]]:
    """The plan; when the graph itself allows none, what stands in the way. A pace that fits not is the asker's."""
    try:
        return plan(found, pace), ()
    except KgError as error:
        if asked.one("pace") and not found.cycles and not found.without_credits:
            raise
        return None, (message_of(error, asked.lang),)


def _summary(asked: Asked, found: Prerequisites, made: Plan | None) -> str:
    name = asked.name(found.programme)
    if found.cycles:
        return asked.say("The units of {programme} require each other in a circle.", programme=name)
    if made is None:
        return asked.say("{programme} has {units} units.", programme=name, units=asked.number(len(found.units)))
    return asked.say(
        "At {pace} EC per period, {programme} takes {periods} periods.",
        pace=asked.number(made.pace),
        programme=name,
        periods=asked.number(len(made.periods)),
    )


def _figures(asked: Asked, found: Prerequisites, made: Plan | None) -> tuple[Figure, ...]:
    say = asked.say
    figures = [Figure(asked.number(len(found.units)), say("units"))]
    if found.layers:
        figures.append(Figure(asked.number(len(found.layers)), say("steps after each other at least")))
        figures.append(Figure(asked.number(found.critical_credits), say("EC on the longest chain")))
    if made:
        figures.append(Figure(asked.number(sum((p.credits for p in made.periods), Decimal(0))), say("EC in all")))
    return tuple(figures)


def _periods(asked: Asked, made: Plan | None, weeks: int) -> tuple[Sheet, ...]:
    if made is None:
        return ()
    say = asked.say
    size_of = made.prerequisites.credits
    heads = [say("Period"), *([say("Weeks")] if weeks else []), say("Unit"), "EC", say("EC in this period")]
    lines = []
    for period in made.periods:
        when = f"{(period.number - 1) * weeks + 1}–{period.number * weeks}"
        for place, unit in enumerate(period.units):
            total = period.credits if place == 0 else None
            lines.append((str(period.number), *([when] if weeks else []), unit, size_of[unit], total))
    return (sheet(asked, say("Plan"), heads, lines, table="plan"),)


def _order(asked: Asked, found: Prerequisites) -> Sheet:
    say = asked.say
    step_of = {unit: number for number, layer in enumerate(found.layers, start=1) for unit in layer}
    lines = [
        (
            str(step_of.get(unit, "?")),
            unit,
            "?" if found.credits[unit] is None else found.credits[unit],
            (*found.requires[unit], *found.outside.get(unit, ())) or "–",
            unit in found.critical_path,
        )
        for unit in found.order or found.units
    ]
    heads = (say("Step"), say("Unit"), "EC", say("Requires first"), say("On the longest chain"))
    note = say("The longest chain is the row of units after each other with the most EC: what delays it delays all.")
    return sheet(asked, say("Order"), heads, lines, table="order", note=note)


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {"programme": planned_programmes(reader)}


PLAN = Analysis(
    name="plan",
    title=N_("Order and plan"),
    purpose=N_("See which unit has to come before which, and lay the units out over periods at your own pace."),
    parameters=("programme", "pace", "weeks"),
    answer=_answer,
    fitting=_fitting,
    tables=("order", "plan"),
)
