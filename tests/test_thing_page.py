"""The page of a thing: its picture, its history over the releases, how to cite it, and where it can be had."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.names import DCT, LG, OUTSIDE
from kg_web.app import create_app
from kg_web.citation import Citation, written
from kg_web.formats import Format
from site_pages import Page, page
from tiny import BASE, tiny_project, tiny_release

SKOS, TYPE, OWL, XSD = OUTSIDE["skos"], OUTSIDE["rdf"] + "type", OUTSIDE["owl"], OUTSIDE["xsd"]
SVG = "{http://www.w3.org/2000/svg}"
LONG = "bewoners, gemeente, corporatie en zorg rond een gedeelde opgave in de wijk bijeenbrengen " * 4


def said(path: str, *statements: str, graph: str = "one") -> str:
    return "".join(f"<{BASE}id/{path}> {one} <{BASE}graph/{graph}> .\n" for one in statements)


def thing(path: str, class_name: str, label: str, *more: str) -> str:
    return said(path, f"<{TYPE}> <{LG}{class_name}>", f'<{SKOS}prefLabel> "{label}"@nl', *more)


def link(name: str, path: str) -> str:
    return f"<{LG}{name}> <{BASE}id/{path}>"


ENDED = f'<{OWL}deprecated> "true"^^<{XSD}boolean>'
ORIGINS = f"<{BASE}graph/one> <{LG}origin> <{LG}proposed> <{BASE}graph/graphs> .\n"
ORIGINS += f'<{LG}Programme> <{OUTSIDE["rdfs"]}label> "opleiding"@nl <{BASE}graph/one> .\n'
ORIGINS += f'<{LG}Programme> <{OUTSIDE["rdfs"]}label> "programme"@en <{BASE}graph/one> .\n'
FIRST = ORIGINS + thing("competence/c-1", "Competence", "meten") + thing("competence/c-2", "Competence", "wegen")
SECOND = FIRST + thing("outcome/o-1", "LearningOutcome", "meet", link("develops", "competence/c-1"))
DERIVED = said("competence/c-1", link("derivedNote", "outcome/o-1"), graph="derived")
MANY = "".join(
    thing(f"outcome/m-{number}", "LearningOutcome", f"resultaat {number}", link("develops", "competence/c-3"))
    for number in range(300)
)
THIRD = (
    SECOND.replace('"meten"@nl', '"opmeten"@nl')
    + said("competence/c-2", ENDED, f"<{DCT}isReplacedBy> <{BASE}id/competence/c-1>")
    + thing("competence/c-3", "Competence", '<b>bouwen</b> & \\"slopen\\"')
    + thing("competence/c-4", "Competence", LONG.strip())
    + thing("programme/p-1", "Programme", "bouw", link("hasOutcome", "outcome/o-1"), link("status", "x"))
    + MANY
    + DERIVED
)
THIRD = THIRD.replace(f"<{BASE}id/x>", f"<{LG}inPilot>")
DAYS = {"0.1.0": (FIRST, "2026-01-05"), "0.2.0": (SECOND, ""), "0.3.0": (THIRD, "2026-03-01")}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("thing")
    project = tiny_project(folder)
    for version, (quads, day) in DAYS.items():
        release = tiny_release(folder / "dist" / version, quads, version, day)
    found = create_app(project, release)
    yield found
    found.extensions["kg.releases"].close()
    found.extensions["kg.sparql"].guard.close()


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


def read(site: FlaskClient, path: str, lang: str = "nl") -> tuple[str, Page]:
    answer = site.get(f"/{lang}/{path}")
    assert answer.status_code == 200
    shown = page(answer.text)
    assert not shown.refused
    assert len(shown.ids) == len(set(shown.ids))
    return answer.text, shown


def picture(html: str) -> ElementTree.Element:
    found = re.search(r'<svg[^>]*class="kg-picture".*?</svg>', html, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def history(html: str) -> list[str]:
    found = re.search(r'<ol class="history">(.*?)</ol>\n</section>|<ol class="history">(.*?)</ol>', html, re.DOTALL)
    assert found
    items = re.findall(r"<li><p>(.*?)</p>", found[0], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", item).split()) for item in items]


def test_the_history_tells_what_each_release_made_of_it(site: FlaskClient) -> None:
    html, shown = read(site, "competence/c-1")
    assert history(html) == [
        "Versie 0.3.0 1 maart 2026 Gewijzigd: naam",
        "Versie 0.1.0 5 januari 2026 Staat al in de oudste uitgave die hier is",
    ]
    assert "/releases/0.1.0/nl/competence/c-1" in shown.hrefs
    assert re.search(r"<del><ul><li>meten</li>", html)
    assert re.search(r"<ins><ul><li>opmeten</li>", html)
    html, _ = read(site, "outcome/o-1", "en")
    assert history(html) == ["Version 0.2.0 New"]


def test_a_thing_that_ended_says_so_first_and_in_its_history(site: FlaskClient) -> None:
    html, shown = read(site, "competence/c-2")
    assert history(html)[0].startswith("Versie 0.3.0 1 maart 2026 Vervallen: ")
    assert shown.text.index("Niet meer in gebruik.") < shown.text.index("Geschiedenis")
    assert "/nl/competence/c-1" in shown.hrefs


def test_the_site_of_an_older_release_knows_no_later_history(site: FlaskClient) -> None:
    answer = site.get("/releases/0.2.0/nl/competence/c-1")
    assert history(answer.text) == ["Versie 0.1.0 5 januari 2026 Staat al in de oudste uitgave die hier is"]


def test_the_picture_links_what_is_around_and_the_lists_have_all(site: FlaskClient) -> None:
    html, _ = read(site, "outcome/o-1")
    svg = picture(html)
    hrefs = [element.get("href") for element in svg.iter(f"{SVG}a")]
    assert hrefs == ["/nl/competence/c-1", "/nl/programme/p-1", "/nl/competence/c-1"]
    assert svg.findtext(f"{SVG}title") == "Waarmee o-1 verbonden is"
    html, shown = read(site, "competence/c-3")
    svg = picture(html)
    hrefs = [element.get("href") or "" for element in svg.iter(f"{SVG}a")]
    assert len(hrefs) == 10
    assert hrefs[-1] == "#from-1"
    assert "from-1" in shown.ids
    assert {f"/nl/outcome/m-{number}" for number in range(300)} <= set(shown.hrefs)
    assert "en nog 291" in "".join(svg.itertext())


def test_a_label_is_text_also_in_the_picture_and_a_long_one_stays_whole_in_the_heading(site: FlaskClient) -> None:
    html, shown = read(site, "competence/c-3")
    assert '<b>bouwen</b> & "slopen"' in shown.text
    assert "<b>" not in html
    html, shown = read(site, "competence/c-4")
    assert LONG.strip() in shown.text
    assert "kg-picture" not in html
    assert "Meer staat hier niet over in de graaf." in shown.text


def test_the_status_of_a_design_stands_at_the_top_and_only_there(site: FlaskClient) -> None:
    html, shown = read(site, "programme/p-1")
    assert shown.text.count("Status:") == 1
    assert "begrippen#inPilot" in html


def test_every_page_offers_a_change_its_forms_and_references(site: FlaskClient) -> None:
    _, shown = read(site, "programme/p-1")
    assert "/nl/wijziging-voorstellen/programme/p-1" in shown.hrefs
    assert {"/doc/programme/p-1.ttl", "/doc/programme/p-1.jsonld"} <= set(shown.hrefs)
    assert "/nl/uitwisselen/elm?of=programme/p-1" in shown.hrefs
    assert "/nl/uitwisselen/graphml" in shown.hrefs
    for href in shown.hrefs:
        if href.startswith("/cite/"):
            assert site.get(href).status_code == 200
    assert "Tiny. (2026, March 1). bouw [Programme p-1]. In Tiny (Version 0.3.0)." in shown.text
    assert "Klein. (2026, 1 maart). bouw [Opleiding p-1]. In Klein (versie 0.3.0)." in shown.text
    _, shown = read(site, "competence/c-1")
    assert "/nl/uitwisselen/open-badges" not in " ".join(shown.hrefs)


def test_references_are_had_by_suffix_and_by_accept_in_the_reader_s_language(site: FlaskClient) -> None:
    answer = site.get("/cite/competence/c-1", headers={"Accept": "application/vnd.citationstyles.csl+json"})
    item = json.loads(answer.data)[0]
    assert item["title"] == "opmeten"
    assert item["issued"] == {"date-parts": [[2026, 3, 1]]}
    assert item["URL"] == f"{BASE}id/competence/c-1"
    assert site.get("/cite/competence/c-1.ris", headers={"Accept-Language": "en"}).text.endswith(
        "LA  - en\r\nER  - \r\n"
    )
    assert site.get("/cite/competence/c-9.bib").status_code == 404
    assert site.get("/cite/competence/c-1.pdf").status_code == 404


NASTY = Citation("50% {a} & b_c \\ #1", "competentie", "c-1", "Klein", "Gilde & Zn.", "1.0.0", "", f"{BASE}id/x", "nl")


def test_a_reference_is_whole_whatever_stands_in_it() -> None:
    bib = written(NASTY, Format("bib", "", ""))
    assert bib.count("{") - bib.count("\\{") == bib.count("}") - bib.count("\\}")
    assert r"50\% \{a\} \& b\_c \textbackslash{} \#1" in bib
    assert "year" not in bib
    assert json.loads(written(NASTY, Format("json", "", "")))[0]["title"] == NASTY.title
    assert written(NASTY, Format("txt", "", "")).startswith("Gilde & Zn.. (z.d.). ")
    assert re.fullmatch(r"(?:[A-Z][A-Z0-9]  - .*\r\n)+", written(NASTY, Format("ris", "", "")))
