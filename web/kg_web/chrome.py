"""What surrounds every page: its language, navigation, and the functions that templates use."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, url_for
from markupsafe import Markup

import kg
from kg.names import OUTSIDE, lg
from kg_web.navigation import crumbs_of_page, menu, sections, steps_above
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.static_files import is_served
from kg_web.urls import language, same_page
from kg_web.words import LANGUAGE_NAMES, LANGUAGES, markup_in, said_in

__all__ = ["install"]

_DEFINITION = OUTSIDE["skos"] + "definition"


def install(app: Flask) -> None:
    """Gives every template its language and words."""
    app.jinja_env.globals |= {"asset": _asset, "is_served": is_served, "same_page": same_page}

    @app.context_processor
    def context() -> dict[str, Any]:
        lang = language()
        reader = Reader(state(), lang)
        say = said_in(lang)
        return {
            "_": markup_in(lang),
            "lang": lang,
            "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
            "site": state().project.settings,
            "release": state().release,
            "program_version": kg.__version__,
            "menu": lambda: menu(lang, say),
            "sections": lambda: sections(lang, say),
            "crumbs_of_page": lambda: crumbs_of_page(lang, say),
            "steps_above": lambda: steps_above(lang, say),
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


def _capital(text: str | Markup) -> str | Markup:
    """A text with its first letter in upper case; markup stays markup."""
    return text[:1].upper() + text[1:]


def _asset(name: str) -> str:
    """The address of a file of the site, which changes with its content."""
    return url_for("static_files.file", name=name, v=state().edition)
