"""Link sets: all typed links of a thing, a list or the whole graph in one document (RFC 9264)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, url_for

from kg_web.formats import HTML, JSON, LINKED
from kg_web.signposting import LINKSET, Link, list_links, site_items, site_links, thing_links
from kg_web.state import state
from kg_web.things import known_kind, known_thing, text_answer
from kg_web.urls import absolute
from kg_web.words import LANGUAGES

__all__ = ["blueprint"]

blueprint = Blueprint("linksets", __name__)


@blueprint.get("/linkset")
def of_site() -> Response:
    """The links of the graph as a whole: what describes it, and its files."""
    pages = {url_for("pages.home", lang=lang): site_links() for lang in LANGUAGES}
    landing = [Link(page, "collection", HTML.media_type) for page in pages]
    return _answer({**pages, **{item.href: landing for item in site_items()}})


@blueprint.get("/linkset/<segment>")
def of_list(segment: str) -> Response:
    """The links of a list, with every thing in it."""
    known_kind(segment)
    items = [Link(iri, "item") for iri in state().members.get(segment, ())]
    pages = {url_for("pages.kind", lang=lang, segment=segment): [*list_links(segment), *items] for lang in LANGUAGES}
    return _answer(pages)


@blueprint.get("/linkset/<segment>/<code>")
def of_thing(segment: str, code: str) -> Response:
    """The links of a thing's pages and of its data."""
    iri = known_thing(segment, code)
    pages = [url_for("pages.thing", lang=lang, segment=segment, name=code) for lang in LANGUAGES]
    data = [url_for("things.document", segment=segment, name=f"{code}.{form.suffix}") for form in (*LINKED, JSON)]
    of_page, of_data = (thing_links(iri, segment, code, landing=landing) for landing in (True, False))
    return _answer({**dict.fromkeys(pages, of_page), **dict.fromkeys(data, of_data)})


def _answer(links_of: Mapping[str, Sequence[Link]]) -> Response:
    """One object for every context, with its links by relation (RFC 9264, section 4.2)."""
    told = []
    for anchor, links in links_of.items():
        by_relation: dict[str, list[dict[str, str]]] = {}
        for link in links:
            target = {"href": _target(link.href)} | ({"type": link.type} if link.type else {})
            by_relation.setdefault(link.rel, []).append(target)
        told.append({"anchor": absolute(anchor), **by_relation})
    return text_answer(json.dumps({"linkset": told}, ensure_ascii=False, indent=1) + "\n", LINKSET)


def _target(href: str) -> str:
    return absolute(href) if href.startswith("/") else href
