"""The page that shows which competences a programme reaches, how deeply, and what its credits go to."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.coverage import DEPTHS, Cell, Coverage, Depth, coverage, matrix_table, reach_table, share_table
from kg.curriculum.coverage_picture import coverage_picture
from kg.curriculum.rows import Ref
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, profiles, programmes
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Head, Mark, Sheet, sheet
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["COVERAGE", "coverage_shown", "matrix_sheet", "reach_sheet"]

_SIGNS = {Depth.INTRODUCED: "○", Depth.PRACTISED: "◐", Depth.ASSESSED: "●"}
_SUBJECTS = {
    "theme": N_("Credits per theme"),
    "tension": N_("Credits per tension field"),
    "knowledge": N_("Credits per knowledge element"),
}


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    profile = asked.one("profile")
    found = remembered(coverage, programme, profile)
    reached = len(found.competences) - len(found.missing)
    fields = (
        Field("programme", say("Programme"), "select", (programme,), fits["programme"]),
        Field("profile", say("Competences of"), "select", (profile,), fits["profile"], empty=say("all profiles")),
    )
    return Answer(
        found,
        forms=(Form(fields, say("Show")),),
        tables={
            "matrix": lambda: matrix_table(found, asked.lang),
            "reach": lambda: reach_table(found, asked.lang),
            "shares": lambda: share_table(found, asked.lang),
        },
        summary=say(
            "{programme} reaches {reached} of {total} competences.",
            programme=asked.name(found.programme),
            reached=asked.number(reached),
            total=asked.number(len(found.competences)),
        ),
        figures=_figures(asked, found),
        pictures=(coverage_shown(asked, found),),
        sheets=(matrix_sheet(asked, found), reach_sheet(asked, found), *_shares(asked, found)),
        settled=(("programme", programme), ("profile", profile)),
        about=(found.programme,),
    )


def coverage_shown(asked: Asked, found: Coverage) -> Picture:
    """The heat map; a cell leads to the row that says why it is what it is."""
    why = _anchor if asked.drawing else None
    svg = coverage_picture(found, asked.lang, asked.href_of(), lambda cell: f"#{why(cell)}" if why else "")
    return Picture(svg, asked.say("Point at a cell, or go to it with Tab and the arrow keys, to see why."))


def _anchor(cell: Cell) -> str:
    return f"why-{cell.competence.code}-{cell.unit.code}"


def _figures(asked: Asked, found: Coverage) -> tuple[Figure, ...]:
    say = asked.say
    depths = [found.depth(competence) for competence in found.competences]
    figures = [Figure(asked.number(depths.count(depth)), DEPTHS[depth].within(asked.lang)) for depth in Depth]
    figures.append(Figure(asked.number(len(found.missing)), say("not reached")))
    return (*figures, Figure(asked.number(found.total), say("EC in all units")))


def matrix_sheet(asked: Asked, found: Coverage) -> Sheet:
    """The matrix as a table: competences down, units across."""
    say = asked.say
    spent = {share.subject: share.credits for share in found.credits["competence"]}
    heads: list[str | Head] = [say("Competence")]
    heads += [Head(unit.code, asked.name(unit), asked.reader.address(unit.iri)) for unit in found.units]
    heads += [say("Deepest"), "EC"]
    lines = [
        (
            competence,
            *(_depth(asked, cell.depth if cell else None) for cell in _row(found, competence)),
            _depth(asked, found.depth(competence), words=True),
            "?" if spent[competence] is None else spent[competence],
        )
        for competence in found.competences
    ]
    note = say("○ introduced: the unit touches it. ◐ practised: an outcome develops it. ● assessed: it is proven.")
    return sheet(asked, say("Competences and units"), heads, lines, table="matrix", note=note)


def reach_sheet(asked: Asked, found: Coverage) -> Sheet:
    """Why every cell of the matrix is what it is."""
    say = asked.say
    lines = [
        (
            cell.competence,
            cell.unit,
            _depth(asked, cell.depth, words=True),
            cell.outcomes or "–",
            cell.assessments or "–",
        )
        for cell in found.cells
    ]
    heads = (say("Competence"), say("Unit"), say("How deep"), say("Through outcomes"), say("Assessed with"))
    anchors = [_anchor(cell) for cell in found.cells]
    return sheet(
        asked, say("Why every cell is what it is"), heads, lines, table="reach", anchors=anchors, empty=say("None.")
    )


def _row(found: Coverage, competence: Ref) -> list[Cell | None]:
    return [found.cell(competence, unit) for unit in found.units]


def _depth(asked: Asked, depth: Depth | None, *, words: bool = False) -> Mark:
    if depth is None:
        return Mark(asked.say("not reached") if words else "–", "depth-0")
    name = DEPTHS[depth].within(asked.lang)
    return Mark(f"{_SIGNS[depth]} {name}" if words else f"{_SIGNS[depth]}", f"depth-{int(depth)}")


def _shares(asked: Asked, found: Coverage) -> list[Sheet]:
    say = asked.say
    note = say(
        "The EC of a unit are divided evenly over its outcomes, and those of an outcome over what it names. "
        "An outcome that names nothing of this kind is left out."
    )
    sheets = []
    for kind, heading in _SUBJECTS.items():
        shares = sorted(found.credits[kind], key=lambda share: (-(share.credits or 0), share.subject))
        name = asked.reader.kind(kind)
        heads = (name[:1].upper() + name[1:], "EC", say("Through outcomes"))
        lines = [
            (share.subject, "?" if share.credits is None else share.credits, share.outcomes or say("none"))
            for share in shares
        ]
        empty = say("This graph has none.")
        sheets.append(sheet(asked, say(heading), heads, lines, table="shares", note=note, empty=empty, folded=True))
        note = ""
    return sheets


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {"programme": programmes(reader), "profile": profiles(reader)}


COVERAGE = Analysis(
    name="coverage",
    title=N_("Coverage of a programme"),
    purpose=N_("See which competences each unit reaches, how deeply, and what the credits go to."),
    parameters=("programme", "profile"),
    answer=_answer,
    fitting=_fitting,
    tables=("matrix", "reach", "shares"),
)
