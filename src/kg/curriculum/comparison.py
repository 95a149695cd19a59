"""What two profiles or programmes share, where they are near, and what only one of them has, with the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kg.curriculum.coverage import DEPTHS, Depth
from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.curriculum.units import units_of
from kg.errors import BadParameter
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri
from kg.table import Table
from kg.text import Words

__all__ = ["JUDGEMENTS", "Comparison", "Evidence", "Judgement", "Pair", "Side", "compare", "comparison_table"]


class Judgement(StrEnum):
    """How something of one side stands to the other."""

    SHARED = "shared"
    NEAR = "near"
    ONLY_FIRST = "only-first"
    ONLY_SECOND = "only-second"


JUDGEMENTS: Mapping[Judgement, Words] = {
    Judgement.SHARED: Words({"nl": "gedeeld", "en": "shared"}),
    Judgement.NEAR: Words({"nl": "verwant", "en": "near"}),
    Judgement.ONLY_FIRST: Words({"nl": "alleen in de eerste", "en": "only in the first"}),
    Judgement.ONLY_SECOND: Words({"nl": "alleen in de tweede", "en": "only in the second"}),
}
"""Judgement → its name."""

_EXACT = Iri(OUTSIDE["skos"] + "exactMatch")
_TURNED = {"broadMatch": "narrowMatch", "narrowMatch": "broadMatch"}
_SAME = Words({"nl": "hetzelfde ding in de graaf", "en": "the same thing in the graph"})
_EVIDENCE: Mapping[str, Words] = {
    "exactMatch": Words({"nl": "staat gelijk aan", "en": "matches exactly"}),
    "closeMatch": Words({"nl": "komt sterk overeen met", "en": "matches closely"}),
    "broadMatch": Words({"nl": "is nauwer dan", "en": "is narrower than"}),
    "narrowMatch": Words({"nl": "is ruimer dan", "en": "is broader than"}),
    "relatedMatch": Words({"nl": "hangt samen met", "en": "is related to"}),
    "develops": Words(
        {"nl": "hetzelfde leerresultaat ontwikkelt beide", "en": "one and the same outcome develops both"}
    ),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a judgement."""

    reason: Words
    """Read from the first thing to the second."""
    property: Ref | None
    """The property the graph states; None for one and the same thing."""
    via: Ref | None
    """The outcome that develops both, or the outside thing both are equal to."""
    origin: Ref | None
    """stated, proposed or reference: where the graph has it from."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One judgement: what is compared on either side, how deeply each reaches it, and why it is judged so."""

    judgement: Judgement
    kind: str
    first: Ref | None
    second: Ref | None
    first_depth: Depth | None
    """How deeply a programme reaches it; None for a profile, which only asks for it."""
    second_depth: Depth | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it holds, with the depth a programme reaches."""

    thing: Ref
    holds: Mapping[Ref, Depth | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two profiles, two programmes, or one of each."""

    first: Side
    second: Side
    pairs: tuple[Pair, ...]
    """Shared first, then near, then what only one side has; by kind and code."""

    def judged(self, judgement: Judgement, kind: str = "") -> tuple[Pair, ...]:
        """The pairs judged so, of one kind of thing or of all."""
        return tuple(pair for pair in self.pairs if pair.judgement == judgement and kind in {"", pair.kind})


def compare(store: Store, first: str, second: str) -> Comparison:
    """The comparison of two profiles (by their competences) or programmes (by competences reached, and outcomes).

    Shared: one and the same thing, or an exact match, also over a third thing both match exactly. Near: a close,
    broad, narrow or related match, or one outcome that develops both. Words are never compared, so what only one
    side has may still resemble something of the other that nobody has linked. What is shared already is near to
    something else only when the graph states a match. Outcomes are compared between
    programmes only.
    Raises UnknownName for an unknown code, and BadParameter for a thing that is neither profile nor programme,
    or one of which no competences and outcomes are known.
    """
    left, right = _side(store, first), _side(store, second)
    if "profile" in {left.thing.kind, right.thing.kind}:
        left, right = _competences_only(left), _competences_only(right)
    evidence = _evidence(store, left, right)
    same = left.holds.keys() & right.holds.keys()
    for thing in same:
        evidence[thing, thing] = (Evidence(_SAME, None, None, None),)
    shared = {pair for pair, reasons in evidence.items() if pair[0] == pair[1] or _exact(reasons)}
    shared_left, shared_right = {a for a, _ in shared}, {b for _, b in shared}
    near = {
        (a, b)
        for (a, b), reasons in evidence.items()
        if a.kind == b.kind and (a not in shared_left) + (b not in shared_right) >= (1 if _matched(reasons) else 2)
    } - shared
    met = shared | near
    judged = [(Judgement.SHARED, a, b) for a, b in shared] + [(Judgement.NEAR, a, b) for a, b in near]
    pairs = [Pair(judgement, a.kind, a, b, left.holds[a], right.holds[b], evidence[a, b]) for judgement, a, b in judged]
    only_left = left.holds.keys() - {a for a, _ in met}
    only_right = right.holds.keys() - {b for _, b in met}
    pairs += [Pair(Judgement.ONLY_FIRST, a.kind, a, None, left.holds[a], None, ()) for a in only_left]
    pairs += [Pair(Judgement.ONLY_SECOND, b.kind, None, b, None, right.holds[b], ()) for b in only_right]
    return Comparison(left, right, tuple(sorted(pairs, key=_order)))


