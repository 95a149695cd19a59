"""Where, at which level and for whom a programme is offered, planned or wished for, and where nothing is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Any

import pyoxigraph as ox

from kg.curriculum.rows import Ref, refer, rows
from kg.errors import UnknownName
from kg.graph.store import Store
from kg.names import lg
from kg.text import Words

__all__ = ["STATES", "Interest", "Offer", "Spot", "State", "Step", "Tile", "Unserved", "WhiteSpots", "white_spots"]


class State(StrEnum):
    """How a spot stands; of several, the first of these counts."""

    OFFERED = "offered"
    PLANNED = "planned"
    INTERESTED = "interested"
    REFUSED = "not-for"
    """Only asked about one kind of learner: what there is, is said not to be for them."""
    UNKNOWN = "unknown"
    """Nobody has said anything: that is no gap."""


STATES: Mapping[State, Words] = {
    State.OFFERED: Words({"nl": "aangeboden", "en": "offered"}),
    State.PLANNED: Words({"nl": "gepland", "en": "planned"}),
    State.INTERESTED: Words({"nl": "belangstelling", "en": "interest"}),
    State.REFUSED: Words({"nl": "uitdrukkelijk niet", "en": "expressly not"}),
    State.UNKNOWN: Words({"nl": "onbekend", "en": "unknown"}),
}
"""State → its name."""

_Key = tuple[Ref | None, Ref | None, Ref | None]
_STATE_OF: Mapping[str, State] = {
    lg("running"): State.OFFERED,
    lg("planned"): State.PLANNED,
    lg("interested"): State.INTERESTED,
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A province, and where it stands on a tile map: column and row from 1, None when the graph gives no place."""

    province: Ref
    column: int | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One offering as the graph states it."""

    offering: Ref
    programme: Ref
    levels: tuple[Ref, ...]
    state: State
    """Unknown for an offering that has ended or of which no status is stated."""
    status: Ref | None
    organisations: tuple[Ref, ...]
    learners: tuple[Ref, ...]
    """For whom it is, as it or else its programme says; empty when nothing is said."""
    refused: tuple[Ref, ...]
    """For whom it is expressly not."""
    places: tuple[Ref, ...]
    where: tuple[Ref, ...]
    """The provinces of its places, or a place itself that is in none; empty when no place is stated."""


@dataclass(frozen=True, slots=True)
class Interest:
    """An organisation with an interest in a programme, or in a pilot of one, and where it works."""

    organisation: Ref
    interests: tuple[Ref, ...]
    levels: tuple[Ref, ...]
    where: tuple[Ref, ...]
    """As for an offer."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place, level and kind of learner, with the evidence for how it stands."""

    where: Ref | None
    """A province, a place in no province, or None: the place is not stated."""
    level: Ref | None
    """None: the level of the programme is not stated."""
    learner: Ref | None
    """None: whoever the learners are."""
    state: State
    offers: tuple[Ref, ...]
    """The offerings that are so, or that are expressly not for these learners."""
    organisations: tuple[Ref, ...]
    """Interested organisations that work there, whoever the learners are; they offer nothing, so make no state."""


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the column of education: its programmes, and how they are offered anywhere."""

    level: Ref
    programmes: tuple[Ref, ...]
    state: State

    @property
    def missing(self) -> bool:
        """Whether the graph knows no programme at this level, between levels that have one."""
        return not self.programmes


@dataclass(frozen=True, slots=True)
class Unserved:
    """An interested organisation that works where the programme's level is not known to be offered."""

    organisation: Ref
    province: Ref
    level: Ref | None
    """None when the graph does not say at which level its interest is: then no level is offered there."""
    state: State


@dataclass(frozen=True, slots=True)
class WhiteSpots:
    """Everything the graph knows of what is offered where, at which level, for whom."""

    tiles: tuple[Tile, ...]
    """Every province, by code."""
    levels: tuple[Ref, ...]
    """The levels of the column, lowest first."""
    learners: tuple[Ref, ...]
    offers: tuple[Offer, ...]
    interests: tuple[Interest, ...]
    spots: tuple[Spot, ...]
    """Only those of which something is known; every other is unknown."""
    column: tuple[Step, ...]
    unserved: tuple[Unserved, ...]

    def spot(self, where: Ref | None, level: Ref | None, learner: Ref | None = None) -> Spot:
        """How one place, level and kind of learner stands."""
        wanted = (where, level, learner)
        found = (spot for spot in self.spots if (spot.where, spot.level, spot.learner) == wanted)
        return next(found, Spot(where, level, learner, State.UNKNOWN, (), ()))

    @property
    def outside(self) -> tuple[Ref, ...]:
        """Places with an offering or an interested organisation that lie in no province."""
        provinces = {tile.province for tile in self.tiles}
        return tuple(sorted({spot.where for spot in self.spots if spot.where and spot.where not in provinces}))

    @property
    def placeless(self) -> tuple[Offer, ...]:
        """Offerings of which no place is stated: nowhere on the map, and certainly not everywhere."""
        return tuple(offer for offer in self.offers if not offer.places)


