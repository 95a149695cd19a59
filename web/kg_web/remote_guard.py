"""Between the web and a SPARQL server elsewhere: so many queries at a time, and answers held until they are sure."""

from __future__ import annotations

import io
import re
import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.limits import Limits, reached
from kg.graph.malformed import malformed
from kg.graph.remote import RemoteStore
from kg.graph.worker import FORMATS
from kg.graph.workers import Asked, Pending, Pool
from kg_web.guard import Guard, Held, patient

__all__ = ["RemoteGuard"]

_PLACE = re.compile(r"\d+:\d+")
"""Where a parser of Oxigraph's says that a text goes wrong."""
_PIECE = 64 * 1024
_TABLES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}


class RemoteGuard(Guard):
    """Puts ad-hoc queries to the server that holds the graph; there are no workers of our own.

    A table comes through as the server writes it, piece by piece. A graph, or a table of a server whose terms have to
    be mended, is read first and written by us.
    """

    def __init__(self, store: RemoteStore, limits: Limits) -> None:
        self.limits = limits
        self._remote = store
        self._places = threading.BoundedSemaphore(limits.queries_at_once)

    def pool(self) -> Pool:
        """There is none: `working` is never true."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Nothing: the server that holds the graph is there already."""

    @property
    def working(self) -> bool:
        """Never: the work is done elsewhere."""
        return False

    def ask(self, asked: Asked, client: socket.socket | None = None, _: Pending | None = None) -> Held:
        """The answer, as soon as its beginning is sure. Raises what the store raises, or that the queue is full."""
        if client is not None:
            patient(client)
        return Held(self._pieces(asked))

    def close(self) -> None:
        """Closes the connections of this process."""
        self._remote.close()

    def _pieces(self, asked: Asked) -> Iterator[bytes]:
        if not self._places.acquire(timeout=self.limits.queue_seconds):
            raise reached("queue_seconds", self.limits)
        try:
            yield from self._answer(asked)
        except QueryError as fault:
            told = str(fault)
            raise malformed(asked.text, told, self._remote.names) if _PLACE.search(told) else fault from None
        finally:
            self._places.release()

    def _answer(self, asked: Asked) -> Iterator[bytes]:
        text = f"BASE <{self._remote.names.base}> {asked.text}"  # lines keep their numbers
        seconds = min(asked.seconds or self.limits.seconds, self.limits.seconds)
        if asked.format in _TABLES and self._remote.link.dialect.plain:
            accept = _TABLES[asked.format]
            yield from self._remote.stream(text, accept, asked.default_graphs, asked.named_graphs, seconds)
            return
        found = self._remote.query(text, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs)
        out = io.BytesIO()
        form = FORMATS[asked.format]
        if isinstance(found, ox.QueryTriples) and asked.prefixes and form != ox.RdfFormat.JSON_LD:
            ox.serialize(found, out, form, prefixes=dict(asked.prefixes))
        else:
            found.serialize(out, form)
        content = out.getvalue()
        yield from (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))
