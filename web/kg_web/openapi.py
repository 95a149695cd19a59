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
from kg_web.formats import CSV, HTML, JSON, PROBLEM, RDF, TSV, Format
from kg_web.openapi_answers import RESULTS, json_of
from kg_web.openapi_parameters import IN_PATH, QUERY
from kg_web.openapi_routes import ANYTHING, FORMS, MOVING, TAGS, TO_DATA, TO_PAGE
from kg_web.openapi_values import DAY, IN_JSON, NEEDED, examples, fitting
from kg_web.question_form import default_of
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer

__all__ = ["blueprint", "document"]

_LEFT_OUT = {"metrics", "sparql", "sparql_page.editor", "static_files", "releases.of_version"}
"""Blueprints and endpoints told elsewhere: SPARQL has its service description, metrics are for who runs the site."""

_TABLES, _GRAPHS = (CSV, JSON, TSV), RDF
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": DAY,
    "year": {"type": "string", "pattern": r"^([0-9]{4})?$"},
    "language": {"type": "string", "pattern": "^([a-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$"},
}
_PAGE = {HTML.media_type: {"schema": {"type": "string"}}}
_TO_PAGE = {"description": "The page of this, for who wants HTML", "content": _PAGE}
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
        "tags": [{"name": tag, "description": TAGS.get(tag, tag.capitalize())} for tag in sorted(tags)],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "responses": {
                "Problem": {
                    "description": "A fault, told in the language of the reader (RFC 9457)",
                    "content": {
                        PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}},
                        **_PAGE,
                    },
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
    known = examples(state())
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint
        if {endpoint, endpoint.partition(".")[0]} & _LEFT_OUT or not rule.methods:
            continue
        view = inspect.unwrap(app.view_functions[endpoint])
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE"}):
            operation = _operation(rule, path, method, inspect.getdoc(view) or endpoint, known)
            found.setdefault(path, {})[method.lower()] = operation
    yield from found.items()


def _operation(rule: Rule, path: str, method: str, told: str, known: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    endpoint = rule.endpoint
    asked = QUERY.get(endpoint, ())
    body = _form(endpoint, asked) if method == "POST" else {}
    parameters = [_in_path(name, path, _suffixes(endpoint), known) for name in _CONVERTER.findall(rule.rule)]
    parameters += [_in_query(endpoint, name, meaning) for name, meaning in (() if body else asked)]
    return {
        "operationId": _operation_id(path, method),
        "tags": [endpoint.partition(".")[0]],
        "summary": _first_line(told),
        "description": told,
        **({"parameters": parameters} if parameters else {}),
        **body,
        "responses": _responses(endpoint, told) | {"default": {"$ref": "#/components/responses/Problem"}},
    }


def _responses(endpoint: str, told: str) -> dict[str, Any]:
    """The answers of an address that are no faults."""
    if endpoint in MOVING:
        return {str(MOVING[endpoint]): {"description": "See the address in Location", "content": _PAGE}}
    forms = FORMS.get(endpoint, (HTML,))
    content = {"*/*": {"schema": {}}} if endpoint in ANYTHING else _content(forms, json_of(endpoint))
    found: dict[str, Any] = {"200": {"description": _first_line(told), "content": content}}
    if endpoint in TO_PAGE:
        found["302"] = _TO_PAGE
    if endpoint in TO_DATA:
        found["303"] = {"description": "The data of this, for who wants another form than HTML", "content": _PAGE}
    if endpoint == "health.ready":
        found["503"] = {"description": "Send requests elsewhere", "content": content}
    return found


def _form(endpoint: str, fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A body of form fields."""
    properties = {
        name: {"description": meaning, **(IN_JSON.get(name) or fitting(endpoint, name))} for name, meaning in fields
    }
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    encoding = {name: {"contentType": JSON.media_type} for name in properties if name in IN_JSON}
    if encoding:
        schema["minProperties"] = 1
    content = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": content}}}


def _questions(reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """A path for every question, with its own parameters."""
    for query in reader.state.questions.values():
        graph = form_of(query.text) in {"CONSTRUCT", "DESCRIBE"}
        told = f"{query.title.within('en')} {query.summary.within('en')}".strip()
        content = _content(_GRAPHS if graph else _TABLES, RESULTS)
        operation = {
            "operationId": f"ask-{query.name}",
            "tags": ["questions"],
            "summary": query.title.within("en"),
            "description": f"{told}\n\nA suffix (.csv, .json …) chooses the form as Accept does.{_columns(query)}",
            **({"parameters": [_asked(reader, one) for one in query.parameters]} if query.parameters else {}),
            "responses": {
                "200": {"description": "The answer", "content": content},
                "302": _TO_PAGE,
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
        yield f"/questions/{query.name}", {"get": operation}


def _asked(reader: Reader, parameter: Parameter) -> dict[str, Any]:
    default = default_of(reader, parameter)
    schema = dict(_SCHEMAS.get(parameter.kind, {"type": "string"}))
    if default and schema.get("type", "string") == "string":
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


def _in_query(endpoint: str, name: str, meaning: str) -> dict[str, Any]:
    needed = name in NEEDED.get(endpoint, ())
    told = {"name": name, "in": "query", "description": meaning, **({"required": True} if needed else {})}
    if name in IN_JSON:
        return {**told, "content": {JSON.media_type: {"schema": IN_JSON[name]}}}
    return {**told, "schema": fitting(endpoint, name)}


def _in_path(name: str, path: str, suffixes: Sequence[str], known: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "segment":
        schema["enum"] = [kind.segment for kind in KINDS]
    if name == "suffix" and suffixes:
        schema["enum"] = list(suffixes)
    starts = [start for start in known.get(name, {}) if path.startswith(start)]
    value = known[name][max(starts, key=len)] if starts else ""
    example = {"example": value} if value else {}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": IN_PATH.get(name, name),
        "schema": schema,
        **example,
    }


def _suffixes(endpoint: str) -> list[str]:
    """The suffixes that choose a form of an address, that of its page too."""
    return [form.suffix for form in (*FORMS.get(endpoint, ()), *((HTML,) if endpoint in TO_PAGE else ()))]


def _content(forms: Sequence[Format], as_json: Mapping[str, Any]) -> dict[str, Any]:
    """What each form holds: JSON is told as far as it is promised, other forms are text."""
    return {
        form.media_type: {
            "schema": as_json if form is JSON else {} if "json" in form.media_type else {"type": "string"}
        }
        for form in forms
    }


def _operation_id(path: str, method: str) -> str:
    words = [word for word in re.split(r"[^\w]+", path) if word]
    return "-".join([method.lower(), *(words or ["root"])])


def _first_line(told: str) -> str:
    return told.splitlines()[0]
