"""What surrounds every page: the way to it, one search field, the menu with its place marked, names and never IRIs."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from page_types import addresses_of_pages

NAMES = {"nl": ["Ontwerpen", "Onderzoeken", "Aansluiten", "Bladeren", "Over"]}
NAMES["en"] = ["Design", "Research", "Connect", "Browse", "About the graph"]
FRONT = {"pages-home", "pages-research", "pages-connect", "pages-about", "pages-browse", "designer-overview"}
WITHOUT = {"preview", "not-found"}
LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
MENU = re.compile(r'<details class="menu">.*?</details>', re.DOTALL)


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_has_the_frame_and_shows_names(app: Flask, site: FlaskClient, lang: str) -> None:
    pages = addresses_of_pages(app, lang)
    for name, address in pages.items():
        html = site.get(address, headers={"Accept": "text/html", "Accept-Language": lang}).text
        assert html.count('id="main"') == (name != "preview"), address
        shown = [re.sub(r"<[^>]+>", "", text).strip() for text in LINK.findall(html)]
        assert not [text for text in shown if re.match(r"https?://[^ ]*/(id|graph|def)[/#]", unescape(text))], address
        if name in WITHOUT:
            continue
        assert html.count('id="q"') == 1, address
        menu = MENU.search(html)
        assert menu, address
        assert LINK.findall(menu[0]) == NAMES[lang], address
        assert menu[0].count("aria-current") == (name != "pages-home"), address
        told = 'aria-label="U bent hier"' in html or 'aria-label="You are here"' in html
        assert told == (name not in FRONT), address


def test_the_place_of_a_page_is_marked_in_the_menu(site: FlaskClient) -> None:
    for address, place, exactly in (
        ("/nl/onderzoeken/", "Onderzoeken", True),
        ("/nl/vragen/units-of-competence", "Onderzoeken", False),
        ("/nl/uitwisselen/case", "Aansluiten", False),
        ("/nl/competence/ow-06", "Bladeren", False),
        ("/nl/ontwerpen/dekking", "Ontwerpen", False),
        ("/nl/controle/", "Over", False),
    ):
        menu = MENU.search(site.get(address).text)
        assert menu
        assert f'aria-current="{"page" if exactly else "true"}">{place}</a>' in menu[0], address


def test_the_front_pages_lead_to_all_that_partners_and_researchers_need(site: FlaskClient) -> None:
    research, connect = site.get("/nl/onderzoeken/").text, site.get("/nl/aansluiten/").text
    for address in ("/nl/vragen/", "/nl/sparql", "/nl/begrippen", "/nl/wijzigingen", "/nl/citeren", "/nl/controle/"):
        assert f'href="{address}"' in research, address
    for address in ("/nl/uitwisselen/", "/nl/koppelen/", "/nl/gegevens/", "/openapi.json", "/ldes.ttl", "/catalog.ttl"):
        assert f'href="{address}"' in connect, address
