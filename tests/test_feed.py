"""The event stream: a member for every changed version, in pages that never change, in the graphs they come from."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask

from kg.errors import ReleaseError
from kg.graph.store import Store
from kg.names import DCT, OUTSIDE, Names
from kg.publish.archive import releases_on_disk
from kg.publish.changes import changes
from kg.publish.feed_index import Action, feed_index, subjects_of
from kg.publish.feed_members import PAGE_SIZE, Member, Members, members
from kg.publish.feed_pages import lineage, steps
from kg.publish.release import FEED_INDEX, Release
from kg_web.app import create_app
from tiny import BASE, tiny_project, tiny_release

LABEL = OUTSIDE["skos"] + "prefLabel"
LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
TRIG, NQUADS = "application/trig", "application/n-quads"


def thing(code: str) -> str:
    return f"{BASE}id/competence/{code}"


def line(subject: str, value: str, graph: str = "one") -> str:
    return f'<{subject}> <{LABEL}> "{value}"@nl <{BASE}graph/{graph}> .\n'


def store(*lines: str) -> Store:
    return Store(Names(BASE), ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))


FIRST = line(thing("a"), "a") + line(thing("b"), "b") + line("https://elsewhere.example/c", "c")
SECOND = line(thing("a"), "a") + line(thing("b"), "b", "two") + line(thing("d"), "d")
DAYS = {"0.9.0": "2026-01-05", "0.10.0": "2026-02-01", "1.0.0": "2026-02-01"}


# Members


@pytest.fixture
def compare(tmp_path: Path) -> Callable[..., list[Member]]:
    """What became different from an older release to a newer one, each given as its N-Quads: every member."""

    def compared(older: str, newer: str, version: str = "2") -> list[Member]:
        before = subjects_of(tiny_release(tmp_path / "1", older, "1")) if older else None
        after = subjects_of(tiny_release(tmp_path / version, newer, version))
        return every_member(members(before, after))

    return compared


def every_member(found: Members) -> list[Member]:
    return [one for number in range(1, found.pages + 1) for one in found.page(number, BASE)]


def plainly(older: Store, newer: Store, version: str) -> list[tuple[str, str, str, tuple[ox.Quad, ...]]]:
    """Subject, action, name and statements of every member, by the statements of both graphs as a whole."""
    found, told = changes(older, newer), []
    for action, of_one in (("Create", found.added), ("Update", found.changed), ("Delete", found.removed)):
        for subject in (change.subject for change in of_one):
            quads = tuple(sorted(newer.quads(ox.NamedNode(subject)), key=str))
            digest = hashlib.sha256("\n".join([action, subject, *map(str, quads)]).encode()).hexdigest()[:20]
            told.append((subject, action, f"{BASE}ldes/members/{version}/{digest}", quads))
    return sorted(told)


def test_every_subject_is_created_by_the_first_release(compare: Callable[..., list[Member]]) -> None:
    found = compare("", FIRST)
    assert [one.subject for one in found] == ["https://elsewhere.example/c", thing("a"), thing("b")]
    assert {one.action for one in found} == {Action.CREATED}


def test_only_what_changed_is_a_member_and_holds_all_that_is_said_now(compare: Callable[..., list[Member]]) -> None:
    found = {one.subject: one for one in compare(FIRST, SECOND + line(thing("d"), "D", "two"))}
    assert {subject: one.action.word for subject, one in found.items()} == {
        "https://elsewhere.example/c": "Delete",
        thing("b"): "Update",
        thing("d"): "Create",
    }
    assert len(found[thing("d")].quads) == 2
    assert found["https://elsewhere.example/c"].quads == ()


def test_a_statement_that_moves_to_another_graph_is_a_change(compare: Callable[..., list[Member]]) -> None:
    (moved,) = compare(line(thing("b"), "b"), line(thing("b"), "b", "two"))
    assert moved.action is Action.UPDATED
    assert [quad.graph_name.value for quad in moved.quads] == [f"{BASE}graph/two"]


def test_the_name_of_a_version_follows_from_release_and_content(compare: Callable[..., list[Member]]) -> None:
    def names(version: str, quads: str) -> set[str]:
        return {one.iri for one in compare("", quads, version)}

    assert names("2", FIRST) == names("2", "".join(reversed(FIRST.splitlines(keepends=True))))
    assert not names("2", FIRST) & names("3", FIRST)
    assert len(names("2", FIRST) & names("2", SECOND)) == 1


@pytest.mark.parametrize("older", ["", FIRST])
def test_a_blank_node_is_told_and_not_lost(compare: Callable[..., list[Member]], older: str) -> None:
    with pytest.raises(ReleaseError, match="blank node _:x"):
        compare(older, FIRST + f'_:x <{LABEL}> "x" <{BASE}graph/one> .\n')


def test_members_are_what_comparing_all_statements_gives(compare: Callable[..., list[Member]]) -> None:
    """Names of which one begins with another sort unlike their lines do, and texts hold what ends a line."""
    codes = ["a", "a-1", "a-1-1", "a.b", "aa", "é", "a" * 400]
    texts = ["x", 'x .\\n\\"y\\" .\\n', "é \U0001f600"]
    lines = [line(thing(code), text, graph) for code in codes for text in texts for graph in ("one", "two")]
    less = lines[5:]
    for older, newer in ((lines[::2], lines[1::3]), (lines, less), (less, lines), (lines, lines), ([], lines)):
        found = [(one.subject, one.action.word, one.iri, one.quads) for one in compare("".join(older), "".join(newer))]
        assert found == plainly(store(*older), store(*newer), "2")


# The index


def test_a_release_that_is_built_has_the_index_and_says_what_reading_its_statements_says(release: Release) -> None:
    path = release.folder / FEED_INDEX
    assert path.read_bytes() == feed_index(release)
    found = members(None, subjects_of(release))
    assert [one.subject for one in every_member(found)] == sorted({quad.subject.value for quad in release.statements()})
    assert found.page_of(every_member(found)[-1].iri.rpartition("/")[2]) == found.pages


def test_a_damaged_index_or_statements_that_changed_since_are_told(tmp_path: Path) -> None:
    release = tiny_release(tmp_path, FIRST)
    path = tmp_path / FEED_INDEX
    path.write_bytes(feed_index(release))
    whole, quads = path.read_bytes(), release.quads_file.path.read_bytes()
    found = members(None, subjects_of(release))
    release.quads_file.path.write_bytes(quads.replace(b'"b"', b'"x"'))
    with pytest.raises(ReleaseError, match="does not have the sum"):
        found.page(1, BASE)
    release.quads_file.path.write_bytes(quads[50:])
    with pytest.raises(ReleaseError, match="does not have the sum"):
        members(subjects_of(release), subjects_of(tiny_release(tmp_path / "2", SECOND, "2")))
    for content in (whole[:-1], whole[:40], b"", whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(content)
        with pytest.raises(ReleaseError, match=f"{FEED_INDEX}: the file does not have the sum"):
            subjects_of(release)


def test_a_page_reads_the_statements_of_its_own_members_alone(tmp_path: Path) -> None:
    release = tiny_release(tmp_path, "".join(line(thing(f"{number:03}"), "x") for number in range(PAGE_SIZE + 3)))
    path = release.quads_file.path
    (tmp_path / FEED_INDEX).write_bytes(feed_index(release))
    path.write_bytes(path.read_bytes().replace(f'{PAGE_SIZE:03}> <{LABEL}> "x"'.encode(), b"", 1))
    found = members(None, subjects_of(release))
    assert len(found.page(1, BASE)) == PAGE_SIZE
    with pytest.raises(ReleaseError, match="does not have the sum"):
        found.page(2, BASE)


def test_statements_of_one_subject_that_stand_apart_are_told(tmp_path: Path) -> None:
    release = tiny_release(tmp_path, line(thing("a"), "a"))
    content = (line(thing("a"), "a") + line(thing("b"), "b") + line(thing("a"), "c")).encode()
    release.quads_file.path.write_bytes(content)
    file = replace(release.quads_file, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ReleaseError, match="not in order"):
        subjects_of(replace(release, described=(file,)))


# Steps


def test_steps_keep_their_order_whatever_days_are_told(tmp_path: Path) -> None:
    days = {"1": "", "2": "2026-01-05", "3": "2026-01-05", "4": "2025-01-01", "5": "", "6": "2026-01-06"}
    found = steps([tiny_release(tmp_path / name, FIRST, name, day) for name, day in days.items()])
    assert [step.moment for step in found] == [
        "1970-01-01T00:00:00Z",
        "2026-01-05T00:00:00Z",
        "2026-01-05T00:00:01Z",
        "2026-01-05T00:00:02Z",
        "2026-01-05T00:00:03Z",
        "2026-01-06T00:00:00Z",
    ]


def test_the_key_of_a_step_changes_with_either_release_and_its_moment(tmp_path: Path) -> None:
    one, two = tiny_release(tmp_path / "1", FIRST, "1"), tiny_release(tmp_path / "2", SECOND, "2")
    other = tiny_release(tmp_path / "x", SECOND, "1")
    dated = tiny_release(tmp_path / "d", SECOND, "2", "2026-01-05")
    keys = [steps(releases)[-1].key for releases in ([one, two], [other, two], [two], [one, dated])]
    assert len(set(keys)) == 4
    assert steps([one, two])[-1].key == keys[0]


# Pages, over HTTP


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site over 1.0.0, with 0.9.0 (three subjects), 0.10.0 and 1.0.0 (two pages of new things)."""
    folder = tmp_path_factory.mktemp("feed")
    project = tiny_project(folder)
    many = SECOND + "".join(line(thing(f"m-{number}"), str(number)) for number in range(PAGE_SIZE + 3))
    releases = [
        tiny_release(folder / "dist" / version, quads, version, DAYS[version])
        for version, quads in (("0.9.0", FIRST), ("0.10.0", SECOND), ("1.0.0", many))
    ]
    app = create_app(project, releases[-1])
    yield app
    app.extensions["kg.releases"].close()
    app.extensions["kg.sparql"].guard.close()


