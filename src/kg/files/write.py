"""Writing a file whole: the old text or the new, never something between."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from kg.errors import LoadError

__all__ = ["write_all", "write_bytes", "write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Replaces a file's text in one step. Raises LoadError when it cannot be written; the file stays as it was."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces a file's content in one step. Raises LoadError when it cannot be written; the file stays as it was."""
    write_all({path: content})


def write_all(content_of: Mapping[Path, bytes]) -> None:
    """Replaces the content of several files: all of them, or none when one cannot be written (LoadError).

    Everything is on the disk, beside its file, before the first file is replaced.
    """
    staged: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in content_of.items():
            with NamedTemporaryFile("wb", dir=path.parent, prefix=".staged-", delete=False) as file:
                staged[path] = Path(file.name)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            staged[path].chmod(path.stat().st_mode if path.exists() else 0o644)
        for path in content_of:
            staged.pop(path).replace(path)
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=path, fault=fault.strerror) from None
    finally:
        for left in staged.values():
            left.unlink(missing_ok=True)
