"""What sheets, heads and notes are called, as `sheets.toml` has it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kg.text import Words

__all__ = [
    "around",
    "column_order",
    "head",
    "how",
    "kind_order",
    "note",
    "property_name",
    "readme",
    "sheet_area",
    "sheet_title",
    "word",
]


@cache
def _content() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "sheets.toml").read_text(encoding="utf-8"))


def _words(part: str, name: str) -> Words:
    found = _content()[part][name]
    return Words({language: found[language] for language in ("nl", "en")})


def kind_order() -> list[str]:
    """The segments of the kinds that have a sheet, `graph` for the data files among them, in the order of the tabs."""
    return list(_content()["sheets"])


def sheet_title(segment: str) -> Words:
    """What the sheet of a kind is called."""
    return _words("sheets", segment)


def sheet_area(segment: str) -> str:
    """The part of the graph a kind belongs to, by which tabs are coloured."""
    return str(_content()["sheets"][segment]["area"])


def column_order(part: str) -> list[str]:
    """Properties, compact: the `first` and the `last` columns, and those every kind `always` has."""
    return list(_content()["order"][part])


def property_name(name: str) -> Mapping[str, str]:
    """What a property of another vocabulary is called, for `dct:date`; empty for one that is not listed."""
    found: dict[str, str] = _content()["properties"].get(name, {})
    return found


def around(name: str) -> Words:
    """What a sheet without rows of things is called: readme, rest, lists, base, faults."""
    return _words("around", name)


def head(name: str) -> Words:
    """The head of a column that holds no property: code, origin, file, subject, property, value, more."""
    return _words("heads", name)


def note(name: str) -> Words:
    """The note on such a column."""
    return _words("notes", name)


def how(name: str) -> Words:
    """A sentence about how a cell is filled."""
    return _words("how", name)


def word(name: str) -> Words:
    """A word in cells: true, false."""
    return _words("words", name)


def readme(language: str) -> list[str]:
    """The lines of the read-me sheet; one that begins with `# ` is a heading."""
    return list(_content()["readme"][language])
