"""The page that tells how far the design has come, and what still has to happen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kg.curriculum.lifecycle import (
    STAGES,
    Lifecycle,
    Phase,
    Stage,
    Standing,
    count_table,
    lifecycle,
    phase_table,
    step_table,
)
from kg.curriculum.lifecycle_picture import lifecycle_picture
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_page import Analysis, Answer, Figure, Option, Picture
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["PROGRESS", "stage_name"]


def stage_name(asked: Asked, stage: Stage | None) -> str:
    """How the ontology calls a stage; a dash for none."""
    return remembered(lifecycle).names[stage.value].within(asked.lang) if stage else "–"


def _answer(asked: Asked) -> Answer:
    say = asked.say
    found = remembered(lifecycle)
    lang = asked.lang
    numbers = {stage: sum(counts.get(stage, 0) for counts in found.counts.values()) for stage in STAGES}
    return Answer(
        found,
        tables={
            "steps": lambda: step_table(found, lang),
            "counts": lambda: count_table(found, lang),
            "phases": lambda: phase_table(found, lang),
        },
        summary=say(
            "{count} designed things, of which {done} are legitimated.",
            count=asked.number(len(found.standings)),
            done=asked.number(numbers[Stage.LEGITIMATED]),
        ),
        figures=tuple(
            Figure(asked.number(numbers[stage]), stage_name(asked, stage))
            for stage in STAGES
            if stage is not Stage.WITHDRAWN or numbers[stage]
        ),
        pictures=(Picture(lifecycle_picture(found, lang)),),
        sheets=(_phases(asked, found), _counts(asked, found), *_steps(asked, found)),
        notes=(
            say("A design goes from proposed to in pilot, validated and legitimated, one step at a time."),
            say("What a phase aims at is our reading of the plan; whether its results are there, nobody has said yet."),
        ),
    )


def _phases(asked: Asked, found: Lifecycle) -> Sheet:
    say = asked.say
    heads = (say("Phase"), say("Aims at"), say("Reached"), say("Results of the phase"))
    lines = [
        (phase.phase, stage_name(asked, phase.aims), _reached(asked, phase), _joined(asked, phase))
        for phase in found.phases
    ]
    empty = say("This graph has no phases of a plan.")
    return sheet(asked, say("Phases of the plan"), heads, lines, table="phases", empty=empty)


def _reached(asked: Asked, phase: Phase) -> Mark | str:
    if phase.reached is None:
        return Mark(asked.say("unknown"), "unknown")
    return Mark(asked.say("yes"), "offered") if phase.reached else Mark(asked.say("not yet"), "not-for")


def _joined(asked: Asked, phase: Phase) -> str:
    return "; ".join(asked.name(result) for result in phase.results) or "–"


def _counts(asked: Asked, found: Lifecycle) -> Sheet:
    heads = (asked.say("Kind"), *(stage_name(asked, stage) for stage in STAGES))
    lines = [
        (asked.reader.plural(kind), *(counts.get(stage, 0) for stage in STAGES))
        for kind, counts in found.counts.items()
    ]
    empty = asked.say("Nothing in this graph has a status yet.")
    return sheet(asked, asked.say("How many are where"), heads, lines, table="counts", empty=empty)


def _steps(asked: Asked, found: Lifecycle) -> list[Sheet]:
    """A table for every next step, the nearest first: which things, and what it takes."""
    say = asked.say
    by_next: dict[tuple[Stage, Stage | None], list[Standing]] = defaultdict(list)
    for standing in found.standings:
        by_next[standing.stage, standing.next].append(standing)
    sheets = []
    for stage, following in sorted(by_next, key=lambda key: STAGES.index(key[0])):
        standings = by_next[stage, following]
        if following is None:
            heading = say("No further step: {stage}", stage=stage_name(asked, stage))
        else:
            heading = say("From {stage} to {next}", stage=stage_name(asked, stage), next=stage_name(asked, following))
        heads = (say("Thing"), say("Kind"), say("Since"), say("Established by"), say("Pilots"), say("What it takes"))
        lines = [
            (
                standing.thing,
                asked.reader.kind(standing.thing.kind),
                standing.since or "–",
                standing.by or "–",
                standing.pilots or "–",
                "; ".join(need.words.within(asked.lang) for need in standing.needs) or "–",
            )
            for standing in standings
        ]
        sheets.append(sheet(asked, heading, heads, lines, table="steps", folded=len(lines) > 20))
    return sheets


def _fitting(_: Reader) -> Mapping[str, tuple[Option, ...]]:
    return {}


PROGRESS = Analysis(
    name="progress",
    title=N_("What still has to happen"),
    purpose=N_("See how far every part of the design has come, and what its next step takes."),
    parameters=(),
    answer=_answer,
    fitting=_fitting,
    tables=("steps", "counts", "phases"),
)
