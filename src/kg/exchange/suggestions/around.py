"""A thing and what it is linked with, as statements for a small workbook."""

from __future__ import annotations

from kg.exchange.spreadsheet.blueprint import Blueprint, Statements
from kg.names import Iri
from kg.text import natural

__all__ = ["MOST", "statements_around"]

MOST = 200
"""Neighbours in one small workbook."""


def statements_around(plan: Blueprint, thing: Iri) -> Statements:
    """Everything the data files state of a thing and of its neighbours, the first MOST of them by kind and code."""
    wanted = {thing, *_neighbours(plan, thing)[:MOST]}
    found = {
        file: frozenset(t for t in plan.draft.triples(path) if getattr(t.subject, "value", "") in wanted)
        for file, path in plan.files.items()
    }
    return {file: triples for file, triples in found.items() if triples}


def _neighbours(plan: Blueprint, thing: Iri) -> list[Iri]:
    found: set[Iri] = set()
    for path in plan.draft.paths():
        for triple in plan.draft.triples(path):
            subject, value = (Iri(getattr(node, "value", "")) for node in (triple.subject, triple.object))
            if subject == thing:
                found.add(value)
            elif value == thing:
                found.add(subject)
    order = [kind.segment for kind in plan.kinds]
    kinds = {
        iri: kind.segment for iri in found - {thing} if (kind := plan.kind_of(iri)) and iri in plan.codes.classes_of
    }
    return sorted(kinds, key=lambda iri: (order.index(kinds[iri]), natural(iri)))
