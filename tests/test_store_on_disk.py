"""A large graph is read from the disk: the same answers, in every process, also after a fork."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from kg.files.project import Project
from kg.publish.build import ensure_release
from kg_web.app import create_app

QUERY = "SELECT ?code WHERE { ?c a lg:Competence ; skos:notation ?code } ORDER BY ?code"


@pytest.fixture(scope="module")
def on_disk(shipped: Project) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_MEMORY_QUADS", "1000")
        patch.setenv("KG_ANSWERS_MIB", "0")
        site = create_app(shipped, ensure_release(shipped))
        site.testing = True
        yield site
        site.extensions["kg.sparql"].guard.close()


def test_the_setting_decides_where_the_graph_is_held(shipped: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    release = ensure_release(shipped)
    assert release.store_on_disk(shipped) is None
    monkeypatch.setenv("KG_MEMORY_QUADS", str(release.quads))
    assert release.store_on_disk(shipped) is None
    monkeypatch.setenv("KG_MEMORY_QUADS", str(release.quads - 1))
    assert release.store_on_disk(shipped) == release.folder / "store"


@pytest.mark.parametrize(
    "path", ["/nl/", "/doc/unit/mo-1.nq", "/questions/units-of-competence.csv?competence=ow-07", "/void.ttl"]
)
def test_pages_data_and_questions_are_the_same_as_from_memory(app: Flask, on_disk: Flask, path: str) -> None:
    expected, found = app.test_client().get(path), on_disk.test_client().get(path)
    assert found.status_code == 200
    assert found.data == expected.data


def test_workers_read_the_same_store_under_the_same_limits(app: Flask, on_disk: Flask) -> None:
    asked = {"query": QUERY, "format": "csv"}
    found = on_disk.test_client().get("/sparql", query_string=asked)
    assert found.status_code == 200
    assert found.data == app.test_client().get("/sparql", query_string=asked).data
    long = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert on_disk.test_client().get("/sparql", query_string={"query": long, "timeout": "0.3"}).status_code == 504
    large = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?b ?e ?a ?d"
    assert on_disk.test_client().get("/sparql", query_string={"query": large}).status_code in {422, 504}
    assert on_disk.test_client().get("/sparql", query_string=asked).data == found.data


def test_a_process_that_was_forked_opens_it_for_itself(on_disk: Flask) -> None:
    store = on_disk.extensions["kg"].store
    expected = len(store)
    child = os.fork()
    if child == 0:
        os._exit(0 if len(store) == expected and len(store.table(QUERY).rows) == 17 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(store) == expected
