"""A request that was begun in the loop of a server process, and ends there or, when it takes longer, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kg.graph.workers import Pending
from kg_web.front import BEGUN
from kg_web.guard import HELD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from kg_web.answers import Kept
    from kg_web.gate import Seen

__all__ = ["Begun", "begun_in", "nothing"]


class Begun:
    """A query in the hands of a worker, or about to be; with what each floor that it passed has to undo.

    It is `start`ed and then waited for in the loop. When all of it has `come`, the loop sends the `answer`; otherwise
    a thread goes on from here: each floor then takes back what is its own. What is left is undone by `close`.
    """

    def __init__(
        self,
        address: str,
        route: str,
        start: Callable[[], Pending | None],
        told: Callable[[int], Callable[[bytes], Kept | None] | None],
    ) -> None:
        self.address = address
        """Path and query of the request."""
        self.pending: Pending | None = None
        """The query that a worker has."""
        self._route = route
        self._start = start
        self._told = told
        self._site: WSGIApplication | None = None
        self._leave: Callable[[], None] = nothing
        self._seen: Seen | None = None
        self._over: Callable[[], None] = nothing

    def within(self, site: WSGIApplication, leave: Callable[[], None]) -> None:
        """Says which site answers it, and how that is told when it does not."""
        self._site, self._leave = site, leave

    def entered(self, seen: Seen, over: Callable[[], None]) -> None:
        """Says what the gate noted of it, and what is to be called when it is over."""
        self._seen, self._over = seen, over

    def start(self) -> bool:
        """Puts the query to a worker; False when none is free."""
        self.pending = self._start()
        return self.pending is not None

    def fileno(self) -> int:
        """The descriptor that can be read when something of the answer has come."""
        assert self.pending
        return self.pending.fileno()

    def come(self) -> bool:
        """Takes what has come, without waiting; whether the loop need not wait any more."""
        assert self.pending
        return self.pending.come(HELD)

    def answer(self) -> Kept | None:
        """The finished answer; None when a thread has to tell it: a fault, one that is long or worth packing."""
        pending, seen = self.pending, self._seen
        told = self._told(pending.size) if pending and pending.whole else None
        if not pending or not told or not seen:
            return None
        self.pending = None  # it is given back with its last piece
        found = told(b"".join(pending.pieces()))
        if found:
            seen.route, seen.status, seen.size = self._route, int(found.status[:3]), len(found.body)
            self._leave_site()
        return found

    def go_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """In a thread: the answer of the site that was asked in the loop."""
        assert self._site
        self._leave = nothing  # the site does it
        return self._site(environ, start_response)

    def at_gate(self) -> tuple[Seen, Callable[[], None]]:
        """In a thread: what the gate noted, and what it is to call when the request is over."""
        assert self._seen
        over, self._over = self._over, nothing
        return self._seen, over

    def close(self) -> None:
        """Undoes what nobody has taken over; a second time does nothing."""
        if self.pending:
            self.pending.close()
        over, self._over = self._over, nothing
        self._leave_site()
        over()

    def _leave_site(self) -> None:
        leave, self._leave = self._leave, nothing
        leave()


def begun_in(environ: WSGIEnvironment) -> Begun | None:
    """What was begun in the loop of the request with this environment."""
    found: Any = environ.get(BEGUN)
    return found if isinstance(found, Begun) else None


def nothing() -> None:
    """There is nothing to undo."""
