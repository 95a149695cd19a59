"""A request for an analysis, and how its reader is told things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kg.curriculum.rows import Ref
from kg.errors import KgError
from kg.files.wording import catalogue
from kg_web.reader import Reader
from kg_web.words import said_in

__all__ = ["Asked", "message_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an analysis: by whom, and with which parameters (empty ones left out)."""

    reader: Reader
    given: Mapping[str, tuple[str, ...]]
    drawing: bool = True
    """Whether pictures lead to pages; a picture that is taken along does not."""

    @property
    def lang(self) -> str:
        """The language of the answer."""
        return self.reader.lang

    @property
    def say(self) -> Callable[..., str]:
        """A message of the site in the reader's language."""
        return said_in(self.lang)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that has one; what a list of suggestions adds after a code is cut off."""
        return next((text.partition(" – ")[0].strip() for text in self.given.get(name, ())), default)

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that may be repeated, each once."""
        return tuple(dict.fromkeys(text.partition(" – ")[0].strip() for text in self.given.get(name, ())))

    def href_of(self) -> Callable[[Ref], str] | None:
        """Where a picture leads to."""
        return (lambda ref: self.reader.address(ref.iri)) if self.drawing else None

    def name(self, ref: Ref) -> str:
        """A thing by its label."""
        return ref.label.within(self.lang) or ref.code

    def number(self, value: Decimal | int | None) -> str:
        """A number as the language writes it; a question mark for what is not known."""
        if value is None:
            return "?"
        return self.reader.number(value)


def message_of(error: KgError, language: str) -> str:
    """What an analysis says is wrong, without its hint: hints speak of the command line, pages show what fits."""
    return KgError(error.message, "", **error.values).told(catalogue(language))
