"""One table for every kind of thing: a row for a thing, a column for a property."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import IO

import pyoxigraph as ox

from kg.graph.describe import origin_of_graphs
from kg.graph.store import Store
from kg.names import KINDS, OUTSIDE, Iri
from kg.publish.packing import Writer
from kg.text import natural

__all__ = ["tables"]

_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_BETWEEN_TEXTS = " | "


def tables(store: Store) -> dict[str, Writer]:
    """`tables/<kind>.csv` → what writes its rows in the order of their codes, for every kind that has things.

    RFC 4180 in UTF-8. Columns: `iri`, `code`, `origin`, then properties by name, one for each language, as in
    `skos:prefLabel@nl`. Several links stand in one cell with spaces between, several texts with ` | `.
    """
    origins = origin_of_graphs(store)
    predicates = {quad.predicate for quad in store}
    columns = {predicate: store.names.compact(predicate.value).strip("<>") for predicate in predicates}
    found: dict[str, Writer] = {}
    for kind in KINDS:
        quads = store.quads(None, _TYPE, ox.NamedNode(kind.class_iri), None)
        home = {Iri(quad.subject.value): quad.graph_name for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        things = {
            iri: (known[1], origins.get(Iri(getattr(graph, "value", "")), ""))
            for iri, graph in home.items()
            if (known := store.names.segment_and_code(iri)) and known[0] == kind.segment
        }
        if things:
            found[f"tables/{kind.segment}.csv"] = _writer(store, things, columns)
    return found


def _writer(store: Store, things: Mapping[Iri, tuple[str, str]], columns: Mapping[ox.NamedNode, str]) -> Writer:
    """Writes the table of these things, each with its code and origin."""

    def write(out: IO[bytes]) -> None:
        rows = [
            {"iri": iri, "code": things[iri][0], "origin": things[iri][1]} | _cells(store, iri, columns)
            for iri in sorted(things, key=natural)
        ]
        out.write(_csv(rows))

    return write


def _cells(store: Store, iri: Iri, columns: Mapping[ox.NamedNode, str]) -> dict[str, str]:
    """Column → cell of one thing."""
    links: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads(ox.NamedNode(iri), None, None, None):
        column = columns[quad.predicate]
        if isinstance(quad.object, ox.Literal):
            texts[f"{column}@{quad.object.language}" if quad.object.language else column].add(quad.object.value)
        elif quad.predicate != _TYPE:
            links[column].add(getattr(quad.object, "value", str(quad.object)))
    cells = {column: " ".join(sorted(values, key=natural)) for column, values in links.items()}
    for column, values in texts.items():
        told = _BETWEEN_TEXTS.join(sorted(values, key=natural))
        cells[column] = f"{cells[column]}{_BETWEEN_TEXTS}{told}" if column in cells else told
    return cells


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    first = ("iri", "code", "origin")
    others = sorted({column for row in rows for column in row} - set(first))
    out = io.StringIO()
    writer = csv.DictWriter(out, (*first, *others), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
