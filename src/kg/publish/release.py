"""Releases: a built version of a graph in a folder of its own, put in place in one step."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import platformdirs
import pyoxigraph as ox

from kg.checks.formats import report_from_json, report_to_json
from kg.checks.validate import validate
from kg.errors import ReleaseError
from kg.files.project import Project, find_project
from kg.graph.load import load, read_files
from kg.graph.store import Store
from kg.records import Report, Severity

__all__ = ["Release", "build", "ensure_release", "open_release", "releases_folder"]

QUADS, REPORT, MANIFEST = "leergraaf.nq", "report.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class Release:
    """One built version: its folder, and what its manifest says."""

    folder: Path
    version: str
    digest: str
    """SHA-256 over the files it was built from."""
    quads: int
    sums: Mapping[str, str] = field(default_factory=dict)
    """File name → SHA-256 of its bytes."""

    def store(self, project: Project) -> Store:
        """The graph of this release, read from its N-Quads. Raises ReleaseError when its sum is wrong."""
        content = (self.folder / QUADS).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sums.get(QUADS):
            raise ReleaseError(
                "{path}: the file does not have the sum its manifest gives.",
                "Build again with `kg build`.",
                path=self.folder / QUADS,
            )
        return Store(project.names, ox.parse(input=content, format=ox.RdfFormat.N_QUADS))

    def report(self) -> Report:
        """What the checks found when it was built."""
        return report_from_json((self.folder / REPORT).read_text(encoding="utf-8"))


def releases_folder(project: Project) -> Path:
    """Where this project's releases go: its own folder, or the user's cache for the graph that the program carries."""
    own = project.folder("releases")
    if os.access(project.root, os.W_OK) and "site-packages" not in project.root.parts:
        return own
    return Path(platformdirs.user_cache_dir("leergraaf")) / "releases"


def ensure_release(project: Project | None = None, *, say: Callable[[str], None] = lambda _: None) -> Release:
    """The release of the files as they are now: the one that was built from them, or a new one."""
    project = project or find_project()
    folder = releases_folder(project) / project.settings.version
    if (folder / MANIFEST).is_file():
        release = open_release(folder)
        if release.digest == project.digest():
            return release
    return build(project, say=say)


def build(project: Project, *, say: Callable[[str], None] = lambda _: None) -> Release:
    """Checks the files, and puts the release they make in place.

    Everything is written beside the releases and moved there in one step; a build that stops half-way
    leaves the last release as it was. The same files give the same bytes. Raises ReleaseError when the
    checks find a violation, LoadError when a file cannot be read.
    """
    digest = project.digest()
    say("Reading and checking the files …")
    files = read_files(project)
    store = load(project, files)
    report = validate(project, files, store)
    violations = report.at_or_above(Severity.VIOLATION)
    if violations:
        raise ReleaseError(
            "The checks found {count} violations; nothing was built. The first: {first}.",
            "`kg check` shows them all.",
            count=len(violations),
            first=f"{violations[0].spot} [{violations[0].rule}]",
        )
    say("Building the release …")
    target = releases_folder(project) / project.settings.version
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(mkdtemp(prefix=".staging-", dir=target.parent))
    try:
        content = {QUADS: canonical_quads(store), REPORT: report_to_json(report).encode()}
        manifest = {
            "version": project.settings.version,
            "digest": digest,
            "quads": len(store),
            "sums": {name: hashlib.sha256(data).hexdigest() for name, data in content.items()},
        }
        content[MANIFEST] = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
        for name, data in content.items():
            _write(staging / name, data)
        with _alone(target.parent):
            _swap(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return open_release(target)


def open_release(folder: Path) -> Release:
    """The release in a folder. Raises ReleaseError when its manifest is missing or broken."""
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Release(folder, manifest["version"], manifest["digest"], int(manifest["quads"]), manifest["sums"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ReleaseError(
            "{path}: this is no release: {fault}.", "Build it with `kg build`.", path=path, fault=fault
        ) from None


def canonical_quads(store: Store) -> bytes:
    """All quads as N-Quads, one a line, in code point order."""
    lines = sorted(f"{quad} .\n" for quad in store.engine)
    return "".join(lines).encode("utf-8")


def _write(path: Path, content: bytes) -> None:
    """Writes a file and waits until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder of releases, so that two builds put theirs in place one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _swap(staging: Path, target: Path) -> None:
    """Puts the staged folder where the release goes; an older build of the same version makes way."""
    staging.chmod(0o755)
    if target.exists():
        old = target.with_name(f".old-{staging.name.removeprefix('.staging-')}")
        target.rename(old)
        staging.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        staging.rename(target)
