"""What is wrong with an installation: each thing that a build or a server needs, looked at and told in words."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from kg.errors import KgError
from kg.files.address import site_address
from kg.files.project import Project
from kg.files.running import read_running
from kg.graph.limits import read_limits
from kg.graph.worker_link import Asked
from kg.graph.worker_start import start_worker
from kg.publish.components import missing_components
from kg.publish.release import Release, open_release, releases_folder

__all__ = ["Finding", "Level", "examined"]

_PYTHON = (3, 11)
_FREE_MB = 200
_MOST_OPEN = 512
_EACH_MB = 150
"""Memory of a process of the site, beside the graph."""


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    ODD = "odd"
    """It works, and somebody should look at it."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    told: KgError
    """What is so, and what to do about it."""


def examined(project: Callable[[], Project]) -> Iterator[Finding]:
    """Everything that is looked at, in the order in which one thing needs another."""
    yield from _program()
    yield from _settings()
    try:
        found = project()
    except KgError as fault:
        yield Finding(Level.WRONG, fault)
        return
    yield _fine(
        KgError("The graph is that of {path}, version {version}.", "", path=found.root, version=found.settings.version)
    )
    yield from _limits(found)
    release = None
    for finding, known in _release(found):
        release = known or release
        yield finding
    yield from _room(found, release)
    if release:
        yield from _workers(found, release)


def _fine(told: KgError) -> Finding:
    return Finding(Level.FINE, told)


def _program() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _PYTHON:
        told = KgError("Python {version} is too old.", "Use Python 3.11 or later.", version=version)
        yield Finding(Level.WRONG, told)
    missing = missing_components("leergraaf")
    for name, wanted, there in missing:
        told = KgError(
            "The library {name} {wanted} is needed; {there} is installed.",
            "Install the program again: pip install --upgrade leergraaf.",
            name=name,
            wanted=wanted,
            there=there or "-",
        )
        yield Finding(Level.WRONG, told)
    if not missing:
        told = KgError("Python {version}, and every library the program needs, are there.", version=version)
        yield Finding(Level.FINE, told)
    if not list(entry_points(group="kg.site")):
        told = KgError("The site is not installed.", "Install the whole of leergraaf: pip install leergraaf.")
        yield Finding(Level.WRONG, told)
    site = find_spec("kg_web")
    if site and site.origin and not (Path(site.origin).parent / "static" / "vendor").is_dir():
        told = KgError("The libraries of the editor were not fetched: it shows its plain form.", "Run `make` once.")
        yield Finding(Level.ODD, told)


def _settings() -> Iterator[Finding]:
    try:
        running = read_running()
        site_address()
    except KgError as fault:
        yield Finding(Level.WRONG, fault)
        return
    if running.log_queries:
        told = KgError(
            "The log keeps what people ask (KG_LOG_QUERIES); that may tell of a person.",
            "Leave it out, or see to it that the log is kept short and seen by few.",
        )
        yield Finding(Level.ODD, told)
    if os.geteuid() == 0:
        told = KgError("This runs as root, which nothing here needs.", "Serve as a user of its own.")
        yield Finding(Level.ODD, told)


def _limits(project: Project) -> Iterator[Finding]:
    try:
        limits = read_limits(project.root / "kg.toml")
    except KgError as fault:
        yield Finding(Level.WRONG, fault)
        return
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= open_files < _MOST_OPEN:
        told = KgError(
            "A process may hold {found} descriptors, and a busy server needs {wanted}.",
            "Raise it: `ulimit -n {wanted}`, or LimitNOFILE= of systemd.",
            found=open_files,
            wanted=_MOST_OPEN,
        )
        yield Finding(Level.ODD, told)
    available, wanted = _available_mb(), 2 * (_EACH_MB + limits.queries_at_once * limits.memory_mib)
    if 0 < available < wanted:
        told = KgError(
            "There is {found} MB of memory, and queries may take {wanted} MB by the limits.",
            "Lower memory_mib or queries_at_once in kg.toml, or add memory.",
            found=available,
            wanted=wanted,
        )
        yield Finding(Level.ODD, told)


def _release(project: Project) -> Iterator[tuple[Finding, Release | None]]:
    folder = releases_folder(project)
    try:
        release = open_release(folder / project.settings.version)
    except KgError:
        told = KgError(
            "There is no release of version {version} in {path} yet.",
            "`kg build` makes it; `kg serve` does so as well.",
            version=project.settings.version,
            path=folder,
        )
        yield Finding(Level.ODD, told), None
        return
    damaged = list(release.damage())
    for fault in damaged:
        yield Finding(Level.WRONG, fault), release
    if not damaged:
        yield _fine(KgError("Every file of release {version} has its sum.", "", version=release.version)), release
    if release.digest != project.digest():
        told = KgError("The files changed since the release was built.", "`kg build` makes a new one.")
        yield Finding(Level.ODD, told), release
    if release.issued and date.fromisoformat(release.issued) > datetime.now(UTC).date():
        told = KgError(
            "The release is of {issued}, and by the clock of this machine that day is still to come.",
            "Set the clock, or `issued` in kg.toml.",
            issued=release.issued,
        )
        yield Finding(Level.ODD, told), release


def _room(project: Project, release: Release | None) -> Iterator[Finding]:
    folder = releases_folder(project)
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
    if not os.access(there, os.W_OK):
        told = KgError(
            "Nothing may be written in {path}: a release can be served from there, but none can be built.", path=there
        )
        yield Finding(Level.ODD if release else Level.WRONG, told)
    size = sum(file.size for file in release.files()) // 1_000_000 if release else 0
    free, wanted = shutil.disk_usage(there).free // 1_000_000, max(_FREE_MB, 3 * size)
    if free < wanted:
        told = KgError(
            "The disk of {path} has {free} MB left; a build needs about {wanted} MB.",
            "Make room.",
            path=there,
            free=free,
            wanted=wanted,
        )
        yield Finding(Level.ODD, told)
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x" * 65536)
            file.flush()
    except OSError as fault:
        told = KgError(
            "Nothing can be written in a temporary folder: {fault}.",
            "Name one that can be written to with TMPDIR.",
            fault=fault.strerror or fault,
        )
        yield Finding(Level.WRONG, told)


def _workers(project: Project, release: Release) -> Iterator[Finding]:
    limits = read_limits(project.root / "kg.toml")
    try:
        quads = os.open(release.quads_file.path, os.O_RDONLY)
    except (KgError, OSError):
        return  # told already
    try:
        worker = start_worker(quads, project.names, limits, release.store_on_disk(project))
        if worker is None:
            told = KgError(
                "No process that answers queries can be started.",
                "The line above tells why; memory and descriptors are the usual reasons.",
            )
            yield Finding(Level.WRONG, told)
            return
        try:
            worker.ask(Asked("ASK {}", "csv"))
            answered = b"".join(worker.pieces(Asked("ASK {}", "csv"), -1))
        finally:
            worker.end()
            worker.process.wait()
    finally:
        os.close(quads)
    yield _fine(KgError("A query is answered by a process of its own: {answer}.", "", answer=answered.decode().strip()))
    if not worker.without_network:
        told = KgError(
            "This system does not let a process leave the network; queries are kept from it by other means.",
            "Allow user namespaces, if you can (kernel.unprivileged_userns_clone, or the settings of the container).",
        )
        yield Finding(Level.ODD, told)


def _available_mb() -> int:
    """MB of memory that are free to use; 0 where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("MemAvailable:")), 0)
