"""The pages of the exports: every form can be had, in whole and in part, and tells what it cannot carry."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.exchange.bundle import bundle
from kg.exchange.export import export
from kg.exchange.target import Target, targets
from kg_web.state import State


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
@pytest.mark.parametrize("page", ["nl/uitwisselen", "en/exchange"])
def test_a_form_has_a_page_that_tells_what_it_loses(client: FlaskClient, target: Target, page: str) -> None:
    found = client.get(f"/{page}/{target.name}")
    assert found.status_code == 200
    assert target.title.within(page[:2]) in found.text.replace("&#39;", "'")
    lost = client.get(f"/exports/{target.name}/loss.json", headers={"Accept-Language": page[:2]}).get_json()
    assert lost
    assert found.text.count("<tr>") >= len(lost)


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_the_site_gives_the_bytes_of_the_command(app: Flask, client: FlaskClient, target: Target) -> None:
    state: State = app.extensions["kg"]
    made = export(state.store, state.project.settings, target.name, language="en")
    for name, content in made.files.items():
        found = client.get(f"/exports/{target.name}/files/{name}?lang=en")
        assert found.status_code == 200
        assert found.data == content
    whole = client.get(f"/exports/{target.name}?lang=en")
    if len(made.files) == 1:
        assert whole.data == next(iter(made.files.values()))
        assert whole.mimetype == target.media_type
    else:
        with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == made.files


@pytest.mark.parametrize("target", [t for t in targets() if "programme" in t.scopes], ids=lambda target: target.name)
def test_a_programme_can_be_had_alone(app: Flask, client: FlaskClient, target: Target) -> None:
    state: State = app.extensions["kg"]
    made = export(state.store, state.project.settings, target.name, of="mi-ow", language="nl")
    part = client.get(f"/exports/{target.name}?of=mi-ow&lang=nl")
    assert part.status_code == 200
    assert part.data == (bundle(made.files) if len(made.files) > 1 else next(iter(made.files.values())))
    assert client.get(f"/nl/uitwisselen/{target.name}?of=mi-ow").status_code == 200


def test_the_list_is_data_as_well(client: FlaskClient) -> None:
    rows = client.get("/exports.json").get_json()
    assert [row["name"] for row in rows] == [target.name for target in targets()]
    for row in rows:
        assert client.get(row["loss"].removeprefix("http://localhost")).status_code == 200
    table = list(csv.DictReader(io.StringIO(client.get("/exports.csv").text)))
    assert [row["href"] for row in table] == [row["href"] for row in rows]


@pytest.mark.parametrize("path", ["/exports/nope", "/nl/uitwisselen/nope", "/exports/graphml/files/nope.xml"])
def test_what_is_not_there_is_told(client: FlaskClient, path: str) -> None:
    found = client.get(path, headers={"Accept": "application/problem+json"})
    assert found.status_code == 404
    assert json.loads(found.text)["detail"]


def test_a_form_without_parts_refuses_one(client: FlaskClient) -> None:
    found = client.get("/exports/graphml?of=mi-ow")
    assert found.status_code == 400
    assert "hele graaf" in client.get("/exports/graphml?of=mi-ow", headers={"Accept-Language": "nl"}).text


def test_what_cannot_be_had_in_a_form_has_a_page_with_the_reason_and_no_claim_about_loss(client: FlaskClient) -> None:
    found = client.get("/nl/uitwisselen/elm?of=ad-pb")
    assert found.status_code == 200
    assert "ad-pb past niet in ELM" in found.text
    assert 'id="loss"' not in found.text
    assert client.get("/exports/elm?of=ad-pb").status_code == 422
