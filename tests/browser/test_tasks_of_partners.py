"""What partners come to do, done in a browser from the home page on."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from browsing import answer_of, at_home, desk_of, running_browser
from kg_web.state import State

Running = tuple[Browser, str]
DCAT = "http://www.w3.org/ns/dcat#"


@pytest.fixture(scope="module")
def running(app: Flask) -> Iterator[Running | None]:
    with running_browser(app) as found:
        yield found


def test_the_form_that_loses_least_is_found_fetched_and_its_loss_known(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    lost: dict[str, list[str]] = {}
    with at_home(running) as page:
        desk_of(page, "Aansluiten")
        page.get_by_role("main").get_by_role("link", name="Neem de graaf mee in uw eigen vorm").click()
        for name in ("Open Badges 3.0", "Tabellen (CSV on the Web)"):
            page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            page.wait_for_load_state()
            lost[name] = page.locator("section[aria-labelledby=loss] h3").all_inner_texts()
            told = page.locator("section[aria-labelledby=loss] tbody tr").all_inner_texts()
            if name.startswith("Open"):
                page.get_by_role("navigation", name="U bent hier").get_by_role("link", name="Uitwisselen").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Alle bestanden in één archief").click()
        archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert "Soorten dingen die zijn weggelaten" in lost["Open Badges 3.0"]
    assert lost["Tabellen (CSV on the Web)"] == ["Wat erin staat, maar veranderd is"]
    competences = csv.DictReader(archive.read("competence.csv").decode("utf-8-sig").splitlines())
    assert answer_of(app, "SELECT (COUNT(?c) AS ?n) WHERE { ?c a lg:Competence }") == [(len(list(competences)),)]
    definitions = next(row.split("\t")[2] for row in told if row.startswith("competenties\tdefinitie"))
    counted = answer_of(app, "SELECT (COUNT(?d) AS ?n) WHERE { ?c a lg:Competence ; skos:definition ?d }")
    assert counted == [(int(definitions),)]


def test_a_catalogue_leads_to_a_whole_copy_whose_sum_is_right(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Aansluiten")
        page.get_by_role("main").get_by_role("link", name="Haal alles op").click()
        address = page.get_by_role("main").get_by_role("link", name="DCAT-AP-NL").evaluate("link => link.href")
        fetched = page.context.request
        catalogue = ox.Store()
        catalogue.load(fetched.get(address).body(), format=ox.RdfFormat.TURTLE, base_iri=address)
        (dump,) = {
            quad
            for quad in catalogue.quads_for_pattern(None, ox.NamedNode(DCAT + "downloadURL"), None, None)
            if str(quad.object).endswith("leergraaf.nq>")
        }
        told = {
            str(value.object.value)
            for checksum in catalogue.quads_for_pattern(
                dump.subject, ox.NamedNode("http://spdx.org/rdf/terms#checksum"), None, None
            )
            for value in catalogue.quads_for_pattern(
                checksum.object, ox.NamedNode("http://spdx.org/rdf/terms#checksumValue"), None, None
            )
        }
        content = fetched.get(dump.object.value).body()
    assert told == {hashlib.sha256(content).hexdigest()}
    copy = ox.Store()
    copy.load(content, format=ox.RdfFormat.N_QUADS)
    state: State = app.extensions["kg"]
    assert len(copy) == len(state.store)


def test_who_is_interested_in_the_minor_and_where_do_they_work(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        page.get_by_role("main").get_by_role("link", name=re.compile("organisaties met belangstelling")).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state()
        shown = page.locator("section[aria-labelledby=answer] tbody tr").all_inner_texts()
        page.get_by_role("contentinfo").get_by_role("link", name="Witte vlekken").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Witte vlekken op de kaart")
    interested = answer_of(app, "SELECT DISTINCT ?code WHERE { ?o lg:interestedIn ?x ; skos:notation ?code }")
    codes = {code for (code,) in interested}
    assert len(shown) >= len(codes)
    assert codes == {word for row in shown for word in row.split() if word in codes}
