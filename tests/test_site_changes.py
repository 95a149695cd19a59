"""What changed since a release or a day: told in words, in feeds for readers, and as data that can be applied."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import pyoxigraph as ox
import pytest
from flask import Flask

from kg.names import DCT, LG, OUTSIDE
from kg_web.app import create_app
from site_pages import page
from tiny import BASE, tiny_project, tiny_release

SKOS, TYPE = OUTSIDE["skos"], OUTSIDE["rdf"] + "type"
ATOM = "{http://www.w3.org/2005/Atom}"


def competence(code: str, label: str, *more: str) -> str:
    iri = f"{BASE}id/competence/{code}"
    said = [f"<{TYPE}> <{LG}Competence>", f'<{SKOS}prefLabel> "{label}"@nl', *more]
    return "".join(f"<{iri}> {one} <{BASE}graph/one> .\n" for one in said)


ENDED = f'<{OUTSIDE["owl"]}deprecated> "true"^^<{OUTSIDE["xsd"]}boolean>'
REPLACED = f"<{DCT}isReplacedBy> <{BASE}id/competence/c-1>"
OUTSIDER = f'<https://elsewhere.example/x> <{SKOS}prefLabel> "elders"@nl <{BASE}graph/one> .\n'
OLDEST = competence("c-1", "meten") + competence("c-2", "<b>wegen</b>") + OUTSIDER
MIDDLE = competence("c-1", "meten") + competence("c-2", "<b>wegen</b>", ENDED, REPLACED) + OUTSIDER
NEWEST = competence("c-1", "nauwkeurig meten") + competence("c-2", "<b>wegen</b>", ENDED, REPLACED)
NEWEST += competence("c-3", "bouwen")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("changes")
    project = tiny_project(folder)
    days = {"0.1.0": (OLDEST, "2026-01-05"), "0.2.0": (MIDDLE, "2026-02-01"), "0.3.0": (NEWEST, "2026-03-01")}
    releases = [tiny_release(folder / "dist" / name, quads, name, day) for name, (quads, day) in days.items()]
    app = create_app(project, releases[-1])
    yield app
    app.extensions["kg.releases"].close()
    app.extensions["kg.sparql"].guard.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site over the only release there is."""
    folder = tmp_path_factory.mktemp("first")
    app = create_app(tiny_project(folder), tiny_release(folder / "dist" / "1.0.0", OLDEST))
    yield app
    app.extensions["kg.sparql"].guard.close()


def told(site: Flask, since: str) -> dict[str, list[str]]:
    """What happened → the things it happened to."""
    answer = site.test_client().get("/changes.json", query_string={"since": since})
    assert answer.status_code == 200
    found: dict[str, list[str]] = {}
    for one in answer.json["changes"]:
        found.setdefault(one["change"], []).append(one["code"])
    return found


# Since


def test_changes_are_told_since_a_version(site: Flask) -> None:
    outsider = "https://elsewhere.example/x"
    assert told(site, "0.2.0") == {"added": ["c-3"], "changed": ["c-1"], "removed": [outsider]}
    assert told(site, "0.1.0") == {"added": ["c-3"], "changed": ["c-1"], "deprecated": ["c-2"], "removed": [outsider]}
    assert told(site, "0.3.0") == {}


@pytest.mark.parametrize(
    ("day", "version"),
    [("2026-12-31", "0.3.0"), ("2026-03-02", "0.3.0"), ("2026-03-01", "0.2.0"), ("2026-01-06", "0.1.0")],
)
def test_a_day_stands_for_the_last_release_before_it(site: Flask, day: str, version: str) -> None:
    assert site.test_client().get(f"/changes.json?since={day}").json["since"] == version


def test_before_the_first_release_all_is_new(site: Flask) -> None:
    answer = site.test_client().get("/changes.json?since=2020-01-01").json
    assert (answer["since"], answer["counts"]["added"], answer["counts"]["changed"]) == (None, 3, 0)


def test_without_a_version_it_is_what_the_newest_release_changed(site: Flask) -> None:
    assert site.test_client().get("/changes.json").json["since"] == "0.2.0"


