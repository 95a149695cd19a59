"""Headers: a strict policy everywhere, data for everybody, and no work for an answer that is still right."""

from __future__ import annotations

import pytest
from flask import Flask

PAGES = ["/nl/", "/en/browse/", "/nl/competence/ow-07", "/nl/begrippen", "/nl/vragen/", "/nl/niets/", "/nl/controle/"]
DATA = ["/doc/competence/ow-07.ttl", "/def.jsonld", "/doc/task.csv", "/checks.json", "/questions.json", "/id/task/x"]


@pytest.mark.parametrize("address", PAGES + DATA)
def test_every_answer_has_a_strict_policy(app: Flask, address: str) -> None:
    headers = app.test_client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_other_sites_may_read_data_and_not_pages(app: Flask) -> None:
    site = app.test_client()
    origin = {"Origin": "https://elders.example"}
    for address in DATA:
        answer = site.get(address, headers=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for address in PAGES:
        answer = site.get(address, headers={**origin, "Accept": "text/html"})
        assert "Access-Control-Allow-Origin" not in answer.headers, address
    asked = site.options("/doc/competence/ow-07", headers={**origin, "Access-Control-Request-Method": "GET"})
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("address", ["/nl/competence/ow-07", "/doc/competence/ow-07.ttl", "/questions/phases.csv"])
def test_a_copy_that_is_still_right_is_not_sent_again(app: Flask, address: str) -> None:
    site = app.test_client()
    first = site.get(address)
    tag = first.headers["ETag"]
    again = site.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert first.headers["Cache-Control"] == "no-cache"
    assert site.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def test_each_form_and_language_has_its_own_tag(app: Flask) -> None:
    site = app.test_client()
    tags = [
        site.get("/doc/competence/ow-07", headers={"Accept": accept}).headers["ETag"]
        for accept in ("text/turtle", "application/json")
    ]
    tags += [site.get(f"/{lang}/competence/ow-07").headers["ETag"] for lang in ("nl", "en")]
    assert len(set(tags)) == 4


def test_no_tag_is_given_to_an_error(app: Flask) -> None:
    site = app.test_client()
    assert "ETag" not in site.get("/nl/competence/ow-99").headers
    assert site.get("/nl/competence/ow-99", headers={"If-None-Match": "*"}).status_code == 404


def test_files_of_the_site_may_be_kept_for_good_under_their_edition(app: Flask) -> None:
    site = app.test_client()
    edition = app.extensions["kg"].edition
    assert "immutable" in site.get(f"/static/site.css?v={edition}").headers["Cache-Control"]
    assert site.get("/static/site.css").headers["Cache-Control"] == "no-cache"
    assert site.get("/static/../app.py").status_code == 404
