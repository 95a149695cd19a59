"""The releases of a project that are on disk, by version."""

from __future__ import annotations

from kg.errors import ReleaseError, UnknownName
from kg.files.project import Project
from kg.publish.release import Release, open_release, releases_folder
from kg.text import did_you_mean, natural

__all__ = ["before", "history", "release_of_version", "release_on_disk", "releases_on_disk"]


def releases_on_disk(project: Project) -> dict[str, Release]:
    """Version → release, the newest version first; a folder that holds no whole release is left out."""
    folder = releases_folder(project)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [release for name in names if (release := release_on_disk(project, name))]
    return {release.version: release for release in sorted(found, key=lambda one: _order(one.version), reverse=True)}


def release_on_disk(project: Project, version: str) -> Release | None:
    """The release of this version; None when there is none, or none that is whole."""
    folder = releases_folder(project) / version
    try:
        if version.startswith(".") or not folder.is_dir():
            return None
        release = open_release(folder)
    except (ReleaseError, OSError):  # OSError: a name that is too long to be one of a folder
        return None
    return release if release.version == version else None


def history(project: Project) -> list[Release]:
    """The releases on disk, the oldest version first."""
    return list(reversed(releases_on_disk(project).values()))


def before(project: Project) -> list[Release]:
    """The releases on disk of versions that come before the project's own, the oldest first."""
    ours = _order(project.settings.version)
    return [release for release in history(project) if _order(release.version) < ours]


def release_of_version(project: Project, version: str) -> Release:
    """The release of this version. Raises UnknownName, which tells the versions there are."""
    release = release_on_disk(project, version)
    if release:
        return release
    found = releases_on_disk(project)
    if not found:
        raise UnknownName(
            "There is no release {version} here.", "`kg build` makes one of the files as they are.", version=version
        )
    raise UnknownName(
        "There is no release {version} here.",
        "There is: {known}.",
        version=version,
        known=did_you_mean(version, found) or ", ".join(found),
    )


def _order(version: str) -> tuple[object, ...]:
    """`0.10.0` after `0.9.0`, and `1.0.0-rc1` before `1.0.0` (Semantic Versioning 2.0, section 11)."""
    number, _, candidate = version.partition("-")
    return (natural(number), not candidate, natural(candidate))
