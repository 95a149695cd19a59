"""The page that shows what each unit adds to the others, and which units are most alike."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.redundancy import Redundancy, redundancy, redundancy_table
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, programmes
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["OVERLAP"]


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    found = remembered(redundancy, programme)
    spare = [item for item in found.additions if item.redundant]
    field = Field("programme", say("Programme"), "select", (programme,), fits["programme"])
    return Answer(
        found,
        forms=(Form((field,), say("Show")),),
        tables={"units": lambda: redundancy_table(found, asked.lang)},
        summary=_summary(asked, found, len(spare)),
        figures=(
            Figure(asked.number(len(found.additions)), say("units")),
            Figure(asked.number(len(spare)), say("units that add no competence of their own")),
            Figure(asked.number(len(found.overlaps)), say("pairs that share competences")),
        ),
        pictures=(_picture(asked, found),),
        sheets=_sheets(asked, found),
        settled=(("programme", programme),),
        about=(found.programme,),
    )


def _summary(asked: Asked, found: Redundancy, spare: int) -> str:
    name = asked.name(found.programme)
    if spare:
        return asked.say(
            "{count} units of {programme} add no competence that the others do not give as deeply.",
            count=asked.number(spare),
            programme=name,
        )
    return asked.say("Every unit of {programme} adds something of its own.", programme=name)


def _picture(asked: Asked, found: Redundancy) -> Picture:
    say = asked.say
    parts = [
        Part("competence", say("competences"), "●", "#1f4e79", "#ffffff"),
        Part("outcome", say("outcomes"), "◐", "#6ea6d7"),
        Part("subject", say("themes, tension fields and knowledge"), "○", "#dcebf7"),
    ]
    bars = [
        Bar(
            f"{item.unit.code} {asked.name(item.unit)}",
            [len(item.competences), len(item.outcomes), len(item.subjects)],
            item.unit,
        )
        for item in found.additions
    ]
    title = say("What only this unit gives, or gives most deeply")
    return Picture(bars_picture(title, title, parts, bars, asked.href_of()), title)


def _sheets(asked: Asked, found: Redundancy) -> tuple[Sheet, ...]:
    say = asked.say
    lines = [
        (
            item.unit,
            tuple(competence for competence, _ in item.competences) or "–",
            item.outcomes or "–",
            item.subjects or "–",
            Mark(say("yes"), "depth-1") if item.redundant else say("no"),
        )
        for item in found.additions
    ]
    heads = (
        *(say("Unit"), say("Competences only here"), say("Outcomes only here")),
        *(say("Themes, tension fields, knowledge only here"), say("Competences reached without it too?")),
    )
    pairs = [(one.first, one.second, one.competences, f"{round(100 * one.share)}%") for one in found.overlaps]
    heads_pairs = (say("Unit"), say("Other unit"), say("Competences both give"), say("Part of all they give"))
    note = say("Judged unit by unit: of two units that give the same, either can go, not both.")
    return (
        sheet(asked, say("What each unit adds"), heads, lines, table="units", note=note),
        sheet(asked, say("Units that are alike"), heads_pairs, pairs, empty=say("No two units share a competence.")),
    )


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {"programme": programmes(reader)}


OVERLAP = Analysis(
    name="overlap",
    title=N_("Overlap between units"),
    purpose=N_("See what only one unit gives, and which units resemble each other."),
    parameters=("programme",),
    answer=_answer,
    fitting=_fitting,
    tables=("units",),
)
