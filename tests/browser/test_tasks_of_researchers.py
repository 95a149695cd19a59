"""What researchers come to do, done in a browser from the home page on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from browsing import PREFIXES, answer_of, at_home, desk_of, running_browser
from kg_web.state import State
from node import EDITOR, missing

Running = tuple[Browser, str]
UNITS = "Welke leereenheden dekken een competentie?"


@pytest.fixture(scope="module")
def running(app: Flask) -> Iterator[Running | None]:
    with running_browser(app) as found:
        yield found


def test_an_answer_is_taken_along_and_can_be_cited(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Onderzoeken")
        page.get_by_role("main").get_by_role("link", name="Stel een vraag uit de bibliotheek").click()
        page.get_by_role("link", name=UNITS).first.click()
        page.get_by_label("De competentie").select_option(label="ow-06 – kan tegenstellingen overbruggen")
        page.get_by_role("button", name="Vraag").click()
        expect(page.locator("section[aria-labelledby=answer] tbody tr").first).to_be_visible()
        with page.expect_request(re.compile(r"\.csv")) as asked:
            page.get_by_role("link", name="CSV", exact=True).first.click(no_wait_after=True)
        text = page.context.request.get(asked.value.url).text()
        page.get_by_role("contentinfo").get_by_role("link", name="Hoe te citeren").click()
        page.wait_for_load_state()
        cited = page.get_by_role("main").inner_text()
    rows = list(csv.DictReader(text.splitlines()))
    found = answer_of(
        app,
        """SELECT DISTINCT ?unit ?outcome WHERE {
             ?u lg:hasOutcome ?o ; a lg:LearningUnit ; skos:notation ?unit . ?o skos:notation ?outcome .
             ?o lg:develops/skos:notation "ow-06" } ORDER BY ?unit ?outcome""",
    )
    assert [(row["unitCode"], row["outcomeCode"]) for row in rows] == found
    release = app.extensions["kg"].release
    assert f"versie {release.version}" in cited
    assert release.digest in cited


def test_a_question_is_changed_in_the_editor_and_its_answer_kept(running: Running | None, app: Flask) -> None:
    if running is None or missing(EDITOR):
        return
    with at_home(running) as page:
        desk_of(page, "Onderzoeken")
        page.get_by_role("main").get_by_role("link", name="Schrijf zelf een zoekvraag").click()
        page.wait_for_selector("#editor[data-ready]", state="attached")
        page.select_option("#example", label="Hoeveel dingen van elke soort zijn er?")
        page.click(".CodeMirror")
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(
            PREFIXES + "SELECT ?code WHERE { ?o a lg:LearningOutcome ; skos:notation ?code"
            " FILTER NOT EXISTS { ?a lg:assesses ?o } } ORDER BY ?code"
        )
        page.select_option("#format", "csv")
        with page.expect_download() as download:
            page.click("form.ask button:not(.second)")
        rows = list(csv.reader(download.value.path().read_text(encoding="utf-8").splitlines()))
    state: State = app.extensions["kg"]
    outcomes = {iri.rpartition("/")[2] for iri in state.members["outcome"]}
    proven = {code for (code,) in answer_of(app, "SELECT DISTINCT ?code WHERE { ?a lg:assesses/skos:notation ?code }")}
    assert [code for (code,) in rows[1:]] == sorted(outcomes - proven)
    assert rows[0] == ["code"]


def test_what_a_term_means_and_what_must_hold_of_it(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Onderzoeken")
        page.get_by_role("main").get_by_role("link", name="Zoek op wat elk begrip betekent").click()
        page.get_by_role("link", name="Regels, voorbeelden en gebruik van ontwikkelt", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ontwikkelt")
        page.wait_for_load_state()
        rules = page.locator("section[aria-labelledby=rules]").inner_text()
        counted = page.locator("#uses .count").inner_text()
        page.locator("section[aria-labelledby=uses]").get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Een leerresultaat wijst met lg:develops naar een competentie" in rules
    assert answer_of(app, "SELECT (COUNT(*) AS ?n) WHERE { ?o lg:develops ?c }") == [(int(counted),)]