def quads_of(site: Flask, address: str, accept: str = TRIG) -> list[ox.Quad]:
    answer = site.test_client().get(address, headers={"Accept": accept}, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, accept), address
    return list(ox.parse(answer.data, format=ox.RdfFormat.from_media_type(accept)))


def objects(quads: list[ox.Quad], predicate: str) -> list[str]:
    return sorted({quad.object.value for quad in quads if quad.predicate.value == predicate})


def pages(site: Flask) -> list[str]:
    """Every page, found by following relations from the root."""
    waiting, found = ["/ldes"], []
    while waiting:
        nodes = objects(quads_of(site, waiting.pop()), TREE + "node")
        new = [node.removeprefix("http://localhost") for node in nodes]
        found += new
        waiting += new
    return sorted(found)


def test_the_root_says_what_the_stream_is_and_what_it_keeps(site: Flask) -> None:
    quads = quads_of(site, "/ldes")
    assert objects(quads, LDES + "timestampPath") == [OUTSIDE["prov"] + "generatedAtTime"]
    assert objects(quads, LDES + "versionOfPath") == [DCT + "isVersionOf"]
    assert objects(quads, LDES + "startingFrom") == ["2026-01-05T00:00:00Z"]
    assert objects(quads, TREE + "view") == ["http://localhost/ldes"]
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}


