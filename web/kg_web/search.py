"""Searching: what holds the words asked for, what resembles them, and suggestions while they are typed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rapidfuzz import process
from rapidfuzz.distance import Indel

from kg.graph.find import find
from kg.graph.match import FEW, resembling
from kg.graph.match_index import Shelf
from kg.graph.match_words import words_of
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.table import Table
from kg_web.reader import Reader, Value

__all__ = ["Found", "SearchPage", "hits_table", "search_page", "suggestions"]

_MOST, _LONGEST = 100, 200
_SUGGESTED, _MOST_SUGGESTED = 10, 50
_NEAREST = 0.7
_DEFINITION = OUTSIDE["skos"] + "definition"


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with a line about it."""

    value: Value
    definition: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, what was found, what resembles it, and words that resemble the words asked."""

    asked: str
    hits: tuple[Found, ...] = ()
    complete: bool = True
    meant: tuple[str, ...] = ()
    close: tuple[Found, ...] = ()
    """Things with a name that resembles the words, when few things hold all of them."""
    kinds: tuple[tuple[str, str, int], ...] = ()
    """Kinds of the hits when there are several: segment, name, number."""
    kind: str = ""
    """The kind that alone is shown, if any."""


def search_page(reader: Reader, asked: str, kind: str = "") -> SearchPage:
    """The hits for the words asked, of one kind or of all; at most a hundred, and then `complete` is false."""
    words = asked.strip()[:_LONGEST]
    if not words:
        return SearchPage("")
    every = find(reader.state.store, words, reader.lang, most=len(reader.state.known))
    counts = Counter(hit.segment for hit in every)
    chosen = kind if kind in counts else ""
    found = [hit for hit in every if chosen in {"", hit.segment}]
    hits = tuple(_found(reader, hit.iri) for hit in found[:_MOST])
    near = resembling(reader.state.index, words, reader.lang, besides=[hit.iri for hit in every])
    close = tuple(_found(reader, one.iri) for one in near) if len(every) < FEW else ()
    kinds = tuple((segment, reader.plural(segment), counts[segment]) for segment in KINDS_BY_SEGMENT if counts[segment])
    meant = () if hits else _meant(reader, words)
    return SearchPage(words, hits, len(found) <= _MOST, meant, close, kinds if len(kinds) > 1 else (), chosen)


def _found(reader: Reader, iri: Iri) -> Found:
    return Found(reader.thing(iri), " ".join(text.value for text in reader.texts(iri, _DEFINITION)))


def suggestions(reader: Reader, asked: str, limit: str = "") -> dict[str, Any]:
    """Things for what has been typed so far, by kind, the best kind first; `near` marks what only resembles it."""
    words = asked.strip()[:_LONGEST]
    most = min(max(int(limit), 1), _MOST_SUGGESTED) if limit.isdecimal() and len(limit) < 6 else _SUGGESTED
    typed = words_of(words)
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in resembling(reader.state.index, words, reader.lang, most=most):
        label = reader.label(one.iri)
        told = " ".join([one.code, *words_of(one.name), *words_of(label)])
        near = words.casefold() != one.code and not all(word in told for word in typed)
        thing = {"iri": one.iri, "code": one.code, "label": label, "address": reader.address(one.iri), "near": near}
        groups.setdefault(one.segment, []).append(thing)
    named = [{"kind": kind, "name": reader.plural(kind), "things": things} for kind, things in groups.items()]
    return {"asked": words, "groups": named}


def hits_table(reader: Reader, asked: str, kind: str = "") -> Table:
    """The hits as a table, of one kind or of all: IRI, kind, code, label."""
    every = find(reader.state.store, asked.strip()[:_LONGEST], reader.lang, most=len(reader.state.known))
    found = [hit for hit in every if kind in {"", hit.segment}][:_MOST]
    rows = tuple(
        (ox.NamedNode(hit.iri), ox.Literal(hit.segment), ox.Literal(hit.code), ox.Literal(hit.label)) for hit in found
    )
    return Table(("iri", "kind", "code", "label"), rows)


def _meant(reader: Reader, asked: str) -> tuple[str, ...]:
    """The question with each word that stands in no name replaced by one that resembles it."""
    shelves = [shelf for shelf in reader.state.index.shelves if shelf.language == reader.lang]
    options = [_nearest(word, shelf) for shelf in shelves for word in words_of(asked)[:6]]
    if not options or not all(options):
        return ()
    best = " ".join(choices[0] for choices in options)
    others = [" ".join([*[c[0] for c in options[:-1]], last]) for last in options[-1][1:]]
    return tuple(dict.fromkeys([best, *others]))


def _nearest(word: str, shelf: Shelf) -> list[str]:
    """The word itself when it stands in a name, else those nearest to it."""
    if shelf.has_word(word):
        return [word]
    return [
        found
        for found, *_ in process.extract(
            word, shelf.vocabulary, scorer=Indel.normalized_similarity, limit=3, score_cutoff=_NEAREST
        )
    ]
