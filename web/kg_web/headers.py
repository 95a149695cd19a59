"""Headers of every answer: what a browser may do with it, who may read it, and whether it changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time

from flask import Flask, Response, g, make_response, request
from flask_compress import Compress

from kg_web.answers import lasts
from kg_web.state import state

__all__ = ["conditional", "install", "issued", "tag_of"]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FOLLOWS_FROM_RELEASE = {
    "citation",
    "designer",
    "editor",
    "explorer",
    "exports",
    "linksets",
    "openapi",
    "pages",
    "query_library",
    "questions",
    "reconcile",
    "reconcile_page",
    "reference",
    "sitemap",
    "suggesting",
    "things",
}
"""Blueprints whose answers follow from the release and the request alone."""

_BY_CONTENT = {"reference.graph", "reference.ontology", "things.document"}
"""Endpoints whose data has a tag of its bytes, so that a new release sends a harvester only what it changed."""

_LINKED_DATA = {"catalogue", "downloads", "feed", "reference", "things"}
"""Blueprints whose redirects scripts of other sites must be able to follow."""

_EXPOSED = ", ".join(
    (
        "Accept-Ranges",
        "Content-Encoding",
        "Content-Location",
        "Content-Range",
        "ETag",
        "Link",
        "Repr-Digest",
        "Retry-After",
    )
)
_ALLOWED = "Accept, Accept-Language, If-Modified-Since, If-None-Match, If-Range, Range"

_CODINGS = ("zstd", "br", "gzip")
_PACKED = (
    *("application/json", "application/ld+json", "application/linkset+json", "application/problem+json"),
    *("application/n-quads", "application/n-triples", "application/rdf+xml", "application/sarif+json"),
    *("application/sparql-results+json", "application/sparql-results+xml", "application/trig", "application/xml"),
    *("application/atom+xml", "application/graphml+xml", "application/xhtml+xml", "image/svg+xml"),
    *("text/css", "text/csv", "text/html", "text/javascript", "text/plain", "text/tab-separated-values", "text/turtle"),
)
"""Media types that are worth packing; files of a release are packed when it is built."""


def install(app: Flask) -> None:
    """Sets the headers, packs what is worth it, and answers 304 when the asker's copy is still right."""

    @app.before_request
    def plain_codings() -> None:
        """Flask-Compress takes a coding with quality 0 for one that is wanted."""
        wanted = [f"{coding};q={quality}" for coding, quality in request.accept_encodings if quality > 0]
        request.environ["HTTP_ACCEPT_ENCODING"] = ", ".join(wanted)

    @app.before_request
    def unchanged() -> Response | None:
        """Answers before any work: the tag tells what the answer would be."""
        if not _cacheable() or request.if_none_match.star_tag:
            return None
        held = next((tag for tag in request.if_none_match.as_set(include_weak=True) if _plain(tag) == _tag()), None)
        if held is None:
            return None
        response = Response(status=304)
        response.set_etag(held, weak=request.if_none_match.is_weak(held))
        response.vary.update(("Accept", "Accept-Encoding", "Accept-Language"))
        return response

    # Functions after a request run in the opposite order: the headers first, then packing, then what is conditional.
    @app.after_request
    def conditional(response: Response) -> Response:
        if response.status_code == 200 and _cacheable() and not response.is_streamed:
            response.make_conditional(request)
        return response

    @app.after_request
    def timeless(response: Response) -> Response:
        """One strong tag, the same bytes: gzip writes the moment of packing in its head (RFC 1952, MTIME)."""
        if response.content_encoding == "gzip" and not response.is_streamed and not response.direct_passthrough:
            packed = response.get_data()
            response.set_data(packed[:4] + bytes(4) + packed[8:])
        return response

    app.config.update(
        COMPRESS_ALGORITHM=list(_CODINGS),
        COMPRESS_MIMETYPES=list(_PACKED),
        COMPRESS_STREAMS=False,
        COMPRESS_MIN_SIZE=1000,
    )
    Compress(app)

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.vary.update(g.get("vary", ()))
        if _readable_by_all(response):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
        if request.method == "OPTIONS":
            methods = response.headers.get("Allow", "GET, HEAD, OPTIONS")
            response.headers.setdefault("Access-Control-Allow-Methods", methods)
            response.headers.setdefault("Access-Control-Allow-Headers", _ALLOWED)
            response.headers.setdefault("Access-Control-Max-Age", "86400")
        if response.status_code == 200 and _cacheable():
            page = response.mimetype == "text/html"
            by_content = request.endpoint in _BY_CONTENT and not page
            response.set_etag(_sum(response) if by_content else _tag(), weak=page)
            lasts(request.environ)
            if not page and (day := issued()):
                response.last_modified = day
        if response.status_code in {200, 304} and _cacheable():
            response.headers.setdefault("Cache-Control", "no-cache")
        return response


def conditional(response: Response, cached: str = "no-cache") -> Response:
    """The answer with a strong ETag of its bytes; without a body when the asker has them already.

    For what follows from more than the release that is served.
    """
    response.headers["Cache-Control"] = cached
    response.add_etag()
    return make_response(response.make_conditional(request))


def issued() -> datetime | None:
    """The day of the release; None when it does not say, or lies ahead (RFC 9110, section 8.8.2.1)."""
    text = state().release.issued
    day = datetime.combine(date.fromisoformat(text), time(tzinfo=UTC)) if text else None
    return day if day and day <= datetime.now(UTC) else None


def _cacheable() -> bool:
    return request.method in {"GET", "HEAD"} and request.blueprint in _FOLLOWS_FROM_RELEASE


def _readable_by_all(response: Response) -> bool:
    """Data answers, and the redirects that lead to them; never pages."""
    redirects = request.blueprint in _LINKED_DATA and response.status_code in {301, 302, 303, 304, 308}
    return redirects or response.mimetype != "text/html" or request.method == "OPTIONS"


def _plain(tag: str) -> str:
    """A tag without the coding that is in it."""
    plain, _, coding = tag.partition(":")
    return plain if not coding or coding in _CODINGS else tag


def _sum(response: Response) -> str:
    return hashlib.sha256(response.get_data()).hexdigest()[:24]


def _tag() -> str:
    """The tag of the answer to this request, when that follows from the release and the request alone."""
    told = (request.headers.get("Accept", ""), request.headers.get("Accept-Language", ""))
    return tag_of(state().edition, request.host, request.script_root, request.full_path, *told)


def tag_of(edition: str, *parts: str) -> str:
    """Two requests with the same tag get the same bytes: it is made from all that the answer follows from.

    Beside the edition that is the host, the path before the site's own, what was asked, Accept and Accept-Language.
    """
    return hashlib.sha256("\0".join((edition, *parts)).encode()).hexdigest()[:24]
