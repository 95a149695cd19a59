"""The tables of a dossier as they stand on its page."""

from __future__ import annotations

from collections.abc import Iterable

from kg.curriculum.dossier import Described, Dossier, Part
from kg.curriculum.gaps import State
from kg.curriculum.rows import Ref
from kg_web.designer_asked import Asked
from kg_web.designer_sheet import Cell, Mark, Sheet, sheet
from kg_web.lists import origin_of_thing
from kg_web.reader import Value

__all__ = [
    "assessed_sheet",
    "comparison_sheet",
    "fact_sheet",
    "gap_sheets",
    "ground_sheet",
    "level_sheet",
    "part_sheets",
    "remark_sheet",
    "reservation_sheet",
    "source_sheet",
]


def fact_sheet(asked: Asked, found: Dossier) -> Sheet:
    """What the programme is: kind, size, level, status, where it comes from."""
    say, told = asked.say, found.programme
    facts: list[tuple[str, object]] = [
        (say("Code"), told.thing.code),
        (say("Kind"), _names(asked, told.kinds)),
        ("EC", told.credits or found.coverage.total),
        (say("Level"), _names(asked, told.levels)),
        (say("Status"), _names(asked, told.statuses)),
        (say("Part of"), _names(asked, told.requires)),
        (say("Origin"), _origin(asked, told.thing)),
    ]
    lines = [(name, value) for name, value in facts if value not in (None, "")]
    return sheet(asked, say("Facts"), (say("Fact"), say("Value")), lines, bare=True)


def ground_sheet(asked: Asked, found: Dossier) -> Sheet:
    """Per competence the tasks that ask for it and the outcomes that develop it."""
    say = asked.say
    lines = [(item.competence, item.tasks or say("none known"), item.outcomes or "–") for item in found.grounds]
    heads = (say("Competence"), say("Asked for by tasks"), say("Developed by outcomes"))
    return sheet(asked, say("Competences, tasks and outcomes"), heads, lines, table="grounds", empty=say("None."))


def part_sheets(asked: Asked, found: Dossier) -> tuple[Sheet, ...]:
    """A table for every unit: its outcomes in full, what they develop and what proves them."""
    return tuple(_part(asked, part) for part in found.parts)


def _part(asked: Asked, part: Part) -> Sheet:
    say, unit = asked.say, part.unit
    size = say("{credits} EC", credits=asked.number(unit.credits)) if unit.credits is not None else ""
    told = ", ".join(text for text in (size, _names(asked, unit.levels)) if text)
    required = _names(asked, unit.requires) if unit.thing.kind == "unit" else ""
    note = unit.text.within(asked.lang)
    if required:
        note = f"{note} {say('Comes after: {units}.', units=required)}".strip()
    lines = [
        (
            _described(asked, one.outcome),
            one.competences or "–",
            _names(asked, one.outcome.levels) or "–",
            one.assessments or Mark(say("not assessed"), "gap"),
            _origin(asked, one.outcome.thing),
        )
        for one in part.outcomes
    ]
    heads = (say("Outcome"), say("Develops"), say("Level"), say("Assessed with"), say("Origin"))
    name = f"{unit.thing.code} – {asked.name(unit.thing)}"
    heading = f"{name} ({told})" if told else name
    return sheet(asked, heading, heads, lines, table="outcomes", note=note, empty=say("No outcomes are known of it."))


def level_sheet(asked: Asked, found: Dossier) -> Sheet:
    """What of the programme stands at which level; what has no level is told too."""
    say = asked.say
    outcomes = [one.outcome for part in found.parts for one in part.outcomes]
    units = [part.unit for part in found.parts if part.unit.thing != found.programme.thing]
    held = [found.programme, *units, *outcomes]
    lines: list[tuple[object, ...]] = [
        (level, *(_at(level, told) for told in ([found.programme], units, outcomes)))
        for level in sorted({level for told in held for level in told.levels})
    ]
    bare = [[told.thing for told in some if not told.levels] for some in ([found.programme], units, outcomes)]
    if any(bare):
        lines.append((say("level unknown"), *(tuple(things) or "–" for things in bare)))
    heads = (say("Level"), say("Programme"), say("Units"), say("Outcomes"))
    return sheet(asked, say("What stands at which level"), heads, lines)


def _at(level: Ref, some: Iterable[Described]) -> object:
    return tuple(dict.fromkeys(told.thing for told in some if level in told.levels)) or "–"


