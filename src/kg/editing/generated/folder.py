"""A made-up graph as a folder that can be checked, built and served."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import Generated, Part
from kg.editing.starting import start
from kg.errors import LoadError
from kg.files.turtle import canonical
from kg.text import Words

__all__ = ["write_folder"]

_TITLE = Words({"nl": "Een verzonnen graaf", "en": "A made-up graph"})
_FOLDERS = ("note", "proposal")


def write_folder(generated: Generated, folder: Path) -> None:
    """Makes the graph in a folder that does not exist yet or is empty, in files of some fifty sectors.

    What follows by the rules is left out, for a build derives it. Raises what `start` raises.
    """
    start(folder, base=generated.base, title=_TITLE)
    data = folder / "data"
    (data / "proposal" / "example.ttl").unlink()
    try:
        for name, parts in _files(generated.parts()):
            origin, _, group = name.partition("-")
            path = data / origin / f"{group}.ttl" if origin in _FOLDERS else data / f"{name}.ttl"
            path.write_text(_turtle(parts, generated), encoding="utf-8", newline="\n")
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=folder, fault=fault.strerror) from None


def _files(parts: Iterator[Part]) -> Iterator[tuple[str, list[Part]]]:
    """File by file, group of sectors by group; what `start` wrote and what rules derive is left out."""
    ours = (part for part in parts if part.name == "graphs" or part.name.partition("-")[0] in _FOLDERS)
    for _, together in groupby(ours, key=lambda part: part.name.partition("-")[2]):
        held: dict[str, list[Part]] = {}
        for part in together:
            held.setdefault(part.name, []).append(part)
        yield from held.items()


def _turtle(parts: list[Part], generated: Generated) -> str:
    text = "".join(FORMS["nq"](parts))
    quads = ox.parse(input=text, format=ox.RdfFormat.N_QUADS)
    return canonical((quad.triple for quad in quads), generated.names)
