"""The graph as files: the same quads in every form that others read, the same bytes each time.

Every form is written in a stream, graph by graph or subject by subject, so that what it takes in memory does not grow
with the graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import OUTSIDE
from kg.publish.jsonld import write_jsonld
from kg.publish.packing import Writer

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
_PIECE = 256 * 1024


def dumps(store: Store, name: str, context: Mapping[str, Any]) -> dict[str, Writer]:
    """File name → what writes it.

    N-Quads, TriG and JSON-LD tell the graph of every statement; Turtle and RDF/XML cannot.
    """
    subjects, prefixes = _survey(store)

    def triples() -> Iterator[ox.Triple]:
        for quads in _by_subject(store, subjects):
            yield from dict.fromkeys(quad.triple for quad in sorted(quads, key=_order_of_one))

    def quads() -> Iterator[ox.Quad]:
        for graph in sorted(_graphs(store), key=str):
            yield from sorted(store.quads(graph=graph), key=_order)

    def nq(out: IO[bytes]) -> None:
        for found in _by_subject(store, subjects):
            out.write("".join(sorted(f"{quad} .\n" for quad in found)).encode("utf-8"))

    return {
        f"{name}.nq": nq,
        f"{name}.trig": lambda out: _write(quads(), ox.RdfFormat.TRIG, prefixes, out),
        f"{name}.ttl": lambda out: _write(triples(), ox.RdfFormat.TURTLE, prefixes, out),
        f"{name}.jsonld": lambda out: write_jsonld(_graphs_and_quads(store), context, out),
        f"{name}.rdf": lambda out: _write(triples(), ox.RdfFormat.RDF_XML, prefixes, out),
    }


def canonical_quads(store: Store) -> bytes:
    """All quads as N-Quads, one a line, in code point order."""
    lines = sorted(f"{quad} .\n" for quad in store)
    return "".join(lines).encode("utf-8")


def written(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, prefixes: Mapping[str, str]
) -> bytes:
    """Statements in the order given; the engine declares prefixes in no fixed order, so these are sorted."""
    out = BytesIO()
    _write(statements, form, prefixes, out)
    return out.getvalue()


def _write(
    statements: Iterable[ox.Quad] | Iterable[ox.Triple], form: ox.RdfFormat, prefixes: Mapping[str, str], out: IO[bytes]
) -> None:
    sorted_head = _SortedHead(out, _namespaces if form == ox.RdfFormat.RDF_XML else _prefixes)
    ox.serialize(statements, sorted_head, format=form, prefixes=dict(prefixes))  # type: ignore[arg-type]  # it writes
    sorted_head.finish()


class _SortedHead:
    """A file whose beginning, where prefixes are declared, is sorted on the way; it writes in larger pieces."""

    def __init__(self, out: IO[bytes], ordered: Callable[[str], str]) -> None:
        self._out = out
        self._ordered = ordered
        self._held = bytearray()
        self._begun = False

    def write(self, data: bytes) -> int:
        """Takes more of the content."""
        self._held += data
        if len(self._held) >= _PIECE:
            self._hand_over()
        return len(data)

    def flush(self) -> None:
        """Does nothing: the engine flushes more often than pays."""

    def finish(self) -> None:
        """Writes what is left."""
        self._hand_over()

    def _hand_over(self) -> None:
        content = bytes(self._held)
        self._held.clear()
        if not self._begun:  # the head is far shorter than a piece, which may end in the middle of a character
            self._begun = True
            content = self._ordered(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        self._out.write(content)


def _prefixes(text: str) -> str:
    """Turtle and TriG: lines at the beginning."""
    lines = text.splitlines(keepends=True)
    count = next((place for place, line in enumerate(lines) if not line.startswith("@prefix ")), len(lines))
    return "".join([*sorted(lines[:count]), *lines[count:]])


def _namespaces(text: str) -> str:
    """RDF/XML: attributes of its first element."""
    start, declared, rest = re.split(r"(?<=<rdf:RDF )([^>]*)", text, maxsplit=1)
    return f"{start}{' '.join(sorted(declared.split()))}{rest}"


def _order(quad: ox.Quad) -> tuple[str, bool, str, str]:
    """The order within a graph: by subject, its types first."""
    return (str(quad.subject), *_order_of_one(quad))


def _order_of_one(quad: ox.Quad) -> tuple[bool, str, str]:
    """The order within the statements of one subject: its types first."""
    property_ = quad.predicate.value
    return (property_ != _TYPE, property_, str(quad.object))


def _survey(store: Store) -> tuple[list[Any], dict[str, str]]:
    """The subjects in order, and the prefixes that some IRI in the graph begins with."""
    subjects: dict[str, Any] = {}
    iris: set[str] = set()
    for quad in store:
        subjects[str(quad.subject)] = quad.subject
        iris.add(quad.predicate.value)
        if isinstance(quad.object, ox.NamedNode):
            iris.add(quad.object.value)
        elif isinstance(quad.object, ox.Literal):
            iris.add(quad.object.datatype.value)
    iris |= {subject.value for subject in subjects.values() if isinstance(subject, ox.NamedNode)}
    iris |= set(store.graphs())
    namespaces = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris}
    used = {prefix: namespace for prefix, namespace in store.names.prefixes().items() if namespace in namespaces}
    return [subjects[text] for text in sorted(subjects)], used


def _by_subject(store: Store, subjects: Iterable[Any]) -> Iterator[list[ox.Quad]]:
    for subject in subjects:
        yield list(store.quads(subject))


def _graphs(store: Store) -> list[Any]:
    """The named graphs, and the default graph, which a release leaves empty."""
    return [ox.DefaultGraph(), *(ox.NamedNode(name) for name in store.graphs())]


def _graphs_and_quads(store: Store) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Every graph with its quads, by name; the default graph has none."""
    for graph in sorted(_graphs(store), key=lambda graph: getattr(graph, "value", "")):
        quads = list(store.quads(graph=graph))
        if quads:
            yield "" if isinstance(graph, ox.DefaultGraph) else graph.value, quads
