"""What fits in the parameters of the OpenAPI document, and values of this graph that give an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.curriculum.coverage import Depth
from kg.curriculum.gaps import State as Standing
from kg.exchange.target import targets
from kg_web.designer import ANALYSES
from kg_web.explorer import TABLES
from kg_web.reconcile_queries import BATCH
from kg_web.state import State
from kg_web.urls import PATHS
from kg_web.words import LANGUAGES

__all__ = ["DAY", "IN_JSON", "NEEDED", "examples", "fitting"]

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_REPEATED = {"add", "drop", "field", "have", "kind", "level", "open", "origin", "status", "wish"}
_ONCE = {"pages.search", "pages.search_data", "designer.whitespots", "designer.whitespots_data"}
"""Endpoints that take one value of what others take more than one of."""
NEEDED: Mapping[str, tuple[str, ...]] = {"advice.recognition_data": ("have",), "designer.smallest_data": ("wish",)}
"""Endpoint → parameters without which there is nothing to tell."""
_NOTHING = {"type": "string", "pattern": r"^[\s\x1c-\x1f]*$"}
"""An empty value, and one of blanks, is as good as none: a form sends the fields that nobody filled in."""
DAY = {"anyOf": [{"type": "string", "format": "date"}, _NOTHING]}
_FITTING: Mapping[str, dict[str, Any]] = {
    "cursor": {"type": "integer", "minimum": 0, "maximum": 999_999},
    "date": DAY,
    "depth": {"anyOf": [{"enum": [depth.name.lower() for depth in Depth]}, _NOTHING]},
    "on": DAY,
    "pace": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 10_000}, _NOTHING]},
    "since": {"type": "string", "anyOf": [{"format": "date"}, {"pattern": r"^([0-9]+(\.[0-9]+)+)?$"}]},
    "state": {
        "type": "array",
        "items": {"anyOf": [{"enum": [each.value for each in Standing if each is not Standing.LINKED]}, _NOTHING]},
    },
    "weeks": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 60}, _NOTHING]},
}
_THING_OR_TEXT = {"anyOf": [_TEXT, {"type": "object", "required": ["id"], "properties": {"id": _TEXT}}]}
_VALUE = {"anyOf": [*_THING_OR_TEXT["anyOf"], {"type": ["number", "boolean", "null"]}]}
_CONSTRAINT = {
    "type": "object",
    "required": ["pid", "v"],
    "properties": {"pid": _TEXT, "v": {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]}},
}
_NAME = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": _TEXT,
        "type": {"anyOf": [_TEXT, _TEXTS]},
        "limit": {"type": "integer", "minimum": 1},
        "properties": {"type": "array", "maxItems": 20, "items": _CONSTRAINT},
    },
}
_PROPERTY = {"type": "object", "required": ["id"], "properties": {"id": _TEXT, "settings": {"type": "object"}}}
IN_JSON: Mapping[str, dict[str, Any]] = {
    "queries": {"type": "object", "maxProperties": BATCH, "additionalProperties": _NAME},
    "extend": {
        "type": "object",
        "required": ["ids", "properties"],
        "properties": {
            "ids": {"type": "array", "maxItems": 1000, "items": _TEXT},
            "properties": {"type": "array", "maxItems": 20, "items": _PROPERTY},
        },
    },
}
"""Parameter → what the JSON in it holds."""


def fitting(endpoint: str, name: str) -> dict[str, Any]:
    """The schema of a parameter after the question mark."""
    if name == "table":
        analysis = endpoint.partition(".")[2].removesuffix("_data")
        known = list(ANALYSES[analysis].tables if analysis in ANALYSES else TABLES)
        return {"anyOf": [{"enum": known}, _NOTHING]}
    if name in NEEDED.get(endpoint, ()):
        return {**_TEXTS, "minItems": 1, "items": {"type": "string", "pattern": r"[A-Za-z0-9]"}}
    if name in _REPEATED and endpoint not in _ONCE:
        return _TEXTS
    return _FITTING.get(name, _TEXT)


def examples(found: State) -> Mapping[str, Mapping[str, str]]:
    """Part of a path → the start of that path → a value that is there in this graph; empty when there is none."""
    segment, things = next(iter(found.members.items()), ("", ()))
    code = next(((found.names.segment_and_code(iri) or ("", ""))[1] for iri in things), "")
    question, export = next(iter(found.questions), ""), targets()[0].name
    return {
        "segment": {"": segment},
        "code": {"": code},
        "number": {"": "1"},
        "name": {
            "": code,
            "/doc/{name}": segment,
            "/downloads/": next((file.name for file in found.release.files()), ""),
            "/exports/": export,
            "/graph/": "ontology",
            "/questions/": question,
            **{f"/{code}/{PATHS['questions'][code]}/": question for code in LANGUAGES},
            **{f"/{code}/{PATHS['exchange'][code]}/": export for code in LANGUAGES},
            **{f"/{code}/{PATHS['data'][code]}/": "ontology" for code in LANGUAGES},
            **{f"/{code}/{PATHS['terms'][code]}/": "Competence" for code in LANGUAGES},
            **{f"/{code}/{PATHS[word][code]}/": "" for code in LANGUAGES for word in ("design", "guide")},
        },
    }
