"""What can be served when the release of the files as they are cannot: the ones that were in place before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import ReleaseError
from kg.files.project import Project
from kg.publish.archive import release_on_disk, releases_on_disk
from kg.publish.place import BUILDS
from kg.publish.release import Release, open_release, releases_folder

__all__ = ["earlier_releases"]


def earlier_releases(project: Project) -> Iterator[Release]:
    """Releases on disk, the best to fall back on first; whether their files are sound shows when they are opened.

    First what is in place for the project's version, then builds of it that were replaced (the last one is kept),
    then other versions, the newest first.
    """
    version = project.settings.version
    current = release_on_disk(project, version)
    found = [current] if current else []
    found += [release for release in _builds(releases_folder(project) / BUILDS) if release.version == version]
    found += releases_on_disk(project).values()
    told: set[Path] = set()
    for release in found:
        if release.folder not in told:
            told.add(release.folder)
            yield release


def _builds(folder: Path) -> list[Release]:
    """The builds in a folder, the newest first."""
    paths = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()] if folder.is_dir() else []
    found = []
    for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            found.append(open_release(path))
        except ReleaseError:
            continue  # one that was not finished
    return found
