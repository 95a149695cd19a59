"""How much there is in a graph: statements, graphs, origins, classes, properties, and links to what others describe."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.describe import origin_of_graphs
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri
from kg.publish.catalogue import read_template
from kg.publish.release import COUNTS, Release

__all__ = ["Counts", "counts", "counts_of"]

_TYPE = OUTSIDE["rdf"] + "type"
_SPACE = OUTSIDE["void"] + "uriSpace"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of statements, except for classes: of things. Each sorted by name."""

    quads: int
    subjects: int
    graphs: Mapping[Iri, int]
    origins: Mapping[str, int]
    """stated, proposed, reference or derived; what stands in a graph without an origin is not in here."""
    classes: Mapping[Iri, int]
    properties: Mapping[Iri, int]
    objects: int
    things: int
    """What has a page of its own."""
    example: str
    """The first thing; empty when there is none."""
    links: Mapping[str, Mapping[Iri, int]]
    """Where the IRIs of another party begin → property → links to them from things of ours."""


def counts_of(release: Release, store: Store) -> Counts:
    """The numbers of a release as its build counted them; counted now when an older program built it."""
    file = release.file(COUNTS)
    try:
        return Counts(**json.loads(file.path.read_bytes())) if file else counts(store)
    except (OSError, TypeError, ValueError):
        return counts(store)


def counts(store: Store) -> Counts:
    """The numbers of this graph, in one pass; a thing that two graphs give the same class counts once."""
    ours = f"{store.names.base}id/"
    spaces = _spaces(store.names.base)
    graphs: Counter[Iri] = Counter()
    properties: Counter[Iri] = Counter()
    members: set[tuple[str, Iri]] = set()
    links: dict[str, Counter[Iri]] = {}
    subjects: set[str] = set()
    objects: set[str] = set()
    for quad in store:
        graphs[Iri(getattr(quad.graph_name, "value", ""))] += 1
        properties[Iri(quad.predicate.value)] += 1
        subject = str(quad.subject)
        subjects.add(subject)
        objects.add(str(quad.object))
        if not isinstance(quad.object, ox.NamedNode):
            continue
        if quad.predicate.value == _TYPE:
            members.add((subject, Iri(quad.object.value)))
        elif quad.object.value.startswith(spaces) and subject.startswith(ours, 1):
            for space in spaces:
                if quad.object.value.startswith(space):
                    links.setdefault(space, Counter())[Iri(quad.predicate.value)] += 1
    origin_of = origin_of_graphs(store)
    origins: Counter[str] = Counter()
    for graph, number in graphs.items():
        if graph in origin_of:
            origins[origin_of[graph]] += number
    things = {subject for subject in subjects if subject.startswith(ours, 1)}
    return Counts(
        quads=len(store),
        subjects=len(subjects),
        graphs=dict(sorted(graphs.items())),
        origins=dict(sorted(origins.items())),
        classes=dict(sorted(Counter(class_ for _, class_ in members).items())),
        properties=dict(sorted(properties.items())),
        objects=len(objects),
        things=len(things),
        example=min(things, default="").strip("<>"),
        links={space: dict(sorted(found.items())) for space, found in sorted(links.items())},
    )


def _spaces(base: str) -> tuple[str, ...]:
    """Where the IRIs of other parties that a catalogue knows begin."""
    said = read_template(base, base.rstrip("/")).said
    return tuple(
        sorted(
            triple.object.value
            for triple in said
            if triple.predicate.value == _SPACE and isinstance(triple.object, ox.Literal)
        )
    )
