"""What of someone's earlier learning a programme can recognise, and what remains: advice, nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pyoxigraph as ox

from kg.curriculum.evidence import Evidence
from kg.curriculum.prerequisites import Prerequisites, prerequisites, refuse_cycles
from kg.curriculum.recognition_policy import Policy, Verdict, kinds_of_evidence, policy_of, weigh
from kg.curriculum.rows import Ref, refer, rows
from kg.errors import BadParameter
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.text import Words

__all__ = [
    "NAMES_OF_STANDINGS",
    "Item",
    "OutcomeStanding",
    "Recognition",
    "Standing",
    "UnitStanding",
    "recognise",
]

_HELD = ("outcome", "unit", "competence")
_COUNTING = (Verdict.PROOF, Verdict.INDICATION)


class Standing(StrEnum):
    """How an outcome or unit stands."""

    RECOGNISED = "recognised"
    EXAMINE = "examine"
    REMAINING = "remaining"


NAMES_OF_STANDINGS: Mapping[Standing, Words] = {
    Standing.RECOGNISED: Words({"nl": "te erkennen", "en": "can be recognised"}),
    Standing.EXAMINE: Words({"nl": "te onderzoeken", "en": "to be examined"}),
    Standing.REMAINING: Words({"nl": "te leren", "en": "to be learned"}),
}
"""Standing → its name; the board decides, so nothing is recognised yet."""

_REASONS: Mapping[str, Words] = {
    "competence": Words(
        {
            "nl": "Een competentie is breder dan een leerresultaat: een assessor onderzoekt wat ervan te bewijzen is.",
            "en": "A competence is wider than an outcome: an assessor examines what of it can be proven.",
        }
    ),
    "other-programme": Words(
        {
            "nl": "Elders behaald: een assessor onderzoekt of dit ook leerresultaten van deze opleiding bewijst.",
            "en": "Obtained elsewhere: an assessor examines whether this proves outcomes of this programme too.",
        }
    ),
    "elsewhere": Words(
        {
            "nl": "Geen leerresultaat van deze opleiding rust hier helemaal op.",
            "en": "No outcome of this programme rests entirely on this.",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence, what it is worth and why."""

    evidence: Evidence
    thing: Ref
    verdict: Verdict
    reason: Words
    outcomes: tuple[Ref, ...]
    """The outcomes of the programme it proves or points to."""


@dataclass(frozen=True, slots=True)
class OutcomeStanding:
    """One outcome of the programme: how it stands, and through which evidence."""

    outcome: Ref
    units: tuple[Ref, ...]
    standing: Standing
    through: tuple[Ref, ...]
    """What is held that it rests on: codes of outcomes, units and competences."""


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit: recognised when all its outcomes are; to be examined when nothing remains but examining."""

    unit: Ref
    standing: Standing
    credits: Decimal | None
    remaining: tuple[Ref, ...]
    """Its outcomes that are not recognised."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Advice on recognition. Who decides is in `policy.decided_by`."""

    programme: Ref
    policy: Policy
    on: date
    items: tuple[Item, ...]
    outcomes: tuple[OutcomeStanding, ...]
    units: tuple[UnitStanding, ...]
    """Every unit, in an order in which it can be taken."""

    def credits(self, *standings: Standing) -> Decimal | None:
        """The EC of the units that stand so; None when those of one are not known."""
        sizes = [unit.credits for unit in self.units if unit.standing in standings]
        return None if None in sizes else sum((size for size in sizes if size is not None), Decimal(0))


