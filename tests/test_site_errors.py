"""Errors have one shape: a page or problem+json, in the reader's language, and never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kg.errors import KgError, LimitExceeded, LoadError
from tiny import tiny_app


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Flask]:
    app = tiny_app(tmp_path, "")
    yield app
    app.extensions["kg.sparql"].guard.close()


@pytest.mark.parametrize(
    ("address", "accept", "mimetype"),
    [
        ("/nl/niets/x", "text/html", "text/html"),
        ("/nl/niets/x", "*/*", "text/html"),
        ("/nl/niets/x", "application/json", "application/json"),
        ("/doc/niets/x", "*/*", "application/problem+json"),
        ("/doc/niets/x", "text/turtle", "application/problem+json"),
        ("/doc/niets/x", "text/html,*/*;q=0.8", "text/html"),
        ("/wat", "", "application/problem+json"),
    ],
)
def test_the_form_of_an_error_follows_the_asker(tiny: Flask, address: str, accept: str, mimetype: str) -> None:
    answer = tiny.test_client().get(address, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.mimetype in {mimetype, "application/problem+json"}
    assert (answer.mimetype == "text/html") == (mimetype == "text/html")


def test_a_problem_says_what_where_and_what_else(tiny: Flask) -> None:
    problem = tiny.test_client().get("/doc/competense", headers={"Accept-Language": "en"}).get_json()
    assert problem["status"] == 404
    assert problem["title"] == "This is not here"
    assert problem["detail"] == "This graph has no kind of thing called competense."
    assert problem["instance"] == "/doc/competense"
    dutch = tiny.test_client().get("/doc/competense", headers={"Accept-Language": "nl"}).get_json()
    assert dutch["title"] == "Dit is er niet"


def test_another_method_is_told_which_there_are(tiny: Flask) -> None:
    answer = tiny.test_client().post("/doc/competence/x")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "GET" in answer.get_json()["detail"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_fault_of_the_program_shows_nothing_of_the_program(tiny: Flask, accept: str) -> None:
    def broken() -> str:
        raise RuntimeError("secret /srv/path")

    tiny.add_url_rule("/nl/broken", view_func=broken)
    answer = tiny.test_client().get("/nl/broken", headers={"Accept": accept})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "De fout ligt bij ons" in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LimitExceeded("Too long."), 503),
        (LoadError("{path}: this file does not exist.", path="a.ttl"), 500),
        (KgError("{told}", told="x"), 500),
    ],
)
def test_an_error_of_the_graph_is_told_in_the_readers_language(tiny: Flask, error: KgError, status: int) -> None:
    def broken() -> str:
        raise error

    tiny.add_url_rule("/nl/broken", view_func=broken)
    answer = tiny.test_client().get("/nl/broken", headers={"Accept": "application/json"})
    assert answer.status_code == status
    if isinstance(error, LoadError):
        assert answer.get_json()["detail"] == "a.ttl: dit bestand bestaat niet."
