"""The page that follows the chain of one thing: what it rests on, and what rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kg.curriculum.trace import CHAIN, Link, Trace, link_table, trace
from kg.curriculum.trace_picture import trace_picture
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_options import first_of, things
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Cell, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["TRACE", "TRACEABLE", "default_thing"]

TRACEABLE = (
    *("competence", "task", "outcome", "unit", "programme", "level", "assessment", "theme", "tension", "knowledge"),
    *("task-group", "occupation", "offering", "source", "passage"),
)
"""Kinds of things that a chain can be followed from, in the order in which they are offered."""

_DRAWN = 160
"""Things in a picture that can still be read."""
_FOLDED = 60
"""Rows from which on a table starts folded, so that the page can be overseen."""
_SHEETS = (
    ("up", N_("What rests on it"), N_("Towards unit, programme and level.")),
    ("down", N_("What it rests on"), N_("Towards competence, task and the place in the source.")),
    ("beside", N_("What it touches"), N_("The things this is about.")),
)


def _answer(asked: Asked) -> Answer:
    say = asked.say
    options = _fitting(asked.reader)["thing"]
    code = asked.one("thing") or default_thing(asked)
    found = remembered(trace, code)
    on_chain = [thing for thing in found.things if thing.kind in (*CHAIN, found.start.kind)]
    pictures: tuple[Picture, ...] = ()
    if len(on_chain) <= _DRAWN:
        pictures = (Picture(trace_picture(found, asked.lang, asked.href_of())),)
    too_large = say("This chain holds {count} things: too many to draw. The tables hold them all.", count=len(on_chain))
    chosen = next((one.label for one in options if one.value == code), code)
    field = Field("thing", say("Of what? Code or name"), "list", (chosen,), options)
    return Answer(
        found,
        forms=(Form((field,), say("Follow")),),
        tables={"links": lambda: link_table(found, asked.lang)},
        summary=say(
            "Connected with {label}: {count} other things.",
            label=f"{found.start.code} ({asked.name(found.start)})",
            count=asked.number(len(found.things) - 1),
        ),
        figures=_figures(asked, found),
        pictures=pictures,
        sheets=_sheets(asked, found),
        notes=() if pictures else (too_large,),
        settled=(("thing", code),),
        about=(found.start,),
    )


def default_thing(asked: Asked) -> str:
    """The thing a trace starts from when none is named. Raises a 404 for a graph in which there is none."""
    code = first_of(_fitting(asked.reader)["thing"])
    if not code:
        raise Fault(404, asked.say("This graph holds nothing yet that a chain runs through."))
    return code


def _figures(asked: Asked, found: Trace) -> tuple[Figure, ...]:
    counts = Counter(thing.kind for thing in found.things if thing != found.start)
    shown = [kind for kind in CHAIN if counts[kind] and kind != "passage"]
    return tuple(
        Figure(asked.number(counts[kind]), asked.reader.kind(kind) if counts[kind] == 1 else asked.reader.plural(kind))
        for kind in shown
    )


def _sheets(asked: Asked, found: Trace) -> tuple[Sheet, ...]:
    say = asked.say
    heads = (say("From"), say("Link"), say("To"), say("Origin"), say("Reason"))
    sheets = []
    for direction, heading, note in _SHEETS:
        lines = [_line(asked, link) for link in found.links if link.direction == direction]
        if lines:
            sheets.append(
                sheet(asked, say(heading), heads, lines, note=say(note), table="links", folded=len(lines) > _FOLDED)
            )
    return tuple(sheets)


def _line(asked: Asked, link: Link) -> tuple[object, ...]:
    places = tuple(
        Value(place.section or place.passage.code, asked.reader.address(place.passage.iri)) for place in link.cited
    )
    why: object = link.rationale if link.rationale else Cell(places)
    origin = Cell((Value(link.origin.code),), "origin") if link.origin.code else None
    return (link.subject, link.property.label.within(asked.lang), link.object, origin, why)


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {"thing": things(reader, [kind for kind in TRACEABLE if kind != "passage"])}


TRACE = Analysis(
    name="trace",
    title=N_("Follow the chain"),
    purpose=N_("See what a task, competence, outcome or unit rests on and what rests on it, with the reasons."),
    parameters=("thing",),
    answer=_answer,
    fitting=_fitting,
    tables=("links",),
)
