"""A graph on a SPARQL server: the port of `Store`, over HTTP."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from kg.errors import LimitExceeded, QueryError, StoreError
from kg.graph.ask import bind, judged
from kg.graph.malformed import malformed
from kg.graph.measure import Measures
from kg.graph.remote_answers import GRAPH, RESULTS, mended, rows_of, solutions, triples
from kg.graph.remote_text import from_graphs, page_of, query_text, with_prefixes
from kg.graph.renaming import Renaming
from kg.graph.store import Store, refuse
from kg.graph.written import as_table, by_table
from kg.names import Iri, Names
from kg.table import Table, Term

if TYPE_CHECKING:  # httpx and rdflib: whoever links with a server, or asks for rdflib's view, imports them
    import rdflib

    from kg.graph.remote_link import Answer, Link

__all__ = ["RemoteStore"]

_KEPT_STATEMENTS = 200_000
_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
_Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_Pattern = tuple[ox.NamedNode | None, ox.NamedNode | None, ox.NamedNode | ox.Literal | None, ox.NamedNode | None]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query and its dataset; with neither list of graphs, all graphs of the release."""

    text: str
    measures: Measures
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


class RemoteStore(Store):
    """One release in a store, or the whole of a store that holds no releases; read and never written.

    A release never changes, so what was fetched of it is kept. Blank nodes cannot be asked for by their label.
    """

    embedded = False

    def __init__(self, names: Names, link: Link, renaming: Renaming, graphs: Sequence[Iri]) -> None:
        self.names = names
        self.link = link
        self.renaming = renaming
        self._graphs = sorted(graphs)
        self._lock = threading.Lock()
        self._kept: dict[_Pattern, tuple[ox.Quad, ...]] = {}
        self._keeping = 0

    def __len__(self) -> int:
        return int(self.table(query_text("size")).column("size")[0])

    @property
    def version(self) -> str:
        """The version of the release; empty for a store that holds no releases."""
        return (self.renaming.release or "").rpartition("/")[2].rpartition("-")[0]

    @property
    def address(self) -> str:
        """Where it is, as people are told."""
        return self.link.remote.shown

    @property
    def engine(self) -> ox.Store:
        """There is none here. Raises StoreError."""
        raise StoreError("The graph is in the store at {address}, and not here.", address=self.address)

    def add(self, quads: Iterable[ox.Quad]) -> None:  # noqa: ARG002 (the port's signature)
        """Refused: a release is put in a store whole."""
        raise StoreError("The store at {address} is only read here.", "`kg publish` fills it.", address=self.address)

    remove = add

    def knock(self, seconds: float) -> None:
        """Asks the least there is to ask, once and in this time.

        Raises StoreError or LimitExceeded when the server is away, slow, or answers with what is no answer.
        """
        from kg.graph.remote_link import Link  # httpx

        remote = replace(self.link.remote, seconds=seconds, connect_seconds=seconds, attempts=1, answer_mib=1)
        with closing(Link(remote)) as link:
            RemoteStore(self.names, link, self.renaming, self._graphs).table("ASK {}")

    def close(self) -> None:
        """Closes the connections of this process; they are opened again when they are needed."""
        self.link.close()

    def graphs(self) -> list[Iri]:
        """The named graphs, sorted."""
        return list(self._graphs)

    def quads(
        self,
        subject: _Subject | None = None,
        predicate: ox.NamedNode | None = None,
        value: _Value | None = None,
        graph: _Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """The statements that fit; of a subject everything is fetched at once and kept."""
        if isinstance(subject, ox.BlankNode | ox.Triple) or isinstance(value, ox.BlankNode | ox.Triple):
            raise QueryError(
                "{node} is a blank node or a triple: a store elsewhere cannot be asked for it.", node=subject or value
            )
        if isinstance(graph, ox.BlankNode | ox.DefaultGraph):
            return iter(())  # a release has named graphs only
        if subject is not None:
            return (quad for quad in self._fetched((subject, None, None, None)) if _fits(quad, predicate, value, graph))
        if predicate is None and value is None and graph is None:
            return (quad for name in self._graphs for quad in self._pages((None, None, None, ox.NamedNode(name))))
        return iter(self._fetched((None, predicate, value, graph)))

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: bool = True,
        measures: Measures | None = None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """What the server answers. Raises what the embedded store raises, and StoreError when the server is away."""
        measures = measures or refuse(text)
        asked = _Asked(self._declared(text) if prefixes else text, measures, default_graphs, named_graphs)
        if measures.form in {"CONSTRUCT", "DESCRIBE"}:
            return self._read(self._answer(asked, GRAPH), triples)
        return solutions(self._table(asked))

    def table(self, text: str, *, measures: Measures | None = None) -> Table:
        """The answer to a SELECT as a Table; an ASK gives one row with the column `answer`."""
        if (measures := measures or refuse(text)).form in {"CONSTRUCT", "DESCRIBE"}:
            return super().table(text, measures=measures)
        return as_table(self._table(_Asked(self._declared(text), measures)))

    def written(self, text: str, form: str, *, measures: Measures | None = None) -> bytes:
        """The answer to a SELECT or an ASK as `json`, `csv` or `tsv`."""
        return by_table(self._table(_Asked(self._declared(text), measures or refuse(text))), form)

    def rows(self, text: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT that the program itself made."""
        return iter(self.table(text).rows)

    def stream(
        self,
        text: str,
        accept: str,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> Iterator[bytes]:
        """The bytes of an answer as the server sends them, with our names in them."""
        prepared, dataset = self._prepared(_Asked(self._declared(text), refuse(text), default_graphs, named_graphs))
        return self.renaming.ours_of_pieces(self.link.stream(prepared, accept, dataset, seconds))

    def warm(self) -> None:
        """Fetches and keeps all of a release that is not too large, so that pages need not ask one by one."""
        if self.renaming.release is None or len(self) > _KEPT_STATEMENTS:
            return
        about: dict[_Pattern, list[ox.Quad]] = defaultdict(list)
        for quad in self.quads():
            if isinstance(quad.subject, ox.NamedNode):
                about[(quad.subject, None, None, None)].append(quad)
        with self._lock:
            self._kept |= {pattern: tuple(quads) for pattern, quads in about.items()}
            self._keeping += sum(map(len, about.values()))

    def rdflib_graph(self) -> rdflib.Dataset:
        """An rdflib Dataset with a copy of all quads."""
        return Store(self.names, self).rdflib_graph()

    def _declared(self, text: str) -> str:
        return with_prefixes(text, self.names.prefixes())

    def _prepared(self, asked: _Asked) -> tuple[str, dict[str, list[str]]]:
        """The text as it is sent, and the dataset as the protocol tells it; empty where the text tells it itself."""
        text = self.renaming.query(asked.text)
        told = asked.default_graphs is not None or asked.named_graphs is not None
        if not told and asked.measures.dataset:
            return text, {}
        default, named = (
            [self.renaming.stored(graph) for graph in (graphs or () if told else self._graphs)]
            for graphs in (asked.default_graphs, asked.named_graphs)
        )
        if self.link.dialect.dataset == "from":
            return from_graphs(text, default, named), {}
        return text, {"default-graph-uri": default, "named-graph-uri": named}

    def _answer(self, asked: _Asked, accept: str) -> Answer:
        prepared, dataset = self._prepared(asked)
        try:
            answer = self.link.ask(prepared, accept, dataset)
        except QueryError:
            self._explain(asked.text)
            raise
        return replace(answer, content=self.renaming.ours(answer.content))

    def _explain(self, text: str) -> None:
        """Raises QueryError with line and column where it is the text that is at fault."""
        try:
            ox.Store().query(text)
        except SyntaxError as fault:
            raise malformed(text, str(fault), self.names) from None

    def _table(self, asked: _Asked) -> Table | bool:
        dialect = self.link.dialect
        answer = self._answer(asked, RESULTS)
        found = self._read(answer, rows_of)
        if isinstance(found, bool):
            return found
        columns, rows = found
        if dialect.cut and dialect.cut in answer.headers:
            rows += self._rest(asked, columns, len(rows))
        return mended(Table(columns, tuple(rows)), asked.text, dialect)

    def _rest(self, asked: _Asked, columns: Sequence[str], size: int) -> list[tuple[Term, ...]]:
        """The rows after the first `size` of an answer that the server cut there."""
        if asked.measures.dataset:
            raise LimitExceeded(
                "The store at {address} cuts answers after {most} rows.",
                "Leave out FROM, or ask it in parts.",
                limit="rows",
                address=self.address,
                most=size,
            )
        rows: list[tuple[Term, ...]] = []
        while len(rows) % size == 0:
            page = replace(asked, text=page_of(asked.text, columns, size + len(rows), size))
            found = self._read(self._answer(page, RESULTS), rows_of)
            if isinstance(found, bool) or not found[1]:
                break
            rows += found[1]
        return rows

    def _read(self, answer: Answer, read: Callable[[bytes], _Read]) -> _Read:
        try:
            return read(answer.content)
        except (SyntaxError, ValueError):
            raise self.link.garbage() from None

    def _fetched(self, pattern: _Pattern) -> tuple[ox.Quad, ...]:
        kept = self._kept.get(pattern)
        if kept is not None:
            return kept
        found = tuple(self._pages(pattern))
        if self.renaming.release is not None:  # what is no release may change
            with self._lock:
                self._keeping += len(found) + 1
                if self._keeping > _KEPT_STATEMENTS:
                    self._kept = {}
                    self._keeping = len(found) + 1
                self._kept[pattern] = found
        return found

    def _pages(self, pattern: _Pattern) -> Iterator[ox.Quad]:
        """The statements that fit, as many at once as the settings say; sorted when there are more."""
        size = self.link.remote.page
        found = self._statements("statements", pattern, f"LIMIT {size}")
        if len(found) == size:
            found = self._statements("statements-sorted", pattern, f"LIMIT {size}")
        offset = 0
        while found:
            yield from found
            offset += size
            last = len(found) < size
            found = [] if last else self._statements("statements-sorted", pattern, f"LIMIT {size} OFFSET {offset}")

    def _statements(self, query: str, pattern: _Pattern, part: str) -> list[ox.Quad]:
        names = ("subject", "predicate", "value", "graph")
        terms = {n: ox.Variable(n) if term is None else term for n, term in zip(names, pattern, strict=True)}
        table = self.table(f"{bind(query_text(query), terms)} {part}", measures=judged(query_text(query)))
        return [
            ox.Quad(*(found if given is None else given for given, found in zip(pattern, row, strict=True)))  # type: ignore[arg-type]
            for row in table.rows
        ]


def _fits(quad: ox.Quad, predicate: ox.NamedNode | None, value: _Value | None, graph: ox.NamedNode | None) -> bool:
    return (
        (predicate is None or quad.predicate == predicate)
        and (value is None or quad.object == value)
        and (graph is None or quad.graph_name == graph)
    )
