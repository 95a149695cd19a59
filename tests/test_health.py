"""`/health` tells what is wrong and answers all the same; `/ready` says when requests should go elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kg.errors import ReleaseError
from kg_web.live import Live
from kg_web.watch import IN_ENVIRONMENT, Watch
from tiny import tiny_app

DAMAGED = ReleaseError("{path}: the file does not have the sum its manifest gives.", path="x.nq")


def test_a_sound_process_passes_and_names_its_release(app: Flask) -> None:
    for address in ("/health", "/ready"):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert answer.headers["Cache-Control"] == "no-store"
        held = app.extensions["kg"].release
        assert answer.json == {
            "status": "pass",
            "release": held.version,
            "digest": held.digest,
            "statements": held.quads,
            "faults": [],
        }
        assert app.test_client().head(address).status_code == 200


@pytest.mark.parametrize(("language", "told"), [("nl", "niet die van het manifest"), ("en", "does not have the sum")])
def test_what_is_wrong_is_told_in_the_readers_language_and_does_not_make_it_unready(
    app: Flask, language: str, told: str
) -> None:
    watched = {IN_ENVIRONMENT: Watch(refused=DAMAGED, damaged={"x.nq": DAMAGED})}
    answer = app.test_client().get("/health", environ_overrides=watched, headers={"Accept-Language": language})
    assert (answer.status_code, answer.json["status"], len(answer.json["faults"])) == (200, "warn", 2)
    assert told in answer.json["faults"][0]
    assert app.test_client().get("/ready", environ_overrides=watched).status_code == 200


def test_a_process_that_stops_is_passed_over_and_lives(app: Flask) -> None:
    stopping = {IN_ENVIRONMENT: Watch(stopping=lambda: True)}
    answer = app.test_client().get("/ready", environ_overrides=stopping, headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer.json["status"]) == (503, "fail")
    assert answer.json["faults"] == ["De server stopt."]
    assert int(answer.headers["Retry-After"]) >= 1
    assert app.test_client().get("/health", environ_overrides=stopping).json["status"] == "pass"


def test_a_release_that_is_not_taken_is_told_by_health(tmp_path: Path) -> None:
    site = tiny_app(
        tmp_path, "<https://example.org/a> <https://example.org/p> <https://example.org/b> <https://example.org/g> .\n"
    )
    live = Live(site)
    (tmp_path / "dist" / "1.0.0" / "manifest.json").write_text("{", encoding="utf-8")
    live.look()
    told = site.test_client().get("/health", environ_overrides={IN_ENVIRONMENT: live.watch}).json
    assert told["status"] == "warn"
    assert "manifest.json" in told["faults"][0]
    site.extensions["kg.sparql"].guard.close()