@pytest.mark.parametrize(
    ("since", "status"),
    [("0.9.0", 404), ("2026-02-30", 400), ("gisteren", 400), ("1", 400), ("../0.1.0", 400), ("<script>", 400)],
)
def test_what_is_no_known_version_or_day_is_refused_with_those_that_are(site: Flask, since: str, status: int) -> None:
    answer = site.test_client().get("/changes.csv", query_string={"since": since}, headers={"Accept-Language": "nl"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert since in answer.json["detail"]
    assert "0.1.0 (2026-01-05), 0.2.0 (2026-02-01), 0.3.0 (2026-03-01)" in answer.json["hint"]
    shown = site.test_client().get("/nl/wijzigingen", query_string={"since": since}, headers={"Accept": "text/html"})
    assert shown.status_code == status
    assert "<script>" not in shown.text


def test_an_older_release_tells_what_led_to_it(site: Flask) -> None:
    client = site.test_client()
    answer = client.get("/releases/0.2.0/changes.json?since=0.1.0", buffered=True).json
    assert [one["code"] for one in answer["changes"]] == ["c-2"]
    assert client.get("/releases/0.2.0/changes.json?since=0.3.0", buffered=True).status_code == 404


# Data


def test_properties_are_told_before_and_after(site: Flask) -> None:
    (changed,) = (
        one for one in site.test_client().get("/changes.json?lang=nl").json["changes"] if one["code"] == "c-1"
    )
    (label,) = changed["properties"]
    assert (label["property"], label["old"], label["new"]) == (SKOS + "prefLabel", ["meten"], ["nauwkeurig meten"])


def test_a_table_holds_the_same(site: Flask) -> None:
    rows = list(csv.DictReader(io.StringIO(site.test_client().get("/changes.csv?since=0.1.0").text)))
    assert {(row["change"], row["code"]) for row in rows} >= {
        ("added", "c-3"),
        ("changed", "c-1"),
        ("deprecated", "c-2"),
    }
    assert any(row["old"] == "meten" and row["new"] == "nauwkeurig meten" for row in rows)


@pytest.mark.parametrize(("since", "older"), [("0.1.0", OLDEST), ("0.2.0", MIDDLE), ("2020-01-01", "")])
def test_the_patch_makes_the_newest_release_of_the_older_one(site: Flask, since: str, older: str) -> None:
    answer = site.test_client().get(
        "/changes", query_string={"since": since}, headers={"Accept": "application/rdf-patch"}
    )
    assert answer.mimetype == "application/rdf-patch"
    lines = set(older.splitlines())
    for line in answer.text.splitlines():
        code, _, quad = line.partition(" ")
        if code == "D":
            lines.remove(quad)
        elif code == "A":
            lines.add(quad)
    assert set(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)) == set(
        ox.parse(NEWEST, format=ox.RdfFormat.N_QUADS)
    )


@pytest.mark.parametrize("address", ["/changes.json", "/changes.rdfp", "/en/changes.atom", "/nl/wijzigingen"])
def test_who_has_it_already_gets_no_body(site: Flask, address: str) -> None:
    client = site.test_client()
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(address, query_string={"since": "0.1.0"}).headers["ETag"] != "" != first.headers["ETag"]


# For people


def test_the_page_shows_what_happened_in_words(site: Flask) -> None:
    shown = page(site.test_client().get("/nl/wijzigingen?since=0.1.0").text)
    assert "Van versie 0.1.0 naar versie 0.3.0: 1 nieuw, 1 vervallen, 1 gewijzigd, 1 verwijderd" in shown.text
    assert "nauwkeurig meten" in shown.text
    assert not shown.refused
    assert "/nl/competence/c-3" in shown.hrefs
    english = page(site.test_client().get("/en/changes?since=0.1.0").text)
    assert "From version 0.1.0 to version 0.3.0" in english.text


def test_a_label_with_markup_stays_text(site: Flask) -> None:
    assert "<b>wegen" not in site.test_client().get("/nl/wijzigingen?since=0.1.0").text
    feed = Xml.fromstring(site.test_client().get("/nl/wijzigingen.atom").data)
    assert not any("<b>" in (content.text or "") for content in feed.iter(f"{ATOM}content"))


def test_the_first_release_says_that_nothing_changed_yet(first: Flask) -> None:
    client = first.test_client()
    for address, words in (("/nl/wijzigingen", "eerste uitgave"), ("/en/changes", "first release")):
        shown = client.get(address)
        assert shown.status_code == 200
        assert words in shown.text
        assert "<select" not in shown.text
    assert client.get("/changes.json").json["since"] is None
    assert [
        entry.tag for entry in Xml.fromstring(client.get("/en/changes.atom?by=thing").data).iter(f"{ATOM}entry")
    ] == []


def test_browsers_are_led_to_the_page(site: Flask) -> None:
    answer = site.test_client().get("/changes?since=0.1.0", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.headers["Location"] == "/en/changes?since=0.1.0"


# Atom


@pytest.mark.parametrize("address", ["/nl/wijzigingen.atom", "/en/changes.atom", "/en/changes.atom?by=thing"])
def test_a_feed_has_what_atom_requires(site: Flask, first: Flask, address: str) -> None:
    for one in (site, first):
        answer = one.test_client().get(address)
        assert answer.mimetype == "application/atom+xml"
        feed = Xml.fromstring(answer.data)
        assert feed.tag == f"{ATOM}feed"
        assert feed.find(f"{ATOM}author/{ATOM}name") is not None
        rels = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
        assert rels.count("self") == 1
        ids = [element.text for element in feed.iter(f"{ATOM}id")]
        assert len(ids) == len(set(ids))
        assert all(iri and iri.startswith(BASE) for iri in ids)
        for part in (feed, *feed.iter(f"{ATOM}entry")):
            assert part.findtext(f"{ATOM}title")
            assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").tzinfo
        for entry in feed.iter(f"{ATOM}entry"):
            assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}link") is not None


def test_every_release_is_an_entry_and_every_link_leads_somewhere(site: Flask) -> None:
    client = site.test_client()
    feed = Xml.fromstring(client.get("/en/changes.atom").data)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["Release 0.3.0", "Release 0.2.0", "Release 0.1.0"]
    things = Xml.fromstring(client.get("/en/changes.atom?by=thing").data)
    assert len(list(things.iter(f"{ATOM}entry"))) == 3
    for link in (*feed.iter(f"{ATOM}link"), *things.iter(f"{ATOM}link")):
        address = (link.get("href") or "").removeprefix("http://localhost")
        assert client.get(address, headers={"Accept": "*/*"}, buffered=True).status_code == 200, address


def test_every_page_tells_readers_of_the_feed(site: Flask) -> None:
    for address in ("/nl/", "/nl/wijzigingen", "/nl/vragen/"):
        assert "/nl/wijzigingen.atom" in page(site.test_client().get(address).text).sources


def test_odd_marks_in_a_label_leave_the_feed_readable(tmp_path: Path) -> None:
    odd = json.loads('"\\u0001 \\u202e \\ud83c\\udf0d ]]> & <x"')
    folder = tmp_path / "dist"
    project = tiny_project(tmp_path)
    tiny_release(folder / "0.1.0", OLDEST, "0.1.0")
    quads = OLDEST + str(
        ox.Quad(
            ox.NamedNode(f"{BASE}id/competence/c-9"),
            ox.NamedNode(SKOS + "prefLabel"),
            ox.Literal(odd, language="nl"),
            ox.NamedNode(f"{BASE}graph/one"),
        )
    )
    app = create_app(project, tiny_release(folder / "0.2.0", f"{quads} .\n", "0.2.0"))
    try:
        for by in ("", "thing"):
            feed = Xml.fromstring(app.test_client().get(f"/nl/wijzigingen.atom?by={by}").data)
            assert "🌍" in "".join(feed.itertext())
    finally:
        app.extensions["kg.sparql"].guard.close()
