"""A new graph, for another profession: its settings, public reference data, and one example to replace."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyoxigraph as ox

from kg.errors import BadParameter, LoadError
from kg.files.project import read_project, shipped
from kg.files.turtle import canonical, read_turtle
from kg.names import BASE, CODE, DCT, Names
from kg.text import Words

__all__ = ["REFERENCE", "reference", "start"]

REFERENCE = ("levels", "places", "tiles", "verbs")
"""Public facts that every profession needs: levels of NLQF and EQF, provinces and municipalities, action verbs."""
_TEMPLATE_BASE = "https://example.org/new/"
_PUBLISHER = ox.NamedNode(DCT + "publisher")


def start(folder: Path, *, base: str, title: Words) -> Path:
    """Makes a graph in a folder that does not exist yet or is empty; gives the folder.

    It passes the checks as it is, with the ontology, shapes and questions of the program. Everything is made beside
    the folder and put in place in one step. Raises BadParameter for a base that is no http(s) address ending in
    '/', LoadError for a folder that has files in it or cannot be made.
    """
    if not base.startswith(("http://", "https://")) or not base.endswith("/") or base == BASE:
        raise BadParameter(
            "{base} cannot be the base of a new graph.",
            "Give an address of your own that ends in '/', such as https://example.org/fietsenmaker/.",
            base=base,
        )
    if not CODE.match(folder.name):
        raise BadParameter(
            "{name} is no name for a graph.", "Use lower case letters, digits and single hyphens.", name=folder.name
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LoadError("{folder}: this folder has files in it.", "Name a folder that does not exist.", folder=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(mkdtemp(prefix=".new-", dir=folder.parent))
        try:
            _fill(staged, base, title)
            staged.chmod(0o755)
            staged.replace(folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=folder, fault=fault.strerror) from None
    return folder


def _fill(folder: Path, base: str, title: Words) -> None:
    names = Names(base)
    words = {f"title_{language}": title.within(language) for language in ("nl", "en")}
    quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in (words | {"base": base}).items()}
    _write(folder / "kg.toml", _template("kg.toml").format(**quoted))
    _write(folder / "README.md", _template("README.md").format(**words))
    _write(folder / ".gitignore", "dist/\n*.xlsx\n")
    (folder / "data" / "note").mkdir(parents=True)
    example = _rebased(_parsed(_template("proposal/example.ttl")), _TEMPLATE_BASE, base)
    _write(folder / "data" / "proposal" / "example.ttl", canonical(example, names))
    described = _rebased(_parsed(_template("graphs.ttl")), _TEMPLATE_BASE, base)
    for name, triples, about in reference(base):
        _write(folder / "data" / "reference" / f"{name}.ttl", canonical(triples, names))
        described += about
    _write(folder / "data" / "graphs.ttl", canonical(described, names))


def reference(base: str) -> list[tuple[str, list[ox.Triple], list[ox.Triple]]]:
    """The reference files of the graph that comes with the program, and the description of each, under this base."""
    project = read_project(shipped())
    data = project.folder("data")
    described = read_turtle(data / "graphs.ttl").triples
    found = []
    for name in REFERENCE:
        graph = ox.NamedNode(project.names.graph(f"reference-{name}"))
        about = [triple for triple in described if triple.subject == graph and triple.predicate != _PUBLISHER]
        own = read_turtle(data / "reference" / f"{name}.ttl").triples
        old = project.settings.base
        found.append((name, _rebased(own, old, base), _rebased(about, old, base)))
    return found


def _rebased(triples: tuple[ox.Triple, ...] | list[ox.Triple], old: str, new: str) -> list[ox.Triple]:
    """The same statements about things of another base; terms of the ontology stay."""
    parts = tuple(f"{old}{part}/" for part in ("id", "graph"))

    def moved(node: Any) -> Any:
        if isinstance(node, ox.NamedNode) and node.value.startswith(parts):
            return ox.NamedNode(new + node.value.removeprefix(old))
        return node

    return [ox.Triple(moved(triple.subject), triple.predicate, moved(triple.object)) for triple in triples]


def _parsed(text: str) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE))


def _template(name: str) -> str:
    return files("kg.editing").joinpath("template", name).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
