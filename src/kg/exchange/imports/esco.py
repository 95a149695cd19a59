"""ESCO's tables of occupations and of skills: concepts that keep ESCO's own IRIs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import Draft, Item
from kg.exchange.imports.faults import Place
from kg.exchange.imports.tables import Row, TableFile, read_table
from kg.names import DCT, OUTSIDE, Iri
from kg.text import did_you_mean

__all__ = ["read"]

_SKOS, _ESCO = OUTSIDE["skos"], OUTSIDE["esco"]
_ROOT = _ESCO.removesuffix("model#")
_IRI = re.compile(re.escape(_ROOT) + r"(occupation|skill)/[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")
_NAMES: Mapping[str, str] = {
    "concepturi": "iri",
    "originuri": "iri",
    "preferredlabel": "label",
    "altlabels": "alternatives",
    "hiddenlabels": "hidden",
    "description": "description",
    "definition": "definition",
    "scopenote": "scope",
    "code": "code",
    "iscogroup": "group",
    "iscogroupcode": "group",
    "skilltype": "type",
    "reuselevel": "reuse",
}
"""Name of a column, in small letters → what it holds. ESCO's own downloads and older copies differ in case."""
_LEFT_OUT: Mapping[str, str] = {
    "id": "key-of-theirs",
    "uuidhistory": "history-of-theirs",
    "concepttype": "stands-in-iri",
    "inscheme": "in-list-of-theirs",
    "status": "always-the-same",
    "modifieddate": "date-of-change",
    "occupationtype": "always-the-same",
    "islocalized": "always-the-same",
}
_TYPES: Mapping[str, str] = {"skill/competence": "skill", "skill": "skill", "knowledge": "knowledge"}
_REUSE = frozenset({"cross-sector", "occupation-specific", "sector-specific", "transversal"})
_TEXTS = {"label": "prefLabel", "definition": "definition", "scope": "scopeNote"}
_VARIANTS = {"alternatives": "altLabel", "hidden": "hiddenLabel"}
_GROUP = re.compile(r"C?\d{1,4}\Z")
_CODE = re.compile(r"[A-Z]?\d{1,4}(\.\d+)*\Z")


def read(content: Content, draft: Draft) -> None:
    """Fills the draft from one table. Its language is that of its name (`skills_nl.csv`), else of the choices."""
    table, faults = read_table(content, draft.choices.encoding)
    draft.faults += faults
    if table is None:
        return
    columns = {what: column for column in table.columns if (what := _NAMES.get(column.lower()))}
    missing = [shown for what, shown in (("iri", "conceptUri"), ("label", "preferredLabel")) if what not in columns]
    for shown in missing:
        near = did_you_mean(shown, table.columns) or ", ".join(table.columns)
        draft.wrong("column-missing", Place(table.name, 1, row=1), value=shown, near=near)
    if missing:
        return
    told = re.search(r"_([a-z]{2})\Z", PurePath(content.name).stem)
    language = told[1] if told else ""
    if table.blank:
        draft.ledger.left_out(table.name, "row", "blank-row", count=table.blank)
    for row in table.rows:
        _Concept(draft, table, row, columns, language).read()


@dataclass(frozen=True, slots=True)
class _Concept:
    """One row on its way into the draft."""

    draft: Draft
    table: TableFile
    row: Row
    columns: Mapping[str, str]
    """What a column holds → its name."""
    language: str

    def read(self) -> None:
        """Adds the concept of this row with everything its cells say."""
        address = self._at("iri")
        kind = _IRI.match(address)
        if not kind:
            self.draft.wrong("esco-iri", self._place(self.columns["iri"]), value=address)
            return
        if not self._at("label"):
            self.draft.wrong("missing-value", self._place(self.columns["label"]))
            return
        iri, name = Iri(address), self.table.name
        types = (Iri(_ESCO + ("Occupation" if kind[1] == "occupation" else "Skill")),)
        place = self._place(self.columns["iri"])
        if not self.draft.add(Item(iri, "", place, keeps_iri=True, types=types)):
            return
        self.draft.ledger.taken(name, "row")
        for column in self.table.columns:
            value = self.row.cells[column]
            if value:
                self._cell(iri, column, _NAMES.get(column.lower(), ""), value)

    def _cell(self, iri: Iri, column: str, what: str, value: str) -> None:
        name, ledger = self.table.name, self.draft.ledger
        if what == "iri":
            ledger.taken(name, column)
        elif what in _TEXTS:
            self._say(iri, _SKOS + _TEXTS[what], value, column)
            ledger.taken(name, column)
        elif what in _VARIANTS:
            self._variants(iri, _SKOS + _VARIANTS[what], value, column)
        elif what == "description" and self._at("definition"):
            self._say(iri, DCT + "description", value, column)
            ledger.taken(name, column)
        elif what == "description":
            self._say(iri, _SKOS + "definition", value, column)
            ledger.changed(name, column, "description-as-definition", value)
        elif what:
            self._code(iri, column, what, value)
        else:
            ledger.left_out(name, column, _LEFT_OUT.get(column.lower(), "no-place"), value)

    def _code(self, iri: Iri, column: str, what: str, value: str) -> None:
        """A code of ESCO's lists: kept as it is, or as the IRI that ESCO gives to it."""
        place = self._place(column)
        if what == "code" and _CODE.match(value):
            self.draft.state(iri, _SKOS + "notation", ox.Literal(value), place, column)
            self.draft.ledger.taken(self.table.name, column)
            return
        link = ""
        if what == "group" and _GROUP.match(value):
            property_, link = _SKOS + "broader", f"isco/C{value.removeprefix('C')}"
        elif what == "type" and value in _TYPES:
            property_, link = _ESCO + "skillType", f"skill-type/{_TYPES[value]}"
        elif what == "reuse" and value in _REUSE:
            property_, link = _ESCO + "skillReuseLevel", f"skill-reuse-level/{value}"
        if not link:
            self.draft.wrong("esco-code", place, value=value)
            return
        self.draft.state(iri, property_, ox.NamedNode(_ROOT + link), place, column)
        self.draft.ledger.changed(self.table.name, column, "code-as-iri", value)

    def _variants(self, iri: Iri, property_: str, value: str, column: str) -> None:
        """Other names, one a line; SKOS holds a name that is also another name for a contradiction (S13)."""
        seen = {self._at("label")}
        for part in (part.strip() for part in value.splitlines()):
            if part in seen:
                self.draft.ledger.left_out(self.table.name, column, "same-as-name", part)
            elif part:
                seen.add(part)
                self._say(iri, property_, part, column)
                self.draft.ledger.taken(self.table.name, column)

    def _say(self, iri: Iri, property_: str, value: str, column: str) -> None:
        place = self._place(column)
        literal = self.draft.text(value, self.language, place)
        if literal is not None:
            self.draft.state(iri, property_, literal, place, column)

    def _at(self, what: str) -> str:
        return self.row.cells.get(self.columns.get(what, ""), "")

    def _place(self, column: str) -> Place:
        return self.row.place(self.table.name, column)
