"""Pages for curriculum designers: every analysis as a page, a picture, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Flask, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.curriculum.rows import as_json
from kg.errors import KgError, LimitExceeded, UnknownName
from kg.table import Table
from kg.text import nearest
from kg_web.designer_asked import Asked, message_of
from kg_web.designer_comparison import COMPARISON
from kg_web.designer_coverage import COVERAGE
from kg_web.designer_dossier import DOSSIER
from kg_web.designer_gaps import GAPS
from kg_web.designer_levels import LEVELS
from kg_web.designer_links import analyses_of
from kg_web.designer_overlap import OVERLAP
from kg_web.designer_overview import GROUPS, entries
from kg_web.designer_page import Analysis, Answer, Option, address
from kg_web.designer_plan import PLAN
from kg_web.designer_progress import PROGRESS
from kg_web.designer_recognition import RECOGNITION
from kg_web.designer_smallest import SMALLEST
from kg_web.designer_trace import TRACE
from kg_web.designer_whatif import WHAT_IF
from kg_web.designer_whitespots import WHITE_SPOTS
from kg_web.errors import Choice, Fault
from kg_web.formats import CSV, HTML, JSON, Format, negotiated
from kg_web.reader import Reader
from kg_web.releases import within_release
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import PATHS, in_each_language
from kg_web.words import N_, said_in

__all__ = ["ANALYSES", "blueprint", "register"]

SVG = Format("svg", "image/svg+xml", "SVG")

ANALYSES: Mapping[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        *(TRACE, COVERAGE, GAPS, PLAN, WHAT_IF, SMALLEST, OVERLAP),
        *(RECOGNITION, COMPARISON, LEVELS, WHITE_SPOTS, PROGRESS, DOSSIER),
    )
}
"""Every analysis by its name, in the order of the desk."""

blueprint = Blueprint("designer", __name__)
advice = Blueprint("advice", __name__)
"""Pages whose answer depends on the day, and is about a person: no copy of it is ever kept."""


def register(app: Flask) -> None:
    """Adds the pages, and the function with which a thing's page links to them."""
    app.register_blueprint(blueprint)
    app.register_blueprint(advice)
    app.jinja_env.globals["analyses_of"] = analyses_of


@in_each_language(blueprint, "/{design}/", "overview")
def overview(lang: str) -> str | AnyResponse:
    """What can be found out here, each analysis in a sentence; data on request."""
    form = negotiated((HTML, JSON, CSV))
    if form.suffix != HTML.suffix:
        return redirect(url_for("designer.overview_data", lang=lang, suffix=form.suffix), 303)
    asked = _asked(lang, {})
    return render_template("designer/overview.html", groups=GROUPS, entries=entries(asked, ANALYSES))


@in_each_language(blueprint, "/{design}.<suffix>", "overview_data")
def overview_data(lang: str, suffix: str) -> AnyResponse:
    """The analyses as data: name, title, what it is for, what it says of this graph, address."""
    form = negotiated((JSON, CSV), suffix)
    found = entries(_asked(lang, {}), ANALYSES).values()
    columns = ("name", "title", "purpose", "finding", "address")
    rows = [(one.name, one.title, one.purpose, one.finding, one.href) for one in found]
    if form.suffix == CSV.suffix:
        cells = tuple(tuple(ox.Literal(text) for text in row) for row in rows)
        return text_answer(Table(columns, cells).to_csv(), form)
    content = [dict(zip(columns, row, strict=True)) for row in rows]
    return text_answer(json.dumps(content, ensure_ascii=False, indent=1) + "\n", form)


@in_each_language(blueprint, "/{design}/<name>", "unknown")
def unknown(lang: str, name: str) -> AnyResponse:
    """There is no analysis called so: a 404 that names the nearest."""
    say = said_in(lang)
    words = {PATHS[key][lang]: key for key in ANALYSES}
    stem = name.partition(".")[0]
    close = [words[word] for word in nearest(stem[:60], words)] or list(ANALYSES)
    choices = [Choice(say(ANALYSES[key].title), address(key, lang)) for key in close]
    raise Fault(404, say("There is no analysis called {name}.", name=stem[:60]), choices=choices)


def _page_of(name: str) -> Callable[[str], AnyResponse]:
    analysis = ANALYSES[name]

    def page(lang: str) -> AnyResponse:
        offered = (HTML, JSON, CSV, SVG) if analysis.drawn else (HTML, JSON, CSV)
        form = negotiated(offered)
        if form.suffix != HTML.suffix:
            given = list(request.args.items(multi=True))
            return redirect(address(name, lang, given, suffix=form.suffix), 303)
        asked = _asked(lang, _given(analysis, lang))
        answer = _answered(analysis, asked)
        settled = [pair for pair in answer.settled if pair[1]]
        response = make_response(
            render_template(
                "designer/analysis.html",
                analysis=analysis,
                page=answer,
                action=address(name, lang),
                permanent=address(name, lang, settled, whole=True),
                of_version=request.host_url.rstrip("/")
                + within_release(state().release.version, address(name, lang, settled)),
                files=_files(analysis, answer, lang, settled),
                further=[link for ref in answer.about[:1] for link in analyses_of(ref.kind, ref.code, lang)],
                today=date.today(),
                groups=GROUPS,
                titles={key: known.title for key, known in ANALYSES.items()},
            )
        )
        return _kept_nowhere(analysis, response)

    return page


