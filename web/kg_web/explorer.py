"""The explorer: the chain around a thing as a picture that can be walked, as lists, and as data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg.curriculum.exploration import BESIDE, CHAIN, Exploration, Wish, explore
from kg.curriculum.exploration_tables import link_table, node_table
from kg.errors import BadParameter, UnknownName
from kg.graph.match import resembling
from kg.graph.search import search
from kg.graph.store import Store
from kg.names import lg
from kg.text import natural
from kg_web.designer_asked import message_of
from kg_web.designer_memory import remembered
from kg_web.designer_options import first_of, programmes, things
from kg_web.designer_page import Option
from kg_web.errors import Choice, Fault
from kg_web.explorer_page import explorer_page, told
from kg_web.explorer_wish import address, wish_asked
from kg_web.formats import CSV, HTML, JSON, negotiated
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language
from kg_web.words import N_

__all__ = ["EXPLORER_FORMATS", "TABLES", "blueprint"]

EXPLORER_FORMATS = (HTML, JSON, CSV)
_LIBRARY = Path(__file__).parent / "static" / "vendor" / "cytoscape.min.js"
_LONGEST, _LISTED, _CHOICES = 200, 300, 8
TABLES = {"things": node_table, "links": link_table}
_NAMES = {"things": N_("the things"), "links": N_("the links")}

blueprint = Blueprint("explorer", __name__)


@in_each_language(blueprint, "/{explore}", "page")
def page(lang: str) -> AnyResponse | str:
    """What lies around a thing, as lists and, where scripts run, as a picture; data on request."""
    reader = Reader(state(), lang)
    form = negotiated(EXPLORER_FORMATS)
    code, wish = _start(reader), wish_asked()
    if form.suffix != HTML.suffix:
        return redirect(address(lang, code, wish, suffix=form.suffix), 303)
    found = _explored(reader, code, wish)
    shown = explorer_page(reader, found, wish, remembered(_levels_used))
    options = things(reader, CHAIN) if len(reader.state.known) < _LISTED * 10 else ()
    forms = [("JSON", address(lang, shown.sent, wish, suffix="json"), JSON.media_type)]
    forms += [(f"CSV: {reader.say(name)}", href, CSV.media_type) for name, href in _csv(reader, shown.sent, wish)]
    return render_template(
        "explorer/page.html",
        page=shown,
        options=options[:_LISTED],
        forms=forms,
        permanent=address(lang, shown.sent, wish, whole=True),
        drawn=_drawn(),
    )


@in_each_language(blueprint, "/{explore}.<suffix>", "data")
def data(lang: str, suffix: str) -> AnyResponse:
    """The same as data: JSON of things and links, or CSV of one of them (`table=links`)."""
    form = negotiated((JSON, CSV), suffix)
    reader = Reader(state(), lang)
    wish = wish_asked()
    found = _explored(reader, _start(reader), wish)
    name = request.args.get("table", "").strip() or "things"
    if name not in TABLES:
        say = reader.say
        known = ", ".join(TABLES)
        raise Fault(400, say("There is no table {name} here. There is: {known}.", name=name[:40], known=known))
    if form.suffix == JSON.suffix:
        return text_answer(json.dumps(told(reader, found, wish), ensure_ascii=False, indent=1) + "\n", form)
    return text_answer(TABLES[name](found, lang).to_csv(), form)


def _csv(reader: Reader, code: str, wish: Wish) -> list[tuple[str, str]]:
    return [(_NAMES[table], address(reader.lang, code, wish, suffix="csv", table=table)) for table in TABLES]


def _explored(reader: Reader, code: str, wish: Wish) -> Exploration:
    """The exploration. For a start that does not fit a 404 or 400 that names what may have been meant."""
    try:
        return remembered(explore, code, wish)
    except (UnknownName, BadParameter) as error:
        status = 404 if isinstance(error, UnknownName) else 400
        raise Fault(status, message_of(error, reader.lang), choices=_meant(reader, code)) from None


def _start(reader: Reader) -> str:
    """The start that is asked for; else a designed programme, or else the first thing along the chain."""
    code = request.args.get("thing", "").partition(" – ")[0].strip()[:_LONGEST]
    code = code or first_of(programmes(reader)) or first_of(_along(reader))
    if not code:
        raise Fault(404, reader.say("This graph holds nothing yet that a chain runs through."))
    return code


def _along(reader: Reader) -> Iterable[Option]:
    return things(reader, (*CHAIN, *BESIDE))


def _meant(reader: Reader, text: str) -> list[Choice]:
    """Things along the chain that hold the words, or else resemble them."""
    found = [hit.iri for hit in search(reader.state.texts, text, reader.lang).hits(200)]
    found += [one.iri for one in resembling(reader.state.index, text, reader.lang, most=50)]
    values = [reader.thing(iri) for iri in dict.fromkeys(found)]
    fitting = [value for value in values if value.segment in {*CHAIN, *BESIDE}][:_CHOICES]
    return [Choice(value.text, address(reader.lang, value.code, Wish()), value.code) for value in fitting]


def _levels_used(store: Store) -> tuple[str, ...]:
    """The codes of the levels that things are at."""
    found = {quad.object for quad in store.quads(None, ox.NamedNode(lg("atLevel")))}
    known = (store.names.segment_and_code(level.value) for level in found if isinstance(level, ox.NamedNode))
    return tuple(sorted((level[1] for level in known if level), key=natural))


@cache
def _drawn() -> bool:
    """Whether the library that draws was fetched at set-up; without it the page has its lists."""
    return _LIBRARY.is_file()
