"""The bridge between levels: every framework's levels, how they compare, and what stands on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.errors import UnknownName
from kg.graph.store import Store
from kg.table import Table
from kg.text import Words

__all__ = [
    "STRENGTHS",
    "LevelBridge",
    "LevelMatch",
    "LevelNote",
    "Rung",
    "StageGap",
    "Standing",
    "bridge_table",
    "levels",
    "rung_table",
]

STRENGTHS: Mapping[str, Words] = {
    "exactMatch": Words({"nl": "precies", "en": "exactly"}),
    "closeMatch": Words({"nl": "globaal", "en": "broadly"}),
    "broadMatch": Words({"nl": "is nauwer", "en": "is narrower"}),
    "narrowMatch": Words({"nl": "is ruimer", "en": "is wider"}),
    "relatedMatch": Words({"nl": "hangt samen", "en": "is related"}),
}
"""SKOS match → how strongly two levels compare, read from the first to the second."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme at a level: the career stage it ends at, and its offerings with their status."""

    programme: Ref
    stage: Ref | None
    offerings: tuple[tuple[Ref, Ref | None], ...]

    @property
    def statuses(self) -> tuple[Ref, ...]:
        """The different statuses of its offerings, by code."""
        return tuple(sorted({status for _, status in self.offerings if status}))


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of one framework."""

    level: Ref
    framework: Ref
    rank: int | None
    stage: Ref | None
    programmes: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class LevelMatch:
    """Two levels compared: how strongly, and on whose word."""

    first: Ref
    second: Ref
    """A level, or the entry of a public list, outside the graph, that says the same."""
    inside: bool
    """Whether the second is a level of this graph."""
    property: Ref
    strength: Words
    origin: Ref | None
    sources: tuple[Ref, ...]
    """The passages and sources that the graph which states this cites for the first level."""


@dataclass(frozen=True, slots=True)
class StageGap:
    """A comparison of levels that does not hold for the career stage: a level, and programmes at the other level."""

    level: Ref
    level_stage: Ref
    other: Ref
    other_stage: Ref
    programmes: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class LevelNote:
    """A remark or statement about levels: what it is about, in full where it has more to say than its label."""

    note: Ref
    text: Words
    about: tuple[Ref, ...]
    stages: tuple[Ref, ...]
    """The career stages of what it is about; two of them: it is a reservation about comparing."""


@dataclass(frozen=True, slots=True)
class LevelBridge:
    """All levels with everything that connects them."""

    frameworks: tuple[Ref, ...]
    """A framework comes before the ones its levels are compared with."""
    rungs: tuple[Rung, ...]
    """By framework, lowest rank first."""
    matches: tuple[LevelMatch, ...]
    stage_gaps: tuple[StageGap, ...]
    notes: tuple[LevelNote, ...]

    def of_framework(self, framework: Ref) -> tuple[Rung, ...]:
        """The levels of one framework, lowest first."""
        return tuple(rung for rung in self.rungs if rung.framework == framework)

    @property
    def between(self) -> tuple[LevelMatch, ...]:
        """The comparisons of two levels of this graph."""
        return tuple(match for match in self.matches if match.inside)


def levels(store: Store) -> LevelBridge:
    """Every level of every framework, and how each compares with others.

    A comparison is as strong as the graph states it: nothing is concluded from one over another.
    Raises UnknownName for a graph without levels.
    """
    found = rows(store, "levels")
    if not found:
        raise UnknownName("This graph has no levels.", "A level has the class lg:Level and skos:inScheme a framework.")
    refs = _Refs(store)
    standing = _standing(store, refs)
    rungs = {
        row["level"]: Rung(
            refs[row["level"]],
            refs[row["framework"]],
            row["rank"],
            refs[row["stage"]] if row["stage"] else None,
            standing.get(row["level"], ()),
        )
        for row in found
    }
    matches = _matches(store, refs)
    frameworks = _frameworks(rungs, matches)
    place = {framework: number for number, framework in enumerate(frameworks)}
    ordered = sorted(rungs.values(), key=lambda rung: (place[rung.framework], rung.rank or 0, rung.level))
    return LevelBridge(frameworks, tuple(ordered), matches, _stage_gaps(rungs, matches), _notes(store, refs))


def bridge_table(found: LevelBridge, language: str) -> Table:
    """The comparisons as rows, those with entries of public lists last."""
    lines = [
        (
            match.first,
            match.first.label,
            match.strength,
            match.property,
            match.second if match.inside else match.second.iri,
            match.second.label,
            match.origin.label if match.origin else None,
            " ".join(source.code for source in match.sources),
        )
        for match in sorted(found.matches, key=lambda match: not match.inside)
    ]
    columns = ("level", "label", "strength", "property", "other", "other_label", "origin", "sources")
    return as_table(columns, lines, language)


def rung_table(found: LevelBridge, language: str) -> Table:
    """The levels as rows, one per programme that stands on them."""
    lines: list[tuple[object, ...]] = []
    for rung in found.rungs:
        head = (rung.framework, rung.level, rung.level.label, rung.rank, rung.stage.label if rung.stage else None)
        for item in rung.programmes or (None,):
            programme = item.programme if item else None
            stage = item.stage.label if item and item.stage else None
            statuses = ", ".join(status.label.within(language) for status in item.statuses) if item else None
            lines.append((*head, programme, programme.label if programme else None, stage, statuses))
    columns = ("framework", "level", "label", "rank", "stage", "programme", "programme_label")
    return as_table((*columns, "programme_stage", "status"), lines, language)


class _Refs(dict[str, Ref]):
    """References by IRI, each looked up once."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def __missing__(self, iri: str) -> Ref:
        self[iri] = refer(self._store, iri)
        return self[iri]


