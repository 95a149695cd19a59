"""The names of all things in one language, kept so that the likest of them are found fast."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from kg.graph.match_score import Name
from kg.graph.match_words import frames_of, initials, joined, stem_in, words_of
from kg.names import Iri

__all__ = ["Known", "Shelf", "shelf_of"]

_FRAME_WEIGHT, _LEAST_WEIGHT = 0.1, 0.3
_LIKE, _SAME_STEM, _PART = 0.65, 0.96, 0.6
_SHORTEST_PART, _MOST_INITIALS, _LONG = 4, 10, 7


@dataclass(frozen=True, slots=True)
class Known:
    """One name of a thing: the name that is preferred, or another that it goes by."""

    iri: Iri
    segment: str
    code: str
    text: str
    preferred: bool = True


@dataclass(frozen=True)
class Shelf:
    """The names in one language with the words they consist of.

    `words_in_names` holds for each name in turn the numbers of its words; `starts` says where each name begins.
    """

    language: str
    names: tuple[Known, ...]
    vocabulary: tuple[str, ...]
    """All words, sorted."""
    weights: NDArray[np.float32]
    """What each word tells: rare words most, words that only frame a name least (inverse document frequency)."""
    stems: tuple[str, ...]
    words_of_stem: dict[str, list[int]]
    stems_sorted: tuple[str, ...]
    stems_backwards: tuple[str, ...]
    words_in_names: NDArray[np.int32]
    starts: NDArray[np.int64]
    name_weights: NDArray[np.float32]
    owners: NDArray[np.int32]
    """For each word in `words_in_names` the number of its name."""
    segments: tuple[str, ...]
    kinds: NDArray[np.int32]
    """For each name the number of its segment."""
    by_joined: dict[str, list[int]]
    by_initials: dict[str, list[int]]
    stem: Callable[[str], str]

    def name(self, number: int) -> Name:
        """A name of the shelf, to compare."""
        ids = self.words_in_names[self.starts[number] : self._end(number)]
        words = tuple(self.vocabulary[i] for i in ids)
        return Name(words, tuple(float(self.weights[i]) for i in ids), self._frames(words))

    def asked(self, words: tuple[str, ...], liking: NDArray[np.float32]) -> Name:
        """The words asked for with their weights: those of the likest known word, most for a word unlike any."""
        heaviest = float(self.weights.max(initial=1.0))
        frames = frames_of(self.language)
        weights = []
        for row, word in zip(liking, words, strict=True):
            best = int(row.argmax()) if row.size else 0
            known = bool(row.size) and row[best] >= 0.8
            weights.append(_FRAME_WEIGHT if word in frames else float(self.weights[best]) if known else heaviest)
        return Name(words, tuple(weights), self._frames(words))

    def has_word(self, word: str) -> bool:
        """Whether a word stands in some name."""
        at = bisect_left(self.vocabulary, word)
        return at < len(self.vocabulary) and self.vocabulary[at] == word

    def liking(self, words: tuple[str, ...], *, partly: bool = False) -> NDArray[np.float32]:
        """How like each word asked (row) is to each word of the vocabulary (column), from 0 to 1.

        With `partly` the last word may be the beginning of one.
        """
        if not words or not self.vocabulary:
            return np.zeros((len(words), len(self.vocabulary)), dtype=np.float32)
        found = process.cdist(words, self.vocabulary, scorer=Indel.normalized_similarity, score_cutoff=_LIKE)
        liking: NDArray[np.float32] = np.asarray(found, dtype=np.float32)
        for row, word in zip(liking, words, strict=True):
            if not word.isalpha() and len(word) < _LONG:
                row[:] = 0
                if self.has_word(word):
                    row[bisect_left(self.vocabulary, word)] = 1
                continue
            stem = self.stem(word)
            for part in self._akin(stem):
                ids = self.words_of_stem[part]
                row[ids] = np.maximum(row[ids], _SAME_STEM if part == stem else _PART)
            self._begun(row, word, 0.95 if partly and word == words[-1] else 0.75)
        return liking

    def likest(
        self,
        words: tuple[str, ...],
        liking: NDArray[np.float32],
        segments: Sequence[str],
        most: int,
        *,
        partly: bool = False,
    ) -> list[int]:
        """The numbers of at most `most` names worth comparing, those with the most words in common first.

        With `partly` words of a name that are not asked for count little.
        """
        if not self.names:
            return []
        asked = np.asarray(self.asked(words, liking).weights, dtype=np.float32)
        best = liking.max(axis=0)
        places = np.flatnonzero(best[self.words_in_names] * self.asked_for(segments)[self.owners])
        found: list[int] = []
        if places.size:
            # Of most names no word is like any that is asked: only the others are counted.
            ids, owners = self.words_in_names[places], self.owners[places]
            begins = np.flatnonzero(np.diff(owners, prepend=-1))
            of_asked = asked @ np.maximum.reduceat(liking[:, ids], begins, axis=1)
            met = np.add.reduceat(best[ids] * self.weights[ids], begins)
            numbers = owners[begins]
            share = (of_asked + met) / (asked.sum() + self.name_weights[numbers])
            if partly:
                share = 0.8 * of_asked / asked.sum() + 0.2 * share
            first = np.lexsort((numbers, -share))[:most]
            found = [int(numbers[i]) for i in first if share[i] > 0.25]
        one = joined(words)
        short = initials(words)
        for number in self.by_joined.get(one, []) + self.by_initials.get(one, []) + self.by_joined.get(short, []):
            if self.names[number].segment in segments:
                found.append(number)
        return list(dict.fromkeys(found))

    def asked_for(self, segments: Sequence[str]) -> NDArray[np.bool_]:
        """For each name whether its thing is of one of these kinds."""
        chosen = np.asarray([segment in segments for segment in self.segments], dtype=np.bool_)
        return chosen[self.kinds]

    def _end(self, number: int) -> int:
        return int(self.starts[number + 1]) if number + 1 < len(self.starts) else len(self.words_in_names)

    def _frames(self, words: tuple[str, ...]) -> tuple[bool, ...]:
        """Which words only frame the name; when all do, none does."""
        frames = frames_of(self.language)
        told = tuple(word in frames for word in words)
        return (False,) * len(words) if all(told) else told

    def _akin(self, stem: str) -> list[str]:
        """The stem itself, stems it is the beginning or end of, and stems that are its own beginning or end."""
        found = [stem] if stem in self.words_of_stem else []
        if len(stem) < _SHORTEST_PART:
            return found
        found += _beginning_with(self.stems_sorted, stem)
        found += [other[::-1] for other in _beginning_with(self.stems_backwards, stem[::-1])]
        cuts = range(_SHORTEST_PART, len(stem) - 1)
        found += [part for cut in cuts for part in (stem[:cut], stem[-cut:]) if part in self.words_of_stem]
        return found

    def _begun(self, row: NDArray[np.float32], word: str, liking: float) -> None:
        if len(word) < 2 or (len(word) < _SHORTEST_PART and liking < 0.9):
            return
        start = bisect_left(self.vocabulary, word)
        end = bisect_left(self.vocabulary, word + "\U0010ffff")
        row[start:end] = np.maximum(row[start:end], liking)


def shelf_of(language: str, names: Iterable[Known]) -> Shelf:
    """The shelf of these names; a name without a letter or digit is left out."""
    stem, frames = stem_in(language), frames_of(language)
    kept: list[tuple[Known, tuple[str, ...]]] = []
    for name in names:
        if words := words_of(name.text):
            kept.append((name, words))
    counts = Counter(word for _, words in kept for word in set(words))
    vocabulary = tuple(sorted(counts))
    number_of = {word: number for number, word in enumerate(vocabulary)}
    stems = tuple(stem(word) for word in vocabulary)
    words_of_stem: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(stems):
        words_of_stem[one].append(number)
    starts, by_joined, by_initials = [], defaultdict(list), defaultdict(list)
    total = 0
    for number, (_, words) in enumerate(kept):
        starts.append(total)
        total += len(words)
        by_joined[joined(words)].append(number)
        if 1 < len(words) <= _MOST_INITIALS:
            for short in {initials(words), initials(tuple(word for word in words if word not in frames))}:
                by_initials[short].append(number)
    segments = tuple(sorted({name.segment for name, _ in kept}))
    ids = np.asarray([number_of[word] for _, words in kept for word in words], dtype=np.int32)
    begins = np.asarray(starts, dtype=np.int64)
    weights = _weights(vocabulary, counts, len(kept), frames)
    return Shelf(
        language=language,
        names=tuple(name for name, _ in kept),
        vocabulary=vocabulary,
        weights=weights,
        stems=stems,
        words_of_stem=dict(words_of_stem),
        stems_sorted=tuple(sorted(words_of_stem)),
        stems_backwards=tuple(sorted(one[::-1] for one in words_of_stem)),
        words_in_names=ids,
        starts=begins,
        name_weights=np.add.reduceat(weights[ids], begins) if kept else np.zeros(0, dtype=np.float32),
        owners=np.repeat(np.arange(len(kept), dtype=np.int32), [len(words) for _, words in kept]),
        segments=segments,
        kinds=np.asarray([segments.index(name.segment) for name, _ in kept], dtype=np.int32),
        by_joined=dict(by_joined),
        by_initials=dict(by_initials),
        stem=stem,
    )


def _weights(
    vocabulary: Sequence[str], counts: Counter[str], names: int, frames: frozenset[str]
) -> NDArray[np.float32]:
    most = math.log(names + 1)
    told = [
        _FRAME_WEIGHT
        if word in frames
        else _LEAST_WEIGHT + (1 - _LEAST_WEIGHT) * math.log((names + 1) / counts[word]) / most
        for word in vocabulary
    ]
    return np.asarray(told, dtype=np.float32)


def _beginning_with(ordered: Sequence[str], start: str) -> list[str]:
    first = bisect_left(ordered, start)
    last = bisect_left(ordered, start + "\U0010ffff")
    return list(ordered[first:last])
