"""What every command shares: the project, read once when first needed, and the reader's language."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files.project import Project, find_project
from kg.files.wording import catalogue

if TYPE_CHECKING:
    from kg.library import Graph

__all__ = ["Context", "without_collection"]


@dataclass
class Context:
    """The common options of a command line."""

    folder: Path | None
    language: str

    @cached_property
    def project(self) -> Project:
        """The project the command works on."""
        return find_project(self.folder)

    @cached_property
    def graph(self) -> Graph:
        """The project's graph, loaded from its files."""
        from kg.library import open_graph  # the engine and rdflib, which `kg --help` does not wait for

        return open_graph(self.project.root)

    def say(self, message: str, **values: object) -> str:
        """A message of the program in the reader's language."""
        return catalogue(self.language).get(message, message).format(**values)


@contextmanager
def without_collection() -> Iterator[None]:
    """No looking for garbage meanwhile, nor after it through what was made.

    All of that is kept to the end, and looking takes a tenth to a quarter of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
