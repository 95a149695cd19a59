"""Why a SPARQL request is refused, as `application/problem+json` (RFC 9457) with the limits that hold.

| status | when |
|---|---|
| 400 | not one query, malformed SPARQL, not UTF-8, a parameter of the wrong kind |
| 403 | an update, or SERVICE |
| 405 | a method other than GET, HEAD, POST, QUERY and OPTIONS; with Allow |
| 406 | no form is offered that the client takes |
| 413 | the text is too long |
| 415 | the wrong content type, charset or coding |
| 422 | the query asks more than a limit allows: in its text, in memory, or in the size of its answer |
| 503 | too many queries at once; with Retry-After |
| 504 | the engine, or the reader's line, took too long |

Not 500: a query that could not be carried is the query's doing, and the next one is answered as if nothing happened.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

from flask import Response

from kg.errors import KgError, LimitExceeded, QueryError
from kg.files.wording import catalogue
from kg.graph.limits import Limits

__all__ = ["Refused", "reader_words", "refusal", "status_of"]

_WORDS = Path(__file__).parent / "locale" / "sparql"

_STATUS_OF_LIMIT = {
    "query_bytes": 413,
    "queue": 503,
    "queue_seconds": 503,
    "seconds": 504,
    "transfer_seconds": 504,
}


class Refused(KgError):
    """A request that is not answered, with the HTTP status that says why."""

    def __init__(self, status: int, message: str, hint: str = "", **values: object) -> None:
        super().__init__(message, hint, **values)
        self.status = status


def status_of(fault: KgError) -> int:
    """The HTTP status for a fault."""
    if isinstance(fault, Refused):
        return fault.status
    if isinstance(fault, LimitExceeded):
        return _STATUS_OF_LIMIT.get(str(fault.values.get("limit")), 422)
    return 400 if isinstance(fault, QueryError) else 503


def refusal(fault: KgError, limits: Limits, root: str, words: dict[str, str] | None = None) -> Response:
    """The answer to a request that is refused: what is wrong, what to do, and all limits.

    `root` is the address of the site; `words` are the messages in the reader's language.
    """
    status = status_of(fault)
    limit = fault.values.get("limit")
    problem: dict[str, object] = {
        "type": f"{root}limits#{limit}" if limit else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": fault.told(words),
    }
    problem |= {name: fault.values[name] for name in ("limit", "line", "column", "offered") if name in fault.values}
    problem |= {"limits": asdict(limits), "limits_explained": f"{root}limits"}
    response = Response(
        json.dumps(problem, ensure_ascii=False, indent=1) + "\n", status, content_type="application/problem+json"
    )
    if status == 503:
        response.headers["Retry-After"] = str(math.ceil(limits.seconds))
    response.headers["Cache-Control"] = "no-store"
    return response


def reader_words(language: str) -> dict[str, str]:
    """English text → its translation, for the messages of the program and those of the endpoint."""
    return catalogue(language) | catalogue(language, _WORDS)
