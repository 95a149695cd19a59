"""Searching a graph: the things that hold all the words asked for, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.graph.match import ON_REQUEST
from kg.graph.match_words import words_of
from kg.graph.texts import CODE, DEFINITION, LABEL, Text, Texts, code_key
from kg.names import KINDS_BY_SEGMENT, Iri, Names

__all__ = ["Found", "Hit", "search", "words_asked"]

_LONGEST, _MOST_WORDS = 200, 12
_ITSELF, _NAMED_SO, _BEGINS, _IN_NAME, _IN_DEFINITION, _IN_SEVERAL, _NOT = range(7)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its IRI, kind, code, label, how well it fits (0 is best), and the text that tells why.

    Rank 0: the code; 1: a name or code begins with what is asked; 2: words of a name begin with the words asked;
    3: they stand in a name; 4: in a definition; 5: in several texts of the thing together.
    """

    iri: Iri
    segment: str
    code: str
    label: str
    rank: int
    text: Text


@dataclass(frozen=True)
class Found:
    """The numbers of the things found, best first, with for each its rank and the text it was found in."""

    texts: Texts
    language: str
    things: NDArray[np.int32]
    ranks: NDArray[np.int8]
    where: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.things)

    def counts(self) -> dict[str, int]:
        """Kind → how many things of it were found, first what is asked for by code, then by name.

        Kinds whose labels only repeat those of other things come last.
        """
        order = list(KINDS_BY_SEGMENT)
        kinds = self.texts.kinds[self.things].tolist()
        counts = Counter(kinds)
        best: dict[int, int] = {}
        for kind, rank in zip(kinds, self.ranks.tolist(), strict=True):
            best.setdefault(kind, min(rank, _NAMED_SO) if rank <= _IN_NAME else rank)
        told = sorted(best, key=lambda kind: (order[kind] in ON_REQUEST, best[kind], kind))
        return {order[kind]: counts[kind] for kind in told}

    def hits(self, most: int, kind: str = "") -> list[Hit]:
        """At most so many of them, of one kind or of all, best first."""
        chosen = np.arange(len(self.things))
        if kind:
            chosen = np.flatnonzero(self.texts.kinds[self.things] == list(KINDS_BY_SEGMENT).index(kind))
        return [self._hit(int(place)) for place in chosen[:most]]

    def _hit(self, place: int) -> Hit:
        thing = self.texts.things[self.things[place]]
        text = self.texts.texts[self.where[place]]
        label = thing.label(self.language)
        return Hit(thing.iri, thing.segment, thing.code, label, int(self.ranks[place]), text)


def search(texts: Texts, asked: str, language: str = "nl") -> Found:
    """The things whose code, names or definition hold all the words asked for, in whatever language.

    Case, accents, punctuation and the order of the words do not count; a word of three letters or more is also found
    inside of another, a shorter one at its beginning. A code may be written without its hyphens and zeros: `ow7`. At
    the same rank a text in `language` goes before others, then kinds go in their order, and things by code. The first
    twelve words of the first two hundred characters count.
    """
    words = words_asked(asked)
    ranks = np.full(len(texts.texts), _NOT, dtype=np.int8)
    if words and texts.texts:
        held = [texts.holding(word) for word in words]
        _rank_texts(texts, words, held, ranks)
        _rank_things(texts, held, ranks)
        _rank_codes(texts, asked[:_LONGEST], ranks)
    return _ordered(texts, language, ranks)


def words_asked(asked: str) -> tuple[str, ...]:
    """The folded words of a question that count, each once."""
    return tuple(dict.fromkeys(words_of(asked[:_LONGEST], _MOST_WORDS)))


def _rank_texts(texts: Texts, words: Sequence[str], held: Sequence[NDArray[np.int8]], ranks: NDArray[np.int8]) -> None:
    """Ranks the texts that hold all words."""
    least = np.minimum.reduce(held)
    defining = texts.fields == DEFINITION
    ranks[(least > 0) & defining] = _IN_DEFINITION
    ranks[(least > 0) & ~defining] = _IN_NAME
    ranks[(least > 1) & ~defining] = _BEGINS
    for number in np.flatnonzero((least > 1) & ~defining & texts.led_by(words[0])):
        if len(words) == 1 or _begins(texts.texts[number].value, words):
            ranks[number] = _NAMED_SO


def _begins(name: str, words: Sequence[str]) -> bool:
    """Whether a name begins with these words, of which the last may still be being typed."""
    own = words_of(name, len(words))
    return own[:-1] == tuple(words[:-1]) and own[-1].startswith(words[-1])


def _rank_things(texts: Texts, held: Sequence[NDArray[np.int8]], ranks: NDArray[np.int8]) -> None:
    """Ranks the first text that holds a word of the things that hold all words only in several texts together."""
    count = len(texts.things)
    every = np.ones(count, dtype=np.bool_)
    for one in held:
        having = np.zeros(count, dtype=np.bool_)
        having[texts.owners[one > 0]] = True
        every &= having
    every[texts.owners[ranks < _NOT]] = False
    some = np.flatnonzero(every[texts.owners] & (np.maximum.reduce(held) > 0))
    _, first = np.unique(texts.owners[some], return_index=True)
    ranks[some[first]] = _IN_SEVERAL


def _rank_codes(texts: Texts, asked: str, ranks: NDArray[np.int8]) -> None:
    """Ranks the things that are asked for by code or IRI, and those whose code begins so."""
    named = _named(texts.names, asked.strip())
    key = code_key(named[1] if named else asked)
    if not key:
        return
    codes = np.flatnonzero(texts.fields == CODE)
    text_of = np.full(len(texts.things), -1, dtype=np.int32)
    text_of[texts.owners[codes]] = codes
    for code, number in texts.with_code(key):
        thing = texts.things[number]
        if text_of[number] < 0 or (named and named != (thing.segment, thing.code)):
            continue
        if code == key:
            ranks[text_of[number]] = _ITSELF
        elif any(letter.isdigit() for letter in key) and not key.isdigit():
            ranks[text_of[number]] = min(int(ranks[text_of[number]]), _NAMED_SO)


def _named(names: Names, asked: str) -> tuple[str, str] | None:
    """Kind and code of a thing that is called by its IRI, a prefixed name or `kind/code`."""
    segment, slash, code = asked.partition("/")
    if slash and segment in KINDS_BY_SEGMENT:
        return segment, code.strip()
    return names.segment_and_code(names.expand(asked) or "")


def _ordered(texts: Texts, language: str, ranks: NDArray[np.int8]) -> Found:
    """Each thing once, by its best text."""
    met = np.flatnonzero(ranks < _NOT).astype(np.int32)
    foreign = np.asarray([texts.texts[number].language not in {language, ""} for number in met], dtype=np.bool_)
    # The label of a thing goes before its other names.
    others = texts.fields[met] > LABEL
    order = met[np.lexsort((texts.owners[met], others, foreign, ranks[met]))]
    _, first = np.unique(texts.owners[order], return_index=True)
    best = order[np.sort(first)]
    return Found(texts, language, texts.owners[best], ranks[best], best)
