"""The SPARQL editor in a real browser: complete, ask, read, take along; what came as data never runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from node import CHROMIUM, EDITOR, missing
from serving import listening

HOSTILE = "document.title='taken'"
TEXT = f'<img src=x onerror="{HOSTILE}"><script>{HOSTILE}</script>'
ASK = "form.ask button:not(.second)"
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with listening(app) as here:
        yield here


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser | None]:
    """Chromium; None where it or the editor is missing, outside CI."""
    if missing(CHROMIUM, EDITOR):
        yield None
        return
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def is_expected(told: ConsoleMessage, *, hostile: bool) -> bool:
    """A refused query. Of hostile data: the picture `x` of a variable name, which is drawn, from here, and runs
    nothing; and what the policy blocked, which newer browsers tell of while the handlers are being taken out.
    """
    drawn = "status of 404" in told.text and "/nl/x" in told.location["url"]
    blocked = "inline event handler violates" in told.text and "The action has been blocked" in told.text
    return "status of 400" in told.text or (hostile and (drawn or blocked))


@contextmanager
def a_page(browser: Browser, address: str, path: str, *, script: bool = True, hostile: bool = False) -> Iterator[Page]:
    """A page that must ask nobody else, keep to its policy and run without an error."""
    faults: list[str] = []
    context = browser.new_context(java_script_enabled=script, locale="nl-NL", viewport={"width": 1100, "height": 1200})
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: None if is_expected(told, hostile=hostile) else faults.append(told.text))
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(address) else None)
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(address + path)
    if script:
        page.wait_for_selector("#editor[data-ready]", state="attached")
    yield page
    assert "taken" not in page.title()
    context.close()
    assert faults == []


@pytest.fixture
def opened(browser: Browser | None, address: str) -> Iterator[Opened | None]:
    """Opens a page of the site by its path; None where there is no browser."""
    if browser is None:
        yield None
        return
    with ExitStack() as stack:
        yield lambda path, **given: stack.enter_context(a_page(browser, address, path, **given))


def written(page: Page, text: str) -> None:
    page.click(".CodeMirror")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def completed(page: Page, text: str, first: str) -> None:
    """Types the beginning of a name as a person does, and takes the first that is offered once the list is still."""
    page.keyboard.type(text, delay=20)
    expect(page.locator(".CodeMirror-hint").first).to_contain_text(first)
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")


def query_of(page: Page) -> str:
    return str(page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()"))


def test_type_complete_ask_read_and_take_along(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/nl/sparql")
    written(page, "SELECT ?c ?l WHERE { ?c a lg:")
    expect(page.locator(".CodeMirror-hint").first).to_be_visible()
    completed(page, "Compe", "lg:Competencecompetentie")
    completed(page, " ; skos:prefL", "skos:prefLabel")
    page.keyboard.type(' ?l . FILTER(LANG(?l) = "nl") } ORDER BY ?c')
    assert query_of(page).startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nPREFIX lg: <https://w3id")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".yasr tbody tr")).to_have_count(17)
    expect(page.locator(".status")).to_contain_text("17 rijen in ")
    expect(page.locator(".yasr tbody tr").first).to_contain_text("lg-competence:ow-01")
    with page.expect_popup() as reading:
        page.locator("a.iri").first.click()
    expect(reading.value.locator("h1")).to_contain_text("kan vraagstukken")
    page.select_option("#format", "csv")
    with page.expect_download() as download:
        page.click(ASK)
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["c", "l"]
    assert len(rows) == 18


def test_a_class_is_found_by_its_dutch_name(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/nl/sparql")
    written(page, "ASK { ?x a leer")
    completed(page, "res", "lg:LearningOutcomeleerresultaat")
    assert query_of(page).endswith("ASK { ?x a lg:LearningOutcome")
    page.keyboard.type(" . ?x ")
    expect(page.locator(".CodeMirror-hint")).to_have_count(0)
    page.keyboard.press("Control+Space")
    page.keyboard.type("ontw")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("lg:develops")


def test_a_question_of_the_library_is_asked_and_shared(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/en/sparql")
    title = "Which learning units cover a competence?"
    page.select_option("#example", label=title)
    assert query_of(page).startswith(f"# {title}\n")
    page.click(ASK)
    expect(page.locator(".yasr tbody tr").first).to_be_visible()
    page.click("button.share")
    shared = page.evaluate("location.pathname + location.hash")
    assert shared.startswith("/en/sparql#query=")
    assert query_of(opened(shared)) == query_of(page)


def test_what_came_as_data_never_runs(opened: Opened | None) -> None:
    if opened is None:
        return
    address = f"javascript:{HOSTILE}"
    query = f"SELECT (IRI({json.dumps(address)}) AS ?iri) ({json.dumps(TEXT)} AS ?text) {{}}"
    page = opened(f"/nl/sparql#query={quote(query)}", hostile=True)
    page.click(ASK)
    expect(page.locator(".yasr tbody tr")).to_have_count(1)
    expect(page.locator(".yasr tbody td").nth(2)).to_contain_text("<img src=x")
    assert page.locator(".yasr a[href^=javascript]").count() == 0
    assert page.locator(".yasr img, .yasr script").count() == 0
    page.locator(".yasr tbody td").nth(1).click()

    def strange(route: Route) -> None:
        told = {
            "head": {"vars": [TEXT]},
            "results": {"bindings": [{TEXT: {"type": "uri", "value": f'{address}"{TEXT}'}}]},
        }
        route.fulfill(content_type="application/sparql-results+json", body=json.dumps(told))

    page.route("**/sparql", strange)
    page.click(ASK)
    expect(page.locator(".yasr tbody tr")).to_have_count(1)
    assert page.locator(".yasr a[href^=javascript]").count() == 0
    assert page.locator(".yasr script, .yasr [onerror]").count() == 0
    page.wait_for_timeout(200)  # what would run, runs after the drawing


def test_a_refusal_is_told_and_a_graph_is_shown(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/nl/sparql")
    written(page, "SELECT * { ?s ?p")
    page.keyboard.press("Escape")
    page.click(ASK)
    expect(page.locator(".errorResult [role=alert]")).to_contain_text("geen geldige SPARQL")
    written(page, "DESCRIBE lg-competence:ow-07")
    page.click(ASK)
    expect(page.locator(".yasr tbody tr").first).to_be_visible()
    expect(page.locator(".errorResult")).to_have_count(0)


def test_without_javascript_the_form_answers(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/nl/sparql", script=False)
    page.fill("#query", "SELECT ?c WHERE { ?c a lg:Competence } LIMIT 3")
    page.click("form.ask button")
    expect(page.locator("section[aria-labelledby=answer] tbody tr")).to_have_count(3)


def test_a_question_page_opens_in_the_editor(opened: Opened | None) -> None:
    if opened is None:
        return
    page = opened("/nl/sparql")  # so that something was written here before
    page.goto(page.url.replace("/nl/sparql", "/nl/vragen/units-of-competence"))
    page.click("form.open button")
    page.wait_for_selector("#editor[data-ready]", state="attached")
    assert "lg-competence/ow-07" in query_of(page) or "competence/ow-07" in query_of(page)
