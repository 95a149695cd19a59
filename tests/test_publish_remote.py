"""A release put in a SPARQL server: beside what is read, verified, and switched to last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

import stores
from kg.checks.formats import report_to_text
from kg.checks.validate import validate_store
from kg.cli.main import cli
from kg.errors import StoreError
from kg.files.project import Project
from kg.graph.remote_link import Link
from kg.graph.remote_releases import ask_store, open_current, open_stored, pointed_at
from kg.graph.remote_settings import Remote
from kg.graph.renaming import renaming_of
from kg.names import Iri, Names, lg
from kg.publish.build import build
from kg.publish.release import Release
from kg.publish.remote import publish
from kg.records import Report, Severity
from kg_web.app import create_app
from minis import mini_copy

NAMES = Names()


@pytest.fixture
def server() -> Iterator[Remote]:
    with stores.oxigraph() as remote:
        yield remote


@pytest.fixture
def link(server: Remote) -> Iterator[Link]:
    with closing(Link(server)) as opened:
        yield opened


@pytest.fixture(scope="module")
def older(release: Release) -> Release:
    """The same statements, as an earlier version with another digest."""
    return replace(release, version="0.1.0", digest="f" * 64)


def test_readers_see_the_old_release_until_the_new_one_is_whole(
    server: Remote, link: Link, release: Release, older: Release
) -> None:
    publish(older, NAMES, link)

    def broken_off(graph: str, number: int, total: int) -> None:
        with closing(open_current(NAMES, server)) as read:
            assert read.version == "0.1.0"
        if number == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(release, NAMES, link, say=broken_off)
    name = renaming_of(NAMES, release.version, release.digest)
    with pytest.raises(StoreError, match=r"0\.2\.0-"):
        open_stored(link, NAMES, name)
    with closing(open_current(NAMES, server)) as read:
        assert (read.version, len(read)) == ("0.1.0", older.quads)
        done = publish(release, NAMES, link)
        assert (done.loaded, done.quads, done.dropped) == (done.graphs - 19, release.quads, ())
        assert len(read) == older.quads, "who reads the older one goes on reading it"
    with closing(open_current(NAMES, server)) as read:
        assert (read.version, len(read)) == (release.version, release.quads)
    assert publish(release, NAMES, link, keep=1).dropped == (f"0.1.0-{'f' * 12}",)
    sizes = ask_store(NAMES, link).table("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert len(sizes) == done.graphs + 2, "its graphs, their list, and the pointer"


def test_a_graph_that_has_not_its_size_is_put_there_anew(link: Link, release: Release) -> None:
    done = publish(release, NAMES, link)
    graph = f"{done.release}/graph/note-tasks"
    assert link.put(graph, b"<urn:a> <urn:b> <urn:c> .\n", add=True)
    assert publish(release, NAMES, link).loaded == 1
    assert len(list(ask_store(NAMES, link).quads(graph=ox.NamedNode(graph)))) == 150


def test_a_server_without_a_graph_store_is_filled_by_updates(
    server: Remote, release: Release, shipped: Project
) -> None:
    with closing(Link(replace(server, kind="standard", update=server.url.replace("query", "update")))) as link:
        assert not link.put("urn:x", b"")
        done = publish(release, NAMES, link)
        assert done.loaded == done.graphs
        assert pointed_at(link, NAMES) == done.release
    with closing(open_current(NAMES, server)) as read:
        assert set(read) == set(release.store(shipped))


def test_a_server_that_loses_statements_is_not_switched_to(server: Remote, release: Release, older: Release) -> None:
    class Lossy(Link):
        def put(self, graph: str, triples: bytes, *, add: bool = False) -> bool:
            lost = triples.split(b"\n", 1)[1] if graph.endswith("note-themes") else triples
            return super().put(graph, lost, add=add)

    with closing(Lossy(server)) as link, closing(Link(server)) as sound:
        publish(older, NAMES, sound)
        with pytest.raises(StoreError, match=r"note-themes.*Nothing was switched"):
            publish(release, NAMES, link)
        assert pointed_at(sound, NAMES) == Iri(f"{NAMES.base}release/0.1.0-{'f' * 12}")


def test_the_command_publishes_and_the_others_then_read_from_there(
    server: Remote, shipped: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["--project", str(shipped.root), "--lang", "nl", *arguments])
        assert done.exception is None, done.output
        return done.output

    here = run("ask", "units-of-competence", "--competence", "ow-07"), run("gaps", "mi-ow"), run("show", "ow-06")
    assert "wordt nu gelezen: 49 grafen, 20000 beweringen, 49 geladen" in run("publish", "--to", server.url)
    monkeypatch.setenv("KG_STORE", server.url)
    there = run("ask", "units-of-competence", "--competence", "ow-07"), run("gaps", "mi-ow"), run("show", "ow-06")
    assert there == here


def test_a_check_judges_what_is_published_in_the_words_of_a_check_of_files(
    server: Remote, link: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, ["--project", str(project.root), "--lang", "nl", "check", *arguments])
        return done.exit_code, done.stdout, done.stderr

    project = mini_copy(tmp_path / "mini")
    names, release = project.names, build(project)
    done = publish(release, names, link)
    faulty = ox.Triple(
        ox.NamedNode(names.thing("outcome", "u-1-1")),
        ox.NamedNode(lg("develops")),
        ox.NamedNode(names.thing("competence", "nowhere")),
    )
    assert link.put(f"{done.release}/graph/proposal-minor", f"{faulty} .\n".encode(), add=True)
    embedded = release.store(project)
    embedded.add([ox.Quad(*faulty, ox.NamedNode(names.graph("proposal-minor")))])
    expected = validate_store(project, embedded)
    shown = report_to_text(Report(expected.at_or_above(Severity.WARNING)), "nl")
    assert names.thing("competence", "nowhere") in shown
    monkeypatch.setenv("KG_STORE", server.url)
    code, told, aside = run()
    assert (code, told.startswith(shown)) == (1, True)
    assert f"De graaf op {server.url} wordt gecontroleerd, versie {project.settings.version}" in aside
    assert run("--files") == (0, ANY, "")


def test_the_site_over_a_store_elsewhere_answers_says_when_it_is_away_and_recovers(
    shipped: Project, release: Release, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = stores.free_port()
    with stores.oxigraph(port) as server:
        monkeypatch.setenv("KG_STORE", server.url)
        with closing(Link(server)) as link:
            publish(release, NAMES, link)
        app = create_app(shipped, release)
        client = app.test_client()
        assert "overbruggen" in client.get("/nl/competence/ow-06").text
        _answers(client)
    page = client.get("/nl/vragen/timeline", headers={"Accept": "text/html"})
    query = client.get("/sparql?query=ASK{?s ?p 2}", headers={"Accept": "application/sparql-results+json"})
    for answer in (page, query):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert str(port) in answer.text
    assert "niet bereikbaar" in page.text
    with stores.oxigraph(port) as server:
        with closing(Link(server)) as link:
            publish(release, NAMES, link)
        _answers(client)
    app.extensions["kg.sparql"].guard.close()


def _answers(client: FlaskClient) -> None:
    """Ad-hoc queries as tables and graphs, with our names, and refused with their place."""
    graph = "SELECT DISTINCT ?g { GRAPH ?g { ?s a lg:Competence } }"
    accept = {"Accept": "text/csv"}
    assert (
        f"{NAMES.graph('note-competences')}\r\n"
        in client.get("/sparql", query_string={"query": graph}, headers=accept).text
    )
    turtle = client.get(
        "/sparql", query_string={"query": "CONSTRUCT WHERE { ?s a lg:Competence }"}, headers={"Accept": "text/turtle"}
    )
    assert len(list(ox.parse(turtle.data, format=ox.RdfFormat.TURTLE))) == 17
    wrong = client.get("/sparql", query_string={"query": "SELECT ?s {\n ?s ?p }"})
    assert (wrong.status_code, wrong.json["line"] if wrong.json else 0) == (400, 2)
