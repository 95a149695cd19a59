"""What a recognition policy says of a piece of evidence: its kind, its age, and who decides."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pyoxigraph as ox

from kg.curriculum.evidence import Evidence
from kg.curriculum.rows import Ref, refer, rows
from kg.errors import BadParameter, UnknownName
from kg.graph.store import Store
from kg.text import Words, nearest

__all__ = ["NAMES_OF_VERDICTS", "Policy", "Verdict", "kinds_of_evidence", "policy_of", "valid_until", "weigh"]


class Verdict(StrEnum):
    """What a piece of evidence is worth under the policy."""

    PROOF = "proof"
    """It proves outcomes of the programme."""
    INDICATION = "indication"
    """It points to outcomes without proving them, or its kind or date is not given: to be examined."""
    EXPIRED = "expired"
    NOT_ACCEPTED = "not-accepted"
    ELSEWHERE = "elsewhere"
    """It is in order, but no outcome of this programme rests on it."""


NAMES_OF_VERDICTS: Mapping[Verdict, Words] = {
    Verdict.PROOF: Words({"nl": "bewijs", "en": "proof"}),
    Verdict.INDICATION: Words({"nl": "aanwijzing", "en": "indication"}),
    Verdict.EXPIRED: Words({"nl": "verlopen", "en": "expired"}),
    Verdict.NOT_ACCEPTED: Words({"nl": "soort niet aanvaard", "en": "kind not accepted"}),
    Verdict.ELSEWHERE: Words({"nl": "past hier niet", "en": "does not fit here"}),
}
"""Verdict → its name."""

_REASONS: Mapping[str, Words] = {
    "proof": Words(
        {"nl": "Soort en datum voldoen aan het beleid.", "en": "Kind and date are what the policy asks."},
    ),
    "kind": Words(
        {
            "nl": "Het beleid aanvaardt deze soort bewijs niet.",
            "en": "The policy does not accept this kind of evidence.",
        }
    ),
    "age": Words(
        {"nl": "Het bewijs is ouder dan het beleid toestaat.", "en": "The evidence is older than the policy allows."}
    ),
    "no-kind": Words(
        {"nl": "De soort bewijs is niet opgegeven.", "en": "The kind of evidence is not given."},
    ),
    "no-date": Words(
        {"nl": "De datum van het bewijs is niet opgegeven.", "en": "The date of the evidence is not given."},
    ),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as evidence."""

    policy: Ref
    kinds: tuple[Ref, ...]
    """Accepted kinds of evidence; empty when every kind is."""
    maximum_age: str
    """The greatest age as xsd:duration; empty when there is none."""
    decided_by: tuple[Ref, ...]


def policy_of(store: Store, programme: str) -> Policy:
    """The policy of a programme; of several, the one with the smallest code. Raises BadParameter when there is none."""
    found = rows(store, "policy-of-programme", programme=ox.NamedNode(programme))
    if not found:
        raise BadParameter(
            "No recognition policy applies to {programme}, so nothing can be weighed.",
            "Link one to it with lg:appliesTo.",
            programme=refer(store, programme).code,
        )
    first = [row for row in found if row["policy"] == found[0]["policy"]]
    return Policy(
        policy=refer(store, first[0]["policy"]),
        kinds=tuple(sorted({refer(store, row["kind"]) for row in first if row["kind"]})),
        maximum_age=first[0]["maximum"] or "",
        decided_by=tuple(sorted({refer(store, row["decider"]) for row in first if row["decider"]})),
    )


def kinds_of_evidence(store: Store) -> dict[str, Ref]:
    """Every name of a kind of evidence, case folded → the kind."""
    found = rows(store, "evidence-kinds")
    by_name = {str(row["name"]).casefold(): refer(store, row["kind"]) for row in found if row["name"]}
    return by_name | {kind.code.casefold(): kind for kind in by_name.values()}


def _kind(piece: Evidence, kinds: Mapping[str, Ref]) -> Ref | None:
    if not piece.kind:
        return None
    kind = kinds.get(piece.kind.casefold())
    if kind is None:
        close = ", ".join(nearest(piece.kind, kinds))
        hint = "Did you mean {close}? Kinds: {known}." if close else "Kinds: {known}."
        raise UnknownName(
            "{where}: {kind!r} is no kind of evidence.",
            hint,
            where=piece.where or piece.code,
            kind=piece.kind,
            known=", ".join(sorted({known.code for known in kinds.values()})),
            close=close,
        )
    return kind


def weigh(piece: Evidence, policy: Policy, kinds: Mapping[str, Ref], on: date) -> tuple[Verdict, Words]:
    """What the policy says of a piece of evidence, whatever it is evidence of.

    Raises BadParameter for a date after `on`, and UnknownName for an unknown kind.
    """
    if piece.on is not None and piece.on > on:
        raise BadParameter(
            "{where}: evidence dated {day} lies after {on}.",
            where=piece.where or piece.code,
            day=piece.on.isoformat(),
            on=on.isoformat(),
        )
    kind = _kind(piece, kinds)
    if kind is not None and policy.kinds and kind not in policy.kinds:
        return Verdict.NOT_ACCEPTED, _REASONS["kind"]
    if piece.on is not None and policy.maximum_age and on > valid_until(piece.on, policy.maximum_age):
        return Verdict.EXPIRED, _REASONS["age"]
    if kind is None and policy.kinds:
        return Verdict.INDICATION, _REASONS["no-kind"]
    if piece.on is None and policy.maximum_age:
        return Verdict.INDICATION, _REASONS["no-date"]
    return Verdict.PROOF, _REASONS["proof"]


def valid_until(day: date, duration: str) -> date:
    """The last day on which evidence of `day` is not older than an xsd:duration of years, months and days.

    A month is counted as XML Schema does (Part 2, appendix E): 29 February and one year is 28 February.
    """
    parts = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T.*)?", duration)
    if parts is None:
        raise BadParameter("A maximum age of {duration} cannot be counted.", duration=duration)
    years, months, days = (int(part or 0) for part in parts.groups())
    month = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = month // 12, month % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1])) + timedelta(days)
