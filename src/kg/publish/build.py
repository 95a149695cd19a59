"""Building a release: the files checked, written in every form, and put in place in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pyoxigraph as ox

from kg.checks.formats import report_to_json
from kg.checks.validate import validate
from kg.errors import ReleaseError
from kg.files.project import Project, find_project
from kg.files.turtle import TurtleFile, canonical
from kg.graph.load import load, read_files
from kg.graph.store import Store
from kg.names import Iri
from kg.publish.catalogue import catalogue
from kg.publish.components import bill_of_materials
from kg.publish.counts import Counts, counts
from kg.publish.dumps import MEDIA_TYPES, dumps
from kg.publish.feed_index import feed_index
from kg.publish.jsonld import context_of
from kg.publish.packing import Packer
from kg.publish.place import put, staged, write
from kg.publish.release import (
    COUNTS,
    FEED_INDEX,
    LAYOUT,
    MANIFEST,
    PROGRAM,
    REPORT,
    STORE,
    Release,
    manifest_of,
    open_release,
    releases_folder,
)
from kg.publish.removals import agreed_removals
from kg.publish.steps import refuse_unsound_steps
from kg.publish.tables import tables
from kg.publish.void import void
from kg.records import Report, Severity

__all__ = ["STEPS", "build", "ensure_release"]

STEPS = 4
"""So many times a build tells what it begins with."""

_CONTEXT, _SUMS = "ontology/context.jsonld", "SHA256SUMS"
_STORE_SUMS, _FEED_SUMS, _PROGRAM_SUMS = "store.sha256", "feed.sha256", "program.sha256"
_DISTRIBUTION = "leergraaf"


def ensure_release(
    project: Project | None = None, *, say: Callable[[str], None] = lambda _: None, allow_removal: Iterable[str] = ()
) -> Release:
    """The release of the files as they are now: the one that was built from them, or a new one (see `build`)."""
    project = project or find_project()
    try:
        release = open_release(releases_folder(project) / project.settings.version)
        if release.layout == LAYOUT and release.digest == project.digest():
            return release
    except ReleaseError:
        pass
    return build(project, say=say, allow_removal=allow_removal)


def build(
    project: Project, *, say: Callable[[str], None] = lambda _: None, allow_removal: Iterable[str] = ()
) -> Release:
    """Checks the files, and puts the release they make in place.

    Everything is written beside the releases and put in place in one step; a build that stops half-way, at
    whatever moment, leaves the last release as it was. The same files give the same bytes, except in the on-disk
    store, whose engine writes its own times and names, and in the bill of materials of the program, which tells of the
    installation. `allow_removal` names what may go without having been
    deprecated (see `agreed_removals`); the manifest records it. Raises ReleaseError when the checks find a violation,
    when something published is gone, when a design took a step that nothing accounts for, or when nothing can be
    written; LoadError when a file cannot be read.
    """
    digest = project.digest()
    say("Reading the files …")
    files = read_files(project)
    store = load(project, files)
    say("Checking the graph …")
    report = _checked(project, files, store)
    del files  # as large as the store, and not needed any more
    removed = agreed_removals(project, store, allow_removal)
    refuse_unsound_steps(project, store)
    say("Building the release …")
    version, releases = project.settings.version, releases_folder(project)
    try:
        with staged(releases, version, digest) as staging:
            release = Release(
                staging.folder, version, digest, len(store), issued=project.settings.issued, removed=removed
            )
            numbers = counts(store)
            with Packer(staging.folder, dict(MEDIA_TYPES)) as packer:
                _pack(packer, project, store, report, numbers)
                say("Packing the release …")
                _write_store(staging.folder, store)
                _write_program(staging.folder)
                _pack_bytes(packer, _metadata(project, store, _with(release, packer), numbers))
                release = _with(release, packer)
            write(staging.folder, {FEED_INDEX: feed_index(release)})
            write(staging.folder, {_FEED_SUMS: _lines(_sums(staging.folder, [FEED_INDEX]))})
            write(staging.folder, {MANIFEST: _json(manifest_of(release))})
            sums = {file.name: file.sha256 for file in release.files()} | _sums(staging.folder, [MANIFEST])
            write(staging.folder, {_SUMS: _lines(sums)})
            put(staging, version)
    except OSError as fault:
        raise ReleaseError(
            "{path}: the release could not be written: {fault}. The last release is as it was.",
            "Make room, or see to it that you may write there; then build again.",
            path=fault.filename or releases,
            fault=fault.strerror or fault,
        ) from None
    return release


def _checked(project: Project, files: list[tuple[TurtleFile, Iri]], store: Store) -> Report:
    """What the checks find. Raises ReleaseError when that keeps it from being published."""
    report = validate(project, files, store)
    violations = report.at_or_above(Severity.VIOLATION)
    if violations:
        raise ReleaseError(
            "The checks found {count} violations; nothing was built. The first: {first}.",
            "`kg check` shows them all.",
            count=len(violations),
            first=f"{violations[0].spot} [{violations[0].rule}]",
        )
    return report


def _pack(packer: Packer, project: Project, store: Store, report: Report, numbers: Counts) -> None:
    """Writes all that follows from the graph."""
    context = context_of(project)
    for name, write_it in (dumps(store, project.settings.name, context) | tables(store)).items():
        packer.add(name, write_it)
    told = {
        REPORT: report_to_json(report).encode(),
        COUNTS: _json(asdict(numbers)),
        _CONTEXT: _json({"@context": context}),
    }
    _pack_bytes(packer, told)


def _pack_bytes(packer: Packer, content: Mapping[str, bytes]) -> None:
    for name, told in content.items():
        packer.add(name, lambda out, told=told: out.write(told))  # type: ignore[misc]


def _metadata(project: Project, store: Store, release: Release, numbers: Counts) -> dict[str, bytes]:
    """DCAT and VoID of this release alone, with addresses below the base of the graph.

    The site tells of older releases too, and of its own address; what a build writes follows from its input only.
    """
    root = project.settings.base
    described = {"dcat": catalogue(project, store, release, root), "void": void(project, numbers, release, root)}
    return {f"metadata/{name}.ttl": canonical(triples, project.names).encode() for name, triples in described.items()}


def _with(release: Release, packer: Packer) -> Release:
    """The release with the files that were packed for it."""
    return replace(release, described=tuple(sorted(packer.files(), key=lambda file: file.name)))


def _write_store(folder: Path, store: Store) -> None:
    """The quads as an Oxigraph store on disk, compacted, for whoever opens it read-only; and its own sums."""
    engine = ox.Store(str(folder / STORE))
    engine.bulk_extend(store)
    engine.optimize()
    engine.flush()
    del engine
    for log in (folder / STORE).glob("LOG*"):
        log.unlink()  # the engine's diary, with the paths of this machine
    names = [path.relative_to(folder).as_posix() for path in sorted((folder / STORE).iterdir())]
    write(folder, {_STORE_SUMS: _lines(_sums(folder, names))})


def _write_program(folder: Path) -> None:
    """What the program that builds is made of, and the sum of that; nothing where it runs without being installed."""
    told = bill_of_materials(_DISTRIBUTION)
    if told:
        write(folder, {PROGRAM: told.encode("utf-8")})
        write(folder, {_PROGRAM_SUMS: _lines(_sums(folder, [PROGRAM]))})


def _sums(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """File → its SHA-256."""
    found = {}
    for name in names:
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _lines(sums: Mapping[str, str]) -> bytes:
    """The sums of files as `sha256sum --check` reads them, sorted by name."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode("utf-8")


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
