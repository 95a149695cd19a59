"""Writing a file whole: the old text or the new, never something between."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from kg.errors import LoadError

__all__ = ["write_bytes", "write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Replaces a file's text in one step. Raises LoadError when it cannot be written; the file stays as it was."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces a file's content in one step. Raises LoadError when it cannot be written; the file stays as it was."""
    try:
        with NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            staged = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staged.chmod(path.stat().st_mode if path.exists() else 0o644)
        staged.replace(path)
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=path, fault=fault.strerror) from None
