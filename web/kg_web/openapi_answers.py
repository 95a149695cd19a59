"""What the JSON of each address holds, as far as the OpenAPI document promises it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["RESULTS", "json_of"]

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "changes.data": ("since", "version", "issued", "counts", "changes"),
    "editor.terms": ("prefixes", "classes", "properties"),
    "explorer.data": ("start", "address", "steps", "hidden", "left_out", "columns", "things", "links"),
    "health.health": ("status", "release", "digest", "statements", "faults"),
    "health.ready": ("status", "release", "digest", "statements", "faults"),
    "openapi.openapi": ("openapi", "info", "paths"),
    "pages.report": ("rules", "findings"),
    "pages.suggest": ("asked", "count", "all", "groups"),
    "questions.index_data": ("head", "results"),
    "reconcile.properties": ("type", "properties"),
    "reconcile.suggest_entity": ("result",),
    "reconcile.suggest_property": ("result",),
    "reconcile.suggest_type": ("result",),
    "suggesting.file": ("format", "graph", "release", "changes"),
}
"""Endpoint → the fields that its JSON always has."""
_ROWS: Mapping[str, tuple[str, ...]] = {
    "designer.overview_data": ("name", "title"),
    "downloads.index": ("name", "href", "mediaType", "compression", "size", "sha256"),
    "editor.questions": ("name", "title", "audience", "text"),
    "exports.index_data": ("name", "title", "summary"),
    "exports.loss": (),
    "pages.search_data": (),
    "releases.index": ("version", "digest", "statements"),
}
"""Endpoint → the fields that each object in its list has."""


def _fields(names: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "object", "required": list(names)}


RESULTS: Mapping[str, Any] = _fields(("head", "results"))
"""SPARQL 1.1 Query Results JSON Format."""


def json_of(endpoint: str) -> Mapping[str, Any]:
    """The schema of the JSON of an address; empty when it is not told."""
    if endpoint in _ROWS:
        return {"type": "array", "items": _fields(_ROWS[endpoint])}
    return _fields(_FIELDS[endpoint]) if endpoint in _FIELDS else {}
