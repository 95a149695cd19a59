"""Leergraaf: a knowledge graph of competences and learning outcomes.

>>> import kg
>>> graph = kg.load()
>>> graph.ask("units-of-competence", competence="ow-07").to_pandas()
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.library import Graph

__version__ = "0.2.0"

__all__ = ["__version__", "load"]


def load(project: str | Path | None = None, *, version: str | None = None) -> Graph:
    """The graph of a project folder, ready to be asked; without one, as the command `kg` would choose it.

    With `version`, the graph as it was in that release, which must be on disk.
    """
    from kg.library import open_graph

    return open_graph(Path(project) if project is not None else None, version)
