"""One shape for every error: a page, or `application/problem+json` (RFC 9457), in the reader's language."""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import (
    NONE_LEFT,
    BadParameter,
    ExchangeError,
    KgError,
    LimitExceeded,
    QueryError,
    StoreError,
    UnknownName,
)
from kg.files.wording import catalogue
from kg_web.formats import HTML, PROBLEM, NotOffered, best
from kg_web.urls import language
from kg_web.words import LANGUAGES, N_, said_in

__all__ = ["Choice", "Fault", "install", "problem"]

_TITLES = {
    400: N_("This request does not fit"),
    404: N_("This is not here"),
    405: N_("This cannot be done here"),
    406: N_("This form is not offered"),
    413: N_("This is too large"),
    414: N_("This address is too long"),
    415: N_("This kind of content is not read here"),
    416: N_("This part is not there"),
    429: N_("Too much at once"),
    500: N_("Something went wrong here"),
    503: N_("This cannot be answered now"),
}
_DETAILS = {
    404: N_("There is no page or thing at this address."),
    405: N_("This address answers to other methods: {methods}."),
    500: N_("The fault is ours and has been noted. Nothing was changed."),
    503: N_("The server is short of memory, descriptors or disk at this moment."),
}
_STATUS: tuple[tuple[type[KgError], int], ...] = (
    (UnknownName, 404),
    (BadParameter, 400),
    (QueryError, 400),
    (ExchangeError, 422),
    (LimitExceeded, 503),
    (StoreError, 503),
)


_SHORT = NONE_LEFT | {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EAGAIN}
"""Faults of the machine, not of the program: they pass, or `/health` tells of them."""
_AGAIN_SECONDS = "5"

_NEVER_PAGES = {"reconcile"}
"""Blueprints whose addresses are in a language and answer with data alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may have been meant: how it is called, and where it is."""

    label: str
    href: str
    code: str = ""


class Fault(Exception):
    """An error a view tells in words that are in the reader's language already."""

    def __init__(self, status: int, detail: str, hint: str = "", choices: Sequence[Choice] = ()) -> None:
        self.status = status
        self.detail = detail
        self.hint = hint
        self.choices = tuple(choices)
        super().__init__(detail)


def problem(fault: Fault) -> Response:
    """The answer for a fault, in the form the asker prefers."""
    lang = language()
    say = said_in(lang)
    title = say(_TITLES.get(fault.status, _TITLES[400 if fault.status < 500 else 500]))
    if _wants_page():
        page = render_template("problem.html", title=title, fault=fault)
        response = make_response(page, fault.status)
    else:
        content = {
            "type": "about:blank",
            "title": title,
            "status": fault.status,
            "detail": fault.detail,
            "hint": fault.hint,
            "instance": quote(request.path, safe="/:@!$&'()*+,;=~"),
            "suggestions": [{"label": c.label, "code": c.code, "address": c.href} for c in fault.choices],
        }
        text = json.dumps({key: value for key, value in content.items() if value}, ensure_ascii=False, indent=1)
        response = make_response(text + "\n", fault.status)
        response.content_type = PROBLEM.media_type
    if fault.status == 503:
        response.headers["Retry-After"] = _AGAIN_SECONDS
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept", "Accept-Language"))
    return response


def install(app: Flask) -> None:
    """Answers every error in this shape; a fault of the program is logged and never shown."""

    @app.errorhandler(Fault)
    def told(fault: Fault) -> Response:
        return problem(fault)

    @app.errorhandler(NotOffered)
    def not_offered(error: NotOffered) -> Response:
        return problem(_not_offered(error))

    @app.errorhandler(KgError)
    def of_the_graph(error: KgError) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        return problem(Fault(status, error.told(catalogue(language()))))

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        if error.response is not None or (error.code or 500) < 400:
            return make_response(error.get_response())
        status = error.code or 500
        methods = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        say = said_in(language())
        template = _DETAILS.get(status, "")
        response = problem(Fault(status, say(template, methods=methods) if template else ""))
        if methods:
            response.headers["Allow"] = methods
        return response

    @app.errorhandler(Exception)
    def of_the_program(error: Exception) -> Response:
        short = isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _SHORT)
        status = 503 if short else 500
        if short:
            current_app.logger.error("%s %s: %r", request.method, request.path, error)
        else:
            current_app.logger.error("%s %s", request.method, request.path, exc_info=error)
        try:
            return problem(Fault(status, said_in(language())(_DETAILS[status])))
        except Exception:
            current_app.logger.exception("the page that tells of an error failed")
            return Response(
                _DETAILS[status] + "\n",
                status,
                {"Retry-After": _AGAIN_SECONDS} if short else {},
                content_type="text/plain; charset=utf-8",
            )


def _not_offered(error: NotOffered) -> Fault:
    say = said_in(language())
    forms = [say(form.name) for form in error.offered]
    if error.suffix:
        offered = ", ".join(f".{form.suffix}" for form in error.offered)
        return Fault(
            404,
            say(N_("There is no form .{suffix} of this."), suffix=error.suffix),
            say(N_("There is: {offered}."), offered=offered),
        )
    offered = ", ".join(f"{name} ({form.media_type})" for name, form in zip(forms, error.offered, strict=True))
    return Fault(
        406,
        say(N_("None of the forms asked for with Accept is offered here.")),
        say(N_("There is: {offered}."), offered=offered),
    )


def _wants_page() -> bool:
    """A page for who names HTML, and on a page's own address for who names nothing; else problem+json.

    An address with a suffix is that of data, also below `/nl/` and `/en/`.
    """
    if request.blueprint in _NEVER_PAGES:
        return False
    accept = request.accept_mimetypes
    names_html = any(value.startswith(("text/html", "application/xhtml+xml")) for value, quality in accept if quality)
    on_page = request.path.split("/")[1:2] in [[code] for code in LANGUAGES] or request.path == "/"
    on_page = on_page and not (request.view_args or {}).get("suffix")
    offered = (HTML, PROBLEM) if names_html or on_page else (PROBLEM, HTML)
    return (best(accept, offered) or PROBLEM).suffix == HTML.suffix
