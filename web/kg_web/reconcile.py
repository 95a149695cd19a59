"""The reconciliation service for OpenRefine and others (W3C community report, Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.match import match
from kg.names import Iri
from kg.text import natural
from kg_web.errors import Fault
from kg_web.formats import JSON
from kg_web.reader import Reader
from kg_web.reconcile_candidates import candidates, entity, kind_as_type
from kg_web.reconcile_manifest import manifest
from kg_web.reconcile_properties import (
    cell,
    content_of,
    name_of,
    properties_of,
    property_called,
    thing_of,
    values,
)
from kg_web.reconcile_queries import Extension, read_extension, read_queries, segment_of_type
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language
from kg_web.words import LANGUAGES, N_

__all__ = ["blueprint", "known_entity", "routed"]

_PAGE, _FURTHEST = 10, 1000

_View = Callable[[str], AnyResponse]

blueprint = Blueprint("reconcile", __name__)


def routed(owner: Blueprint, path: str, endpoint: str, methods: Sequence[str] = ("GET",)) -> Callable[[_View], _View]:
    """Routes a view at `/reconcile…`, in the reader's language, and at `/nl/reconcile…` and `/en/reconcile…`."""

    def decorate(view: _View) -> _View:
        for code in ("", *LANGUAGES):
            rule = f"/{code}/reconcile{path}" if code else f"/reconcile{path}"
            owner.add_url_rule(rule, endpoint, view, defaults={"lang": code}, methods=list(methods))
        return view

    return decorate


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    """Scripts of every site may ask, also by POST with a content type of their own (the API asks for CORS)."""
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
    return response


@routed(blueprint, "", "service", ("GET", "POST"))
def service(lang: str) -> Response:
    """The manifest; with `queries` the candidates for a batch of names; with `extend` values of properties."""
    reader = _reader(lang)
    if "callback" in request.args:
        raise Fault(400, reader.say(N_("JSONP is refused: it would let this site run script in yours. Use CORS.")))
    asked = request.form if request.method == "POST" else request.args
    if "queries" in asked:
        queries = read_queries(asked["queries"], reader.state.names, reader.lang)
        return _json({key: {"result": candidates(reader, query)} for key, query in queries.items()})
    if "extend" in asked:
        return _json(_extended(reader, read_extension(asked["extend"], reader.lang)))
    if request.method == "POST":
        raise Fault(
            400,
            reader.say(N_("A POST has a form field `queries` or `extend`.")),
            reader.say(N_("Send it as application/x-www-form-urlencoded.")),
        )
    return _json(manifest(reader))


@routed(blueprint, "/suggest/entity", "suggest_entity")
def suggest_entity(lang: str) -> Response:
    """Things whose name begins like `prefix`, or resembles it."""
    reader = _reader(lang)
    prefix, cursor = request.args.get("prefix", ""), _cursor(reader)
    types = [segment_of_type(one, reader.state.names) for one in request.args.getlist("type") if one]
    found = match(reader.state.index, prefix, reader.lang, types, most=cursor + _PAGE, partly=True)
    shown = [entity(reader, candidate.iri) for candidate in found[cursor:]]
    return _json({"result": [{("notable" if key == "type" else key): one[key] for key in one} for one in shown]})


@routed(blueprint, "/suggest/type", "suggest_type")
def suggest_type(lang: str) -> Response:
    """Kinds of things whose name holds `prefix`."""
    reader = _reader(lang)
    types = [kind_as_type(reader, segment) for segment in reader.state.index.segments]
    return _json({"result": _holding(reader, types)})


@routed(blueprint, "/suggest/property", "suggest_property")
def suggest_property(lang: str) -> Response:
    """Properties whose name or identifier holds `prefix`; of one kind of thing with `type`."""
    reader = _reader(lang)
    segment = segment_of_type(request.args.get("type", ""), reader.state.names)
    properties = [{"id": one.id, "name": name} for one, name in properties_of(reader, segment)]
    return _json({"result": _holding(reader, properties)})


