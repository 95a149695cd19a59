"""How far an import is, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

__all__ = ["Progress", "Step", "unseen"]


class Step(StrEnum):
    """The steps of an import, in their order."""

    READ = "read"
    """The file is read: rows so far."""
    TAKE = "take"
    """The rows are taken for what they say: rows so far, of how many."""
    COMPARE = "compare"
    CHECK = "check"


Progress = Callable[[Step, int, int], None]
"""Is told the step, how much of it is done, and of how much: 0 when that is not known."""


def unseen(step: Step, done: int = 0, total: int = 0) -> None:
    """Progress that nobody looks at."""
