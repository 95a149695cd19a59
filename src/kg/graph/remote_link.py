"""How we talk with a SPARQL server: one request at a time over HTTP, tried again, bounded in time and in bytes."""

from __future__ import annotations

import os
import random
import re
import time
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx

import kg
from kg.errors import KgError, LimitExceeded, QueryError, StoreError
from kg.graph.dialects import Dialect, dialect_of, dialects
from kg.graph.remote_settings import Remote

__all__ = ["Answer", "Link"]

_AGAIN = {429, 502, 503, 504}
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0
_MIB = 1024 * 1024
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whole."""

    content: bytes
    headers: httpx.Headers


class Link:
    """The connections to one server; each process has its own, for they do not survive a fork."""

    def __init__(self, remote: Remote, pause: Callable[[float], None] = time.sleep) -> None:
        self.remote = remote
        self._pause = pause
        self._clients: dict[int, httpx.Client] = {}
        weakref.finalize(self, _closed, self._clients)
        self._dialect: Dialect | None = dialects()[remote.kind] if remote.kind else None

    @property
    def dialect(self) -> Dialect:
        """The kind of server it is: set, or asked when it is first needed. Raises StoreError when it is away."""
        if self._dialect is None:
            self._dialect = self._again(self._introduced)
        return self._dialect

    def ask(self, text: str, accept: str, graphs: Mapping[str, list[str]] | None = None) -> Answer:
        """The answer to a query, tried again when the server is away for a moment.

        `graphs` are the `default-graph-uri` and `named-graph-uri` of the protocol. Raises StoreError when the server
        stays away or refuses, QueryError when it refuses the query, LimitExceeded for an answer that is too large.
        """
        return self._again(lambda until: self._whole("POST", self.remote.url, until, _form(text, accept, graphs)))

    def stream(
        self, text: str, accept: str, graphs: Mapping[str, list[str]] | None = None, seconds: float | None = None
    ) -> Iterator[bytes]:
        """The same in pieces, as they come; the first is waited for before anything is given. Not tried again."""
        until = time.monotonic() + min(seconds or self.remote.seconds, self.remote.seconds)
        return self._pieces("POST", self.remote.url, until, accept, _form(text, accept, graphs))

    def update(self, text: str) -> None:
        """Changes what the server holds. To be called with what may be done twice: it is tried again."""
        where = self.remote.update or self._beside(self.dialect.update)
        request = {"content": text.encode(), "headers": {"Content-Type": "application/sparql-update; charset=utf-8"}}
        self._again(lambda until: self._whole("POST", where, until, request))

    def put(self, graph: str, triples: bytes, *, add: bool = False) -> bool:
        """Puts N-Triples in a graph, in the place of what it held or to `add` to it.

        False, and nothing done, where the server has no Graph Store Protocol.
        """
        where = self.remote.graph_store or (self._beside(self.dialect.graph_store) if self.dialect.graph_store else "")
        if not where:
            return False
        request = {
            "params": {"graph": graph},
            "content": triples,
            "headers": {"Content-Type": "text/turtle; charset=utf-8"},  # N-Triples is Turtle; Virtuoso takes no other
        }
        self._again(lambda until: self._whole("POST" if add else "PUT", where, until, request))
        return True

    def close(self) -> None:
        """Closes the connections of this process; they are opened again when they are needed."""
        _closed(self._clients)

    def _introduced(self, until: float) -> Dialect:
        """What the server calls itself, told without credentials: whatever its answer is, it has that header."""
        request = {"params": {"query": "ASK {}"}}
        with self._sent("GET", self.remote.url, until, request, known=False) as response:
            return dialect_of(response.headers.get("Server", ""))

    def _beside(self, name: str) -> str:
        return urljoin(self.remote.url, name) if name else self.remote.url

    def _client(self) -> httpx.Client:
        client = self._clients.get(os.getpid())
        if client is None:
            client = self._clients[os.getpid()] = httpx.Client(
                headers={"User-Agent": f"leergraaf/{kg.__version__}"},
                timeout=httpx.Timeout(self.remote.seconds, connect=self.remote.connect_seconds),
                follow_redirects=False,  # an answer from elsewhere is not what was asked for
                trust_env=False,
            )
        return client

    def _auth(self) -> httpx.Auth | None:
        remote = self.remote
        if remote.token:
            return _Bearer(remote.token)
        if remote.user:
            kind = httpx.DigestAuth if self.dialect.digest else httpx.BasicAuth
            return kind(remote.user, remote.password)
        return None

    def _again(self, once: Callable[[float], _Result]) -> _Result:
        """Does it, and again after a growing pause while the server is away, within the time for one answer."""
        until = time.monotonic() + self.remote.seconds
        attempt = 1
        while True:
            try:
                return once(until)
            except _Away as fault:
                wait = max(fault.wait, random.uniform(0.5, 1.0) * _FIRST_WAIT * 2**attempt)
                if attempt >= self.remote.attempts or wait > _LONGEST_WAIT or time.monotonic() + wait >= until:
                    raise self._gone(fault.reason) from None
                self._pause(wait)
                attempt += 1

    def _whole(self, method: str, url: str, until: float, request: Mapping[str, Any]) -> Answer:
        with self._sent(method, url, until, request) as response:
            return Answer(b"".join(self._read(response, until)), response.headers)

    def _pieces(self, method: str, url: str, until: float, accept: str, request: Mapping[str, Any]) -> Iterator[bytes]:
        try:
            with self._sent(method, url, until, request) as response:
                if response.headers.get("Content-Type", "").partition(";")[0].strip() != accept:
                    raise self.garbage()
                yield from self._read(response, until)
        except _Away as fault:
            raise self._gone(fault.reason) from None

    @contextmanager
    def _sent(
        self, method: str, url: str, until: float, request: Mapping[str, Any], *, known: bool = True
    ) -> Iterator[httpx.Response]:
        """The answer, its head read; `known` for one that tells who asks and must succeed."""
        left = max(until - time.monotonic(), 0.1)
        timeout = httpx.Timeout(left, connect=min(left, self.remote.connect_seconds))
        auth = self._auth() if known else None
        try:
            with self._client().stream(method, url, auth=auth, timeout=timeout, **request) as response:
                self._expect(response, until, known=known)
                yield response
        except httpx.ReadTimeout:
            raise self._slow() from None
        except (httpx.TransportError, httpx.DecodingError) as fault:
            raise _Away(_reason(fault)) from None

    def _expect(self, response: httpx.Response, until: float, *, known: bool) -> None:
        """Raises what a status that is no success means."""
        status = response.status_code
        if status in _AGAIN:
            raise _Away(f"HTTP {status}", _seconds(response.headers.get("Retry-After", "")))
        if not known or status < 300:
            return
        if status in {401, 403}:
            raise StoreError(
                "The store at {address} does not let us in (HTTP {status}).",
                "Set KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN.",
                address=self.remote.shown,
                status=status,
            )
        told = _first_line(b"".join(islice(self._read(response, until), 4)))
        if status in self.dialect.faults:
            raise QueryError("This query cannot be answered: {reason}", reason=told or f"HTTP {status}")
        raise StoreError(
            "The store at {address} answered with HTTP {status}: {reason}",
            "Is this the address of its SPARQL queries?",
            address=self.remote.shown,
            status=status,
            reason=told or "-",
        )

    def _read(self, response: httpx.Response, until: float) -> Iterator[bytes]:
        left = self.remote.answer_mib * _MIB
        try:
            for piece in response.iter_bytes():
                left -= len(piece)
                if left < 0:
                    raise LimitExceeded(
                        "The answer of the store is larger than {most} MiB.",
                        "Ask it in parts, or set remote.answer_mib in kg.toml.",
                        limit="answer_mib",
                        most=self.remote.answer_mib,
                    )
                if time.monotonic() > until:
                    raise self._slow()
                yield piece
        except httpx.ReadTimeout:
            raise self._slow() from None

    def _slow(self) -> KgError:
        return LimitExceeded(
            "The store at {address} did not answer within {seconds} seconds.",
            "Ask something smaller, or set remote.seconds in kg.toml.",
            address=self.remote.shown,
            seconds=f"{self.remote.seconds:g}",
            limit="seconds",
        )

    def garbage(self) -> StoreError:
        """The error for an answer that is none."""
        return StoreError(
            "The store at {address} answered with something that is no SPARQL result.",
            "Is this the address of its SPARQL queries?",
            address=self.remote.shown,
        )

    def _gone(self, reason: str) -> StoreError:
        return StoreError(
            "The store at {address} cannot be reached: {reason}.",
            "Try again in a moment; the address comes from KG_STORE or kg.toml.",
            address=self.remote.shown,
            reason=reason,
        )


def _closed(clients: dict[int, httpx.Client]) -> None:
    client = clients.pop(os.getpid(), None)
    if client:
        client.close()


class _Away(Exception):
    """The server is not there now: worth another attempt."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        self.reason = reason
        self.wait = wait


class _Bearer(httpx.Auth):
    """A token of OAuth 2.0 (RFC 6750)."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _form(text: str, accept: str, graphs: Mapping[str, list[str]] | None) -> dict[str, Any]:
    return {"data": {"query": text, **(graphs or {})}, "headers": {"Accept": accept}}


def _reason(fault: Exception) -> str:
    """Why a connection failed, in one line."""
    if isinstance(fault, httpx.ConnectTimeout):
        return "no answer"
    return _first_line(str(fault).encode()).rstrip(".") or type(fault).__name__


def _first_line(content: bytes) -> str:
    """What a server says of a fault: its first line, without markup, at most 200 characters."""
    lines = re.sub(r"<[^>]*>", " ", content.decode("utf-8", "replace")).split("\n")
    return next((" ".join(line.split())[:200] for line in lines if line.strip()), "")


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
