"""The published limits of ad-hoc queries: their defaults, what `kg.toml` sets, and the check of a text against them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg.errors import LimitExceeded, LoadError
from kg.graph.measure import Measures, measure

__all__ = ["MEANING", "Limits", "check_text", "reached", "read_limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one query may ask, and all of them together; MEANING says what each is."""

    seconds: float = 10.0
    transfer_seconds: float = 120.0
    memory_mib: int = 512
    answer_mib: int = 512
    query_bytes: int = 100_000
    nesting: int = 200
    patterns: int = 500
    unions: int = 500
    path_steps: int = 200
    operators: int = 2_000
    values: int = 10_000
    terms: int = 10_000
    queries_at_once: int = 4
    queue: int = 8
    queue_seconds: float = 2.0


MEANING: Mapping[str, str] = {
    "seconds": "seconds the engine may work on one query; `timeout` or `Prefer: wait` lowers it",
    "transfer_seconds": "seconds one answer may take in all, the reader's line included",
    "memory_mib": "MiB of memory one query may use beside the graph itself",
    "answer_mib": "MiB of one answer",
    "query_bytes": "bytes of one query text",
    "nesting": "brackets inside brackets",
    "patterns": "triple patterns and groups in one query",
    "unions": "UNIONs in one query",
    "path_steps": "operators of property paths in one query",
    "operators": "operators in one query",
    "values": "terms in the VALUES blocks of one query",
    "terms": "names, variables and literals in one query, outside VALUES",
    "queries_at_once": "queries that run at the same time, in each site process",
    "queue": "queries that wait for their turn, in each site process",
    "queue_seconds": "seconds a query waits for its turn",
}
"""What each limit is, in English; every limit is named here."""


def read_limits(path: Path) -> Limits:
    """The limits that the table [limits] of a `kg.toml` sets, and the defaults for the rest.

    Raises LoadError for a limit that does not exist or is no positive number.
    """
    with path.open("rb") as file:
        given = tomllib.load(file).get("limits", {})
    kinds = {field.name: float if field.type == "float" else int for field in fields(Limits)}
    chosen: dict[str, Any] = {}
    for name, value in given.items():
        if name not in kinds:
            raise LoadError(
                "{path}: there is no limit {name}.", "Limits: {known}.", path=path, name=name, known=", ".join(kinds)
            )
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise LoadError(
                "{path}: the limit {name} must be a positive number, not {value!r}.", path=path, name=name, value=value
            )
        chosen[name] = kinds[name](value)
    return Limits(**chosen)


def check_text(text: str, limits: Limits) -> Measures:
    """The measures of a query text. Raises LimitExceeded when one is above its limit."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise _above("query_bytes", limits, size)
    measures = measure(text)
    for name in ("nesting", "patterns", "unions", "path_steps", "operators", "values", "terms"):
        found = getattr(measures, name)
        if found > getattr(limits, name):
            raise _above(name, limits, found)
    return measures


def reached(name: str, limits: Limits, **values: object) -> LimitExceeded:
    """The error for a query that reached the limit called `name` while it was answered."""
    most = values.pop("most", getattr(limits, name))
    return LimitExceeded(
        "The query reached the limit {limit}: {most} ({meaning}).",
        "Add a LIMIT, name more of what you want, or ask it in parts.",
        limit=name,
        most=most,
        meaning=MEANING[name],
        **values,
    )


def _above(name: str, limits: Limits, found: int) -> LimitExceeded:
    return LimitExceeded(
        "The query is above the limit {limit}: {found}, where {most} is the most ({meaning}).",
        "Make it smaller or ask it in parts.",
        limit=name,
        found=found,
        most=getattr(limits, name),
        meaning=MEANING[name],
    )
