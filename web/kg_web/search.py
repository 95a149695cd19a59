"""Searching: what holds the words asked for, by kind, and what may have been meant when nothing does."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.find import find
from kg.names import OUTSIDE
from kg.table import Table
from kg.text import nearest
from kg_web.reader import Reader, Value

__all__ = ["Found", "SearchPage", "hits_table", "search_page"]

_MOST, _LONGEST = 100, 200
_DEFINITION = OUTSIDE["skos"] + "definition"


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with a line about it."""

    value: Value
    definition: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, what was found, and words that resemble the words asked."""

    asked: str
    hits: tuple[Found, ...] = ()
    complete: bool = True
    meant: tuple[str, ...] = ()


def search_page(reader: Reader, asked: str) -> SearchPage:
    """The hits for the words asked; at most a hundred, and then `complete` is false."""
    words = asked.strip()[:_LONGEST]
    if not words:
        return SearchPage("")
    found = find(reader.state.store, words, reader.lang, most=_MOST + 1)
    hits = tuple(
        Found(reader.thing(hit.iri), " ".join(text.value for text in reader.texts(hit.iri, _DEFINITION)))
        for hit in found[:_MOST]
    )
    return SearchPage(words, hits, len(found) <= _MOST, () if hits else _meant(reader, words))


def hits_table(reader: Reader, asked: str) -> Table:
    """The hits as a table: IRI, kind, code, label."""
    found = find(reader.state.store, asked.strip()[:_LONGEST], reader.lang, most=_MOST)
    rows = tuple(
        (ox.NamedNode(hit.iri), ox.Literal(hit.segment), ox.Literal(hit.code), ox.Literal(hit.label)) for hit in found
    )
    return Table(("iri", "kind", "code", "label"), rows)


def _meant(reader: Reader, asked: str) -> tuple[str, ...]:
    """The question with each word that occurs nowhere replaced by one that resembles it."""
    known = {
        word.strip(".,;:()'\"").casefold()
        for iri in reader.state.known
        for word in reader.label(iri).split()
        if len(word) > 3
    }
    options = [[word] if word.casefold() in known else nearest(word, known) for word in asked.split()[:6]]
    if not all(options):
        return ()
    best = " ".join(choices[0] for choices in options)
    others = [" ".join([*[c[0] for c in options[:-1]], last]) for last in options[-1][1:]]
    return tuple(dict.fromkeys([best, *others]))
