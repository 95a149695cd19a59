"""What a workbook changes, merged with what changed in the files since it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.columns import Column
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.parse import Key, Parsed, Term, Terms
from kg.exchange.spreadsheet.values import joined
from kg.files.wording import catalogue
from kg.names import Iri
from kg.text import natural

__all__ = ["Change", "Prefer", "merge", "shown_terms"]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs from the files: what they say now, and what they will say."""

    key: Key
    now: Terms
    then: Terms


Prefer = str
"""Who wins a conflict: `workbook`, `graph`, or nobody when it is empty."""


def merge(
    plan: Blueprint,
    parsed: Parsed,
    before: Mapping[Key, Terms],
    now: Mapping[Key, Terms],
    faults: Faults,
    *,
    prefer: Prefer = "",
) -> list[Change]:
    """What is to be changed in the files. Only what the workbook changes is changed.

    A conflict goes to `faults`: one value that both changed, each differently. Of a cell with several values what
    either added is added and what either took away is taken away, unless both replaced the same value.
    """
    nothing: Terms = frozenset()
    changes = []
    for key in _sorted(_differing(before, parsed.values)):
        was, wanted, there = (values.get(key, nothing) for values in (before, parsed.values, now))
        then = wanted
        if there not in (was, wanted):
            if _clash(_column(plan, key), was, wanted, there):
                if not prefer:
                    told = _told(plan, faults.language, was, wanted, there)
                    faults.note(Fault(_place(parsed, key), told, conflict=True))
                if prefer != "workbook":
                    continue
            else:
                then = (there - (was - wanted)) | (wanted - was)
        if then != there:
            changes.append(Change(key, there, then))
    return changes


def _differing(before: Mapping[Key, Terms], wanted: Mapping[Key, Terms]) -> Iterator[Key]:
    for key, terms in wanted.items():
        was = before.get(key)
        if was is not terms and was != terms:
            yield key
    yield from before.keys() - wanted.keys()


def _sorted(keys: Iterable[Key]) -> list[Key]:
    """By thing, as people count (`ow-2` before `ow-10`); a thing has many keys, so it is looked at once."""
    found = list(keys)
    things = sorted({key[1] for key in found}, key=lambda thing: (natural(thing), thing))
    rank = {thing: index for index, thing in enumerate(things)}
    return sorted(found, key=lambda key: (rank[key[1]], key))


def _clash(column: Column | None, was: Terms, wanted: Terms, there: Terms) -> bool:
    if column is None or column.single:
        return True
    return bool((was - wanted) & (was - there)) and wanted - was != there - was


def _column(plan: Blueprint, key: Key) -> Column | None:
    kind = plan.kind_of(key[1])
    return kind.column_of(key[2], key[3]) if kind else None


def _place(parsed: Parsed, key: Key) -> Place:
    return parsed.place(key) or parsed.homes.get(key[1]) or Place("")


def _told(plan: Blueprint, language: str, was: Terms, wanted: Terms, there: Terms) -> str:
    words = catalogue(language)
    message = 'changed by others since the export: it was "{was}", is now "{now}", and here stands "{wanted}".'
    hint = "Put in what is to hold; --prefer workbook or --prefer graph decides for all."
    shown = {
        name: shown_terms(plan, terms, language) for name, terms in (("was", was), ("now", there), ("wanted", wanted))
    }
    return f"{words.get(message, message).format(**shown)} {words.get(hint, hint)}"


def shown_terms(plan: Blueprint, terms: Iterable[Term], language: str) -> str:
    """Terms as a person reads them: texts, and codes with their labels."""
    shown = [
        term.value
        if isinstance(term, ox.Literal)
        else plan.codes.shown(Iri(term.value), language)
        if isinstance(term, ox.NamedNode)
        else str(getattr(term, "value", term))
        for term in terms
    ]
    return joined(sorted(shown)) if len(shown) > 1 else "".join(shown)
