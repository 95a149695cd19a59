"""Visits pages with a real browser, and tells what is wrong with them: axe, reflow, layout shift, weight, errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from node import AXE, CHROMIUM, EDITOR, missing
from page_types import addresses_of_pages
from serving import listening

__all__ = ["SCREENSHOTS", "faults_of_pages", "visitor"]

SCREENSHOTS = os.environ.get("SCREENSHOTS") or ("some" if os.environ.get("CI") == "true" else "")
"""`all`: every page in both languages, themes and widths is visited and kept as a picture (`make screenshots`).

Else Dutch pages are visited wide and light by every rule, and narrow and dark; English ones the other way round: so
each theme and width is seen of every page. `some`: pictures of the Dutch ones, wide and light.
"""

_FOLDER = Path(__file__).parents[1] / "build" / "screenshots"
_SANDBOXED = ("preview",)
"""Pages whose policy lets no script run, not even that of axe."""
_WIDE, _PHONE, _MAGNIFIED = (1280, 900), (380, 800), (320, 640)
_HEAVIEST = 150_000
"""Bytes over the line, packed."""
_HEAVY = "script[src*='vendor/']"
"""The editor and the explorer bring a library of their own."""
_STILL = 0.005
_AXE = """async ([run, exclude]) => {
  const options = { runOnly: run, resultTypes: ["violations"], elementRef: false };
  const found = await axe.run({ include: [document], exclude }, options);
  const where = (node) => `${node.target} ${node.html.slice(0, 160)}`;
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map(where).join(" | ")}`);
}"""
_EVERY_RULE = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_LOOKS = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
}
"""The rules whose answer depends on colours and room; the others are asked once."""
_EQUALS = ["li", "tr", "section > div.term", "section > section", "dl > div", "g", "option"]
_REPEATED = [f"{one}:nth-child(n+10)" for one in _EQUALS]
"""Of a long row of equals the first nine are looked at."""
_SHIFT = """() => new Promise((told) => {
  let total = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) total += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => told(total)));
})"""
_WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .reduce((total, one) => total + one.encodedBodySize, 0)"""
_WIDTH = "() => document.documentElement.scrollWidth"


@contextmanager
def visitor(app: Flask) -> Iterator[tuple[Browser, str] | None]:
    """A browser and the address of the site; None where something is missing, outside CI."""
    if missing(CHROMIUM, AXE, EDITOR):
        yield None
        return
    with listening(app) as address, sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running, address
        running.close()


def faults_of_pages(app: Flask, browser: Browser, address: str, lang: str) -> list[str]:
    """What is wrong with any page in one language."""
    faults: list[str] = []
    pages = addresses_of_pages(app, lang)
    preview = {name: pages.pop(name) for name in _SANDBOXED}
    for group, free in ((pages, False), (preview, True)):
        context = browser.new_context(locale=lang, bypass_csp=free)
        context.set_default_timeout(20_000)
        context.add_init_script(path=AXE)
        page = context.new_page()
        told: list[str] = []
        page.on("pageerror", lambda error, told=told: told.append(f"error: {error}"))
        page.on("request", lambda asked, told=told: None if asked.url.startswith(address) else told.append(asked.url))
        for name, path in group.items():
            told.clear()
            found = [*_of_page(page, f"{lang}-{name}", address + path), *told]
            faults += [f"{path} {fault}" for fault in found]
        context.close()
    return faults


def _of_page(page: Page, name: str, address: str) -> Iterator[str]:
    """Loads the page once, and looks at it in its themes and widths."""
    _shape(page, _WIDE, "light")
    page.goto(address, wait_until="load")
    if page.locator("#editor").count():
        page.wait_for_selector("#editor[data-ready]", state="attached")
        page.wait_for_load_state("networkidle")
    weight = page.evaluate(_WEIGHT)
    if weight > _HEAVIEST and not page.locator(_HEAVY).count():
        yield f"weighs {weight} bytes"
    if (shift := page.evaluate(_SHIFT)) > _STILL:
        yield f"shifts by {shift}"
    for size, scheme, rules, looked_at_in in (
        (_WIDE, "light", _EVERY_RULE, "nl"),
        (_WIDE, "dark", _LOOKS, "en"),
        (_PHONE, "dark", _LOOKS, "nl"),
        (_PHONE, "light", _LOOKS, "en"),
    ):
        if SCREENSHOTS != "all" and not name.startswith(looked_at_in):
            continue
        _shape(page, size, scheme)
        left_out = _REPEATED if rules is _EVERY_RULE else [*_REPEATED, "svg"]
        yield from (f"{size[0]} {scheme} {fault}" for fault in page.evaluate(_AXE, [rules, left_out]))
        if SCREENSHOTS == "all" or (SCREENSHOTS and rules is _EVERY_RULE):
            _FOLDER.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=_FOLDER / f"{name}-{size[0]}-{scheme}.png", full_page=True)
    _shape(page, _MAGNIFIED, "light")
    if (width := page.evaluate(_WIDTH)) > _MAGNIFIED[0]:
        yield f"is {width} pixels wide on {_MAGNIFIED[0]}"


def _shape(page: Page, size: tuple[int, int], scheme: Any) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
