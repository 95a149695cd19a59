"""Odd requests to every route: never a fault of the program, a header of theirs, or a file of the server."""

from __future__ import annotations

import pytest
from flask import Flask

from fuzzing import answers_badly, odd_requests, rules_by_kind

NUMBER = 12
"""Requests to each kind of route here; `make soak` makes thousands."""


def test_no_odd_request_is_answered_badly(app: Flask) -> None:
    bad = {
        wrong: odd
        for rules in rules_by_kind(app).values()
        for odd in odd_requests(rules, 5, NUMBER)
        if (wrong := answers_badly(app, odd))
    }
    assert bad == {}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/kg.toml",
        "/static/....//app.py",
        "/downloads/../../../kg.toml",
        "/downloads/..%2f..%2f..%2fkg.toml",
        "/downloads//etc/passwd",
        "/downloads/%2fetc%2fpasswd",
        "/downloads/manifest.json%00.ttl",
        "/releases/../kg.toml",
        "/releases/..%2f..%2f/kg.toml",
        "/releases/.builds/manifest.json",
        "/doc/../../kg.toml",
        "/graph/..%2f..%2fkg.toml",
        "/nl/%c0%ae%c0%ae/kg.toml",
        "/queries/..%2f..%2fkg.toml",
    ],
)
def test_no_path_leads_out_of_what_is_published(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, buffered=True)
    assert answer.status_code in {301, 302, 308, 400, 404}, (path, answer.status_code)
    assert b"[graph]" not in answer.data
    assert b"root:" not in answer.data
    assert b"create_app" not in answer.data
