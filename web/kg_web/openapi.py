"""The OpenAPI 3.1 document of everything that is not SPARQL, made from the routes themselves."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, current_app, request
from werkzeug.routing import Rule
from werkzeug.wrappers import Response as AnyResponse

import kg
from kg.graph.scan import form_of
from kg.names import KINDS
from kg.records import Parameter, Query
from kg_web.changes import ATOM, CHANGES_FORMATS
from kg_web.feed import FEED_FORMATS
from kg_web.formats import CSV, HTML, JSON, JSONLD, PROBLEM, RDF, SARIF, TSV, TURTLE, Format
from kg_web.question_form import default_of
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import LIST_FORMATS, THING_FORMATS, text_answer

__all__ = ["blueprint", "document"]

_LEFT_OUT = {"sparql", "sparql_page.editor", "static_files", "releases.of_version"}
"""Blueprints and endpoints that are told elsewhere: SPARQL has its service description."""

_TABLES, _GRAPHS = (CSV, JSON, TSV), RDF
_FORMS: Mapping[str, tuple[Format, ...]] = {
    "changes.atom": (ATOM,),
    "changes.data": CHANGES_FORMATS,
    "editor.questions": (JSON,),
    "editor.terms": (JSON,),
    "exports.index_data": (JSON, CSV),
    "exports.loss": (JSON, CSV),
    "feed.page": FEED_FORMATS,
    "feed.root": FEED_FORMATS,
    "openapi.openapi": (JSON,),
    "pages.report": (JSON, TURTLE, SARIF),
    "pages.search_data": (JSON, CSV),
    "query_library.queries": RDF,
    "questions.index_data": (JSON, CSV),
    "reference.graph": RDF,
    "reference.ontology": RDF,
    "releases.index": (JSON, CSV),
    "sparql_page.limits": (JSON,),
    "things.context": (JSONLD,),
    "things.document": THING_FORMATS[1:],
    "things.list_document": LIST_FORMATS[1:],
}
"""Endpoint → the forms of its data. What is not here is a page, or answers in a form of its own."""

_PART = ("of", "code of a programme or profile: only that part of the graph")
_ONE_LANGUAGE = ("lang", "nl or en: language of forms that have one; else that of Accept-Language")
_QUERY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "changes.atom": (("by", "thing: an entry for every thing the newest release changed, instead of every release"),),
    "changes.data": (
        ("since", "version or day that is known already; without it the release before this one"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "changes.page": (("since", "version or day that is known already; without it the release before this one"),),
    "editor.questions": (("lang", "nl or en: language of texts; else that of Accept-Language"),),
    "editor.terms": (("lang", "nl or en: language of labels; else that of Accept-Language"),),
    "exports.data": (
        ("of", "code of a programme or profile: only that part"),
        ("lang", "nl or en: for forms in one language"),
    ),
    "exports.file": (
        ("of", "code of a programme or profile: only that part"),
        ("lang", "nl or en: for forms in one language"),
    ),
    "exports.loss": (("of", "code of a programme or profile: only that part"),),
    "exports.target": (("of", "code of a programme or profile: only that part"),),
    "pages.search": (("q", "words that a thing holds in its code, names or definition"),),
    "pages.search_data": (
        ("q", "words that a thing holds in its code, names or definition"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "sparql_page.limits": (("format", "json, txt or html, instead of Accept"),),
}
"""Endpoint → its parameters after the question mark, each with its meaning."""

_IN_PATH: Mapping[str, str] = {
    "code": "code of a thing, for example ow-07",
    "name": "name as the lists give it; a suffix such as .ttl, .json or .csv chooses the form, else Accept does",
    "digest": "sum in the name of a version of a thing",
    "key": "release and sum, as the event stream names them",
    "number": "number of the page, from 1",
    "version": "version of a release, for example 0.1.0",
    "file": "file name as the page of the export lists it",
    "segment": "kind of thing",
    "suffix": "form of the answer",
}
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "year": {"type": "string", "pattern": r"^\d{4}$"},
    "language": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$"},
}
_TAGS = {
    "pages": "Pages for people, and search",
    "things": "Things as linked data",
    "reference": "The vocabulary and the data files",
    "questions": "Questions of the library and their answers",
    "query_library": "The question library as RDF",
    "exports": "The graph in the forms of others, and what each cannot carry",
    "changes": "What changed between releases: in words, as Atom feeds and as data",
    "feed": "The event stream (LDES): a version of everything that a release changed; Turtle loses the named graphs",
    "editor": "What the SPARQL editor offers",
    "releases": "Releases: their list; every address also exists below /releases/VERSION/",
    "sparql_page": "Limits of the SPARQL endpoint",
    "openapi": "This document",
}
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?(\w+)>")

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def openapi() -> AnyResponse:
    """This document: OpenAPI 3.1, made from the routes of the running site."""
    content = document(current_app._get_current_object())  # type: ignore[attr-defined]
    return text_answer(json.dumps(content, ensure_ascii=False, indent=1) + "\n", JSON)


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of the running site; needs a request for its own address."""
    paths = dict(sorted([*_routes(app), *_questions(Reader(state(), "en"))]))
    settings = state().project.settings
    tags = {operation["tags"][0] for path in paths.values() for operation in path.values()}
    licence = {"name": "Licence of the data", "url": settings.licence} if settings.licence else None
    info = {
        "title": settings.title.within("en"),
        "version": state().release.version,
        "summary": "Pages, linked data and questions of one release of the graph.",
        "description": (
            f"{settings.description.within('en')}\n\nSPARQL is described at /sparql (text/turtle), its limits at "
            f"/limits. Every fault is application/problem+json (RFC 9457). Made by leergraaf {kg.__version__}."
        ),
    }
    return {
        "openapi": "3.1.0",
        "info": {**info, **({"license": licence} if licence else {})},
        "servers": [{"url": request.url_root.rstrip("/")}],
        "tags": [{"name": tag, "description": _TAGS.get(tag, tag.capitalize())} for tag in sorted(tags)],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                "Problem": {
                    "description": "A fault, told in the language of the reader (RFC 9457)",
                    "content": {PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "The kind of fault"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": "string", "description": "What is wrong here"},
        "hint": {"type": "string", "description": "What to do"},
        "instance": {"type": "string", "format": "uri-reference"},
        "suggestions": {
            "type": "array",
            "description": "What may have been meant",
            "items": {
                "type": "object",
                "required": ["label", "address"],
                "properties": {name: {"type": "string"} for name in ("label", "code", "address")},
            },
        },
    },
}


def _routes(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    found: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint
        if {endpoint, endpoint.partition(".")[0]} & _LEFT_OUT or not rule.methods:
            continue
        view = inspect.unwrap(app.view_functions[endpoint])
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE"}):
            operation = _operation(rule, path, method, inspect.getdoc(view) or endpoint)
            found.setdefault(path, {})[method.lower()] = operation
    yield from found.items()


def _operation(rule: Rule, path: str, method: str, told: str) -> dict[str, Any]:
    endpoint = rule.endpoint
    forms = _FORMS.get(endpoint, () if endpoint in _MOVING else (HTML,))
    parameters = [_in_path(name, forms) for name in _CONVERTER.findall(rule.rule)]
    parameters += [
        {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in _QUERY.get(endpoint, ())
    ]
    responses: dict[str, Any] = {}
    if forms:
        responses["200"] = {"description": _first_line(told), "content": _content(forms)}
    else:
        responses["303"] = {"description": "See the address in Location"}
    return {
        "operationId": _operation_id(path, method),
        "tags": [endpoint.partition(".")[0]],
        "summary": _first_line(told),
        "description": told,
        **({"parameters": parameters} if parameters else {}),
        "responses": responses | {"default": {"$ref": "#/components/responses/Problem"}},
    }


_MOVING = {"feed.member", "pages.start", "things.thing"}
"""Endpoints that only send on."""


def _questions(reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """A path for every question, with its own parameters."""
    for query in reader.state.questions.values():
        graph = form_of(query.text) in {"CONSTRUCT", "DESCRIBE"}
        told = f"{query.title.within('en')} {query.summary.within('en')}".strip()
        content = _content(_GRAPHS if graph else _TABLES)
        operation = {
            "operationId": f"ask-{query.name}",
            "tags": ["questions"],
            "summary": query.title.within("en"),
            "description": f"{told}\n\nA suffix (.csv, .json …) chooses the form as Accept does.{_columns(query)}",
            **({"parameters": [_asked(reader, one) for one in query.parameters]} if query.parameters else {}),
            "responses": {
                "200": {"description": "The answer", "content": content},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
        yield f"/questions/{query.name}", {"get": operation}


def _asked(reader: Reader, parameter: Parameter) -> dict[str, Any]:
    default = default_of(reader, parameter)
    schema = dict(_SCHEMAS.get(parameter.kind, {"type": "string"}))
    if default and schema["type"] == "string":
        schema["default"] = default
    told = parameter.description.within("en")
    if parameter.kind == "iri":
        told += f" (code or IRI{f' of a {parameter.class_name}' if parameter.class_name else ''})"
    return {"name": parameter.name, "in": "query", "required": not default, "description": told, "schema": schema}


def _columns(query: Query) -> str:
    if not query.columns:
        return ""
    lines = [f"- `{column.name}` ({column.kind}): {column.description.within('en')}" for column in query.columns]
    return "\n\nColumns:\n\n" + "\n".join(lines)


def _in_path(name: str, forms: Sequence[Format]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "segment":
        schema["enum"] = [kind.segment for kind in KINDS]
    if name == "suffix" and forms:
        schema["enum"] = [form.suffix for form in forms]
    told = _IN_PATH.get(name, name)
    return {"name": name, "in": "path", "required": True, "description": told, "schema": schema}


def _content(forms: Sequence[Format]) -> dict[str, Any]:
    return {form.media_type: {"schema": {} if "json" in form.media_type else {"type": "string"}} for form in forms}


def _operation_id(path: str, method: str) -> str:
    words = [word for word in re.split(r"[^\w]+", path) if word]
    return "-".join([method.lower(), *(words or ["root"])])


def _first_line(told: str) -> str:
    return told.splitlines()[0]
