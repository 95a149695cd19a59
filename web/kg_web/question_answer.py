"""The answer to a question as people read it: a thing's code and name in one cell, columns headed in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from kg.records import Query
from kg.table import Table
from kg_web.reader import Reader, Value

__all__ = ["Answer", "Head", "readable"]

_MOST = 500
_ARTICLE = re.compile(r"(een|de|het|a|an|the)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its name in a few words, and the whole explanation."""

    name: str
    explained: str
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer for a page; `total` counts all rows, also those beyond the page."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: int


def readable(reader: Reader, query: Query, table: Table) -> Answer:
    """The answer with at most 500 rows. Columns `xCode` and `xLabel` are told by the link in column `x`."""
    shown = [index for index, column in enumerate(table.columns) if not _told_by_link(column, table)]
    rows = tuple(tuple(reader.value(row[index]) for index in shown) for row in table.rows[:_MOST])
    heads = []
    for place, index in enumerate(shown):
        cells = [row[place] for row in rows if row[place].text]
        explained = _explained(reader, query, table.columns[index])
        heads.append(Head(_short(explained), explained, bool(cells) and all(cell.number for cell in cells)))
    return Answer(tuple(heads), rows, len(table))


def _explained(reader: Reader, query: Query, column: str) -> str:
    described = next((entry.description for entry in query.columns if entry.name == column), None)
    return described.within(reader.lang) if described else column


def _short(explained: str) -> str:
    """The first words of an explanation, without its article."""
    words = re.split(r"[:;,(]", explained, maxsplit=1)[0].strip()
    words = _ARTICLE.sub("", words, count=1) if _ARTICLE.match(words) else words
    return words[:1].upper() + words[1:]


def _told_by_link(column: str, table: Table) -> bool:
    """Whether a column gives the code or the name of the thing in another column that holds things."""
    stem = column.removesuffix("Code") if column.endswith("Code") else column.removesuffix("Label")
    if stem == column or stem not in table.columns:
        return False
    index = table.columns.index(stem)
    return any(isinstance(row[index], ox.NamedNode) for row in table.rows)
