"""What a workbook changes, merged with what changed in the files since it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.columns import NOTATION, PREF_LABEL, RDF_TYPE, Column, Form
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.parse import Key, Parsed, Terms
from kg.exchange.spreadsheet.values import joined
from kg.files.wording import catalogue
from kg.names import Iri
from kg.text import natural

__all__ = ["Change", "Prefer", "changes_in_words", "merge", "shown_terms"]


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
    for key in sorted(before.keys() | parsed.values.keys(), key=lambda key: (natural(key[1]), key)):
        was, wanted, there = (values.get(key, nothing) for values in (before, parsed.values, now))
        if wanted in (was, there):
            continue
        then = (there - (was - wanted)) | (wanted - was)
        if there != was and _clash(_column(plan, key), was, wanted, there):
            if not prefer:
                faults.note(Fault(_place(parsed, key), _told(plan, faults.language, was, wanted, there), conflict=True))
            if prefer != "workbook":
                continue
            then = wanted
        changes.append(Change(key, there, then))
    return [change for change in changes if change.now != change.then]


def _clash(column: Column | None, was: Terms, wanted: Terms, there: Terms) -> bool:
    if column is None or column.single:
        return True
    return bool((was - wanted) & (was - there)) and wanted - was != there - was


def _column(plan: Blueprint, key: Key) -> Column | None:
    kind = plan.kind_of(key[1])
    columns = kind.columns if kind else ()
    return next((column for column in columns if (column.property, column.language) == (key[2], key[3])), None)


def _place(parsed: Parsed, key: Key) -> Place:
    return parsed.places.get(key) or parsed.homes.get(key[1]) or Place("")


def _told(plan: Blueprint, language: str, was: Terms, wanted: Terms, there: Terms) -> str:
    words = catalogue(language)
    message = 'changed by others since the export: it was "{was}", is now "{now}", and here stands "{wanted}".'
    hint = "Put in what is to hold; --prefer workbook or --prefer graph decides for all."
    shown = {
        name: shown_terms(plan, terms, language) for name, terms in (("was", was), ("now", there), ("wanted", wanted))
    }
    return f"{words.get(message, message).format(**shown)} {words.get(hint, hint)}"


def shown_terms(plan: Blueprint, terms: Terms, language: str) -> str:
    """Terms as a person reads them: texts, and codes with their labels."""
    shown = []
    for term in terms:
        if isinstance(term, ox.NamedNode):
            anything = Column(Iri(""), Form.LINK, plan.kinds[0].title)
            code, label = (
                plan.codes.written(Iri(term.value), anything, language),
                plan.codes.label(Iri(term.value), language),
            )
            shown.append(f"{code} {label}" if label and label != code else code)
        else:
            shown.append(getattr(term, "value", str(term)))
    return joined(sorted(shown)) if len(shown) > 1 else "".join(shown)


def changes_in_words(plan: Blueprint, changes: list[Change], parsed: Parsed, language: str) -> list[str]:
    """The changes as lines to read: a thing with its name, below it what each property was and becomes."""
    words = catalogue(language)
    message = "{kind} {code} is new: {label} ({file})"
    new_labels = _new_labels(changes, language)
    lines: list[str] = []
    last = None
    for change in changes:
        file, iri, property_, tag = change.key
        if iri != last:
            last = iri
            kind = plan.kind_of(iri)
            title = kind.title.within(language) if kind else ""
            label = plan.codes.label(iri, language) or new_labels.get(iri, "")
            values = {"kind": title, "code": kind.code_of(iri) if kind else iri, "label": label, "file": file}
            lines.append(
                (words.get(message, message) if iri in parsed.new else "{kind} {code} {label}").format(**values).strip()
            )
        if property_ in (RDF_TYPE, NOTATION):
            continue
        column = _column(plan, change.key)
        name = column.title.within(language) if column else plan.codes.address(property_) + (f" ({tag})" if tag else "")
        lines += [f"  {name}: {text}" for text in _difference(plan, change, language)]
    return lines


def _new_labels(changes: list[Change], language: str) -> dict[Iri, str]:
    """What new things are called, in the reader's language when they have a name in it."""
    found: dict[Iri, str] = {}
    for change in changes:
        _, iri, property_, tag = change.key
        if property_ == PREF_LABEL and change.then and (iri not in found or tag == language):
            found[iri] = min(getattr(term, "value", "") for term in change.then)
    return found


def _difference(plan: Blueprint, change: Change, language: str) -> list[str]:
    if len(change.now) == 1 == len(change.then):
        return [f"“{shown_terms(plan, change.now, language)}” → “{shown_terms(plan, change.then, language)}”"]
    gone = sorted(shown_terms(plan, frozenset([term]), language) for term in change.now - change.then)
    come = sorted(shown_terms(plan, frozenset([term]), language) for term in change.then - change.now)
    return [*(f"− {text}" for text in gone), *(f"+ {text}" for text in come)]