def test_following_the_relations_finds_every_page_once(site: Flask) -> None:
    found = pages(site)
    assert len(found) == len(set(found)) == 4
    held = [len(objects(quads_of(site, address), TREE + "member")) for address in found]
    assert sorted(held) == [3, 3, 3, PAGE_SIZE]


def test_relations_to_a_page_bound_its_members_from_both_sides(site: Flask) -> None:
    quads = quads_of(site, "/ldes")
    kinds = objects(quads, OUTSIDE["rdf"] + "type")
    assert {TREE + "GreaterThanOrEqualToRelation", TREE + "LessThanOrEqualToRelation"} <= set(kinds)
    assert objects(quads, TREE + "value") == ["2026-01-05T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-01T00:00:01Z"]


def test_members_stand_in_their_own_graphs_and_what_is_said_of_them_in_the_default_graph(site: Flask) -> None:
    for address in pages(site):
        quads = quads_of(site, address)
        for quad in quads:
            outside = quad.graph_name == ox.DefaultGraph()
            assert outside != (quad.predicate.value == LABEL)
            assert outside or quad.subject.value.startswith(f"{BASE}ldes/members/")
        versions = objects(quads, TREE + "member")
        assert sorted(quad.subject.value for quad in quads if quad.predicate.value == DCT + "isVersionOf") == versions


