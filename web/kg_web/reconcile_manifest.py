"""What the reconciliation service says of itself: its addresses, kinds of things and settings."""

from __future__ import annotations

from typing import Any

from flask import url_for

import kg
from kg.graph.match import ON_REQUEST
from kg.names import LG
from kg_web.reader import Reader
from kg_web.reconcile_candidates import kind_as_type
from kg_web.reconcile_queries import BATCH
from kg_web.words import N_

__all__ = ["manifest"]

_WIDTH, _HEIGHT = 460, 320
"""Pixels of a preview."""


def manifest(reader: Reader) -> dict[str, Any]:
    """The service manifest; every address in it is of one language."""

    def at(endpoint: str) -> str:
        return url_for(f"reconcile.{endpoint}", lang=reader.lang, _external=True)

    root = at("service")

    def suggest(kind: str) -> dict[str, str]:
        return {"service_url": root, "service_path": at(f"suggest_{kind}").removeprefix(root)}

    segments = [segment for segment in reader.state.index.segments if segment not in ON_REQUEST]
    settings = reader.state.project.settings
    return {
        "versions": ["0.2"],
        "name": f"{settings.title.within(reader.lang)} ({reader.lang})",
        "identifierSpace": reader.state.names.thing("", "").removesuffix("/"),
        "schemaSpace": LG,
        "documentation": url_for("reconcile_page.guide", lang=reader.lang, _external=True),
        "serviceVersion": f"{kg.__version__} ({reader.state.release.version})",
        "logo": url_for("static_files.file", name="icon.svg", _external=True),
        "batchSize": BATCH,
        "defaultTypes": [kind_as_type(reader, segment) for segment in segments],
        "view": {"url": f"{at('view')}?id={{{{id}}}}"},
        "preview": {
            "url": f"{url_for('reconcile_page.preview', lang=reader.lang, _external=True)}?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": {kind: suggest(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": root, "service_path": at("properties").removeprefix(root)},
            "property_settings": _settings(reader),
        },
    }


def _settings(reader: Reader) -> list[dict[str, Any]]:
    say = reader.say
    return [
        {
            "name": "limit",
            "label": say(N_("At most")),
            "type": "number",
            "default": 0,
            "help_text": say(N_("How many values of this property; 0 for all.")),
        },
        {
            "name": "content",
            "label": say(N_("Of a thing")),
            "type": "select",
            "default": "name",
            "help_text": say(N_("What stands in the cell when the value is a thing.")),
            "choices": [
                {"value": "name", "name": say(N_("the thing itself, by its name"))},
                {"value": "code", "name": say(N_("its code"))},
                {"value": "iri", "name": say(N_("its IRI"))},
            ],
        },
    ]
