"""`/health` and `/ready`: whether a process lives, and whether it should be sent requests."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response

from kg.errors import KgError
from kg.files.wording import catalogue
from kg.graph.remote import RemoteStore
from kg_web.sparql import endpoint
from kg_web.state import state
from kg_web.urls import language
from kg_web.watch import watch
from kg_web.words import N_, said_in

__all__ = ["blueprint"]

_AGAIN_SECONDS = 2
_STORE_SECONDS = 2.0
"""A store that takes longer to say that it is there counts as away: whoever asks `/ready` does not wait long."""

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Whether this process answers: which release it serves, and what is wrong that somebody should look at.

    Always 200: a process that can say what is wrong does not need to be started again.
    """
    words = catalogue(language())
    faults = [fault.told(words) for fault in watch().faults()]
    return _told("warn" if faults else "pass", faults, 200)


@blueprint.get("/ready")
def ready() -> Response:
    """Whether requests should be sent here; 503 with Retry-After while the process stops or cannot answer queries."""
    obstacles = _obstacles()
    return _told("fail" if obstacles else "pass", obstacles, 503 if obstacles else 200)


def _obstacles() -> list[str]:
    """What keeps this process from answering."""
    say = said_in(language())
    found = []
    if watch().stopping():
        found.append(say(N_("The server is stopping.")))
    store = state().store
    if isinstance(store, RemoteStore):
        try:
            store.knock(_STORE_SECONDS)
        except KgError as fault:
            found.append(fault.told(catalogue(language())))
    guard = endpoint().guard
    if guard.working and guard.pool().failing:
        found.append(say(N_("No process that answers queries can be started; the log tells why.")))
    return found


def _told(status: str, faults: list[str], code: int) -> Response:
    release = state().release
    content: dict[str, Any] = {
        "status": status,
        "release": release.version,
        "digest": release.digest,
        "statements": release.quads,
        "faults": faults,
    }
    response = Response(json.dumps(content, ensure_ascii=False, indent=1) + "\n", code)
    response.content_type = "application/json"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language()
    response.vary.add("Accept-Language")
    if code == 503:
        response.headers["Retry-After"] = str(_AGAIN_SECONDS)
    return response
