"""The W3C's SPARQL 1.1 query tests, read from their manifests, and results compared by value."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox

from foreign import shared

__all__ = ["Case", "all_cases", "all_quads", "same_graph", "same_rows", "solutions"]

_BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}

Row = tuple[tuple[str, object], ...]
"""One solution: variable and term, sorted, unbound ones left out."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, kind, query, dataset, and the file with the expected result."""

    name: str
    kind: str
    query: str
    base: str
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: Path | None


def all_cases() -> list[Case]:
    """Every test of every manifest, by name; empty where the reference material is not there."""
    return [case for path in shared("foreign", "w3c-sparql11-query", "*", "manifest.ttl") for case in _cases(path)]


def all_quads() -> str:
    """All data files as N-Quads, each in a graph named for its address."""
    lines = []
    for path in shared("foreign", "w3c-sparql11-query", "*", "*"):
        if path.suffix not in _FORMATS or path.name == "manifest.ttl":
            continue
        graph = _address(path)
        try:
            triples = [quad.triple for quad in ox.parse(path=str(path), format=_FORMATS[path.suffix], base_iri=graph)]
        except SyntaxError:
            continue  # a result that is no RDF
        lines += [f"{ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))} .\n" for t in triples]
    return "".join(lines)


def _address(path: Path) -> str:
    return f"{_BASE}{path.parent.name}/{path.name}"


def _cases(manifest: Path) -> Iterator[Case]:
    store = ox.Store()
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=_address(manifest))
    folder = _BASE + manifest.parent.name + "/"

    def objects(subject: object, predicate: str) -> list[object]:
        return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]

    def file(node: object) -> Path:
        return manifest.parent / node.value.removeprefix(folder)

    entries = next(store.quads_for_pattern(None, ox.NamedNode(_MF + "entries"), None)).object
    while entries.value != _RDF + "nil":
        test = objects(entries, _RDF + "first")[0]
        entries = objects(entries, _RDF + "rest")[0]
        kind = objects(test, _RDF + "type")[0].value.removeprefix(_MF)
        action = objects(test, _MF + "action")[0]
        query = (objects(action, _QT + "query") or [action])[0]
        results = objects(test, _MF + "result")
        yield Case(
            name=f"{manifest.parent.name}/{test.value.rpartition('#')[2]}",
            kind=kind,
            query=file(query).read_text(encoding="utf-8"),
            base=query.value,
            data=tuple(sorted(node.value for node in objects(action, _QT + "data"))),
            graphs=tuple(sorted(node.value for node in objects(action, _QT + "graphData"))),
            result=file(results[0]) if results else None,
        )


def solutions(content: bytes, suffix: str, base: str = "") -> list[Row] | bool:
    """The solutions in a result: srx, srj, tsv, csv (plain texts only), or ttl with a result set."""
    if suffix == ".csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
        return [_row(zip(rows[0], map(_plain, row), strict=True)) for row in rows[1:]]
    if suffix == ".ttl":
        return _result_set(content, base)
    form = {
        ".srx": ox.QueryResultsFormat.XML,
        ".srj": ox.QueryResultsFormat.JSON,
        ".tsv": ox.QueryResultsFormat.TSV,
    }[suffix]
    found = ox.parse_query_results(content, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return [_row(zip(names, solution, strict=True)) for solution in found]


def _plain(text: str) -> object:
    """A cell of a CSV: a blank node, a number by its value, or a text; None where it is empty."""
    if text.startswith("_:"):
        return ox.BlankNode("".join(letter for letter in text[2:] if letter.isalnum()))
    try:
        return float(text)
    except ValueError:
        return text or None


def _row(pairs: Iterable[tuple[str, object]]) -> Row:
    return tuple(sorted((name, _by_value(term)) for name, term in pairs if term is not None))


def _result_set(content: bytes, base: str) -> list[Row]:
    store = ox.Store()
    store.load(content, format=ox.RdfFormat.TURTLE, base_iri=base)
    rows = []
    for solution in store.quads_for_pattern(None, ox.NamedNode(_RS + "solution"), None):
        bindings = [q.object for q in store.quads_for_pattern(solution.object, ox.NamedNode(_RS + "binding"), None)]
        pairs = [
            tuple(
                next(store.quads_for_pattern(b, ox.NamedNode(_RS + part), None)).object
                for part in ("variable", "value")
            )
            for b in bindings
        ]
        rows.append(_row((name.value, term) for name, term in pairs))
    return rows


def _by_value(term: object) -> object:
    """A term so that equal values are equal: 2.0 and 2.00, 1e0 and 1.0e0, 1 and true; blank nodes keep their labels."""
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value.rpartition("#")[2]
    if datatype == "boolean":
        return (datatype, {"1": "true", "0": "false"}.get(term.value, term.value))
    try:
        if datatype in {"integer", "decimal"}:
            return (datatype, Decimal(term.value))
        if datatype in {"double", "float"}:
            return (datatype, float(term.value))
    except (ValueError, InvalidOperation):
        return term
    return term


def same_rows(found: list[Row], expected: list[Row]) -> bool:
    """Whether two results hold the same solutions as often, up to the labels of blank nodes."""
    if len(found) != len(expected):
        return False
    if not any(isinstance(term, ox.BlankNode) for row in expected for _, term in row):
        return Counter(found) == Counter(expected)
    return _matched(found, expected, {})


def _matched(found: list[Row], expected: list[Row], named: dict[object, object]) -> bool:
    if not found:
        return True
    for position, row in enumerate(expected):
        more = _renaming(found[0], row, named)
        if more is not None and _matched(found[1:], [*expected[:position], *expected[position + 1 :]], more):
            return True
    return False


def _renaming(row: Row, other: Row, named: dict[object, object]) -> dict[object, object] | None:
    if [name for name, _ in row] != [name for name, _ in other]:
        return None
    named = dict(named)
    for (_, term), (_, wanted) in zip(row, other, strict=True):
        if isinstance(term, ox.BlankNode) and isinstance(wanted, ox.BlankNode):
            if named.setdefault(term, wanted) != wanted or sum(value == wanted for value in named.values()) > 1:
                return None
        elif term != wanted:
            return None
    return named


def same_graph(found: bytes, expected: bytes, base: str) -> bool:
    """Whether two Turtle documents hold the same graph, up to the labels of blank nodes."""
    graphs = []
    for content in (found, expected):
        dataset = ox.Dataset(ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri=base))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append({str(quad) for quad in dataset})
    return graphs[0] == graphs[1]