def comparison_sheet(asked: Asked, found: Dossier) -> Sheet:
    """How the levels of the programme compare with those of other frameworks, and who says so."""
    say = asked.say
    lines = [
        (match.first, match.strength, match.second, match.origin and _origin_of(match.origin), match.sources or "–")
        for match in found.comparisons
    ]
    heads = (say("Level"), say("Compares"), say("With"), say("Origin"), say("Source"))
    return sheet(asked, say("Comparisons of its level"), heads, lines, empty=say("None known."))


def reservation_sheet(asked: Asked, found: Dossier) -> tuple[Sheet, ...]:
    """Where a comparison does not hold for the career stage the programme ends at; nothing where there is none."""
    say = asked.say
    if not found.reservations:
        return ()
    lines = [(gap.level, gap.level_stage.label, gap.other, gap.other_stage.label) for gap in found.reservations]
    heads = (say("Level"), say("Career stage"), say("Compared with"), say("Career stage"))
    return (sheet(asked, say("Where the comparison does not hold for the career stage"), heads, lines),)


def assessed_sheet(asked: Asked, found: Dossier) -> Sheet:
    """The assessments in full, with the outcomes they prove."""
    say = asked.say
    lines = [
        (
            _described(asked, item.assessment),
            _names(asked, item.assessment.kinds) or "–",
            item.outcomes,
            _origin(asked, item.assessment.thing),
        )
        for item in found.assessments
    ]
    heads = (say("Assessment"), say("Kind"), say("Proves"), say("Origin"))
    return sheet(asked, say("Ways of assessing"), heads, lines, table="assessments", empty=say("None known."))


def gap_sheets(asked: Asked, found: Dossier) -> tuple[Sheet, ...]:
    """How every link stands in numbers, and in words what is a gap or unknown."""
    say = asked.say
    counts = [(link.name, link.total, link.linked, link.gap, link.unknown) for link in found.gaps.links if link.total]
    heads = (say("Link"), say("In all"), say("Linked"), say("Gap"), say("Unknown"))
    sheets = [sheet(asked, say("Every link in numbers"), heads, counts, table="gaps")]
    lines = [
        (Mark(say("gap") if gap.state is State.GAP else say("unknown"), gap.state.value), gap.thing, gap.sentence)
        for link in found.gaps.links
        for gap in link.findings
        if gap.state in {State.GAP, State.UNKNOWN}
    ]
    if lines:
        sheets.append(
            sheet(asked, say("What is missing"), (say("State"), say("Thing"), say("What it is about")), lines)
        )
    return tuple(sheets)


def remark_sheet(asked: Asked, found: Dossier) -> Sheet:
    """The remarks: contradictions, open questions and corrections, with what they are about."""
    say = asked.say
    lines = [(item.remark, item.kind.label if item.kind else "–", item.text, item.about) for item in found.remarks]
    heads = (say("Remark"), say("Kind"), say("Text"), say("About"))
    return sheet(asked, say("Remarks"), heads, lines, table="remarks", empty=say("None."))


def source_sheet(asked: Asked, found: Dossier) -> Sheet:
    """Where everything stands in its source."""
    say = asked.say
    lines = [
        (
            item.thing,
            Cell((Value(asked.name(item.passage), asked.reader.address(item.passage.iri)),)),
            Cell((Value(asked.name(item.source), asked.reader.address(item.source.iri)),)) if item.source else "–",
        )
        for item in found.bases
    ]
    heads = (say("Thing"), say("Place in the source"), say("Source"))
    return sheet(asked, say("Things and their places"), heads, lines, table="sources", empty=say("None known."))


def _described(asked: Asked, told: Described) -> Cell:
    """A thing with its definition below it."""
    link = Value(asked.name(told.thing), asked.reader.address(told.thing.iri), told.thing.code, segment=told.thing.kind)
    text = told.text.within(asked.lang)
    return Cell((link, Value(text)) if text else (link,), "described")


def _names(asked: Asked, things: Iterable[Ref]) -> str:
    return ", ".join(asked.name(thing) for thing in things)


def _origin(asked: Asked, thing: Ref) -> Cell:
    return Cell((Value(origin_of_thing(asked.reader, thing.iri)),), "origin")


def _origin_of(origin: Ref) -> Cell:
    return Cell((Value(origin.code),), "origin")
