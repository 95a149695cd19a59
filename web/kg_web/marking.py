"""Marking in a text what was asked for, and cutting a long text down to the part that holds it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

__all__ = ["Piece", "marked", "passage_of"]

_SHORT = 3
"""Letters from which a word is marked inside of another, as it is searched for."""
_ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it was asked for."""

    text: str
    hit: bool = False


def marked(text: str, words: Sequence[str], *, alike: bool = False) -> tuple[Piece, ...]:
    """The text in pieces, those that hold one of the folded words marked; with `alike` also words that resemble one."""
    folded, places = _folded(text)
    hit = [False] * len(text)
    for first, last in (*_stretches(folded, words), *(_resembling(folded, words) if alike else ())):
        hit[places[first] : places[last - 1] + 1] = [True] * (places[last - 1] + 1 - places[first])
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or hit[at] != hit[begin]:
            pieces.append(Piece(text[begin:at], hit[begin]))
            begin = at
    return tuple(pieces)


def passage_of(text: str, words: Sequence[str], most: int = 180) -> str:
    """About so many letters of a text around the first word asked for, whole words, with dots where it is cut."""
    if len(text) <= most:
        return text
    folded, places = _folded(text)
    first = min((places[start] for start, _ in _stretches(folded, words)), default=0)
    begin = 0 if first < most // 2 else text.find(" ", first - most // 3) + 1
    end = len(text) if len(text) - begin <= most else text.rfind(" ", begin, begin + most)
    end = end if end > begin else begin + most
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in lower case without accents, and for each of its letters the place in the text itself."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(part):
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def _stretches(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            if len(word) >= _SHORT or at == 0 or not folded[at - 1].isalnum():
                found.append((at, at + len(word)))
            at = folded.find(word, at + len(word))
    return found


def _resembling(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    begin = 0
    for at in range(len(folded) + 1):
        if at < len(folded) and folded[at].isalnum():
            continue
        own = folded[begin:at]
        if len(own) > _SHORT and any(Indel.normalized_similarity(own, word) >= _ALIKE for word in words):
            found.append((begin, at))
        begin = at + 1
    return found
