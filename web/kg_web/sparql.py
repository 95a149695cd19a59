"""The SPARQL endpoint `/sparql`: SPARQL 1.1 Protocol (query) by GET, POST and QUERY, and its service description."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.wsgi import wrap_file

from kg.errors import KgError
from kg.files.wording import LANGUAGES
from kg.graph.limits import Limits, read_limits
from kg.graph.remote import RemoteStore
from kg.graph.worker import FORMATS
from kg.graph.workers import ClientGone
from kg_web.answers import AS_MADE, lasts
from kg_web.begun import begun_in
from kg_web.formats import Format
from kg_web.gate import seen
from kg_web.guard import Guard, Held
from kg_web.lane import planned
from kg_web.refusals import Refused, reader_words, refusal
from kg_web.remote_guard import RemoteGuard
from kg_web.sparql_description import describe_service, prefixes
from kg_web.sparql_plan import UNSTABLE, Planner, chosen
from kg_web.sparql_request import ACCEPTED_CONTENT, QUERY_CONTENT, ProtocolRequest, read_request
from kg_web.sparql_results import GRAPHS, PAGE, content_type
from kg_web.state import State, state

__all__ = [
    "Endpoint",
    "answer",
    "endpoint",
    "endpoint_of",
    "refused",
    "register",
    "release_headers",
]

_METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
_OTHER_METHODS = ("PUT", "PATCH", "DELETE")
_ALLOWED = "Accept, Accept-Language, Content-Type, If-None-Match, Prefer"
_EXPOSED = "ETag, Link, Leergraaf-Release, Location, Preference-Applied, Retry-After"

blueprint = Blueprint("sparql", __name__)


@dataclass
class Endpoint:
    """What the endpoint holds beside the site's state: how queries are planned, and the workers of each process."""

    planner: Planner
    guard: Guard
    descriptions: dict[str, list[ox.Triple]] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        """The published limits."""
        return self.planner.limits


def register(app: Flask) -> None:
    """Puts the endpoint into the application. The workers start at the first query of each server process."""
    from kg_web import sparql_page

    held: State = app.extensions["kg"]
    limits = read_limits(held.project.root / "kg.toml")
    planner = Planner(limits, held.names, held.release.digest)
    app.extensions["kg.sparql"] = Endpoint(planner, _guard(held, limits))
    app.register_blueprint(blueprint)
    app.register_blueprint(sparql_page.blueprint)
    app.after_request(release_headers)  # before the site's own headers are installed, so that it runs after them


def _guard(held: State, limits: Limits) -> Guard:
    """What answers ad-hoc queries: the server that holds the graph, or workers over the files of the release."""
    if isinstance(held.store, RemoteStore):
        return RemoteGuard(held.store, limits)
    release = held.release
    return Guard(release.quads_file.path, held.project.names, limits, release.store_on_disk(held.project))


def endpoint() -> Endpoint:
    """The endpoint of the running application."""
    return endpoint_of(current_app)


def endpoint_of(app: Flask) -> Endpoint:
    """The endpoint of an application."""
    found = app.extensions["kg.sparql"]
    assert isinstance(found, Endpoint)
    return found


@blueprint.route("/sparql", methods=(*_METHODS, *_OTHER_METHODS), provide_automatic_options=False, strict_slashes=False)
def sparql() -> Response:
    """SPARQL 1.1 Protocol; without a query the service description, or for a browser the editor."""
    if request.method == "OPTIONS":
        return _options()
    try:
        if request.method in _OTHER_METHODS:
            raise Refused(405, "The endpoint does not know {method}.", "Use GET, POST or QUERY.", method=request.method)
        asked = read_request(request, endpoint().limits)
        return _description() if asked is None else answer(asked)
    except KgError as fault:
        return refused(fault)


def answer(asked: ProtocolRequest) -> Response:
    """The answer to a query, streamed. Raises KgError for one that is refused or fails before its first bytes."""
    with_page = request.method in {"GET", "HEAD"}
    plan = endpoint().planner.plan(asked, request.headers.get("Accept", ""), with_page=with_page)
    if plan is None:
        return _to_page()
    if plan.tag and request.method != "POST" and _has(plan.tag):
        return _labelled(Response(status=304), plan.tag, plan.form)
    planned(request.environ, plan)
    begun = begun_in(request.environ)
    body = endpoint().guard.ask(plan.asked, request.environ.get("gunicorn.socket"), begun.pending if begun else None)
    response = _streamed(body)
    response.headers["Content-Type"] = content_type(plan.form)
    if asked.seconds and "wait" in request.headers.get("Prefer", ""):
        response.headers["Preference-Applied"] = f"wait={min(asked.seconds, endpoint().limits.seconds):g}"
    return _labelled(response, plan.tag, plan.form)


