"""How far a design has come, from proposal to legitimation, and what each thing needs for its next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, LG, Iri, lg
from kg.table import Table
from kg.text import Words

__all__ = [
    "DESIGNED",
    "STAGES",
    "Lifecycle",
    "Need",
    "Phase",
    "Stage",
    "Standing",
    "count_table",
    "lifecycle",
    "may_become",
    "needs_reason",
    "phase_table",
    "step_table",
]


class Stage(StrEnum):
    """The codes of lg:Status, by their names in the ontology."""

    PROPOSED = "proposed"
    IN_PILOT = "inPilot"
    VALIDATED = "validated"
    LEGITIMATED = "legitimated"
    WITHDRAWN = "withdrawn"

    @property
    def next(self) -> Stage | None:
        """The step forward from here; None at the end, and for what is withdrawn."""
        return _FORWARD.get(self)


DESIGNED = ("programme", "unit", "outcome", "assessment", "policy")
"""The kinds of things that go through the life cycle."""

STAGES = tuple(Stage)
"""In the order in which a design passes through them; withdrawn is beside that order."""
_FORWARD = {
    Stage.PROPOSED: Stage.IN_PILOT,
    Stage.IN_PILOT: Stage.VALIDATED,
    Stage.VALIDATED: Stage.LEGITIMATED,
}
_BACK = {Stage.IN_PILOT: Stage.PROPOSED, Stage.VALIDATED: Stage.IN_PILOT, Stage.WITHDRAWN: Stage.PROPOSED}


class Need(StrEnum):
    """What is missing for a next step."""

    PILOT = "pilot"
    PILOT_RAN = "pilot-ran"
    BODY = "body"
    DECISION = "decision"

    @property
    def words(self) -> Words:
        """What has to happen, as an order to whoever can do it."""
        return _NEEDS[self]


_NEEDS = {
    Need.PILOT: Words({"nl": "een pilot waarin het wordt beproefd", "en": "a pilot in which it is tested"}),
    Need.PILOT_RAN: Words({"nl": "een pilot die loopt of is afgerond", "en": "a pilot that runs or has ended"}),
    Need.BODY: Words({"nl": "een instantie die het bekrachtigt", "en": "a body that endorses it"}),
    Need.DECISION: Words({"nl": "een besluit, met dag en organisatie", "en": "a decision, with day and organisation"}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One designed thing: where it stands since when and by whose word, and what its next step takes."""

    thing: Ref
    stage: Stage
    since: str
    by: tuple[Ref, ...]
    pilots: tuple[Ref, ...]
    next: Stage | None
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the plan: what it yields, the stage it aims at, and whether its programmes are there.

    `reached` is None where the phase aims at nothing, or its programmes have no stage: nobody has said so.
    """

    phase: Ref
    aims: Stage | None
    results: tuple[Ref, ...]
    programmes: tuple[Ref, ...]
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The whole design: every thing with a stage, how many of each kind are where, and the phases of the plan."""

    standings: tuple[Standing, ...]
    counts: Mapping[str, Mapping[Stage, int]]
    """Kind → stage → number of things."""
    phases: tuple[Phase, ...]
    names: Mapping[str, Words]
    """How the ontology calls each kind and each stage."""


def may_become(present: Stage | None, wanted: Stage) -> bool:
    """Whether a thing may go from one stage to another: one step forward or back, or withdrawn; new things start
    as proposed, and what is withdrawn starts again.
    """
    if present is None:
        return wanted is Stage.PROPOSED
    if wanted is Stage.WITHDRAWN:
        return present is not Stage.WITHDRAWN
    return wanted in {_FORWARD.get(present), _BACK.get(present)}


def needs_reason(present: Stage | None, wanted: Stage | None) -> bool:
    """Whether who reads on must be told why: of any step but to begin as proposed, or to the next stage.

    Back, over a stage, out of the design or anew: all of them happen, none of them by itself.
    """
    forward = Stage.PROPOSED if present is None else present.next
    return wanted is not present and (wanted is None or wanted is not forward)


