"""A stranger harvests: forms, links, conditions, ranges and packing, judged by the RFCs and not by our own code."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pyoxigraph as ox
import pytest
from flask import Flask

from kg_web.state import State
from serving import listening
from tiny import tiny_app

OFFERED = (
    *("text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"),
    *("application/n-quads", "application/trig", "application/json"),
)
THING = "/doc/competence/ow-07"
BASE = "https://w3id.org/leergraaf"


class Stranger:
    """A client that follows nothing and unpacks nothing by itself."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self._host, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Accept-Encoding": "identity", **named})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body


@pytest.fixture(scope="module")
def stranger(app: Flask) -> Iterator[Stranger]:
    with listening(app) as address:
        yield Stranger(address)


def chosen(accept: str) -> set[str]:
    """What RFC 9110 (section 12.5.1) allows for this Accept: the forms of the highest quality, by the nearest range."""
    ranges: list[tuple[str, float]] = []
    for part in accept.split(","):
        name, *parameters = [one.strip() for one in part.split(";")]
        quality = next((float(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
        ranges.append((name, quality))

    def quality_of(media_type: str) -> float:
        for name in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
            for range_, quality in ranges:
                if range_ == name:
                    return quality
        return 0.0

    qualities = {media_type: quality_of(media_type) for media_type in OFFERED}
    best = max(qualities.values())
    return {media_type for media_type, quality in qualities.items() if quality == best} if best else set()


def accepts() -> list[str]:
    dice = random.Random(9110)
    names = [*OFFERED, "text/*", "application/*", "*/*", "image/png"]
    found = []
    for _ in range(150):
        picked = dice.sample(names, dice.randint(1, 5))
        parts = []
        for name in picked:
            parameter = dice.choice(["", "", ";charset=utf-8"]) if name == "text/turtle" else ""
            quality = dice.choice(["", "", ";q=0.9", ";q=0.5", "; q=0.1", ";q=0", ";q=0.001"])
            parts.append(name + parameter + quality)
        found.append(", ".join(parts))
    return found


def test_150_ways_to_ask_are_answered_as_rfc_9110_says(stranger: Stranger) -> None:
    for accept in accepts():
        answer, _ = stranger.ask(THING, Accept=accept)
        allowed = chosen(accept)
        media_type = (answer.getheader("Content-Type") or "").partition(";")[0]
        if not allowed:
            assert answer.status == 406, accept
        elif answer.status == 302:
            assert "text/html" in allowed, accept
        else:
            assert (answer.status, media_type in allowed) == (200, True), (accept, media_type, allowed)
        assert "Accept" in (answer.getheader("Vary") or ""), accept


def links_of(answer: http.client.HTTPResponse) -> list[tuple[str, str, str]]:
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', answer.getheader("Link") or "")
    assert found
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/nl/",
        "/nl/competence/",
        "/en/unit/mo-2",
        "/doc/unit/mo-2.ttl",
        "/doc/unit.csv",
        "/graph/note-tasks.nq",
        "/catalog.ttl",
        "/def.trig",
        "/nl/gegevens/",
    ],
)
def test_every_link_leads_to_what_it_announces(stranger: Stranger, path: str) -> None:
    answer, _ = stranger.ask(path)
    assert answer.status == 200
    for href, relation, media_type in links_of(answer):
        if href.startswith(("https://schema.org/", "https://creativecommons.org/")):
            continue
        target = href.removeprefix(BASE)
        for _ in range(4):
            there, _ = stranger.ask(target, "HEAD", Accept=media_type or "*/*")
            if there.status not in {302, 303}:
                break
            target = there.getheader("Location") or ""
        assert there.status == 200, (href, relation, there.status)
        if media_type:
            assert (there.getheader("Content-Type") or "").partition(";")[0] == media_type, (href, relation)


def test_a_page_signposts_what_fair_signposting_asks(stranger: Stranger) -> None:
    answer, _ = stranger.ask("/en/unit/mo-2")
    relations = {relation for _, relation, _ in links_of(answer)}
    assert {"cite-as", "describedby", "license", "type", "author", "collection", "linkset"} <= relations
    data, _ = stranger.ask("/doc/unit/mo-2.ttl")
    assert {"cite-as", "license", "collection", "linkset", "alternate"} <= {one[1] for one in links_of(data)}


def test_a_link_set_says_what_the_headers_say(stranger: Stranger) -> None:
    answer, body = stranger.ask("/linkset/unit/mo-2")
    assert answer.getheader("Content-Type") == "application/linkset+json"
    contexts = {urlsplit(one.pop("anchor")).path: one for one in json.loads(body)["linkset"]}
    page, _ = stranger.ask("/en/unit/mo-2")
    for href, relation, _ in links_of(page):
        targets = [one["href"] for one in contexts["/en/unit/mo-2"][relation]]
        assert any(target.endswith(href) for target in targets), (href, relation)
    _, listed = stranger.ask("/linkset/unit")
    assert f"{BASE}/id/unit/mo-2" in [one["href"] for one in json.loads(listed)["linkset"][0]["item"]]


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf", "nq", "trig", "json"])
def test_the_second_time_nothing_is_sent(stranger: Stranger, suffix: str) -> None:
    first, body = stranger.ask(f"{THING}.{suffix}")
    tag = first.getheader("ETag") or ""
    assert re.fullmatch(r'"[^"]+"', tag), "a strong tag"
    assert body
    for condition in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again, nothing = stranger.ask(f"{THING}.{suffix}", If_None_Match=condition)
        assert (again.status, nothing) == (304, b""), condition
    assert again.getheader("ETag") == tag
    changed, _ = stranger.ask(f"{THING}.{suffix}", If_None_Match='"x"')
    assert changed.status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_each_coding_has_a_tag_of_its_own_and_the_same_content(stranger: Stranger, coding: str) -> None:
    plain, body = stranger.ask("/doc/profile/opbouwwerker-2010.ttl")
    packed, content = stranger.ask("/doc/profile/opbouwwerker-2010.ttl", Accept_Encoding=coding)
    assert packed.getheader("Content-Encoding") == coding
    assert "Accept-Encoding" in (packed.getheader("Vary") or "")
    assert packed.getheader("ETag") != plain.getheader("ETag")
    assert len(content) < len(body) / 2
    if coding == "gzip":
        assert gzip.decompress(content) == body
        assert content[4:8] == bytes(4), "no time in it: one tag, the same bytes"
    if coding == "br":
        assert brotli.decompress(content) == body
    tag = packed.getheader("ETag") or ""
    again, nothing = stranger.ask("/doc/profile/opbouwwerker-2010.ttl", Accept_Encoding=coding, If_None_Match=tag)
    assert (again.status, nothing, again.getheader("ETag")) == (304, b"", tag)
    refused, _ = stranger.ask("/doc/profile/opbouwwerker-2010.ttl", Accept_Encoding=f"{coding};q=0")
    assert refused.getheader("Content-Encoding") is None


def test_the_graph_can_be_had_thing_by_thing_and_file_by_file(app: Flask) -> None:
    """Things, ontology and what others have named: together exactly the quads of the release."""
    state: State = app.extensions["kg"]
    client = app.test_client()
    release = set(state.store.engine)
    by_graph: set[ox.Quad] = set()
    for graph in state.store.graphs():
        answer = client.get(f"/graph/{graph.rpartition('/')[2]}.nq")
        by_graph |= set(ox.parse(input=answer.data, format=ox.RdfFormat.N_QUADS))
    assert by_graph == release
    things = [state.names.segment_and_code(iri) or ("", "") for iri in sorted(state.known)]
    by_thing: set[ox.Quad] = set()
    for kind, code in things:
        answer = client.get(f"/doc/{kind}/{code}.nq")
        by_thing |= set(ox.parse(input=answer.data, format=ox.RdfFormat.N_QUADS))
    assert by_thing <= release
    about = {quad for quad in release if getattr(quad.subject, "value", "") in state.known}
    assert about <= by_thing


def test_trig_tells_the_same_as_n_quads(app: Flask) -> None:
    client = app.test_client()
    for path in (THING, "/graph/proposal-minor", "/doc/unit/mo-2"):
        quads = set(ox.parse(input=client.get(f"{path}.nq").data, format=ox.RdfFormat.N_QUADS))
        assert quads == set(ox.parse(input=client.get(f"{path}.trig").data, format=ox.RdfFormat.TRIG))


def test_every_file_is_sent_whole_with_its_sum(app: Flask, stranger: Stranger) -> None:
    state: State = app.extensions["kg"]
    for file in itertools.islice(state.release.files(), 0, None, 7):
        answer, body = stranger.ask(f"/downloads/{file.name}")
        assert answer.status == 200
        assert hashlib.sha256(body).hexdigest() == file.sha256
        assert answer.getheader("ETag") == f'"{file.sha256}"'
        assert answer.getheader("Accept-Ranges") == "bytes"
    _, sums = stranger.ask("/downloads/SHA256SUMS")
    _, manifest = stranger.ask("/downloads/manifest.json")
    assert f"{hashlib.sha256(manifest).hexdigest()}  manifest.json" in sums.decode()


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999999", 206, slice(0, None)),
        ("bytes=999999999-", 416, None),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("items=0-1", 200, slice(0, None)),
        ("bytes=x", 200, slice(0, None)),
    ],
)
def test_a_range_of_a_file_is_sent_as_rfc_9110_says(
    stranger: Stranger, asked: str, status: int, part: slice | None
) -> None:
    whole, body = stranger.ask("/downloads/leergraaf.nq")
    answer, content = stranger.ask("/downloads/leergraaf.nq", Range=asked)
    assert answer.status == status
    if part is None:
        assert answer.getheader("Content-Range") == f"bytes */{len(body)}"
        return
    assert content == body[part]
    if status == 206:
        assert (answer.getheader("Content-Range") or "").endswith(f"/{len(body)}")
    tag = whole.getheader("ETag") or ""
    same, _ = stranger.ask("/downloads/leergraaf.nq", Range=asked, If_Range=tag)
    other, everything = stranger.ask("/downloads/leergraaf.nq", Range=asked, If_Range='"x"')
    assert (same.status, other.status, everything) == (status, 200, body)
    held, nothing = stranger.ask("/downloads/leergraaf.nq", Range=asked, If_None_Match=tag)
    assert (held.status, nothing) == (304, b"")


