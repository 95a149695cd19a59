"""A table with a column of names, given back with the things of the graph that the names mean."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from kg.exchange.imports.content import Content
from kg.exchange.imports.faults import Place, fault
from kg.exchange.imports.tables import Sheet, read_sheet
from kg.graph.match import Candidate, Index, match, sure
from kg.names import Iri
from kg.records import Finding
from kg.text import did_you_mean

__all__ = ["ADDED", "VERDICTS", "Matched", "matched"]

ADDED = ("code", "iri", "label", "score", "match", "next_code", "next_label", "next_score")
"""Columns that are added; one whose name is taken gets a number behind it."""
VERDICTS = ("safe", "doubtful", "none")
"""What `match` tells: take it, look at it, nothing resembles it. An empty cell has none of them."""
_CONSIDERED = 20
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Matched:
    """The table as a file, the number of rows with each verdict, and the names to look at, each once."""

    data: bytes
    counts: Mapping[str, int]
    open_names: tuple[tuple[int, str, str, str, float], ...]
    """Row, name, verdict, and label and score of the best candidate; a name that comes again is told once."""


def matched(
    content: Content,
    column: str,
    index: Index,
    label_of: Callable[[Iri], str],
    *,
    language: str = "nl",
    kinds: Collection[str] = (),
    encoding: str = "",
) -> tuple[Matched | None, list[Finding]]:
    """The table with ADDED columns behind its own; or its faults, each at its row, and no table.

    Every cell and row stays as it is, in its order, with the same delimiter and line ends. UTF-8 stays UTF-8, with or
    without its mark; what came in another encoding leaves as UTF-8 with the mark by which Excel knows it.
    """
    sheet, faults = read_sheet(content, encoding, (column,))
    if sheet is None:
        return None, faults
    header, *rows = (cells for _, _, cells in sheet.rows)
    place, faults = _place_of(column, header, content.name)
    faults += _too_long(sheet, content.name)
    if faults:
        return None, faults

    @cache
    def meant(name: str) -> tuple[Candidate, ...]:
        return match(index, name, language, kinds, most=_CONSIDERED)

    counts: Counter[str] = Counter(dict.fromkeys(VERDICTS, 0))
    told: dict[str, tuple[int, str, str, str, float]] = {}
    made = [[*header, *_free(header)]]
    for (number, _, _), cells in zip(sheet.rows[1:], rows, strict=True):
        padded = [*cells, *[""] * (len(header) - len(cells))][: len(header)]
        name = " ".join(padded[place].split())
        found = meant(name) if name else ()
        verdict = _verdict(found) if name else ""
        if name:
            counts[verdict] += 1
        if verdict in VERDICTS[1:] and name not in told:
            best = (label_of(found[0].iri), found[0].score) if found else ("", 0.0)
            told[name] = (number, name, verdict, *best)
        made.append([*padded, *_cells(found, verdict, label_of)])
    return Matched(_written(made, sheet, content.data), dict(counts), tuple(told.values())), []


def _place_of(column: str, header: list[str], file: str) -> tuple[int, list[Finding]]:
    """Which column it is; capitals and spaces do not count when no column is called exactly so."""
    for fold in (str.strip, _folded):
        places = [i for i, name in enumerate(header) if fold(name) == fold(column)]
        if len(places) == 1:
            return places[0], []
        if places:
            return 0, [fault("column-twice", Place(file, 1, row=1), value=column)]
    near = did_you_mean(column, set(header)) or ", ".join(header)
    return 0, [fault("column-missing", Place(file, 1, row=1), value=column, near=near)]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _too_long(sheet: Sheet, file: str) -> list[Finding]:
    """Rows with text beyond the last column: their cells may have shifted."""
    width = len(sheet.rows[0][2])
    return [
        fault("row-length", Place(file, line, row=number), cells=len(cells), columns=width)
        for number, line, cells in sheet.rows
        if any(cell.strip() for cell in cells[width:])
    ]


def _free(header: list[str]) -> list[str]:
    """The names of the added columns, none of them one that the table has."""
    taken = {_folded(name) for name in header}
    return [
        next(name for name in (added, *(f"{added}_{i}" for i in range(2, len(taken) + 3))) if name not in taken)
        for added in ADDED
    ]


def _verdict(found: tuple[Candidate, ...]) -> str:
    if not found:
        return "none"
    return "safe" if sure(found) else "doubtful"


def _cells(found: tuple[Candidate, ...], verdict: str, label_of: Callable[[Iri], str]) -> list[str]:
    told = ["", "", "", "", verdict, "", "", ""]
    if found:
        first = found[0]
        told[:4] = [first.code, first.iri, label_of(first.iri), f"{first.score:g}"]
    if len(found) > 1:
        told[5:] = [found[1].code, label_of(found[1].iri), f"{found[1].score:g}"]
    return told


def _written(rows: list[list[str]], sheet: Sheet, came: bytes) -> bytes:
    text = io.StringIO(newline="")
    if sheet.named:
        text.write(f"sep={sheet.delimiter}{sheet.line_end}")
    csv.writer(text, delimiter=sheet.delimiter, lineterminator=sheet.line_end).writerows(rows)
    try:
        plain = not came.startswith(_MARK) and bool(came.decode("utf-8") or True)
    except UnicodeDecodeError:
        plain = False
    return (b"" if plain else _MARK) + text.getvalue().encode("utf-8")
