"""The sheets of a file as statements, with the cell of each and the faults of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from kg.exchange.spreadsheet.base import Base
from kg.exchange.spreadsheet.blueprint import Blueprint, Statements, implied
from kg.exchange.spreadsheet.codes import Codes
from kg.exchange.spreadsheet.columns import NOTATION, PREF_LABEL, RDF_TYPE, Column, Form, SheetKind
from kg.exchange.spreadsheet.faults import Faults
from kg.exchange.spreadsheet.grid import Cell, Place
from kg.exchange.spreadsheet.layout import layout
from kg.exchange.spreadsheet.progress import Progress, Step, unseen
from kg.exchange.spreadsheet.rest import rest_statements
from kg.exchange.spreadsheet.rows import Row, read_rows
from kg.exchange.spreadsheet.tables import Tables, ThingTable, cell_of
from kg.exchange.spreadsheet.terms import Trouble
from kg.exchange.spreadsheet.values import POINTER, decode
from kg.names import Iri
from kg.text import Words

__all__ = ["Key", "Parsed", "Term", "Terms", "by_key", "key_of", "parse"]

Key = tuple[str, Iri, Iri, str]
"""File, thing, property, language: what one cell is about."""
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Terms = frozenset[Term]


@dataclass(slots=True)
class Parsed:
    """What a file says, and where."""

    values: dict[Key, Terms] = field(default_factory=dict)
    rows: dict[tuple[str, Iri], Place] = field(default_factory=dict)
    """The row of each thing in each file."""
    columns: dict[str, dict[tuple[Iri, str], int]] = field(default_factory=dict)
    """Of each sheet the columns, by property and language."""
    places: dict[Key, Place] = field(default_factory=dict)
    """The place of what stands in no row of a thing."""
    homes: dict[Iri, Place] = field(default_factory=dict)
    """The code cell of every thing that has a row, its home row first."""
    new: dict[Iri, Place] = field(default_factory=dict)

    def place(self, key: Key) -> Place | None:
        """The cell of a key, also when it is empty; None for what has none."""
        row = self.rows.get(key[:2])
        column = self.columns[row.sheet].get(key[2:]) if row else None
        return Place(row.sheet, row.row, column) if row and column else self.places.get(key)


def key_of(file: str, triple: ox.Triple) -> Key:
    """What a statement in a file is about."""
    value = triple.object
    language = value.language or "" if isinstance(value, ox.Literal) else ""
    return (file, Iri(getattr(triple.subject, "value", "")), Iri(triple.predicate.value), language)


def by_key(statements: Statements) -> dict[Key, Terms]:
    """The statements of files by what they are about. What stands in many of them is held once."""
    found: dict[Key, Terms] = {}
    several: dict[Key, set[Term]] = {}
    texts: dict[str, Iri] = {}
    single: dict[Term, Terms] = {}
    for file, triples in statements.items():
        for subject, predicate, value in triples:
            iri, property_ = getattr(subject, "value", ""), predicate.value
            language = value.language or "" if isinstance(value, ox.Literal) else ""
            key = (
                file,
                texts.setdefault(iri, Iri(iri)),
                texts.setdefault(property_, Iri(property_)),
                texts.setdefault(language, Iri(language)),
            )
            terms = single.get(value)
            if terms is None:
                terms = single[value] = frozenset({value})
            first = found.setdefault(key, terms)
            if first is not terms:
                several.setdefault(key, set(first)).add(value)
    found.update((key, frozenset(terms)) for key, terms in several.items())
    return found


def parse(
    plan: Blueprint,
    tables: Tables,
    base: Base,
    faults: Faults,
    *,
    before: Mapping[Key, Terms],
    progress: Progress = unseen,
) -> Parsed:
    """What the sheets say; `before` is the state they were made from.

    A sheet that is not there says what it said; so does a cell that is at fault.
    """
    parsed = Parsed()
    rows = {table.kind.segment: read_rows(plan, table, base, faults) for table in tables.things}
    plan = _with_new_things(plan, rows, tables, parsed)
    read = _Cells(plan.codes, faults.language)
    total = sum(len(found) for found in rows.values())
    done = 0
    for table in tables.things:
        parsed.columns[table.grid.name] = {(c.property, c.language): index + 1 for index, c in table.columns.items()}
        for row in rows[table.kind.segment]:
            _read_row(plan, table, row, parsed, faults, read=read, before=before, base=base)
            done += 1
            if done % 200 == 0 or done == total:
                progress(Step.TAKE, done, total)
    kept = {pair for table in tables.things for pair in _kept(table.kind, rows[table.kind.segment], base)}
    seen = {table.kind.segment for table in tables.things}
    kind_of = cache(plan.kind_of)
    for key, terms in before.items():
        kind = kind_of(key[1])
        if kind is not None and (kind.segment not in seen or (key[0], key[1]) in kept):
            parsed.values[key] = terms
    rest = tables.rest or layout(plan, base.statements, faults.language)[-1].grid
    for file, triple, place in rest_statements(plan, rest, faults):
        key = key_of(file, triple)
        _say(parsed, key, frozenset({triple.object}), before)
        parsed.places.setdefault(key, place)
    return parsed


def _kept(kind: SheetKind, rows: list[Row], base: Base) -> set[tuple[str, Iri]]:
    """What stays as it was because its row is at fault or gone: only a row that adds can be taken out."""
    valid = {(row.file, row.iri) for row in rows if row.valid}
    moved = {(row.was, row.iri) for row in rows if row.valid and row.was}
    told = valid | moved
    damaged = any(not row.valid for row in rows)
    return {
        (file, Iri(iri))
        for file in base.statements
        for iri, about in base.things_in(file).items()
        if kind.code_of(iri) and (file, iri) not in told and (damaged or implied(kind, iri, about))
    }


def _with_new_things(plan: Blueprint, rows: dict[str, list[Row]], tables: Tables, parsed: Parsed) -> Blueprint:
    words: dict[Iri, Words] = {}
    kinds: dict[Iri, SheetKind] = {}
    for table in tables.things:
        names = {index: column for index, column in table.columns.items() if column.property == PREF_LABEL}
        for row in rows[table.kind.segment]:
            place = table.place(row.index, table.fixed["code"])
            if row.home or row.iri not in parsed.homes:
                parsed.homes[row.iri] = place
            if not row.new:
                continue
            parsed.new[row.iri] = place
            cells = table.grid.rows[row.index]
            texts = {column.language: cell_of(cells, index) for index, column in names.items()}
            words[row.iri] = Words({tag: text for tag, text in texts.items() if isinstance(text, str)})
            kinds[row.iri] = table.kind
    return plan.with_codes(words, kinds)


class _Cells:
    """Cells as terms. What is no text stands in many cells: it is read once."""

    def __init__(self, codes: Codes, language: str) -> None:
        self._codes = codes
        self._language = language
        self._known: dict[tuple[str, int], Terms] = {}

    def terms(self, cell: Cell, column: Column, trouble: Trouble) -> Terms:
        """The terms that a cell stands for; what is wrong with it goes to `trouble`."""
        if not isinstance(cell, str) or column.form is Form.TEXT:
            return frozenset(decode(cell, column, self._codes, self._language, trouble))
        known = self._known.get((cell, id(column)))
        if known is None:
            known = frozenset(decode(cell, column, self._codes, self._language, trouble))
            if not trouble:
                self._known[cell, id(column)] = known
        return known


def _read_row(
    plan: Blueprint,
    table: ThingTable,
    row: Row,
    parsed: Parsed,
    faults: Faults,
    *,
    read: _Cells,
    before: Mapping[Key, Terms],
    base: Base,
) -> None:
    cells = table.grid.rows[row.index]
    parsed.rows.setdefault((row.file, row.iri), Place(table.grid.name, row.index + 1))
    first = plan.project.settings.languages[0]
    for index, column in table.columns.items():
        named = column.property == PREF_LABEL
        cell = cell_of(cells, index)
        if named and isinstance(cell, str) and cell.lstrip().startswith(POINTER):
            cell = None
        hidden = table.hides(row.index, index)
        if cell is None and not named and not hidden:
            continue
        trouble = Trouble()
        terms = read.terms(cell, column, trouble)
        if named and row.home and column.language == first and not (terms or trouble or hidden):
            trouble.say("the name is missing.", "Every thing has a name in this language.")
        key = (row.file, row.iri, column.property, column.language)
        if trouble or hidden:
            faults.trouble(table.place(row.index, index), trouble)
            terms = before.get(key, frozenset())
        if terms and row.valid:
            _say(parsed, key, terms, before)
    if not row.valid:
        return
    there = parsed.columns[table.grid.name]
    for column in table.kind.columns:
        key = (row.file, row.iri, column.property, column.language)
        if (column.property, column.language) not in there and key in before:
            parsed.values[key] = before[key]
    for triple in _implied(table.kind, row, base):
        _say(parsed, key_of(row.file, triple), frozenset({triple.object}), before)


def _say(parsed: Parsed, key: Key, terms: Terms, before: Mapping[Key, Terms]) -> None:
    """Adds to what the file says. What it said before is not held twice: that saves much of the memory."""
    whole = parsed.values.get(key, frozenset()) | terms
    was = before.get(key)
    parsed.values[key] = was if was is not None and was == whole else whole


def _implied(kind: SheetKind, row: Row, base: Base) -> frozenset[ox.Triple]:
    """What a row says by standing there; of a thing that moved, what its home said."""
    if not row.home:
        return frozenset()
    home = row.was or row.file
    return implied(kind, row.iri, base.about(home, row.iri)) or _kind_and_code(kind, row.iri)


def _kind_and_code(kind: SheetKind, iri: Iri) -> frozenset[ox.Triple]:
    """What every new thing of a kind says: its classes, and its code."""
    node = ox.NamedNode(iri)
    said = {ox.Triple(node, ox.NamedNode(RDF_TYPE), ox.NamedNode(type_)) for type_ in kind.types}
    if kind.noted:
        said.add(ox.Triple(node, ox.NamedNode(NOTATION), ox.Literal(kind.code_of(iri))))
    return frozenset(said)
