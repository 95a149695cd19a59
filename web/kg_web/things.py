"""Linked data: `/id/…` names a thing, `/doc/…` describes it in the form asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.describe import Statement, describe, quads_about
from kg.graph.find import codes_of
from kg.names import CODE, KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.text import nearest
from kg_web.errors import Choice, Fault
from kg_web.formats import CSV, HTML, JSON, JSONLD, LINKED, RDF, Format, negotiated, split_suffix
from kg_web.lists import list_table, list_triples
from kg_web.rdf import write_quads, write_rdf
from kg_web.reader import Reader
from kg_web.signposting import Link, header, list_links, successors, thing_links
from kg_web.state import state
from kg_web.urls import language
from kg_web.words import N_

__all__ = ["LIST_FORMATS", "THING_FORMATS", "blueprint", "known_kind", "known_thing", "text_answer"]

THING_FORMATS = (HTML, *LINKED, JSON)
LIST_FORMATS = (HTML, CSV, JSON, *RDF)

blueprint = Blueprint("things", __name__)


@blueprint.get("/id/<segment>/<code>")
def thing(segment: str, code: str) -> AnyResponse:
    """The name of a thing: see other, its description (W3C, Cool URIs for the Semantic Web).

    Of a thing that is no longer in use as well: what was said of it stays true, and says what takes its place.
    """
    iri = known_thing(segment, code)
    target = url_for("things.document", segment=segment, name=code)
    response = redirect(target, 303)
    links = [Link(target, "describedby"), *(Link(newer, "successor-version") for newer in successors(iri))]
    response.headers["Link"] = header(links)
    return response


@blueprint.get("/doc/<segment>/<name>")
def document(segment: str, name: str) -> AnyResponse:
    """The description of a thing, by suffix or Accept; people are sent on to the page in their language."""
    code, suffix = split_suffix(name)
    iri = known_thing(segment, code)
    form = negotiated(THING_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("pages.thing", lang=language(), segment=segment, name=code), 302)
    if form.suffix == JSON.suffix:
        response = text_answer(json.dumps(_as_json(iri, segment, code), ensure_ascii=False, indent=1) + "\n", form)
    else:
        found = state()
        text = write_quads(quads_about(found.store, iri), form, found.names, found.context)
        response = text_answer(text, form)
    response.headers["Link"] = header(thing_links(iri, segment, code, landing=False))
    response.headers["Content-Location"] = url_for("things.document", segment=segment, name=f"{code}.{form.suffix}")
    return response


@blueprint.get("/doc/<name>")
def list_document(name: str) -> AnyResponse:
    """All things of one kind, by suffix or Accept."""
    segment, suffix = split_suffix(name)
    known_kind(segment)
    form = negotiated(LIST_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("pages.kind", lang=language(), segment=segment), 302)
    found = state()
    reader = Reader(found, language())
    if form.suffix == CSV.suffix:
        text = list_table(reader, segment).to_csv()
    elif form.suffix == JSON.suffix:
        text = json.dumps(list(list_table(reader, segment)), ensure_ascii=False, indent=1) + "\n"
    else:
        text = write_rdf(list_triples(reader, segment), form, found.names, found.context)
    response = text_answer(text, form)
    response.headers["Link"] = header(list_links(segment))
    response.headers["Content-Location"] = url_for("things.list_document", name=f"{segment}.{form.suffix}")
    return response


@blueprint.get("/context.jsonld")
def context() -> AnyResponse:
    """The JSON-LD context of this graph. Answers carry the part they use; this is for those who write JSON-LD."""
    text = json.dumps({"@context": state().context}, ensure_ascii=False, indent=1)
    response = text_answer(text + "\n", JSONLD)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def text_answer(text: str | bytes, form: Format) -> Response:
    """An answer with this text in this form, in UTF-8."""
    charset = "; charset=utf-8" if form.media_type.startswith("text/") else ""
    return Response(text, content_type=form.media_type + charset)


def known_kind(segment: str) -> None:
    """Raises a 404 that names the nearest kinds when there is none called so."""
    if segment in KINDS_BY_SEGMENT:
        return
    reader = Reader(state(), language())
    choices = [
        Choice(reader.plural(close), url_for("pages.kind", lang=reader.lang, segment=close))
        for close in nearest(segment, state().members)
    ]
    detail = reader.say(N_("This graph has no kind of thing called {name}."), name=segment)
    raise Fault(404, detail, choices=choices)


def known_thing(segment: str, code: str) -> Iri:
    """The IRI of the thing with this code. Raises a 404 that names the nearest things when there is none."""
    known_kind(segment)
    found = state()
    iri = found.names.thing(segment, code) if CODE.match(code) else Iri("")
    if iri in found.known:
        return iri
    reader = Reader(found, language())
    things = [found.names.thing(segment, close) for close in _nearest_codes(segment, code)]
    choices = [Choice(value.text, value.href, value.code) for value in map(reader.thing, things)]
    say = reader.say
    detail = say(N_("There is nothing of the kind {kind} with the code {code}."), kind=reader.kind(segment), code=code)
    raise Fault(404, detail, choices=choices)


def _nearest_codes(segment: str, code: str) -> Sequence[str]:
    return nearest(code[:100], codes_of(state().store, KINDS_BY_SEGMENT[segment].class_name))


def _as_json(iri: Iri, segment: str, code: str) -> dict[str, Any]:
    """A thing as plain JSON: what is said of it and what refers to it, each with its graph and origin."""
    found = describe(state().store, iri)
    labels = {
        s.object.language: s.object.value
        for s in found.outgoing
        if s.predicate == OUTSIDE["skos"] + "prefLabel" and isinstance(s.object, ox.Literal) and s.object.language
    }
    return {
        "iri": iri,
        "kind": segment,
        "code": code,
        "label": dict(sorted(labels.items(), reverse=True)),
        "types": list(found.types),
        "origin": found.home.origin if found.home else "",
        "graph": found.home.graph if found.home else "",
        "statements": [_statement(s, "object") for s in found.outgoing],
        "referring": [_statement(s, "subject") for s in found.incoming],
    }


def _statement(statement: Statement, side: str) -> dict[str, Any]:
    node = getattr(statement, side)
    value: dict[str, Any] = {"property": statement.predicate}
    if isinstance(node, ox.Literal):
        value["value"] = node.value
        value |= {"language": node.language} if node.language else {"datatype": node.datatype.value}
    else:
        value["iri"] = str(getattr(node, "value", node))
    return {**value, "graph": statement.graph, "origin": statement.origin}
