"""Every type of page the site has, with an address of each: read off its routes, so that a new one is not left out."""

from __future__ import annotations

from flask import Flask

__all__ = ["addresses_of_pages"]

_ONE = {
    "pages.kind": [("list", {"segment": "competence"}), ("list-in-parts", {"segment": "task"})],
    "pages.thing": [
        ("competence", {"segment": "competence", "name": "ow-06"}),
        ("unit", {"segment": "unit", "name": "mo-3"}),
        ("passage", {"segment": "passage", "name": "n-001"}),
        ("organisation", {"segment": "organisation", "name": "movisie"}),
    ],
    "pages.search": [
        ("search", {}),
        ("hits", {"q": "buurt"}),
        ("near", {"q": "tegenstelingen overbrugen"}),
        ("no-hits", {"q": "xqzvw"}),
    ],
    "questions.question": [
        ("question", {"name": "units-of-competence"}),
        ("question-with-chart", {"name": "classes-with-counts"}),
    ],
    "exports.target": [("export", {"name": "case"})],
    "reference.dataset": [("dataset", {"name": "note-tasks"})],
    "sparql_page.editor": [("editor", {}), ("answer", {"query": "SELECT ?c WHERE { ?c a lg:Competence }"})],
    "reference.term": [("class", {"name": "LearningOutcome"}), ("property", {"name": "develops"})],
    "guide.howto": [("how-to", {"name": "trace-a-competence"})],
    "suggesting.form": [("suggestion", {"segment": "competence", "code": "ow-06"})],
    "reconcile_page.preview": [("preview", {"id": "https://w3id.org/leergraaf/id/competence/ow-06"})],
    "advice.recognition": [("recognition", {}), ("advice", {"programme": "mi-ow", "have": "mo-1"})],
    "designer.unknown": [("not-found", {"name": "xqzvw"})],
}
"""Endpoint → the pages to look at, for those with parts in their address and those with more than one face."""


def addresses_of_pages(app: Flask, lang: str) -> dict[str, str]:
    """Name of a page → its address, for every page of the site in one language, and a page of a fault."""
    found: dict[str, str] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if (rule.defaults or {}).get("lang") != lang or not _is_page(rule.endpoint, rule.rule, rule.methods):
                continue
            plain = [(rule.endpoint.replace(".", "-"), {})] if rule.arguments == {"lang"} else []
            pages = _ONE.get(rule.endpoint, plain)
            assert pages, f"tests/page_types.py names no page of {rule.endpoint} ({rule.rule})"
            found |= {name: app.url_for(rule.endpoint, lang=lang, **given) for name, given in pages}
        found["limits"] = app.url_for("sparql_page.limits")
    return found


def _is_page(endpoint: str, rule: str, methods: set[str] | None) -> bool:
    """Whether an address answers with a page: not with a file, nor with data alone."""
    data = "<suffix>" in rule or rule.endswith((".atom", ".xlsx")) or endpoint.startswith("reconcile.")
    return "GET" in (methods or set()) and not data
