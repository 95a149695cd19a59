"""Matching names explained to people, and the small page that OpenRefine shows of a thing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for

from kg.graph.match import ON_REQUEST
from kg.names import OUTSIDE
from kg_web.reader import Reader
from kg_web.reconcile import known_entity, routed
from kg_web.reconcile_candidates import kind_as_type
from kg_web.reconcile_queries import BATCH
from kg_web.state import state
from kg_web.thing import thing_page
from kg_web.urls import in_each_language, language

__all__ = ["blueprint"]

_FRAMED = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors *",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
"""OpenRefine runs at addresses of its users' own and frames a preview, so any site may. The page has no script, form or
cookie, and its only link opens a page of its own: there is nothing to trick somebody into."""
_DEFINITION = OUTSIDE["skos"] + "definition"
_SHOWN = 4

blueprint = Blueprint("reconcile_page", __name__)


@in_each_language(blueprint, "/{matching}/", "guide")
def guide(lang: str) -> str:
    """How to match the names in a table of one's own with this graph, in OpenRefine and with a command."""
    reader = Reader(state(), lang)
    segments = [segment for segment in reader.state.index.segments if segment not in ON_REQUEST]
    types = [(kind_as_type(reader, segment), reader.plural(segment)) for segment in segments]
    service = url_for("reconcile.service", lang=lang, _external=True)
    return render_template("reconcile/guide.html", service=service, types=types, batch=BATCH)


@routed(blueprint, "/preview", "preview")
def preview(lang: str) -> Response:
    """A few facts about the thing with this `id`, to be shown in a frame."""
    reader = Reader(state(), lang or language())
    thing = known_entity(reader)
    segment, code = reader.state.names.segment_and_code(thing) or ("", "")
    page = thing_page(reader, thing, segment, code)
    definition = " ".join(text.value for text in reader.texts(thing, _DEFINITION))
    html = render_template(
        "reconcile/preview.html",
        value=reader.thing(thing),
        href=url_for("pages.thing", lang=reader.lang, segment=segment, name=code, _external=True),
        definition=definition,
        page=page,
        most=_SHOWN,
        reading=reader.lang,
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = _FRAMED
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = reader.lang
    return response
