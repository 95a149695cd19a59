"""What one site process holds: a release, its store, and the questions that can be asked of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import current_app

import kg
from kg.files.catalog import queries_by_name
from kg.files.project import Project
from kg.graph.describe import count_origins, origin_of_graphs
from kg.graph.match import Index, index_of
from kg.graph.remote_releases import open_stored
from kg.graph.remote_settings import read_remote
from kg.graph.renaming import renaming_of
from kg.graph.store import Store
from kg.graph.texts import Texts, texts_of
from kg.names import KINDS, OUTSIDE, Iri, Names
from kg.publish.counts import Counts, counts_of
from kg.publish.feed_pages import lineage
from kg.publish.jsonld import context_of
from kg.publish.release import Release
from kg.records import Query, Report
from kg.text import natural

__all__ = ["State", "open_state", "state"]

_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")


@dataclass(frozen=True, slots=True)
class State:
    """Everything a view needs; made once when the process starts, never changed."""

    project: Project
    release: Release
    store: Store
    questions: Mapping[str, Query]
    report: Report
    numbers: Counts
    edition: str = ""
    """Changes when the release, those before it or the program change; every answer follows from this and the
    request."""
    members: Mapping[str, tuple[Iri, ...]] = field(default_factory=dict)
    """Segment of a kind → its things in the order of their codes; kinds without things are left out."""
    known: frozenset[Iri] = frozenset()
    """Every thing there is."""
    origins: Mapping[Iri, str] = field(default_factory=dict)
    """Named graph → stated, proposed, reference or derived."""
    things_by_origin: Mapping[str, int] = field(default_factory=dict)
    """How many things come from where. Counted before the server forks: who looks at each of them writes to memory that
    all processes share, and so copies it."""
    index: Index = field(default_factory=lambda: Index((), {}, (), Names()))
    """All names of things, to be matched however they are spelt."""
    texts: Texts = field(default_factory=lambda: texts_of(Store(Names())))
    """All codes, names and definitions by their words, to be searched in."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """The JSON-LD context, with this graph's own prefixes."""
    lineage: tuple[Release, ...] = ()
    """The releases on disk that led to this one, the oldest first; this one is the last."""

    @property
    def names(self) -> Names:
        """The names of this graph."""
        return self.project.names


def open_state(project: Project, release: Release) -> State:
    """The state of a site over this release. Raises ReleaseError when the release is damaged."""
    store = _store(project, release)
    led_here = lineage(project, release)
    members, origins = _members(store, project.names), origin_of_graphs(store)
    known = frozenset(iri for things in members.values() for iri in things)
    return State(
        project=project,
        release=release,
        store=store,
        questions=queries_by_name(project.query_files("questions")),
        report=release.report(),
        numbers=counts_of(release, store),
        edition=_edition(project, led_here),
        lineage=led_here,
        members=members,
        known=known,
        origins=origins,
        things_by_origin=count_origins(store, known, origins),
        index=index_of(store),
        texts=texts_of(store),
        context=context_of(project),
    )


def state() -> State:
    """The state of the running application."""
    found = current_app.extensions["kg"]
    assert isinstance(found, State)
    return found


def _store(project: Project, release: Release) -> Store:
    """The graph of a release: on the SPARQL server that is set, for the release in place; else from its files.

    Raises StoreError when that server is away, or does not hold the release.
    """
    remote = read_remote(project.root)
    if remote and release.version == project.settings.version:
        from kg.graph.remote_link import Link  # httpx, which only a server elsewhere needs

        renaming = renaming_of(project.names, release.version, release.digest)
        store = open_stored(Link(remote), project.names, renaming)
        store.warm()
        return store
    return release.store(project)


def _members(store: Store, names: Names) -> dict[str, tuple[Iri, ...]]:
    found: dict[str, set[Iri]] = defaultdict(set)
    for kind in KINDS:
        for quad in store.quads(None, _TYPE, ox.NamedNode(kind.class_iri), None):
            iri = Iri(getattr(quad.subject, "value", ""))
            known = names.segment_and_code(iri)
            if known and known[0] == kind.segment:
                found[kind.segment].add(iri)
    return {kind.segment: tuple(sorted(found[kind.segment], key=natural)) for kind in KINDS if found[kind.segment]}


def _edition(project: Project, releases: Sequence[Release]) -> str:
    total = hashlib.sha256("\0".join((_program(), *(release.digest for release in releases))).encode())
    for howto in sorted((project.root / "docs" / "howto").rglob("*.md")):
        total.update(f"{howto.name}\0".encode() + howto.read_bytes())
    return total.hexdigest()[:20]


@cache
def _program() -> str:
    """A sum of the program as it was when it was first asked for: a process goes on as it began."""
    total = hashlib.sha256(kg.__version__.encode())
    for folder in (Path(__file__).parent, Path(kg.__file__).parent):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and _makes_answers(path)):
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _makes_answers(path: Path) -> bool:
    """Whether a file of the program decides what answers say: not what was compiled, and not the graph it carries."""
    return not {"__pycache__", "shipped"} & set(path.parts)
