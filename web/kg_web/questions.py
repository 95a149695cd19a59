"""Questions of the library: listed, asked through a form, and answered as a table or as data."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import BadParameter, KgError, UnknownName
from kg.graph.ask import bound_text, judged
from kg.records import Query
from kg.table import Table
from kg.text import nearest
from kg_web.audiences import AUDIENCES, questions_for
from kg_web.begun import begun_in
from kg_web.errors import Choice, Fault
from kg_web.formats import CSV, HTML, JSON, RDF, TSV, TURTLE, Format, negotiated, split_suffix
from kg_web.lane import Place, planned
from kg_web.question_answer import Answer, readable
from kg_web.question_chart import chart_of
from kg_web.question_form import Field, default_of, fault_of, fields, hidden
from kg_web.question_plan import RESULTS, Questions
from kg_web.rdf import write_rdf
from kg_web.reader import Reader
from kg_web.sparql_plan import Plan
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, language
from kg_web.words import N_

__all__ = ["blueprint"]

_TABLES = (HTML, CSV, JSON, TSV)
_GRAPHS = (HTML, *RDF)
_LISTS = (HTML, JSON, CSV)

blueprint = Blueprint("questions", __name__)


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question with its form and, when it could be asked, its answer."""

    query: Query
    fields: tuple[Field, ...]
    faults: tuple[str, ...]
    choices: tuple[Choice, ...]
    """Values that would have fitted where one does not."""
    sparql: str
    answer: Answer | None
    turtle: str
    addresses: tuple[tuple[Format, str], ...]
    """Each form of data and its address."""
    curl: str
    chart: Markup
    """The answer as bars, where the question asks for it; else empty."""


@in_each_language(blueprint, "/{questions}/", "index")
def index(lang: str) -> str | AnyResponse:
    """All questions, by audience; data on request."""
    if negotiated(_LISTS).suffix != HTML.suffix:
        return redirect(url_for("questions.index_data"), 303)
    reader = Reader(state(), lang)
    groups = [(name, reader.say(audience.heading), questions_for(reader, name)) for name, audience in AUDIENCES.items()]
    others = [query for query in state().questions.values() if not set(query.audience) & set(AUDIENCES)]
    return render_template("questions.html", groups=[group for group in groups if group[2]], others=others)


@in_each_language(blueprint, "/{questions}/<name>", "question")
def question(lang: str, name: str) -> AnyResponse:
    """One question: form, answer, and how to get the answer as data."""
    query = _known(name)
    offered = _offered(query)
    if negotiated(offered).suffix != HTML.suffix:
        return redirect(_address(name, "", request.args.to_dict()), 303)
    reader = Reader(state(), lang)
    page = _page(reader, query, request.args.to_dict())
    return make_response(render_template("question.html", page=page), 400 if page.faults else 200)


@blueprint.get("/questions", defaults={"suffix": ""})
@blueprint.get("/questions.<suffix>")
def index_data(suffix: str) -> AnyResponse:
    """The questions as data."""
    form = negotiated(_LISTS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("questions.index", lang=language()), 302)
    rows = tuple(
        (
            ox.Literal(query.name),
            ox.Literal(query.title.within("nl")),
            ox.Literal(query.title.within("en")),
            ox.Literal(" ".join(query.audience)),
            ox.Literal(" ".join(parameter.name for parameter in query.parameters)),
        )
        for query in state().questions.values()
    )
    table = Table(("name", "title_nl", "title_en", "audience", "parameters"), rows)
    return text_answer(table.to_csv() if form.suffix == CSV.suffix else table.to_json(), form)


@blueprint.get("/questions/<name>")
def answer(name: str) -> AnyResponse:
    """The answer to a question, by suffix or Accept; a wrong parameter is told."""
    stem, suffix = split_suffix(name)
    query = _known(stem)
    offered = tuple(RESULTS if form is JSON else form for form in _offered(query))
    form = negotiated(offered, suffix)
    given = request.args.to_dict()
    lang = language()
    reader = Reader(state(), lang)
    if form.suffix == HTML.suffix:
        _refuse(reader, query, given, missing=False)
        return redirect(_page_address(stem, lang, given), 302)
    store = state().store
    try:
        text = bound_text(store, query, given)
    except (BadParameter, UnknownName):
        _refuse(reader, query, given, missing=True)
        raise
    if form in RDF:
        return text_answer(_graph(reader, query, text, form), form)
    plan = _planner().plan(query, form, text)
    if plan:
        planned(request.environ, plan, Place(request.host, request.script_root))
    content = _from_worker(plan) if plan else None
    return text_answer(content or store.written(text, form.suffix, measures=judged(query.text)), form)


def _from_worker(plan: Plan) -> bytes | None:
    """The answer of the worker that has this question already; None when there is none, or it is of no use."""
    begun = begun_in(request.environ)
    if not begun or not begun.pending:
        return None
    try:
        content = b"".join(begun.pending.pieces())
    except KgError:
        return None  # the limits of ad-hoc queries hold for no question
    return content if plan.sound(content) else None