def comparison_table(found: Comparison, language: str) -> Table:
    """The judgements as rows, with the evidence in words."""
    lines = [
        (
            JUDGEMENTS[pair.judgement],
            pair.kind,
            pair.first,
            pair.first.label if pair.first else None,
            DEPTHS[pair.first_depth] if pair.first_depth else None,
            pair.second,
            pair.second.label if pair.second else None,
            DEPTHS[pair.second_depth] if pair.second_depth else None,
            "; ".join(_told(item, language) for item in pair.evidence),
        )
        for pair in found.pairs
    ]
    columns = ("judgement", "kind", "first", "first_label", "first_depth")
    return as_table((*columns, "second", "second_label", "second_depth", "evidence"), lines, language)


def _side(store: Store, code: str) -> Side:
    thing = refer(store, thing_called(store, code, "CompetenceProfile"))
    holds: dict[Ref, Depth | None] = {}
    if thing.kind == "profile":
        found = rows(store, "competences-of-profile", profile=ox.NamedNode(thing.iri))
        holds = {refer(store, row["competence"]): None for row in found}
    elif thing.kind == "programme":
        for unit in units_of(store, thing.iri):
            for kind in ("competence", "outcome") if unit.own else ():
                for given, depth in unit.gives.get(kind, {}).items():
                    holds[given] = max(depth, holds.get(given) or Depth.INTRODUCED)
    else:
        raise BadParameter("{code} is neither a profile nor a programme, so it cannot be compared.", code=code)
    if not holds:
        raise BadParameter(
            "The graph knows no competences or outcomes of {code}, so there is nothing to compare.",
            "`kg show {code}` tells what is known of it.",
            code=code,
        )
    return Side(thing, dict(sorted(holds.items())))


def _competences_only(side: Side) -> Side:
    return Side(side.thing, {thing: depth for thing, depth in side.holds.items() if thing.kind == "competence"})


def _evidence(store: Store, left: Side, right: Side) -> dict[tuple[Ref, Ref], tuple[Evidence, ...]]:
    """Pair → the reasons the graph gives for it."""
    ref_of = {thing.iri: thing for thing in (*left.holds, *right.holds)}
    found = rows(store, "comparison", left=_nodes(left.holds), right=_nodes(right.holds))
    met: dict[tuple[Ref, Ref], list[Evidence]] = defaultdict(list)
    for row in found:
        property_ = refer(store, row["property"])
        reason = _EVIDENCE[_TURNED.get(property_.code, property_.code) if row["turned"] else property_.code]
        via = refer(store, row["via"]) if row["via"] else None
        origin = refer(store, row["origin"]) if row["origin"] else None
        met[ref_of[row["left"]], ref_of[row["right"]]].append(Evidence(reason, property_, via, origin))
    return {pair: tuple(reasons) for pair, reasons in met.items()}


def _nodes(things: Iterable[Ref]) -> list[ox.NamedNode]:
    return [ox.NamedNode(thing.iri) for thing in things]


def _exact(reasons: Sequence[Evidence]) -> bool:
    return any(reason.property and reason.property.iri == _EXACT for reason in reasons)


def _matched(reasons: Sequence[Evidence]) -> bool:
    """Whether the graph states a match, and not only an outcome that develops both."""
    return any(reason.property and reason.property.iri.startswith(OUTSIDE["skos"]) for reason in reasons)


def _order(pair: Pair) -> tuple[int, str, str, str]:
    codes = (pair.first.code if pair.first else "", pair.second.code if pair.second else "")
    return (list(Judgement).index(pair.judgement), pair.kind, *codes)


def _told(evidence: Evidence, language: str) -> str:
    told = evidence.reason.within(language)
    if evidence.via:
        told += f" ({evidence.via.code})"
    return f"{told} [{evidence.origin.label.within(language)}]" if evidence.origin else told
