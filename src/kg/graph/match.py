"""Which thing a name means, however it is spelt: candidates with a score, and whether the best of them is safe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.match_index import Known, Shelf, shelf_of
from kg.graph.match_score import Comparison
from kg.graph.match_words import words_of
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri, Names

__all__ = ["FEW", "ON_REQUEST", "Candidate", "Index", "index_of", "match", "resembling", "sure"]

ON_REQUEST = frozenset({"passage", "match", "participation"})
"""Kinds that are looked through only when asked for: their labels repeat those of other things."""

FEW = 3
"""With fewer exact hits a search also gives what resembles the words asked for."""

_SKOS = OUTSIDE["skos"]
_LEAST, _LONGEST, _COMPARED = 40.0, 500, 32
_RESEMBLES = 65.0
"""The least score, as part of a name, of what a search gives beside the exact hits."""
_NEAR = 5.0
"""Points another thing must be behind the best before the best is safe."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant.

    The score is 100 for the name or code itself, in any case and with any accents; 95 to 99 for another name of the
    thing and for the same words otherwise written; below, the part of the two names that agrees, the words that say
    most weighing most. `safe` says that every word that makes the name has its sure counterpart.
    """

    iri: Iri
    segment: str
    code: str
    name: str
    """The name that was found, which need not be the thing's label."""
    score: float
    safe: bool


@dataclass(frozen=True)
class Index:
    """All names and codes of a graph, to be searched; made once, then only read."""

    shelves: tuple[Shelf, ...]
    """One for each language."""
    by_code: dict[str, tuple[Known, ...]]
    segments: tuple[str, ...]
    """Kinds that have names."""
    names: Names


def index_of(store: Store) -> Index:
    """The index over a graph's preferred and alternative labels and codes."""
    by_language: dict[str, list[Known]] = {}
    by_code: dict[str, dict[Iri, Known]] = {}
    kinds: dict[Iri, tuple[str, str] | None] = {}
    for predicate, preferred in (("prefLabel", True), ("altLabel", False)):
        for quad in store.quads(None, ox.NamedNode(_SKOS + predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                iri = Iri(quad.subject.value)
                if iri not in kinds:
                    kinds[iri] = store.names.segment_and_code(iri)
                if kind := kinds[iri]:
                    known = Known(iri, *kind, quad.object.value, preferred)
                    by_language.setdefault((quad.object.language or "").split("-")[0], []).append(known)
                    if preferred:
                        by_code.setdefault(kind[1], {})[iri] = known
    shelves = tuple(
        shelf_of(language, sorted(names, key=lambda name: (name.iri, not name.preferred, name.text)))
        for language, names in sorted(by_language.items())
    )
    met = {name.segment for shelf in shelves for name in shelf.names}
    return Index(
        shelves,
        {code: tuple(things[iri] for iri in sorted(things)) for code, things in by_code.items()},
        tuple(segment for segment in KINDS_BY_SEGMENT if segment in met),
        store.names,
    )


def match(
    index: Index,
    text: str,
    language: str = "nl",
    kinds: Collection[str] = (),
    *,
    most: int = 5,
    partly: bool = False,
) -> tuple[Candidate, ...]:
    """At most `most` things that a name or code may mean, best first; each thing once, by its likest name.

    Names in every language are compared; at the same score those in `language` go before others. `kinds` are segments;
    without them every kind but those of ON_REQUEST. With `partly` the text may be part of a name, its last word still
    being typed: then the score tells how far the text is found. Of a longer text the first 500 characters count.
    """
    asked = text.strip()[:_LONGEST]
    segments = [segment for segment in index.segments if (segment in kinds if kinds else segment not in ON_REQUEST)]
    found: dict[Iri, tuple[bool, Candidate]] = {}
    for candidate in _by_code(index, asked, segments):
        found[candidate.iri] = (False, candidate)
    for shelf in index.shelves:
        other = shelf.language != language
        for candidate in _on_shelf(shelf, asked, segments, partly=partly):
            best = found.get(candidate.iri)
            if best is None or _rank(other, candidate) < _rank(*best):
                found[candidate.iri] = (other, candidate)
    order = list(KINDS_BY_SEGMENT)
    ranked = sorted(found.values(), key=lambda entry: (*_rank(*entry), order.index(entry[1].segment), entry[1].code))
    return tuple(candidate for _, candidate in ranked if candidate.score >= _LEAST)[:most]


def sure(candidates: Sequence[Candidate]) -> bool:
    """Whether the first of all candidates may be taken without a person looking at it.

    It may when it is safe and no other thing is nearly as like: when it is the name itself, no other that goes by the
    same name; else no other that is safe as well or within five points.
    """
    if not candidates or not candidates[0].safe:
        return False
    first, others = candidates[0], candidates[1:]
    if first.score >= 100:
        return not any(other.score >= 99 for other in others)
    return not any(other.safe or other.score > first.score - _NEAR for other in others)


def resembling(
    index: Index, text: str, language: str = "nl", *, besides: Collection[str] = (), most: int = 10
) -> tuple[Candidate, ...]:
    """Things with a name of which a part resembles the text, best first, without those in `besides`."""
    found = match(index, text, language, most=most + len(besides), partly=True)
    return tuple(one for one in found if one.score >= _RESEMBLES and one.iri not in besides)[:most]


def _rank(other: bool, candidate: Candidate) -> tuple[float, bool, bool]:
    return (-candidate.score, not candidate.safe, other)


def _by_code(index: Index, asked: str, segments: Sequence[str]) -> list[Candidate]:
    """Things with this code, `kind/code` or IRI."""
    text = asked.strip("<>")
    segment, slash, code = text.partition("/")
    if named := index.names.segment_and_code(text):
        segment, code = named
    elif not slash or segment not in KINDS_BY_SEGMENT:
        segment, code = "", text.casefold()
    return [
        Candidate(thing.iri, thing.segment, thing.code, thing.text, 100.0, safe=True)
        for thing in index.by_code.get(code, ())
        if thing.segment in segments and segment in {"", thing.segment}
    ]


def _on_shelf(shelf: Shelf, asked: str, segments: Sequence[str], *, partly: bool) -> list[Candidate]:
    words = words_of(asked)
    if not words:
        return []
    liking = shelf.liking(words, partly=partly)
    shortened = frozenset(words_of(" ".join(part for part in asked.split() if part.endswith("."))))
    if partly:
        shortened |= {words[-1]}
    comparison = Comparison(shelf.asked(words, liking), shortened, shelf.stem, shelf.has_word, partly)
    found = []
    for number in shelf.likest(words, liking, segments, _COMPARED, partly=partly):
        name = shelf.names[number]
        alike = comparison.with_name(shelf.name(number))
        score = round(100 * alike.share, 1)
        if alike.share == 1.0 and not name.preferred:
            score = 99.0
        found.append(Candidate(name.iri, name.segment, name.code, name.text, score, alike.safe))
    return found
