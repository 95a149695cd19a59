"""The words of the designer's pages in the reader's language, from `locale/designer/<language>.po`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup, escape

from kg.errors import KgError
from kg.files.wording import catalogue

__all__ = ["markup_told_in", "message_of", "noted", "told_in"]

_FOLDER = Path(__file__).parent / "locale" / "designer"


def noted(text: str) -> str:
    """Marks a text for translation where it stands; it is translated where it is shown."""
    return text


def told_in(language: str) -> Callable[..., str]:
    """A function from an English message and its values to plain text in `language`."""
    translations = catalogue(language, _FOLDER)

    def tell(message: str, **values: object) -> str:
        return translations.get(message, message).format(**values)

    return tell


def markup_told_in(language: str) -> Callable[..., Markup]:
    """The same for templates: the message and its values are escaped, except values that are markup already."""
    translations = catalogue(language, _FOLDER)

    def tell(message: str, **values: object) -> Markup:
        return Markup(escape(translations.get(message, message))).format(**values)

    return tell


def message_of(error: KgError, language: str) -> str:
    """What an analysis says is wrong, without its hint: hints speak of the command line, pages show what fits."""
    return KgError(error.message, "", **error.values).told(catalogue(language))
