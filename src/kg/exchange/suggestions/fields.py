"""The fields of a thing that a suggestion can change: the columns of its sheet, with what stands in them now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.codes import Codes
from kg.exchange.spreadsheet.columns import Column, Form
from kg.exchange.spreadsheet.terms import Trouble, term_of
from kg.exchange.suggestions.suggestion import Alteration
from kg.names import LG, OUTSIDE, Iri, lg

__all__ = ["BY_DECISION", "Field", "Held", "Term", "alteration", "field_called", "fields_of", "parsed", "written"]

Term = ox.NamedNode | ox.Literal

BY_DECISION = frozenset({lg("status"), lg("statusBy"), lg("statusSince")})
"""What changes with a decision of an organisation, and by `kg status`: nobody suggests it."""
_ADDRESS = Iri(OUTSIDE["xsd"] + "anyURI")
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Held:
    """One value that a field has: as it is written in a suggestion, and the file that says it."""

    text: str
    term: Term
    file: str


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a thing, in one language, with its values in all files."""

    thing: Iri
    column: Column
    name: str
    """The property in short: `skos:prefLabel`."""
    values: tuple[Held, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Its values as a suggestion writes them, in the order in which they are shown."""
        return tuple(value.text for value in self.values)


def fields_of(plan: Blueprint, thing: Iri) -> tuple[Field, ...]:
    """The fields of a thing in the order of its sheet; none for what has no sheet."""
    kind = plan.kind_of(thing)
    held: dict[tuple[str, str], list[tuple[Term, str]]] = defaultdict(list)
    file_of = {path: file for file, path in plan.files.items()}
    for path, triples in plan.draft.about(thing).items():
        for triple in triples:
            if isinstance(triple.object, ox.NamedNode | ox.Literal):
                language = triple.object.language or "" if isinstance(triple.object, ox.Literal) else ""
                held[triple.predicate.value, language].append((triple.object, file_of[path]))
    return tuple(
        _field(plan, thing, column, held.get((column.property, column.language), []))
        for column in (kind.columns if kind else ())
        if column.property not in BY_DECISION
    )


def field_called(fields: tuple[Field, ...], name: str, language: str) -> Field | None:
    """The field of this property in this language, or None."""
    return next((one for one in fields if (one.name, one.column.language) == (name, language)), None)


def written(term: Term, codes: Codes) -> str:
    """A value as a suggestion writes it."""
    if isinstance(term, ox.Literal):
        return term.value
    known = codes.names.segment_and_code(term.value)
    if known and Iri(term.value) in codes.classes_of:
        return "/".join(known)
    return codes.names.compact(term.value) if term.value.startswith(LG) else term.value


def parsed(text: str, column: Column, codes: Codes, language: str, trouble: Trouble) -> Term | None:
    """The term that a value of a field stands for; None, with the reason in `trouble`, when it stands for none."""
    if column.form is Form.PLAIN and column.datatypes[:1] == (_ADDRESS,) and not text.startswith(_WEB):
        trouble.say('"{text}" is no web address.', "Write it from https:// on.", text=text[:60])
        return None
    term = term_of(text, column, codes, language, trouble)
    if isinstance(term, ox.NamedNode) and not term.value.startswith(_WEB):
        trouble.say('"{text}" is no web address.', "Write it from https:// on.", text=text[:60])
        return None
    return term


def alteration(plan: Blueprint, field: Field, texts: list[str], language: str, trouble: Trouble) -> Alteration | None:
    """What it takes to have a field say these values; None when it says them already.

    What is wrong with a value goes to `trouble`.
    """
    codes, column = plan.codes, field.column
    wanted: dict[str, None] = {}
    for text in texts:
        if text in field.texts:
            wanted[text] = None
        elif text.strip() and (term := parsed(text.strip(), column, codes, language, trouble)) is not None:
            wanted[written(term, codes)] = None
    if column.single and len(wanted) > 1:
        trouble.say("{count} values where one goes.", "Keep one.", count=len(wanted))
    if trouble or set(wanted) == set(field.texts):
        return None
    known = codes.names.segment_and_code(field.thing)
    return Alteration(
        thing="/".join(known) if known else field.thing,
        field=field.name,
        language=column.language,
        before=field.texts,
        after=tuple(wanted),
        label=codes.label(field.thing, language),
        name=column.title.within(language),
    )


def _field(plan: Blueprint, thing: Iri, column: Column, found: list[tuple[Term, str]]) -> Field:
    values = {written(term, plan.codes): Held(written(term, plan.codes), term, file) for term, file in found}
    ordered = tuple(values[text] for text in sorted(values))
    return Field(thing, column, plan.project.names.compact(column.property), ordered)
