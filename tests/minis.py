"""Projects that a test may change and build: copies of the mini project."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.files.project import Project, read_project

__all__ = ["mini_copy", "replaced"]

_ROOT = Path(__file__).parents[1]
_MINI = Path(__file__).parent / "data" / "mini"


def mini_copy(folder: Path) -> Project:
    """A copy of the mini project in `folder`."""
    for name in ("ontology", "queries"):
        shutil.copytree(_ROOT / name, folder / name)
    shutil.copytree(_MINI / "data", folder / "data")
    settings = (_MINI / "kg.toml").read_text(encoding="utf-8").replace("../../../", "")
    (folder / "kg.toml").write_text(settings, encoding="utf-8")
    return read_project(folder)


def replaced(project: Project, path: str, old: str, new: str) -> Project:
    """The project, read again after a text in one of its files was replaced."""
    file = project.root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return read_project(project.root)
