"""The graph as GraphML: things as nodes, the links between them as edges."""

from __future__ import annotations

from io import BytesIO

import pyoxigraph as ox

from kg.exchange.source import Source
from kg.graph.describe import origin_of_graphs, origin_of_thing
from kg.names import KINDS, OUTSIDE, Iri

__all__ = ["write"]

_LABEL = OUTSIDE["skos"] + "prefLabel"


def write(source: Source) -> dict[str, bytes]:
    """One file. A node has id (kind/code), iri, kind, code, labels and origin; an edge has property and origin."""
    origins = origin_of_graphs(source.store)
    import networkx as nx  # when it is needed: a server starts without

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    things = [(iri, kind.segment) for kind in KINDS for iri in source.things(kind.class_name)]
    name_of = {iri: f"{segment}/{source.code(iri)}" for iri, segment in things}
    for iri, segment in things:
        labels = source.texts(iri, _LABEL)
        graph.add_node(
            name_of[iri],
            iri=iri,
            kind=segment,
            code=source.code(iri),
            label=labels.get(source.language) or next(iter(labels.values()), ""),
            labelNl=labels.get("nl", ""),
            labelEn=labels.get("en", ""),
            origin=origin_of_thing(source.store, iri, origins),
        )
    for iri, _ in things:
        quads = source.store.quads(ox.NamedNode(iri), None, None, None)
        for quad in sorted(quads, key=str):
            target = name_of.get(Iri(getattr(quad.object, "value", "")))
            if target is not None and isinstance(quad.object, ox.NamedNode):
                source.nodes(iri, quad.predicate.value)
                origin = origins.get(Iri(getattr(quad.graph_name, "value", "")), "")
                property_ = source.names.compact(quad.predicate.value)
                graph.add_edge(name_of[iri], target, property=property_, origin=origin)
    out = BytesIO()
    nx.write_graphml(graph, out, encoding="utf-8", named_key_ids=True)
    return {"graph.graphml": out.getvalue()}
