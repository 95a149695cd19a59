"""What is wrong with a malformed query, in words: line, column, and what to do about it."""

from __future__ import annotations

import re

from kg.errors import QueryError
from kg.graph.scan import form_of
from kg.names import Names

__all__ = ["malformed"]


def malformed(text: str, told: str, names: Names) -> QueryError:
    """The error for a query text, from what the engine's parser told; for an unknown prefix, with the line to add."""
    place = re.search(r"(\d+):(\d+)", told)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    if "Prefix not found" in told:
        found = re.search(r"([\w-]*):\S*\Z", "\n".join(text.splitlines()[:line])[: _offset(text, line, column)])
        prefix = found[1] if found else ""
        known = names.prefixes().get(prefix)
        hint = "Add: PREFIX {prefix}: <{known}>." if known else "Declare it: PREFIX {prefix}: <…>."
        message = "Line {line}: the prefix {prefix}: is not declared."
        return QueryError(message, hint, line=line, prefix=prefix, known=known)
    if not form_of(text):
        return QueryError("This is no SPARQL query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    row = (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1]
    near = row[max(column - 20, 0) : column + 10].strip()
    message = "Line {line}, column {column}: this is not valid SPARQL 1.1, near {near!r}."
    return QueryError(message, line=line, column=column, near=near)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column (both from 1)."""
    return sum(len(row) + 1 for row in text.splitlines()[: line - 1]) + column - 1
