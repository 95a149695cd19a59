"""The search page: what holds the words asked for, by kind, what resembles them, and what may have been meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rapidfuzz import process
from rapidfuzz.distance import Indel

from kg.graph.match import FEW, Candidate, resembling
from kg.graph.match_index import Shelf
from kg.graph.match_words import words_of
from kg.graph.search import Hit, search, words_asked
from kg.graph.texts import DEFINITION, OTHER_LABEL
from kg.table import Table, Term
from kg_web.marking import Piece, marked, passage_of
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = [
    "LONGEST",
    "FoundThing",
    "Kind",
    "SearchPage",
    "found_thing",
    "hits_table",
    "near_ones",
    "near_thing",
    "search_page",
]

LONGEST = 200
_MOST, _MOST_OF_EACH, _MOST_ROWS = 100, 6, 1000
_NEAREST = 0.7
_FIELDS = ("code", "label", "other label", "definition")
"""What `found_in` calls each field of a thing."""
_WHY = {DEFINITION: N_("definition"), OTHER_LABEL: N_("also called")}


@dataclass(frozen=True, slots=True)
class FoundThing:
    """One hit: its link, its label with what was asked for marked, and the other text that it was found in."""

    value: Value
    label: tuple[Piece, ...]
    code: tuple[Piece, ...] = ()
    why: str = ""
    told: tuple[Piece, ...] = ()
    lang: str = ""
    """The language of `told` when it is not the reader's."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The hits of one kind: how it is called, how many there are, and the best of them."""

    segment: str
    name: str
    count: int
    hits: tuple[FoundThing, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, what was found, what resembles it, and words that resemble the words asked."""

    asked: str
    count: int = 0
    kinds: tuple[Kind, ...] = ()
    """Every kind with hits, that of the best hit first."""
    kind: str = ""
    """The kind that alone is shown, if any."""
    meant: tuple[str, ...] = ()
    close: tuple[FoundThing, ...] = ()
    """Things with a name that resembles the words, when few things hold all of them."""

    @property
    def shown(self) -> tuple[Kind, ...]:
        """The kinds whose hits are shown."""
        return tuple(kind for kind in self.kinds if self.kind in {"", kind.segment})


def search_page(reader: Reader, asked: str, kind: str = "") -> SearchPage:
    """The hits for the words asked: the best of every kind, or up to a hundred of one."""
    words = asked.strip()[:LONGEST]
    if not words:
        return SearchPage("")
    found = search(reader.state.texts, words, reader.lang)
    counts = found.counts()
    chosen = kind if kind in counts else ""
    most = _MOST if chosen or len(counts) == 1 else _MOST_OF_EACH
    folded = words_asked(words)
    kinds = []
    for segment in counts:
        hits = found.hits(most, segment) if chosen in {"", segment} else []
        shown = tuple(found_thing(reader, hit, folded) for hit in hits)
        kinds.append(Kind(segment, reader.plural(segment), counts[segment], shown))
    close = tuple(near_thing(reader, one, folded) for one in near_ones(reader, words, found.hits(FEW)))
    return SearchPage(words, len(found), tuple(kinds), chosen, () if len(found) else _meant(reader, words), close)


def near_ones(reader: Reader, words: str, hits: Sequence[Hit], most: int = 10) -> tuple[Candidate, ...]:
    """Things with a name that resembles the words, besides the hits; none when there are hits enough."""
    if len(hits) >= FEW:
        return ()
    return resembling(reader.state.index, words, reader.lang, besides=[hit.iri for hit in hits], most=most)


def found_thing(reader: Reader, hit: Hit, words: Sequence[str], most: int = 180) -> FoundThing:
    """A hit as a page shows it; a name that is not the label, or about `most` letters of a definition, tell why."""
    value = reader.thing(hit.iri)
    label, code = marked(hit.label, words), marked(hit.code, words)
    text = hit.text
    if text.value in {hit.label, hit.code} or (text.field not in _WHY and any(piece.hit for piece in (*label, *code))):
        return FoundThing(value, label, code)
    why = reader.say(_WHY.get(text.field, N_("also called")))
    told = marked(passage_of(text.value, words, most), words)
    return FoundThing(value, label, code, why, told, text.language if text.language != reader.lang else "")


def near_thing(reader: Reader, one: Candidate, words: Sequence[str]) -> FoundThing:
    """A thing that only resembles what was asked for; its name tells why when that is not its label."""
    value = reader.thing(one.iri)
    label = marked(value.text, words, alike=True)
    if one.name == value.text:
        return FoundThing(value, label, marked(one.code, words))
    why = reader.say(_WHY[OTHER_LABEL])
    return FoundThing(value, label, marked(one.code, words), why, marked(one.name, words, alike=True))


def hits_table(reader: Reader, asked: str, kind: str = "") -> Table:
    """The hits as a table, of one kind or of all, at most a thousand: IRI, kind, code, label, and what it was found in.

    What only resembles the words stands last, as it does on the page, with `resembling` for where.
    """
    words = asked.strip()[:LONGEST]
    found = search(reader.state.texts, words, reader.lang)
    chosen = kind if kind in found.counts() else ""
    rows = [
        (hit.iri, hit.segment, hit.code, hit.label, _FIELDS[hit.text.field]) for hit in found.hits(_MOST_ROWS, chosen)
    ]
    if words and not chosen:
        near = near_ones(reader, words, found.hits(FEW))
        rows += [(one.iri, one.segment, one.code, reader.label(one.iri), "resembling") for one in near]
    cells: list[tuple[Term, ...]] = [(ox.NamedNode(iri), *map(ox.Literal, texts)) for iri, *texts in rows]
    return Table(("iri", "kind", "code", "label", "found_in"), tuple(cells))


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
