"""Lint of many files at once: on all processors when there is so much to read that this pays."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.checks.lint import lint_file
from kg.files.project import Project
from kg.files.turtle import TurtleFile, parsed
from kg.records import Finding

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Linted", "linting"]

_PAYS = 4_000_000
"""Characters of Turtle: a process needs half a second to start, in which one lints about a million."""


class Linted:
    """The findings of files, found while something else is done."""

    def __init__(self, found: dict[Path, Future[list[Finding]]]) -> None:
        self._found = found

    def of(self, file: TurtleFile) -> list[Finding] | None:
        """The findings of a file; None for one that was not given to others."""
        found = self._found.get(file.path)
        return found.result() if found else None


@contextmanager
def linting(project: Project, files: Sequence[TurtleFile]) -> Iterator[Linted]:
    """Lints these files in other processes, which parse their texts anew; few or small ones are left alone."""
    own = [file for file in files if file.text and not file.laid_out and project.holds(file.path)]
    if sum(len(file.text) for file in own) < _PAYS or (os.cpu_count() or 1) < 2:
        yield Linted({})
        return
    import multiprocessing  # half of what `kg check` imports, and only a large graph needs it
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"), _begin) as pool:
        largest_first = sorted(own, key=lambda file: -len(file.text))
        yield Linted({file.path: pool.submit(_lint, project, file.path, file.text) for file in largest_first})


def _begin() -> None:
    """In each process: it is the one that asked that is stopped from the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _lint(project: Project, path: Path, text: str) -> list[Finding]:
    return list(lint_file(project, parsed(path, text, project.relative(path))))
