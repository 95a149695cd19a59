"""Labels, definitions, links and parameters that carry scripts: on no page, in a real browser, does anything run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.exceptions import HTTPException

from kg.names import OUTSIDE
from kg.publish.build import build
from minis import mini_copy
from node import CHROMIUM, missing
from serving import listening
from tiny import BASE, tiny_app

TAKEN = "document.title='taken'"
TEXT = (
    f'<script>{TAKEN}</script><img src=x onerror="{TAKEN}"><svg onload={TAKEN}>'
    f"'\"><a href=javascript:{TAKEN}>{{{{7*7}}}}"
)
LINKS = (OUTSIDE["skos"] + "exactMatch", OUTSIDE["dct"] + "isReplacedBy", OUTSIDE["skos"] + "relatedMatch")
NAMES = (
    "q",
    "kind",
    "programme",
    "unit",
    "competence",
    "profile",
    "since",
    "query",
    "by",
    "of",
    "evidence",
    "with",
    "code",
)
LEFT_OUT = {"static_files.file", "downloads.file"}


def hostile(quads: bytes) -> str:
    """The same graph, where every text and many links are hostile."""
    made = ox.Store()
    for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS):
        here = isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(f"{BASE}id/")
        value = quad.object
        if here and isinstance(value, ox.Literal) and value.language:
            value = ox.Literal(f"{value.value} {TEXT}", language=value.language)
        made.add(ox.Quad(quad.subject, quad.predicate, value, quad.graph_name))
        if here and quad.predicate.value.endswith("prefLabel"):
            for link in LINKS:
                target = ox.NamedNode(f"javascript:{TAKEN.replace(chr(39), '%27')}")
                made.add(ox.Quad(quad.subject, ox.NamedNode(link), target, quad.graph_name))
    return (ox.serialize(made, format=ox.RdfFormat.N_QUADS) or b"").decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("hostile")
    project = mini_copy(folder / "mini")
    content = build(project).quads_file.path.read_bytes()
    app = tiny_app(folder / "site", hostile(content))
    yield app
    app.extensions["kg.sparql"].guard.close()


def pages(site: Flask) -> list[str]:
    """A page of each kind there is, found by following links."""
    client, found, waiting, known = site.test_client(), {}, ["/nl/", "/en/"], set()
    router = site.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, _ = router.match(urlsplit(path).path)
        except HTTPException:
            continue
        if endpoint in found or endpoint in LEFT_OUT:
            continue
        answer = client.get(path)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        found[endpoint] = path
        for link in re.findall(r'href="(/[^"#]*)', answer.text):
            address = urljoin(path, link.replace("&amp;", "&"))
            if address not in known:
                known.add(address)
                waiting.append(address)
    assert len(found) > 25
    return list(found.values())


def test_nothing_of_the_data_or_the_address_runs_on_any_page(site: Flask) -> None:
    if missing(CHROMIUM):
        return
    told: list[str] = []
    with listening(site) as address, sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(locale="nl-NL").new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        for path in pages(site):
            for query in ("", urlencode(dict.fromkeys(NAMES, TEXT))):
                asked.clear()
                page.goto(f"{address}{path}{('&' if '?' in path else '?') + query if query else ''}")
                if page.title() == "taken":
                    told.append(f"{path}: something ran")
                bad = page.evaluate(
                    """() => [...document.querySelectorAll('*')].flatMap(one => [...one.attributes]
                      .filter(a => /^on/i.test(a.name)
                        || /^\\s*javascript:/i.test(a.value) && /href|src|action/i.test(a.name))
                      .map(a => one.tagName + ' ' + a.name))"""
                )
                told += [f"{path}: {one}" for one in bad]
                away = [url for url in asked if not url.startswith(address) and not url.startswith("data:")]
                told += [f"{path}: asked {url}" for url in away]
                told += [f"{path}: drew {url}" for url in asked if urlsplit(url).path.endswith("/x")]
        browser.close()
    assert told == []


def test_no_form_of_the_data_is_a_page_that_runs(site: Flask) -> None:
    """A script in data is of a type that no browser runs, and may not be guessed to be another."""
    client = site.test_client()
    for path in (
        "/doc/unit/u-2.ttl",
        "/doc/unit/u-2.jsonld",
        "/doc/unit.csv",
        "/search.json?q=%3Cscript%3E",
        "/sitemap.xml",
    ):
        answer = client.get(path)
        assert answer.mimetype != "text/html", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    structured = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get("/nl/unit/u-2").text, re.S
    )
    assert all("<script" not in text for text in structured)


def test_what_may_be_done_with_an_answer_is_said_to_the_browser(site: Flask) -> None:
    client = site.test_client()
    odd = {"Origin": "https://evil.example", "Referer": "https://evil.example/", "X-Evil": "1"}
    for path in ("/nl/", "/nl/unit/u-2", "/nl/sparql", "/doc/unit/u-2.ttl", "/nl/niets", "/sparql?query=ASK%7B%7D"):
        answer = client.get(path, headers=odd, buffered=True)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "evil.example" not in str(answer.headers)
        assert "Access-Control-Allow-Credentials" not in answer.headers
