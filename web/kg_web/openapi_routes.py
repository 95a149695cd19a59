"""What the OpenAPI document says of each address: its forms, where it sends on, what its part is for."""

from __future__ import annotations

from collections.abc import Mapping

from kg_web.changes import ATOM, CHANGES_FORMATS
from kg_web.citation import CITATION_FORMATS
from kg_web.designer import ANALYSES, SVG
from kg_web.designer_page import Analysis
from kg_web.feed import FEED_FORMATS
from kg_web.formats import CSV, HTML, JSON, JSONLD, LINKED, RDF, SARIF, TEXT, TSV, TURTLE, XML, Format
from kg_web.signposting import LINKSET
from kg_web.suggesting import XLSX
from kg_web.things import LIST_FORMATS, THING_FORMATS

__all__ = ["ANYTHING", "FORMS", "MOVING", "TAGS", "TO_DATA", "TO_PAGE"]

_TABLES = (JSON, CSV)


def _part(analysis: Analysis) -> str:
    return "advice" if analysis.private else "designer"


FORMS: Mapping[str, tuple[Format, ...]] = {
    **{f"{_part(each)}.{each.name}_data": (*_TABLES, *((SVG,) if each.drawn else ())) for each in ANALYSES.values()},
    "catalogue.catalog": RDF,
    "catalogue.void": RDF,
    "changes.atom": (ATOM,),
    "changes.data": CHANGES_FORMATS,
    "citation.citation": CITATION_FORMATS,
    "designer.overview_data": _TABLES,
    "downloads.index": _TABLES,
    "editor.questions": (JSON,),
    "editor.terms": (JSON,),
    "explorer.data": _TABLES,
    "exports.index_data": _TABLES,
    "exports.loss": _TABLES,
    "feed.page": FEED_FORMATS,
    "feed.root": FEED_FORMATS,
    "health.health": (JSON,),
    "health.ready": (JSON,),
    "linksets.of_list": (LINKSET,),
    "linksets.of_site": (LINKSET,),
    "linksets.of_thing": (LINKSET,),
    "openapi.openapi": (JSON,),
    "pages.report": (JSON, TURTLE, SARIF),
    "pages.search_data": _TABLES,
    "pages.suggest": (JSON,),
    "query_library.queries": RDF,
    "questions.answer": (CSV, JSON, TSV, *RDF),
    "questions.index_data": _TABLES,
    "reconcile.properties": (JSON,),
    "reconcile.service": (JSON,),
    "reconcile.suggest_entity": (JSON,),
    "reconcile.suggest_property": (JSON,),
    "reconcile.suggest_type": (JSON,),
    "reference.graph": LINKED,
    "reference.ontology": LINKED,
    "releases.index": _TABLES,
    "sitemap.part": (XML,),
    "sitemap.robots": (TEXT,),
    "sitemap.sitemap": (XML,),
    "sparql_page.limits": (JSON, TEXT, HTML),
    "suggesting.file": (JSON,),
    "suggesting.workbook": (XLSX,),
    "things.context": (JSONLD,),
    "things.document": THING_FORMATS[1:],
    "things.list_document": LIST_FORMATS[1:],
}
"""Endpoint → the forms of its data. What is not here is a page, or answers in a form of its own."""

TAGS = {
    "pages": "Pages for people, and search",
    "things": "Things as linked data",
    "reference": "The vocabulary and the data files",
    "questions": "Questions of the library and their answers",
    "query_library": "The question library as RDF",
    "catalogue": "What catalogues read: DCAT-AP-NL and VoID",
    "downloads": "The files of a release, whole or in part",
    "linksets": "Typed links of a thing, a list or the graph (RFC 9264)",
    "sitemap": "What search engines read",
    "explorer": "What lies around a thing, from task to level",
    "exports": "The graph in the forms of others, and what each cannot carry",
    "citation": "How to cite a thing, with the version it was seen in",
    "changes": "What changed between releases: in words, as Atom feeds and as data",
    "feed": "The event stream (LDES): a version of everything that a release changed; Turtle loses the named graphs",
    "reconcile": "Matching names: the Reconciliation Service API 0.2, for OpenRefine and others",
    "reconcile_page": "Matching names explained, and previews of things",
    "editor": "What the SPARQL editor offers",
    "releases": "Releases: their list; every address also exists below /releases/VERSION/",
    "suggesting": "Suggesting a change: a form, and the file it makes; nothing is stored",
    "sparql_page": "Limits of the SPARQL endpoint",
    "health": "Whether the site answers, for who runs it",
    "openapi": "This document",
}

MOVING: Mapping[str, int] = {
    "catalogue.well_known_void": 302,
    "feed.member": 303,
    "pages.start": 302,
    "reconcile.view": 303,
    "things.thing": 303,
}
"""Endpoints that only send on, and with which status."""

TO_PAGE = {
    *("catalogue.catalog", "catalogue.void", "changes.data", "downloads.index", "exports.index_data", "feed.page"),
    *("feed.root", "pages.report", "query_library.queries", "questions.answer", "questions.index_data"),
    *("reference.graph", "reference.ontology", "releases.index", "things.document", "things.list_document"),
}
"""Endpoints of data that send on (302) who wants the page of them."""

TO_DATA = {
    *("designer.overview", "explorer.page", "pages.checks", "pages.kind", "pages.search", "pages.thing"),
    *("questions.index", "questions.question", "reference.dataset", "reference.term", "reference.terms"),
    *(f"{_part(each)}.{each.name}" for each in ANALYSES.values()),
}
"""Endpoints of pages that send on (303) who wants the data of them."""

ANYTHING = {"downloads.file", "exports.data", "exports.file"}
"""Endpoints of files, each in its own form."""
