"""The programme an analysis is asked about."""

from __future__ import annotations

from kg.curriculum.rows import Ref, refer
from kg.errors import BadParameter
from kg.graph.find import codes_of, thing_called
from kg.graph.store import Store
from kg.text import did_you_mean

__all__ = ["programme_called"]


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
