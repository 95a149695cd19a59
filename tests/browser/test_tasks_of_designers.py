"""What curriculum designers come to do, done in a browser from the home page on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import answer_of, at_home, desk_of, running_browser

Running = tuple[Browser, str]


@pytest.fixture(scope="module")
def running(app: Flask) -> Iterator[Running | None]:
    with running_browser(app) as found:
        yield found


def rows_below(page: Page, heading: str) -> Locator:
    """The rows of the table below a heading that begins so."""
    section = page.locator("section.sheet", has=page.get_by_role("heading", name=re.compile(f"^{heading}")))
    return section.locator("tbody tr")


def codes_below(page: Page, heading: str, column: int) -> list[tuple[str, str]]:
    """Every row of that table as text, with the code in one of its columns."""
    rows = rows_below(page, heading).all_inner_texts()
    return [(row, row.split("\t")[column].split()[0]) for row in rows]


def test_which_units_cover_a_competence_how_deep_and_where_does_it_come_from(
    running: Running | None, app: Flask
) -> None:
    if running is None:
        return
    with at_home(running) as page:
        page.get_by_role("main").get_by_role("combobox").fill("tegenstelingen overbruggen")
        page.get_by_role("main").get_by_role("combobox").press("Enter")
        page.get_by_role("main").get_by_role("link", name="kan tegenstellingen overbruggen").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("kan tegenstellingen overbruggen")
        came_from = page.get_by_role("link", name="Specifieke competenties opbouwwerker").first
        expect(came_from).to_be_visible()
        desk_of(page, "Ontwerpen")
        page.get_by_role("link", name="Dekking van een opleiding").click()
        cells = page.locator("a.kg-cell").filter(has=page.locator("title", has_text="ow-06 – "))
        expect(cells).not_to_have_count(0)
        page.wait_for_load_state()  # what follows reads at once what is there
        told = []
        for cell in cells.all():
            cell.focus()
            told.append(page.locator("figcaption").inner_text())
    units = answer_of(
        app,
        """SELECT DISTINCT ?code WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit ?u . ?u skos:notation ?code ; lg:hasOutcome ?o .
             ?o lg:develops ?c . ?c skos:notation "ow-06" } ORDER BY ?code""",
    )
    proofs = answer_of(
        app,
        """SELECT DISTINCT ?code WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit/lg:hasOutcome ?o . ?o lg:develops ?c . ?c skos:notation "ow-06" .
             ?a lg:assesses ?o ; skos:notation ?code } ORDER BY ?code""",
    )
    assert [re.match(r"ow-06 – (\S+): getoetst\.", line)[1] for line in told] == [code for (code,) in units]  # type: ignore[index]
    assert sorted(set(re.findall(r"\bas-\d+\b", " ".join(told)))) == [code for (code,) in proofs]
    assert answer_of(app, 'ASK { ?c skos:notation "ow-06" ; <http://purl.org/dc/terms/source>/lg:section ?s }')


def test_what_must_a_social_worker_with_eight_years_still_do(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Ontwerpen")
        page.get_by_role("link", name="Erkennen wat iemand al kan").first.click()
        page.locator("summary", has_text="mo-2 – Krachtenveld").click()
        page.get_by_role("checkbox", name="de hele leereenheid").nth(1).check()
        page.locator("summary", has_text="Competenties, bijvoorbeeld").click()
        for number in range(1, 6):
            page.get_by_role("checkbox", name=f"sw-0{number} – ").check()
        page.get_by_label("Soort bewijs, voor alles").select_option(label="werkervaring")
        page.get_by_label("Datum van het bewijs, voor alles").fill("2026-06-30")
        page.get_by_label("Peildatum").fill("2026-11-26")
        page.get_by_label("Peildatum").press("Tab")
        summary = page.locator("#result")
        expect(page.locator("tr", has_text="sw-01").filter(has_text="2026").first).to_contain_text("aanwijzing")
        expect(summary).to_contain_text("is 5 EC te erkennen; 25 EC blijft over om te leren of te onderzoeken.")
        examined = [code for row, code in codes_below(page, "Alle leerresultaten", 1) if "te onderzoeken" in row]
        assert "have=mo-2&have=sw-01" in page.url
        page.reload()
        expect(summary).to_contain_text("25 EC blijft over")
        expect(page.get_by_role("checkbox", name="sw-04 – ")).to_be_checked()
        assert page.evaluate("localStorage.length + document.cookie.length") == 0
    credits_ = answer_of(
        app,
        """SELECT (SUM(?ec) AS ?n) WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit ?u . ?u lg:credits ?ec ; skos:notation ?code
             FILTER(?code != "mo-2") }""",
    )
    assert credits_ == [(25,)]
    resting = answer_of(
        app,
        """SELECT DISTINCT ?code WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit ?u . ?u skos:notation ?unit ; lg:hasOutcome ?o .
             ?o skos:notation ?code ; lg:develops [] FILTER(?unit != "mo-2")
             FILTER NOT EXISTS { ?o lg:develops/skos:notation ?c FILTER(!STRSTARTS(?c, "sw-")) } }
           ORDER BY ?code""",
    )
    assert sorted(examined) == [code for (code,) in resting]
    assert examined


def test_which_provinces_have_no_offering_at_bachelor_level(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Ontwerpen")
        page.get_by_role("link", name="Witte vlekken op de kaart").click()
        page.get_by_role("combobox", name="Niveau").select_option(label="NLQF-niveau 6")
        page.get_by_role("button", name="Tonen").click()
        page.wait_for_load_state()
        told = page.locator("#result").inner_text()
    served = """EXISTS { ?o lg:offeringOf/lg:atLevel ?l ; lg:offeringStatus ?s ; lg:takesPlaceIn/lg:within* ?p .
                         ?l skos:notation "nlqf-6" FILTER(?s IN (lg:running, lg:planned)) }"""
    without = answer_of(
        app,
        f"""SELECT ?label WHERE {{ ?p a lg:Place ; lg:placeType lg:province ; skos:prefLabel ?label
              FILTER(LANG(?label) = "nl") FILTER NOT {served} }} ORDER BY ?label""",
    )
    assert told.rpartition(": ")[2].rstrip(".").split(", ") == [label for (label,) in without]
    assert told.startswith(f"Van {len(without)} van de 12 provincies")


def test_what_is_lost_without_a_unit_by_keys_alone(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Ontwerpen")
        link = page.get_by_role("link", name="Wat als er leereenheden wegvallen of bijkomen?")
        link.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Wat als er leereenheden wegvallen of bijkomen?")
        page.evaluate("document.documentElement.dataset.same = 'page'")
        unit = page.get_by_role("checkbox", name="mo-3 – Verbinden en overbruggen")
        unit.focus()
        page.keyboard.press("Space")
        lost = rows_below(page, "Verdwijnt")
        expect(lost.first).to_be_visible()
        competences = [code for row, code in codes_below(page, "Verdwijnt", 1) if row.startswith("competentie")]
        expect(page.get_by_role("status").filter(has_text="verdwijnen")).to_have_count(1)
        assert page.evaluate("document.documentElement.dataset.same") == "page"
        assert "drop=mo-3" in page.url
        page.keyboard.press("Space")
        expect(lost).to_have_count(0)
        assert "drop" not in page.url
    only = answer_of(
        app,
        """SELECT DISTINCT ?code WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit ?u . ?u skos:notation "mo-3" ; lg:hasOutcome/lg:develops ?c .
             ?c skos:notation ?code
             FILTER NOT EXISTS { ?p lg:hasUnit ?v . ?v lg:hasOutcome/lg:develops ?c FILTER(?v != ?u) } }
           ORDER BY ?code""",
    )
    assert competences == [code for (code,) in only]


def test_a_dossier_for_a_panel_goes_on_paper(running: Running | None, app: Flask) -> None:
    if running is None:
        return
    with at_home(running) as page:
        desk_of(page, "Ontwerpen")
        page.get_by_role("link", name="Dossier voor een panel").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dossier: minor Opbouwwerk")
        expect(page.get_by_role("button", name="Afdrukken of als pdf bewaren")).to_be_visible()
        page.wait_for_load_state()
        told = page.locator("#result").inner_text()
        page.emulate_media(media="print")
        expect(page.locator("form.design").first).to_be_hidden()
        expect(page.get_by_text("Versie en verwijzing").last).to_be_visible()
        paper = page.pdf(format="A4", print_background=True)
    chapters = 9
    assert paper.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= chapters - 1
    ((proven,),) = answer_of(
        app,
        """SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE {
             ?p skos:notation "mi-ow" ; lg:hasUnit/lg:hasOutcome ?o . ?a lg:assesses ?o }""",
    )
    assert f"waarvan {proven} getoetst" in told
