"""The programme an analysis is asked about, and the profiles it aims at."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from kg.curriculum.rows import Ref, refer, rows
from kg.errors import BadParameter
from kg.graph.ask import Value
from kg.graph.find import codes_of, thing_called
from kg.graph.store import Store
from kg.text import did_you_mean

__all__ = ["programme_called", "scope_of"]


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
