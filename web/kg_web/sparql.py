"""The SPARQL endpoint `/sparql`: SPARQL 1.1 Protocol (query) by GET, POST and QUERY, and its service description."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.wsgi import wrap_file

from kg.errors import KgError
from kg.files.wording import LANGUAGES
from kg.graph.limits import Limits, check_text, read_limits
from kg.graph.malformed import malformed
from kg.graph.measure import Measures
from kg.graph.prefixes import prefixes_of
from kg.graph.remote import RemoteStore
from kg.graph.worker import FORMATS
from kg.graph.workers import Asked, ClientGone
from kg_web.answers import AS_MADE, lasts
from kg_web.formats import Format, preferred
from kg_web.gate import seen
from kg_web.guard import Guard, Held
from kg_web.refusals import Refused, reader_words, refusal
from kg_web.remote_guard import RemoteGuard
from kg_web.sparql_description import describe_service, prefixes
from kg_web.sparql_request import ACCEPTED_CONTENT, QUERY_CONTENT, ProtocolRequest, read_request
from kg_web.sparql_results import GRAPHS, PAGE, TABLES, content_type, form_called
from kg_web.state import State, state

__all__ = [
    "Endpoint",
    "answer",
    "asked_of",
    "checked",
    "endpoint",
    "offered_for",
    "refused",
    "register",
    "release_headers",
]

_METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
_OTHER_METHODS = ("PUT", "PATCH", "DELETE")
_UNSTABLE = {"ttl", "trig", "rdf"}
"""Forms whose bytes differ from one worker to the next: the engine writes the prefixes in no fixed order."""
_ALLOWED = "Accept, Accept-Language, Content-Type, If-None-Match, Prefer"
_EXPOSED = "ETag, Link, Leergraaf-Release, Location, Preference-Applied, Retry-After"
_TABLE_SUFFIXES = {form.suffix for form in TABLES}

blueprint = Blueprint("sparql", __name__)


@dataclass
class Endpoint:
    """What the endpoint holds beside the site's state: the limits, and the workers of each process."""

    limits: Limits
    guard: Guard
    descriptions: dict[str, list[ox.Triple]] = field(default_factory=dict)


def register(app: Flask) -> None:
    """Puts the endpoint into the application. The workers start at the first query of each server process."""
    from kg_web import sparql_page

    held: State = app.extensions["kg"]
    limits = read_limits(held.project.root / "kg.toml")
    app.extensions["kg.sparql"] = Endpoint(limits, _guard(held, limits))
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
    found = current_app.extensions["kg.sparql"]
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
    measures = checked(asked.text)
    chosen = _chosen(offered_for(measures.form), asked.format, with_page=request.method in {"GET", "HEAD"})
    if chosen.suffix == PAGE.suffix:
        return _to_page()
    tag = "" if measures.changing else _tag(asked, chosen)
    if tag and request.method != "POST" and _has(tag):
        return _labelled(Response(status=304), tag, chosen)
    body = endpoint().guard.ask(asked_of(asked, measures, chosen), request.environ.get("gunicorn.socket"))
    response = _streamed(body)
    response.headers["Content-Type"] = content_type(chosen)
    if asked.seconds and "wait" in request.headers.get("Prefer", ""):
        response.headers["Preference-Applied"] = f"wait={min(asked.seconds, endpoint().limits.seconds):g}"
    return _labelled(response, tag, chosen)


def asked_of(asked: ProtocolRequest, measures: Measures, form: Format) -> Asked:
    """The query as a worker is asked it."""
    return Asked(
        text=asked.text,
        format=form.suffix,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        own_dataset=measures.dataset,
        prefixes={} if form.suffix in _TABLE_SUFFIXES else prefixes_of(asked.text, state().project.names),
        seconds=asked.seconds,
    )


def offered_for(form: str) -> tuple[Format, ...]:
    """The forms in which the answer to a SELECT, ASK, CONSTRUCT or DESCRIBE can be had."""
    return TABLES if form in {"SELECT", "ASK"} else GRAPHS


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


def checked(text: str) -> Measures:
    """What the text asks. Raises LimitExceeded, Refused for an update or SERVICE, QueryError when it is no query."""
    measures = check_text(text, endpoint().limits)
    if measures.form == "UPDATE":
        raise Refused(
            403,
            "This graph is read-only: updates are refused.",
            "Change the files and build again: see CONTRIBUTING.md.",
        )
    if measures.service:
        raise Refused(
            403,
            "SERVICE is refused: this endpoint asks no other server.",
            "Ask the other server yourself and join the answers.",
        )
    if not measures.form:
        raise malformed(text, "", state().project.names)
    return measures


def _chosen(offered: tuple[Format, ...], format_: str, *, with_page: bool) -> Format:
    everything = (*offered, PAGE) if with_page else offered
    chosen = form_called(format_, everything) if format_ else preferred(request.headers.get("Accept", ""), everything)
    if chosen is None:
        raise Refused(
            406,
            "The answer cannot be had as {asked}.",
            "It is offered as {offered}.",
            asked=format_ or str(request.accept_mimetypes),
            offered=", ".join(form.media_type for form in everything),
        )
    return chosen


def _description() -> Response:
    format_ = request.args.get("format", "")
    chosen = _chosen(GRAPHS, format_, with_page=True)
    if chosen.suffix == PAGE.suffix:
        return _to_page()
    if not _absolute(_here()):
        raise Refused(400, "The Host header {host!r} makes no address.", host=request.host)
    tag = _tag(ProtocolRequest("", format=_here()), chosen)
    if _has(tag):
        return _labelled(Response(status=304), tag, chosen)
    known = endpoint().descriptions
    if _here() not in known and len(known) < 16:  # one for each name the host is called by
        known[_here()] = describe_service(_here(), state().project, state().release, state().numbers)
    triples = known.get(_here()) or describe_service(_here(), state().project, state().release, state().numbers)
    content = ox.serialize(triples, format=FORMATS[chosen.suffix], prefixes=prefixes())
    response = Response(content or b"")
    response.headers["Content-Type"] = content_type(chosen)
    return _labelled(response, tag, chosen)


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
        response.set_etag(tag, weak=form.suffix in _UNSTABLE)
        response.headers["Cache-Control"] = "public, no-cache"
        lasts(request.environ)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _tag(asked: ProtocolRequest, form: Format) -> str:
    """A name for the bytes of an answer: of the release, the engine, the query, its dataset and its form."""
    parts = (state().release.digest, ox.__version__, form.suffix, asked.text, asked.format if not asked.text else "")
    total = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
    total.update(repr((asked.default_graphs, asked.named_graphs)).encode())
    return total.hexdigest()[:32]


def _absolute(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def _here() -> str:
    """The address of the endpoint as the client knows it."""
    return f"{request.url_root}sparql"
