"""The answer of a question as bars, where its header says which columns to draw."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from kg.curriculum.svg import Drawing, wrapped
from kg.records import Query
from kg.table import Table, plain
from kg_web.reader import Reader

__all__ = ["chart_of"]

_MARGIN, _LABELS, _BARS, _ROW = 16.0, 340.0, 480.0, 26.0
_INK = "#1a1a1a"
_MOST = 40
"""More bars than this are no picture any more; the table has them all."""


def chart_of(reader: Reader, query: Query, table: Table) -> Markup:
    """A bar for every row: the header's `chart` names the column of names and the column of numbers.

    Empty when the header names none, when there are no rows or too many, or when a value is no number.
    """
    if len(query.chart) != 2 or not 0 < len(table) <= _MOST:
        return Markup()
    names, values = (table.columns.index(column) for column in query.chart)
    numbers = [plain(row[values]) for row in table.rows]
    if not all(isinstance(number, int | Decimal) and number >= 0 for number in numbers):
        return Markup()
    bars = [(str(plain(row[names]) or "–"), number) for row, number in zip(table.rows, numbers, strict=True)]
    return Markup(_drawn(reader, query, bars))


def _drawn(reader: Reader, query: Query, bars: list[tuple[str, int | Decimal]]) -> str:
    """The bars below one another, as long as their numbers are large, with the number behind each."""
    size = next(column for column in query.columns if column.name == query.chart[1])
    longest = max(number for _, number in bars) or 1
    width, height = _LABELS + _BARS + 2 * _MARGIN + 60, len(bars) * _ROW + 2 * _MARGIN
    drawing = Drawing(width, height, query.title.within(reader.lang), size.description.within(reader.lang))
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    for place, (name, number) in enumerate(bars):
        y = _MARGIN + place * _ROW
        length = float(number) / float(longest) * _BARS
        label = wrapped(name, 46, 1)[0]
        with drawing.within("g", f"{name}: {reader.number(number)}"):
            drawing.add("text", label, x=_MARGIN, y=y + 17, fill=_INK, class_="kg-ink")
            drawing.add("rect", x=_LABELS, y=y + 3, width=max(length, 1.0), height=_ROW - 8, fill="#2f6f9f")
            drawing.add("text", reader.number(number), x=_LABELS + length + 8, y=y + 17, fill=_INK, class_="kg-ink")
    return str(drawing)
