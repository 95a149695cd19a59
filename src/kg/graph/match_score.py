"""How alike two names are, word by word, and whether they are surely the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Prefix

from kg.graph.match_words import initials, joined

__all__ = ["Alike", "Comparison", "Name"]

_SAME_STEM, _BEGINNING, _INITIALS = 0.96, 0.85, 0.8
_PARTLY = 0.8
"""What the asked name counts for when it need only be part of the other; the rest is for having little beside it."""
_SHORTEST_PART, _LONGEST_ENDING = 4, 3
_LONG = 7
"""Letters of a word in which one slip is surely a slip, also when the word stands alone."""
_MOST_LETTERS = 40
"""Only so many letters of a word are compared."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name to compare: its words, what each tells (0 to 1), and which of them only frame it."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    frames: tuple[bool, ...]

    @property
    def total(self) -> float:
        """The weight of all words together."""
        return sum(self.weights)


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two names are (0 to 1), and whether they are surely the same."""

    share: float
    safe: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    share: float
    safe: bool
    wrong: int = 0
    """Letters that differ beyond inflection."""


_NOTHING = _Pair(0.0, safe=False)


@dataclass(frozen=True)
class Comparison:
    """Comparing one asked name with many known ones; what was found for a pair of words is kept."""

    asked: Name
    shortened: frozenset[str]
    """Words of the asked name that end in a full stop: "opb." stands for what begins so."""
    stem: Callable[[str], str]
    known: Callable[[str], bool]
    """Whether a word stands in some name of the graph: then it is no misspelling of another."""
    partly: bool = False
    """Whether it is enough that the asked name is found in the other."""
    _pairs: dict[tuple[str, str], _Pair] = field(default_factory=dict)

    def with_name(self, name: Name) -> Alike:
        """How alike the asked name is to this one.

        The share is the weight of the words that have a counterpart, of both names, each as far as the two
        words agree (soft TF-IDF: Cohen, Ravikumar and Fienberg 2003). Safe is only what has a sure counterpart for
        every word that makes the name, on both sides.
        """
        ours, theirs = self.asked, name
        one, other = joined(ours.words), joined(theirs.words)
        if one == other:
            return Alike(1.0 if ours.words == theirs.words else 0.98, safe=True)
        pairs = self._paired(ours.words, theirs.words)
        share_of_ours = [pairs[i][1].share if i in pairs else 0.0 for i in range(len(ours.words))]
        taken = dict(pairs.values())
        share_of_theirs = [taken[j].share if j in taken else 0.0 for j in range(len(theirs.words))]
        safe = self._is_safe(ours, theirs, pairs)
        self._compounds(ours.words, theirs.words, share_of_ours, share_of_theirs)
        self._compounds(theirs.words, ours.words, share_of_theirs, share_of_ours)
        _abbreviations(ours.words, theirs.words, share_of_ours, share_of_theirs)
        _abbreviations(theirs.words, ours.words, share_of_theirs, share_of_ours)
        found, of_theirs = _weighed(ours.weights, share_of_ours), _weighed(theirs.weights, share_of_theirs)
        share = (found + of_theirs) / (ours.total + theirs.total)
        if self.partly:
            share = _PARTLY * found / ours.total + (1 - _PARTLY) * share
        in_order = [pairs[i][0] for i in sorted(pairs)]
        if in_order != sorted(in_order):
            share -= 0.005
        letters = fuzz.ratio(one[:400], other[:400]) / 100
        if letters >= 0.85 and _digits(one) == _digits(other):
            share = max(share, 0.95 * letters)
        if _is_initials(ours, theirs) or _is_initials(theirs, ours):
            share = max(share, _INITIALS)
        return Alike(min(share, 0.98), safe and share >= 0.85)

    def pair(self, one: str, other: str) -> _Pair:
        """How far a word of the asked name agrees with a word of a known one."""
        key = (one, other)
        if key not in self._pairs:
            self._pairs[key] = self._compared(one[:_MOST_LETTERS], other[:_MOST_LETTERS])
        return self._pairs[key]

    def _compared(self, one: str, other: str) -> _Pair:
        if one == other:
            return _Pair(1.0, safe=True)
        if not (one.isalpha() and other.isalpha()) and (_digits(one) != _digits(other) or len(one) < _LONG):
            return _NOTHING
        if one in self.shortened and other.startswith(one):
            return _Pair(_BEGINNING, safe=False, wrong=1)
        stems = self.stem(one), self.stem(other)
        if stems[0] == stems[1]:
            # A longer ending makes another word more often than a form of the same: presenteren, presentatie.
            ending = max(len(one), len(other)) - Prefix.similarity(one, other)
            return _Pair(_SAME_STEM, safe=ending <= _LONGEST_ENDING)
        best = max(self._edited(one, other), self._edited(*stems), key=lambda pair: (pair.share, pair.safe))
        if best.safe and self.known(one):
            best = _Pair(best.share, safe=False, wrong=best.wrong)
        if len(one) >= _SHORTEST_PART and other.startswith(one) and best.share < _BEGINNING:
            return _Pair(max(best.share, len(one) / len(other)), safe=False, wrong=len(other) - len(one))
        return best

    @staticmethod
    def _edited(one: str, other: str) -> _Pair:
        """Two words by the letters that were added, left out, changed or swapped between them."""
        longest = max(len(one), len(other))
        most = 0 if longest < 4 else 1 if longest < 6 else 2 if longest < 9 else 3
        edits = OSA.distance(one, other, score_cutoff=most)
        if edits > most:
            return _NOTHING
        share = 1 - edits / longest
        sure = (edits == 1 and longest >= 5) or (edits == 2 and longest >= 9)
        begins_alike = one[0] == other[0] or one[:2] == other[1::-1]
        # What is only longer at one end is another word more often than a slip: onafhankelijk, opbouwwerker.
        longer = edits > 1 and (
            one.endswith(other) or other.endswith(one) or one.startswith(other) or other.startswith(one)
        )
        return _Pair(share, safe=sure and begins_alike and not longer, wrong=edits)

    def _paired(self, ours: Sequence[str], theirs: Sequence[str]) -> dict[int, tuple[int, _Pair]]:
        """Each word of ours with its counterpart, the likest first, every word once."""
        found = sorted(
            (-pair.share, abs(i - j), i, j)
            for i, one in enumerate(ours)
            for j, other in enumerate(theirs)
            if (pair := self.pair(one, other)).share > 0.5
        )
        pairs: dict[int, tuple[int, _Pair]] = {}
        taken: set[int] = set()
        for _, _, i, j in found:
            if i not in pairs and j not in taken:
                pairs[i] = (j, self.pair(ours[i], theirs[j]))
                taken.add(j)
        return pairs

    def _is_safe(self, ours: Name, theirs: Name, pairs: Mapping[int, tuple[int, _Pair]]) -> bool:
        content = [i for i, frame in enumerate(ours.frames) if not frame]
        needed = {j for j, frame in enumerate(theirs.frames) if not frame}
        if not content or not all(i in pairs and pairs[i][1].safe for i in content):
            return False
        if needed - {pairs[i][0] for i in content}:
            return False
        wrong = [ours.words[i] for i in content if pairs[i][1].wrong]
        if len(content) == 1 and wrong:
            return len(wrong[0]) >= _LONG and pairs[content[0]][1].wrong == 1
        return len(wrong) <= max(1, len(content) // 2) or all(len(word) >= 9 for word in wrong)

    def _compounds(
        self, parts: Sequence[str], wholes: Sequence[str], of_parts: list[float], of_wholes: list[float]
    ) -> None:
        """Words that stand as one on one side and apart on the other: "conflicten in de buurt", "buurtconflicten".

        A word is found as far as its parts fill it, and the parts as far as they are found in it.
        """
        for j, whole in enumerate(wholes):
            if of_wholes[j] >= 0.8:
                continue
            stem = self.stem(whole)
            inside = [
                i
                for i, part in enumerate(parts)
                if of_parts[i] < 0.8
                and len(part) >= _SHORTEST_PART
                and len(part) < len(whole)
                and (whole.startswith(part) or stem.startswith(self.stem(part)) or stem.endswith(self.stem(part)))
            ]
            filled = min(1.0, sum(len(self.stem(parts[i])) for i in inside) / len(stem))
            if filled < 0.4:
                continue
            of_wholes[j] = max(of_wholes[j], 0.9 * filled)
            for i in inside:
                of_parts[i] = max(of_parts[i], 0.9 * filled)


def _abbreviations(short: Sequence[str], long: Sequence[str], of_short: list[float], of_long: list[float]) -> None:
    """A word that is the initials of words side by side: "ad" and "associate degree"."""
    for i, word in enumerate(short):
        if of_short[i] >= _INITIALS or not 2 <= len(word) <= 6:
            continue
        for start in range(len(long) - len(word) + 1):
            run = range(start, start + len(word))
            if initials(tuple(long[j] for j in run)) == word and all(of_long[j] < _INITIALS for j in run):
                of_short[i] = _INITIALS
                for j in run:
                    of_long[j] = _INITIALS
                break


def _is_initials(short: Name, long: Name) -> bool:
    """Whether a whole name is the initials of another, with or without those of its small words."""
    content = tuple(word for word, frame in zip(long.words, long.frames, strict=True) if not frame)
    return len(short.words) == 1 and short.words[0] in {initials(long.words), initials(content)}


def _weighed(weights: Sequence[float], shares: Sequence[float]) -> float:
    return sum(weight * share for weight, share in zip(weights, shares, strict=True))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
