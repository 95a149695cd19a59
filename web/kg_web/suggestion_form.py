"""The form to suggest a change with: a control for each field, filled with what it says or what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.codes import BESIDE
from kg.exchange.spreadsheet.columns import Form
from kg.exchange.spreadsheet.terms import Trouble
from kg.exchange.suggestions.fields import Field, alteration, fields_of, written
from kg.exchange.suggestions.suggestion import Alteration
from kg.files.wording import catalogue
from kg.names import LG, Iri
from kg.text import natural
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["Control", "Filled", "Option", "SuggestionForm", "Widget", "filled", "suggestion_form"]

_FEW, _MANY = 40, 600
"""Things to choose from in one list; more in a list to type in; beyond that the reader types a code."""
_ROOM = 2
"""Empty places for links to be added."""
_LINE = 66
"""Characters on a line of a text."""


class Widget(StrEnum):
    """What a field is filled in with."""

    TEXTS = "texts"
    LINES = "lines"
    CHOICE = "choice"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: as it is written in a suggestion, and as people read it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A link that is there: ticked to keep it."""

    value: str
    label: str
    code: str
    origin: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field on the form."""

    key: str
    """The property in short and the language: `skos:prefLabel@nl`."""
    heading: str
    meaning: str
    widget: Widget
    lang: str
    entries: tuple[str, ...] = ()
    """What stands in its places to write, empty ones included."""
    kept: tuple[Kept, ...] = ()
    options: tuple[Option, ...] = ()
    suggestions: str = ""
    """The id of the list of things to add; empty when there is none."""
    faults: tuple[str, ...] = ()

    def rows(self, text: str) -> int:
        """Lines that show a text whole, up to ten."""
        return min(10, max(1, sum(1 + len(line) // _LINE for line in text.split("\n"))))


@dataclass(frozen=True, slots=True)
class SuggestionForm:
    """The whole form: the fields that are usually filled in, the others, and the lists of things they share."""

    usual: tuple[Control, ...]
    others: tuple[Control, ...]
    lists: Mapping[str, tuple[Option, ...]]

    @property
    def faults(self) -> tuple[Control, ...]:
        """The fields at fault."""
        return tuple(control for control in (*self.usual, *self.others) if control.faults)


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in: the alterations it comes to, and what is wrong, by field."""

    given: Mapping[str, Sequence[str]]
    alterations: tuple[Alteration, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def filled(plan: Blueprint, thing: Iri, given: Mapping[str, Sequence[str]], lang: str) -> Filled:
    """The alterations that filled in fields come to; a field that was not on the form stays as it is."""
    found, faults = [], {}
    words = catalogue(lang)
    for one in fields_of(plan, thing):
        if _key(one) not in given:
            continue
        trouble = Trouble()
        altered = alteration(plan, one, [text.replace("\r\n", "\n") for text in given[_key(one)]], lang, trouble)
        if trouble:
            told = [(words.get(m, m) + " " + words.get(h, h)).format(**values) for m, h, values in trouble.found]
            faults[_key(one)] = tuple(text.strip()[:1].upper() + text.strip()[1:] for text in told)
        elif altered:
            found.append(altered)
    return Filled(given, tuple(found), faults)


def suggestion_form(reader: Reader, plan: Blueprint, thing: Iri, done: Filled | None = None) -> SuggestionForm:
    """The form for a thing; with `done` as it was filled in, and what is wrong with that."""
    lists: dict[str, tuple[Option, ...]] = {}
    usual: list[Control] = []
    others: list[Control] = []
    for one in fields_of(plan, thing):
        control = _control(reader, plan, one, lists, done)
        asked = one.column.used and one.column.form in {Form.TEXT, Form.LINK}
        shown = one.values or asked or control.faults
        (usual if shown else others).append(control)
    return SuggestionForm(tuple(usual), tuple(others), lists)


def _control(
    reader: Reader, plan: Blueprint, one: Field, lists: dict[str, tuple[Option, ...]], done: Filled | None
) -> Control:
    key, column = _key(one), one.column
    given = None if done is None else done.given.get(key)
    heading = column.title.within(reader.lang)
    second = column.language and column.language != plan.project.settings.languages[0]
    meaning = "" if second else column.definition.within(reader.lang)
    faults = done.faults.get(key, ()) if done else ()
    base = Control(key, heading, meaning, Widget.LINES, column.language, faults=faults)
    if column.form is Form.BOOLEAN:
        options = tuple(Option(value, reader.say(word)) for value, word in (("true", N_("yes")), ("false", N_("no"))))
        return _with(base, Widget.CHOICE, tuple(given if given is not None else one.texts), options=options)
    if column.form is not Form.LINK:
        widget = Widget.TEXTS if column.form is Form.TEXT else Widget.LINES
        texts = list(given if given is not None else one.texts)
        room = [] if column.single and texts else [""]
        return _with(base, widget, (*(text for text in texts if text), *room))
    members = list(column.choices) or plan.codes.members(column.classes)
    options = tuple(sorted((_option(reader, plan, iri) for iri in members), key=lambda option: natural(option.label)))
    if column.single and 0 < len(options) <= _FEW:
        return _with(base, Widget.CHOICE, tuple(given if given is not None else one.texts), options=options)
    named = ""
    if 0 < len(options) <= _MANY:
        named = "list-" + "-".join(kind.rpartition("#")[2].rpartition("/")[2] for kind in column.classes)
        lists[named] = options
    typed = [text for text in given or () if text and text not in one.texts]
    room = [""] if column.single else [""] * _ROOM
    return Control(
        key,
        heading,
        meaning,
        Widget.LINKS,
        "",
        (*typed, *room),
        tuple(_kept(reader, plan, value.text, value.file, given) for value in one.values),
        suggestions=named,
        faults=faults,
    )


def _with(base: Control, widget: Widget, entries: tuple[str, ...], options: tuple[Option, ...] = ()) -> Control:
    return Control(
        base.key, base.heading, base.meaning, widget, base.lang, entries, options=options, faults=base.faults
    )


def _kept(reader: Reader, plan: Blueprint, text: str, file: str, given: Sequence[str] | None) -> Kept:
    iri = _iri(plan, text)
    known = plan.project.names.segment_and_code(iri)
    origin = plan.origins.get(file, "").removeprefix(LG)
    return Kept(text, reader.thing(iri).text, known[1] if known else "", origin, given is None or text in given)


def _iri(plan: Blueprint, text: str) -> Iri:
    segment, slash, code = text.partition("/")
    if slash and ":" not in segment:
        return plan.project.names.thing(segment, code)
    return plan.project.names.expand(text) or Iri(text)


def _option(reader: Reader, plan: Blueprint, iri: Iri) -> Option:
    """A term by its label; a thing by its code with its label beside it, which is read back as the code."""
    text = written(ox.NamedNode(iri), plan.codes)
    label = plan.codes.label(iri, reader.lang)
    known = plan.project.names.segment_and_code(iri)
    return Option(text, f"{known[1]}{BESIDE}{label}" if known else label or text)


def _key(one: Field) -> str:
    return f"{one.name}@{one.column.language}" if one.column.language else one.name
