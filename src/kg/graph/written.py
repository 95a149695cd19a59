"""An answer as a table, or as the bytes that are sent: by the engine where what it writes keeps to the W3C."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pyoxigraph as ox

from kg.table import Table

__all__ = ["Answer", "as_table", "by_table", "is_csv", "table_of", "written"]

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
"""What the engine answers."""


_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_QUOTED = re.compile(rb'(?<![^,\n])"[^"]*+(?:""[^"]*+)*+"')


def written(ask: Callable[[], Answer], form: str) -> bytes:
    """What the engine answers to a SELECT or an ASK as `json`, `csv` or `tsv`.

    It writes that itself, but for truth values, of which CSV and TSV have no form, and for CSV that is none: that is
    written by us, for which it is asked once more.
    """
    answer = ask()
    if isinstance(answer, ox.QuerySolutions) and (form != "csv" or len(answer.variables) > 1):
        content = answer.serialize(format=_FORMATS[form]) or b""
        if form != "csv" or is_csv(content, len(answer.variables)):
            return content
        answer = ask()
    return by_table(bool(answer) if isinstance(answer, ox.QueryBoolean) else table_of(answer), form)


def by_table(found: Table | bool, form: str) -> bytes:
    """A table, or what an ASK found, as `json`, `csv` or `tsv`."""
    if isinstance(found, bool) and form == "json":
        return json.dumps({"head": {}, "boolean": found}).encode()
    table = as_table(found)
    writers = {"json": table.to_json, "csv": table.to_csv, "tsv": table.to_tsv}
    return writers[form]().encode()


def as_table(found: Table | bool) -> Table:
    """A table as it is; of what an ASK found, one row with the column `answer`."""
    return found if isinstance(found, Table) else Table(("answer",), ((ox.Literal(found),),))


def table_of(answer: Answer) -> Table:
    """What the engine answers as a Table; of a graph, the columns `subject`, `predicate` and `object`."""
    if isinstance(answer, ox.QueryBoolean):
        return as_table(bool(answer))
    if isinstance(answer, ox.QueryTriples):
        rows = tuple((triple.subject, triple.predicate, triple.object) for triple in answer)
        return Table(("subject", "predicate", "object"), rows)
    columns = tuple(variable.value for variable in answer.variables)
    return Table(columns, tuple(tuple(solution) for solution in answer))


def is_csv(content: bytes, columns: int) -> bool:
    """Whether each row has a field for each of two columns or more, quoted where it must be (RFC 4180, 2.4 to 2.7).

    The engine puts no quotes around an IRI with a comma, nor around a triple. Of one column it writes an empty field
    as an empty line, which readers pass over.
    """
    bare = _QUOTED.sub(b"", content)
    return b'"' not in bare and bare.count(b",") == bare.count(b"\n") * (columns - 1)
