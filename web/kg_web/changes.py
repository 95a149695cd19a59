"""What changed since an older release: a page for people, Atom feeds for their readers, data for simple clients."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.publish.differences import as_csv, as_patch, as_records
from kg.publish.feed_pages import Step
from kg_web.atom import releases_feed, things_feed
from kg_web.changes_page import changes_page
from kg_web.compared import compared, since_asked
from kg_web.feed import current_steps
from kg_web.formats import CSV, HTML, JSON, Format, negotiated
from kg_web.headers import conditional
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, language
from kg_web.words import LANGUAGES

__all__ = ["ATOM", "CHANGES_FORMATS", "blueprint"]

PATCH = Format("rdfp", "application/rdf-patch", "RDF Patch")
ATOM = Format("atom", "application/atom+xml", "Atom")
CHANGES_FORMATS = (JSON, CSV, PATCH)
_HELD = 4
"""Answers that one site process holds: that since nothing has all of the graph, and takes long to write."""

blueprint = Blueprint("changes", __name__)


@in_each_language(blueprint, "/{changes}", "page")
def page(lang: str) -> Response:
    """What is new, changed and gone since an older release, in words."""
    since, steps = since_asked(request.args.get("since", "")), current_steps()
    found = compared(since, steps[-1], lang) if len(steps) > 1 else None
    shown = changes_page(Reader(state(), lang), found, steps)
    return conditional(Response(render_template("changes.html", page=shown, formats=CHANGES_FORMATS)))


@in_each_language(blueprint, "/{changes}.atom", "atom")
def atom(lang: str) -> Response:
    """The releases as an Atom feed; with `by=thing` what the newest release changed, a thing an entry."""
    made = things_feed if request.args.get("by") == "thing" else releases_feed
    return conditional(text_answer(made(Reader(state(), lang), current_steps()), ATOM))


@blueprint.get("/changes", defaults={"suffix": ""})
@blueprint.get("/changes.<suffix>")
def data(suffix: str) -> AnyResponse:
    """What changed since a release or a day: things with properties before and after, or a patch of statements."""
    form = negotiated((*CHANGES_FORMATS, HTML), suffix)
    asked = request.args.get("since", "")
    lang = request.args.get("lang", "")
    lang = lang if lang in LANGUAGES else language()
    if form.suffix == HTML.suffix:
        return redirect(url_for("changes.page", lang=lang, since=asked or None), 302)
    return conditional(text_answer(_written(since_asked(asked), current_steps()[-1], lang, form), form))


@lru_cache(maxsize=_HELD)
def _written(since: Step | None, until: Step, lang: str, form: Format) -> str:
    found = compared(since, until, lang)
    if form.suffix == PATCH.suffix:
        return as_patch(found.found)
    if form.suffix == CSV.suffix:
        return as_csv(found.told, found.newer)
    content = {
        "since": found.since.newer.version if found.since else None,
        "version": found.until.newer.version,
        "issued": found.until.newer.issued or None,
        "counts": {how.value: count for how, count in found.counts.items()},
        "changes": as_records(found.told),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
