"""Linked data: `/id/…` names a thing, `/doc/…` describes it in the form asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.describe import Statement, describe, triples_about
from kg.graph.find import codes_of
from kg.names import CODE, DCT, KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.text import nearest
from kg_web.errors import Choice, Fault
from kg_web.formats import CSV, HTML, JSON, JSONLD, RDF, Format, negotiated, split_suffix
from kg_web.lists import list_table, list_triples
from kg_web.rdf import write_rdf
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.urls import language
from kg_web.words import N_

__all__ = ["LIST_FORMATS", "THING_FORMATS", "blueprint", "known_thing", "link_header", "text_answer"]

THING_FORMATS = (HTML, *RDF, JSON)
LIST_FORMATS = (HTML, CSV, JSON, *RDF)

blueprint = Blueprint("things", __name__)


@blueprint.get("/id/<segment>/<code>")
def thing(segment: str, code: str) -> AnyResponse:
    """The name of a thing: see other, its description (W3C, Cool URIs for the Semantic Web)."""
    known_thing(segment, code)
    target = url_for("things.document", segment=segment, name=code)
    response = redirect(target, 303)
    response.headers["Link"] = f'<{target}>; rel="describedby"'
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
        text = write_rdf(triples_about(found.store, iri), form, found.names, found.context)
        response = text_answer(text, form)
    response.headers["Link"] = link_header(iri, segment, code)
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
        return text_answer(list_table(reader, segment).to_csv(), form)
    if form.suffix == JSON.suffix:
        rows = list(list_table(reader, segment))
        return text_answer(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", form)
    return text_answer(write_rdf(list_triples(reader, segment), form, found.names, found.context), form)


@blueprint.get("/context.jsonld")
def context() -> AnyResponse:
    """The JSON-LD context of this graph."""
    text = json.dumps({"@context": state().context}, ensure_ascii=False, indent=1)
    return text_answer(text + "\n", JSONLD)


def text_answer(text: str, form: Format) -> Response:
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


def link_header(iri: Iri, segment: str, code: str) -> str:
    """The other forms of a description, what it describes, and what takes its place (RFC 8288, RFC 5829)."""
    links = [f'<{iri}>; rel="describes"']
    links += [
        f'<{url_for("things.document", segment=segment, name=f"{code}.{form.suffix}")}>; rel="alternate"; '
        f'type="{form.media_type}"'
        for form in THING_FORMATS
    ]
    replaced = ox.NamedNode(DCT + "isReplacedBy")
    for quad in state().store.engine.quads_for_pattern(ox.NamedNode(iri), replaced, None, None):
        if isinstance(quad.object, ox.NamedNode):
            links.append(f'<{quad.object.value}>; rel="successor-version"')
    return ", ".join(links)


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
