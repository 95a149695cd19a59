"""Pages that are made before anybody asks for them: those that the old release was asked for, of the new one."""

from __future__ import annotations

import io
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from flask import Flask

from kg_web.answers import Answers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["ask", "warm"]

_MOST = 100
"""Answers that are made beforehand."""
_SECONDS = 5.0
"""Longer a new release is not held back."""
_BETWEEN_SECONDS = 0.005
"""Whoever asks something goes first."""
_STEP_SECONDS = 0.02
_QUERIES = "/sparql"

_log = logging.getLogger(__name__)


def warm(new: Flask, old: Flask) -> None:
    """Makes the answers that the old site gives from memory, and starts a process for queries where it has one.

    Otherwise all who ask for the same page at the moment of a switch have it made, each for himself. Answers to
    ad-hoc queries are left until they are asked for.
    """
    until = time.monotonic() + _SECONDS
    answers = _answers(new)
    guard = new.extensions["kg.sparql"].guard
    if old.extensions["kg.sparql"].guard.working:
        guard.prepare()
    for asked in _answers(old).asked(_MOST):
        if not asked["PATH_INFO"].startswith(_QUERIES) and time.monotonic() < until:
            answers.expect(asked)
            _ask(new, asked)
            time.sleep(_BETWEEN_SECONDS)
    while guard.working and not guard.pool().processes() and time.monotonic() < until:
        time.sleep(_STEP_SECONDS)


def ask(app: Flask, *paths: str) -> None:
    """Has pages made, and with them all that pages have in common; what came of it is let go of.

    The words, templates and numbers of a page are read then, so that they need not be read when nothing can be opened.
    """
    asked = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1"}
    for path in paths:
        _ask(app, {**asked, "PATH_INFO": path, "HTTP_ACCEPT": "text/html"})


def _answers(app: Flask) -> Answers:
    found = app.extensions["kg.answers"]
    assert isinstance(found, Answers)
    return found


def _ask(app: Flask, asked: WSGIEnvironment) -> None:
    """One request, as a server hands it over; a fault of it is told to whoever asks it again."""
    server = {
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    try:
        body: Any = app.wsgi_app({**server, **asked}, lambda *_: lambda _: None)
        try:
            for _ in body:
                pass
        finally:
            getattr(body, "close", lambda: None)()
    except Exception:
        _log.exception("A page could not be made beforehand.")
