"""The dossier of a programme: everything an accreditation panel asks, in chapters, to be read, printed and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.curriculum.dossier import Dossier, dossier
from kg.curriculum.dossier_tables import assessed_table, ground_table, noted_table, part_table, source_table
from kg.curriculum.gaps import State, count_table
from kg_web.designer_asked import Asked
from kg_web.designer_coverage import coverage_shown, matrix_sheet, reach_sheet
from kg_web.designer_dossier_sheets import (
    assessed_sheet,
    comparison_sheet,
    fact_sheet,
    gap_sheets,
    ground_sheet,
    level_sheet,
    part_sheets,
    remark_sheet,
    reservation_sheet,
    source_sheet,
)
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, programmes
from kg_web.designer_page import Analysis, Answer, Chapter, Field, Figure, Form, Option
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["DOSSIER"]


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    found = remembered(dossier, programme)
    field = Field("programme", say("Programme"), "select", (programme,), fits["programme"])
    return Answer(
        found,
        forms=(Form((field,), say("Show")),),
        tables={
            "outcomes": lambda: part_table(found, asked.lang),
            "grounds": lambda: ground_table(found, asked.lang),
            "assessments": lambda: assessed_table(found, asked.lang),
            "gaps": lambda: count_table(found.gaps, asked.lang),
            "remarks": lambda: noted_table(found, asked.lang),
            "sources": lambda: source_table(found, asked.lang),
        },
        heading=say("Dossier: {programme}", programme=asked.name(found.programme.thing)),
        summary=_summary(asked, found),
        figures=_figures(asked, found),
        chapters=_chapters(asked, found),
        settled=(("programme", programme),),
        about=(found.programme.thing,),
    )


def _summary(asked: Asked, found: Dossier) -> str:
    outcomes = {one.outcome.thing for part in found.parts for one in part.outcomes}
    proven = {one.outcome.thing for part in found.parts for one in part.outcomes if one.assessments}
    return asked.say(
        "{programme}: {outcomes} outcomes in {units} units, {proven} of them proven by an assessment.",
        programme=asked.name(found.programme.thing),
        outcomes=asked.number(len(outcomes)),
        units=asked.number(len(found.parts)),
        proven=asked.number(len(proven)),
    )


def _figures(asked: Asked, found: Dossier) -> tuple[Figure, ...]:
    say = asked.say
    tasks = {task for grounds in found.grounds for task in grounds.tasks}
    reached = len(found.coverage.competences) - len(found.coverage.missing)
    open_ = sum(link.gap + link.unknown for link in found.gaps.links)
    return (
        Figure(asked.number(found.programme.credits or found.coverage.total), "EC"),
        Figure(asked.number(len(tasks)), say("tasks it prepares for")),
        Figure(
            say("{reached} of {total}", reached=reached, total=len(found.coverage.competences)),
            asked.reader.plural("competence"),
        ),
        Figure(asked.number(len(found.assessments)), asked.reader.plural("assessment")),
        Figure(asked.number(open_), say("links missing or unknown")),
    )


def _chapters(asked: Asked, found: Dossier) -> tuple[Chapter, ...]:
    say = asked.say
    told = found.programme.text.within(asked.lang)
    return (
        Chapter(
            "programme", say("The programme in short"), (told,) if told else (), sheets=(fact_sheet(asked, found),)
        ),
        Chapter(
            "grounds",
            say("From task to outcome"),
            (say("What the profession asks for, and which outcomes answer to it."),),
            sheets=(ground_sheet(asked, found),),
        ),
        Chapter("units", say("Units and outcomes"), sheets=part_sheets(asked, found)),
        Chapter(
            "coverage",
            say("Coverage"),
            (say("Which competence is reached in which unit, and how deeply."),),
            pictures=(coverage_shown(asked, found.coverage),),
            sheets=(matrix_sheet(asked, found.coverage), reach_sheet(asked, found.coverage)),
        ),
        Chapter(
            "levels",
            say("Level"),
            (say("A comparison is as strong as its source states it; nothing is concluded from one over another."),),
            sheets=(level_sheet(asked, found), comparison_sheet(asked, found), *reservation_sheet(asked, found)),
        ),
        Chapter(
            "assessment",
            say("Assessment"),
            (say("Every way of assessing, and the outcomes it proves."),),
            sheets=(assessed_sheet(asked, found),),
        ),
        Chapter(
            "open",
            say("What is still open"),
            (say("A gap is a link that a design lacks: somebody should act."), *_open(asked, found)),
            sheets=(*gap_sheets(asked, found), remark_sheet(asked, found)),
        ),
        Chapter(
            "sources",
            say("Sources"),
            (say("Where the things in this dossier stand in their sources, so that anyone can verify them."),),
            sheets=(source_sheet(asked, found),),
        ),
    )


def _open(asked: Asked, found: Dossier) -> Iterable[str]:
    states = {gap.state for link in found.gaps.links for gap in link.findings}
    if not states & {State.GAP, State.UNKNOWN}:
        yield asked.say("No link of this programme is missing or unknown.")


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {"programme": programmes(reader)}


DOSSIER = Analysis(
    name="dossier",
    title=N_("Dossier for a panel"),
    purpose=N_("Everything of one programme to judge it by: chain, coverage, level, assessment, sources."),
    parameters=("programme",),
    answer=_answer,
    fitting=_fitting,
    tables=("outcomes", "grounds", "assessments", "gaps", "remarks", "sources"),
)
