"""The store elsewhere is away, slow or talks nonsense: `/ready` says so soon, `/health` that the site lives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response

from kg.files.project import read_project
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_settings import Remote
from kg.graph.renaming import Renaming
from kg.publish.release import open_release
from kg_web.app import create_app
from serving import listening
from stores import free_port

JSON = "application/sparql-results+json"
NONSENSE: dict[str, Callable[[], Response]] = {
    "a page": lambda: Response("<h1>It works!</h1>", content_type="text/html"),
    "nothing": lambda: Response(b"", content_type=JSON),
    "half an answer": lambda: Response('{"head": {}, "boole', content_type=JSON),
    "another answer": lambda: Response('{"head": {}, "results": {"bindings": 3}}', content_type=JSON),
    "no object": lambda: Response("[[[]]]", content_type=JSON),
    "noise": lambda: Response(bytes(range(256)) * 100, content_type=JSON),
    "more than is read": lambda: Response(b" " * 3_000_000, content_type=JSON),
    "a fault": lambda: Response("out of memory", 500),
    "a refusal": lambda: Response("who are you?", 401),
    "elsewhere": lambda: Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "too busy": lambda: Response(status=503, headers={"Retry-After": "3600"}),
}


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[Flask]:
    project = read_project(built)
    app = create_app(project, open_release(project.folder("releases") / project.settings.version))
    yield app
    app.extensions["kg.sparql"].guard.close()


@contextmanager
def reading_from(site: Flask, address: str) -> Iterator[None]:
    """The site, with its graph in the store at this address."""
    held = site.extensions["kg"]
    link = Link(Remote(f"{address}/sparql?key=secret", kind="standard"))
    site.extensions["kg"] = replace(held, store=RemoteStore(held.names, link, Renaming(), ()))
    try:
        yield
    finally:
        link.close()
        site.extensions["kg"] = held


def answering(view: Callable[[], Response]) -> Flask:
    store = Flask("store")
    store.add_url_rule("/sparql", view_func=view, endpoint="sparql", methods=["GET", "POST"])
    return store


def expect_away(site: Flask, address: str) -> None:
    begun = time.monotonic()
    answer = site.test_client().get("/ready", headers={"Accept-Language": "en"})
    assert time.monotonic() - begun < 10
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    (fault,) = answer.json["faults"]
    assert "\n" not in fault
    assert "secret" not in fault
    assert address.removeprefix("http://") in fault or "larger than" in fault, fault
    health = site.test_client().get("/health")
    assert (health.status_code, health.json["status"]) == (200, "pass")


@pytest.mark.parametrize("kind", NONSENSE)
def test_a_store_that_talks_nonsense_is_not_ready(site: Flask, kind: str) -> None:
    with listening(answering(NONSENSE[kind])) as address, reading_from(site, address):
        expect_away(site, address)


def test_a_store_that_is_away_or_never_answers_is_not_waited_for(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_web.health._STORE_SECONDS", 0.3)
    away = f"http://127.0.0.1:{free_port()}"
    with reading_from(site, away):
        expect_away(site, away)
    over = threading.Event()

    def never() -> Response:
        over.wait(30)
        return Response(status=204)

    with listening(answering(never)) as address, reading_from(site, address):
        expect_away(site, address)
        over.set()


def test_it_is_ready_again_when_the_store_answers(site: Flask) -> None:
    with (
        listening(answering(lambda: Response('{"head": {}, "boolean": false}', content_type=JSON))) as address,
        reading_from(site, address),
    ):
        assert site.test_client().get("/ready").status_code == 200
