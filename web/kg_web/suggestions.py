"""Suggestions while words are being typed: things that hold them, and then things that resemble them."""

from __future__ import annotations

from typing import Any

from flask import url_for

from kg.graph.match import ON_REQUEST
from kg.graph.search import search, words_asked
from kg_web.marking import Piece
from kg_web.reader import Reader
from kg_web.search import LONGEST, FoundThing, found_thing, near_ones, near_thing

__all__ = ["suggestions"]

_SUGGESTED, _MOST_SUGGESTED = 10, 50
_LETTERS = 90
"""Of a definition, around the words that were found in it."""


def suggestions(reader: Reader, asked: str, limit: str = "") -> dict[str, Any]:
    """Things for what has been typed so far, by kind, the best kind first; `near` marks what only resembles it.

    `count` is how many things hold the words and `all` where they are. A text is given in parts, each with whether it
    was asked for, so that nobody has to look for it again.
    """
    words = asked.strip()[:LONGEST]
    most = min(max(int(limit), 1), _MOST_SUGGESTED) if limit.isdecimal() and len(limit) < 6 else _SUGGESTED
    folded = words_asked(words)
    found = search(reader.state.texts, words, reader.lang)
    hits = [hit for hit in found.hits(most * 4) if hit.rank == 0 or hit.segment not in ON_REQUEST][:most]
    shown = [(found_thing(reader, hit, folded, _LETTERS), hit.iri, False) for hit in hits]
    if words:
        near = near_ones(reader, words, hits, most - len(hits))
        shown += [(near_thing(reader, one, folded), one.iri, True) for one in near]
    groups: dict[str, list[dict[str, Any]]] = {segment: [] for segment in found.counts()}
    for thing, iri, resembles in shown:
        groups.setdefault(thing.value.segment, []).append(_told(thing, iri, near=resembles))
    return {
        "asked": words,
        "count": len(found),
        "all": url_for("pages.search", lang=reader.lang, q=words),
        "groups": [
            {"kind": kind, "name": reader.plural(kind), "things": things} for kind, things in groups.items() if things
        ],
    }


def _told(thing: FoundThing, iri: str, *, near: bool) -> dict[str, Any]:
    value = thing.value
    told: dict[str, Any] = {"iri": iri, "code": value.code, "label": value.text, "address": value.href, "near": near}
    told["parts"] = _parts(thing.label)
    if thing.told:
        told["found_in"] = {"what": thing.why, "lang": thing.lang or None, "parts": _parts(thing.told)}
    return told


def _parts(pieces: tuple[Piece, ...]) -> list[list[str | bool]]:
    return [[piece.text, piece.hit] for piece in pieces]
