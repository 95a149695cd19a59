"""Everything the graph knows of one programme, gathered for who has to judge it: an accreditation panel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from kg.curriculum.coverage import Coverage, coverage
from kg.curriculum.gaps import Gaps, gaps
from kg.curriculum.levels import LevelMatch, StageGap, levels
from kg.curriculum.rows import Ref, refer, rows
from kg.curriculum.trace import Link, trace
from kg.errors import UnknownName
from kg.graph.store import Store
from kg.names import lg
from kg.text import Words

__all__ = ["Assessed", "Basis", "Described", "Dossier", "Grounds", "Noted", "Outcome", "Part", "dossier"]


@dataclass(frozen=True, slots=True)
class Described:
    """A thing as a dossier presents it: its definition, level, size and standing as far as the graph knows them."""

    thing: Ref
    text: Words
    levels: tuple[Ref, ...]
    credits: Decimal | None
    statuses: tuple[Ref, ...]
    kinds: tuple[Ref, ...]
    """The type of a programme or an assessment."""
    requires: tuple[Ref, ...]
    """The units that come before a unit; the programme that holds a minor."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A learning outcome: the competences it develops, and the assessments that prove it."""

    outcome: Described
    competences: tuple[Ref, ...]
    assessments: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A unit with its outcomes; the programme itself where its outcomes stand in no unit."""

    unit: Described
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment and the outcomes of the programme it proves."""

    assessment: Described
    outcomes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a competence is in the programme: the tasks of the profession that ask for it, and what answers to it."""

    competence: Ref
    tasks: tuple[Ref, ...]
    outcomes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A place in a source that a thing of the dossier is taken from."""

    thing: Ref
    passage: Ref
    section: str
    source: Ref | None
    """None where the thing names a source as a whole: then that is what `passage` holds."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark about something in the dossier: what it says, what kind it is, and what it is about."""

    remark: Ref
    text: Words
    kind: Ref | None
    about: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A programme from the tasks of the profession to the proof of its outcomes, with sources and what is open."""

    programme: Described
    parts: tuple[Part, ...]
    assessments: tuple[Assessed, ...]
    grounds: tuple[Grounds, ...]
    coverage: Coverage
    comparisons: tuple[LevelMatch, ...]
    """How the levels of the programme compare with those of other frameworks."""
    reservations: tuple[StageGap, ...]
    gaps: Gaps
    remarks: tuple[Noted, ...]
    bases: tuple[Basis, ...]


def dossier(store: Store, programme: str) -> Dossier:
    """The dossier of a programme, by its code, prefixed name or IRI.

    Raises UnknownName for a programme that does not exist or has neither units nor outcomes, and BadParameter
    for what is no programme.
    """
    covered = coverage(store, programme)
    chain = trace(store, covered.programme.iri)
    links = _Links(chain.links)
    outcomes_of = {unit: links.objects(unit, "hasOutcome") for unit in covered.units}
    outcomes = sorted({outcome for found in outcomes_of.values() for outcome in found})
    assessments = sorted({proof for outcome in outcomes for proof in links.subjects(outcome, "assesses")})
    reached = sorted({competence for outcome in outcomes for competence in links.objects(outcome, "develops")})
    tasks = sorted({task for competence in reached for task in links.subjects(competence, "requiresCompetence")})
    told = _described(store, {covered.programme, *covered.units, *outcomes, *assessments})
    held = [covered.programme, *covered.units, *outcomes, *assessments]
    of_levels = sorted({level for thing in held for level in told[thing].levels})
    comparisons, reservations = _compared(store, of_levels, covered.programme)
    return Dossier(
        programme=told[covered.programme],
        parts=tuple(
            Part(
                told[unit],
                tuple(
                    Outcome(told[outcome], links.objects(outcome, "develops"), links.subjects(outcome, "assesses"))
                    for outcome in outcomes_of[unit]
                ),
            )
            for unit in covered.units
        ),
        assessments=tuple(
            Assessed(told[proof], tuple(one for one in links.objects(proof, "assesses") if one in outcomes))
            for proof in assessments
        ),
        grounds=tuple(
            Grounds(
                competence,
                links.subjects(competence, "requiresCompetence"),
                tuple(one for one in links.subjects(competence, "develops") if one in outcomes),
            )
            for competence in reached
        ),
        coverage=covered,
        comparisons=comparisons,
        reservations=reservations,
        gaps=gaps(store, covered.programme.iri),
        remarks=_remarks(store, [*held, *reached, *tasks, *of_levels]),
        bases=_bases(store, [*held, *reached, *tasks]),
    )


class _Links:
    """The links of a chain by what they lead from and to."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._objects: dict[tuple[Ref, str], set[Ref]] = defaultdict(set)
        self._subjects: dict[tuple[Ref, str], set[Ref]] = defaultdict(set)
        for link in links:
            self._objects[link.subject, link.property.code].add(link.object)
            self._subjects[link.object, link.property.code].add(link.subject)

    def objects(self, subject: Ref, name: str) -> tuple[Ref, ...]:
        """What this leads to."""
        return tuple(sorted(self._objects[subject, name]))

    def subjects(self, object_: Ref, name: str) -> tuple[Ref, ...]:
        """What leads to this."""
        return tuple(sorted(self._subjects[object_, name]))


