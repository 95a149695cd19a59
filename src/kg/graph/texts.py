"""Every code, name and definition of a graph by its words, kept so that what holds a word is found at once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from kg.graph.match_words import words_of
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri, Names
from kg.text import natural

__all__ = ["CODE", "DEFINITION", "LABEL", "OTHER_LABEL", "Text", "Texts", "Thing", "code_key", "texts_of"]

CODE, LABEL, OTHER_LABEL, DEFINITION = range(4)
"""What a text is of its thing, those that say most first."""

_SKOS = OUTSIDE["skos"]
_FIELDS = {"notation": CODE, "prefLabel": LABEL, "altLabel": OTHER_LABEL, "definition": DEFINITION}
_LONGEST = 5000
"""Words of a text that are looked at."""
_SHORT = 3
"""Letters from which a word is found inside of another; a shorter one only at its beginning."""
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")

_Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a thing."""

    thing: int
    field: int
    language: str
    value: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that has texts; `labels` are by language."""

    iri: Iri
    segment: str
    code: str
    labels: dict[str, str]

    def label(self, language: str) -> str:
        """The label in `language`, else in another; without any, the code."""
        return self.labels.get(language) or next((self.labels[one] for one in sorted(self.labels)), self.code)


@dataclass(frozen=True)
class Texts:
    """The texts of a graph, those of a thing side by side; things in the order of kind and code."""

    names: Names
    things: tuple[Thing, ...]
    texts: tuple[Text, ...]
    vocabulary: tuple[str, ...]
    """All words of all texts, sorted."""
    places: _Numbers
    """For each word in turn the numbers of the texts it stands in."""
    starts: NDArray[np.int64]
    """Where in `places` each word begins, and the end of the last."""
    leading: _Numbers
    """For each text the number of its first word; -1 for a text without words."""

    @cached_property
    def owners(self) -> _Numbers:
        """For each text the number of its thing."""
        return np.asarray([text.thing for text in self.texts], dtype=np.int32)

    @cached_property
    def fields(self) -> NDArray[np.int8]:
        """For each text what it is of its thing."""
        return np.asarray([text.field for text in self.texts], dtype=np.int8)

    @cached_property
    def kinds(self) -> _Numbers:
        """For each thing the place of its kind among all kinds."""
        order = {segment: place for place, segment in enumerate(KINDS_BY_SEGMENT)}
        return np.asarray([order[thing.segment] for thing in self.things], dtype=np.int32)

    @cached_property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """The codes as `code_key` writes them with the numbers of their things, sorted."""
        return tuple(sorted((code_key(thing.code), number) for number, thing in enumerate(self.things)))

    def holding(self, word: str) -> NDArray[np.int8]:
        """For each text how it holds a folded word: 3 as a word, 2 as its beginning, 1 inside of one, 0 not."""
        held = np.zeros(len(self.texts), dtype=np.int8)
        first, last = self._beginning_with(word)
        if len(word) >= _SHORT:
            for number in self._inside(word):
                held[self._of(number, number + 1)] = 1
        held[self._of(first, last)] = 2
        if first < len(self.vocabulary) and self.vocabulary[first] == word:
            held[self._of(first, first + 1)] = 3
        return held

    def led_by(self, word: str) -> NDArray[np.bool_]:
        """For each text whether its first word begins with this one."""
        first, last = self._beginning_with(word)
        led: NDArray[np.bool_] = (self.leading >= first) & (self.leading < last)
        return led

    def with_code(self, key: str) -> Sequence[tuple[str, int]]:
        """The codes that begin so, as `code_key` writes them, with the numbers of their things."""
        return self.keys[bisect_left(self.keys, (key, 0)) : bisect_left(self.keys, (key + "\U0010ffff", 0))]

    def _beginning_with(self, word: str) -> tuple[int, int]:
        return bisect_left(self.vocabulary, word), bisect_left(self.vocabulary, word + "\U0010ffff")

    def _of(self, first: int, last: int) -> _Numbers:
        return self.places[self.starts[first] : self.starts[last]]

    def _inside(self, word: str) -> list[int]:
        """The numbers of the words that hold this one, found in one text of all words."""
        text, begins = self._joined
        found: list[int] = []
        at = text.find(word)
        while at >= 0:
            number = int(np.searchsorted(begins, at, side="right")) - 1
            found.append(number)
            if number + 1 == len(begins):
                break
            at = text.find(word, int(begins[number + 1]))
        return found

    @cached_property
    def _joined(self) -> tuple[str, NDArray[np.int64]]:
        lengths = np.fromiter((len(word) + 1 for word in self.vocabulary), dtype=np.int64, count=len(self.vocabulary))
        return "\n".join(self.vocabulary), np.concatenate(([0], np.cumsum(lengths)))[: len(lengths)]


def code_key(code: str) -> str:
    """A code without what people leave out when they type it: `ow-07`, `OW 7` and `ow7` are one."""
    return "".join(_ZEROS.sub("", word) for word in words_of(code))


def texts_of(store: Store) -> Texts:
    """The texts of every thing of the graph."""
    found: dict[Iri, list[tuple[int, str, str]]] = defaultdict(list)
    for name, field in _FIELDS.items():
        for quad in store.quads(None, ox.NamedNode(_SKOS + name)):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                language = (quad.object.language or "").split("-")[0]
                found[Iri(quad.subject.value)].append((field, language, quad.object.value))
    order = list(KINDS_BY_SEGMENT)
    kinds = {iri: known for iri in found if (known := store.names.segment_and_code(iri))}
    things: list[Thing] = []
    texts: list[Text] = []
    for iri in sorted(kinds, key=lambda iri: (order.index(kinds[iri][0]), natural(kinds[iri][1]))):
        own = sorted(found[iri])
        labels = {language: value for field, language, value in own if field == LABEL}
        texts += [Text(len(things), *text) for text in own]
        things.append(Thing(iri, *kinds[iri], labels))
    return _indexed(store.names, tuple(things), tuple(texts))


def _indexed(names: Names, things: tuple[Thing, ...], texts: tuple[Text, ...]) -> Texts:
    standing: dict[str, list[int]] = defaultdict(list)
    first: list[str] = []
    for number, text in enumerate(texts):
        words = words_of(text.value, _LONGEST)
        first.append(words[0] if words else "")
        for word in set(words):
            standing[word].append(number)
    vocabulary = tuple(sorted(standing))
    places = np.asarray([number for word in vocabulary for number in standing[word]], dtype=np.int32)
    lengths = np.asarray([len(standing[word]) for word in vocabulary], dtype=np.int64)
    number_of = {word: number for number, word in enumerate(vocabulary)}
    leading = np.asarray([number_of.get(word, -1) for word in first], dtype=np.int32)
    return Texts(names, things, texts, vocabulary, places, np.concatenate(([0], np.cumsum(lengths))), leading)
