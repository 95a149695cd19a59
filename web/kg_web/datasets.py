"""The data files of the graph: what each holds, where it comes from, and under which licence."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.names import DCT, Iri, Names
from kg_web.reader import Reader, Value

__all__ = ["Dataset", "dataset", "datasets"]

_ORDER = ("stated", "proposed", "reference", "derived", "")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data file, which is one named graph."""

    name: str
    iri: Iri
    title: str
    description: str
    origin: str
    licences: tuple[Value, ...]
    sources: tuple[Value, ...]
    stewards: tuple[Value, ...]
    triples: int


def datasets(reader: Reader) -> list[Dataset]:
    """All data files, by origin and then by title."""
    found = [dataset(reader, iri) for iri in reader.state.store.graphs()]
    return sorted(found, key=lambda entry: (_ORDER.index(entry.origin), entry.title.casefold()))


def dataset(reader: Reader, iri: Iri) -> Dataset:
    """One data file."""

    def links(predicate: str) -> tuple[Value, ...]:
        quads = reader.state.store.quads(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
        return tuple(sorted({reader.value(quad.object) for quad in quads}, key=lambda value: value.text))

    return Dataset(
        name=_name(iri, reader.state.names),
        iri=iri,
        title=reader.label(iri),
        description=" ".join(text.value for text in reader.texts(iri, DCT + "description")),
        origin=reader.state.origins.get(iri, ""),
        licences=links(DCT + "license"),
        sources=links(DCT + "source"),
        stewards=links(DCT + "publisher"),
        triples=reader.state.numbers.graphs.get(iri, 0),
    )


def _name(iri: Iri, names: Names) -> str:
    return iri.removeprefix(names.graph("")).removeprefix(Names().graph(""))