def test_a_page_is_kept_for_good_and_the_root_is_asked_again(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/ldes").headers["Cache-Control"] == "no-cache"
    for address in pages(site):
        answer = client.get(address)
        assert "immutable" in answer.headers["Cache-Control"]
        assert objects(quads_of(site, address), LDES + "immutable") == ["true"]
    for address in ("/ldes", pages(site)[0]):
        tag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert not tag.startswith("W/")


def test_every_form_holds_the_same_but_turtle_has_no_graphs(site: Flask) -> None:
    for address in ("/ldes", pages(site)[0]):
        wanted = set(quads_of(site, address))
        assert set(quads_of(site, address, NQUADS)) == wanted
        assert set(quads_of(site, address, "application/ld+json")) == wanted
        flat = {(quad.subject, quad.predicate, quad.object) for quad in quads_of(site, address, "text/turtle")}
        assert flat == {(quad.subject, quad.predicate, quad.object) for quad in wanted}
        client = site.test_client()
        bodies = {client.get(f"{address}.trig").data for _ in range(3)}
        assert bodies == {client.get(address).data}
        tags = {client.get(f"{address}.{suffix}").headers["ETag"] for suffix in ("trig", "nq", "jsonld", "ttl")}
        assert len(tags) == 4


def test_a_version_leads_to_the_page_that_holds_it(site: Flask) -> None:
    client = site.test_client()
    for address in pages(site):
        for iri in objects(quads_of(site, address), TREE + "member")[:2]:
            answer = client.get(iri.removeprefix(BASE.rstrip("/")))
            assert (answer.status_code, answer.headers["Location"]) == (303, address)
    for address in ("/ldes/members/1.0.0/0", "/ldes/members/7/0"):
        assert client.get(address).status_code == 404


def test_an_older_release_has_the_stream_as_it_was(site: Flask) -> None:
    quads = quads_of(site, "/releases/0.10.0/ldes")
    assert objects(quads, TREE + "value") == ["2026-01-05T00:00:00Z", "2026-02-01T00:00:00Z"]
    nodes = objects(quads, TREE + "node")
    assert all(node.startswith("http://localhost/releases/0.10.0/ldes/pages/") for node in nodes)
    assert quads_of(site, nodes[0].removeprefix("http://localhost"))


def test_a_page_from_before_a_release_was_built_again_is_gone(site: Flask) -> None:
    client = site.test_client()
    gone = client.get("/ldes/pages/1.0.0-0123456789ab/1", headers={"Accept-Language": "nl"})
    assert (gone.status_code, gone.mimetype) == (410, "application/problem+json")
    assert "http://localhost/ldes" in gone.json["hint"]
    last = pages(site)[-1].rpartition("/")[0]
    for address in ("/ldes/pages/7-0123456789ab/1", "/ldes/pages/x/1", f"{last}/0", f"{last}/3", f"{last}/x"):
        assert client.get(address).status_code == 404, address


def test_people_are_sent_to_the_page_on_changes(site: Flask) -> None:
    client = site.test_client()
    browser = {"Accept": "text/html", "Accept-Language": "nl"}
    assert client.get("/ldes", headers=browser).headers["Location"] == "/nl/wijzigingen"
    assert client.get(pages(site)[0], headers=browser).headers["Location"] == "/nl/wijzigingen"


def test_a_damaged_release_is_told_and_the_rest_answers(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    tiny_release(tmp_path / "dist" / "0.1.0", FIRST, "0.1.0")
    app = create_app(project, tiny_release(tmp_path / "dist" / "0.2.0", SECOND, "0.2.0"))
    (tmp_path / "dist" / "0.1.0" / "leergraaf.nq").write_text("", encoding="utf-8")
    try:
        found = objects(quads_of(app, "/ldes"), TREE + "node")
        for address in (*found, "/changes.json?since=0.1.0", "/nl/wijzigingen"):
            answer = app.test_client().get(address.removeprefix("http://localhost"), headers={"Accept": "*/*"})
            assert answer.status_code == 503
            assert str(tmp_path) not in answer.text
        assert app.test_client().get("/nl/").status_code == 200
    finally:
        app.extensions["kg.sparql"].guard.close()


def test_without_older_releases_the_stream_begins_with_the_oldest_there_is(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    for version, quads in (("0.1.0", FIRST), ("0.2.0", SECOND)):
        tiny_release(tmp_path / "dist" / version, quads, version, "2026-03-01")
    current = releases_on_disk(project)["0.2.0"]
    both = steps(lineage(project, current))
    shutil.rmtree(tmp_path / "dist" / "0.1.0")
    (alone,) = steps(lineage(project, current))
    assert alone.older is None
    assert alone.key != both[-1].key
    assert len(members(None, subjects_of(alone.newer))) == 3
