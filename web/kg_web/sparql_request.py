"""A request to the SPARQL endpoint, read as the SPARQL 1.1 Protocol (section 2.1) has it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from kg.graph.limits import Limits
from kg_web.refusals import Refused

__all__ = ["ACCEPTED_CONTENT", "QUERY_CONTENT", "ProtocolRequest", "read_address", "read_request"]

QUERY_CONTENT = "application/sparql-query"
_FORM_CONTENT = "application/x-www-form-urlencoded"
_UPDATE_CONTENT = "application/sparql-update"
ACCEPTED_CONTENT = (QUERY_CONTENT, _FORM_CONTENT)
"""Content types of a POST."""

_FIELDS = 200
_DRAINED = 32 * 1024 * 1024
"""Bytes of a body that is too large that are still read, so that the client gets to read the answer."""


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """What a client asks: one query, its dataset, and how it wants the answer."""

    text: str
    default_graphs: tuple[str, ...] | None = None
    """None when the request names no dataset at all."""
    named_graphs: tuple[str, ...] | None = None
    format: str = ""
    seconds: float | None = None


def read_request(request: Request, limits: Limits) -> ProtocolRequest | None:
    """The query in a GET, POST or QUERY; None for a GET that asks nothing (its answer is the service description).

    Raises Refused with the status the protocol and HTTP ask for: 400, 403, 413 or 415.
    """
    fields = _fields(request.query_string, "the address")
    direct = ""
    if request.method in {"POST", "QUERY"}:
        content_type, direct = _body(request, limits, fields)
        if content_type == QUERY_CONTENT:
            fields.append(("query", direct))
    return _told(fields, request.headers.get("Prefer", ""), by_address=request.method in {"GET", "HEAD"})


def read_address(query: bytes) -> ProtocolRequest | None:
    """The query in the address of a GET that has no preferences. Raises Refused as `read_request` does."""
    return _told(_fields(query, "the address"), "", by_address=True)


def _told(fields: list[tuple[str, str]], prefer: str, *, by_address: bool) -> ProtocolRequest | None:
    queries = [value for name, value in fields if name == "query"]
    updates = [value for name, value in fields if name == "update"]
    if updates:
        raise Refused(403 if not queries else 400, "This graph is read-only: updates are refused.", _READ_ONLY)
    if not queries and by_address and not _asks(fields):
        return None
    if len(queries) != 1:
        raise Refused(
            400,
            "A request holds exactly one `query`; this one holds {count}.",
            "See SPARQL 1.1 Protocol, section 2.1.",
            count=len(queries),
        )
    default = _graphs(fields, "default-graph-uri")
    named = _graphs(fields, "named-graph-uri")
    given = bool(default or named)
    return ProtocolRequest(
        text=queries[0],
        default_graphs=default if given else None,
        named_graphs=named if given else None,
        format=_last(fields, "format"),
        seconds=_seconds(_last(fields, "timeout"), prefer),
    )


_READ_ONLY = "Change the files and build again: see CONTRIBUTING.md."


def _asks(fields: list[tuple[str, str]]) -> bool:
    """Whether a request without a query meant to ask one all the same."""
    return any(name in {"default-graph-uri", "named-graph-uri", "timeout"} for name, _ in fields)


def _body(request: Request, limits: Limits, fields: list[tuple[str, str]]) -> tuple[str, str]:
    """The content type, and the body of a direct POST or QUERY; fields of a form are added to `fields`."""
    content_type, options = parse_options_header(request.headers.get("Content-Type", ""))
    content_type = content_type.lower()
    if content_type == _UPDATE_CONTENT:
        raise Refused(403, "This graph is read-only: updates are refused.", _READ_ONLY)
    if content_type not in ({QUERY_CONTENT} if request.method == "QUERY" else ACCEPTED_CONTENT):
        raise Refused(
            415,
            "A {method} has the content type {known}, not {given!r}.",
            "Send the query as it is, as application/sparql-query.",
            method=request.method,
            known=QUERY_CONTENT if request.method == "QUERY" else " or ".join(ACCEPTED_CONTENT),
            given=content_type,
        )
    charset = options.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Refused(415, "A query is UTF-8 text, not {charset}.", "Send it as UTF-8.", charset=charset)
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        raise Refused(415, "A query is sent as it is, not as {coding}.", "Leave out the coding.", coding=coding)
    # A form may write every byte as %XX.
    most = limits.query_bytes if content_type == QUERY_CONTENT else 3 * limits.query_bytes + 10_000
    content = _content(request, most, limits)
    if content_type == QUERY_CONTENT:
        return content_type, _decoded(content, "the query")
    fields += _fields(content, "the form")
    return content_type, ""


def _content(request: Request, most: int, limits: Limits) -> bytes:
    request.max_content_length = most
    try:
        return request.get_data(cache=False, parse_form_data=False)
    except RequestEntityTooLarge:
        stream = request.environ["wsgi.input"]
        left = _DRAINED
        while left > 0 and (read := len(stream.read(65536))):
            left -= read
        raise Refused(
            413,
            "The query is too long: {most} bytes is the most.",
            "Make it smaller or ask it in parts.",
            limit="query_bytes",
            most=limits.query_bytes,
        ) from None


def _fields(content: bytes, where: str) -> list[tuple[str, str]]:
    """The parameters of an address or a form; read as bytes, so that `_decoded` can say which byte is wrong."""
    try:
        text = content.decode("latin-1")
        pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=_FIELDS)
    except ValueError:
        raise Refused(400, "There are more than {most} parameters in {where}.", most=_FIELDS, where=where) from None
    return [
        (_decoded(name.encode("latin-1"), where), _decoded(value.encode("latin-1"), where)) for name, value in pairs
    ]


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused(
            400,
            "Byte {place} of {where} is not UTF-8 ({byte}).",
            "Send the query as UTF-8.",
            place=fault.start + 1,
            where=where,
            byte=hex(content[fault.start]),
        ) from None


def _graphs(fields: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    graphs = tuple(value for field, value in fields if field == name)
    for graph in graphs:
        try:
            ox.NamedNode(graph)
        except ValueError:
            raise Refused(
                400, "{name} is no absolute IRI: {graph!r}.", "Write the whole IRI of a graph.", name=name, graph=graph
            ) from None
    return graphs


def _last(fields: list[tuple[str, str]], name: str) -> str:
    return next((value for field, value in reversed(fields) if field == name), "")


def _seconds(timeout: str, prefer: str) -> float | None:
    """Seconds from `timeout`, else from `Prefer: wait=` (RFC 7240, 4.3); None when neither is there."""
    if not timeout:
        preferences = (part.partition("=") for part in prefer.replace(";", ",").split(","))
        wait = next((value.strip(' "') for name, _, value in preferences if name.strip().lower() == "wait"), "")
        return float(wait) if wait.isdecimal() and len(wait) < 10 and int(wait) else None
    try:
        seconds = float(timeout)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise Refused(400, "timeout is a number of seconds above 0, not {given!r}.", given=timeout)
    return seconds
