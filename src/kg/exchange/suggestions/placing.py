"""In which data file a suggested value belongs: where it corrects something, or among what we propose ourselves."""

from __future__ import annotations

from collections import Counter

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.columns import PREF_LABEL, Form
from kg.exchange.suggestions.fields import Field, Held
from kg.names import Iri, lg

__all__ = ["file_for", "stated"]


def stated(plan: Blueprint, file: str) -> bool:
    """Whether a file holds what a source states."""
    return plan.origins.get(file) == lg("stated")


def file_for(plan: Blueprint, field: Field, replaced: Held | None, preferred: str = "") -> str:
    """The data file for a new value of a field; empty when none can be chosen.

    A text that replaces another is a correction and stays in its file, also in what a source states; so does a name
    in another language. A link of ours never goes among what a source states: it goes to `preferred`, to a file of
    ours that says the same of this thing or describes it, or to the one that says this of most things like it.
    """
    is_link = field.column.form is Form.LINK
    if replaced and not (is_link and stated(plan, replaced.file)):
        return replaced.file
    home = _home(plan, field.thing)
    if field.column.property == PREF_LABEL and home:
        return home
    if preferred:
        return preferred
    same = [value.file for value in field.values]
    about = [_name(plan, path) for path in plan.draft.about(field.thing)]
    return next((file for file in [*same, home, *about, *_usual(plan, field)] if file and not stated(plan, file)), "")


def _home(plan: Blueprint, thing: Iri) -> str:
    return _name(plan, plan.draft.home_of(thing))


def _usual(plan: Blueprint, field: Field) -> list[str]:
    """The files that say this of things, those of the same kind first; then the one that does most often."""
    counted: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    kind = plan.kind_of(field.thing)
    for file, path in plan.files.items():
        for triple in plan.draft.triples(path):
            if triple.predicate.value == field.column.property:
                counted[file] += 1
                of_kind[file] += bool(kind and kind.code_of(getattr(triple.subject, "value", "")))
    return sorted(counted, key=lambda file: (-of_kind[file], -counted[file], file))


def _name(plan: Blueprint, path: object) -> str:
    return next((file for file, known in plan.files.items() if known == path), "")
