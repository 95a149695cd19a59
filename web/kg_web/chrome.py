"""What surrounds every page: its language, navigation, and the functions that templates use."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request, url_for
from markupsafe import Markup

import kg
from kg.names import OUTSIDE, lg
from kg_web.designer import ANALYSES
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.urls import language, same_page
from kg_web.words import LANGUAGE_NAMES, LANGUAGES, N_, markup_in

__all__ = ["NAVIGATION", "install"]

NAVIGATION = (
    ("pages.browse", N_("Browse")),
    ("questions.index", N_("Questions")),
    ("designer.overview", N_("Design")),
    ("sparql_page.editor", N_("SPARQL")),
    ("reference.terms", N_("Vocabulary")),
    ("reference.datasets", N_("Data")),
    ("exports.index", N_("Exchange")),
    ("pages.checks", N_("Checks")),
)
"""Page → how the navigation calls it, in order."""

_DEFINITION = OUTSIDE["skos"] + "definition"
_BELOW = {"pages.kind": "pages.browse", "pages.thing": "pages.browse", "questions.question": "questions.index"}
_BELOW |= {"reference.dataset": "reference.datasets", "exports.target": "exports.index"}
_BELOW |= {f"{part}.{name}": "designer.overview" for name in ANALYSES for part in ("designer", "advice")}


def install(app: Flask) -> None:
    """Gives every template its language and words."""
    app.jinja_env.globals |= {"asset": _asset, "same_page": same_page}

    @app.context_processor
    def context() -> dict[str, Any]:
        lang = language()
        reader = Reader(state(), lang)
        return {
            "_": markup_in(lang),
            "lang": lang,
            "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
            "site": state().project.settings,
            "release": state().release,
            "program_version": kg.__version__,
            "navigation": [(url_for(page, lang=lang), name, _current(page)) for page, name in NAVIGATION],
            "origin_words": lambda name: reader.label(lg(name)),
            "origin_meaning": lambda name: " ".join(t.value for t in reader.texts(lg(name), _DEFINITION)),
            "number": reader.number,
            "kilobytes": reader.kilobytes,
            "plural": reader.plural,
            "capital": _capital,
        }

    @app.after_request
    def content_language(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Language", language())
        return response


def _current(page: str) -> bool:
    return page in {request.endpoint, _BELOW.get(request.endpoint or "")}


def _capital(text: str | Markup) -> str | Markup:
    """A text with its first letter in upper case; markup stays markup."""
    return text[:1].upper() + text[1:]


def _asset(name: str) -> str:
    """The address of a file of the site, which changes with its content."""
    return url_for("static_files.file", name=name, v=state().edition)
