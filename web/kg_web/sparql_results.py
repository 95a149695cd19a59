"""The forms an answer to a query can have, and how they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg_web.formats import CSV, HTML, JSONLD, N_TRIPLES, RDF_XML, TSV, TURTLE, Format

__all__ = ["GRAPHS", "PAGE", "TABLES", "W3C_NAMES", "content_type", "form_called"]

TABLES = (
    Format("json", "application/sparql-results+json", "JSON", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml")),
    CSV,
    TSV,
)
"""For SELECT and ASK, the best first."""

GRAPHS = (
    TURTLE,
    replace(N_TRIPLES, aliases=("text/plain",)),
    replace(JSONLD, aliases=("application/json",)),
    replace(RDF_XML, aliases=("application/xml", "text/xml")),
    Format("nq", "application/n-quads", "N-Quads"),
    Format("trig", "application/trig", "TriG"),
)
"""For CONSTRUCT, DESCRIBE and the service description, the best first."""

PAGE = HTML

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "ttl": ("turtle", "n3"),
    "nt": ("ntriples", "n-triples"),
    "jsonld": ("json-ld", "json"),
    "rdf": ("rdfxml", "rdf+xml", "rdf/xml", "xml"),
    "nq": ("nquads", "n-quads"),
}

_W3C = "http://www.w3.org/ns/formats/"
W3C_NAMES: Mapping[str, str] = {
    "json": _W3C + "SPARQL_Results_JSON",
    "xml": _W3C + "SPARQL_Results_XML",
    "csv": _W3C + "SPARQL_Results_CSV",
    "tsv": _W3C + "SPARQL_Results_TSV",
    "ttl": _W3C + "Turtle",
    "nt": _W3C + "N-Triples",
    "jsonld": _W3C + "JSON-LD",
    "rdf": _W3C + "RDF_XML",
    "nq": _W3C + "N-Quads",
    "trig": _W3C + "TriG",
}
"""Suffix of a form → the IRI the W3C gave it."""


def form_called(name: str, offered: Sequence[Format]) -> Format | None:
    """The form with this short name or media type (`format=`), or None when it is not offered."""
    name = name.strip().lower()
    for form in offered:
        if name in {form.suffix, *_OTHER_NAMES.get(form.suffix, ())}:
            return form
        if name in {form.media_type, *form.aliases}:
            return replace(form, media_type=name)
    return None


def content_type(form: Format) -> str:
    """The Content-Type: text formats say that they are UTF-8, the others are so by definition."""
    return f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type
