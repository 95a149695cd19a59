"""What the Reconciliation Service API 0.2 asks of answers, written down from its text as JSON schemas."""

from __future__ import annotations

from typing import Any

__all__ = ["ENTITIES", "EXTENSION", "MANIFEST", "PROPOSALS", "RESULTS", "TERMS"]

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_WEB = {"type": "string", "pattern": "^https?://[^ ]+$"}
_TEMPLATE = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None, *, closed: bool = True) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        **({"additionalProperties": False} if closed else {}),
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _keyed(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


_NAMED = _object({"id": _TEXT, "name": _TEXT})
_TYPES = {**_list(_NAMED), "uniqueItems": True}
_PLACE = _object({"service_url": _WEB, "service_path": {"type": "string", "pattern": "^/"}})
_SETTING = _object(
    {"name": _TEXT, "label": _TEXT, "type": {"enum": ["number", "text", "checkbox", "select"]}},
    {"default": {}, "help_text": _TEXT, "choices": _list(_object({"value": _TEXT, "name": _TEXT}))},
)

MANIFEST = _object(
    {
        "versions": {**_list(_TEXT), "contains": {"const": "0.2"}},
        "name": _TEXT,
        "identifierSpace": _WEB,
        "schemaSpace": _WEB,
        "defaultTypes": _TYPES,
        "documentation": _WEB,
        "logo": _WEB,
        "serviceVersion": _TEXT,
        "view": _object({"url": _TEMPLATE}),
        "preview": _object(
            {
                "url": _TEMPLATE,
                "width": {"type": "integer", "minimum": 100},
                "height": {"type": "integer", "minimum": 100},
            }
        ),
        "suggest": _object({"entity": _PLACE, "property": _PLACE, "type": _PLACE}),
        "extend": _object({"propose_properties": _PLACE, "property_settings": _list(_SETTING)}),
        "batchSize": {"type": "integer", "minimum": 1},
    }
)
"""Section 3.1; all of it, because this service offers all of it."""

RESULTS = _keyed(
    _object(
        {
            "result": _list(
                _object(
                    {
                        "id": _TEXT,
                        "name": _TEXT,
                        "type": _TYPES,
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                    },
                    {
                        "description": _TEXT,
                        "features": _list(_object({"id": _TEXT, "value": {"type": ["number", "boolean"]}})),
                    },
                )
            )
        }
    )
)
"""Section 4.2."""

ENTITIES = _object({"result": _list(_object({"id": _TEXT, "name": _TEXT}, {"description": _TEXT, "notable": _TYPES}))})
TERMS = _object({"result": _list(_object({"id": _TEXT, "name": _TEXT}, {"description": _TEXT}))})
"""Section 6.3, of properties and types."""

PROPOSALS = _object({"properties": _list(_NAMED), "type": {"type": "string"}}, {"limit": {"type": "integer"}})
"""Section 7.2."""

_MOMENT = r"^-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
_CELL = {
    "oneOf": [
        _object({"id": _TEXT, "name": _TEXT}, {"description": _TEXT}),
        _object({"str": {"type": "string"}}),
        _object({"int": {"type": "integer"}}),
        _object({"float": {"type": "number"}}),
        _object({"date": {"type": "string", "pattern": _MOMENT}}),
    ]
}
EXTENSION = _object(
    {
        "meta": _list(_object({"id": _TEXT, "name": _TEXT}, {"type": _NAMED, "service": _WEB})),
        "rows": _keyed(_keyed(_list(_CELL))),
    }
)
"""Section 7.4."""
