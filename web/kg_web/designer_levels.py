"""The page that lays the levels of all frameworks side by side, with the programmes on them."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.levels import LevelBridge, bridge_table, levels, rung_table
from kg.curriculum.levels_picture import levels_picture
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_page import Analysis, Answer, Figure, Option, Picture
from kg_web.designer_sheet import Cell, Sheet, sheet
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["LEVELS"]


def _answer(asked: Asked) -> Answer:
    say = asked.say
    found = remembered(levels)
    programmes = {standing.programme for rung in found.rungs for standing in rung.programmes}
    return Answer(
        found,
        tables={"levels": lambda: rung_table(found, asked.lang), "matches": lambda: bridge_table(found, asked.lang)},
        summary=say(
            "{levels} levels of {frameworks} frameworks, with {programmes} programmes on them.",
            levels=asked.number(len(found.rungs)),
            frameworks=asked.number(len(found.frameworks)),
            programmes=asked.number(len(programmes)),
        ),
        figures=(
            Figure(asked.number(len(found.rungs)), asked.reader.plural("level")),
            Figure(asked.number(len(found.between)), say("comparisons between levels")),
            Figure(asked.number(len(programmes)), asked.reader.plural("programme")),
        ),
        pictures=(Picture(levels_picture(found, asked.lang, asked.href_of())),),
        sheets=(*_rungs(asked, found), _matches(asked, found), *_reservations(asked, found)),
        notes=(say("A comparison is as strong as its source states it; nothing is concluded from one over another."),),
    )


def _rungs(asked: Asked, found: LevelBridge) -> list[Sheet]:
    """A sheet for every framework, highest level first; folded when no programme stands on it."""
    say = asked.say
    heads = (
        *(say("Level"), say("Career stage of the level")),
        *(say("Programme"), say("Career stage it ends at"), say("Offered")),
    )
    sheets = []
    for framework in found.frameworks:
        lines: list[tuple[object, ...]] = []
        for rung in reversed(found.of_framework(framework)):
            link = Cell((Value(asked.name(rung.level), asked.reader.address(rung.level.iri)),))
            head = (link, rung.stage.label if rung.stage else "–")
            for standing in rung.programmes or (None,):
                programme = standing.programme if standing else "–"
                stage = standing.stage.label if standing and standing.stage else "–"
                told = ", ".join(asked.name(status) for status in standing.statuses) if standing else ""
                lines.append((*head, programme, stage, told or "–"))
        name, folded = asked.name(framework), not any(rung.programmes for rung in found.of_framework(framework))
        heading = name[:1].upper() + name[1:]
        sheets.append(sheet(asked, heading, heads, lines, table="levels", folded=folded))
    return sheets


def _matches(asked: Asked, found: LevelBridge) -> Sheet:
    say = asked.say
    lines = [
        (
            match.first,
            match.strength,
            match.second,
            Cell((Value(match.origin.code),), "origin") if match.origin else None,
            match.sources or "–",
        )
        for match in sorted(found.matches, key=lambda match: not match.inside)
    ]
    heads = (say("Level"), say("Compares"), say("With"), say("Origin"), say("Source"))
    return sheet(asked, say("Comparisons"), heads, lines, table="matches", empty=say("None."), folded=len(lines) > 20)


def _reservations(asked: Asked, found: LevelBridge) -> list[Sheet]:
    say = asked.say
    sheets = []
    if found.stage_gaps:
        lines = [
            (gap.level, gap.level_stage.label, gap.other, gap.other_stage.label, gap.programmes)
            for gap in found.stage_gaps
        ]
        heads = (say("Level"), say("Career stage"), say("Compared with"), say("Career stage"), say("Programmes"))
        heading = say("Where the comparison does not hold for the career stage")
        sheets.append(sheet(asked, heading, heads, lines))
    if found.notes:
        told = [(note.note, note.text or note.note.label, note.about) for note in found.notes]
        heads_notes = (say("Remark"), say("Text"), say("About"))
        sheets.append(sheet(asked, say("What sources and remarks say about it"), heads_notes, told))
    return sheets


def _fitting(_: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {}


LEVELS = Analysis(
    name="levels",
    title=N_("Levels side by side"),
    purpose=N_("See how levels of different frameworks compare, how strongly, and what stands on each."),
    parameters=(),
    answer=_answer,
    fitting=_fitting,
    tables=("levels", "matches"),
)
