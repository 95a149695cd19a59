"""What a workbook changes, as lines to read."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import groupby

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.columns import NOTATION, PREF_LABEL, RDF_TYPE, SheetKind
from kg.exchange.spreadsheet.merge import Change, shown_terms
from kg.files.wording import catalogue
from kg.names import Iri

__all__ = ["changes_in_words"]


def changes_in_words(plan: Blueprint, changes: Iterable[Change], new: Container[Iri], language: str) -> Iterator[str]:
    """The changes, by thing: its kind, code and name, below it what each property was and becomes."""
    words = catalogue(language)
    message = "{kind} {code} is new: {label} ({file})"
    message = words.get(message, message)
    for iri, about in groupby(changes, key=lambda change: change.key[1]):
        found = list(about)
        kind = plan.kind_of(iri)
        yield (
            (message if iri in new else "{kind} {code} {label}")
            .format(
                kind=kind.title.within(language) if kind else "",
                code=kind.code_of(iri) if kind else iri,
                label=plan.codes.label(iri, language) or _new_label(found, language),
                file=found[0].key[0],
            )
            .strip()
        )
        for change in found:
            if change.key[2] not in (RDF_TYPE, NOTATION):
                title = _title(plan, kind, change, language)
                yield from (f"  {title}: {text}" for text in _difference(plan, change, language))


def _title(plan: Blueprint, kind: SheetKind | None, change: Change, language: str) -> str:
    """The head of the column, else the address of the property."""
    _, _, property_, tag = change.key
    column = kind.column_of(property_, tag) if kind else None
    return column.title.within(language) if column else plan.codes.address(property_) + (f" ({tag})" if tag else "")


def _new_label(changes: Iterable[Change], language: str) -> str:
    """What a new thing is called, in the reader's language when it has a name in it."""
    labels = [
        (change.key[3] != language, min(getattr(term, "value", "") for term in change.then))
        for change in changes
        if change.key[2] == PREF_LABEL and change.then
    ]
    return min(labels)[1] if labels else ""


def _difference(plan: Blueprint, change: Change, language: str) -> list[str]:
    if len(change.now) == 1 == len(change.then):
        return [f"“{shown_terms(plan, change.now, language)}” → “{shown_terms(plan, change.then, language)}”"]
    gone = sorted(shown_terms(plan, [term], language) for term in change.now - change.then)
    come = sorted(shown_terms(plan, [term], language) for term in change.then - change.now)
    return [*(f"− {text}" for text in gone), *(f"+ {text}" for text in come)]
