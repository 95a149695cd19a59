"""A project that is being edited: checked again after each change, and only what the change can touch."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.checks.validate import Judge
from kg.files.project import Project, read_project
from kg.files.turtle import TurtleFile, read_turtle
from kg.graph.load import derive, load_files
from kg.names import Iri
from kg.records import Report

__all__ = ["Watched"]

_Stamp = tuple[int, int]


class Watched:
    """The graph of a project and what was found in it, kept up with its files.

    Raises what reading the project raises: LoadError for a file that is broken.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._stamps = self._look()
        self._start()

    def _start(self) -> None:
        self._files: dict[Path, tuple[TurtleFile, Iri]] = {}
        self._read_at: dict[Path, _Stamp | None] = {}
        self._judge = Judge(self.project)
        self._store = load_files(self.project, [])
        self._take(dict(self.project.data_files()))

    def report(self) -> Report:
        """What there is to find now."""
        return self._judge.report(list(self._files.values()), self._store)

    def again(self) -> Report | None:
        """The report after what changed since the last one; None when no file did.

        Raises LoadError for a file that is broken now; once it is mended, everything is as if it never was.
        """
        stamps = self._look()
        if stamps == self._stamps:
            return None
        changed = {path for path, _ in stamps.items() ^ self._stamps.items()}
        self._stamps = stamps
        graphs = dict(self.project.data_files())
        if changed <= graphs.keys() | self._files.keys():
            self._take(graphs)
        else:
            self.project = read_project(self.project.root)
            self._start()
        return self.report()

    def _look(self) -> dict[Path, _Stamp]:
        """When each file that decides what is found was last written, and its size."""
        project = self.project
        paths = [path for path, _ in project.data_files()]
        paths += [
            *project.shape_files(),
            *project.rule_files(),
            *project.query_files("checks"),
            project.root / "kg.toml",
        ]
        stamps: dict[Path, _Stamp] = {}
        for path in paths:
            # An editor may be between taking the old file away and putting the new one.
            with suppress(FileNotFoundError):
                stat = path.stat()
                stamps[path] = (stat.st_mtime_ns, stat.st_size)
        return stamps

    def _take(self, graphs: dict[Path, Iri]) -> None:
        """Brings the store up to the files; all are read before anything is changed."""
        files = {path: self._read(path, graph) for path, graph in graphs.items()}
        before = _quads(file for path, file in self._files.items() if files.get(path) is not file)
        after = _quads(file for path, file in files.items() if self._files.get(path) is not file)
        derived = ox.NamedNode(self.project.names.graph("derived"))
        followed = set(self._store.quads(graph=derived))
        self._store.remove([*(before - after), *followed])
        self._store.add(after - before)
        derive(self._store, self.project.rule_files())
        changed = (before ^ after) | (followed ^ set(self._store.quads(graph=derived)))
        self._judge.memory.changed(quad.triple for quad in changed)
        self._files = files

    def _read(self, path: Path, graph: Iri) -> tuple[TurtleFile, Iri]:
        known, stamp = self._files.get(path), self._stamps.get(path)
        if known is not None and self._read_at.get(path) == stamp:
            return known
        file = read_turtle(path, self.project.relative(path))
        self._read_at[path] = stamp
        return file, graph


def _quads(files: Iterable[tuple[TurtleFile, Iri]]) -> set[ox.Quad]:
    return {
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
        for file, graph in files
        for triple in file.triples
    }
