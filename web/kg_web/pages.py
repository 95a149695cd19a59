"""Pages for people: the front pages, browse, search, a thing, and the report of the checks."""

from __future__ import annotations

import json

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kg
from kg.checks.formats import report_to_json, report_to_sarif, report_to_turtle
from kg.exchange.target import targets
from kg_web.checks_page import checks_page
from kg_web.citation import CITATION_FORMATS, citations
from kg_web.designer_examples import design_examples
from kg_web.desks import connect_page, research_page
from kg_web.formats import CSV, HTML, JSON, SARIF, TURTLE, negotiated, split_suffix
from kg_web.home import graph_in_short, home_page
from kg_web.lists import browse as browse_kinds
from kg_web.lists import kind_list
from kg_web.reader import Reader
from kg_web.search import hits_table, search_page
from kg_web.signposting import header, list_links, site_links, thing_links
from kg_web.state import state
from kg_web.structured import about_graph, about_list, about_thing, as_script
from kg_web.suggestions import suggestions
from kg_web.thing import thing_page
from kg_web.thing_history import moments
from kg_web.thing_picture import neighbourhood
from kg_web.things import LIST_FORMATS, THING_FORMATS, known_kind, known_thing, text_answer
from kg_web.urls import in_each_language, language, language_of_reader

__all__ = ["blueprint"]

REPORT_FORMATS = (HTML, JSON, TURTLE, SARIF)
HIT_FORMATS = (HTML, JSON, CSV)

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def start() -> AnyResponse:
    """The home page in the reader's language."""
    return redirect(url_for("pages.home", lang=language_of_reader()), 302)


@in_each_language(blueprint, "/", "home")
def home(lang: str) -> AnyResponse:
    """What this graph is, for whom, and where to begin."""
    reader = Reader(state(), lang)
    found = home_page(reader, design_examples(reader))
    page = render_template("home.html", page=found, structured=as_script(about_graph(reader)))
    response = make_response(page)
    response.headers["Link"] = header(site_links())
    return response


@in_each_language(blueprint, "/{research}/", "research")
def research(lang: str) -> str:
    """What a researcher can do here."""
    return render_template("desk.html", page=research_page(Reader(state(), lang)))


@in_each_language(blueprint, "/{connect}/", "connect")
def connect(lang: str) -> str:
    """What a partner can do here."""
    return render_template("desk.html", page=connect_page(Reader(state(), lang)))


@in_each_language(blueprint, "/{about}/", "about")
def about(lang: str) -> str:
    """What this is, where everything comes from, and what may be done with it."""
    return render_template("about.html", short=graph_in_short(Reader(state(), lang)))


@in_each_language(blueprint, "/{browse}/", "browse")
def browse(lang: str) -> str:
    """All kinds of things with their numbers."""
    return render_template("browse.html", areas=browse_kinds(Reader(state(), lang)))


@in_each_language(blueprint, "/<segment>/", "kind")
def kind(lang: str, segment: str) -> str | AnyResponse:
    """All things of one kind; data on request."""
    known_kind(segment)
    if negotiated(LIST_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("things.list_document", name=segment), 303)
    reader = Reader(state(), lang)
    page = kind_list(reader, segment)
    structured = as_script(about_list(reader, segment))
    response = make_response(render_template("list.html", page=page, formats=LIST_FORMATS[1:], structured=structured))
    response.headers["Link"] = header(list_links(segment))
    return response


@in_each_language(blueprint, "/<segment>/<name>", "thing")
def thing(lang: str, segment: str, name: str) -> AnyResponse:
    """The page of a thing; data on request."""
    code, suffix = split_suffix(name)
    iri = known_thing(segment, code)
    if suffix or negotiated(THING_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("things.document", segment=segment, name=name), 303)
    reader = Reader(state(), lang)
    page = thing_page(reader, iri, segment, code)
    told = render_template(
        "thing.html",
        page=page,
        picture=neighbourhood(reader, page),
        history=moments(reader, iri),
        citations=citations(state(), segment, code, lang),
        citation_formats=CITATION_FORMATS[1:],
        formats=THING_FORMATS[1:],
        exports=[target for target in targets() if not target.carries or segment in target.carries],
        structured=as_script(about_thing(reader, iri)),
    )
    response = make_response(told)
    response.headers["Link"] = header(thing_links(iri, segment, code, landing=True))
    return response


@in_each_language(blueprint, "/{search}", "search")
def search(lang: str) -> str | AnyResponse:
    """What holds all the words asked for; data on request."""
    asked = request.args.get("q", "")
    if negotiated(HIT_FORMATS).suffix != HTML.suffix:
        form = negotiated(HIT_FORMATS)
        return redirect(url_for("pages.search_data", suffix=form.suffix, q=asked, lang=lang), 303)
    page = search_page(Reader(state(), lang), asked, request.args.get("kind", ""))
    return render_template("search/page.html", page=page, formats=HIT_FORMATS[1:])


@blueprint.get("/search.<suffix>")
def search_data(suffix: str) -> AnyResponse:
    """The same hits as JSON or CSV, labels in the reader's language or that of `lang`."""
    form = negotiated(HIT_FORMATS[1:], suffix)
    table = hits_table(_reader(), request.args.get("q", ""), request.args.get("kind", ""))
    if form.suffix == CSV.suffix:
        return text_answer(table.to_csv(), form)
    return text_answer(json.dumps(list(table), ensure_ascii=False, indent=1) + "\n", form)


@blueprint.get("/suggest")
def suggest() -> AnyResponse:
    """Things for what has been typed so far, by kind, however it is spelt; at most `limit`."""
    found = suggestions(_reader(), request.args.get("q", ""), request.args.get("limit", ""))
    return text_answer(json.dumps(found, ensure_ascii=False) + "\n", JSON)


@in_each_language(blueprint, "/{checks}/", "checks")
def checks(lang: str) -> str | AnyResponse:
    """What the checks found; data on request."""
    if negotiated(REPORT_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("pages.report"), 303)
    return render_template("checks.html", page=checks_page(Reader(state(), lang)), formats=REPORT_FORMATS[1:])


@blueprint.get("/checks", defaults={"suffix": ""})
@blueprint.get("/checks.<suffix>")
def report(suffix: str) -> AnyResponse:
    """The report of the checks as JSON, SHACL or SARIF."""
    form = negotiated(REPORT_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("pages.checks", lang=language()), 302)
    found = state().report
    if form.suffix == JSON.suffix:
        return text_answer(report_to_json(found), form)
    if form.suffix == SARIF.suffix:
        return text_answer(report_to_sarif(found, language(), kg.__version__), form)
    return text_answer(report_to_turtle(found), form)


def _reader() -> Reader:
    """The reader of data: in the language of `lang`, else that of Accept-Language."""
    asked = request.args.get("lang", "")
    return Reader(state(), asked if asked in state().project.settings.languages else language())
