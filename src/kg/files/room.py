"""How much a process may keep in memory, as `kg.toml` says in its table [memory] or the environment before it."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass

from kg.errors import LoadError
from kg.files.project import SETTINGS_FILE, Project

__all__ = ["Room", "read_room"]

_ANSWERS_MIB = 64
_QUADS = 2_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """What `[memory]` sets; each can be set by KG_ANSWERS_MIB and KG_MEMORY_QUADS too, and 0 means nothing."""

    answers_mib: int = _ANSWERS_MIB
    """MiB of finished answers that each process of the site keeps."""
    quads: int = _QUADS
    """A graph of at most so many statements is held in memory, in each process; a larger one is read from the disk."""


def read_room(project: Project) -> Room:
    """The room of this project. Raises LoadError for a setting that does not exist or is no whole number."""
    path = project.root / SETTINGS_FILE
    with path.open("rb") as file:
        table = tomllib.load(file).get("memory", {})
    told = {"answers_mib": _ANSWERS_MIB, "quads": _QUADS, **table}
    for name, variable in (("answers_mib", "KG_ANSWERS_MIB"), ("quads", "KG_MEMORY_QUADS")):
        told[name] = os.environ.get(variable) or told[name]
    chosen = {}
    for name, value in told.items():
        if name not in Room.__slots__ or not str(value).isdecimal():
            raise LoadError(
                "{path}: [memory] cannot have {name} = {value!r}.",
                "Set answers_mib and quads there, or KG_ANSWERS_MIB and KG_MEMORY_QUADS, to whole numbers.",
                path=path,
                name=name,
                value=value,
            )
        chosen[name] = int(value)
    return Room(**chosen)
