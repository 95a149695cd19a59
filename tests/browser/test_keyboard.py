"""The frame of the site by keyboard, without JavaScript, and in the theme the reader chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from page_types import addresses_of_pages
from visiting import visitor

WALKED = (
    "pages-home",
    "pages-research",
    "competence",
    "question",
    "recognition",
    "hits",
    "suggestion",
    "designer-gaps",
)
_MARK = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const seen = [...document.querySelectorAll(all)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  seen.forEach((one, number) => { one.dataset.number = number; });
  window.walked = [];
  document.addEventListener("focusin", ({ target }) => {
    const style = getComputedStyle(target);
    const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
    window.walked.push([Number(target.dataset.number ?? -1), ring ? "" : target.outerHTML.slice(0, 120)]);
  });
  return [seen.length, document.querySelectorAll("input[type=date]").length];
}"""
_PARTS_OF_A_DATE = 4


@pytest.fixture(scope="module")
def visit(app: Flask) -> Iterator[tuple[Browser, str] | None]:
    with visitor(app) as opened:
        yield opened


def page_of(visit: tuple[Browser, str], *, script: bool = True, narrow: bool = False) -> Page:
    browser, address = visit
    size = {"width": 380, "height": 800} if narrow else {"width": 1280, "height": 900}
    context = browser.new_context(java_script_enabled=script, base_url=address, locale="nl", viewport=size)
    context.set_default_timeout(20_000)
    return context.new_page()


def test_everything_on_a_page_is_reached_in_order_and_seen_to_be(app: Flask, visit: tuple[Browser, str] | None) -> None:
    if visit is None:
        return
    page = page_of(visit)
    addresses = addresses_of_pages(app, "nl")
    for name in WALKED:
        page.goto(addresses[name])
        count, dates = page.evaluate(_MARK)
        for _ in range(count + dates * _PARTS_OF_A_DATE):
            page.keyboard.press("Tab")
        walked = page.evaluate("window.walked")
        assert [ring for _, ring in walked if ring] == [], name
        numbers = [number for number, _ in walked]
        assert count - 1 in numbers, f"{name}: the last link is not reached"
        numbers = numbers[: numbers.index(count - 1) + 1]
        assert numbers == sorted(numbers), f"{name}: the order of Tab is not that of the page"
        # Of radio buttons only the chosen one is reached, so a page with those has fewer stops.
        places = [page.locator(f"[data-number='{number}']") for number in sorted(set(range(count)) - set(numbers))]
        left = [place.evaluate("one => one.outerHTML.slice(0, 120)") for place in places]
        assert [one for one in left if 'type="radio"' not in one] == [], name
    page.context.close()


def test_the_first_key_offers_to_skip_the_head(visit: tuple[Browser, str] | None) -> None:
    if visit is None:
        return
    page = page_of(visit)
    page.goto("/nl/competence/ow-06")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_menu_opens_and_leads_on(visit: tuple[Browser, str] | None, script: bool) -> None:
    if visit is None:
        return
    page = page_of(visit, script=script, narrow=True)
    page.goto("/nl/competence/ow-06")
    links = page.locator(".menu nav a")
    expect(links.first).not_to_be_visible()
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    expect(links).to_have_text(["Ontwerpen", "Onderzoeken", "Aansluiten", "Bladeren", *links.all_inner_texts()[4:]])
    expect(page.locator(".menu nav a[aria-current]")).to_have_text("Bladeren")
    links.nth(1).click()
    expect(page.locator("h1")).to_have_text("Onderzoeken")
    expect(page.locator(".menu nav a[aria-current=page]")).to_have_text("Onderzoeken")
    page.context.close()


def test_without_javascript_the_whole_way_can_be_gone(visit: tuple[Browser, str] | None) -> None:
    if visit is None:
        return
    page = page_of(visit, script=False)
    page.goto("/nl/")
    expect(page.locator("button.theme")).not_to_be_visible()
    page.fill("#q", "tegenstellingen")
    page.keyboard.press("Enter")
    page.locator(".hits a", has_text="tegenstellingen overbruggen").first.click()
    expect(page.locator("h1")).to_have_text("kan tegenstellingen overbruggen")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("can bridge opposing positions")
    page.locator(".menu nav").get_by_role("link", name="Research").click()
    page.get_by_role("link", name="Ask a question of the library").click()
    page.get_by_role("link", name="Which learning units cover a competence?").first.click()
    page.select_option("select[name=competence]", label="ow-06 – can bridge opposing positions")
    page.locator("form.ask button").first.click()
    expect(page.locator("main table").first).to_contain_text("mo-3")
    page.context.close()


def test_the_chosen_theme_holds_on_the_next_page(visit: tuple[Browser, str] | None) -> None:
    if visit is None:
        return
    page = page_of(visit)
    background = "getComputedStyle(document.body).backgroundColor"
    page.goto("/nl/")
    light = page.evaluate(background)
    button = page.get_by_role("button", name="Donkere weergave")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate(background)
    assert dark != light
    page.goto("/nl/over/")
    assert page.evaluate(background) == dark
    button.click()
    assert page.evaluate(background) == light
    assert page.evaluate("localStorage.length") == 0, "the device decides again"
    page.context.close()