def _standing(store: Store, refs: _Refs) -> dict[str, tuple[Standing, ...]]:
    """Level → the programmes on it."""
    offerings: dict[tuple[str, str], list[tuple[Ref, Ref | None]]] = defaultdict(list)
    stage_of: dict[str, Ref | None] = {}
    for row in rows(store, "level-programmes"):
        key = (row["level"], row["programme"])
        stage_of[row["programme"]] = refs[row["stage"]] if row["stage"] else None
        given = offerings[key]
        if row["offering"]:
            given.append((refs[row["offering"]], refs[row["status"]] if row["status"] else None))
    standing: dict[str, list[Standing]] = defaultdict(list)
    for (level, programme), given in offerings.items():
        standing[level].append(Standing(refs[programme], stage_of[programme], tuple(given)))
    return {level: tuple(sorted(items, key=lambda item: item.programme)) for level, items in standing.items()}


def _matches(store: Store, refs: _Refs) -> tuple[LevelMatch, ...]:
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows(store, "level-matches"):
        grouped[row["level"], row["property"], row["other"]].append(row)
    return tuple(
        LevelMatch(
            first=refs[level],
            second=refs[other],
            inside=group[0]["inside"],
            property=refs[property_],
            strength=STRENGTHS[refs[property_].code],
            origin=refs[group[0]["origin"]] if group[0]["origin"] else None,
            sources=tuple(sorted({refs[row["source"]] for row in group if row["source"]})),
        )
        for (level, property_, other), group in sorted(grouped.items())
    )


def _frameworks(rungs: Mapping[str, Rung], matches: Sequence[LevelMatch]) -> tuple[Ref, ...]:
    """The frameworks in the direction of their comparisons; by code where that leaves it open or runs in a circle."""
    left = {rung.framework for rung in rungs.values()}
    compared = {
        (rungs[match.first.iri].framework, rungs[match.second.iri].framework) for match in matches if match.inside
    }
    order: list[Ref] = []
    while left:
        free = {one for one in left if not any(other in left and other != one for other, to in compared if to == one)}
        order.append(min(free or left))
        left.remove(order[-1])
    return tuple(order)


def _stage_gaps(rungs: Mapping[str, Rung], matches: Sequence[LevelMatch]) -> tuple[StageGap, ...]:
    gaps = []
    for match in matches:
        for one, other in ((match.first, match.second), (match.second, match.first)) if match.inside else ():
            stage = rungs[one.iri].stage
            by_stage: dict[Ref, list[Ref]] = defaultdict(list)
            for item in rungs[other.iri].programmes if stage else ():
                if item.stage and item.stage != stage:
                    by_stage[item.stage].append(item.programme)
            gaps += [
                StageGap(one, stage, other, ends, tuple(programmes))
                for ends, programmes in sorted(by_stage.items())
                if stage
            ]
    return tuple(gaps)


def _notes(store: Store, refs: _Refs) -> tuple[LevelNote, ...]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(store, "level-notes"):
        grouped[row["note"]].append(row)
    return tuple(
        LevelNote(
            refs[note],
            Words({row["language"]: row["text"] for row in reversed(group) if row["text"]}),
            tuple(sorted({refs[row["about"]] for row in group})),
            tuple(sorted({refs[row["stage"]] for row in group if row["stage"]})),
        )
        for note, group in sorted(grouped.items())
    )
