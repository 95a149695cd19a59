"""What every analysis page is made of: what was asked, the form to ask with, figures, pictures and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from kg.curriculum.rows import Ref
from kg.errors import KgError
from kg.files.wording import catalogue
from kg.table import Table
from kg.text import Words
from kg_web.reader import Reader, Value
from kg_web.words import said_in

__all__ = [
    "Analysis",
    "Answer",
    "Asked",
    "Cell",
    "Field",
    "Figure",
    "Form",
    "Head",
    "Mark",
    "Option",
    "Picture",
    "Sheet",
    "address",
    "message_of",
    "sheet",
]

_BLUEPRINTS = {"recognition": "advice"}
"""Analyses of which the answer follows from more than the release and the request: these have their own blueprint."""
_MOST = 500
"""Rows of a table on a page; the files hold them all."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: what is sent, what people read, and the heading it stands under."""

    value: str
    label: str
    group: str = ""
    usable: bool = True
    """Whether the analysis has anything to say about it; what is not usable is shown, but cannot be chosen."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: `select`, `list`, `ticks`, `evidence`, or an input type."""

    name: str
    label: str
    control: str
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    empty: str = ""
    """What a select says for no choice; without it, a choice is always made."""
    hint: str = ""

    @property
    def value(self) -> str:
        """The one value of a field that has one."""
        return self.values[0] if self.values else ""

    @property
    def groups(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """The options under their headings, in order."""
        by_group: dict[str, list[Option]] = {}
        for option in self.options:
            by_group.setdefault(option.group, []).append(option)
        return tuple((group, tuple(options)) for group, options in by_group.items())


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that are sent together, with values that go along unseen."""

    fields: tuple[Field, ...]
    button: str
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that says the most, and what it counts."""

    number: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, and the words below it."""

    svg: str
    caption: str = ""

    @property
    def markup(self) -> Markup:
        """The drawing as it stands in a page: `kg.curriculum.svg` has escaped every label.

        A drawing with links is a group: what is an image to a screen reader cannot hold links (WAI-ARIA 1.2, img).
        """
        linked = "<a " in self.svg
        return Markup(self.svg.replace('role="img"', 'role="group"', 1) if linked else self.svg)

    @property
    def size(self) -> str:
        """How much room it takes on a page: narrow, middle or wide."""
        found = re.search(r' width="([0-9]+)', self.svg)
        width = int(found[1]) if found else 0
        return "narrow" if width < 720 else "middle" if width <= 1160 else "wide"


@dataclass(frozen=True, slots=True)
class Mark:
    """A judgement in a table, in colour as well as in words."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its name, and what it stands for when the name is only a code."""

    name: str
    explained: str = ""
    href: str = ""
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: values, and how they are shown."""

    values: tuple[Value, ...] = ()
    style: str = ""
    """`number`, `codes` for a row of codes, `mark` for a judgement, `origin`, or a class."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a page; `table` is the name of its CSV, empty when it has none of its own."""

    heading: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    table: str = ""
    note: str = ""
    empty: str = ""
    """What is said instead of a table without rows."""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything an analysis page shows; `found` is what its JSON gives, None while too little is asked."""

    found: Any
    forms: tuple[Form, ...] = ()
    tables: Mapping[str, Callable[[], Table]] = field(default_factory=dict)
    """Name of a table → its rows for CSV; the first is given when none is named."""
    summary: str = ""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    """The parameters that lead to this answer again, defaults filled in."""
    about: tuple[Ref, ...] = ()
    """What it is about, to lead on to other analyses of the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an analysis: by whom, and with which parameters (empty ones left out)."""

    reader: Reader
    given: Mapping[str, tuple[str, ...]]
    drawing: bool = True
    """Whether pictures lead to pages; a picture that is taken along does not."""

    @property
    def lang(self) -> str:
        """The language of the answer."""
        return self.reader.lang

    @property
    def say(self) -> Callable[..., str]:
        """A message of the site in the reader's language."""
        return said_in(self.lang)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that has one; what a list of suggestions adds after a code is cut off."""
        return next((text.partition(" – ")[0].strip() for text in self.given.get(name, ())), default)

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that may be repeated, each once."""
        return tuple(dict.fromkeys(text.partition(" – ")[0].strip() for text in self.given.get(name, ())))

    def href_of(self) -> Callable[[Ref], str] | None:
        """Where a picture leads to."""
        return (lambda ref: self.reader.address(ref.iri)) if self.drawing else None

    def name(self, ref: Ref) -> str:
        """A thing by its label."""
        return ref.label.within(self.lang) or ref.code

    def number(self, value: Decimal | int | None) -> str:
        """A number as the language writes it; a question mark for what is not known."""
        if value is None:
            return "?"
        return self.reader.number(value)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis: how it is called, what it finds out, what can be asked, and the function that answers."""

    name: str
    title: str
    purpose: str
    parameters: tuple[str, ...]
    answer: Callable[[Asked], Answer]
    fitting: Callable[[Reader], Mapping[str, tuple[Option, ...]]]
    """What fits in each parameter that names things."""
    tables: tuple[str, ...]
    drawn: bool = True
    private: bool = False
    """Whether what is asked is about a person: then it is kept nowhere, not even for a moment."""


def message_of(error: KgError, language: str) -> str:
    """What an analysis says is wrong, without its hint: hints speak of the command line, pages show what fits."""
    return KgError(error.message, "", **error.values).told(catalogue(language))


def address(
    analysis: str, lang: str, given: Sequence[tuple[str, str]] = (), *, suffix: str = "", whole: bool = False
) -> str:
    """Where an analysis stands, as a page or in another form, with these parameters."""
    endpoint = f"{_BLUEPRINTS.get(analysis, 'designer')}.{analysis}"
    endpoint += "_data" if suffix else ""
    more = {"suffix": suffix} if suffix else {}
    path = url_for(endpoint, lang=lang, _external=whole, **more)
    return f"{path}?{urlencode(given)}" if given else path


def sheet(
    asked: Asked,
    heading: str,
    heads: Sequence[str | Head],
    lines: Sequence[Sequence[object]],
    *,
    table: str = "",
    note: str = "",
    empty: str = "",
    folded: bool = False,
) -> Sheet:
    """A table of these lines for a page, cut off at 500 rows.

    A thing becomes a link, several things a row of codes, a number is written as the language does.
    """
    rows = tuple(tuple(_cell(asked, item) for item in line) for line in lines[:_MOST])
    named = [head if isinstance(head, Head) else Head(head) for head in heads]
    numbers = [
        bool(rows) and all(row[place].style == "number" or not row[place].values for row in rows)
        for place in range(len(named))
    ]
    told = tuple(
        Head(head.name, head.explained, head.href, numbers=flag) for head, flag in zip(named, numbers, strict=True)
    )
    return Sheet(heading, told, rows, len(lines), table, note, empty, folded)


def _cell(asked: Asked, item: object) -> Cell:
    if item is None or item in ("", ()):
        return Cell()
    if isinstance(item, Cell):
        return item
    if isinstance(item, Ref):
        return Cell((_value(asked, item),))
    if isinstance(item, Mark):
        return Cell((Value(item.text),), "mark", item.name)
    if isinstance(item, tuple):
        return Cell(tuple(_value(asked, ref) for ref in item), "codes")
    if isinstance(item, Words):
        return Cell((Value(item.within(asked.lang)),))
    if isinstance(item, bool):
        say = said_in(asked.lang)
        return Cell((Value(say("yes") if item else say("no")),))
    if isinstance(item, Decimal | int):
        return Cell((Value(asked.reader.number(item), number=True),), "number")
    return Cell((Value(str(item)),))


def _value(asked: Asked, ref: Ref) -> Value:
    href = asked.reader.address(ref.iri)
    return Value(asked.name(ref), href, ref.code if ref.kind else "", segment=ref.kind)
