"""The graph that a person names: a version on disk, a folder, or the files as they are."""

from __future__ import annotations

from pathlib import Path

from kg.files.project import SETTINGS_FILE, Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.publish.archive import release_of_version
from kg.publish.release import MANIFEST, open_release

__all__ = ["HERE", "graph_called"]

HERE = "."
"""The files of the project as they are now."""


def graph_called(project: Project, name: str) -> Store:
    """The graph called so: a version on disk, the folder of a release or of a project, or `.`.

    Raises UnknownName for what is none of these, ReleaseError for a release that is damaged, LoadError for files
    that cannot be read.
    """
    if name == HERE:
        return load(project)
    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return open_release(folder).store(project)
    if (folder / SETTINGS_FILE).is_file():
        return load(read_project(folder))
    return release_of_version(project, name).store(project)