def _nodes(things: Iterable[Ref]) -> list[ox.NamedNode]:
    return [ox.NamedNode(thing.iri) for thing in things]


def _described(store: Store, things: Iterable[Ref]) -> dict[Ref, Described]:
    nodes = _nodes(sorted(things))
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows(store, "definitions-of-things", things=nodes):
        texts[row["thing"]].setdefault(row["language"], row["definition"])
    facts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(store, "facts-of-things", things=nodes):
        facts[row["thing"]][row["property"]].append(row["value"])

    def one(thing: Ref) -> Described:
        own = facts[thing.iri]

        def refs(*names: str) -> tuple[Ref, ...]:
            return tuple(sorted(refer(store, iri) for name in names for iri in own[lg(name)]))

        sizes = own[lg("credits")]
        return Described(
            thing=thing,
            text=Words(dict(sorted(texts[thing.iri].items(), reverse=True))),
            levels=refs("atLevel"),
            credits=Decimal(sizes[0]) if sizes else None,
            statuses=refs("status"),
            kinds=refs("programmeType", "assessmentType"),
            requires=refs("requiresUnit", "partOfProgramme"),
        )

    return {thing: one(thing) for thing in things}


def _compared(
    store: Store, of_levels: Iterable[Ref], programme: Ref
) -> tuple[tuple[LevelMatch, ...], tuple[StageGap, ...]]:
    """The comparisons of these levels, and those that do not hold for the career stage this programme ends at."""
    try:
        bridge = levels(store)
    except UnknownName:
        return (), ()
    known = set(of_levels)
    matches = tuple(match for match in bridge.between if {match.first, match.second} & known)
    return matches, tuple(gap for gap in bridge.stage_gaps if programme in gap.programmes)


def _bases(store: Store, things: Iterable[Ref]) -> tuple[Basis, ...]:
    by_iri = {thing.iri: thing for thing in things}
    found: dict[tuple[Ref, Ref], Basis] = {}
    for row in rows(store, "passages-of-things", things=_nodes(by_iri.values())):
        passage = refer(store, row["passage"])
        source = refer(store, row["source"]) if row["source"] else None
        thing = by_iri[row["thing"]]
        found.setdefault((thing, passage), Basis(thing, passage, row["section"] or "", source))
    place = {thing: number for number, thing in enumerate(by_iri.values())}
    return tuple(sorted(found.values(), key=lambda basis: (place[basis.thing], basis.passage)))


def _remarks(store: Store, things: Iterable[Ref]) -> tuple[Noted, ...]:
    by_iri = {thing.iri: thing for thing in things}
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    kinds: dict[str, str] = {}
    about: dict[str, set[Ref]] = defaultdict(set)
    for row in rows(store, "remarks-about-things", things=_nodes(by_iri.values())):
        about[row["remark"]].add(by_iri[row["thing"]])
        if row["kind"]:
            kinds.setdefault(row["remark"], row["kind"])
        if row["text"]:
            texts[row["remark"]].setdefault(row["language"], row["text"])
    found = [
        Noted(
            refer(store, iri),
            Words(dict(sorted(texts[iri].items(), reverse=True))),
            refer(store, kinds[iri]) if iri in kinds else None,
            tuple(sorted(things)),
        )
        for iri, things in about.items()
    ]
    return tuple(sorted(found, key=lambda noted: noted.remark))
