"""What an analysis page is made of: the form to ask with, figures, pictures, tables, and its address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from kg.curriculum.rows import Ref
from kg.table import Table
from kg_web.designer_asked import Asked
from kg_web.designer_sheet import Sheet
from kg_web.reader import Reader

__all__ = [
    "Analysis",
    "Answer",
    "Chapter",
    "Field",
    "Figure",
    "Form",
    "Option",
    "Picture",
    "address",
]

_BLUEPRINTS = {"recognition": "advice"}
"""Analyses of which the answer follows from more than the release and the request: these have their own blueprint."""


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
        """The drawing as it stands in a page: `kg.curriculum.svg` has escaped every label."""
        return Markup(self.svg)

    @property
    def size(self) -> str:
        """How much room it takes on a page: narrow, middle or wide."""
        found = re.search(r' width="([0-9]+)', self.svg)
        width = int(found[1]) if found else 0
        return "narrow" if width < 720 else "middle" if width <= 1160 else "wide"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a long answer: its place in the page, heading, introduction, pictures and tables."""

    name: str
    heading: str
    texts: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything an analysis page shows; `found` is what its JSON gives, None while too little is asked."""

    found: Any
    forms: tuple[Form, ...] = ()
    tables: Mapping[str, Callable[[], Table]] = field(default_factory=dict)
    """Name of a table → its rows for CSV; the first is given when none is named."""
    heading: str = ""
    """What the page is called, when that says more than the title of the analysis."""
    summary: str = ""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    """What a dossier is made of; other analyses have pictures and tables alone."""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    """The parameters that lead to this answer again, defaults filled in."""
    about: tuple[Ref, ...] = ()
    """What it is about, to lead on to other analyses of the same."""

    @property
    def drawings(self) -> tuple[Picture, ...]:
        """Every picture, those in chapters too."""
        return (*self.pictures, *(picture for chapter in self.chapters for picture in chapter.pictures))

    @property
    def listings(self) -> tuple[Sheet, ...]:
        """Every table, those in chapters too."""
        return (*self.sheets, *(one for chapter in self.chapters for one in chapter.sheets))


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


def address(
    analysis: str, lang: str, given: Sequence[tuple[str, str]] = (), *, suffix: str = "", whole: bool = False
) -> str:
    """Where an analysis stands, as a page or in another form, with these parameters."""
    endpoint = f"{_BLUEPRINTS.get(analysis, 'designer')}.{analysis}"
    endpoint += "_data" if suffix else ""
    more = {"suffix": suffix} if suffix else {}
    path = url_for(endpoint, lang=lang, _external=whole, **more)
    return f"{path}?{urlencode(given)}" if given else path
