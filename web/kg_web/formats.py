"""Forms in which an answer can be had, and which of them a request asks for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg_web.words import N_

__all__ = [
    "CSV",
    "HTML",
    "JSON",
    "JSONLD",
    "LINKED",
    "N_QUADS",
    "N_TRIPLES",
    "PROBLEM",
    "RDF",
    "RDF_XML",
    "SARIF",
    "TEXT",
    "TRIG",
    "TSV",
    "TURTLE",
    "XML",
    "Format",
    "NotOffered",
    "best",
    "negotiated",
    "preferred",
    "split_suffix",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One form: its suffix in an address, its media type, its name for people, and other types it answers to."""

    suffix: str
    media_type: str
    name: str
    aliases: tuple[str, ...] = ()


HTML = Format("html", "text/html", N_("Web page"), ("application/xhtml+xml",))
TURTLE = Format("ttl", "text/turtle", "Turtle", ("application/x-turtle",))
JSONLD = Format("jsonld", "application/ld+json", "JSON-LD")
N_TRIPLES = Format("nt", "application/n-triples", "N-Triples")
N_QUADS = Format("nq", "application/n-quads", "N-Quads", ("text/x-nquads",))
TRIG = Format("trig", "application/trig", "TriG", ("application/x-trig",))
RDF_XML = Format("rdf", "application/rdf+xml", "RDF/XML")
JSON = Format("json", "application/json", "JSON")
CSV = Format("csv", "text/csv", "CSV")
TSV = Format("tsv", "text/tab-separated-values", "TSV")
SARIF = Format("sarif", "application/sarif+json", "SARIF")
TEXT = Format("txt", "text/plain", N_("Text"))
XML = Format("xml", "application/xml", "XML")
PROBLEM = Format("json", "application/problem+json", "Problem", ("application/json",))

RDF = (TURTLE, JSONLD, N_TRIPLES, RDF_XML)
"""Forms of triples."""

LINKED = (*RDF, N_QUADS, TRIG)
"""Forms of linked data: those of triples, and those that tell in which graph each statement stands."""


class NotOffered(Exception):
    """What is asked for is not among the forms there are: by suffix (404) or by Accept (406)."""

    def __init__(self, offered: Sequence[Format], suffix: str = "") -> None:
        self.offered = tuple(offered)
        self.suffix = suffix
        super().__init__(suffix)


def split_suffix(name: str) -> tuple[str, str]:
    """`ow-07.ttl` as `("ow-07", "ttl")`; the suffix is empty when there is none. Codes hold no dots."""
    stem, _, suffix = name.partition(".")
    return stem, suffix


def negotiated(offered: Sequence[Format], suffix: str = "") -> Format:
    """The form to answer in: the one of the suffix, else the one the Accept header likes best.

    Its media type is the name the asker used for it. Raises NotOffered when none fits.
    """
    if suffix:
        for form in offered:
            if form.suffix == suffix:
                return form
        raise NotOffered(offered, suffix)
    g.vary = {*g.get("vary", ()), "Accept"}
    chosen = best(request.accept_mimetypes, offered)
    if chosen is None:
        raise NotOffered(offered)
    return chosen


@lru_cache(maxsize=256)
def preferred(accept: str, offered: tuple[Format, ...]) -> Format | None:
    """What `best` finds for an Accept header; few different ones are sent, so they are read once."""
    return best(parse_accept_header(accept, MIMEAccept), offered)


def best(accept: MIMEAccept, offered: Sequence[Format]) -> Format | None:
    """The form of the highest quality; at equal quality one that is named goes before one that a wildcard allows.

    Parameters of a media type (charset, profile) do not count: Werkzeug's own `best_match` refuses them.
    No Accept header takes the first.
    """
    if not accept:
        return offered[0] if offered else None
    plain = MIMEAccept([(_without_parameters(value), quality) for value, quality in accept])
    named = {value for value, quality in plain if quality > 0}
    found: list[tuple[float, bool, int, Format]] = []
    for position, form in enumerate(offered):
        for media_type in (form.media_type, *form.aliases):
            quality = plain.quality(media_type)
            if quality > 0 and (media_type == form.media_type or media_type in named):  # `*` covers no other names
                answer = replace(form, media_type=media_type) if media_type in named else form
                found.append((quality, media_type in named, -position, answer))
    return max(found, key=lambda entry: entry[:3])[3] if found else None


def _without_parameters(value: str) -> str:
    media_type = parse_options_header(value)[0].lower()
    return "*/*" if media_type == "*" else media_type
