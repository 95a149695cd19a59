"""Query files: the header of a `.rq` file read into a Query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from kg.errors import LoadError, UnknownName
from kg.files.turtle import read_text
from kg.records import Column, Parameter, Query, Severity
from kg.text import Words, did_you_mean

__all__ = ["PARAMETER_KINDS", "queries_by_name", "query_named", "read_query"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same reader ten times as fast, where libyaml is there."""

PARAMETER_KINDS = ("iri", "text", "integer", "decimal", "boolean", "date", "year", "language")

_KNOWN = {"chart", "title", "summary", "audience", "tags", "since", "severity", "problem", "fix", "param", "column"}
_VALUE = re.compile(
    r"(?P<kind>\w+)(?:\s+lg:(?P<class_name>\w+))?(?:\s*=\s*(?P<default>.*?))?(?:\s+—\s+(?P<text>.*))?\Z"
)


def read_query(path: Path, shown: str = "") -> Query:
    """The query in a `.rq` file.

    The header is the lines that start with `#+ `; together they are YAML. Raises LoadError with
    `file:line` for a header that is missing, not YAML, or says what no query can have.
    """
    name = shown or path.as_posix()
    text = read_text(path, name)
    lines = text.splitlines()
    header = [line for line in lines if line.startswith("#+")]
    if not header:
        raise LoadError("{path}: this query has no header.", "Start it with lines `#+ title@nl: …`.", path=name)
    return _query(path, name, text, _fields(header, lines, name), len(header))


def queries_by_name(paths: Iterable[Path]) -> dict[str, Query]:
    """Name (the file's name without `.rq`) → query, sorted."""
    return {path.stem: read_query(path) for path in sorted(paths)}


def query_named(name: str, queries: Mapping[str, Query]) -> Query:
    """The query called `name`. Raises UnknownName, which suggests the nearest right one."""
    if name in queries:
        return queries[name]
    close = did_you_mean(name, queries)
    hint = "Did you mean {close}? `kg ask` lists all questions." if close else "`kg ask` lists all questions."
    raise UnknownName("There is no question called {name}.", hint, name=name, close=close)


def _fields(header: list[str], lines: list[str], name: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for line in header:
        number = lines.index(line) + 1
        try:
            entry = yaml.load(line[2:].strip(), Loader=_LOADER)
        except yaml.YAMLError:
            entry = None
        if not isinstance(entry, dict):
            raise LoadError(
                "{path}:{line}: the header line {text!r} is not `key: value`.",
                "A text with a colon goes between quotes.",
                path=name,
                line=number,
                text=line,
            )
        for key, value in entry.items():
            stem = re.split(r"[.@]", str(key))[0]
            if stem not in _KNOWN:
                raise LoadError(
                    "{path}:{line}: a header has no key {key!r}.",
                    "Known keys: {known}.",
                    path=name,
                    line=number,
                    key=key,
                    known=", ".join(sorted(_KNOWN)),
                )
            if key in fields:
                raise LoadError("{path}:{line}: the key {key!r} stands twice.", path=name, line=number, key=key)
            fields[str(key)] = value
    return fields


def _query(path: Path, name: str, text: str, fields: Mapping[str, Any], header_lines: int) -> Query:
    title = _words(fields, "title")
    if not title:
        raise LoadError("{path}:1: the header has no title.", "Add `#+ title@nl: …`.", path=name)
    severity = fields.get("severity")
    if severity is not None and severity not in set(Severity):
        raise LoadError("{path}:1: severity {value!r} is not violation, warning or info.", path=name, value=severity)
    return Query(
        name=path.stem,
        text=text,
        title=title,
        path=path,
        summary=_words(fields, "summary"),
        audience=_list(fields.get("audience")),
        tags=_list(fields.get("tags")),
        parameters=tuple(_parameter(key, value, fields, name) for key, value in _named(fields, "param")),
        columns=tuple(_column(key, value, fields, name) for key, value in _named(fields, "column")),
        since=str(fields.get("since", "")),
        chart=_list(fields.get("chart")),
        severity=Severity(severity) if severity else None,
        problem=_words(fields, "problem"),
        fix=_words(fields, "fix"),
        header_lines=header_lines,
    )


def _words(fields: Mapping[str, Any], key: str, english: str = "") -> Words:
    """`key@nl`, `key@en` … or a bare `key`, which is English."""
    found = {"en": english} if english else {}
    if key in fields and isinstance(fields[key], str) and not english:
        found["en"] = fields[key]
    for language in ("nl", "en"):
        if f"{key}@{language}" in fields:
            found[language] = str(fields[f"{key}@{language}"])
    return Words(dict(sorted(found.items(), reverse=True)))


def _named(fields: Mapping[str, Any], group: str) -> list[tuple[str, str]]:
    return [
        (key.partition(".")[2], str(value))
        for key, value in fields.items()
        if key.startswith(f"{group}.") and "@" not in key
    ]


def _parameter(key: str, value: str, fields: Mapping[str, Any], name: str) -> Parameter:
    found = _VALUE.match(value)
    if not found or found["kind"] not in PARAMETER_KINDS:
        raise LoadError(
            "{path}:1: parameter {key} says {value!r}, which names no kind.",
            "Kinds: {kinds}.",
            path=name,
            key=key,
            value=value,
            kinds=", ".join(PARAMETER_KINDS),
        )
    return Parameter(
        name=key,
        kind=found["kind"],
        description=_words(fields, f"param.{key}", found["text"] or key),
        class_name=found["class_name"] or "",
        default=(found["default"] or "").strip(),
    )


def _column(key: str, value: str, fields: Mapping[str, Any], name: str) -> Column:
    found = _VALUE.match(value)
    if not found:
        raise LoadError("{path}:1: column {key} says {value!r}.", path=name, key=key, value=value)
    return Column(key, found["kind"], _words(fields, f"column.{key}", found["text"] or key))


def _list(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
