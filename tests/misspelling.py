"""Names spelt wrongly in stated ways, the same every time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

__all__ = ["EDITS", "misspelt"]

_SMALL = """
    de het een en of van voor met bij in op aan te om tot is kan weet
    the a an and or of for with at on to by can
"""
_BESIDE = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjklkxcvbnmn", strict=True))
"""A letter and the one beside it on the keyboard."""


def _on_longest(edit: Callable[[str], str]) -> Callable[[str], str]:
    """The edit, made in the longest word."""

    def edited(name: str) -> str:
        words = name.split()
        at = max(range(len(words)), key=lambda i: (len(words[i]), -i))
        return " ".join([*words[:at], edit(words[at]), *words[at + 1 :]])

    return edited


def _swap(word: str) -> str:
    middle = next((i for i in range(len(word) // 2, len(word) - 1) if word[i] != word[i + 1]), 0)
    return word[:middle] + word[middle : middle + 2][::-1] + word[middle + 2 :]


def _drop(word: str) -> str:
    return word[: len(word) // 2] + word[len(word) // 2 + 1 :]


def _double(word: str) -> str:
    return word[: len(word) // 2] + word[len(word) // 2] + word[len(word) // 2 :]


def _beside(word: str) -> str:
    at = len(word) // 2
    return word[:at] + _BESIDE.get(word[at].lower(), word[at]) + word[at + 1 :]


def _shout(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).upper()


def _accents(name: str) -> str:
    return name.replace("e", "é", 1).replace("o", "ö", 1)


def _turned(name: str) -> str:
    words = name.split()
    return " ".join([*words[len(words) // 2 :], *words[: len(words) // 2]])


def _bare(name: str) -> str:
    return " ".join(word for word in name.split() if word.lower() not in _SMALL.split()) or name


def _glued(name: str) -> str:
    words = name.split()
    return " ".join([*words[:-2], "".join(words[-2:])])


def _short(word: str) -> str:
    return f"{word[:6]}." if len(word) > 8 else word


def _twice(name: str) -> str:
    return _on_longest(_drop)(_on_longest(_swap)(name))


EDITS: dict[str, Callable[[str], str]] = {
    "two letters swapped": _on_longest(_swap),
    "a letter left out": _on_longest(_drop),
    "a letter doubled": _on_longest(_double),
    "a letter beside the right one": _on_longest(_beside),
    "capitals without accents": _shout,
    "accents where none belong": _accents,
    "the second half first": _turned,
    "without small words": _bare,
    "the last two words as one": _glued,
    "the longest word cut short": _on_longest(_short),
    "two slips in one word": _twice,
}
"""How a name is spelt wrongly → the function that does it."""


def misspelt(names: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, str, str]]:
    """For each (language, thing, name) its edit, language, thing, right name and wrong one; the edits take turns.

    A name that an edit leaves as it is is passed over.
    """
    edits = list(EDITS.items())
    for number, (language, thing, name) in enumerate(names):
        edit, wrong = edits[number % len(edits)]
        spelt = wrong(name)
        if spelt != name:
            yield edit, language, thing, name, spelt
