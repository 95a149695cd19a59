"""Any table with a mapping: a row becomes a thing, a cell a statement about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import KIND_OF_CLASS, Draft, Item, absolute
from kg.exchange.imports.faults import Place
from kg.exchange.imports.mapping import ColumnRule, Mapped
from kg.exchange.imports.naming import slug
from kg.exchange.imports.tables import Row, TableFile, damaged, missing_columns, read_table
from kg.names import OUTSIDE, Iri

__all__ = ["read"]

_SKOS, _XSD = OUTSIDE["skos"], OUTSIDE["xsd"]
_PATTERNS = {
    "string": r".*",
    "integer": r"[+-]?\d{1,18}",
    "decimal": r"[+-]?\d{1,18}([.,]\d{1,18})?",
    "boolean": r"true|false",
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "gYear": r"\d{4}",
}


def read(content: Content, draft: Draft, mapped: Mapped) -> None:
    """Fills the draft from one table."""
    table, faults = read_table(content, draft.choices.encoding, set(mapped.columns))
    draft.faults += faults
    if table is None:
        return
    missing = list(missing_columns(table, list(mapped.columns)))
    draft.faults += missing
    if missing:
        return
    if table.blank:
        draft.ledger.left_out(table.name, "row", "blank-row", count=table.blank)
    listed = _list(draft, mapped, table)
    for row in table.rows:
        _Line(draft, mapped, table, row).read(listed)


def _list(draft: Draft, mapped: Mapped, table: TableFile) -> Iri | None:
    """The list all things of the table stand in, when the mapping has one."""
    if not mapped.list_code:
        return None
    segment = KIND_OF_CLASS[mapped.list_class].segment
    iri = draft.names.thing(segment, slug(mapped.list_code))
    if iri not in draft.items and mapped.list_label:
        place = Place(table.name)
        draft.add(Item(iri, mapped.list_class, place, scheme=True, keeps_iri=True))
        draft.told_title(mapped.list_label.by_language)
        for language, label in mapped.list_label.by_language.items():
            literal = draft.text(label, language, place)
            if literal is not None:
                draft.state(iri, _SKOS + "prefLabel", literal, place, "[list]")
    return iri


@dataclass(frozen=True, slots=True)
class _Line:
    """One row on its way into the draft."""

    draft: Draft
    mapped: Mapped
    table: TableFile
    row: Row

    def read(self, listed: Iri | None) -> None:
        """Adds the thing of this row with everything its cells say."""
        before = len(self.draft.faults)
        class_name = self._class()
        address, code = self._cell_of("iri"), self._cell_of("code")
        iri = self._identity(address, code, class_name)
        if iri is None or len(self.draft.faults) > before:
            self.draft.faulty.update(filter(None, (iri,)))
            return
        column = self._column_of("iri" if address else "code")
        item = Item(iri, class_name, self._at(column), code, keeps_iri=self.draft.is_ours(iri), class_told=True)
        if not self.draft.add(item):
            return
        self.draft.ledger.taken(self.table.name, "row")
        if listed:
            self.draft.state(iri, _SKOS + "inScheme", ox.NamedNode(listed), self._at(column), "[list]", inside=True)
        for name in self.table.columns:
            if self.row.cells[name]:
                self._cell(iri, name, self.mapped.columns.get(name))

    def _class(self) -> str:
        column = self._column_of("class")
        if not column:
            return self.mapped.class_name
        value, classes = self.row.cells[column], self.mapped.columns[column].classes
        if value in classes:
            return classes[value]
        if self.mapped.class_name and not value:
            return self.mapped.class_name
        self.draft.wrong("class-unknown", self._at(column), value=value, known=", ".join(classes))
        return ""

    def _identity(self, address: str, code: str, class_name: str) -> Iri | None:
        if address:
            node = self.draft.link(address, self._at(self._column_of("iri")))
            return Iri(node.value) if node else None
        column = self._column_of("code") or self._column_of("iri")
        if not code:
            self.draft.wrong("missing-value", self._at(column))
            return None
        rule = damaged(code) or ("" if slug(code) else "no-code")
        if rule:
            self.draft.wrong(rule, self._at(column), value=code)
            return None
        return self.draft.names.thing(KIND_OF_CLASS[class_name].segment, slug(code)) if class_name else None

    def _cell(self, iri: Iri, column: str, rule: ColumnRule | None) -> None:
        value, file, ledger = self.row.cells[column], self.table.name, self.draft.ledger
        if rule is None:
            ledger.left_out(file, column, "not-in-mapping", value)
        elif rule.what == "ignore":
            ledger.left_out(file, column, "told-to-ignore", value)
        elif rule.what == "code" and slug(value) != value:
            ledger.changed(file, column, "code-of-ours", value)
        elif rule.what == "class":
            ledger.changed(file, column, "value-of-ours", value)
        elif rule.what in ("code", "iri"):
            ledger.taken(file, column)
        else:
            for part in _parts(value, rule.separator):
                self._statement(iri, column, rule, part)
                ledger.taken(file, column)

    def _statement(self, iri: Iri, column: str, rule: ColumnRule, value: str) -> None:
        place = self._at(column)
        if rule.what == "text":
            literal = self.draft.text(value, rule.language or self.mapped.language, place)
            if literal is not None:
                self.draft.state(iri, rule.property, literal, place, column)
        elif rule.what == "link":
            target = self._target(value, rule, place)
            if target is not None:
                inside = bool(rule.class_name) or self.draft.is_ours(target.value)
                self.draft.state(iri, rule.property, target, place, column, inside=inside)
        elif re.fullmatch(_PATTERNS[rule.datatype], value, re.DOTALL):
            told = value.replace(",", ".") if rule.datatype == "decimal" else value
            self.draft.state(
                iri, rule.property, ox.Literal(told, datatype=ox.NamedNode(_XSD + rule.datatype)), place, column
            )
        else:
            self.draft.wrong("wrong-value", place, value=value, wanted=rule.datatype)

    def _target(self, value: str, rule: ColumnRule, place: Place) -> ox.NamedNode | None:
        """What a cell points at: an address, or the code of a thing of the class the mapping names."""
        if node := absolute(value):
            return node
        class_name = rule.class_name or self.mapped.class_name
        broken = damaged(value)
        if broken or not slug(value) or not class_name:
            self.draft.wrong(broken or "no-iri", place, value=value)
            return None
        return ox.NamedNode(self.draft.names.thing(KIND_OF_CLASS[class_name].segment, slug(value)))

    def _column_of(self, what: str) -> str:
        return next((name for name, rule in self.mapped.columns.items() if rule.what == what), "")

    def _cell_of(self, what: str) -> str:
        return self.row.cells.get(self._column_of(what), "")

    def _at(self, column: str) -> Place:
        return self.row.place(self.table.name, column)


def _parts(value: str, separator: str) -> Iterator[str]:
    for part in value.split(separator) if separator else [value]:
        if part.strip():
            yield part.strip()
