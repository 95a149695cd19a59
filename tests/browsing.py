"""A person at a browser, for tests of whole tasks: from the home page on, by clicks and keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kg_web.state import State
from node import CHROMIUM, missing
from serving import listening

__all__ = ["PREFIXES", "answer_of", "at_home", "desk_of", "running_browser"]

PREFIXES = "PREFIX lg: <https://w3id.org/leergraaf/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
_PATIENCE = 20_000
"""Milliseconds to wait for what must come."""


@contextmanager
def running_browser(app: Flask) -> Iterator[tuple[Browser, str] | None]:
    """Chromium and the address of the site; None where there is no browser, outside CI."""
    if missing(CHROMIUM):
        yield None
        return
    with listening(app) as address, sync_playwright() as playwright:
        expect.set_options(timeout=_PATIENCE)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser, address
        browser.close()


@contextmanager
def at_home(running: tuple[Browser, str], lang: str = "nl") -> Iterator[Page]:
    """The home page. Nothing may fail, and nobody else may be asked, until the task is done."""
    browser, address = running
    faults: list[str] = []
    context = browser.new_context(locale="nl-NL", viewport={"width": 1200, "height": 1000})
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(address) else None)
    page.goto(f"{address}/{lang}/")
    yield page
    context.close()
    assert faults == []


def desk_of(page: Page, name: str) -> None:
    """Goes to the front page of an audience by the menu."""
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=name, exact=True).click()


def answer_of(app: Flask, query: str) -> list[tuple[Any, ...]]:
    """What the graph itself answers: the rows of a query, as Python values."""
    state: State = app.extensions["kg"]
    table = state.store.table(PREFIXES + query)
    return [tuple(row[column] for column in table.columns) for row in table]
