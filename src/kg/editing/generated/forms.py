"""A made-up graph as a file: N-Quads or TriG, written while it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.editing.generated.stream import Part

__all__ = ["FORMS"]


def _n_quads(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        graph = f"<{part.graph}>"
        yield "".join(f"{s} {p} {o} {graph} .\n" for s, p, o in part.statements)


def _trig(parts: Iterable[Part]) -> Iterator[str]:
    """A block for every part; one graph may have many."""
    for part in parts:
        statements = "".join(f"  {s} {p} {o} .\n" for s, p, o in part.statements)
        yield f"<{part.graph}> {{\n{statements}}}\n"


FORMS = {"nq": _n_quads, "trig": _trig}
"""Short name → how parts are written in that form."""
