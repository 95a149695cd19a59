"""Words in several languages, their natural order, and the nearest right word for a wrong one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Words", "did_you_mean", "natural", "nearest"]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in one or more languages; the first language is the one it was written in."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def within(self, language: str) -> str:
        """The text in `language`, else in the first language there is, else empty."""
        return self.by_language.get(language) or next(iter(self.by_language.values()), "")

    def __hash__(self) -> int:
        return hash(tuple(self.by_language.items()))

    def __bool__(self) -> bool:
        return any(self.by_language.values())


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """Up to `most` of `names` that resemble `name`, the closest first; case does not count."""
    by_folded = {known.casefold(): known for known in sorted(names)}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=most, cutoff=0.5)
    if not close:
        close = [folded for folded in by_folded if name and name.casefold() in folded][:most]
    return [by_folded[folded] for folded in close]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `ow-2` before `ow-10`."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"([0-9]+)", text))


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The nearest names as a list for a hint, or all of them when there are few; else empty."""
    known = sorted(names)
    close = nearest(name, known) or (known if len(known) <= 8 else [])
    return ", ".join(close)
