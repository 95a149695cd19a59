"""The folder an import goes into: its graphs' names, and writing it whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from kg.errors import BadParameter, ExchangeError
from kg.files.project import Project
from kg.files.write import write_whole
from kg.names import CODE

__all__ = ["graph_name", "land", "refuse_existing"]

_FILES = {"graphs.ttl", "things.ttl"}


def graph_name(project: Project, into: Path) -> str:
    """The first part of the names of its graphs: `data/import/case` is `import-case`.

    A folder outside of the project's data is named as if it stood right in it. Raises BadParameter for a folder
    whose name cannot be part of an IRI, and for the data folder itself or one around it.
    """
    data, folder = project.folder("data").resolve(), into.resolve()
    if folder == data or folder in data.parents:
        raise BadParameter("{folder} holds the graph itself.", "Name a new folder within it with --into.", folder=into)
    parts = folder.relative_to(data).parts if folder.is_relative_to(data) else (folder.name,)
    for part in parts:
        if not CODE.match(part):
            raise BadParameter(
                "{folder}: {part} cannot be part of the name of a graph.",
                "Use lower case letters and digits, with hyphens between.",
                folder=into,
                part=part,
            )
    return "-".join(parts)


def refuse_existing(into: Path, *, replace: bool) -> None:
    """Raises ExchangeError when the folder exists and may not be replaced, or holds what no import wrote."""
    if not into.exists() and not into.is_symlink():
        return
    if not replace:
        raise ExchangeError("{folder} exists already.", "Choose another folder, or give --replace.", folder=into)
    others = sorted(path.name for path in into.iterdir()) if into.is_dir() and not into.is_symlink() else ["?"]
    if set(others) - _FILES:
        raise ExchangeError(
            "{folder} holds {file}, which no import wrote; it is not replaced.",
            "Move that file, or choose another folder.",
            folder=into,
            file=next(name for name in others if name not in _FILES),
        )


def land(project: Project, files: Mapping[str, str], into: Path, *, replace: bool = False) -> None:
    """Puts the files in the new folder in one step; whatever stops it, no half of them stands there.

    They are written beside the data first, as the graph is every Turtle file below it, and then moved. Raises
    ExchangeError when the folder exists, or when it cannot be written.
    """
    refuse_existing(into, replace=replace)
    within = into.resolve().is_relative_to(project.root.resolve())
    missing = [folder for folder in into.resolve().parents if not folder.exists()]
    staged: Path | None = None
    try:
        near = project.root if within else next(folder for folder in into.resolve().parents if folder.is_dir())
        staged = Path(mkdtemp(prefix=".import-", dir=near))
        new, old = staged / "new", staged / "old"
        new.mkdir()
        for name, text in sorted(files.items()):
            write_whole(new / name, text)
        into.parent.mkdir(parents=True, exist_ok=True)
        if into.exists():
            into.rename(old)
        try:
            new.rename(into)
        except OSError:
            if old.exists():
                old.rename(into)
            raise
    except OSError as fault:
        for folder in missing:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise ExchangeError(
            "{folder}: cannot be written: {fault}.", folder=into, fault=fault.strerror or fault
        ) from None
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
