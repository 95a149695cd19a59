"""The drop-down lists of a workbook: what a column can point at, and where that list stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.codes import BESIDE
from kg.exchange.spreadsheet.columns import Column, Form
from kg.exchange.spreadsheet.grid import column_letter
from kg.exchange.spreadsheet.values import joined
from kg.exchange.spreadsheet.words import around, head, word
from kg.names import LG, Iri
from kg.text import natural

__all__ = ["Lists", "lists"]

_LONGEST = 2_000
"""Things in one list at most; a longer one helps nobody choose."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The sheet of lists: heads with the texts below them, and which list is whose."""

    heads: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    _number_of: dict[tuple[Iri, ...] | str, int]
    sheet: str

    def reference(self, column: Column | str) -> str:
        """The range of the list of a column, or of `file`; empty for a column without one."""
        number = self._number_of.get(column if isinstance(column, str) else _key(column))
        if number is None or not self.columns[number]:
            return ""
        letter = column_letter(number + 1)
        return f"='{self.sheet}'!${letter}$2:${letter}${len(self.columns[number]) + 1}"


def _key(column: Column) -> tuple[Iri, ...] | str:
    if column.form is Form.BOOLEAN:
        return "boolean"
    return (*column.choices, *column.classes) if column.form is Form.LINK else ""


def lists(plan: Blueprint, columns: Iterable[Column], language: str) -> Lists:
    """The lists for these columns, files and yes or no first."""
    heads = [head("file").within(language), " / ".join(word(name).within(language) for name in ("true", "false"))]
    found: list[tuple[str, ...]] = [tuple(plan.files), tuple(word(name).within(language) for name in ("true", "false"))]
    number_of: dict[tuple[Iri, ...] | str, int] = {"file": 0, "boolean": 1}
    for column in columns:
        key = _key(column)
        if not key or key in number_of:
            continue
        members = list(column.choices) or plan.codes.members(column.classes)
        texts = sorted((_offered(plan, iri, column, language) for iri in members), key=natural)
        if not texts or len(texts) > _LONGEST:
            continue
        number_of[key] = len(found)
        kinds = column.classes or (column.property,)
        heads.append(", ".join(plan.codes.label(kind, language) or column.title.within(language) for kind in kinds))
        found.append(tuple(texts))
    return Lists(tuple(heads), tuple(found), number_of, around("lists").within(language))


def _offered(plan: Blueprint, iri: Iri, column: Column, language: str) -> str:
    """A term by its label; a thing by its code, with its label beside it."""
    written = plan.codes.written(iri, column, language)
    label = " ".join(plan.codes.label(iri, language).split())
    if iri.startswith(LG) or not label or "|" in label:
        return joined([written])
    text = f"{written}{BESIDE}{label}"
    return text if len(text) <= 120 else f"{text[:119]}…"