def _planner() -> Questions:
    found = current_app.extensions["kg.questions"]
    assert isinstance(found, Questions)
    return found


def _known(name: str) -> Query:
    """The question called so. Raises a 404 that names the nearest."""
    questions = state().questions
    if name in questions:
        return questions[name]
    lang = language()
    reader = Reader(state(), lang)
    close = [questions[near] for near in nearest(name[:100], questions)]
    choices = [Choice(query.title.within(lang), _page_address(query.name, lang, {}), query.name) for query in close]
    raise Fault(404, reader.say(N_("There is no question called {name}."), name=name), choices=choices)


def _offered(query: Query) -> tuple[Format, ...]:
    return _GRAPHS if judged(query.text).form in {"CONSTRUCT", "DESCRIBE"} else _TABLES


def _page(reader: Reader, query: Query, given: dict[str, str]) -> QuestionPage:
    given = {name: value for name, value in given.items() if value}
    faults = _faults(reader, query, given)
    languages = {parameter.name: reader.lang for parameter in query.parameters if hidden(parameter)}
    defaults = {parameter.name: default_of(reader, parameter) for parameter in query.parameters}
    values = {**defaults, **languages, **given}
    answerable = not faults and all(values[parameter.name] for parameter in query.parameters)
    asked = {**given, **({} if reader.lang == "nl" else languages)}
    chart = Markup()
    answer, turtle, sparql = None, "", "\n".join(query.text.splitlines()[query.header_lines :])
    if answerable:
        bound = bound_text(state().store, query, values)
        sparql = "\n".join(bound.splitlines()[query.header_lines :])
        if _offered(query) is _GRAPHS:
            turtle = _graph(reader, query, bound, TURTLE)
        else:
            table = state().store.table(bound, measures=judged(query.text))
            answer, chart = readable(reader, query, table), chart_of(reader, query, table)
    forms = _offered(query)[1:]
    addresses = tuple((form, _address(query.name, form.suffix, asked)) for form in forms)
    whole = request.url_root.rstrip("/") + addresses[0][1].removeprefix(request.script_root)
    curl = f"curl {shlex.quote(whole)}"
    return QuestionPage(
        query=query,
        fields=fields(reader, query, given),
        faults=faults,
        choices=_fitting(reader, query, given) if faults else (),
        sparql=sparql.strip() + "\n",
        answer=answer,
        turtle=turtle,
        addresses=addresses,
        curl=curl,
        chart=chart,
    )


def _faults(reader: Reader, query: Query, given: dict[str, str]) -> tuple[str, ...]:
    """What is wrong with the values given: parameters there are not, and values that do not fit."""
    names = [parameter.name for parameter in query.parameters]
    faults = []
    for name in given:
        if name not in names:
            known = ", ".join(names) or reader.say(N_("none"))
            faults.append(
                reader.say(N_("This question has no parameter {name}. It has: {known}."), name=name, known=known)
            )
    faults += [fault_of(reader, query, parameter, given) for parameter in query.parameters]
    return tuple(fault for fault in faults if fault)


def _refuse(reader: Reader, query: Query, given: dict[str, str], *, missing: bool) -> None:
    """Raises a 400 that says what is wrong with the parameters, or what is `missing`, and what would fit."""
    faults = list(_faults(reader, query, {name: value for name, value in given.items() if value}))
    needed = [p for p in query.parameters if not given.get(p.name) and not default_of(reader, p)] if missing else []
    faults += [
        reader.say(
            N_("This question needs the parameter {name}: {description}."),
            name=parameter.name,
            description=parameter.description.within(reader.lang),
        )
        for parameter in needed
    ]
    if not faults:
        return
    raise Fault(400, " ".join(faults), choices=_fitting(reader, query, given))


def _fitting(reader: Reader, query: Query, given: dict[str, str]) -> tuple[Choice, ...]:
    """Values that fit where one was wrong or missing: the nearest, else the first few; each as a whole question."""
    choices: list[Choice] = []
    names = {parameter.name for parameter in query.parameters}
    asked = {name: value for name, value in given.items() if name in names}
    for field in fields(reader, query, asked):
        if field.value and not field.fault:
            continue
        by_value = {option.value: option for option in field.options}
        for value in nearest(field.value[:100], by_value) or list(by_value)[:5]:
            address = _page_address(query.name, reader.lang, {**asked, field.name: value})
            choices.append(Choice(by_value[value].label, address))
    return tuple(choices)


def _graph(reader: Reader, query: Query, text: str, form: Format) -> str:
    """What a question that makes a graph makes, by its text with the parameters in it."""
    made = state().store.query(text, measures=judged(query.text))
    assert isinstance(made, ox.QueryTriples)
    return write_rdf(made, form, state().names, reader.state.context)


def _address(name: str, suffix: str, given: dict[str, str]) -> str:
    path = url_for("questions.answer", name=f"{name}.{suffix}" if suffix else name)
    return f"{path}?{urlencode(given)}" if given else path


def _page_address(name: str, lang: str, given: dict[str, str]) -> str:
    path = url_for("questions.question", lang=lang, name=name)
    return f"{path}?{urlencode(given)}" if given else path
