"""The graph as files: the same quads in every form that others read, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import OUTSIDE
from kg.publish.jsonld import quads_as_jsonld

__all__ = ["MEDIA_TYPES", "canonical_quads", "dumps", "written"]

MEDIA_TYPES: Mapping[str, str] = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
    "json": "application/json",
}
"""How a name ends → what the file is."""

_TYPE = OUTSIDE["rdf"] + "type"


def dumps(store: Store, name: str, context: Mapping[str, Any]) -> dict[str, bytes]:
    """File name → content. N-Quads, TriG and JSON-LD tell the graph of every statement; Turtle and RDF/XML cannot."""
    quads = sorted(store, key=_order)
    triples = list(dict.fromkeys(quad.triple for quad in sorted(quads, key=lambda quad: _order(quad)[1:])))
    prefixes = _used(store, quads)
    return {
        f"{name}.nq": canonical_quads(store),
        f"{name}.trig": written(quads, ox.RdfFormat.TRIG, prefixes),
        f"{name}.ttl": written(triples, ox.RdfFormat.TURTLE, prefixes),
        f"{name}.jsonld": quads_as_jsonld(quads, context),
        f"{name}.rdf": written(triples, ox.RdfFormat.RDF_XML, prefixes),
    }


def canonical_quads(store: Store) -> bytes:
    """All quads as N-Quads, one a line, in code point order."""
    lines = sorted(f"{quad} .\n" for quad in store)
    return "".join(lines).encode("utf-8")


def _order(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    """Graph, then subject, its types first."""
    property_ = quad.predicate.value
    return (str(quad.graph_name), str(quad.subject), property_ != _TYPE, property_, str(quad.object))


def _used(store: Store, quads: Iterable[ox.Quad]) -> dict[str, str]:
    """The prefixes that some IRI in these quads begins with."""
    iris = {term.value for quad in quads for term in quad if isinstance(term, ox.NamedNode)}
    iris |= {quad.object.datatype.value for quad in quads if isinstance(quad.object, ox.Literal)}
    namespaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    return {prefix: namespace for prefix, namespace in store.names.prefixes().items() if namespace in namespaces}


def written(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, prefixes: Mapping[str, str]
) -> bytes:
    """Statements in the order given; the engine declares prefixes in no fixed order, so these are sorted."""
    text = (ox.serialize(statements, format=form, prefixes=dict(prefixes)) or b"").decode("utf-8")
    if form == ox.RdfFormat.RDF_XML:
        return _with_sorted_namespaces(text)
    return _with_sorted_prefixes(text)


def _with_sorted_prefixes(text: str) -> bytes:
    """The engine declares prefixes in no fixed order."""
    lines = text.splitlines(keepends=True)
    count = next((place for place, line in enumerate(lines) if not line.startswith("@prefix ")), len(lines))
    return "".join([*sorted(lines[:count]), *lines[count:]]).encode("utf-8")


def _with_sorted_namespaces(text: str) -> bytes:
    """The same for RDF/XML, which declares them in its first element."""
    start, declared, rest = re.split(r"(?<=<rdf:RDF )([^>]*)", text, maxsplit=1)
    return f"{start}{' '.join(sorted(declared.split()))}{rest}".encode()
