"""Searching and exploring in a real browser: by mouse and keyboard, without scripts, and with hostile names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kg.names import OUTSIDE, lg
from node import AXE, CHROMIUM, missing
from serving import listening
from tiny import BASE, tiny_app

PICTURE = Path(__file__).parents[2] / "web" / "kg_web" / "static" / "vendor" / "cytoscape.min.js"
HOSTILE = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>'
NODES = "document.getElementById('explorer-canvas')._cyreg.cy.nodes('[kind]').map((node) => node.id()).sort()"
SHOWN = "[...document.querySelectorAll('#list li[data-id]')].map((one) => one.dataset.id).sort()"
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser | None]:
    """Chromium; None where it or a library is missing, outside CI."""
    if missing(CHROMIUM, PICTURE, AXE):
        yield None
        return
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with listening(app) as here:
        yield here


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site over a graph in which every name is hostile."""
    skos, kind = OUTSIDE["skos"], OUTSIDE["rdf"] + "type"
    name = HOSTILE.replace('"', '\\"')
    lines = []
    for segment, code, class_name in (("programme", "p-1", "Programme"), ("unit", "u-1", "LearningUnit")):
        thing = f"<{BASE}id/{segment}/{code}>"
        lines += [f"{thing} <{kind}> <{lg(class_name)}>", f'{thing} <{skos}notation> "{code}"']
        lines += [f'{thing} <{skos}prefLabel> "{name} ramp"@nl', f'{thing} <{skos}definition> "{name}"@nl']
    lines.append(f"<{BASE}id/programme/p-1> <{lg('hasUnit')}> <{BASE}id/unit/u-1>")
    app = tiny_app(tmp_path_factory.mktemp("hostile"), "".join(f"{line} <{BASE}graph/all> .\n" for line in lines))
    with listening(app) as here:
        yield here
    app.extensions["kg.sparql"].guard.close()


