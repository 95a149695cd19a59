"""What a client of the reconciliation service asks, read under limits: queries, and properties to extend with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.names import KINDS, KINDS_BY_SEGMENT, Names
from kg_web.errors import Fault
from kg_web.words import N_, said_in

__all__ = ["BATCH", "Asked", "Constraint", "Extension", "read_extension", "read_queries", "segment_of_type", "type_id"]

BATCH = 50
"""Queries in one request; the manifest says so (`batchSize`)."""
_IDS, _PROPERTIES, _VALUES, _MOST, _DEFAULT = 1000, 20, 50, 100, 10


@dataclass(frozen=True, slots=True)
class Constraint:
    """A property that the thing meant should have, and values of which it should have one."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: a name, kinds (None: not given; empty: none of ours), constraints, and how many candidates."""

    name: str
    kinds: tuple[str, ...] | None
    constraints: tuple[Constraint, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Extension:
    """Things by their identifiers, and the properties to tell of them, each with its settings."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, dict[str, Any]], ...]


def type_id(segment: str) -> str:
    """A kind as a type of the service: the name of its class."""
    return KINDS_BY_SEGMENT[segment].class_name


def segment_of_type(type_: str, names: Names) -> str:
    """The kind meant by a class name, `lg:Name`, class IRI or segment; empty when it is none of ours."""
    wanted = type_.strip()
    iri = names.expand(wanted) or ""
    for kind in KINDS:
        if wanted in {kind.class_name, kind.segment} or iri == kind.class_iri:
            return kind.segment
    return ""


def read_queries(text: str, names: Names, lang: str) -> dict[str, Asked]:
    """The queries of a batch by their keys. Raises Fault: 400 for what is no batch, 413 for more than BATCH."""
    refuse = _Refuser(lang)
    batch = refuse.json(text, "queries")
    if not isinstance(batch, dict):
        raise refuse(N_("`queries` must be a JSON object of queries by key."))
    if len(batch) > BATCH:
        raise refuse(
            N_("A batch holds at most {most} queries; this one holds {count}."), 413, most=BATCH, count=len(batch)
        )
    refuse.half_characters(batch, "queries")
    return {key: _query(query, f"queries.{key[:40]}", names, refuse) for key, query in batch.items()}


def read_extension(text: str, lang: str) -> Extension:
    """The things and properties of a data extension query. Raises Fault: 400, or 413 for too many things."""
    refuse = _Refuser(lang)
    query = refuse.json(text, "extend")
    if not isinstance(query, dict):
        raise refuse(N_("`extend` must be a JSON object with `ids` and `properties`."))
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise refuse(N_("{where} must be a list of text."), where="extend.ids")
    if len(ids) > _IDS or (isinstance(properties, list) and len(properties) > _PROPERTIES):
        raise refuse(
            N_("At most {ids} things and {properties} properties are told at once."),
            413,
            ids=_IDS,
            properties=_PROPERTIES,
        )
    if not isinstance(properties, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in properties
    ):
        raise refuse(N_("{where} must be a list of objects with an `id`."), where="extend.properties")
    refuse.half_characters([*ids, *(one["id"] for one in properties)], "extend")
    settings = [(one["id"], one.get("settings")) for one in properties]
    return Extension(tuple(ids), tuple((id_, one if isinstance(one, dict) else {}) for id_, one in settings))


class _Refuser:
    """Makes faults in the reader's language."""

    def __init__(self, lang: str) -> None:
        self._say = said_in(lang)

    def __call__(self, message: str, status: int = 400, **values: object) -> Fault:
        return Fault(status, self._say(message, **values))

    def json(self, text: str, where: str) -> Any:
        """The JSON in a field."""
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as fault:
            told = str(fault) if isinstance(fault, ValueError) else "nested too deep"
            raise self(N_("`{where}` is no JSON: {reason}."), where=where, reason=told) from None

    def half_characters(self, names: Iterable[str], where: str) -> None:
        """Refuses names with half a surrogate pair: the answer repeats them, and has no bytes for that."""
        try:
            "".join(names).encode()
        except UnicodeEncodeError as fault:
            raise self(N_("`{where}` is no JSON: {reason}."), where=where, reason=fault) from None


def _query(query: Any, where: str, names: Names, refuse: _Refuser) -> Asked:
    if not isinstance(query, dict):
        raise refuse(N_("{where} must be a JSON object."), where=where)
    name = query.get("query", "")
    if not isinstance(name, str):
        raise refuse(N_("{where} must be text."), where=f"{where}.query")
    types = query.get("type")
    types = [types] if isinstance(types, str) else types
    if types is not None and not (isinstance(types, list) and all(isinstance(one, str) for one in types)):
        raise refuse(N_("{where} must be text or a list of text."), where=f"{where}.type")
    kinds = None if not types else tuple(sorted({segment_of_type(one, names) for one in types} - {""}))
    limit = query.get("limit", _DEFAULT)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise refuse(N_("{where} must be a positive whole number."), where=f"{where}.limit")
    properties = query.get("properties")
    constraints = _constraints([] if properties is None else properties, f"{where}.properties", refuse)
    if not name.strip() and not constraints and "query" not in query:
        raise refuse(N_("{where} must have a `query`, or `properties` with values."), where=where)
    return Asked(name, kinds, constraints, int(min(limit, _MOST)))


def _constraints(properties: Any, where: str, refuse: _Refuser) -> tuple[Constraint, ...]:
    if not isinstance(properties, list) or len(properties) > _PROPERTIES:
        raise refuse(N_("{where} must be a list of at most {most} objects."), where=where, most=_PROPERTIES)
    found = []
    for number, one in enumerate(properties):
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise refuse(N_("{where} must be an object with `pid` and `v`."), where=f"{where}[{number}]")
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        told = tuple(text for value in values[:_VALUES] if (text := _told(value, f"{where}[{number}].v", refuse)))
        if told:  # an empty cell asks nothing
            found.append(Constraint(one["pid"], told))
    return tuple(found)


def _told(value: Any, where: str, refuse: _Refuser) -> str:
    """A value as text: of a thing that was reconciled before, its identifier."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"]).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value).strip()
    raise refuse(N_("{where} must be text, a number, true or false, or an object with an `id`."), where=where)
