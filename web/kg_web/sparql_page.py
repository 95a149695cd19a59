"""The endpoint for people: an editor that works without JavaScript, and the page of limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from kg.errors import KgError
from kg.files.wording import LANGUAGES
from kg.graph.ask import bound_text
from kg.graph.limits import MEANING
from kg.names import Names
from kg.records import Query
from kg_web.formats import JSON, Format, best
from kg_web.refusals import reader_words, status_of
from kg_web.sparql import answer, endpoint, refused
from kg_web.sparql_request import ProtocolRequest, read_request
from kg_web.sparql_results import GRAPHS, PAGE, TABLES, content_type, form_called
from kg_web.state import state
from kg_web.urls import language_of_reader

__all__ = ["blueprint"]

_SHOWN = 1024 * 1024
"""Bytes of an answer that a page shows; a larger one is only offered as a download, never shown in part."""
_EXAMPLES = 8
_FIRST = Path(__file__).parent / "queries" / "first.rq"
"""What stands in an empty editor."""

blueprint = Blueprint("sparql_page", __name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in a table: as it is shown, in full, and its language."""

    text: str
    full: str = ""
    language: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on a page: a table, or a text, or neither when it is too large to show."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    text: str = ""
    too_large: bool = False


def editor(lang: str) -> Response:
    """The editor with a query and its answer; `format=` downloads the answer instead."""
    asked, shown, problem, status = ProtocolRequest(""), None, "", 200
    try:
        asked = read_request(request, endpoint().limits) or asked
        if asked.format and asked.format != PAGE.suffix:
            return answer(asked)
        shown = _shown(asked) if asked.text.strip() else None
    except KgError as fault:
        if asked.format and asked.format != PAGE.suffix:
            return refused(fault)
        problem, status = fault.told(reader_words(lang)), status_of(fault)
    page = make_response(
        render_template(
            "sparql/editor.html",
            lang=lang,
            say=_say(lang),
            asked=asked,
            shown=shown,
            problem=problem,
            tables=TABLES,
            graphs=GRAPHS,
            examples=_examples(lang),
            first=_FIRST.read_text(encoding="utf-8"),
        ),
        status,
    )
    page.headers["Cache-Control"] = "no-cache"
    return page


for _code in LANGUAGES:
    blueprint.add_url_rule(
        f"/{_code}/sparql", "editor", editor, defaults={"lang": _code}, methods=["GET", "POST"], strict_slashes=False
    )


@blueprint.route("/limits")
def limits() -> Response:
    """All limits of ad-hoc queries: JSON, plain text or a page."""
    offered = (JSON, Format("txt", "text/plain", "Text"), PAGE)
    format_ = request.args.get("format", "")
    chosen = form_called(format_, offered) if format_ else best(request.accept_mimetypes, offered)
    values = asdict(endpoint().limits)
    if chosen is None or chosen.suffix == PAGE.suffix:
        lang = language_of_reader()
        response = make_response(
            render_template("sparql/limits.html", lang=lang, say=_say(lang), rows=values, said=MEANING)
        )
    elif chosen.suffix == "txt":
        response = Response("".join(f"{name}\t{value}\t{MEANING[name]}\n" for name, value in values.items()))
    else:
        told = {name: {"value": value, "meaning": MEANING[name]} for name, value in values.items()}
        response = Response(json.dumps(told, indent=1) + "\n")
    response.headers["Content-Type"] = content_type(chosen) if chosen else "text/html; charset=utf-8"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _shown(asked: ProtocolRequest) -> Shown:
    """The answer to a query for a page. Raises KgError as the endpoint does."""
    plan = endpoint().planner.plan(replace(asked, format=""), "")
    assert plan
    body = endpoint().guard.ask(plan.asked, request.environ.get("gunicorn.socket"))
    content = bytearray()
    try:
        for piece in body:
            content += piece
            if len(content) > _SHOWN:
                return Shown(too_large=True)
    finally:
        body.close()
    if plan.form is GRAPHS[0]:
        return Shown(text=content.decode())
    told = json.loads(content)
    if "boolean" in told:
        return Shown(text=str(told["boolean"]).lower())
    columns = tuple(told["head"]["vars"])
    known: dict[str, str] = {}
    rows = tuple(
        tuple(_cell(row.get(column), state().project.names, known) for column in columns)
        for row in told["results"]["bindings"]
    )
    return Shown(columns, rows)


def _cell(term: dict[str, Any] | None, names: Names, known: dict[str, str]) -> Cell:
    if term is None:
        return Cell("")
    value = str(term["value"])
    if term["type"] == "uri":
        if value not in known:
            known[value] = names.compact(value)
        return Cell(known[value], value, link=value if value.startswith(("http://", "https://")) else "")
    if term["type"] == "bnode":
        return Cell(f"_:{value}")
    return Cell(value, language=term.get("xml:lang", ""))


def _examples(language: str) -> list[tuple[str, str]]:
    """Title and text of a few questions of the library that can be asked as they are."""
    found = []
    for question in state().questions.values():
        text = _as_asked(question)
        if text:
            found.append((question.title.within(language), text))
        if len(found) == _EXAMPLES:
            break
    return found


def _as_asked(question: Query) -> str:
    if any(parameter.required for parameter in question.parameters):
        return ""
    try:
        return bound_text(state().store, question, {})
    except KgError:
        return ""


def _say(language: str) -> Callable[[str], str]:
    words = reader_words(language)
    return lambda text: words.get(text, text)
