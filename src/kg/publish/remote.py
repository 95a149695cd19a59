"""Putting a release in a SPARQL server: loaded beside what is read, verified, and then switched to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.ask import bind
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_releases import ask_store, parts_of, pointed_at
from kg.graph.renaming import Renaming, current_release, renaming_of
from kg.names import OUTSIDE, Iri, Names
from kg.publish.release import Release
from kg.text import natural

__all__ = ["Published", "publish"]

_PUT = 50_000
"""Statements in one request of the Graph Store Protocol."""
_INSERT = 500
"""Statements in one INSERT DATA: Virtuoso compiles an update, and refuses one of more than 10,000 lines of its code."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did."""

    release: Iri
    """The name of the release in the store."""
    graphs: int
    quads: int
    loaded: int
    """Graphs that were loaded now; the others stood there already."""
    dropped: tuple[str, ...]
    """Older releases that were taken away."""


@dataclass(frozen=True, slots=True, order=True)
class _Part:
    """One graph as it goes into the store."""

    graph: str
    size: int
    path: Path


def publish(
    release: Release,
    names: Names,
    link: Link,
    *,
    keep: int = 2,
    say: Callable[[str, int, int], None] = lambda *_: None,
) -> Published:
    """Loads a release beside those in the store, verifies it by counting, and then says that it is to be read.

    The release is known in the store by its version and digest, so it can be done again at any time: graphs that
    have their size already are passed over. What is read changes in the last step only. After it the oldest releases
    go, but for the last `keep`, this one included. `say` is told each graph, its number and how many there are.
    Raises ReleaseError for a damaged release, and StoreError when the store is away, refuses, or miscounts.
    """
    renaming = renaming_of(names, release.version, release.digest)
    assert renaming.release is not None
    whole = ask_store(names, link)
    with TemporaryDirectory(prefix="kg-publish-") as folder:
        parts = _parts(release, renaming, Path(folder))
        loaded = 0
        for number, part in enumerate(parts, start=1):
            say(part.graph.rpartition("/")[2], number, len(parts))
            if _size(whole, part.graph) != part.size:
                _load(link, whole, part)
                loaded += 1
        _list(link, whole, renaming, parts, Path(folder))
    _switch(link, names, renaming.release)
    dropped = _drop_older(link, whole, names, renaming.release, keep)
    return Published(renaming.release, len(parts), sum(part.size for part in parts), loaded, dropped)


def _parts(release: Release, renaming: Renaming, folder: Path) -> list[_Part]:
    """The graphs of the release, each in a file of N-Triples with the names it has in the store, sorted."""
    with ExitStack() as stack:
        files_: dict[str, IO[str]] = {}
        sizes: dict[str, int] = defaultdict(int)
        for quad in renaming.to_store(release.statements()):
            graph = getattr(quad.graph_name, "value", "")
            if graph not in files_:
                path = folder / f"{len(files_)}.nt"
                files_[graph] = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            files_[graph].write(f"{quad.triple} .\n")
            sizes[graph] += 1
        return sorted(_Part(graph, sizes[graph], Path(file.name)) for graph, file in files_.items())


def _load(link: Link, whole: RemoteStore, part: _Part) -> None:
    """Puts a graph in the place of what stands there under its name, and counts."""
    node = ox.NamedNode(part.graph)
    with part.path.open("rb") as lines:
        put = link.put(part.graph, b"".join(islice(lines, _PUT)))
        while put and (more := b"".join(islice(lines, _PUT))):
            link.put(part.graph, more, add=True)
    if not put:
        link.update(bind(_text("drop"), {"graph": node}))
        with part.path.open("rb") as lines:
            while more := b"".join(islice(lines, _INSERT)):
                link.update(bind(_text("insert"), {"graph": node}).replace("$statements", more.decode(), 1))
    found = _size(whole, part.graph)
    if found != part.size:
        raise StoreError(
            "The store at {address} has {found} statements of {graph}, and should have {size}.",
            "Nothing was switched: what is read is as it was. Publish again.",
            address=link.remote.shown,
            found=found,
            graph=part.graph,
            size=part.size,
        )


def _list(link: Link, whole: RemoteStore, renaming: Renaming, parts: Sequence[_Part], folder: Path) -> None:
    """Says which graphs the release has: it is whole when that is said."""
    sizes = {part.graph: part.size for part in parts}
    if parts_of(link, whole.names, renaming) == sizes:
        return
    assert renaming.release is not None
    release, has_part, triples = (
        ox.NamedNode(iri) for iri in (renaming.release, OUTSIDE["dct"] + "hasPart", OUTSIDE["void"] + "triples")
    )
    told = [ox.Triple(release, has_part, ox.NamedNode(graph)) for graph in sizes]
    told += [ox.Triple(ox.NamedNode(graph), triples, ox.Literal(size)) for graph, size in sizes.items()]
    path = folder / "release.nt"
    path.write_text("".join(f"{triple} .\n" for triple in told), encoding="utf-8")
    _load(link, whole, _Part(renaming.release, len(told), path))


def _switch(link: Link, names: Names, release: Iri) -> None:
    """Says that this release is to be read, and looks whether that is what is read."""
    before = pointed_at(link, names)
    if before != release:
        terms = {"pointer": ox.NamedNode(current_release(names)), "release": ox.NamedNode(release)}
        link.update(bind(_text("switch" if before else "begin"), terms))
        before = pointed_at(link, names)
    if before != release:
        raise StoreError(
            "The store at {address} still tells to read {release}.",
            "Publish again.",
            address=link.remote.shown,
            release=before or "-",
        )


def _drop_older(link: Link, whole: RemoteStore, names: Names, current: Iri, keep: int) -> tuple[str, ...]:
    """Takes away all but the newest releases: their list first, so that none is found without its graphs."""
    beginning = f"{names.base}release/"
    table = whole.table(bind(_text("releases"), {"beginning": ox.Literal(beginning)}))
    graphs_of: dict[str, list[str]] = defaultdict(list)
    for graph in map(str, table.column("graph")):
        release = graph.removeprefix(beginning).partition("/")[0]
        if beginning + release not in {current, current_release(names)}:
            graphs_of[release].append(graph)
    older = sorted(graphs_of, key=natural, reverse=True)[max(keep - 1, 0) :]
    for release in older:
        for graph in sorted(graphs_of[release], key=len):
            link.update(bind(_text("drop"), {"graph": ox.NamedNode(graph)}))
    return tuple(older)


def _size(whole: RemoteStore, graph: str) -> int:
    return int(whole.table(bind(_text("graph-size"), {"graph": ox.NamedNode(graph)})).column("size")[0])


@cache
def _text(name: str) -> str:
    return files("kg.publish").joinpath("remote_queries", f"{name}.rq").read_text(encoding="utf-8")
