"""What the OpenAPI document says of each address: its forms, its parameters, and what its part of the site is for."""

from __future__ import annotations

from collections.abc import Mapping

from kg_web.changes import ATOM, CHANGES_FORMATS
from kg_web.citation import CITATION_FORMATS
from kg_web.feed import FEED_FORMATS
from kg_web.formats import CSV, JSON, JSONLD, LINKED, RDF, SARIF, TEXT, TURTLE, XML, Format
from kg_web.signposting import LINKSET
from kg_web.suggesting import XLSX
from kg_web.things import LIST_FORMATS, THING_FORMATS

__all__ = ["FORMS", "IN_PATH", "MOVING", "QUERY", "TAGS"]

FORMS: Mapping[str, tuple[Format, ...]] = {
    "catalogue.catalog": RDF,
    "catalogue.void": RDF,
    "changes.atom": (ATOM,),
    "changes.data": CHANGES_FORMATS,
    "citation.citation": CITATION_FORMATS,
    "downloads.index": (JSON, CSV),
    "editor.questions": (JSON,),
    "editor.terms": (JSON,),
    "explorer.data": (JSON, CSV),
    "exports.index_data": (JSON, CSV),
    "exports.loss": (JSON, CSV),
    "feed.page": FEED_FORMATS,
    "feed.root": FEED_FORMATS,
    "health.health": (JSON,),
    "health.ready": (JSON,),
    "linksets.of_list": (LINKSET,),
    "linksets.of_site": (LINKSET,),
    "linksets.of_thing": (LINKSET,),
    "openapi.openapi": (JSON,),
    "pages.report": (JSON, TURTLE, SARIF),
    "pages.search_data": (JSON, CSV),
    "pages.suggest": (JSON,),
    "query_library.queries": RDF,
    "questions.index_data": (JSON, CSV),
    "reconcile.properties": (JSON,),
    "reconcile.service": (JSON,),
    "reconcile.suggest_entity": (JSON,),
    "reconcile.suggest_property": (JSON,),
    "reconcile.suggest_type": (JSON,),
    "reference.graph": LINKED,
    "reference.ontology": LINKED,
    "releases.index": (JSON, CSV),
    "sitemap.part": (XML,),
    "sitemap.robots": (TEXT,),
    "sitemap.sitemap": (XML,),
    "sparql_page.limits": (JSON,),
    "suggesting.file": (JSON,),
    "suggesting.workbook": (XLSX,),
    "things.context": (JSONLD,),
    "things.document": THING_FORMATS[1:],
    "things.list_document": LIST_FORMATS[1:],
}
"""Endpoint → the forms of its data. What is not here is a page, or answers in a form of its own."""

_PART = ("of", "code of a programme or profile: only that part of the graph")
_PREFIX = ("prefix", "what has been typed so far")
_CURSOR = ("cursor", "how many suggestions to pass over")
_THING = ("id", "identifier of a thing, for example competence/ow-07, or its IRI")
_ONE_LANGUAGE = ("lang", "nl or en: language of forms that have one; else that of Accept-Language")
_EXPLORED = (
    ("thing", "code of the thing to start from"),
    ("open", "code of a thing whose every link is followed; may be repeated"),
    ("steps", "how far from the start, 1 to 6; when not given, as far as thirty things go"),
    ("kind", "kind that is shown, for example competence; may be repeated"),
    ("origin", "origin that is shown: stated, proposed, reference or derived; may be repeated"),
    ("status", "status that is shown, for example proposed; may be repeated"),
    ("level", "code of a level that is shown; may be repeated"),
    ("most", "at most so many things, from 60 to 420"),
)
QUERY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "changes.atom": (("by", "thing: an entry for every thing the newest release changed, instead of every release"),),
    "changes.data": (
        ("since", "version or day that is known already; without it the release before this one"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "changes.page": (("since", "version or day that is known already; without it the release before this one"),),
    "editor.questions": (("lang", "nl or en: language of texts; else that of Accept-Language"),),
    "editor.terms": (("lang", "nl or en: language of labels; else that of Accept-Language"),),
    "explorer.data": (*_EXPLORED, ("table", "of the CSV: things or links")),
    "explorer.page": _EXPLORED,
    "exports.data": (_PART, _ONE_LANGUAGE),
    "exports.file": (_PART, _ONE_LANGUAGE),
    "exports.loss": (_PART,),
    "exports.target": (_PART,),
    "pages.search": (
        ("q", "words that a thing holds in its code, names or definition"),
        ("kind", "only hits of this kind, for example competence"),
    ),
    "pages.suggest": (
        ("q", "what has been typed so far"),
        ("limit", "at most so many things, 10 when not given, never more than 50"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "pages.search_data": (
        ("q", "words that a thing holds in its code, names or definition"),
        ("kind", "only hits of this kind, for example competence"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "reconcile.properties": (
        ("type", "kind of thing, for example Competence"),
        ("limit", "at most so many properties"),
    ),
    "reconcile.service": (
        ("queries", "a batch of queries, as JSON (Reconciliation Service API 0.2, section 4)"),
        ("extend", "things and properties to tell of them, as JSON (the same, section 7)"),
    ),
    "reconcile.suggest_entity": (_PREFIX, ("type", "kind of thing, for example Competence"), _CURSOR),
    "reconcile.suggest_property": (_PREFIX, ("type", "kind of thing, for example Competence"), _CURSOR),
    "reconcile.suggest_type": (_PREFIX, _CURSOR),
    "reconcile.view": (_THING,),
    "reconcile_page.preview": (_THING,),
    "suggesting.file": (("suggestion", "the suggestion, as docs/suggestions.md describes it"),),
    "suggesting.made": (
        ("on", "release the form was made on"),
        ("field", "a field that is on the form, for example skos:prefLabel@nl; its values have that name"),
        ("reason", "why"),
        ("source", "where it can be verified"),
        ("sender", "who suggests it; may be left out"),
    ),
    "sparql_page.limits": (("format", "json, txt or html, instead of Accept"),),
}
"""Endpoint → its parameters after the question mark, each with its meaning."""

IN_PATH: Mapping[str, str] = {
    "code": "code of a thing, for example ow-07",
    "name": "name as the lists give it; a suffix such as .ttl, .json or .csv chooses the form, else Accept does",
    "digest": "sum in the name of a version of a thing",
    "key": "release and sum, as the event stream names them",
    "number": "number of the page, from 1",
    "version": "version of a release, for example 0.1.0",
    "file": "file name as the page of the export lists it",
    "segment": "kind of thing",
    "suffix": "form of the answer",
}
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

MOVING = {"catalogue.well_known_void", "feed.member", "pages.start", "reconcile.view", "things.thing"}
"""Endpoints that only send on."""
