"""The blueprint of a graph that is held in a store, such as a release: its sheets, codes and values, to suggest on."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from kg.editing.draft import Draft
from kg.exchange.spreadsheet.blueprint import Blueprint, blueprint_over
from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.graph.load import load_files
from kg.graph.store import Store
from kg.names import Iri

__all__ = ["held_blueprint"]


def held_blueprint(project: Project, store: Store) -> Blueprint:
    """The blueprint over the statements of a store; shapes are those of the project. What rules derive is left out."""
    path_of = {graph: path for path, graph in project.data_files()}
    data, derived = project.folder("data"), project.names.graph("derived")
    triples: dict[Iri, list[ox.Triple]] = defaultdict(list)
    for quad in store:
        triples[Iri(getattr(quad.graph_name, "value", ""))].append(quad.triple)
    read = []
    for graph in sorted(triples):
        name = graph.removeprefix(project.names.graph(""))
        if graph == derived:
            continue
        path = path_of.get(graph) or (data / f"{name}.ttl" if name != graph else project.folder("ontology") / "x.ttl")
        read.append((TurtleFile(path, "", tuple(triples[graph])), graph))
    draft = Draft(project, {file.path: file.triples for file, _ in read if file.path.is_relative_to(data)})
    return blueprint_over(project, tuple(read), draft, load_files(project, read))
