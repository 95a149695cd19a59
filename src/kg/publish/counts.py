"""How much there is in a graph: statements, graphs, origins, classes and properties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.describe import origin_of_graphs
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri

__all__ = ["Counts", "counts"]

_TYPE = OUTSIDE["rdf"] + "type"


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


def counts(store: Store) -> Counts:
    """The numbers of this graph; a thing that two graphs give the same class counts once."""
    graphs: Counter[Iri] = Counter()
    properties: Counter[Iri] = Counter()
    members: set[tuple[str, Iri]] = set()
    subjects: set[str] = set()
    for quad in store:
        graphs[Iri(getattr(quad.graph_name, "value", ""))] += 1
        properties[Iri(quad.predicate.value)] += 1
        subject = str(quad.subject)
        subjects.add(subject)
        if quad.predicate.value == _TYPE and isinstance(quad.object, ox.NamedNode):
            members.add((subject, Iri(quad.object.value)))
    origin_of = origin_of_graphs(store)
    origins: Counter[str] = Counter()
    for graph, number in graphs.items():
        if graph in origin_of:
            origins[origin_of[graph]] += number
    return Counts(
        quads=len(store),
        subjects=len(subjects),
        graphs=dict(sorted(graphs.items())),
        origins=dict(sorted(origins.items())),
        classes=dict(sorted(Counter(class_ for _, class_ in members).items())),
        properties=dict(sorted(properties.items())),
    )
