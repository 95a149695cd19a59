"""A project to import into, and imports into it, for the tests of imports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.checks.validate import validate
from kg.exchange.imports import Imported, land, read
from kg.exchange.imports.draft import Choices
from kg.exchange.imports.mapping import read_mapping
from kg.files.project import Project
from kg.graph.load import load, read_files
from kg.records import Finding, Severity
from tiny import tiny_project

__all__ = ["case_package", "imported", "lines", "link", "project_in", "uuid", "violations", "written"]


def project_in(folder: Path) -> Project:
    """A project without data, at https://example.org/mini/."""
    project = tiny_project(folder / "project")
    project.folder("data").mkdir()
    return project


def written(folder: Path, name: str, content: str | bytes | Mapping[str, Any] | list[Any]) -> Path:
    """A file with this text, these bytes, or this JSON."""
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8", newline="")
    return path


def imported(
    project: Project, format_: str, *paths: Path, mapping: Path | None = None, name: str = "new", **choices: str
) -> Imported:
    """What an import makes of these files; what is sound lands in `data/<name>`."""
    into = project.folder("data") / name
    read_map = read_mapping(mapping, project.names) if mapping else None
    made = read(project, format_, paths, into, choices=Choices(**choices), mapping=read_map)
    if made.files:
        land(project, made.files, into)
    return made


def lines(made: Imported, language: str = "en") -> list[str]:
    """The findings of an import, each on a line, files by their names only."""
    return [re.sub(r"^\S*/", "", finding.line(language)) for finding in made.report.findings]


def violations(project: Project) -> list[Finding]:
    """What `kg check` finds that cannot be published."""
    files = read_files(project)
    return list(validate(project, files, load(project, files)).at_or_above(Severity.VIOLATION))


def case_package(*items: Mapping[str, Any], associations: list[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """A CASE package in Dutch with these items; an item without identity gets one by its place."""
    told = [
        {"identifier": uuid(index), "uri": f"https://other.example/{uuid(index)}", "fullStatement": f"Kan {index}"}
        | dict(item)
        for index, item in enumerate(items, start=1)
    ]
    document = {"identifier": uuid(0), "uri": f"https://other.example/{uuid(0)}", "title": "Raamwerk", "language": "nl"}
    links = [
        {"identifier": uuid(900 + index), "uri": f"https://other.example/{uuid(900 + index)}"} | dict(link)
        for index, link in enumerate(associations or [])
    ]
    return {"CFDocument": document, "CFItems": told, "CFAssociations": links}


def uuid(number: int) -> str:
    """A UUID with this number at its end."""
    return f"00000000-0000-4000-8000-{number:012d}"


def link(kind: str, origin: int, destination: int) -> dict[str, Any]:
    """An association between two items by their numbers."""
    return {
        "associationType": kind,
        "originNodeURI": {"identifier": uuid(origin), "uri": f"https://other.example/{uuid(origin)}"},
        "destinationNodeURI": {"identifier": uuid(destination), "uri": f"https://other.example/{uuid(destination)}"},
    }
