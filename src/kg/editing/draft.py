"""The data files of a project as they will be: changed in memory, then written all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadParameter, LoadError
from kg.files.project import Project
from kg.files.turtle import TurtleFile, canonical, read_turtle
from kg.files.write import write_all
from kg.graph.store import Store
from kg.names import LG, OUTSIDE, lg
from kg.text import did_you_mean

__all__ = ["Draft", "Edit", "open_draft"]

_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_ORIGIN = ox.NamedNode(lg("origin"))
_AT_ONCE = 10_000
"""Statements put in a store together: it holds them twice meanwhile."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One statement that comes or goes: in which file (relative to the project), and whether it comes."""

    path: str
    triple: ox.Triple
    added: bool


class Draft:
    """The triples of every data file, and of each how it was. Nothing is written before `save`."""

    def __init__(self, project: Project, files: Mapping[Path, Iterable[ox.Triple]]) -> None:
        self.project = project
        self._now = {path: set(triples) for path, triples in files.items()}
        self._gone: dict[Path, dict[ox.Triple, None]] = {path: {} for path in self._now}
        self._come: dict[Path, dict[ox.Triple, None]] = {path: {} for path in self._now}
        """What differs from the files as they are, in the order in which it was changed."""
        self._said = set[ox.Triple]().union(*self._now.values())
        self._texts: dict[Path, str] | None = None

    def paths(self) -> list[Path]:
        """The data files, sorted."""
        return sorted(self._now)

    def triples(self, path: Path) -> frozenset[ox.Triple]:
        """The statements of a file as they will be."""
        return frozenset(self._now[path])

    def file_called(self, text: str) -> Path:
        """The data file meant by a path or by its name without `data/` and `.ttl`. Raises BadParameter for none."""
        data = self.project.folder("data")
        known = {path.relative_to(data).with_suffix("").as_posix(): path for path in self._now}
        wanted = Path(text).as_posix().removeprefix(f"{self.project.relative(data)}/").removesuffix(".ttl")
        if wanted in known:
            return known[wanted]
        raise BadParameter(
            "There is no data file {name}.",
            "There is: {known}.",
            name=text,
            known=did_you_mean(wanted, known) or ", ".join(sorted(known)),
        )

    def home_of(self, thing: str) -> Path:
        """The file that says what kind of thing it is. Raises BadParameter for a thing that no data file describes."""
        node = ox.NamedNode(thing)
        for path in self.paths():
            if any(triple.subject == node and triple.predicate == _TYPE for triple in self._now[path]):
                return path
        raise BadParameter("No data file describes {thing}.", thing=self.project.names.compact(thing))

    def origin_of(self, path: Path) -> str:
        """Where the statements of a file come from: stated, proposed, reference; empty when its graph does not say."""
        node = ox.NamedNode(dict(self.project.data_files())[path])
        for triples in self._now.values():
            for triple in triples:
                if triple.subject == node and triple.predicate == _ORIGIN and isinstance(triple.object, ox.NamedNode):
                    return triple.object.value.removeprefix(LG)
        return ""

    def ours(self, path: Path) -> Path:
        """The same file, when it may hold what we say ourselves.

        Raises BadParameter for a file of what a source states: nothing of ours goes there.
        """
        if self.origin_of(path) == "stated":
            raise BadParameter(
                "{file} holds what a source states, and this is said by us.",
                "Name a file of proposals with --file.",
                file=self.project.relative(path),
            )
        return path

    def about(self, thing: str) -> dict[Path, list[ox.Triple]]:
        """The statements whose subject is this thing, by file, sorted."""
        node = ox.NamedNode(thing)
        found = {path: sorted((t for t in self._now[path] if t.subject == node), key=str) for path in self.paths()}
        return {path: triples for path, triples in found.items() if triples}

    def add(self, path: Path, triple: ox.Triple) -> bool:
        """Puts a statement in a file, unless some file says it already; gives whether it was put in."""
        if triple in self._said:
            return False
        self._said.add(triple)
        self._now[path].add(triple)
        _note(triple, self._come[path], self._gone[path])
        self._texts = None
        return True

    def saying(self, triple: ox.Triple) -> list[Path]:
        """The files that say this."""
        return [path for path in self.paths() if triple in self._now[path]]

    def remove(self, triple: ox.Triple) -> None:
        """Takes a statement out of whatever file says it."""
        if triple in self._said:
            self._said.discard(triple)
            self._texts = None
            for path in [path for path, triples in self._now.items() if triple in triples]:
                self._now[path].remove(triple)
                _note(triple, self._gone[path], self._come[path])

    def edits(self) -> list[Edit]:
        """What differs from the files as they are, by file; of a file first what goes."""
        found = []
        for path in self.paths():
            shown = self.project.relative(path)
            found += [Edit(shown, triple, added=False) for triple in sorted(self._gone[path], key=str)]
            found += [Edit(shown, triple, added=True) for triple in sorted(self._come[path], key=str)]
        return found

    def store(self) -> Store:
        """The graph as it will be, nothing derived; with the ontology."""
        names = self.project.names
        quads = [
            _quad(triple, ox.NamedNode(graph))
            for path, graph in self.project.data_files()
            for triple in (self._now[path] if path in self._now else read_turtle(path).triples)
        ]
        return Store(names, quads)

    def bring(self, store: Store) -> None:
        """Makes of a store of the files as they are the graph as it will be."""
        graph_of = {path: ox.NamedNode(graph) for path, graph in self.project.data_files()}
        for path in self.paths():
            store.remove(_quad(triple, graph_of[path]) for triple in self._gone[path])
            come = iter(self._come[path])
            while some := [_quad(triple, graph_of[path]) for triple in islice(come, _AT_ONCE)]:
                store.add(some)

    def texts(self) -> Mapping[Path, str]:
        """The files that differ, as they will be: their canonical text."""
        if self._texts is None:
            changed = [path for path in self.paths() if self._gone[path] or self._come[path]]
            self._texts = {path: canonical(self._now[path], self.project.names) for path in changed}
        return self._texts

    def save(self) -> list[Path]:
        """Writes the files that differ, canonical, all or none; gives their paths. Raises LoadError."""
        texts = self.texts()
        write_all({path: text.encode("utf-8") for path, text in texts.items()})
        return list(texts)


def _quad(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _note(triple: ox.Triple, here: dict[ox.Triple, None], opposite: dict[ox.Triple, None]) -> None:
    """Notes that a statement came or went; nothing is left of what is undone."""
    if opposite and triple in opposite:
        del opposite[triple]
    else:
        here[triple] = None


def open_draft(project: Project, read: Iterable[TurtleFile] = ()) -> Draft:
    """The data files of a project, to be changed; `read` are those that were read before.

    Raises LoadError for a broken file, or when they are not its own.
    """
    data = project.folder("data").resolve()
    paths = [path for path, _ in project.data_files() if data in path.resolve().parents]
    known = {file.path: file.triples for file in read}
    if "site-packages" in project.root.parts:
        raise LoadError(
            "{folder}: this graph came with the program and is not yours to change.",
            "Make your own with `kg new`, or work in a clone and name it with --project.",
            folder=project.root,
        )
    return Draft(
        project, {path: known.get(path) or read_turtle(path, project.relative(path)).triples for path in paths}
    )
