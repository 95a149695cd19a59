"""Where every request comes in: held to its client's rate, measured, and noted in the log without what it asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, after_this_request, request

from kg.files.running import Running
from kg_web.begun import begun_in
from kg_web.client import address_of, network_of, shortened, within
from kg_web.errors import Fault
from kg_web.logs import FIELDS
from kg_web.throttle import Throttle
from kg_web.urls import language
from kg_web.words import N_, said_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_web.answers import Kept
    from kg_web.begun import Begun
    from kg_web.front import Head, Known

__all__ = ["MEMORY", "Gate", "Given", "Seen", "install", "seen", "seen_in"]

MEMORY = "memory"
"""The route of a finished answer that was kept."""

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


@dataclass(frozen=True, slots=True)
class Given:
    """A finished answer that may be sent now."""

    answer: Kept
    over: Callable[[], None]
    """To be called once: when it was sent, or nobody takes it any more."""


class Gate:
    """A WSGI application around another one; `known` and `beginning` tell of what that one need no thread for."""

    def __init__(
        self,
        inner: WSGIApplication,
        settings: Running,
        measured: Callable[[Seen], None] = lambda _: None,
        known: Callable[[Head], tuple[Known, Kept] | None] = lambda _: None,
        beginning: Callable[[Head], Begun | None] = lambda _: None,
    ) -> None:
        self._inner = inner
        self._settings = settings
        self._measured = measured
        self._known = known
        self._beginning = beginning
        self._throttle = Throttle(settings.rate, settings.burst, settings.at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the inner application, or its refusal of a client that asks too often."""
        client = address_of(environ, self._settings.trusted_proxies)
        method, path, query = (str(environ.get(name, "")) for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING"))
        begun = begun_in(environ)
        found, over = begun.at_gate() if begun else self._entered(client, method, path, query)

        def start(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Callable[[bytes], object]:
            found.status = int(status[:3])
            return start_response(status, headers, fault) if fault else start_response(status, headers)

        inside = {**environ, _IN_ENVIRONMENT: found}
        try:
            return _Counted(self._inner(inside, start), found, over)
        except BaseException:
            over()
            raise

    def at_once(self, head: Head, peer: str) -> Given | None:
        """The finished answer to a request with this head from this address, which counts as one that came in.

        None when there is none, or the client must wait: then the request is to come in the usual way.
        """
        ready = self._known(head)
        if not ready:
            return None
        known, answer = ready
        found, over = self._entered(self._client(head, peer), known.method, known.path, known.query)
        if found.wait:
            return None
        found.route, found.status, found.size = MEMORY, int(answer.status[:3]), len(answer.body)
        return Given(answer, over)

    def begin(self, head: Head, peer: str) -> Begun | None:
        """A query with this head from this address, which counts as one that came in, put to a worker if one is free.

        None when it is not to be begun in the loop, or the client must wait.
        """
        begun = self._beginning(head)
        if not begun:
            return None
        path, _, query = begun.address.partition("?")
        found, over = self._entered(self._client(head, peer), "GET", path, query)
        if found.wait:
            begun.close()
            return None
        begun.entered(found, over)
        try:
            begun.start()
        except BaseException:
            begun.close()
            raise
        return begun

    def _client(self, head: Head, peer: str) -> str:
        told = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": head.forwarded}
        return address_of(told, self._settings.trusted_proxies)

    def _entered(self, client: str, method: str, path: str, query: str) -> tuple[Seen, Callable[[], None]]:
        """A request that came in; and what is to be called when it is over."""
        begun = time.perf_counter()
        held = "" if path in _FREE or self._own(client) else network_of(client)
        wait = self._throttle.wait(held) if held else 0
        found = Seen(method, client, wait, within(client, self._settings.metrics_for))

        def over() -> None:
            found.seconds = time.perf_counter() - begun
            if held and not found.wait:
                self._throttle.leave(held)
            self._measured(found)
            if self._settings.log_requests and path not in _FREE:
                self._note(found, path, query)

        return found, over

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
