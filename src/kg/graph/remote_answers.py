"""What a SPARQL server answered, read into what the embedded engine would have given."""

from __future__ import annotations

import pyoxigraph as ox

from kg.graph.dialects import Dialect
from kg.graph.remote_text import boolean_columns, constants, query_text
from kg.names import OUTSIDE
from kg.table import Table, Term

__all__ = ["GRAPH", "RESULTS", "mended", "rows_of", "solutions", "triples"]

GRAPH = "application/n-triples"
"""How a graph is fetched."""
RESULTS = "application/sparql-results+json"
"""How a table is fetched: not as XML, of which the engine's reader takes spaces off the ends of texts."""

_XSD = OUTSIDE["xsd"]
_BOOLEAN = ox.NamedNode(_XSD + "boolean")
_DURATION = ox.NamedNode(_XSD + "duration")
_TRUTH = {"0": ox.Literal(False), "1": ox.Literal(True)}


def rows_of(content: bytes) -> tuple[tuple[str, ...], list[tuple[Term, ...]]] | bool:
    """Columns and rows of a table, or what an ASK found. Raises SyntaxError or ValueError for something else."""
    found = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return tuple(variable.value for variable in found.variables), [tuple(row) for row in found]


def mended(table: Table, text: str, dialect: Dialect) -> Table:
    """The answer to a query with the terms that this kind of server writes otherwise: truth values and IRIs."""
    if dialect.plain:
        return table
    booleans = boolean_columns(text) if dialect.booleans == "numbers" else set()
    iris = constants(text) if dialect.iris == "strings" else set()
    months = dialect.durations == "months"
    return Table(
        table.columns,
        tuple(
            tuple(
                _mended(term, column in booleans, iris, months=months)
                for column, term in zip(table.columns, row, strict=True)
            )
            for row in table.rows
        ),
    )


def _mended(term: Term, truth: bool, iris: set[str], *, months: bool) -> Term:
    if not isinstance(term, ox.Literal):
        return term
    if months and term.datatype == _DURATION and term.value.isdigit():
        years, rest = divmod(int(term.value), 12)
        return ox.Literal(f"P{years}Y" if not rest else f"P{term.value}M", datatype=_DURATION)
    if term.datatype == _BOOLEAN or (truth and term.datatype.value == _XSD + "integer"):
        return _TRUTH.get(term.value, term)
    if term.value in iris and term.datatype.value == _XSD + "string":
        return ox.NamedNode(term.value)
    return term


def solutions(table: Table | bool) -> ox.QuerySolutions | ox.QueryBoolean:
    """A table, or what an ASK found, as the engine gives it."""
    if isinstance(table, bool):
        content = f'{{"head":{{}},"boolean":{str(table).lower()}}}'
        return ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    return ox.parse_query_results(table.to_json(), format=ox.QueryResultsFormat.JSON)


def triples(content: bytes) -> ox.QueryTriples:
    """A graph as the engine gives it, each triple once. Raises SyntaxError or ValueError for something else."""
    store = ox.Store()
    store.extend(list(ox.parse(content, format=ox.RdfFormat.N_TRIPLES)))
    found = store.query(query_text("all"))
    assert isinstance(found, ox.QueryTriples)
    return found
