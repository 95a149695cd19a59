"""What analyses share: their queries, references to things by code and label, and results as rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

import pyoxigraph as ox

from kg.graph.ask import Value, bind, judged
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri
from kg.table import Table
from kg.text import Words

__all__ = ["Ref", "as_json", "as_table", "refer", "rows"]

_LABEL = ox.NamedNode(OUTSIDE["skos"] + "prefLabel")
_RDFS_LABEL = ox.NamedNode(OUTSIDE["rdfs"] + "label")


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A thing as an analysis names it: its code first, so that results sort by code."""

    code: str
    iri: Iri
    kind: str = ""
    """The segment in its IRI: competence, unit, outcome … ; empty for a term of the ontology."""
    label: Words = dataclasses.field(default=Words(), compare=False)


def refer(store: Store, iri: str) -> Ref:
    """The reference to a thing: its code and labels as the graph has them."""
    node = ox.NamedNode(iri)
    known = store.names.segment_and_code(iri)
    labels: dict[str, str] = {}
    for predicate in (_LABEL, _RDFS_LABEL):
        for quad in store.quads(node, predicate, None, None):
            if isinstance(quad.object, ox.Literal):
                labels.setdefault(quad.object.language or "", quad.object.value)
    code = known[1] if known else iri.rpartition("#")[2].rpartition("/")[2]
    return Ref(code, Iri(iri), known[0] if known else "", Words(dict(sorted(labels.items(), reverse=True))))


def rows(store: Store, query: str, **terms: Value | Sequence[Value]) -> list[dict[str, Any]]:
    """The rows of one of this package's queries (`queries/<query>.rq`), with its `$name` tokens bound.

    One dict per row: column → Python value; IRIs as str, None where the answer leaves a column open.
    """
    text = _text(query)
    return list(store.table(bind(text, terms), measures=judged(text)))


@cache
def _text(query: str) -> str:
    return files("kg.curriculum").joinpath("queries", f"{query}.rq").read_text(encoding="utf-8")


def as_json(value: Any, language: str) -> Any:
    """An analysis as plain JSON values: references as code, iri, kind and label in the language asked for."""
    if isinstance(value, Ref):
        return {"code": value.code, "iri": value.iri, "kind": value.kind, "label": value.label.within(language)}
    if isinstance(value, Words):
        return value.within(language)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name), language) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): as_json(item, language) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return [as_json(item, language) for item in sorted(value)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(item, language) for item in value]
    if isinstance(value, Enum):
        return value.value
    return float(value) if isinstance(value, Decimal) else value


def as_table(columns: Sequence[str], lines: Iterable[Sequence[object]], language: str) -> Table:
    """Rows of an analysis as a Table for people: a reference becomes its code, words the language asked for."""
    return Table(tuple(columns), tuple(tuple(_cell(value, language) for value in line) for line in lines))


def _key(key: object) -> str:
    return key.code if isinstance(key, Ref) else str(key)


def _cell(value: object, language: str) -> ox.Literal | ox.NamedNode | None:
    if value is None or value == "":
        return None
    if isinstance(value, Ref):
        return ox.Literal(value.code)
    if isinstance(value, Words):
        return ox.Literal(value.within(language))
    if isinstance(value, Enum):
        return ox.Literal(str(value.value))
    if isinstance(value, Decimal):
        return ox.Literal(format(value.normalize(), "f"), datatype=ox.NamedNode(OUTSIDE["xsd"] + "decimal"))
    if isinstance(value, bool | int | float):
        return ox.Literal(value)
    return ox.Literal(str(value))
