"""The designer's desk: what can be found out here, each analysis in a sentence with a number from the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.curriculum.comparison import Judgement, compare
from kg.curriculum.coverage import coverage
from kg.curriculum.dossier import dossier
from kg.curriculum.gaps import gaps
from kg.curriculum.levels import levels
from kg.curriculum.lifecycle import Stage, lifecycle
from kg.curriculum.prerequisites import prerequisites
from kg.curriculum.redundancy import redundancy
from kg.curriculum.rows import refer
from kg.curriculum.trace import trace
from kg.curriculum.whitespots import white_spots
from kg.errors import KgError
from kg.graph.find import thing_called
from kg_web.designer_asked import Asked, message_of
from kg_web.designer_comparison import first_two
from kg_web.designer_memory import remembered
from kg_web.designer_options import (
    default_programme,
    planned_programmes,
    programmes,
    recognising_programmes,
    wishes_of,
)
from kg_web.designer_page import Analysis, address
from kg_web.designer_trace import default_thing
from kg_web.designer_whitespots import provinces_known
from kg_web.errors import Fault
from kg_web.words import N_

__all__ = ["GROUPS", "Entry", "entries"]

GROUPS = (
    (N_("Understand"), ("trace", "coverage", "gaps")),
    (N_("Design"), ("plan", "whatif", "smallest", "overlap")),
    (N_("Recognise and compare"), ("recognition", "comparison", "levels", "whitespots")),
    (N_("From proposal to practice"), ("progress", "dossier")),
)
"""Heading → the analyses below it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One analysis on the desk: what it is for, and what it says of this graph."""

    name: str
    title: str
    purpose: str
    finding: str
    href: str
    works: bool


def entries(asked: Asked, analyses: Mapping[str, Analysis]) -> dict[str, Entry]:
    """Every analysis with its finding; where the graph lacks what it needs, that is what it says."""
    found = {}
    for name, analysis in analyses.items():
        try:
            finding, works = _FINDINGS[name](asked), True
        except KgError as error:
            finding, works = message_of(error, asked.lang), False
        except Fault as fault:
            finding, works = fault.detail, False
        title, purpose = asked.say(analysis.title), asked.say(analysis.purpose)
        found[name] = Entry(name, title, purpose, finding, address(name, asked.lang), works)
    return found


def _trace(asked: Asked) -> str:
    found = remembered(trace, default_thing(asked))
    return asked.say(
        "Connected with {label}: {count} other things.",
        label=f"{found.start.code} ({asked.name(found.start)})",
        count=asked.number(len(found.things) - 1),
    )


def _coverage(asked: Asked) -> str:
    found = remembered(coverage, default_programme(asked.reader, programmes(asked.reader)), "")
    return asked.say(
        "{programme} reaches {reached} of {total} competences.",
        programme=asked.name(found.programme),
        reached=asked.number(len(found.competences) - len(found.missing)),
        total=asked.number(len(found.competences)),
    )


def _gaps(asked: Asked) -> str:
    found = remembered(gaps, "")
    return asked.say(
        "Gaps in the whole graph: {gap}. Links of which the sources say nothing: {unknown}.",
        gap=asked.number(sum(link.gap for link in found.links)),
        unknown=asked.number(sum(link.unknown for link in found.links)),
    )


def _plan(asked: Asked) -> str:
    found = remembered(prerequisites, default_programme(asked.reader, planned_programmes(asked.reader)))
    return asked.say(
        "{programme}: {units} units in at least {steps} steps.",
        programme=asked.name(found.programme),
        units=asked.number(len(found.units)),
        steps=asked.number(len(found.layers)),
    )


def _recognition(asked: Asked) -> str:
    code = default_programme(asked.reader, recognising_programmes(asked.reader))
    store = asked.reader.state.store
    programme = refer(store, thing_called(store, code, "Programme"))
    return asked.say(
        "{count} outcomes of {programme} can be proven by earlier learning.",
        count=asked.number(len({o for item in remembered(redundancy, code).additions for o in item.outcomes})),
        programme=asked.name(programme),
    )


def _whatif(asked: Asked) -> str:
    found = remembered(redundancy, default_programme(asked.reader, planned_programmes(asked.reader)))
    needed = [item for item in found.additions if not item.redundant]
    return asked.say(
        "{needed} of the {units} units of {programme} cannot be missed for some competence.",
        needed=asked.number(len(needed)),
        units=asked.number(len(found.additions)),
        programme=asked.name(found.programme),
    )


def _smallest(asked: Asked) -> str:
    wishes = len(wishes_of(asked.reader))
    return asked.say("{count} competences and outcomes to choose from.", count=asked.number(wishes))


def _overlap(asked: Asked) -> str:
    found = remembered(redundancy, default_programme(asked.reader, programmes(asked.reader)))
    return asked.say(
        "{pairs} pairs of units of {programme} share competences.",
        pairs=asked.number(len(found.overlaps)),
        programme=asked.name(found.programme),
    )


def _comparison(asked: Asked) -> str:
    found = remembered(compare, *first_two(asked.reader))
    return asked.say(
        "{first} and {second}: {shared} shared, {near} near.",
        first=asked.name(found.first.thing),
        second=asked.name(found.second.thing),
        shared=asked.number(len(found.judged(Judgement.SHARED))),
        near=asked.number(len(found.judged(Judgement.NEAR))),
    )


def _levels(asked: Asked) -> str:
    found = remembered(levels)
    return asked.say(
        "{levels} levels of {frameworks} frameworks, compared {matches} times.",
        levels=asked.number(len(found.rungs)),
        frameworks=asked.number(len(found.frameworks)),
        matches=asked.number(len(found.between)),
    )


def _whitespots(asked: Asked) -> str:
    found = remembered(white_spots)
    return asked.say(
        "In {known} of {total} provinces a programme is known to be offered or planned.",
        known=asked.number(len(provinces_known(found))),
        total=asked.number(len(found.tiles)),
    )


def _dossier(asked: Asked) -> str:
    code = default_programme(asked.reader, programmes(asked.reader))
    found = remembered(dossier, code)
    return asked.say(
        "{programme}: {places} places in sources, {remarks} remarks.",
        programme=asked.name(found.programme.thing),
        places=asked.number(len(found.bases)),
        remarks=asked.number(len(found.remarks)),
    )


def _progress(asked: Asked) -> str:
    found = remembered(lifecycle)
    return asked.say(
        "{count} designed things, {proposed} of them still a proposal.",
        count=asked.number(len(found.standings)),
        proposed=asked.number(sum(standing.stage is Stage.PROPOSED for standing in found.standings)),
    )


_FINDINGS: Mapping[str, Callable[[Asked], str]] = {
    "trace": _trace,
    "coverage": _coverage,
    "gaps": _gaps,
    "plan": _plan,
    "recognition": _recognition,
    "whatif": _whatif,
    "smallest": _smallest,
    "overlap": _overlap,
    "comparison": _comparison,
    "levels": _levels,
    "whitespots": _whitespots,
    "progress": _progress,
    "dossier": _dossier,
}