def lifecycle(store: Store) -> Lifecycle:
    """How far everything that is designed has come. What the note states of others' documents is not in it."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(store, "stages"):
        found.setdefault(row["thing"], []).append(row)
    standings = tuple(sorted((_standing(store, thing, lines) for thing, lines in found.items()), key=_order))
    counted = Counter((standing.thing.kind, standing.stage) for standing in standings)
    kinds = dict.fromkeys(standing.thing.kind for standing in standings)
    counts = {kind: {stage: counted[kind, stage] for stage in STAGES if counted[kind, stage]} for kind in kinds}
    stage_of = {standing.thing.iri: standing.stage for standing in standings}
    names = {stage.value: refer(store, lg(stage.value)).label for stage in STAGES}
    names |= {kind: refer(store, KINDS_BY_SEGMENT[kind].class_iri).label for kind in kinds}
    return Lifecycle(standings, counts, _phases(store, stage_of), names)


def step_table(found: Lifecycle, language: str) -> Table:
    """One row a thing: code, kind, label, stage, since, by, the next stage and what that takes."""
    lines = [
        (
            s.thing,
            s.thing.kind,
            s.thing.label,
            s.stage,
            s.since,
            " ".join(body.code for body in s.by),
            s.next,
            "; ".join(need.words.within(language) for need in s.needs),
        )
        for s in found.standings
    ]
    return as_table(("thing", "kind", "label", "stage", "since", "by", "next", "needs"), lines, language)


def count_table(found: Lifecycle, language: str) -> Table:
    """One row a kind: how many things are at each stage."""
    lines = [(kind, *(counts.get(stage, 0) for stage in STAGES)) for kind, counts in found.counts.items()]
    return as_table(("kind", *(stage.value for stage in STAGES)), lines, language)


def phase_table(found: Lifecycle, language: str) -> Table:
    """One row a result of a phase, with the stage the phase aims at and whether that is reached (open: unknown)."""
    lines: list[tuple[object, ...]] = []
    for phase in found.phases:
        results: tuple[Ref | None, ...] = phase.results or (None,)
        lines += [
            (phase.phase, phase.phase.label, phase.aims, phase.reached, result, result.label if result else None)
            for result in results
        ]
    return as_table(("phase", "label", "aims", "reached", "result", "resultLabel"), lines, language)


def _standing(store: Store, thing: str, lines: list[dict[str, str]]) -> Standing:
    stage = _stage(lines[0]["status"])
    pilots = {line["pilot"] for line in lines if line["pilot"]}
    ran = any(line["ran"] for line in lines)
    bodies = {line["by"] for line in lines if line["by"]}
    return Standing(
        thing=refer(store, thing),
        stage=stage,
        since=lines[0]["since"] or "",
        by=tuple(sorted(refer(store, body) for body in bodies)),
        pilots=tuple(sorted(refer(store, pilot) for pilot in pilots)),
        next=stage.next,
        needs=_needs(stage, has_pilot=bool(pilots), ran=ran),
    )


def _needs(stage: Stage, *, has_pilot: bool, ran: bool) -> tuple[Need, ...]:
    if stage is Stage.PROPOSED:
        return (Need.DECISION,) if has_pilot else (Need.PILOT, Need.DECISION)
    if stage is Stage.IN_PILOT:
        return (Need.DECISION,) if ran else (Need.PILOT_RAN, Need.DECISION)
    return (Need.BODY,) if stage is Stage.VALIDATED else ()


def _phases(store: Store, stage_of: Mapping[Iri, Stage]) -> tuple[Phase, ...]:
    by_phase: dict[str, list[dict[str, str]]] = {}
    for row in rows(store, "phases-aimed"):
        by_phase.setdefault(row["phase"], []).append(row)
    phases = []
    for iri, lines in by_phase.items():
        aims = _stage(lines[0]["status"]) if lines[0]["status"] else None
        programmes = dict.fromkeys(line["programme"] for line in lines if line["programme"])
        stages = [stage_of[Iri(programme)] for programme in programmes if Iri(programme) in stage_of]
        known = aims is not None and len(stages) == len(programmes) > 0
        phases.append(
            Phase(
                phase=refer(store, iri),
                aims=aims,
                results=tuple(refer(store, r) for r in dict.fromkeys(line["result"] for line in lines) if r),
                programmes=tuple(refer(store, programme) for programme in programmes),
                reached=all(_at_least(stage, aims) for stage in stages) if known and aims else None,
            )
        )
    return tuple(phases)


def _at_least(stage: Stage, aims: Stage) -> bool:
    return stage is not Stage.WITHDRAWN and STAGES.index(stage) >= STAGES.index(aims)


def _stage(iri: str) -> Stage:
    return Stage(iri.removeprefix(LG))


def _order(standing: Standing) -> tuple[object, ...]:
    return (DESIGNED.index(standing.thing.kind), standing.thing.code)
