"""The words of the site in the reader's language, from the catalogues below `locale/`, one for each of its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup, escape

from kg.files.wording import LANGUAGES, catalogue

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "N_", "markup_in", "said_in"]

_FOLDER = Path(__file__).parent / "locale"

LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English"}
"""Each language called as it calls itself."""


def N_(text: str) -> str:  # noqa: N802 (gettext's name)
    """Marks a text for translation where it stands; it is translated where it is shown."""
    return text


def said_in(language: str) -> Callable[..., str]:
    """A function from an English message and its values to plain text in `language`."""
    translations = catalogue(language, _FOLDER)

    def say(message: str, **values: object) -> str:
        return translations.get(message, message).format(**values)

    return say


def markup_in(language: str) -> Callable[..., Markup]:
    """The same for templates: the message and its values are escaped, except values that are markup already."""
    translations = catalogue(language, _FOLDER)

    def say(message: str, **values: object) -> Markup:
        return Markup(escape(translations.get(message, message))).format(**values)

    return say