def white_spots(store: Store) -> WhiteSpots:
    """What is offered (running), planned or wished for, by province, level and kind of learner.

    An offering stands where it says it takes place, and nowhere else; an interested organisation stands where it
    works. A place counts for the province it lies in, over as many steps as it takes (`lg:within`). A level
    without a programme is a missing step when programmes stand above and below it, unless it compares with the
    same level elsewhere as one that has programmes. Raises UnknownName for a graph without provinces.
    """
    refs: dict[str, Ref] = {}

    def ref(iri: str) -> Ref:
        return refs.get(iri) or refs.setdefault(iri, refer(store, iri))

    tiles = tuple(Tile(ref(row["province"]), row["column"], row["row"]) for row in rows(store, "provinces"))
    if not tiles:
        hint = "A province is a place with lg:placeType lg:province."
        raise UnknownName("This graph has no provinces to lay on a map.", hint)
    groups = rows(store, "things-of-class", **{"class": ox.NamedNode(lg("LearnerGroup"))})
    learners = tuple(sorted({ref(row["thing"]) for row in groups}))
    offers, interests = _offers(store, ref), _interests(store, ref)
    spots = _spots(offers, interests)
    column = _column(store, ref, offers)
    levels = tuple(step.level for step in column)
    found = WhiteSpots(tiles, levels, learners, offers, interests, spots, column, unserved=())
    return replace(found, unserved=_unserved(found, {tile.province for tile in tiles}))


def _offers(store: Store, ref: Callable[[str], Ref]) -> tuple[Offer, ...]:
    offers = []
    for offering, group in _grouped(rows(store, "offers"), "offering"):
        status = next((row["status"] for row in group if row["status"]), None)
        offers.append(
            Offer(
                offering=ref(offering),
                programme=ref(group[0]["programme"]),
                levels=_refs(group, "level", ref),
                state=_STATE_OF.get(status or "", State.UNKNOWN),
                status=ref(status) if status else None,
                organisations=_refs(group, "organisation", ref),
                learners=_refs(group, "learner", ref),
                refused=_refs(group, "refused", ref),
                places=_refs(group, "place", ref),
                where=_where(group, ref),
            )
        )
    return tuple(offers)


def _interests(store: Store, ref: Callable[[str], Ref]) -> tuple[Interest, ...]:
    return tuple(
        sorted(
            (
                Interest(
                    ref(organisation), _refs(group, "interest", ref), _refs(group, "level", ref), _where(group, ref)
                )
                for organisation, group in _grouped(rows(store, "interests"), "organisation")
            ),
            key=lambda interest: interest.organisation,
        )
    )


def _grouped(found: Iterable[dict[str, Any]], column: str) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        groups[row[column]].append(row)
    return list(groups.items())


def _refs(group: Iterable[Mapping[str, Any]], column: str, ref: Callable[[str], Ref]) -> tuple[Ref, ...]:
    return tuple(sorted({ref(row[column]) for row in group if row[column]}))


def _where(group: Iterable[Mapping[str, Any]], ref: Callable[[str], Ref]) -> tuple[Ref, ...]:
    return tuple(sorted({ref(row["province"] or row["place"]) for row in group if row["place"]}))


def _spots(offers: Iterable[Offer], interests: Iterable[Interest]) -> tuple[Spot, ...]:
    """Every spot of which something is known, with its strongest state and the evidence for that state."""
    states: dict[_Key, dict[State, set[Ref]]] = defaultdict(lambda: defaultdict(set))
    working: dict[_Key, set[Ref]] = defaultdict(set)
    for offer in (one for one in offers if one.state != State.UNKNOWN):
        for where, level in product(offer.where or (None,), offer.levels or (None,)):
            for learner in {None, *offer.learners} - {*offer.refused}:
                states[where, level, learner][offer.state].add(offer.offering)
            for learner in offer.refused:
                states[where, level, learner][State.REFUSED].add(offer.offering)
    for interest in interests:
        for where, level in product(interest.where, interest.levels or (None,)):
            working[where, level, None].add(interest.organisation)
    spots = []
    for key in {*states, *working}:
        evidence = states.get(key, {})
        state = min(evidence, key=list(State).index, default=State.UNKNOWN)
        told = tuple(sorted(evidence.get(state, ())))
        spots.append(Spot(*key, state, told, tuple(sorted(working.get(key, ())))))
    return tuple(sorted(spots, key=_order))


def _order(spot: Spot) -> tuple[str, ...]:
    return tuple(part.code if part else "" for part in (spot.where, spot.level, spot.learner))


def _column(store: Store, ref: Callable[[str], Ref], offers: Iterable[Offer]) -> tuple[Step, ...]:
    found = rows(store, "learning-column")
    states: dict[Ref, set[State]] = defaultdict(set)
    for offer in offers:
        for level in offer.levels:
            states[level].add(offer.state)
    steps = []
    for _, of_framework in _grouped(found, "framework"):
        ranked = [(group[0]["rank"], ref(level), group) for level, group in _grouped(of_framework, "level")]
        peopled = [rank for rank, _, group in ranked if any(row["programme"] for row in group)]
        served = {row["beside"] for row in of_framework if row["programme"] and row["beside"]}
        for rank, level, group in sorted(ranked, key=lambda item: item[:2]):
            programmes = _refs(group, "programme", ref)
            elsewhere = {row["beside"] for row in group if row["beside"]}
            if programmes or (min(peopled) < rank < max(peopled) and not elsewhere & served):
                state = min(states[level], key=list(State).index, default=State.UNKNOWN)
                steps.append(Step(level, programmes, state))
    return tuple(steps)


def _unserved(found: WhiteSpots, provinces: set[Ref]) -> tuple[Unserved, ...]:
    unserved = []
    for interest in found.interests:
        for province in (where for where in interest.where if where in provinces):
            for level in interest.levels or (None,):
                spots = [found.spot(province, level)] if level else [s for s in found.spots if s.where == province]
                state = min((s.state for s in spots if not s.learner), key=list(State).index, default=State.UNKNOWN)
                if state != State.OFFERED:
                    unserved.append(Unserved(interest.organisation, province, level, state))
    return tuple(unserved)
