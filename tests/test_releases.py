"""Older releases answer at their own address and in Python; what there is is listed, and how to cite it told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import kg
from kg.errors import ReleaseError, UnknownName
from kg.publish.archive import history, release_of_version, releases_on_disk
from kg_web.app import create_app
from tiny import BASE, tiny_project, tiny_release

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def quads(count: int) -> str:
    return "".join(
        f'<https://example.org/{i}> <https://example.org/p> "{i}" <{BASE}graph/one> .\n' for i in range(count)
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site over 1.0.0 (three statements), with 0.9.0 (one), 0.10.0 (two) and a damaged 0.1.0 on disk."""
    folder = tmp_path_factory.mktemp("releases")
    project = tiny_project(folder)
    tiny_release(folder / "dist" / "0.9.0", quads(1), "0.9.0")
    tiny_release(folder / "dist" / "0.10.0", quads(2), "0.10.0")
    tiny_release(folder / "dist" / "0.1.0", quads(1), "0.1.0")
    (folder / "dist" / "0.1.0" / "leergraaf.nq").write_text("", encoding="utf-8")
    (folder / "dist" / "notes").mkdir()
    app = create_app(project, tiny_release(folder / "dist" / "1.0.0", quads(3)))
    yield app
    app.extensions["kg.releases"].close()
    app.extensions["kg.sparql"].guard.close()


def asked(site: Flask, path: str) -> tuple[int, str]:
    answer = site.test_client().get(path, query_string={"query": COUNT, "format": "csv"}, buffered=True)
    return int(answer.text.split()[1]), answer.headers["Leergraaf-Release"]


def test_every_version_answers_from_its_own_release(site: Flask) -> None:
    assert asked(site, "/sparql") == (3, "1.0.0")
    assert asked(site, "/releases/1.0.0/sparql") == (3, "1.0.0")
    assert asked(site, "/releases/0.10.0/sparql") == (2, "0.10.0")
    assert asked(site, "/releases/0.9.0/sparql") == (1, "0.9.0")


def test_the_same_query_has_another_tag_in_another_release(site: Flask) -> None:
    client, query = site.test_client(), {"query": COUNT, "format": "csv"}
    tags = {
        client.get(f"/releases/{version}/sparql", query_string=query, buffered=True).headers["ETag"]
        for version in ("0.9.0", "0.10.0", "1.0.0")
    }
    assert len(tags) == 3


def test_the_description_of_an_older_endpoint_names_its_own_address(site: Flask) -> None:
    told = (
        site.test_client()
        .get("/releases/0.9.0/sparql", headers={"Accept": "application/n-triples"}, buffered=True)
        .text
    )
    assert "<http://localhost/releases/0.9.0/sparql>" in told
    assert '"0.9.0"' in told


def test_an_older_page_says_so_and_links_within_its_release(site: Flask) -> None:
    client = site.test_client()
    older = client.get("/releases/0.9.0/nl/", buffered=True).text
    assert "oudere uitgave 0.9.0" in older
    assert 'href="/releases/0.9.0/nl/' in older
    assert "oudere uitgave" not in client.get("/releases/1.0.0/nl/").text


@pytest.mark.parametrize(
    "path",
    [
        "/releases/2.0.0/sparql",
        "/releases/notes/sparql",
        "/releases/../sparql",
        "/releases/%2e%2e/sparql",
        "/releases/2.0.0/",
        "/releases/0.9.0/releases/0.10.0/sparql",
        "/releases/1.0.0/releases/1.0.0/releases/1.0.0/nl/",
    ],
)
def test_what_is_no_release_is_not_here(site: Flask, path: str) -> None:
    answer = site.test_client().get(path, headers={"Accept": "application/json"}, buffered=True)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_a_damaged_release_is_refused_and_the_others_answer(site: Flask) -> None:
    answer = site.test_client().get("/releases/0.1.0/sparql", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"]
    assert asked(site, "/releases/0.9.0/sparql") == (1, "0.9.0")


def test_only_a_few_older_releases_are_held(site: Flask) -> None:
    older = site.extensions["kg.releases"]
    for version in ("0.9.0", "0.10.0", "0.9.0"):
        asked(site, f"/releases/{version}/sparql")
        assert len(older._sites) <= 2
    assert all(not one.busy for one in older._sites.values())


def test_the_list_has_the_newest_first(site: Flask) -> None:
    client = site.test_client()
    listed = client.get("/releases/", headers={"Accept": "application/json"}).json
    assert [one["version"] for one in listed] == ["1.0.0", "0.10.0", "0.9.0", "0.1.0"]
    assert listed[1]["endpoint"] == "http://localhost/releases/0.10.0/sparql"
    assert next(csv.DictReader(io.StringIO(client.get("/releases.csv").text)))["statements"] == "3"
    inside = client.get("/releases/0.9.0/releases", headers={"Accept": "application/json"}, buffered=True).json
    assert inside == listed
    page = client.get("/releases/", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.headers["Location"] == "/en/cite#releases"


@pytest.mark.parametrize(("lang", "path"), [("nl", "/nl/citeren"), ("en", "/en/cite")])
def test_the_page_on_citing_names_version_and_sum(site: Flask, lang: str, path: str) -> None:
    text = site.test_client().get(path).text
    digest = site.extensions["kg"].release.digest
    assert f"sha256:{digest}" in text
    assert "http://localhost/releases/1.0.0/sparql" in text
    assert path in site.test_client().get(f"/{lang}/sparql").text


def test_python_loads_a_version(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    root = site.extensions["kg"].project.root
    graph = kg.load(root, version="0.10.0")
    assert graph.version == "0.10.0"
    assert graph.sparql(COUNT).column("n") == [2]
    with pytest.raises(UnknownName, match=r"There is: 0\.1\.0, 0\.10\.0, 0\.9\.0, 1\.0\.0"):
        kg.load(root, version="7")
    with pytest.raises(ReleaseError, match="does not have the sum"):
        kg.load(root, version="0.1.0")


def test_versions_stand_in_the_order_in_which_they_were_published(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    versions = ["0.9.0", "0.10.0-rc1", "0.10.0-rc2", "0.10.0-rc10", "0.10.0", "0.10.1", "1.0"]
    for version in sorted(versions):
        tiny_release(tmp_path / "dist" / version, quads(1), version)
    assert [release.version for release in history(project)] == versions


def test_a_project_without_releases_says_how_to_make_one(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    (tmp_path / "data").mkdir()
    assert releases_on_disk(project) == {}
    with pytest.raises(UnknownName, match="kg build"):
        release_of_version(project, "1.0.0")
