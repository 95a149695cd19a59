"""The page that finds the fewest units of a programme that cover a wish."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.coverage import DEPTHS, Depth
from kg.curriculum.rows import refer
from kg.curriculum.selection import Selection, cover, cover_table
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, programmes, wishes_of
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["SMALLEST"]

_MOST = 200
_SECONDS = 5.0
_DEPTHS = {depth.name.lower(): words for depth, words in DEPTHS.items()}


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    store = asked.reader.state.store
    about = refer(store, thing_called(store, programme, "Programme"))
    wishes, depth = tuple(sorted(asked.many("wish"))), _depth(asked)
    if len(wishes) > _MOST:
        raise Fault(400, say("At most {most} wishes can be weighed at once.", most=_MOST))
    forms = _forms(asked, programme, fits, depth)
    settled = (("programme", programme), *(("wish", code) for code in wishes), ("depth", depth))
    if not wishes:
        hint = say("Tick what a learner should reach, to see which units are enough.")
        return Answer(None, forms=forms, notes=(hint,), settled=settled, about=(about,))
    found = remembered(_cover, programme, wishes, depth)
    return Answer(
        found,
        forms=forms,
        tables={"units": lambda: cover_table(found, asked.lang)},
        summary=_summary(asked, found),
        figures=(
            Figure(asked.number(len(found.units)), say("units are enough")),
            Figure(asked.number(found.credits), say("EC in these units")),
            Figure(asked.number(len(found.wishes) - len(found.missing)), say("wishes met")),
            Figure(asked.number(len(found.missing)), say("wishes no unit meets")),
        ),
        pictures=(_picture(asked, found),) if found.units else (),
        sheets=_sheets(asked, found),
        warnings=() if found.proven else (say("The time was up: a smaller set may exist."),),
        settled=settled,
        about=(about,),
    )


def _cover(store: Store, programme: str, wishes: tuple[str, ...], depth: str) -> Selection:
    return cover(store, programme, wishes, depth=depth, seconds=_SECONDS)


def _depth(asked: Asked) -> str:
    depth = asked.one("depth") or Depth.PRACTISED.name.lower()
    if depth not in _DEPTHS:
        told = asked.say("{given} is not one of: {known}.", given=depth[:40], known=", ".join(_DEPTHS))
        raise Fault(400, told)
    return depth


def _forms(asked: Asked, programme: str, fits: Mapping[str, tuple[Option, ...]], depth: str) -> tuple[Form, ...]:
    say = asked.say
    choose = Form((Field("programme", say("Programme"), "select", (programme,), fits["programme"]),), say("Choose"))
    fields = (
        Field("wish", say("What should a learner reach?"), "ticks", asked.many("wish"), fits["wish"]),
        Field("depth", say("How deeply, at least?"), "select", (depth,), fits["depth"]),
    )
    return (choose, Form(fields, say("Find the smallest set"), (("programme", programme),)))


def _summary(asked: Asked, found: Selection) -> str:
    if not found.units:
        return asked.say("No unit of {programme} meets any of these wishes.", programme=asked.name(found.programme))
    if len(found.units) == 1:
        return asked.say("One unit of {programme} is enough.", programme=asked.name(found.programme))
    return asked.say(
        "{count} units of {programme} are enough; with fewer it cannot be done.",
        count=asked.number(len(found.units)),
        programme=asked.name(found.programme),
    )


def _picture(asked: Asked, found: Selection) -> Picture:
    say = asked.say
    parts = [
        Part("wished", say("wishes this unit meets"), "●", "#1f4e79", "#ffffff"),
        Part("required", say("taken along because another unit requires it"), "○", "#dcebf7"),
    ]
    bars = [
        Bar(f"{item.unit.code} {asked.name(item.unit)}", [len(item.gives), 0 if item.gives else 1], item.unit)
        for item in found.units
    ]
    title = say("The chosen units and the wishes each meets")
    return Picture(bars_picture(title, title, parts, bars, asked.href_of()))


def _sheets(asked: Asked, found: Selection) -> tuple[Sheet, ...]:
    say = asked.say
    lines = [
        (item.unit, "?" if item.credits is None else item.credits, item.gives or "–", item.required_by or "–")
        for item in found.units
    ]
    heads = (say("Unit"), "EC", say("Wishes it meets"), say("Required by"))
    empty = say("No unit meets any of these wishes.")
    sheets = [sheet(asked, say("The chosen units"), heads, lines, table="units", empty=empty)]
    if found.missing:
        told = [
            (wish.thing, Mark(DEPTHS[wish.depth].within(asked.lang), f"depth-{int(wish.depth)}"))
            for wish in found.missing
        ]
        heads_missing = (say("Wish"), say("Asked for at this depth"))
        sheets.append(sheet(asked, say("Wishes that no unit meets"), heads_missing, told, table="units"))
    return tuple(sheets)


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    depths = tuple(Option(code, words.within(reader.lang)) for code, words in _DEPTHS.items())
    return {"programme": programmes(reader), "wish": wishes_of(reader), "depth": depths}


SMALLEST = Analysis(
    name="smallest",
    title=N_("The smallest set of units for a wish"),
    purpose=N_("Tick what a learner should reach, and get the fewest units that are enough, proven."),
    parameters=("programme", "wish", "depth"),
    answer=_answer,
    fitting=_fitting,
    tables=("units",),
)
