"""The graph as a Python library gives it: asked by name, searched, or queried with SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files.catalog import queries_by_name, query_named
from kg.files.project import Project, find_project
from kg.graph.ask import ask
from kg.graph.load import load
from kg.graph.remote_releases import open_current
from kg.graph.remote_settings import read_remote
from kg.graph.store import Store
from kg.publish.archive import release_of_version
from kg.records import Query
from kg.table import Table

if TYPE_CHECKING:  # numpy and rdflib are imported by what needs them: a tenth of a second each, for few commands
    import rdflib

    from kg.graph.match import Candidate, Index
    from kg.graph.search import Hit
    from kg.graph.texts import Texts

__all__ = ["Graph", "open_graph"]


@dataclass(frozen=True)
class Graph:
    """A loaded graph: its project, its store and its questions."""

    project: Project
    store: Store
    questions: Mapping[str, Query] = field(default_factory=dict)
    version: str = ""
    """The version of the graph, to cite."""

    def ask(self, question: str, **values: str | int) -> Table:
        """The answer to a question of the library, for example `ask("units-of-competence", competence="ow-07")`.

        Raises UnknownName for a question that does not exist and BadParameter for a value that does not fit.
        """
        given = {name: str(value) for name, value in values.items()}
        return ask(self.store, query_named(question, self.questions), given)

    def sparql(self, text: str) -> Table:
        """The answer to a SPARQL query; this project's prefixes need no declaration. Raises QueryError."""
        return self.store.table(text)

    def find(self, text: str, language: str = "nl") -> list[Hit]:
        """The fifty things that fit best of those whose code, names or definition hold all these words, best first."""
        from kg.graph.search import search

        return search(self.texts, text, language).hits(50)

    @cached_property
    def texts(self) -> Texts:
        """All codes, names and definitions by their words, to search in, made when it is first needed."""
        from kg.graph.texts import texts_of

        return texts_of(self.store)

    @cached_property
    def index(self) -> Index:
        """All names of things, to match names with, made when it is first needed."""
        from kg.graph.match import index_of

        return index_of(self.store)

    def match(self, text: str, language: str = "nl", kinds: Collection[str] = ()) -> tuple[Candidate, ...]:
        """Things that a name may mean, however it is spelt, best first; `kg.graph.match.sure` judges the first."""
        from kg.graph.match import match

        return match(self.index, text, language, kinds, most=20)

    @cached_property
    def rdflib(self) -> rdflib.Dataset:
        """An rdflib Dataset over the same store, without a copy."""
        return self.store.rdflib_graph()


def open_graph(folder: Path | None = None, version: str | None = None) -> Graph:
    """The graph of the project in `folder`, or of the one the command `kg` would choose.

    Read from its files, or from the SPARQL server that `KG_STORE` or the project's [remote] names: then the release
    that is to be read there. With `version` the data of that release on disk, as it was built. The questions are
    those of today. Raises LoadError, UnknownName for a release that is not on disk, ReleaseError for one that is
    damaged, StoreError when the server is away.
    """
    project = find_project(folder)
    questions = queries_by_name(project.query_files("questions"))
    remote = read_remote(project.root)
    if version is None and remote:
        store = open_current(project.names, remote)
        return Graph(project, store, questions, store.version or project.settings.version)
    if version is None:
        return Graph(project, load(project), questions, project.settings.version)
    return Graph(project, release_of_version(project, version).store(project), questions, version)