def recognise(store: Store, programme: str, evidence: Sequence[Evidence], on: date) -> Recognition:
    """What is recognised of the evidence on a day, what remains of the programme, and in which order.

    An outcome or unit held is proof of its outcomes. A competence held, or an outcome of another programme, is an
    indication: an outcome of the programme is to be examined when every competence it develops is indicated, never
    recognised, since a competence is wider than any one outcome. Evidence of which the policy needs the kind or the
    date and these are not given is an indication too. Evidence is valid up to and including the day on which it
    reaches the maximum age. Credits are granted per unit: a unit of which one outcome is open keeps all its EC.
    Raises UnknownName for an unknown code, and BadParameter for no evidence, a code that is no outcome, unit or
    competence, an unknown kind, a date after `on`, a circle of prerequisites, or a programme without policy.
    """
    if not evidence:
        raise BadParameter("There is no evidence to weigh.", "Give codes with --have, or a file with --file.")
    order = prerequisites(store, programme)
    iri = order.programme.iri
    refuse_cycles(order)
    policy = policy_of(store, iri)
    things = [_thing(store, piece) for piece in evidence]
    kinds = kinds_of_evidence(store)
    units_of, develops = _outcomes(store, iri)
    proves, indicates = _meaning(store, things)
    proven: dict[str, set[Ref]] = defaultdict(set)
    doubtful: dict[str, set[Ref]] = defaultdict(set)
    indicated: dict[str, set[Ref]] = defaultdict(set)
    weighed = [(piece, thing, *weigh(piece, policy, kinds, on)) for piece, thing in zip(evidence, things, strict=True)]
    for _, thing, verdict, _ in weighed:
        own = proves[thing.iri] & develops.keys()
        if verdict in _COUNTING:
            for outcome in own:
                (proven if verdict is Verdict.PROOF else doubtful)[outcome].add(thing)
            # An outcome of this programme proves itself; only what is wider or comes from elsewhere points further.
            for competence in () if own else indicates[thing.iri]:
                indicated[competence].add(thing)
    for outcome, competences in develops.items():
        if competences and competences <= indicated.keys():
            doubtful[outcome].update(*(indicated[competence] for competence in competences))
    items = tuple(
        _item(store, Item(*judged, ()), proves[judged[1].iri] & develops.keys(), doubtful) for judged in weighed
    )
    outcomes = tuple(
        OutcomeStanding(
            outcome=refer(store, outcome),
            units=tuple(sorted(refer(store, unit) for unit in units_of[outcome])),
            standing=_standing(outcome, proven, doubtful),
            through=tuple(sorted(proven.get(outcome) or doubtful.get(outcome) or ())),
        )
        for outcome in sorted(develops)
    )
    return Recognition(order.programme, policy, on, items, outcomes, _units(order, outcomes))


def _item(store: Store, item: Item, own: set[str], doubtful: Mapping[str, set[Ref]]) -> Item:
    """A piece of evidence, weighed under the policy, with what it does for the programme."""
    if item.verdict not in _COUNTING:
        return item
    touched = own or {outcome for outcome, through in doubtful.items() if item.thing in through}
    if not touched:
        return replace(item, verdict=Verdict.ELSEWHERE, reason=_REASONS["elsewhere"])
    outcomes = tuple(sorted(refer(store, outcome) for outcome in touched))
    if own or item.verdict is Verdict.INDICATION:
        return replace(item, outcomes=outcomes)
    why = _REASONS["competence" if item.thing.kind == "competence" else "other-programme"]
    return replace(item, verdict=Verdict.INDICATION, reason=why, outcomes=outcomes)


def _standing(outcome: str, proven: Mapping[str, set[Ref]], doubtful: Mapping[str, set[Ref]]) -> Standing:
    if outcome in proven:
        return Standing.RECOGNISED
    return Standing.EXAMINE if outcome in doubtful else Standing.REMAINING


def _units(order: Prerequisites, outcomes: Sequence[OutcomeStanding]) -> tuple[UnitStanding, ...]:
    """Every unit in order; a unit without outcomes remains."""
    inside: dict[Ref, list[OutcomeStanding]] = defaultdict(list)
    for outcome in outcomes:
        for unit in outcome.units:
            inside[unit].append(outcome)
    found = []
    for unit in order.order:
        left = [outcome for outcome in inside[unit] if outcome.standing is not Standing.RECOGNISED]
        standing = Standing.REMAINING
        if inside[unit] and not left:
            standing = Standing.RECOGNISED
        elif inside[unit] and all(outcome.standing is Standing.EXAMINE for outcome in left):
            standing = Standing.EXAMINE
        found.append(UnitStanding(unit, standing, order.credits[unit], tuple(outcome.outcome for outcome in left)))
    return tuple(found)


def _thing(store: Store, piece: Evidence) -> Ref:
    thing = refer(store, thing_called(store, piece.code))
    if thing.kind not in _HELD:
        raise BadParameter(
            "{where}: {code} is no outcome, unit or competence, so nobody can hold it.",
            "`kg find` lists what there is.",
            where=piece.where or "--have",
            code=piece.code,
        )
    return thing


def _outcomes(store: Store, programme: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Outcome → units, and outcome → competences, for every outcome of a programme."""
    units_of: dict[str, set[str]] = defaultdict(set)
    develops: dict[str, set[str]] = {}
    for row in rows(store, "outcomes-of-programme", programme=ox.NamedNode(programme)):
        competences = develops.setdefault(row["outcome"], set())
        units_of[row["outcome"]].update({row["unit"]} - {None})
        competences.update({row["competence"]} - {None})
    return units_of, develops


def _meaning(store: Store, things: Sequence[Ref]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Thing held → the outcomes it is proof of, and the competences it points to."""
    proves: dict[str, set[str]] = defaultdict(set)
    indicates: dict[str, set[str]] = defaultdict(set)
    nodes = [ox.NamedNode(iri) for iri in sorted({thing.iri for thing in things})]
    for row in rows(store, "meaning-of-evidence", things=nodes):
        proves[row["thing"]].update({row["outcome"]} - {None})
        indicates[row["thing"]].update({row["competence"]} - {None})
    return proves, indicates
