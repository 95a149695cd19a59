"""The statements of the data files as sheets: a row for every thing in every file, and a sheet for the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint, Statements, implied
from kg.exchange.spreadsheet.columns import PREF_LABEL, SheetKind
from kg.exchange.spreadsheet.grid import Cell, Grid
from kg.exchange.spreadsheet.values import POINTER, encode, fits_in_a_cell
from kg.exchange.spreadsheet.words import around, head
from kg.names import Iri
from kg.text import natural

__all__ = ["FIXED", "PIECE", "Sheet", "heads", "layout", "rest_heads"]

FIXED = ("code", "origin", "file")
"""The columns before those of the properties."""
PIECE = 30_000
"""Characters of a value in one cell of the sheet of the rest; a longer one goes on in the next cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook; `kind` is None for the sheet of the rest."""

    kind: SheetKind | None
    grid: Grid
    files: tuple[str, ...]
    """The file of every row below the heads."""
    additions: frozenset[int] = frozenset()
    """The rows (heads are row 0) that only add to a thing whose home is another file."""


def heads(kind: SheetKind, language: str) -> list[str]:
    """The heads of a sheet's columns."""
    return [head(name).within(language) for name in FIXED] + [column.title.within(language) for column in kind.columns]


def rest_heads(language: str) -> list[str]:
    """The heads of the sheet of the rest; more cells of a long value follow."""
    return [head(name).within(language) for name in ("file", "subject", "property", "value")]


def layout(plan: Blueprint, statements: Statements, language: str) -> list[Sheet]:
    """All sheets with rows, in the order of the tabs. Every statement stands in one cell, and only once.

    What cannot be read back from a cell as it is (another language, a control character, a text too long, a link
    that means nothing) goes to the sheet of the rest, in the notation of N-Triples.
    """
    rows: dict[str, dict[Iri, dict[str, frozenset[ox.Triple]]]] = defaultdict(lambda: defaultdict(dict))
    rest: list[tuple[str, ox.Triple]] = []
    for file, triples in sorted(statements.items()):
        about: dict[Iri, set[ox.Triple]] = defaultdict(set)
        for triple in triples:
            about[Iri(getattr(triple.subject, "value", ""))].add(triple)
        for iri, found in about.items():
            kind = plan.kind_of(iri)
            if kind is None:
                rest += [(file, triple) for triple in found]
            else:
                rows[kind.segment][iri][file] = frozenset(found)
    sheets = [_sheet(plan, kind, rows.get(kind.segment, {}), rest, language) for kind in plan.kinds]
    return [*sheets, _rest_sheet(plan, rest, language)]


def _sheet(
    plan: Blueprint,
    kind: SheetKind,
    things: dict[Iri, dict[str, frozenset[ox.Triple]]],
    rest: list[tuple[str, ox.Triple]],
    language: str,
) -> Sheet:
    lines: list[list[Cell]] = [[*heads(kind, language)]]
    files: list[str] = []
    additions = set()
    for iri in sorted(things, key=lambda iri: natural(kind.code_of(iri))):
        homes = {file for file, triples in things[iri].items() if implied(kind, iri, triples)}
        for file in sorted(things[iri], key=lambda file: (file not in homes, file)):
            cells = _cells(plan, kind, things[iri][file], rest, language, iri=iri, file=file)
            if cells is None:
                continue
            if file not in homes:
                additions.add(len(lines))
                _point(plan, kind, iri, cells, language)
            lines.append([kind.code_of(iri), plan.origin(file, language), file, *cells])
            files.append(file)
    return Sheet(kind, Grid(kind.title.within(language), lines), tuple(files), frozenset(additions))


def _cells(
    plan: Blueprint,
    kind: SheetKind,
    triples: frozenset[ox.Triple],
    rest: list[tuple[str, ox.Triple]],
    language: str,
    *,
    iri: Iri,
    file: str,
) -> list[Cell] | None:
    """The cells of one row; None when nothing of it fits in a column."""
    by_row = implied(kind, iri, triples)
    values: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
    for triple in triples - by_row:
        value = triple.object
        if isinstance(value, ox.NamedNode | ox.Literal):
            tag = value.language or "" if isinstance(value, ox.Literal) else ""
            values[triple.predicate.value, tag].append(value)
        else:
            rest.append((file, triple))
    cells: list[Cell] = []
    for column in kind.columns:
        terms = values.pop((column.property, column.language), [])
        whole = all(fits_in_a_cell(term.value) for term in terms)
        cell = encode(terms, column, plan.codes, language) if terms and whole else None
        if isinstance(cell, str) and not fits_in_a_cell(cell):
            cell = None
        cells.append(cell)
        if terms and cell is None:
            values[column.property, f"{column.language}\0"] = terms
    node = ox.NamedNode(iri)
    for (property_, _), terms in values.items():
        rest += [(file, ox.Triple(node, ox.NamedNode(property_), term)) for term in terms]
    if not by_row and all(cell is None for cell in cells):
        return None
    return cells


def _point(plan: Blueprint, kind: SheetKind, iri: Iri, cells: list[Cell], language: str) -> None:
    """Says in a row that only adds which thing it adds to, where a name of its own does not stand."""
    label = plan.codes.label(iri, language)
    for index, column in enumerate(kind.columns):
        if column.property == PREF_LABEL and cells[index] is None and label:
            shown = f"{POINTER} {label}"
            cells[index] = shown if fits_in_a_cell(shown) else POINTER
            return


def _rest_sheet(plan: Blueprint, rest: list[tuple[str, ox.Triple]], language: str) -> Sheet:
    lines = []
    for file, triple in rest:
        subject = getattr(triple.subject, "value", "")
        kind = plan.kind_of(subject)
        shown = f"{kind.segment}/{kind.code_of(subject)}" if kind else plan.codes.address(Iri(subject))
        value = (
            str(triple.object).replace("_", "\\u005F") if isinstance(triple.object, ox.Literal) else str(triple.object)
        )
        value = "".join(c if c >= " " and c not in "\ufffe\uffff\x7f" else f"\\u{ord(c):04X}" for c in value)
        pieces = [value[start : start + PIECE] for start in range(0, len(value), PIECE)]
        lines.append([file, shown, plan.codes.address(Iri(triple.predicate.value)), *pieces])
    lines.sort(key=lambda line: (line[0], natural(line[1]), *line[2:]))
    widest = max((len(line) for line in lines), default=4)
    more = head("more").within(language)
    first: list[str] = rest_heads(language) + [more] * (widest - 4)
    rows: list[list[Cell]] = [[*first]]
    rows += [[*line] for line in lines]
    return Sheet(None, Grid(around("rest").within(language), rows), tuple(line[0] for line in lines))
