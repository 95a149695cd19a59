"""From files to a store: every file into its named graph, then what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import LoadError, QueryError
from kg.files.catalog import read_query
from kg.files.project import Project
from kg.files.turtle import TurtleFile, read_turtle
from kg.graph.store import Store
from kg.names import Iri

__all__ = ["derive", "load", "load_files", "read_files"]


def read_files(project: Project) -> list[tuple[TurtleFile, Iri]]:
    """Every Turtle file of the project with its named graph. Raises LoadError at the first broken one."""
    return [(read_turtle(path, project.relative(path)), graph) for path, graph in project.data_files()]


def load(project: Project, files: list[tuple[TurtleFile, Iri]] | None = None) -> Store:
    """The project's graph: its files, or those read already, in their named graphs, and `graph/derived`."""
    store = load_files(project, read_files(project) if files is None else files)
    derive(store, project.rule_files())
    return store


def load_files(project: Project, files: Iterable[tuple[TurtleFile, Iri]]) -> Store:
    """A store with these files in their named graphs, nothing derived."""
    return Store(project.names, _quads(files))


def derive(store: Store, rules: list[Path]) -> int:
    """Adds what the CONSTRUCT rules make to `graph/derived`; gives the number of triples added.

    Rules run in rounds until none adds anything, so one may build on another. What is stated
    already is not derived again. Raises LoadError for a rule that is no CONSTRUCT.
    """
    graph = ox.NamedNode(store.names.graph("derived"))
    texts = [(path, read_query(path).text) for path in rules]
    before = len(store)
    growing = bool(texts)
    while growing:
        size = len(store)
        for path, text in texts:
            store.add(
                [ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in _new(store, path, text)]
            )
        growing = len(store) > size
    return len(store) - before


def _new(store: Store, path: Path, text: str) -> list[ox.Triple]:
    try:
        answer = store.query(text)
    except QueryError as fault:
        raise LoadError("{path}: {fault}", path=path.name, fault=fault) from None
    if not isinstance(answer, ox.QueryTriples):
        raise LoadError("{path}: a rule must be a CONSTRUCT query.", path=path.name)
    made = dict.fromkeys(answer)
    return [triple for triple in made if not _stated(store, triple)]


def _stated(store: Store, triple: ox.Triple) -> bool:
    return any(store.quads(triple.subject, triple.predicate, triple.object, None))


def _quads(files: Iterable[tuple[TurtleFile, Iri]]) -> Iterator[ox.Quad]:
    for file, graph in files:
        name = ox.NamedNode(graph)
        for subject, predicate, value in file.triples:
            yield ox.Quad(subject, predicate, value, name)
