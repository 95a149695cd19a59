"""Where every request comes in: held to its client's rate, measured, and noted in the log without what it asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, after_this_request, request

from kg.files.running import Running
from kg_web.client import address_of, network_of, shortened, within
from kg_web.errors import Fault
from kg_web.logs import FIELDS
from kg_web.throttle import Throttle
from kg_web.urls import language
from kg_web.words import N_, said_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Gate", "Seen", "install", "seen", "seen_in"]

_IN_ENVIRONMENT = "kg.seen"
_FREE = {"/health", "/ready", "/metrics"}
"""Paths of whoever watches over the server: held to no rate, and not worth a line."""

_log = logging.getLogger("kg_web.requests")


@dataclass(slots=True)
class Seen:
    """One request as the gate sees it; the site fills in what it alone knows."""

    method: str = ""
    client: str = ""
    wait: int = 0
    """Seconds the client must wait before it may ask again; 0 when it may ask now."""
    measured: bool = False
    """Whether this client may read what is measured."""
    route: str = "none"
    """Which part of the site answers: one of few, whatever is asked."""
    limit: str = ""
    """The published limit a query was refused for."""
    status: int = 0
    size: int = 0
    seconds: float = 0.0


def seen() -> Seen:
    """The request that is answered, as the gate sees it."""
    return seen_in(request.environ)


def seen_in(environ: WSGIEnvironment) -> Seen:
    """The request with this environment, as the gate sees it."""
    found = environ.get(_IN_ENVIRONMENT)
    return found if isinstance(found, Seen) else Seen()


class Gate:
    """A WSGI application around another one."""

    def __init__(
        self, inner: WSGIApplication, settings: Running, measured: Callable[[Seen], None] = lambda _: None
    ) -> None:
        self._inner = inner
        self._settings = settings
        self._measured = measured
        self._throttle = Throttle(settings.rate, settings.burst, settings.at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the inner application, or its refusal of a client that asks too often."""
        begun = time.perf_counter()
        client = address_of(environ, self._settings.trusted_proxies)
        path = str(environ.get("PATH_INFO", ""))
        held = "" if path in _FREE or self._own(client) else network_of(client)
        found = Seen(
            method=str(environ.get("REQUEST_METHOD", "")),
            client=client,
            wait=self._throttle.wait(held) if held else 0,
            measured=within(client, self._settings.metrics_for),
        )

        def start(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Callable[[bytes], object]:
            found.status = int(status[:3])
            return start_response(status, headers, fault) if fault else start_response(status, headers)

        def done() -> None:
            found.seconds = time.perf_counter() - begun
            if held and not found.wait:
                self._throttle.leave(held)
            self._measured(found)
            if self._settings.log_requests and path not in _FREE:
                self._note(found, path, str(environ.get("QUERY_STRING", "")))

        inside = {**environ, _IN_ENVIRONMENT: found}
        try:
            return _Counted(self._inner(inside, start), found, done)
        except BaseException:
            done()
            raise

    def _own(self, client: str) -> bool:
        """Whether it comes from this machine itself, and no proxy here says for whom."""
        return not self._settings.trusted_proxies and client in {"127.0.0.1", "::1", ""}

    def _note(self, found: Seen, path: str, asked: str) -> None:
        fields: dict[str, Any] = {
            "method": found.method,
            "path": path,
            "route": found.route,
            "status": found.status,
            "bytes": found.size,
            "milliseconds": round(found.seconds * 1000, 1),
            "client": shortened(found.client, self._settings.log_addresses),
        }
        if found.limit:
            fields["limit"] = found.limit
        if self._settings.log_queries:
            fields["query"] = asked
        told = " ".join(str(value) for value in fields.values())
        _log.info("%s", told, extra={FIELDS: fields})


class _Counted:
    """The body of an answer, counted while it passes; the request is over when it is closed."""

    def __init__(self, body: Iterable[bytes], found: Seen, done: Callable[[], None]) -> None:
        self._body = body
        self._pieces: Iterator[bytes] | None = None
        self._seen = found
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        self._pieces = iter(self._body)
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces or iter(()))
        self._seen.size += len(piece)
        return piece

    def close(self) -> None:
        """Closes the body."""
        try:
            getattr(self._body, "close", lambda: None)()
        finally:
            self._done()


def install(app: Flask) -> None:
    """Tells the gate which part of the site answers, and refuses who asks too often."""

    @app.before_request
    def within_rate() -> None:
        found = seen()
        found.route = request.blueprint or "none"
        if found.wait:
            wait = found.wait

            @after_this_request
            def later(response: Response) -> Response:
                response.headers["Retry-After"] = str(wait)
                return response

            say = said_in(language())
            raise Fault(
                429,
                say(N_("So many requests came from your address that others would have to wait.")),
                say(N_("Try again in {wait} s. The whole graph can be fetched at once at /downloads."), wait=wait),
            )
