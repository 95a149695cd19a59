"""What a question returns: columns and rows of RDF terms, with plain, CSV, TSV and JSON forms."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.names import OUTSIDE

if TYPE_CHECKING:
    import pandas

__all__ = ["Table", "Term", "plain"]

Term = NamedNode | BlankNode | Literal | Triple | None
"""A value in a row; None where the answer leaves a column open."""

_XSD = OUTSIDE["xsd"]
_INTEGERS = {_XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")}
_FLOATS = {_XSD + "double", _XSD + "float"}
_SHORT = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    _XSD + "double": re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    _XSD + "boolean": re.compile(r"true|false"),
}
"""Datatype → the texts that Turtle and SPARQL write without quotes (Turtle, 2.5.2 and 2.5.3)."""


def plain(term: Term) -> Any:
    """A term as a Python value: str, int, Decimal, float or bool; IRIs as str; None stays None.

    A literal whose text does not fit its datatype stays the text it is.
    """
    if term is None:
        return None
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else str(term)
    datatype = term.datatype.value
    try:
        if datatype in _INTEGERS:
            return int(term.value)
        if datatype == _XSD + "decimal":
            return Decimal(term.value)
        if datatype in _FLOATS:
            return float(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    if datatype == _XSD + "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(term.value, term.value)
    return term.value


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of an answer, in the order the question gives them.

    Iterating yields one dict per row: column name → Python value.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield {column: plain(term) for column, term in zip(self.columns, row, strict=True)}

    def column(self, name: str) -> list[Any]:
        """The Python values of one column, top to bottom. Raises KeyError for an unknown column."""
        if name not in self.columns:
            raise KeyError(name)
        index = self.columns.index(name)
        return [plain(row[index]) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame of Python values. Raises ImportError when pandas is not installed."""
        import pandas

        return pandas.DataFrame(list(self), columns=list(self.columns))

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV (W3C, 2013): header, plain values, CRLF."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        for row in self.rows:
            writer.writerow([_bare(term) for term in row])
        return out.getvalue()

    def to_tsv(self) -> str:
        """SPARQL 1.1 Query Results TSV (W3C, 2013): `?name` header, terms as in Turtle."""
        lines = ["\t".join(f"?{column}" for column in self.columns)]
        lines += ["\t".join("" if term is None else _turtle(term) for term in row) for row in self.rows]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON (W3C, 2013)."""
        bindings = [
            {c: _json_term(t) for c, t in zip(self.columns, row, strict=True) if t is not None} for row in self.rows
        ]
        answer = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"

    def _repr_html_(self) -> str:
        """How a notebook shows the table."""
        from html import escape

        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(f"<tr>{_html_cells(row)}</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_cells(row: Sequence[Term]) -> str:
    from html import escape

    return "".join(f"<td>{escape(_bare(term))}</td>" for term in row)


def _bare(term: Term) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, BlankNode | Triple) else term.value


def _turtle(term: NamedNode | BlankNode | Literal | Triple) -> str:
    if isinstance(term, Triple):
        return f"<<( {' '.join(map(_turtle, term))} )>>"
    if (
        isinstance(term, Literal)
        and term.datatype.value in _SHORT
        and _SHORT[term.datatype.value].fullmatch(term.value)
    ):
        return term.value
    return str(term).replace("\t", "\\t")


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return {"type": "triple", "value": {part: _json_term(of) for part, of in parts}}
    assert isinstance(term, Literal)
    answer = {"type": "literal", "value": term.value}
    if term.language:
        answer["xml:lang"] = term.language
    elif term.datatype.value != _XSD + "string":
        answer["datatype"] = term.datatype.value
    return answer
