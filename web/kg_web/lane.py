"""Queries that are begun without a thread: those asked as others were, whose answers need only other bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg_web.answers import AS_MADE, Kept
from kg_web.begun import Begun
from kg_web.front import IN_ENVIRONMENT, Head
from kg_web.guard import Guard
from kg_web.sparql_plan import Plan, Planner
from kg_web.sparql_request import read_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Lane", "planned"]

_PATH = "/sparql"
_BEFORE, _AFTER = b"GET /sparql?", b" HTTP/1.1"
_MOST_ADDRESS = 4096
"""Bytes of an address that the loop reads; a longer query is left to a thread, so that nobody waits for its reading."""
_MOST_KNOWN = 256
"""Ways of asking whose answers are known."""
_PLANNED = "kg.planned"
_LENGTH = "Content-Length"


def planned(environ: WSGIEnvironment, plan: Plan) -> None:
    """Says how the query in this request is answered, so that others like it can be begun without a thread."""
    environ.setdefault(_PLANNED, []).append(plan)


class _Model:
    """An answer as the site told it, after which others are told: what they differ in is put in its place."""

    def __init__(self, status: str, headers: tuple[tuple[str, str], ...], tag: str, length: str) -> None:
        self._status = status
        self._headers = headers
        self._tag = tag
        self._length = _length(length)
        self._written: dict[Any, Any] = {}

    def told(self, tag: str, body: bytes) -> Kept:
        """An answer with this tag and body."""
        differs = (self._length, _length(str(len(body))))
        tags = ((self._tag.encode(), tag.encode()),) if tag else ()
        return Kept(self._status, self._headers, body, self._written, (differs, *tags))


def _length(size: str) -> bytes:
    return f"\r\nContent-Length: {size}\r\n".encode()


_Kind = tuple[str, str, bool]
"""The suffix and media type of an answer, and whether it has a tag."""


class Lane:
    """A WSGI application around the site, that learns from its answers how it tells those to queries.

    The headers of an answer are the site's business and are not written here once more: those of one answer serve for
    every other that is asked with the same headers and has the same form, with a length and a tag of its own. Answers
    that are worth packing are told apart from small ones: packed ones are not learnt from, so they stay with threads.
    """

    def __init__(self, app: WSGIApplication, planner: Planner, guard: Guard, worth_packing: int) -> None:
        self._app = app
        self._planner = planner
        self._guard = guard
        self._worth_packing = worth_packing
        self._lock = Lock()
        self._known: OrderedDict[tuple[bytes, ...], dict[tuple[_Kind, bool], _Model]] = OrderedDict()
        """All of a head but its first line → how answers of a kind, small or large, are told."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The site's answer."""
        head = environ.get(IN_ENVIRONMENT)
        if not isinstance(head, Head) or head.old or not head.body or environ.get("PATH_INFO") != _PATH:
            return self._app(environ, start_response)
        plans: list[Plan] = []

        def heard(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            if plans and status.startswith("200 "):
                self._learn(head, plans[0], status, headers)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self._app({**environ, _PLANNED: plans}, heard)

    def begin(self, head: Head) -> Begun | None:
        """The query with such a head, ready to be put to a worker; None when a thread is to see to it."""
        line = head.asked[0]
        with self._lock:
            models = self._known.get(head.asked[1:])
            if models:
                self._known.move_to_end(head.asked[1:])
        if not models or len(line) > _MOST_ADDRESS or not line.startswith(_BEFORE) or not line.endswith(_AFTER):
            return None
        query = line[len(_BEFORE) : -len(_AFTER)]
        plan = None
        with suppress(KgError):  # a thread will tell it
            plan = self._plan(query, head)
        if not plan or not any((_kind(plan), large) in models for large in (False, True)):
            return None
        address = f"{_PATH}?{query.decode('ascii')}"
        return Begun(address, partial(self._guard.begin, plan.asked), partial(self._telling, models, plan))

    def _plan(self, query: bytes, head: Head) -> Plan | None:
        asked = None if b"#" in query else read_address(query)
        if not asked or asked.seconds:
            return None
        return self._planner.plan(asked, head.told("HTTP_ACCEPT"), with_page=True)

    def _telling(
        self, models: dict[tuple[_Kind, bool], _Model], plan: Plan, size: int
    ) -> Callable[[bytes], Kept] | None:
        model = models.get((_kind(plan), size >= self._worth_packing))
        return partial(model.told, plan.tag) if model else None

    def _learn(self, head: Head, plan: Plan, status: str, headers: list[tuple[str, str]]) -> None:
        told = tuple(header for header in headers if header[0] != AS_MADE)
        lengths = [value for name, value in told if name == _LENGTH]
        if not lengths or any(name == "Content-Encoding" for name, _ in told):
            return
        model = _Model(status, told, plan.tag, lengths[0])
        with self._lock:
            models = self._known.setdefault(head.asked[1:], {})
            models[_kind(plan), int(lengths[0]) >= self._worth_packing] = model
            self._known.move_to_end(head.asked[1:])
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)


def _kind(plan: Plan) -> _Kind:
    return (plan.form.suffix, plan.form.media_type, bool(plan.tag))
