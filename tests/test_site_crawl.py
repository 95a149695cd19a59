"""Every link on the site leads somewhere: one page of each kind and all lists, in both languages."""

from __future__ import annotations

import re
from urllib.parse import unquote, urldefrag, urlsplit

from flask import Flask

from kg.names import LG, Iri
from kg_web.state import State
from kg_web.term_page import is_described
from kg_web.urls import PATHS
from site_pages import Page, page

LISTS = re.compile(r"/(nl|en)/([a-z-]+)/?\Z|/(nl|en)/(gegevens|data)/[a-z0-9-]+\Z")


def test_every_link_resolves_and_every_page_keeps_the_policy(app: Flask) -> None:
    site = app.test_client()
    waiting = ["/nl/", "/en/"]
    kinds_seen: set[tuple[str, str]] = set()
    found: dict[str, Page] = {}
    statuses: dict[str, int] = {}
    anchors: set[tuple[str, str]] = set()
    while waiting:
        address = waiting.pop()
        answer = site.get(address)
        statuses[address] = answer.status_code
        assert answer.status_code == 200, address
        shown = found[address] = page(answer.text)
        assert not shown.refused, address
        assert len(shown.ids) == len(set(shown.ids)), f"{address} uses an id twice"
        assert shown.tags.count("h1") == 1, address
        for href in [*shown.hrefs, *shown.sources]:
            target, anchor = urldefrag(href)
            if href.startswith(("https://", "http://")) and urlsplit(href).hostname != "localhost":
                continue
            local = target.removeprefix("http://localhost") or address
            if anchor and local in found:
                anchors.add((local, anchor))
            if local in statuses or local in waiting:
                continue
            if worth_reading(local, kinds_seen):
                waiting.append(local)
            elif not is_there(local, app.extensions["kg"]):
                head = site.head(local)
                statuses[local] = head.status_code
                assert head.status_code in {200, 302, 303}, f"{address} links to {local}: {head.status_code}"
    for local, anchor in anchors:
        assert anchor in found[local].ids, f"{local}#{anchor}"
    assert len(found) > 150
    assert set(app.extensions["kg"].members) <= {kind for lang, kind in kinds_seen if lang == "en"}


def is_there(address: str, state: State) -> bool:
    """Whether an address is the page of a thing, term or question there is; the tests of those read more of them.

    So do the tests of forms to suggest a change with, of references, of exports of one thing and of the explorer.
    """
    parts = urlsplit(address).path.split("/")
    of, _, thing = urlsplit(address).query.partition("=")
    word = parts[2] if len(parts) > 2 else ""
    if parts[1] == "cite" or word in PATHS["suggesting"].values():
        return state.names.thing(parts[-2], parts[-1].partition(".")[0]) in state.known
    if (of == "of" and word in PATHS["exchange"].values()) or (of == "thing" and word in PATHS["explore"].values()):
        segment, _, code = unquote(thing).partition("/")
        return state.names.thing(segment, code) in state.known
    if len(parts) != 4 or parts[1] not in {"nl", "en"}:
        return False
    if parts[2] in PATHS["terms"].values():
        return is_described(state.store, Iri(LG + parts[3]))
    return state.names.thing(parts[2], parts[3]) in state.known or parts[3] in state.questions


def worth_reading(address: str, kinds_seen: set[tuple[str, str]]) -> bool:
    """Whether to read a page too, and not only ask whether it is there: lists, and the first thing of each kind."""
    path = urlsplit(address).path
    walks = urlsplit(address).query and path.split("/")[2:] == [PATHS["explore"].get(path.split("/")[1])]
    if path.startswith(("/nl/sparql", "/en/sparql")) or walks:
        return False
    if LISTS.match(path):
        return True
    parts = path.split("/")
    if len(parts) == 4 and parts[1] in {"nl", "en"} and (parts[1], parts[2]) not in kinds_seen:
        kinds_seen.add((parts[1], parts[2]))
        return True
    return False