def release_headers(response: Response) -> Response:
    """Names the release on an answer, and lets any site's scripts read it (without credentials)."""
    if request.blueprint not in {"sparql", "sparql_page"}:
        return response
    response.headers["Leergraaf-Release"] = state().release.version
    response.headers["Link"] = f'<{_here()}>; rel="describedby"; type="text/turtle"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype != "text/html" or request.blueprint == "sparql":
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
    return response


def _description() -> Response:
    format_ = request.args.get("format", "")
    form = chosen(GRAPHS, format_, request.headers.get("Accept", ""), with_page=True)
    if form.suffix == PAGE.suffix:
        return _to_page()
    if not _absolute(_here()):
        raise Refused(400, "The Host header {host!r} makes no address.", host=request.host)
    tag = endpoint().planner.tag(form, _here())
    if _has(tag):
        return _labelled(Response(status=304), tag, form)
    known = endpoint().descriptions
    if _here() not in known and len(known) < 16:  # one for each name the host is called by
        known[_here()] = describe_service(_here(), state().project, state().release, state().numbers)
    triples = known.get(_here()) or describe_service(_here(), state().project, state().release, state().numbers)
    content = ox.serialize(triples, format=FORMATS[form.suffix], prefixes=prefixes())
    response = Response(content or b"")
    response.headers["Content-Type"] = content_type(form)
    return _labelled(response, tag, form)


def _to_page() -> Response:
    """To the editor in the reader's language, with the same question."""
    language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    query = request.query_string.decode("ascii", "replace")
    response = redirect(f"{request.root_path}/{language}/sparql{'?' if query else ''}{query}", 303)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response  # type: ignore[return-value]  # Flask's own Response, of which this is a base class


def _options() -> Response:
    """What can be done here, for a person and for a browser that asks before it lets a page do it (Fetch, CORS)."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.headers["Allow"] = ", ".join(_METHODS)
    response.headers["Accept-Query"] = QUERY_CONTENT
    response.headers["Accept-Post"] = ", ".join(ACCEPTED_CONTENT)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def refused(fault: KgError) -> Response:
    """The answer that tells a fault, in the reader's language."""
    if isinstance(fault, ClientGone):
        return Response(status=499)  # nobody reads it
    language = request.accept_languages.best_match(LANGUAGES) or "en"
    seen().limit = str(fault.values.get("limit", ""))
    response = refusal(fault, endpoint().limits, request.url_root, reader_words(language))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept, Accept-Language"
    if response.status_code == 405:
        response.headers["Allow"] = ", ".join(_METHODS)
    if response.status_code == 415:
        response.headers["Accept-Post"] = ", ".join(ACCEPTED_CONTENT)
        response.headers["Accept-Query"] = QUERY_CONTENT
    return response


def _streamed(body: Held) -> Response:
    if body.whole:
        return Response(next(body, b""))
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        file, size = body.spooled()
        response = Response(wrap_file(request.environ, file), direct_passthrough=True)
        response.content_length = size
        return response
    response = Response(body, direct_passthrough=True)
    response.headers[AS_MADE] = "no"
    return response


def _has(tag: str) -> bool:
    """Whether the client has this answer already (RFC 9110, 13.1.2); `*` names no answer in particular."""
    known = request.if_none_match
    return not known.star_tag and known.contains_weak(tag)


def _labelled(response: Response, tag: str, form: Format) -> Response:
    """Says how the answer may be kept: asked again each time, which costs nothing while the release is the same."""
    response.headers["Vary"] = "Accept"
    if tag:
        response.set_etag(tag, weak=form.suffix in UNSTABLE)
        response.headers["Cache-Control"] = "public, no-cache"
        lasts(request.environ)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _absolute(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def _here() -> str:
    """The address of the endpoint as the client knows it."""
    return f"{request.url_root}sparql"
