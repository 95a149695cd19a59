"""The memory allocator of the processes that answer queries: mimalloc, since glibc's costs a third of a query.

The library comes with the package `cmeel-mimalloc`. KG_ALLOCATOR names another (a path), or none when it is empty.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

__all__ = ["preloaded"]

_PACKAGE = "cmeel-mimalloc"
_LIBRARY = "libmimalloc.so"
_SETTING = "KG_ALLOCATOR"
_STEP = "64MiB"
"""What it reserves at a time: what is left of its first gibibyte would come on top of the limit of a query."""


def preloaded() -> dict[str, str]:
    """What a process is told to start with it: nothing where there is no such library."""
    library = os.environ.get(_SETTING, _installed())
    return {"LD_PRELOAD": library, "MIMALLOC_ARENA_RESERVE": _STEP} if library else {}


@cache
def _installed() -> str:
    """The path of the library; empty on a system for which the package has none."""
    try:
        found = [Path(str(file.locate())) for file in files(_PACKAGE) or () if file.name == _LIBRARY]
    except PackageNotFoundError:
        return ""
    return next((str(path) for path in found if path.is_file()), "")
