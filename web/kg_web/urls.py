"""Addresses of pages and data; the language of a page is the first part of its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, request, url_for
from werkzeug.routing import BaseConverter

from kg.names import LG, ONTOLOGY, Iri, Names
from kg_web.words import LANGUAGES

__all__ = [
    "PATHS",
    "Code",
    "absolute",
    "address",
    "in_each_language",
    "iri_of_graph",
    "language",
    "language_of_reader",
    "same_page",
    "site_root",
    "term_name",
]

PATHS: Mapping[str, Mapping[str, str]] = {
    "research": {"nl": "onderzoeken", "en": "research"},
    "connect": {"nl": "aansluiten", "en": "connect"},
    "about": {"nl": "over", "en": "about"},
    "browse": {"nl": "bladeren", "en": "browse"},
    "explore": {"nl": "verkennen", "en": "explore"},
    "search": {"nl": "zoek", "en": "search"},
    "questions": {"nl": "vragen", "en": "questions"},
    "terms": {"nl": "begrippen", "en": "terms"},
    "data": {"nl": "gegevens", "en": "data"},
    "exchange": {"nl": "uitwisselen", "en": "exchange"},
    "matching": {"nl": "koppelen", "en": "matching"},
    "checks": {"nl": "controle", "en": "checks"},
    "changes": {"nl": "wijzigingen", "en": "changes"},
    "suggesting": {"nl": "wijziging-voorstellen", "en": "suggest-a-change"},
    "cite": {"nl": "citeren", "en": "cite"},
    "design": {"nl": "ontwerpen", "en": "design"},
    "trace": {"nl": "keten", "en": "trace"},
    "coverage": {"nl": "dekking", "en": "coverage"},
    "gaps": {"nl": "hiaten", "en": "gaps"},
    "plan": {"nl": "planning", "en": "plan"},
    "recognition": {"nl": "erkenning", "en": "recognition"},
    "whatif": {"nl": "wat-als", "en": "what-if"},
    "smallest": {"nl": "kleinste-set", "en": "smallest-set"},
    "overlap": {"nl": "overlap", "en": "overlap"},
    "comparison": {"nl": "vergelijking", "en": "comparison"},
    "levels": {"nl": "niveaus", "en": "levels"},
    "guide": {"nl": "handleiding", "en": "guide"},
    "dossier": {"nl": "dossier", "en": "dossier"},
    "progress": {"nl": "stand", "en": "progress"},
    "whitespots": {"nl": "witte-vlekken", "en": "white-spots"},
}
"""The word in the path of each page, by language."""

_View = Callable[..., Any]


class Code(BaseConverter):
    """The code of a thing in a rule, `<code:name>`: codes hold no dots, so a suffix is never part of one."""

    regex = "[^/.]+"
    part_isolating = True


def in_each_language(
    blueprint: Blueprint, path: str, endpoint: str, methods: Sequence[str] = ("GET",)
) -> Callable[[_View], _View]:
    """Routes a view under `/nl/…` and `/en/…`; `{word}` names of PATHS in `path` become the language's word."""

    def decorate(view: _View) -> _View:
        for code in LANGUAGES:
            words = {name: by_language[code] for name, by_language in PATHS.items()}
            rule = f"/{code}{path}".format(**words)
            blueprint.add_url_rule(rule, endpoint, view, defaults={"lang": code}, methods=methods)
        return view

    return decorate


def language_of_reader() -> str:
    """The language asked for with Accept-Language: Dutch when none is, English when it is neither."""
    g.vary = {*g.get("vary", ()), "Accept-Language"}
    wanted = request.accept_languages
    if not wanted or all(tag == "*" for tag, _ in wanted):
        return LANGUAGES[0]
    return wanted.best_match(LANGUAGES) or "en"


def language() -> str:
    """The language of this answer: that of the path, else that of the reader."""
    first = request.path.split("/")[1] if "/" in request.path else ""
    return first if first in LANGUAGES else language_of_reader()


def address(iri: str, names: Names, lang: str) -> str:
    """Where to read about a thing, term or graph: a page of this site, or the IRI itself when it is a web address.

    Empty for what has no page anywhere; never an address of another scheme than http(s).
    """
    known = names.segment_and_code(iri)
    if known:
        return url_for("pages.thing", lang=lang, segment=known[0], name=known[1])
    if iri == ONTOLOGY:
        return url_for("reference.terms", lang=lang)
    if iri.startswith(LG):
        return url_for("reference.terms", lang=lang, _anchor=term_name(iri))
    for owner in (names, Names()):
        start = owner.graph("")
        if iri.startswith(start) and iri != start:
            return url_for("reference.dataset", lang=lang, name=iri.removeprefix(start))
    return iri if iri.startswith(("http://", "https://")) else ""


def absolute(path: str) -> str:
    """The whole address of a path on this site, as `url_for` gives it."""
    return request.host_url.rstrip("/") + path


def site_root() -> str:
    """Where the site is (that of an older release: below the newest), without a slash at the end."""
    return request.url_root.rstrip("/")


def term_name(iri: str) -> str:
    """The name of a term within the ontology: `develops`."""
    return iri.removeprefix(LG)


def same_page(lang: str) -> str:
    """This page in another language; the home page when this one has no other."""
    arguments = request.view_args or {}
    if not request.endpoint or "lang" not in arguments:
        return url_for("pages.home", lang=lang)
    page = url_for(request.endpoint, **{**arguments, "lang": lang})
    asked = urlencode([(name, value) for name, value in request.args.items(multi=True)])
    return f"{page}?{asked}" if asked else page


def iri_of_graph(name: str, names: Names, known: Callable[[Iri], bool]) -> Iri | None:
    """The graph called `name`: this project's, else one of the shared ontology; None when neither exists."""
    return next((iri for iri in (names.graph(name), Names().graph(name)) if known(iri)), None)
