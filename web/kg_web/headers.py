"""Headers of every answer: what a browser may do with it, who may read it, and whether it changed."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, g, request

from kg_web.state import state

__all__ = ["install"]

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
    "designer",
    "editor",
    "exports",
    "openapi",
    "pages",
    "query_library",
    "questions",
    "reconcile",
    "reconcile_page",
    "reference",
    "things",
}
"""Blueprints whose answers follow from the release and the request alone."""

_LINKED_DATA = {"feed", "reference", "things"}
"""Blueprints whose redirects scripts of other sites must be able to follow."""


def install(app: Flask) -> None:
    """Sets the headers, and answers 304 before any work when the asker's copy is still right."""

    @app.before_request
    def unchanged() -> Response | None:
        if not _cacheable() or request.if_none_match.star_tag:
            return None
        if not request.if_none_match.contains_weak(_tag()):
            return None
        response = Response(status=304)
        response.vary.update(("Accept", "Accept-Language"))
        return response

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.vary.update(g.get("vary", ()))
        if _readable_by_all(response):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers.setdefault("Access-Control-Expose-Headers", "Content-Location, ETag, Link, Retry-After")
        if request.method == "OPTIONS":
            methods = response.headers.get("Allow", "GET, HEAD, OPTIONS")
            response.headers.setdefault("Access-Control-Allow-Methods", methods)
            response.headers.setdefault("Access-Control-Allow-Headers", "Accept, Accept-Language, If-None-Match")
        if response.status_code in {200, 304} and _cacheable():
            response.set_etag(_tag(), weak=True)
            response.headers.setdefault("Cache-Control", "no-cache")
        return response


def _cacheable() -> bool:
    return request.method in {"GET", "HEAD"} and request.blueprint in _FOLLOWS_FROM_RELEASE


def _readable_by_all(response: Response) -> bool:
    """Data answers, and the redirects that lead to them; never pages."""
    redirects = request.blueprint in _LINKED_DATA and response.status_code in {301, 302, 303, 304, 308}
    return redirects or response.mimetype != "text/html" or request.method == "OPTIONS"


def _tag() -> str:
    """Two requests with the same tag get the same answer: it is made from all that the answer follows from."""
    parts = (
        state().edition,
        request.host,
        request.full_path,
        request.headers.get("Accept", ""),
        request.headers.get("Accept-Language", ""),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
