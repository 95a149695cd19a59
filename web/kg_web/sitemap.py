"""What search engines read: `robots.txt`, and every page in every language in `sitemap.xml` (sitemaps.org 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request, url_for

from kg.names import Names
from kg_web.state import state
from kg_web.urls import PATHS, absolute
from kg_web.words import LANGUAGES

__all__ = ["blueprint"]

_MOST = 50_000
"""Addresses in one sitemap, as the protocol allows; with more the sitemap is an index."""
_PAGES = (
    "pages.home",
    "pages.browse",
    "questions.index",
    "designer.overview",
    "explorer.page",
    "reference.terms",
    "reference.datasets",
    "exports.index",
    "pages.checks",
    "releases.cite",
    "changes.page",
)
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"',
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"',
)

blueprint = Blueprint("sitemap", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: everything but answers to queries, searches, walks without end, and forms."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {request.script_root}{path}" for path in ("/sparql?", "/search.", "/releases/")),
        *(f"Disallow: {url_for('pages.search', lang=lang)}" for lang in LANGUAGES),
        *(f"Disallow: {url_for('explorer.page', lang=lang)}{end}" for lang in LANGUAGES for end in ("?", ".")),
        *(f"Disallow: {request.script_root}/{lang}/{PATHS['suggesting'][lang]}/" for lang in LANGUAGES),
        f"Sitemap: {absolute(url_for('sitemap.sitemap'))}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page with its counterpart in the other language; with more than 50,000 addresses an index of sitemaps."""
    entries = list(_entries())
    each = _MOST // len(LANGUAGES)
    if len(entries) <= each:
        return _urls(entries)
    count = -(-len(entries) // each)
    parts = [absolute(url_for("sitemap.part", number=number)) for number in range(1, count + 1)]
    told = "".join(f"<sitemap><loc>{escape(part)}</loc>{_day()}</sitemap>\n" for part in parts)
    return _xml(f"<sitemapindex {_NAMESPACES[0]}>\n{told}</sitemapindex>\n")


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One part of a sitemap that is too long for one document."""
    each = _MOST // len(LANGUAGES)
    entries = list(_entries())[(number - 1) * each : number * each] if number > 0 else []
    if not entries:
        abort(404)
    return _urls(entries)


def _entries() -> Iterator[dict[str, str]]:
    """Language → path, for every page."""
    found = state()
    for page in _PAGES:
        yield {lang: url_for(page, lang=lang) for lang in LANGUAGES}
    for segment, things in found.members.items():
        yield {lang: url_for("pages.kind", lang=lang, segment=segment) for lang in LANGUAGES}
        codes = [known[1] for iri in things if (known := found.names.segment_and_code(iri))]
        for code in codes:
            yield {lang: url_for("pages.thing", lang=lang, segment=segment, name=code) for lang in LANGUAGES}
    for iri in found.store.graphs():
        name = iri.removeprefix(found.names.graph("")).removeprefix(Names().graph(""))
        yield {lang: url_for("reference.dataset", lang=lang, name=name) for lang in LANGUAGES}
    for question in found.questions:
        yield {lang: url_for("questions.question", lang=lang, name=question) for lang in LANGUAGES}


def _urls(entries: list[dict[str, str]]) -> Response:
    lines = []
    for entry in entries:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(absolute(path))}"/>'
            for lang, path in entry.items()
        )
        lines += [f"<url><loc>{escape(absolute(path))}</loc>{_day()}{others}</url>\n" for path in entry.values()]
    return _xml(f"<urlset {' '.join(_NAMESPACES)}>\n{''.join(lines)}</urlset>\n")


def _day() -> str:
    issued = state().release.issued
    return f"<lastmod>{issued}</lastmod>" if issued else ""


def _xml(content: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{content}', content_type="application/xml")
