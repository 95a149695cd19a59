"""Where in the files a finding stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.names import Iri
from kg.records import Finding, Spot

__all__ = ["Files", "placed"]

Files = Sequence[tuple[TurtleFile, Iri]]
"""The files of a graph, each with its named graph."""


def placed(findings: Iterable[Finding], project: Project, files: Files) -> list[Finding]:
    """The findings with the file and line of the thing, found where its property stands or else at its home."""
    placed = []
    for finding in findings:
        if finding.spot.path or not finding.thing:
            placed.append(finding)
            continue
        spots = [
            (bool(file.lines.get((finding.thing, finding.property))), -index, file)
            for index, (file, _) in enumerate(files)
            if _last(finding.thing) in file.text and file.line_of(finding.thing)
        ]
        if not spots:
            placed.append(finding)
            continue
        _, _, file = max(spots, key=lambda spot: spot[:2])
        spot = Spot(project.relative(file.path), file.line_of(finding.thing, finding.property))
        placed.append(replace(finding, spot=spot))
    return placed


def _last(iri: str) -> str:
    """What a file that describes a thing holds in any case: the last part of its IRI, to look for before its line."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
