"""The store: quads in named graphs that answer SPARQL, embedded, in memory or read from the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.malformed import malformed
from kg.graph.measure import Measures, measure
from kg.graph.scan import prefixes_needed
from kg.graph.written import Answer, table_of, written
from kg.names import Iri, Names
from kg.table import Table

if TYPE_CHECKING:
    import rdflib

__all__ = ["Store", "refuse"]


class Store:
    """Quads that answer SPARQL 1.1 queries; the default graph is the union of all named graphs.

    A triple must stand in one graph only: the engine's union does not merge doubles. With `folder`, it is the store
    on disk that is there, which is never written to: any number of processes read it and share what the system keeps
    of it in memory.
    """

    embedded: ClassVar[bool] = True
    """Whether the engine is in this process."""

    def __init__(self, names: Names, quads: Iterable[ox.Quad] = (), *, folder: Path | None = None) -> None:
        self.names = names
        self._folder = folder
        self._engines: dict[int, ox.Store] = {}
        """Process id → engine: a store on disk is opened anew after a fork, which its threads do not survive."""
        if folder is None:
            self._engines[0] = ox.Store()
            self.add(quads)

    @property
    def engine(self) -> ox.Store:
        """The engine that holds the quads."""
        if self._folder is None:
            return self._engines[0]
        process = os.getpid()
        if process not in self._engines:
            self._engines[process] = ox.Store.read_only(str(self._folder))
        return self._engines[process]

    def __len__(self) -> int:
        return len(self.engine)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Puts quads in, all or none."""
        self.engine.extend(quads)

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Takes quads out, and graphs that are empty then; those that are not there are passed over."""
        touched = set()
        for quad in quads:
            self.engine.remove(quad)
            touched.add(quad.graph_name)
        for graph in touched:
            if not any(self.quads(graph=graph)):
                self.engine.remove_graph(graph)

    def __iter__(self) -> Iterator[ox.Quad]:
        return self.quads()

    def quads(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None = None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None = None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """The statements that fit, in no order; None fits everything."""
        return self.engine.quads_for_pattern(subject, predicate, value, graph)

    def graphs(self) -> list[Iri]:
        """The named graphs, sorted."""
        return sorted(Iri(graph.value) for graph in self.engine.named_graphs() if isinstance(graph, ox.NamedNode))

    def value(self, subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode) -> str:
        """The text of one value of a property, the first in code point order; empty when there is none."""
        values = (quad.object for quad in self.quads(subject, predicate))
        return min((value.value for value in values if not isinstance(value, ox.Triple)), default="")

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: bool = True,
        measures: Measures | None = None,
    ) -> Answer:
        """What the engine answers.

        `default_graphs` and `named_graphs` restrict the dataset (SPARQL 1.1 Protocol, 2.1.4); with neither,
        the default graph is the union. With `prefixes`, this project's prefixes need not be declared.
        `measures` are those of a text that was judged before, and is not judged again.
        Raises QueryError for a text that is malformed, an update, or asks another service.
        """
        measures = measures or refuse(text)
        dataset = default_graphs is not None or named_graphs is not None
        # With the union the engine would pass over FROM and FROM NAMED: so only where the text names no graphs.
        try:
            return self.engine.query(
                text,
                prefixes=prefixes_needed(text, self.names.prefixes()) if prefixes else None,
                use_default_graph_as_union=not dataset and not measures.dataset,
                default_graph=[ox.NamedNode(iri) for iri in default_graphs or ()] if dataset else None,
                named_graphs=[ox.NamedNode(iri) for iri in named_graphs or ()] if dataset else None,
            )
        except SyntaxError as fault:
            raise malformed(text, str(fault), self.names) from None
        except ValueError as fault:
            raise QueryError("This query cannot be answered: {reason}", reason=fault) from None

    def table(self, text: str, *, measures: Measures | None = None) -> Table:
        """The answer to a SELECT as a Table; an ASK gives one row with the column `answer`."""
        return table_of(self.query(text, measures=measures))

    def written(self, text: str, form: str, *, measures: Measures | None = None) -> bytes:
        """The answer to a SELECT or an ASK as `json`, `csv` or `tsv` (SPARQL 1.1 Query Results)."""
        return written(lambda: self.query(text, measures=measures), form)

    def rows(self, text: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT that the program itself made: over the union, without the judgement of a stranger's."""
        answer = self.engine.query(text, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        return (tuple(solution) for solution in answer)

    def triples(self) -> set[ox.Triple]:
        """Every triple once, whatever graphs it stands in."""
        return {quad.triple for quad in self}

    def rdflib_graph(self) -> rdflib.Dataset:
        """An rdflib Dataset over the same quads (no copy); its default graph is the union.

        For rdflib's own tools; not for pySHACL, which holds Oxigraph's plain strings different from its own.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(store=OxigraphStore(store=self.engine), default_union=True)
        for prefix, namespace in self.names.prefixes().items():
            dataset.bind(prefix, namespace, override=True)
        return dataset


def refuse(text: str) -> Measures:
    """The measures of a query. Raises QueryError for an update, and when it may ask another service."""
    measures = measure(text)
    if measures.form == "UPDATE":
        raise QueryError(
            "This graph is read-only: updates are refused.",
            "Change the files and build again: see CONTRIBUTING.md.",
        )
    if measures.service:
        raise QueryError(
            "SERVICE is refused: this endpoint asks no other server.",
            "Ask the other server yourself and join the answers.",
        )
    return measures