def _data_of(name: str) -> Callable[[str, str], AnyResponse]:
    analysis = ANALYSES[name]

    def data(lang: str, suffix: str) -> AnyResponse:
        form = negotiated((JSON, CSV, SVG) if analysis.drawn else (JSON, CSV), suffix)
        asked = _asked(lang, _given(analysis, lang), drawing=False)
        _table_asked(asked, analysis.tables)
        answer = _answered(analysis, asked)
        if answer.found is None:
            told = asked.say("Nothing has been ticked, so there is nothing to weigh.")
            raise Fault(400, told, choices=[Choice(asked.say(analysis.title), address(name, lang))])
        return _kept_nowhere(analysis, text_answer(_text(answer, asked, form), form))

    return data


def _text(answer: Answer, asked: Asked, form: Format) -> str:
    if form.suffix == JSON.suffix:
        return json.dumps(as_json(answer.found, asked.lang), ensure_ascii=False, indent=1, default=str) + "\n"
    if form.suffix == CSV.suffix:
        return _table(answer, asked).to_csv()
    if not answer.drawings:
        raise Fault(404, asked.say("There is no picture of this; the tables hold it all."))
    return answer.drawings[0].svg


def _table(answer: Answer, asked: Asked) -> Table:
    return answer.tables[_table_asked(asked, answer.tables) or next(iter(answer.tables))]()


def _table_asked(asked: Asked, known: Iterable[str]) -> str:
    """The table asked for; empty when none is. Raises a 400 for one that is not known."""
    name = asked.one("table")
    if name and name not in known:
        told = ", ".join(known)
        raise Fault(400, asked.say("There is no table {name} here. There is: {known}.", name=name[:40], known=told))
    return name


def _asked(lang: str, given: Mapping[str, tuple[str, ...]], *, drawing: bool = True) -> Asked:
    return Asked(Reader(state(), lang), given, drawing)


def _given(analysis: Analysis, lang: str) -> dict[str, tuple[str, ...]]:
    """The parameters that have a value. Raises a 400 for one that this analysis does not have."""
    given = {name: tuple(value.strip() for value in values if value.strip()) for name, values in request.args.lists()}
    own = {*analysis.parameters, "table"}
    for name in given:
        # What is said of one thing has its code after a point: evidence.mo-1
        if name in own or (analysis.private and name.partition(".")[0] in {"evidence", "date"}):
            continue
        say, known = said_in(lang), ", ".join(analysis.parameters)
        if not known:
            raise Fault(400, say("This page has no parameters, so not {name} either.", name=name[:40]))
        raise Fault(400, say("This page has no parameter {name}. It has: {known}.", name=name[:40], known=known))
    return {name: values for name, values in given.items() if values}


def _answered(analysis: Analysis, asked: Asked) -> Answer:
    """The answer. What the analysis refuses becomes an error page that names what fits."""
    try:
        return analysis.answer(asked)
    except KgError as error:
        status = 404 if isinstance(error, UnknownName) else 503 if isinstance(error, LimitExceeded) else 400
        raise Fault(status, message_of(error, asked.lang), choices=_choices(analysis, asked)) from None
    except Fault as fault:
        raise Fault(fault.status, fault.detail, fault.hint, fault.choices or _choices(analysis, asked)) from None


def _choices(analysis: Analysis, asked: Asked) -> list[Choice]:
    """For the first parameter whose value does not fit: what resembles it, or else what there is.

    What is known but of no use here is no slip of the pen: then everything that fits is offered.
    """
    for name, options in analysis.fitting(asked.reader).items():
        fitting: dict[str, Option] = {option.value: option for option in options if option.usable}
        for value in asked.many(name):
            if value in fitting:
                continue
            known = any(option.value == value for option in options)
            codes = ([] if known else nearest(value[:100], fitting)) or list(fitting)[:8]
            return [Choice(fitting[code].label, address(analysis.name, asked.lang, [(name, code)])) for code in codes]
    return []


_TABLES = {"spots": N_("Place, level and learners")}
"""Tables that stand in no page, and how they are called."""


def _files(analysis: Analysis, answer: Answer, lang: str, settled: list[tuple[str, str]]) -> dict[str, Any]:
    """Where the answer can be had as data: JSON, CSV of each table, and the picture."""
    if answer.found is None:
        return {"forms": (), "tables": {}}
    say = said_in(lang)
    first = next(iter(answer.tables), "")
    tables = {
        name: address(analysis.name, lang, [*settled, *([("table", name)] if name != first else [])], suffix="csv")
        for name in answer.tables
    }
    forms = [("JSON", address(analysis.name, lang, settled, suffix="json"), JSON.media_type)]
    headings = {one.table: one.heading for one in reversed(answer.listings)}
    for name, href in tables.items():
        told = f"CSV: {headings.get(name) or say(_TABLES.get(name, name))}" if len(tables) > 1 else "CSV"
        forms.append((told, href, CSV.media_type))
    if answer.drawings:
        forms.append(("SVG", address(analysis.name, lang, settled, suffix="svg"), SVG.media_type))
    return {"forms": forms, "tables": tables}


def _kept_nowhere(analysis: Analysis, response: AnyResponse) -> AnyResponse:
    """Advice about a person is kept neither by a browser nor on the way to it."""
    if analysis.private:
        response.headers["Cache-Control"] = "no-store"
    return response


for _name, _analysis in ANALYSES.items():
    _part = advice if _analysis.private else blueprint
    in_each_language(_part, f"/{{design}}/{{{_name}}}", _name)(_page_of(_name))
    in_each_language(_part, f"/{{design}}/{{{_name}}}.<suffix>", f"{_name}_data")(_data_of(_name))