@routed(blueprint, "/properties", "properties")
def properties(lang: str) -> Response:
    """Properties that things of the kind `type` have, to extend a table with; at most `limit`."""
    reader = _reader(lang)
    asked, limit = request.args.get("type", ""), request.args.get("limit", "")
    found = properties_of(reader, segment_of_type(asked, reader.state.names))
    answer: dict[str, Any] = {"type": asked}
    if limit.isdecimal() and len(limit) < 6:
        answer["limit"] = int(limit)
        found = found[: int(limit)]
    return _json({**answer, "properties": [{"id": one.id, "name": name} for one, name in found]})


@routed(blueprint, "/view", "view")
def view(lang: str) -> AnyResponse:
    """Sends on to the page of the thing with this `id`."""
    reader = _reader(lang)
    return redirect(reader.address(known_entity(reader)), 303)


def known_entity(reader: Reader) -> Iri:
    """The thing with the `id` of the request. Raises a 404 when there is none."""
    asked = request.args.get("id", "")
    thing = thing_of(reader, asked)
    if thing is None:
        raise Fault(404, reader.say(N_("There is no thing with the identifier {id}."), id=asked[:100]))
    return thing


def _extended(reader: Reader, asked: Extension) -> dict[str, Any]:
    things = {id_: thing_of(reader, id_) for id_ in asked.ids}
    names = reader.state.names
    kinds = {of_ours[0] for thing in things.values() if thing and (of_ours := names.segment_and_code(thing))}
    kind = kinds.pop() if len(kinds) == 1 else ""
    meta: list[dict[str, Any]] = []
    columns = []
    for id_, settings in asked.properties:
        known = property_called(id_, reader)
        if known is None:
            raise Fault(400, reader.say(N_("There is no property {id}."), id=id_[:100]))
        columns.append((id_, known, settings))
        meta.append({"id": id_, "name": name_of(reader, known, kind)})
    rows = {
        id_: {
            name: [
                cell(reader, value, content_of(settings)) for value in _limited(values(reader, thing, one), settings)
            ]
            if thing
            else []
            for name, one, settings in columns
        }
        for id_, thing in things.items()
    }
    for told, (name, _, _) in zip(meta, columns, strict=True):
        led_to = {entry["id"].partition("/")[0] for row in rows.values() for entry in row[name] if "id" in entry}
        if len(led_to) == 1:
            told["type"] = kind_as_type(reader, led_to.pop())
    return {"meta": meta, "rows": rows}


def _limited(found: list[Any], settings: dict[str, Any]) -> list[Any]:
    most = settings.get("limit")
    try:
        count = int(most) if most else 0
    except (TypeError, ValueError, OverflowError):
        count = 0
    return found[:count] if count > 0 else found


def _holding(reader: Reader, found: list[dict[str, str]]) -> list[dict[str, str]]:
    """Of named entries those that hold the prefix asked for, what begins with it first; from `cursor`, a page."""
    prefix = request.args.get("prefix", "").strip().casefold()
    kept = [one for one in found if prefix in one["name"].casefold() or prefix in one["id"].casefold()]
    kept.sort(key=lambda one: (not one["name"].casefold().startswith(prefix), natural(one["name"].casefold())))
    start = _cursor(reader)
    return kept[start : start + 3 * _PAGE]


def _cursor(reader: Reader) -> int:
    asked = request.args.get("cursor", "0")
    if not asked.isdecimal() or len(asked) > 6:
        raise Fault(400, reader.say(N_("`cursor` must be a whole number.")))
    return min(int(asked), _FURTHEST)


def _reader(lang: str) -> Reader:
    return Reader(state(), lang or language())


def _json(content: object) -> Response:
    return text_answer(json.dumps(content, ensure_ascii=False) + "\n", JSON)