@contextmanager
def a_page(browser: Browser, path: str, *, script: bool = True) -> Iterator[Page]:
    """A page that must ask nobody else, keep to its policy and run without an error."""
    faults: list[str] = []
    context = browser.new_context(
        java_script_enabled=script, locale="nl-NL", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    site = "/".join(path.split("/")[:3])
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("request", lambda asked: None if asked.url.startswith(site) else faults.append(asked.url))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(path)
    yield page
    assert not script or page.evaluate("window.taken") is None
    context.close()
    assert faults == []


@pytest.fixture
def opened(browser: Browser | None) -> Iterator[Opened | None]:
    """Opens a page; None where there is no browser."""
    if browser is None:
        yield None
        return
    with ExitStack() as stack:
        yield lambda path, **given: stack.enter_context(a_page(browser, path, **given))


def drawn(page: Page) -> None:
    """Waits for the picture; it holds what the list holds."""
    expect(page.locator("#explorer.drawn:not([aria-busy])")).to_have_count(1)
    assert page.evaluate(NODES) == page.evaluate(SHOWN)


def accessible(page: Page) -> None:
    """axe finds nothing wrong."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run().then((told) => told.violations.map((one) => [one.id, one.nodes.map((n) => n.html)]))"
    )
    assert found == []


def test_suggestions_are_chosen_by_keyboard_and_the_form_still_works(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/nl/bladeren/")
    field = page.get_by_role("combobox", name="Zoeken in de graaf")
    field.click()
    page.keyboard.type("tegenstelingen overb")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".suggestions [role=option]").first).to_contain_text("lijkt erop")
    field.fill("netw")
    options = page.locator(".suggestions [role=option]")
    expect(options).to_have_count(10)
    expect(page.locator("form.search [role=status]")).to_have_text("10 voorstellen. Kies met de pijltjestoetsen.")
    expect(options.first.locator("mark")).to_have_text("netw")
    accessible(page)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    goal = options.first.get_attribute("href")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{goal}")
    page.locator("#q").fill("ow7")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/nl/zoek?q=ow7")
    expect(page.locator("main")).to_contain_text("is in staat partijen strategisch te verbinden")
    accessible(page)


def test_things_are_opened_and_closed_in_place_and_the_address_follows(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/nl/verkennen")
    drawn(page)
    page.evaluate("window.mark = 'not loaded again'")
    before = page.evaluate(SHOWN)
    page.locator("#open-unit-mo-3").click()
    expect(page.locator("#outcome-mo-3-2")).to_be_visible()
    drawn(page)
    assert page.url.endswith("/nl/verkennen?thing=mi-ow&open=mo-3#unit-mo-3")
    expect(page.locator("#unit-mo-3.chosen")).to_have_count(1)
    page.locator("#open-unit-mo-3").click()
    expect(page.locator("#outcome-mo-3-2")).to_have_count(0)
    drawn(page)
    assert page.evaluate(SHOWN) == before
    page.go_back()
    expect(page.locator("#outcome-mo-3-2")).to_be_visible()
    drawn(page)
    assert page.evaluate("window.mark") == "not loaded again"
    permanent = page.locator("#explorer-take a.copy").get_attribute("href") or ""
    shown = page.evaluate(SHOWN)
    again = opened(permanent)
    drawn(again)
    assert again.evaluate(SHOWN) == shown
    accessible(again)


def test_a_click_in_the_picture_chooses_and_two_open(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/nl/verkennen")
    drawn(page)
    place = "document.getElementById('explorer-canvas')._cyreg.cy.getElementById('unit/mo-3').renderedPosition()"
    canvas = page.locator("#explorer-canvas")
    canvas.click(position=page.evaluate(place))
    expect(page.locator("#explorer-chosen .go")).to_have_text("Verbinden en overbruggen")
    expect(page.locator("#explorer-told")).to_contain_text("Verbinden en overbruggen gekozen")
    canvas.dblclick(position=page.evaluate(place))
    expect(page.locator("#outcome-mo-3-1")).to_be_visible()
    drawn(page)


def test_filters_work_at_once_and_keep_their_place(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/en/explore?thing=ow-06")
    drawn(page)
    page.get_by_text("Filters").click()
    page.get_by_role("checkbox", name="learning outcomes").focus()
    page.keyboard.press("Space")
    expect(page.locator("#outcome-mo-3-2")).to_have_count(0)
    drawn(page)
    expect(page.get_by_role("checkbox", name="learning outcomes")).to_be_focused()
    expect(page.locator("#explorer-told")).to_contain_text("hidden by the filters")
    assert "kind=unit" in page.url
    page.get_by_role("checkbox", name="stated").uncheck()
    expect(page.locator("#task-ow-b7")).to_have_count(0)
    accessible(page)


def test_the_list_is_walked_by_keyboard(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/nl/verkennen?thing=ow-06")
    drawn(page)
    page.locator("#task-ow-b7 .go").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#task-ow-b8 .go")).to_be_focused()
    expect(page.locator("#task-ow-b8.chosen")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#open-task-ow-b8")).to_contain_text("Sluiten")
    expect(page.locator("#task-ow-b8 .go")).to_be_focused()
    drawn(page)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#open-task-ow-b8")).to_contain_text("Openen")
    expect(page.locator("#task-ow-b8 .go")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/task/ow-b8")


def test_without_scripts_every_step_is_a_link_or_a_form(opened: Opened | None, address: str) -> None:
    if opened is None:
        return
    page = opened(address + "/nl/verkennen", script=False)
    expect(page.locator("#explorer-picture")).to_be_hidden()
    page.locator("#open-unit-mo-3").click()
    expect(page.locator("#outcome-mo-3-2")).to_be_visible()
    page.get_by_text("Filters").click()
    page.get_by_role("checkbox", name="leerresultaten").uncheck()
    page.get_by_role("button", name="Tonen").click()
    expect(page.locator("#outcome-mo-3-2")).to_have_count(0)
    expect(page.locator("#unit-mo-3")).to_be_visible()
    expect(page.locator(".keys")).to_be_hidden()
    page.locator("#q").fill("netwerk")
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_have_text("Zoeken: netwerk")


def test_hostile_names_stay_names(opened: Opened | None, hostile: str) -> None:
    if opened is None:
        return
    page = opened(hostile + "/nl/verkennen?thing=p-1")
    drawn(page)
    expect(page.locator("#unit-u-1 .go")).to_contain_text("<img src=x")
    page.locator("#unit-u-1 .go").focus()
    expect(page.locator("#explorer-chosen")).to_contain_text("onerror=")
    page.locator("#q").fill("ramp")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)
    expect(page.locator(".suggestions [role=option]").first).to_contain_text("<script>")
