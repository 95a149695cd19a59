"""Which column of a table is what: the mapping file that goes with an import of CSV."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import BadParameter
from kg.exchange.imports.draft import KIND_OF_CLASS
from kg.files.turtle import read_text
from kg.names import OUTSIDE, Iri, Names
from kg.text import Words, did_you_mean

__all__ = ["ColumnRule", "Mapped", "read_mapping"]

_SKOS = OUTSIDE["skos"]
_TEXTS = {"label": "prefLabel", "alternative": "altLabel", "definition": "definition", "note": "note"}
_DATATYPES = ("string", "integer", "decimal", "boolean", "date", "gYear")
_KEYS = {"text", "link", "value", "class", "separator", "datatype"}


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column holds."""

    what: str
    """code, iri, class, text, link, value or ignore."""
    property: str = ""
    language: str = ""
    class_name: str = ""
    """Of a link: the class of the things its codes are of."""
    separator: str = ""
    datatype: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Of a class: what the table writes → class of ours."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping: the rule of each column, the class of things, and the list they stand in."""

    columns: Mapping[str, ColumnRule]
    class_name: str = ""
    language: str = ""
    list_code: str = ""
    list_class: str = "CompetenceProfile"
    list_label: Words = Words()


def read_mapping(path: Path, names: Names) -> Mapped:
    """The mapping in a TOML file. Raises LoadError for a file that cannot be read, BadParameter for what it says."""
    try:
        content = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as fault:
        raise BadParameter("{path}: not valid TOML: {fault}.", path=path, fault=fault) from None
    columns = content.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise BadParameter("{path}: the table [columns] is missing.", "See docs/exchange.md.", path=path)
    rules = {name: _Reader(path, name, names).rule(value) for name, value in columns.items()}
    if not any(rule.what in ("code", "iri") for rule in rules.values()):
        raise BadParameter("{path}: no column is the code or the iri.", 'Write for example Code = "code".', path=path)
    classes = [rule for rule in rules.values() if rule.what == "class"]
    class_name = content.get("class", "")
    if not class_name and not classes:
        raise BadParameter(
            "{path}: the class of the things is missing.", 'Write for example class = "Competence".', path=path
        )
    listed = content.get("list", {})
    for name in filter(None, (class_name, listed.get("class", ""))):
        _known_class(name, path)
    return Mapped(
        {" ".join(name.split()): rule for name, rule in rules.items()},
        class_name,
        str(content.get("language", "")),
        str(listed.get("code", "")),
        str(listed.get("class", "CompetenceProfile")),
        Words(listed.get("label", {})),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    column: str
    names: Names

    def rule(self, value: Any) -> ColumnRule:
        """The rule a column's value in the TOML file stands for."""
        if isinstance(value, str):
            word, _, language = value.partition("@")
            if word in ("code", "iri", "ignore") and not language:
                return ColumnRule(word)
            if word in _TEXTS:
                return ColumnRule("text", Iri(_SKOS + _TEXTS[word]), self._language(language))
        elif isinstance(value, dict) and set(value) <= _KEYS:
            if isinstance(value.get("class"), dict):
                for name in value["class"].values():
                    _known_class(name, self.path)
                return ColumnRule("class", classes=value["class"])
            kind = next((kind for kind in ("text", "link", "value") if isinstance(value.get(kind), str)), "")
            if kind:
                return self._of_property(kind, value)
        raise BadParameter(
            "{path}: column {column}: {value} says nothing about a column.",
            'Write "code", "iri", "label@nl", "alternative@nl", "definition@nl", "note@nl", "ignore", '
            "or a table with text, link, value or class: see docs/exchange.md.",
            path=self.path,
            column=self.column,
            value=value,
        )

    def _of_property(self, kind: str, value: Mapping[str, Any]) -> ColumnRule:
        word, _, language = value[kind].partition("@")
        property_ = self.names.expand(word)
        datatype = str(value.get("datatype", "string"))
        class_name = str(value.get("class", ""))
        if property_ is None:
            raise BadParameter(
                "{path}: column {column}: {value} is no property.",
                "Write a known prefix and a name, such as skos:broader, or a full IRI.",
                path=self.path,
                column=self.column,
                value=word,
            )
        if datatype not in _DATATYPES:
            raise BadParameter(
                "{path}: column {column}: {value} is no datatype.",
                "There is: {known}.",
                path=self.path,
                column=self.column,
                value=datatype,
                known=", ".join(_DATATYPES),
            )
        if class_name:
            _known_class(class_name, self.path)
        separator = str(value.get("separator", ""))
        return ColumnRule(kind, property_, self._language(language), class_name, separator, datatype)

    def _language(self, tag: str) -> str:
        if tag and not re.match(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", tag):
            raise BadParameter(
                "{path}: column {column}: {value} is no language tag.",
                "Write for example nl or en.",
                path=self.path,
                column=self.column,
                value=tag,
            )
        return tag


def _known_class(name: object, path: Path) -> None:
    if name not in KIND_OF_CLASS:
        raise BadParameter(
            "{path}: there is no class {value}.",
            "There is: {known}.",
            path=path,
            value=name,
            known=did_you_mean(str(name), KIND_OF_CLASS) or ", ".join(KIND_OF_CLASS),
        )
