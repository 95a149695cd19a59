"""Putting a build in place: written beside the releases, and switched to in one step.

`dist/0.1.0` is a link to a folder in `dist/.builds`. A build writes a folder of its own there and then replaces
the link, which is one step for the file system: a reader finds the old release or the new, and one that has
followed the link goes on with what it found. The build that was replaced stays until the next one.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

__all__ = ["BUILDS", "Staging", "put", "staged", "write"]

BUILDS = ".builds"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder that a build is writing, held until it is in place or given up."""

    folder: Path
    releases: Path


@contextmanager
def staged(releases: Path, version: str, digest: str) -> Iterator[Staging]:
    """A new folder for a build of this version; gone afterwards unless it was put in place.

    While it is open, other builds know it for one that is being written and leave it alone; the kernel lets go
    of it when this process is killed, and the next build takes it away. Raises OSError.
    """
    (releases / BUILDS).mkdir(parents=True, exist_ok=True)
    releases = releases.resolve()
    builds = releases / BUILDS
    with _alone(builds):
        _clear(releases)
        folder = Path(mkdtemp(prefix=f"{version}-{digest[:12]}-", dir=builds))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        folder.chmod(0o755)
        yield Staging(folder, releases)
    finally:
        with suppress(OSError), _alone(builds):
            if folder not in _linked(releases):
                shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def put(staging: Staging, version: str) -> None:
    """Makes the staged folder the release of this version, in one step, once it is on the disk. Raises OSError."""
    releases, folder = staging.releases, staging.folder
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)
    target = releases / version
    with _alone(releases / BUILDS):
        replaced = target.resolve() if target.is_symlink() else None
        link = folder.with_name(f"{folder.name}.link")
        link.symlink_to(Path(BUILDS) / folder.name, target_is_directory=True)
        if target.is_dir() and not replaced:
            _exchange(link, target)  # a release of layout 1 is a folder, which no link can replace
            replaced = link
        else:
            link.replace(target)
        _sync(releases)
        _clear(releases, kept=replaced)


def write(folder: Path, content: Mapping[str, bytes]) -> None:
    """Writes files by name into a folder. Raises OSError."""
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _sync(path: Path) -> None:
    """Waits until a file, or the entries of a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds a folder, so that builds change what is in it one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _linked(releases: Path) -> set[Path]:
    """The builds that are in place."""
    return {path.resolve() for path in releases.iterdir() if path.is_symlink()}


def _clear(releases: Path, kept: Path | None = None) -> None:
    """Takes away what no release needs: builds that were replaced before, and leftovers of killed ones."""
    needed = _linked(releases) | ({kept} if kept else set())
    for path in (releases / BUILDS).iterdir():
        if path.is_symlink() or path.is_file():
            path.unlink(missing_ok=True)
        elif path.resolve() not in needed and not _held(path):
            shutil.rmtree(path, ignore_errors=True)


def _held(folder: Path) -> bool:
    """Whether a living build is writing this folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _exchange(one: Path, other: Path) -> None:
    """Swaps two names in one step where the system can (Linux 3.15), in two where it cannot."""
    with suppress(OSError, AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
            return
    aside = one.with_suffix(".old")
    other.rename(aside)
    one.replace(other)
