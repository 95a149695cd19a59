"""Where the reference material is that is not part of the project: the note, others' schemas, samples."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["NOTE", "SHARED", "shared"]

SHARED = Path(__file__).parents[2] / "shared"
NOTE = SHARED / "source" / "notitie-minor-opbouwwerk.txt"


def shared(*parts: str) -> list[Path]:
    """The files a pattern of parts matches below `../shared`.

    Empty where the folder is not beside the checkout; on CI (`CI=true`) that is a fault, not a reason to test less.
    """
    found = sorted(SHARED.glob("/".join(parts)))
    if not found and os.environ.get("CI") == "true":
        raise FileNotFoundError(f"../shared/{'/'.join(parts)} is needed to test")
    return found
