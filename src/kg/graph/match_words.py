"""Names cut into words that can be compared: folded, without inflection, with a weight for what they tell."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import lru_cache

import Stemmer

__all__ = ["frames_of", "initials", "joined", "stem_in", "words_of"]

_ALGORITHMS = {"nl": "dutch", "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian"}
"""Language → the Snowball algorithm that takes inflection off; words of another language stay whole."""

_DUTCH = """
    de het een en of van voor met bij in op aan te om tot zijn hun er den der
    kan kunnen kunt is staat weet weten heeft hebben vermogen beschikt beschikken over
"""
_ENGLISH = """
    the a an and or of for with at in on to by their its his her into
    can is be being able has have having knows know knowing how ability
"""
_FRAMES = {"nl": frozenset(_DUTCH.split()), "en": frozenset(_ENGLISH.split())}
"""Words that frame a name and do not make it: articles, small prepositions, and what every competence begins with.

Never a denial (niet, geen, zonder, not, without): that makes another name.
"""

_WORD = re.compile(r"[^\W_]+|\+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_LOCK = threading.Lock()
_MOST_WORDS = 60


def words_of(text: str, most: int = _MOST_WORDS) -> tuple[str, ...]:
    """The words of a text as they are compared: lower case, without accents and punctuation; of a name at most sixty.

    The plus of a level (`4+`) is read as a word, an apostrophe as nothing (`regio's`).
    """
    plain = text.translate(_APOSTROPHES).casefold()
    if not plain.isascii():
        plain = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return tuple("plus" if word == "+" else word for word in _WORD.findall(plain)[:most])


def joined(words: tuple[str, ...]) -> str:
    """The words as one, to compare names that differ in where a space stands."""
    return "".join(words)


def initials(words: tuple[str, ...]) -> str:
    """The first letters of the words, as an abbreviation has them; empty for a single word."""
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def frames_of(language: str) -> frozenset[str]:
    """The words that only frame a name in this language: "kan", "is", "the"."""
    return _FRAMES.get(language, frozenset())


def stem_in(language: str) -> Callable[[str], str]:
    """A function that takes the inflection off a folded word; what holds a digit stays as it is."""
    algorithm = _ALGORITHMS.get(language)

    def stem(word: str) -> str:
        return word if algorithm is None or not word.isalpha() else _stemmed(algorithm, word)

    return stem


@lru_cache(maxsize=65536)
def _stemmed(algorithm: str, word: str) -> str:
    with _LOCK:  # a stemmer of the library is not for two threads at a time
        return str(_stemmer(algorithm).stemWord(word))


@lru_cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm, 0)
