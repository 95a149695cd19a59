"""What became of everything an import read: taken, changed or left out, counted by column or property."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.exchange.imports.faults import short
from kg.table import Table
from kg.text import Words

__all__ = ["Entry", "How", "Ledger", "account_table", "reason"]

_REASONS = Path(__file__).parent / "reasons.toml"
_LONGEST_EXAMPLE = 80


class How(StrEnum):
    """What became of a value: it stands in the graph as it was, in other words, or not at all."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT_OUT = "left out"

    @property
    def words(self) -> Words:
        """The same in the reader's language."""
        dutch = {"taken": "overgenomen", "changed": "veranderd", "left out": "weggelaten"}
        return Words({"nl": dutch[self.value], "en": self.value})


@dataclass(frozen=True, slots=True)
class Entry:
    """How many values of one column or property met the same fate, and why."""

    file: str
    field: str
    """Column, JSON key or property; `row`, `item` and the like count whole records."""
    how: How
    count: int
    reason: Words = Words()
    example: str = ""
    """The first of the values that were changed or left out."""


class Ledger:
    """The running account of one import. Every value that is read is entered once."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, How, str], int] = {}
        self._examples: dict[tuple[str, str, How, str], str] = {}

    def taken(self, file: str, field: str, count: int = 1) -> None:
        """Notes a value that stands in the graph as the file has it."""
        self._note((file, field, How.TAKEN, ""), count)

    def changed(self, file: str, field: str, why: str, example: object = "", count: int = 1) -> None:
        """Notes a value that stands in the graph in another form; `why` is the name of a reason."""
        self._note((file, field, How.CHANGED, why), count, example)

    def left_out(self, file: str, field: str, why: str, example: object = "", count: int = 1) -> None:
        """Notes a value that does not stand in the graph; `why` is the name of a reason."""
        self._note((file, field, How.LEFT_OUT, why), count, example)

    def withdraw(self, file: str, field: str, why: str, example: object = "", *, kept: bool = False) -> None:
        """Turns a value that was entered already into one that is left out, or with `kept` into one that is changed."""
        own = [key for key in self._counts if key[:2] == (file, field) and key[2] is not How.LEFT_OUT]
        for key in own[:1]:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]
        if kept:
            self.changed(file, field, why, example)
        else:
            self.left_out(file, field, why, example)

    def entries(self) -> tuple[Entry, ...]:
        """The account: by file in the order read, then by field as first met, then taken, changed, left out."""
        files = list(dict.fromkeys(file for file, *_ in self._counts))
        fields = list(dict.fromkeys((file, field) for file, field, *_ in self._counts))
        order = list(How)
        found = [
            Entry(file, field, how, count, reason(why) if why else Words(), self._examples.get(key, ""))
            for key, count in self._counts.items()
            for file, field, how, why in (key,)
        ]
        return tuple(
            sorted(
                found,
                key=lambda entry: (
                    files.index(entry.file),
                    fields.index((entry.file, entry.field)),
                    order.index(entry.how),
                    -entry.count,
                    entry.reason.within("en"),
                ),
            )
        )

    def _note(self, key: tuple[str, str, How, str], count: int, example: object = "") -> None:
        self._counts[key] = self._counts.get(key, 0) + count
        if example != "" and key not in self._examples:
            self._examples[key] = short(example, _LONGEST_EXAMPLE)


def account_table(entries: Iterable[Entry], language: str) -> Table:
    """The account as a table: file, field, how, count, reason in this language, example."""
    rows = tuple(
        (
            ox.Literal(entry.file),
            ox.Literal(entry.field),
            ox.Literal(entry.how.value),
            ox.Literal(entry.count),
            ox.Literal(entry.reason.within(language)),
            ox.Literal(entry.example),
        )
        for entry in entries
    )
    return Table(("file", "field", "how", "count", "reason", "example"), rows)


def reason(name: str) -> Words:
    """Why something was changed or left out, in Dutch and English."""
    return _reasons()[name]


@cache
def _reasons() -> Mapping[str, Words]:
    content = tomllib.loads(_REASONS.read_text(encoding="utf-8"))
    return {name: Words(words) for name, words in content.items()}