def test_a_packed_file_is_sent_to_who_takes_it_and_unpacks_to_the_file(stranger: Stranger) -> None:
    _, body = stranger.ask("/downloads/leergraaf.nq")
    answer, packed = stranger.ask("/downloads/leergraaf.nq", Accept_Encoding="gzip")
    assert answer.getheader("Content-Encoding") == "gzip"
    assert answer.getheader("Content-Type") == "application/n-quads"
    assert gzip.decompress(packed) == body
    itself, same = stranger.ask("/downloads/leergraaf.nq.gz")
    assert itself.getheader("Content-Type") == "application/gzip"
    assert itself.getheader("Content-Encoding") is None
    assert same == packed


@pytest.mark.parametrize("name", ["../manifest.json", "store/CURRENT", "%2e%2e/kg.toml", "nothing.nq", "//etc/passwd"])
def test_only_files_of_the_release_are_sent(stranger: Stranger, name: str) -> None:
    answer, _ = stranger.ask(f"/downloads/{name}")
    assert answer.status in {308, 404}


@pytest.mark.parametrize("path", ["/id/unit/mo-2", THING, "/downloads/leergraaf.nq", "/catalog", "/linkset", "/def"])
def test_other_sites_may_ask_and_read(stranger: Stranger, path: str) -> None:
    asked, _ = stranger.ask(path, "OPTIONS", Origin="https://x.example", Access_Control_Request_Method="GET")
    assert asked.status == 200
    for answer in (asked, stranger.ask(path, "HEAD", Origin="https://x.example", Accept="text/turtle, */*;q=0.1")[0]):
        assert answer.getheader("Access-Control-Allow-Origin") == "*"
        assert answer.getheader("Access-Control-Allow-Credentials") is None
    assert "Range" in (asked.getheader("Access-Control-Allow-Headers") or "")


