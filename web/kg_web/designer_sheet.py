"""Tables on the designer's pages: things as links, judgements in colour, numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.curriculum.rows import Ref
from kg.text import Words
from kg_web.designer_asked import Asked
from kg_web.reader import Value
from kg_web.words import said_in

__all__ = ["Cell", "Head", "Mark", "Sheet", "sheet"]

_LONG = 80
"""Characters from which on a text gets a wide column."""
_MOST = 500
"""Rows of a table on a page; the files hold them all."""


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
    anchors: tuple[str, ...] = ()
    """What each row is called within the page, where something leads to it."""
    bare: bool = False
    """Whether it is a list of names and values, which needs no head and no count."""


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
    anchors: Sequence[str] = (),
    bare: bool = False,
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
    return Sheet(heading, told, rows, len(lines), table, note, empty, folded, tuple(anchors[:_MOST]), bare)


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
        text = item.within(asked.lang)
        return Cell((Value(text),), "long" if len(text) > _LONG else "")
    if isinstance(item, bool):
        say = said_in(asked.lang)
        return Cell((Value(say("yes") if item else say("no")),))
    if isinstance(item, Decimal | int):
        return Cell((Value(asked.reader.number(item), number=True),), "number")
    return Cell((Value(str(item)),))


def _value(asked: Asked, ref: Ref) -> Value:
    href = asked.reader.address(ref.iri)
    return Value(asked.name(ref), href, ref.code if ref.kind else "", segment=ref.kind)
