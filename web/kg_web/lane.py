"""Queries that are begun without a thread: those asked as others were, whose answers need only other bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import KgError
from kg_web.answers import AS_MADE, Kept
from kg_web.begun import Begun
from kg_web.formats import Format
from kg_web.front import IN_ENVIRONMENT, Head
from kg_web.guard import Guard
from kg_web.sparql_plan import Plan

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Lane", "Place", "planned"]

_BEFORE, _AFTER = b"GET ", b" HTTP/1.1"
_MOST_ADDRESS = 4096
"""Bytes of an address that the loop reads; a longer query is left to a thread, so that nobody waits for its reading."""
_MOST_KNOWN = 256
"""Ways of asking whose answers are known."""
_PLANNED = "kg.planned"
_LENGTH = "Content-Length"


class Place(NamedTuple):
    """Where the site is for who asks: its host, and the path before its own."""

    host: str = ""
    root: str = ""


_Planner = Callable[[str, bytes, Head, Place], Plan | None]
"""What becomes of a path and a query string; None when a thread is to see to it. Raises KgError."""
_Kind = tuple[str, str, bool, bool]
"""The suffix and media type of an answer, whether it has a tag, and whether it is worth packing."""


def planned(environ: WSGIEnvironment, plan: Plan, place: Place | None = None) -> None:
    """Says how this request is answered, so that others like it can be begun without a thread."""
    environ.setdefault(_PLANNED, []).append((plan, place or Place()))


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
    return f"\r\n{_LENGTH}: {size}\r\n".encode()


@dataclass(slots=True)
class _Manner:
    """How answers to one way of asking are told."""

    place: Place
    models: dict[_Kind, _Model] = field(default_factory=dict)


class Lane:
    """A WSGI application around the site, that learns from its answers how it tells those to queries.

    The headers of an answer are the site's business and are not written here once more: those of one answer serve for
    every other that is asked with the same headers and has the same form, with a length and a tag of its own. Answers
    that are worth packing are told apart from small ones: packed ones are not learnt from, so they stay with threads.

    `planners` tell, by the beginning of a path, what becomes of a request.
    """

    def __init__(
        self, app: WSGIApplication, planners: Mapping[str, _Planner], guard: Guard, worth_packing: int
    ) -> None:
        self._app = app
        self._planners = planners
        self._guard = guard
        self._worth_packing = worth_packing
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, tuple[bytes, ...]], _Manner] = OrderedDict()
        """Beginning of a path, and all of a head but its first line → how its answers are told."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The site's answer."""
        head = environ.get(IN_ENVIRONMENT)
        beginning = self._beginning(str(environ.get("PATH_INFO", "")))
        if not beginning or not isinstance(head, Head) or head.old or not head.body:
            return self._app(environ, start_response)
        plans: list[tuple[Plan, Place]] = []

        def heard(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            if plans and status.startswith("200 "):
                self._learn((beginning, head.asked[1:]), *plans[0], status, headers)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self._app({**environ, _PLANNED: plans}, heard)

    def begin(self, head: Head) -> Begun | None:
        """The query with such a head, ready to be put to a worker; None when a thread is to see to it."""
        line = head.asked[0]
        if not self._guard.working:  # who has no worker would wait for one in vain
            return None
        if len(line) > _MOST_ADDRESS or not line.startswith(_BEFORE) or not line.endswith(_AFTER) or b"#" in line:
            return None
        address = line[len(_BEFORE) : -len(_AFTER)].decode("ascii")
        path, _, query = address.partition("?")
        beginning = self._beginning(path)
        manner = self._manner(beginning, head) if beginning else None
        if not manner:
            return None
        plan = None
        with suppress(KgError):  # a thread will tell it
            plan = self._planners[beginning](path, query.encode(), head, manner.place)
        if not plan or not any(_kind(plan.form, plan.tag, packed=packed) in manner.models for packed in (False, True)):
            return None
        return Begun(
            address, beginning.strip("/"), partial(self._guard.begin, plan.asked), partial(self._telling, manner, plan)
        )

    def _beginning(self, path: str) -> str:
        for beginning in self._planners:
            if path == beginning or (beginning.endswith("/") and path.startswith(beginning)):
                return beginning
        return ""

    def _manner(self, beginning: str, head: Head) -> _Manner | None:
        way = (beginning, head.asked[1:])
        with self._lock:
            found = self._known.get(way)
            if found:
                self._known.move_to_end(way)
        return found

    def _telling(self, manner: _Manner, plan: Plan, size: int) -> Callable[[bytes], Kept | None] | None:
        model = manner.models.get(_kind(plan.form, plan.tag, packed=size >= self._worth_packing))
        return (lambda body: model.told(plan.tag, body) if plan.sound(body) else None) if model else None

    def _learn(
        self,
        way: tuple[str, tuple[bytes, ...]],
        plan: Plan,
        place: Place,
        status: str,
        headers: list[tuple[str, str]],
    ) -> None:
        told = tuple(header for header in headers if header[0] != AS_MADE)
        by_name = dict(told)
        length, tag = by_name.get(_LENGTH), by_name.get("ETag", "").removeprefix("W/").strip('"')
        if length is None or "Content-Encoding" in by_name:
            return
        with self._lock:
            manner = self._known.setdefault(way, _Manner(place))
            kind = _kind(plan.form, tag, packed=int(length) >= self._worth_packing)
            manner.models[kind] = _Model(status, told, tag, length)
            self._known.move_to_end(way)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)


def _kind(form: Format, tag: str, *, packed: bool) -> _Kind:
    return (form.suffix, form.media_type, bool(tag), packed)
