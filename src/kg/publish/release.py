"""What a release is: a built version of a graph in a folder of its own, as its manifest describes it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import platformdirs
import pyoxigraph as ox

from kg.checks.formats import report_from_json
from kg.errors import NONE_LEFT, ReleaseError
from kg.files.project import Project
from kg.files.room import read_room
from kg.graph.store import Store
from kg.names import Iri
from kg.records import Report

__all__ = [
    "COUNTS",
    "FEED_INDEX",
    "LAYOUT",
    "MANIFEST",
    "PROGRAM",
    "REPORT",
    "STORE",
    "Release",
    "ReleaseFile",
    "manifest_of",
    "open_release",
    "releases_folder",
    "unreadable",
    "wrong_sum",
]

LAYOUT = 6
"""Goes up when a build makes other files of the same project; an older layout is read, and built again when asked."""

COUNTS, MANIFEST, REPORT = "counts.json", "manifest.json", "report.json"
STORE = "store"
"""The folder of a release that holds its quads as a store on disk."""
FEED_INDEX = "feed.index"
"""Where its N-Quads tell of each subject, for the event stream; see `feed_index`."""
PROGRAM = "program.cdx.json"
"""The bill of materials of the program that built it: beside the release, for another installation writes another."""
_SUMS = ("SHA256SUMS", "store.sha256", "feed.sha256", "program.sha256")
_QUADS_BEFORE_LAYOUT_2 = "leergraaf.nq"
_QUADS_TYPE = "application/n-quads"


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release, as others may fetch it."""

    name: str
    """Its path within the release, with forward slashes."""
    media_type: str
    """Of what it holds, also when that is compressed."""
    size: int
    """In bytes; 0 where a manifest of layout 1 does not tell."""
    sha256: str
    path: Path
    """Where it is on this disk."""
    compression: str = ""
    """gzip, zstd, or empty."""


@dataclass(frozen=True, slots=True)
class Release:
    """One built version: its folder, and what its manifest says."""

    folder: Path
    """The folder itself and not the link to it, so that it stays the same when another build takes its place."""
    version: str
    digest: str
    """SHA-256 over the files it was built from."""
    quads: int
    described: tuple[ReleaseFile, ...] = ()
    """What the manifest describes, sorted by name; see `files`."""
    issued: str = ""
    """The day it was issued, as `2026-11-26`; empty when the project does not say."""
    removed: tuple[Iri, ...] = ()
    """IRIs of earlier versions that were let go of without deprecation, on purpose."""
    layout: int = LAYOUT

    def files(self) -> tuple[ReleaseFile, ...]:
        """Every file that can be fetched, sorted by name: dumps, tables, report, counts; not the on-disk store."""
        return self.described

    def file(self, name: str) -> ReleaseFile | None:
        """The file of this name, or None."""
        return next((file for file in self.described if file.name == name), None)

    @property
    def quads_file(self) -> ReleaseFile:
        """Its canonical N-Quads. Raises ReleaseError when the manifest names none."""
        for file in self.described:
            if file.media_type == _QUADS_TYPE and not file.compression:
                return file
        raise ReleaseError(
            "{path}: the manifest names no N-Quads.", "Build again with `kg build`.", path=self.folder / MANIFEST
        )

    def statements(self) -> Iterator[ox.Quad]:
        """The statements of this release, read from its N-Quads. Raises ReleaseError when its sum is wrong."""
        return ox.parse(input=_sound(self.quads_file), format=ox.RdfFormat.N_QUADS)

    def store_on_disk(self, project: Project) -> Path | None:
        """The folder of its store on disk, when its graph is larger than what is held in memory (`Room.quads`)."""
        folder = self.folder / STORE
        return folder if self.quads > read_room(project).quads and folder.is_dir() else None

    def store(self, project: Project) -> Store:
        """The graph of this release: its N-Quads read into memory, or the store on disk when it is large.

        Raises ReleaseError when the sum of the N-Quads is wrong. A store on disk has sums of its own, block by block.
        """
        folder = self.store_on_disk(project)
        if folder:
            return Store(project.names, folder=folder)
        return Store(project.names, self.statements())

    def report(self) -> Report:
        """What the checks found when it was built. Raises ReleaseError when it is missing or its sum is wrong."""
        file = self.file(REPORT) or ReleaseFile(REPORT, "", 0, "", self.folder / REPORT)
        return report_from_json(_sound(file).decode("utf-8"))

    def verify(self) -> None:
        """Reads every file. Raises ReleaseError for the first that is missing or does not have its sum."""
        for fault in self.damage():
            raise fault

    def damage(self, pause: Callable[[], None] = lambda: None) -> Iterator[ReleaseError]:
        """Reads every file, the on-disk store as well, and gives what is wrong with each that is not what was built.

        The error's value `name` tells the file. `pause` is called after each MiB that was read. Raises OSError when
        this machine has no memory or descriptors to look with.
        """
        wanted = [(file.name, file.sha256) for file in self.described]
        for sums in _SUMS:
            if (self.folder / sums).is_file():
                wanted += _sums_in(self.folder / sums)
        for name, sha256 in sorted(set(wanted)):
            try:
                if _sum_of(self.folder / name, pause) != sha256:
                    yield wrong_sum(self.folder / name, name)
            except OSError as fault:
                if fault.errno in NONE_LEFT:
                    raise
                yield unreadable(self.folder / name, fault, name)


