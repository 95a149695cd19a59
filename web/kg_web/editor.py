"""The SPARQL editor over the plain form: where its files are, and what it completes and offers as examples."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import KgError
from kg.graph.ask import bound_text
from kg.names import OUTSIDE, Iri
from kg.records import Query
from kg_web.audiences import AUDIENCES
from kg_web.formats import JSON
from kg_web.question_code import code_for
from kg_web.question_form import default_of
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language_of_reader
from kg_web.words import LANGUAGES, N_, said_in

__all__ = ["blueprint", "install"]

_LIBRARY = Path(__file__).parent / "static" / "vendor" / "yasgui.min.js"
_QUERIES = Path(__file__).parent / "queries"
_DEFINED = {"classes": ("owl", "Class"), "properties": ("rdf", "Property")}
_KINDS_OF_PROPERTY = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")

_STYLE = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style sheet that the library writes into the page by itself, for the grips between columns."""

_WORDS = {
    "all": N_("all"),
    "answered": N_("{count} rows in {seconds} s"),
    "answeredOther": N_("Answered in {seconds} s"),
    "asking": N_("Asking …"),
    "choose": N_("Choose a question …"),
    "copied": N_("The link is in the address bar and has been copied."),
    "copyByHand": N_("The link is in the address bar; copy it from there."),
    "download": N_("Save what is shown here as a file"),
    "empty": N_("The graph knows no answer to this. That is not the same as: there is none."),
    "example": N_("Begin with a question of the library"),
    "filter": N_("Filter these rows"),
    "fullText": N_("As it came"),
    "keys": N_("Ctrl+Space completes, Ctrl+Enter asks, Esc leaves the editor."),
    "lost": N_("The server does not answer. Try again in a while."),
    "next": N_("next"),
    "none": N_("No row holds this."),
    "others": N_("Other questions"),
    "pageSize": N_("Rows on a page:"),
    "previous": N_("previous"),
    "query": N_("Query"),
    "share": N_("Copy a link to this query"),
    "shorten": N_("Shorten long texts"),
    "simple": N_("Without types and languages"),
    "table": N_("Table"),
    "uses": N_("used {count} times"),
}
"""What the editor says, under the names by which its script knows it."""

_log = logging.getLogger(__name__)
blueprint = Blueprint("editor", __name__)


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property: its prefixed name (or `<IRI>`), its label, and how often the graph uses it."""

    name: str
    label: str
    uses: int


def install(app: Flask) -> None:
    """Adds the editor's data to the site, and tells templates whether its library is there; says so when it is not."""
    app.register_blueprint(blueprint)
    there = _LIBRARY.is_file()
    app.extensions["kg.editor"] = {}
    app.jinja_env.globals |= {"editor_is_there": there, "editor_data": _data_for_script, "code_for": code_for}
    if there:
        app.after_request(_with_its_style)
    else:
        _tell_once()


def _with_its_style(response: Response) -> Response:
    """Lets the page of the editor carry that style sheet, and no other; the site's own headers come first."""
    policy = response.headers.get("Content-Security-Policy", "")
    if request.endpoint == "sparql_page.editor" and policy:
        response.headers["Content-Security-Policy"] = policy.replace("style-src 'self'", f"style-src 'self' {_STYLE}")
    return response


@cache
def _tell_once() -> None:
    _log.warning("The SPARQL editor was not fetched at set-up; its page has a plain form instead.")


@blueprint.get("/editor/terms.json")
def terms() -> AnyResponse:
    """Prefixes, classes and properties of the graph, with labels in `lang`: what the SPARQL editor completes."""
    lang = _language()
    known: dict[str, str] = current_app.extensions["kg.editor"]
    if lang not in known:
        reader = Reader(state(), lang)
        content = {
            "prefixes": state().names.prefixes(),
            "classes": [asdict(term) for term in _terms(reader, "classes")],
            "properties": [asdict(term) for term in _terms(reader, "properties")],
        }
        known[lang] = json.dumps(content, ensure_ascii=False) + "\n"
    return text_answer(known[lang], JSON)


@blueprint.get("/editor/questions.json")
def questions() -> AnyResponse:
    """Questions of the library as SPARQL that can be asked as it is: what the SPARQL editor offers to begin with."""
    reader = Reader(state(), _language())
    found = [
        {
            "name": query.name,
            "title": query.title.within(reader.lang),
            "audience": next(
                (reader.say(one.heading) for name, one in AUDIENCES.items() if name in query.audience), ""
            ),
            "text": text,
        }
        for query in state().questions.values()
        if (text := _text_to_ask(reader, query))
    ]
    return text_answer(json.dumps(found, ensure_ascii=False, indent=1) + "\n", JSON)


def _text_to_ask(reader: Reader, query: Query) -> str:
    """A question as SPARQL with its defaults filled in and its title above it; empty when it has no defaults here."""
    values = {parameter.name: default_of(reader, parameter) for parameter in query.parameters}
    values |= {parameter.name: reader.lang for parameter in query.parameters if parameter.kind == "language"}
    if not all(values.values()):
        return ""
    try:
        bound = bound_text(state().store, query, values)
    except KgError:
        return ""
    lines = [f"# {query.title.within(reader.lang)}", *bound.splitlines()[query.header_lines :]]
    return "\n".join(lines).strip() + "\n"


def _data_for_script(lang: str) -> dict[str, Any]:
    """What the script needs to know of this page, as `data-` attributes hold it."""
    say = said_in(lang)
    return {
        "endpoint": url_for("sparql.sparql"),
        "terms": url_for("editor.terms", lang=lang),
        "questions": url_for("editor.questions", lang=lang),
        "things": state().names.base + "id/",
        "pages": url_for("pages.home", lang=lang),
        "words": json.dumps({name: _unfilled(say, text) for name, text in _WORDS.items()}, ensure_ascii=False),
    }


def _unfilled(say: Any, text: str) -> str:
    """A message whose `{values}` the script fills in."""
    return str(say(text, count="{count}", seconds="{seconds}"))


def _language() -> str:
    given = request.args.get("lang", "")
    return given if given in LANGUAGES else language_of_reader()


def _terms(reader: Reader, kind: str) -> list[Term]:
    """The classes or properties the graph uses, most used first, then those it only defines."""
    answer = state().store.table((_QUERIES / f"{kind}.rq").read_text(encoding="utf-8"))
    uses = {row["term"]: int(row["uses"]) for row in answer}
    known = uses | {iri: 0 for iri in _defined(kind) if iri not in uses}
    return [Term(state().names.compact(iri), _label(reader, iri), count) for iri, count in known.items()]


def _defined(kind: str) -> list[str]:
    prefix, name = _DEFINED[kind]
    classes = [OUTSIDE[prefix] + name]
    if kind == "properties":
        classes += [OUTSIDE["owl"] + other for other in _KINDS_OF_PROPERTY]
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
    return sorted(
        {
            quad.subject.value
            for class_ in classes
            for quad in state().store.quads(None, rdf_type, ox.NamedNode(class_), None)
            if isinstance(quad.subject, ox.NamedNode)
        }
    )


def _label(reader: Reader, iri: str) -> str:
    """The label of a term; empty for one that has none."""
    label = reader.label(Iri(iri))
    return "" if label in {state().names.compact(iri).strip("<>"), iri} else label