def test_what_is_no_longer_in_use_is_described_and_names_its_successor(tmp_path: Path) -> None:
    old, new = (f"<https://example.org/mini/id/competence/c-{number}>" for number in (1, 2))
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    graph = "<https://example.org/mini/graph/g>"
    quads = (
        f"{old} {rdf_type} <https://w3id.org/leergraaf/def#Competence> {graph} .\n"
        f"{new} {rdf_type} <https://w3id.org/leergraaf/def#Competence> {graph} .\n"
        f"{old} <http://purl.org/dc/terms/isReplacedBy> {new} {graph} .\n"
    )
    app = tiny_app(tmp_path, quads)
    client = app.test_client()
    for path, status in (("/id/competence/c-1", 303), ("/doc/competence/c-1.ttl", 200), ("/nl/competence/c-1", 200)):
        answer = client.get(path)
        assert answer.status_code == status
        assert f'{new}; rel="successor-version"' in answer.headers["Link"]
    app.extensions["kg.sparql"].guard.close()


def test_the_day_of_the_release_dates_every_answer(tmp_path: Path) -> None:
    from dataclasses import replace

    graph = "<https://example.org/mini/graph/g>"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    thing = "<https://example.org/mini/id/competence/c-1>"
    app = tiny_app(tmp_path, f"{thing} {rdf_type} <https://w3id.org/leergraaf/def#Competence> {graph} .\n")
    state: State = app.extensions["kg"]
    client = app.test_client()
    for day, dated in (("2020-02-29", "Sat, 29 Feb 2020 00:00:00 GMT"), ("2999-01-01", None), ("", None)):
        app.extensions["kg"] = replace(state, release=replace(state.release, issued=day))
        for path in ("/doc/competence/c-1.ttl", "/downloads/leergraaf.nq"):
            with client.get(path) as answer:
                assert answer.headers.get("Last-Modified") == dated, path
            if dated:
                again = client.get(path, headers={"If-Modified-Since": dated})
                assert (again.status_code, again.data) == (304, b"")
                with client.get(path, headers={"If-Modified-Since": "Fri, 28 Feb 2020 00:00:00 GMT"}) as older:
                    assert older.status_code == 200
    app.extensions["kg.sparql"].guard.close()


def test_the_context_is_json_ld_that_other_sites_may_keep(stranger: Stranger) -> None:
    answer, body = stranger.ask("/context.jsonld")
    assert answer.getheader("Content-Type") == "application/ld+json"
    assert answer.getheader("Access-Control-Allow-Origin") == "*"
    assert "max-age" in (answer.getheader("Cache-Control") or "")
    assert "prefLabel" in json.loads(body)["@context"]


@pytest.mark.parametrize("path", ["/nl/unit/mo-2", "/en/competence/", "/nl/", "/en/data/"])
def test_a_page_holds_schema_org_in_its_own_language(app: Flask, path: str) -> None:
    text = app.test_client().get(path).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert block
    content = json.loads(block[1])
    assert content["@context"] == "https://schema.org"
    told = content.get("@graph", [content])
    assert all(one["@type"] for one in told)
    if path == "/nl/unit/mo-2":
        assert told[0]["name"] == "Krachtenveld, beleid en onderhandeling"
        assert told[1]["mainEntity"]["@id"] == told[0]["@id"]
    if path in {"/nl/", "/en/data/"}:
        assert 50 <= len(content["description"]) <= 5000
        assert content["distribution"]
