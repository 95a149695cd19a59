"""Suggesting a change: a form on a thing, the file it makes to send in, and a small workbook. Nothing is stored."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.blueprint import Blueprint as Plan
from kg.exchange.suggestions.around import statements_around
from kg.exchange.suggestions.held import held_blueprint
from kg.exchange.suggestions.reading import suggestion_in
from kg.exchange.suggestions.suggestion import Suggestion, as_json
from kg.files.wording import catalogue
from kg_web.formats import JSON, Format
from kg_web.reader import Reader
from kg_web.state import State, state
from kg_web.suggestion_form import Filled, filled, suggestion_form
from kg_web.suggestion_page import made_page
from kg_web.things import known_thing, text_answer
from kg_web.urls import in_each_language
from kg_web.words import N_

__all__ = ["XLSX", "blueprint"]

XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel")
_NOTES = ("reason", "source", "sender")
_HELD = 2
"""Releases of which one site process knows the fields."""

blueprint = Blueprint("suggesting", __name__)


@in_each_language(blueprint, "/{suggesting}/<segment>/<code:code>", "form")
def form(lang: str, segment: str, code: str) -> str:
    """A form with the texts and links of a thing, to suggest a change to them."""
    return _form(Reader(state(), lang), segment, code)


@in_each_language(blueprint, "/{suggesting}/<segment>/<code:code>", "made", methods=("POST",))
def made(lang: str, segment: str, code: str) -> AnyResponse:
    """The suggestion that a filled in form comes to, in words, with its file; or the form, with what is wrong."""
    thing = known_thing(segment, code)
    reader = Reader(state(), lang)
    given = {key: [text for text in request.form.getlist(key) if text] for key in request.form.getlist("field")}
    done = filled(_plan(), thing, given, lang)
    trouble = _trouble(reader, done)
    settings = reader.state.project.settings
    notes = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in _NOTES}
    suggestion = Suggestion(settings.base, reader.state.release.version, done.alterations, **notes)
    if not trouble:
        try:
            suggestion_in(as_json(suggestion).encode("utf-8", "surrogatepass"), "suggestion")
        except ExchangeError as fault:
            trouble = fault.told(catalogue(lang))
    if trouble:
        response = Response(_form(reader, segment, code, done, trouble), 422)
    else:
        page = made_page(reader, segment, code, suggestion)
        response = Response(render_template("suggestion/made.html", page=page))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/suggestions")
def file() -> Response:
    """The file of a suggestion that a page has made, to keep and to send in."""
    suggestion = suggestion_in(request.form.get("suggestion", "").encode("utf-8", "surrogatepass"), "suggestion")
    response = text_answer(as_json(suggestion), JSON)
    about = suggestion.alterations[0].thing.partition("/")[2]
    name = "".join(sign for sign in about if sign.isascii() and (sign.isalnum() or sign == "-"))
    response.headers["Content-Disposition"] = f'attachment; filename="{name[:60]}.suggestion.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@in_each_language(blueprint, "/{suggesting}/<segment>/<code:code>.xlsx", "workbook")
def workbook(lang: str, segment: str, code: str) -> Response:
    """A small workbook of a thing and what it is linked with; `kg sheet import` reads it back."""
    from kg.exchange.spreadsheet.workbook import workbook as workbook_of  # xlsxwriter, which no page needs

    plan, thing = _plan(), known_thing(segment, code)
    content = workbook_of(plan, statements_around(plan, thing), lang, small=True)
    response = Response(content, content_type=XLSX.media_type)
    version = state().release.version
    response.headers["Content-Disposition"] = f'attachment; filename="{segment}-{code}-{version}.xlsx"'
    return response


def _form(reader: Reader, segment: str, code: str, done: Filled | None = None, trouble: str = "") -> str:
    thing = known_thing(segment, code)
    return render_template(
        "suggestion/form.html",
        form=suggestion_form(reader, _plan(), thing, done),
        label=reader.label(thing),
        kind=reader.kind(segment),
        segment=segment,
        code=code,
        on=_on(reader.state),
        given=request.form if done else {},
        trouble=trouble,
    )


def _trouble(reader: Reader, done: Filled) -> str:
    """What is wrong with the form as a whole; empty when it makes a suggestion."""
    if request.form.get("on", "") != _on(reader.state):
        return reader.say(
            N_("There is a newer release since you opened this form. Look again at what it says now, and send it anew.")
        )
    if done.faults:
        return reader.say(N_("Some fields cannot be read yet. What is wrong stands beside them."))
    if not done.alterations:
        return reader.say(N_("Nothing is different from what stands here now."))
    return ""


def _on(found: State) -> str:
    return found.release.digest[:16]


def _plan() -> Plan:
    found = state()
    return _plan_of(found.edition)


@lru_cache(maxsize=_HELD)
def _plan_of(edition: str) -> Plan:  # noqa: ARG001 (tells releases apart)
    return held_blueprint(state().project, state().store)
