"""The programme an analysis is asked about, the profiles it aims at, and which programmes there are to ask about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.curriculum.rows import Ref, refer, rows
from kg.errors import BadParameter
from kg.graph.ask import Value
from kg.graph.find import codes_of, thing_called
from kg.graph.store import Store
from kg.text import did_you_mean

__all__ = ["Equipped", "equipped", "programme_called", "scope_of", "units_by_programme"]


@dataclass(frozen=True, slots=True)
class Equipped:
    """A programme, and what an analysis has to work with."""

    programme: Ref
    designed: bool
    """Whether it has a status, and so is somebody's design; else a source merely mentions it."""
    units: bool
    outcomes: bool
    """Whether it has outcomes of its own, beside those of its units."""
    policy: bool
    """Whether a recognition policy applies to it."""


def programme_called(store: Store, text: str) -> Ref:
    """The programme meant by a code, prefixed name or IRI.

    Raises UnknownName when there is nothing called so, BadParameter when it is something else.
    """
    found = refer(store, thing_called(store, text, "Programme"))
    if found.kind != "programme":
        codes = codes_of(store, "Programme")
        raise BadParameter(
            "{thing} is no programme.",
            "Programmes: {known}.",
            thing=text,
            known=did_you_mean(text, codes) or ", ".join(codes[:20]),
        )
    return found


def scope_of(store: Store, programme: str = "") -> dict[str, Value | Sequence[Value]]:
    """What a programme (its IRI) answers to, as terms for a query: `$schemes`, and `$everywhere`.

    That is whatever stands in a profile the programme reaches anything of, or in another profile of the same
    occupation, a wider one or a specialism, and whatever stands in no scheme at all. A programme that reaches
    nothing in a scheme, and no programme, answer to everything there is.
    """
    found = rows(store, "profiles-of-programme", programme=ox.NamedNode(programme)) if programme else []
    schemes = [ox.NamedNode(row["scheme"]) for row in found]
    return {"schemes": schemes, "everywhere": ox.Literal(not schemes)}


def equipped(store: Store) -> tuple[Equipped, ...]:
    """Every programme with what it has: designed ones first, then by code."""
    found = [
        Equipped(refer(store, row["programme"]), row["designed"], row["units"], row["outcomes"], row["policy"])
        for row in rows(store, "programmes-and-what-they-have")
    ]
    return tuple(sorted(found, key=lambda one: (not one.designed, one.programme)))


def units_by_programme(store: Store) -> Mapping[str, tuple[Ref, ...]]:
    """The IRI of each programme that has units → those units, by code."""
    found: dict[str, set[Ref]] = {}
    ref_of: dict[str, Ref] = {}
    for row in rows(store, "units-by-programme"):
        unit = ref_of.get(row["unit"]) or ref_of.setdefault(row["unit"], refer(store, row["unit"]))
        found.setdefault(row["programme"], set()).add(unit)
    return {programme: tuple(sorted(units)) for programme, units in found.items()}
