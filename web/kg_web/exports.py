"""The graph in the forms of others: what there is, what each cannot carry, and the files themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import ExchangeError
from kg.exchange.bundle import bundle
from kg.exchange.export import Exported, export
from kg.exchange.loss import Loss, LossKind, loss_table
from kg.exchange.target import Target, target_called, targets
from kg.files.wording import catalogue
from kg.graph.store import Store
from kg.names import Iri
from kg.table import Table
from kg_web.designer_memory import remembered
from kg_web.errors import Fault
from kg_web.formats import CSV, HTML, JSON, negotiated
from kg_web.reader import Reader, Value
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, language
from kg_web.words import LANGUAGES, N_

__all__ = ["blueprint"]

_DATA = (JSON, CSV)
_HOW = {
    LossKind.KIND: N_("Kinds of things that are left out"),
    LossKind.PROPERTY: N_("What is left out of things that are in it"),
    LossKind.CHANGED: N_("What is in it, but changed"),
}

blueprint = Blueprint("exports", __name__)


@dataclass(frozen=True, slots=True)
class LossRow:
    """One line of the report: of which things, which property, how many statements, and why."""

    kind: str
    property: Value | None
    statements: int
    things: int
    example: Value
    reason: str


@dataclass(frozen=True, slots=True)
class TargetPage:
    """One form of export as its page shows it."""

    target: Target
    made: Exported | None
    refused: str
    """Why this graph cannot be had in this form; empty when it can."""
    losses: tuple[tuple[str, tuple[LossRow, ...]], ...]
    of: Value | None
    parts: tuple[tuple[str, tuple[Value, ...]], ...]
    """Kind of thing → the programmes or profiles the export can be limited to."""


@in_each_language(blueprint, "/{exchange}/", "index")
def index(lang: str) -> str:
    """All forms the graph can be had in. None is made for it: that is for who asks one."""
    return render_template("exports/index.html", targets=targets(), lang=lang)


@in_each_language(blueprint, "/{exchange}/<name>", "target")
def target(lang: str, name: str) -> str:
    """One form: its files, the parts that can be had, and what it cannot carry."""
    page = _page(Reader(state(), lang), _known(name), request.args.get("of", ""))
    return render_template("exports/target.html", page=page, formats=_DATA)


@blueprint.get("/exports", defaults={"suffix": ""})
@blueprint.get("/exports.<suffix>")
def index_data(suffix: str) -> AnyResponse:
    """The forms there are, each with its addresses."""
    form = negotiated((HTML, *_DATA), suffix)
    lang = language()
    if form.suffix == HTML.suffix:
        return redirect(url_for("exports.index", lang=lang), 302)
    rows = [
        {
            "name": found.name,
            "title": found.title.within(lang),
            "summary": found.summary.within(lang),
            "standard": found.standard,
            "mediaType": found.media_type,
            "scopes": " ".join(found.scopes),
            "href": url_for("exports.data", name=found.name, _external=True),
            "loss": url_for("exports.loss", name=found.name, suffix=JSON.suffix, _external=True),
        }
        for found in targets()
    ]
    if form.suffix == JSON.suffix:
        return text_answer(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", form)
    columns = tuple(rows[0])
    table = Table(columns, tuple(tuple(ox.Literal(row[column]) for column in columns) for row in rows))
    return text_answer(table.to_csv(), form)


@blueprint.get("/exports/<name>")
def data(name: str) -> Response:
    """The graph in this form; with `of` one programme or profile of it; several files as a ZIP archive."""
    made = _made(_known(name), request.args.get("of", ""))
    if len(made.files) == 1:
        return file(name, next(iter(made.files)))
    response = Response(bundle(made.files), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{state().release.version}-{name}.zip"'
    return response


@blueprint.get("/exports/<name>/files/<path:file>")
def file(name: str, file: str) -> Response:
    """One file of an export."""
    target = _known(name)
    made = _made(target, request.args.get("of", ""))
    if file not in made.files:
        say = Reader(state(), language()).say
        raise Fault(404, say(N_("This export has no file called {name}."), name=file[:200]))
    guessed = {"csv": "text/csv", "zip": "application/zip"}.get(file.rpartition(".")[2], target.media_type)
    charset = "; charset=utf-8" if guessed.startswith("text/") else ""
    response = Response(made.files[file], content_type=guessed + charset)
    response.headers["Link"] = f'<{url_for("exports.loss", name=name, suffix=JSON.suffix)}>; rel="related"'
    return response


@blueprint.get("/exports/<name>/loss.<suffix>")
def loss(name: str, suffix: str) -> Response:
    """What this form cannot carry, by kind and property, with the reason."""
    form = negotiated(_DATA, suffix)
    made = _made(_known(name), request.args.get("of", ""))
    table = loss_table(made.losses, language())
    if form.suffix == CSV.suffix:
        return text_answer(table.to_csv(), form)
    return text_answer(json.dumps(list(table), ensure_ascii=False, indent=1) + "\n", form)


def _known(name: str) -> Target:
    return target_called(name)


def _made(target: Target, of: str) -> Exported:
    asked = request.args.get("lang", "")
    return remembered(_export, target.name, of, asked if asked in LANGUAGES else language())


def _export(store: Store, name: str, of: str, lang: str) -> Exported:
    return export(store, state().project.settings, name, of=of, language=lang)


def _page(reader: Reader, target: Target, of: str) -> TargetPage:
    """The page of a target. What lacks something the form needs has no files, and the reason why."""
    made: Exported | None = None
    refused = ""
    try:
        made = remembered(_export, target.name, of, reader.lang)
    except ExchangeError as fault:
        refused = fault.told(catalogue(reader.lang))
    members = reader.state.members
    parts = tuple(
        (reader.plural(segment), tuple(reader.thing(iri) for iri in members[segment]))
        for segment in target.scopes
        if segment in members
    )
    asked = {of, *(f"{segment}/{of}" for segment in target.scopes)} if of else set()
    scope = next((v for _, values in parts for v in values if f"{v.segment}/{v.code}" in asked), None)
    return TargetPage(target, made, refused, _by_how(reader, made.losses if made else ()), scope, parts)


def _by_how(reader: Reader, losses: tuple[Loss, ...]) -> tuple[tuple[str, tuple[LossRow, ...]], ...]:
    found = []
    for how, heading in _HOW.items():
        rows = tuple(_row(reader, loss) for loss in losses if loss.how is how)
        if rows:
            found.append((reader.say(heading), rows))
    return tuple(found)


def _row(reader: Reader, loss: Loss) -> LossRow:
    kind = reader.plural(loss.kind) if loss.kind else reader.plural("other")
    property_ = Value(reader.label(loss.property), reader.address(loss.property)) if loss.property else None
    return LossRow(
        kind, property_, loss.statements, loss.things, reader.thing(Iri(loss.example)), loss.reason.within(reader.lang)
    )
