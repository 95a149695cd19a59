"""Finished answers kept in memory, in front of everything that makes them: what was asked before is only sent again."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg_web.front import BEGUN, IN_ENVIRONMENT, PARTICULAR, READ, Head, Heads, Known
from kg_web.gate import MEMORY, seen_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["AS_MADE", "Answers", "Kept", "lasts"]

AS_MADE = "X-Accel-Buffering"
"""With `no` it tells nginx to pass an answer on as it is made, and not to keep it; a finished one may be kept."""

_LASTING = "kg.lasting"
_PASSING = {"Date", AS_MADE}
"""Headers of one answer, not of those that are given again: the server says the date."""

_ALL_READ = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "wsgi.url_scheme", "SERVER_PROTOCOL", *READ)
"""All that an answer to a plain request can follow from, beside its method and content."""
_PLAIN = {"GET", "HEAD"}
_ASKING = {"POST", "QUERY"}
_QUERIES = "/sparql"
_OLDER = "/releases/"
"""An older release may be built again while this one is served."""
_MOST_CONTENT = 100_000
"""Bytes of a query that is sent as content; a longer one is not looked up."""
_SHARE = 16
"""One answer may take this part of the room: a few large ones do not push out everything."""
_SEEN = 8192
"""So many requests that were asked once are remembered, by a number: an answer is kept when it is asked again."""

_Key = tuple[Any, ...]


def lasts(environ: WSGIEnvironment) -> None:
    """Says of the answer to this request that it follows from the release and the request alone: so it may be kept."""
    environ.setdefault(_LASTING, []).append(True)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    written: dict[Any, Any] = field(default_factory=dict, compare=False)
    """For the server: what it sends before the body, once it has written that."""
    differs: tuple[tuple[bytes, bytes], ...] = ()
    """What of that is to be put in place of what, where it was written for another answer of the same kind."""

    @property
    def size(self) -> int:
        """Bytes it takes, near enough."""
        return len(self.body) + 2 * sum(len(name) + len(value) + 100 for name, value in self.headers) + 1000


class Answers:
    """A WSGI application that keeps the finished answers of another one, up to a number of bytes.

    One for each process and release, so that answers of an old release leave with it. An answer is kept when a view
    said that it `lasts`, it came whole, and it was asked for before: who asks a thousand different things once pushes
    nothing out. The least recently used leave first. Without room nothing is kept.
    """

    def __init__(self, app: WSGIApplication, room: int) -> None:
        self._app = app
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, Kept] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._heads = Heads(room // _SHARE)
        self.bytes = 0
        """What the kept answers take."""
        self.given = 0
        """How many answers were given from memory."""

    def __len__(self) -> int:
        return len(self._kept)

    def asked(self, most: int) -> list[WSGIEnvironment]:
        """What was asked with GET, of the answers that are kept: the environment of each, the last asked for first."""
        with self._lock:
            keys = [key for key in reversed(self._kept) if key[0] == "GET"][:most]
        told = [zip(("REQUEST_METHOD", *_ALL_READ), key, strict=True) for key in keys]
        return [{name: value for name, value in each if value is not None} for each in told]

    def expect(self, environ: WSGIEnvironment) -> None:
        """Counts a request as asked before: its answer is kept the first time it is made."""
        key = self._key(environ)
        if key is not None:
            self._asked_before(key)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer that was kept, or the one the application makes now."""
        key = self._key(environ) if self._room and BEGUN not in environ else None
        if key is None:
            return self._app(environ, start_response)
        with self._lock:
            kept = self._kept.get(key)
            if kept:
                self._kept.move_to_end(key)
                self.given += 1
                self._learn(environ, key)
        if kept:
            seen_in(environ).route = MEMORY
            start_response(kept.status, list(kept.headers))
            return (kept.body,)
        head = environ.get(IN_ENVIRONMENT)
        if not self._asked_before(head.asked if isinstance(head, Head) else key):
            return self._app(environ, start_response)
        return self._made(key, environ, start_response)

    def wants(self, head: Head) -> bool:
        """Whether this was asked before, so that the answer is to be kept when it is made; from now on it was."""
        return bool(self._room) and self._asked_before(head.asked)

    def known(self, head: Head) -> tuple[Known, Kept] | None:
        """What is asked with such a head, and the answer that was kept; None when it was not given before."""
        with self._lock:
            known = self._heads.find(head)
            kept = self._kept.get(known.key) if known else None
            if not known or not kept:
                self._heads.forget(head)
                return None
            self._kept.move_to_end(known.key)
            self.given += 1
        return known, kept

    def _learn(self, environ: WSGIEnvironment, key: _Key) -> None:
        head = environ.get(IN_ENVIRONMENT)
        if isinstance(head, Head):
            told = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
            self._heads.add(head, Known(key, *told))

    def _made(self, key: _Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told: list[Any] = []

        def heard(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            told[:] = [status, tuple(header for header in headers if header[0] not in _PASSING)]
            return start_response(status, headers, exc_info)

        lasting: list[bool] = []  # a list, so that it is the same one in a copy of the environment
        body = self._app({**environ, _LASTING: lasting}, heard)
        if not lasting or not told or not told[0].startswith("200 "):
            return body
        return _Copied(body, self._room // _SHARE, lambda whole: self._keep(key, Kept(told[0], told[1], whole)))

    def _keep(self, key: _Key, answer: Kept) -> None:
        if answer.size > self._room // _SHARE:
            return
        with self._lock:
            former = self._kept.pop(key, None)
            self.bytes += answer.size - (former.size if former else 0)
            self._kept[key] = answer
            while self.bytes > self._room:
                self.bytes -= self._kept.popitem(last=False)[1].size

    def _asked_before(self, key: tuple[Any, ...]) -> bool:
        number = hash(key)
        with self._lock:
            known = number in self._seen
            self._seen[number] = None
            self._seen.move_to_end(number)
            if len(self._seen) > _SEEN:
                self._seen.popitem(last=False)
        return known

    def _key(self, environ: WSGIEnvironment) -> _Key | None:
        """What the answer follows from; None when it is not to be kept."""
        method = environ["REQUEST_METHOD"]
        if any(name in environ for name in PARTICULAR) or environ.get("PATH_INFO", "").startswith(_OLDER):
            return None
        if seen_in(environ).wait:  # the site refuses it
            return None
        if method in _PLAIN:
            return (method, *map(environ.get, _ALL_READ))
        if method in _ASKING and environ.get("PATH_INFO") == _QUERIES:
            content = _content(environ)
            return None if content is None else (method, content, *map(environ.get, _ALL_READ))
        return None


class _Copied:
    """The body of an answer, copied while it is sent; only what was sent to the end is given to `done`."""

    def __init__(self, body: Iterable[bytes], most: int, done: Callable[[bytes], None]) -> None:
        self._body = body
        self._pieces = iter(body)
        self._held: list[bytes] | None = []
        self._left = most
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except StopIteration:
            if self._held is not None:
                held, self._held = self._held, None
                self._done(b"".join(held))
            raise
        except BaseException:
            self._held = None
            raise
        if self._held is not None:
            self._left -= len(piece)
            if self._left < 0:
                self._held = None
            else:
                self._held.append(piece)
        return piece

    def close(self) -> None:
        """Closes the answer itself; what was sent in part is not kept."""
        self._held = None
        getattr(self._body, "close", lambda: None)()


def _content(environ: WSGIEnvironment) -> bytes | None:
    """The content of a request, left where it can be read again; None when it is long or of unknown length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > _MOST_CONTENT:
        return None
    content: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(content)
    return content if len(content) == int(length) else None
