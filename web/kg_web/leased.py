"""The site over one release while it answers requests, so that it is let go of only between them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from kg_web.answers import Answers, Kept
from kg_web.begun import Begun
from kg_web.front import Head, Known
from kg_web.lane import Lane
from kg_web.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Leased"]


class Leased:
    """A site, and how many requests it is answering."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._lock = threading.Lock()
        self._busy = 0

    @property
    def busy(self) -> int:
        """The number of requests that have begun and are not answered to the last byte."""
        return self._busy

    @property
    def state(self) -> State:
        """What the site holds."""
        found = self.app.extensions["kg"]
        assert isinstance(found, State)
        return found

    def enter(self) -> None:
        """Counts a request that `answer` will answer; whoever chooses a site calls it while nobody can let go of it."""
        with self._lock:
            self._busy += 1

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to a request that was counted; it no longer counts when the server closes the answer."""
        try:
            return ClosingIterator(self.app.wsgi_app(environ, start_response), self._leave)
        except BaseException:
            self._leave()
            raise

    def known(self, head: Head) -> tuple[Known, Kept] | None:
        """What is asked with such a head, and its finished answer, when that is kept; nothing is begun."""
        return self._answers().known(head)

    def begin(self, head: Head) -> Begun | None:
        """A request that was counted, ready to be begun in the loop; None, and it no longer counts, if it cannot be."""
        answers, lane = self._answers(), self.app.extensions["kg.lane"]
        assert isinstance(lane, Lane)
        begun = None
        try:
            begun = lane.begin(head)
            if begun and answers.wants(head):
                begun = None
        finally:
            if not begun:
                self._leave()
        if begun:
            begun.within(self.answer, self._leave)
        return begun

    def close(self) -> None:
        """Ends the workers of this process that answer its queries, and those of the older releases it opened."""
        self.app.extensions["kg.releases"].close()
        self.app.extensions["kg.sparql"].guard.close()

    def _answers(self) -> Answers:
        found = self.app.extensions["kg.answers"]
        assert isinstance(found, Answers)
        return found

    def _leave(self) -> None:
        with self._lock:
            self._busy -= 1
