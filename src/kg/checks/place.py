"""Where in the files a finding stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.graph.find import is_node
from kg.graph.store import Store
from kg.names import Iri
from kg.records import Finding, Spot

__all__ = ["Files", "placed"]

Files = Sequence[tuple[TurtleFile, Iri]]
"""The files of a graph, each with its named graph."""


def placed(findings: Iterable[Finding], project: Project, files: Files, store: Store) -> list[Finding]:
    """The findings with the file and line of the thing, found where its property stands or else at its home.

    `store` holds the files, and so knows which of them speak of a thing.
    """
    placed = []
    for finding in findings:
        if finding.spot.path or not finding.thing:
            placed.append(finding)
            continue
        spots = [
            (bool(file.lines.get((finding.thing, finding.property))), -index, file)
            for index, (file, _) in _speaking(finding.thing, files, store)
            if _last(finding.thing) in file.text and file.line_of(finding.thing)
        ]
        if not spots:
            placed.append(finding)
            continue
        _, _, file = max(spots, key=lambda spot: spot[:2])
        spot = Spot(project.relative(file.path), file.line_of(finding.thing, finding.property))
        placed.append(replace(finding, spot=spot))
    return placed


def _speaking(thing: str, files: Files, store: Store) -> list[tuple[int, tuple[TurtleFile, Iri]]]:
    """The files that state something of a thing, each with its place among all; all of them when none does."""
    graphs = {quad.graph_name for quad in store.quads(ox.NamedNode(thing))} if is_node(thing) else set()
    numbered = list(enumerate(files))
    return [one for one in numbered if ox.NamedNode(one[1][1]) in graphs] or numbered


def _last(iri: str) -> str:
    """What a file that describes a thing holds in any case: the last part of its IRI, to look for before its line."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