def releases_folder(project: Project) -> Path:
    """Where this project's releases go: its own folder, or the user's cache for the graph that the program carries.

    A folder that holds releases already is theirs, also where nothing may be written: they can be served from there.
    """
    own = project.folder("releases")
    writable = os.access(project.root, os.W_OK) and "site-packages" not in project.root.parts
    if writable or any(own.glob(f"*/{MANIFEST}")):
        return own
    return Path(platformdirs.user_cache_dir("leergraaf")) / "releases"


def open_release(folder: Path) -> Release:
    """The release in a folder, or in the one a link points at now.

    Raises ReleaseError when its manifest is missing or broken.
    """
    path = folder / MANIFEST
    try:
        folder = folder.resolve(strict=True)
        return _read(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ReleaseError(
            "{path}: this is no release: {fault}.", "Build it with `kg build`.", path=path, fault=fault
        ) from None


def manifest_of(release: Release) -> dict[str, Any]:
    """What the manifest of a release says, as JSON."""
    told: dict[str, Any] = {
        "layout": release.layout,
        "version": release.version,
        "digest": release.digest,
        "quads": release.quads,
        "files": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "compression": file.compression,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in release.described
        ],
        "removed": list(release.removed),
    }
    return told | ({"issued": release.issued} if release.issued else {})


def _read(folder: Path, manifest: Mapping[str, Any]) -> Release:
    layout = int(manifest.get("layout", 1))
    return Release(
        folder,
        version=manifest["version"],
        digest=manifest["digest"],
        quads=int(manifest["quads"]),
        described=_files(folder, manifest) if layout > 1 else _files_of_layout_1(folder, manifest["sums"]),
        issued=str(manifest.get("issued", "")),
        removed=tuple(Iri(iri) for iri in manifest.get("removed", ())),
        layout=layout,
    )


def _files(folder: Path, manifest: Mapping[str, Any]) -> tuple[ReleaseFile, ...]:
    return tuple(
        ReleaseFile(
            name=file["name"],
            media_type=file["media_type"],
            size=int(file["size"]),
            sha256=file["sha256"],
            path=folder / _inside(file["name"]),
            compression=file["compression"],
        )
        for file in manifest["files"]
    )


def _files_of_layout_1(folder: Path, sums: Mapping[str, str]) -> tuple[ReleaseFile, ...]:
    """The files of a release that tells names and sums only."""
    types = {_QUADS_BEFORE_LAYOUT_2: _QUADS_TYPE, REPORT: "application/json"}
    return tuple(
        ReleaseFile(name, types[name], 0, sha256, folder / name)
        for name, sha256 in sorted(sums.items())
        if name in types
    )


def _inside(name: str) -> PurePosixPath:
    """A path that stays within the release. Raises ValueError for another."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name!r} is outside of the release")
    return path


def _sound(file: ReleaseFile) -> bytes:
    """The content of a file. Raises ReleaseError when it cannot be read or does not have its sum."""
    try:
        content = file.path.read_bytes()
    except OSError as fault:
        raise unreadable(file.path, fault, file.name) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise wrong_sum(file.path, file.name)
    return content


def unreadable(path: Path, fault: OSError, name: str) -> ReleaseError:
    """That a file of a release cannot be read, by its name within the release."""
    told, advice = "{path}: cannot be read: {fault}.", "Build again with `kg build`."
    return ReleaseError(told, advice, path=path, fault=fault.strerror, name=name)


def wrong_sum(path: Path, name: str) -> ReleaseError:
    """That a file of a release is not what was built, by its name within the release."""
    return ReleaseError(
        "{path}: the file does not have the sum its manifest gives.",
        "Build again with `kg build`.",
        path=path,
        name=name,
    )


def _sum_of(path: Path, pause: Callable[[], None]) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            total.update(piece)
            pause()
    return total.hexdigest()


def _sums_in(path: Path) -> list[tuple[str, str]]:
    """Names and sums, from a file as sha256sum writes it; a line that is none is a file that is not there."""
    lines = path.read_text(encoding="utf-8", errors="replace").removesuffix("\n").split("\n")
    return [(_inside(name).as_posix(), sha256) for sha256, _, name in (line.partition("  ") for line in lines)]
