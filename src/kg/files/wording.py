"""The program's own words in the reader's language, from gettext catalogues (`locale/…/<language>.po`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

__all__ = ["LANGUAGES", "catalogue"]

LANGUAGES = ("nl", "en")
"""Languages the program speaks; English is the language of the messages in the code."""

_OURS = Path(__file__).parents[1] / "locale"


@cache
def catalogue(language: str, folder: Path = _OURS) -> dict[str, str]:
    """English message → its translation; empty for English and for a language without a catalogue.

    A folder below `folder` holds the catalogue of one part; where two translate one text, the one in `folder`
    itself wins.
    """
    parts = [*sorted(path for path in folder.iterdir() if path.is_dir()), folder]
    return {message: text for part in parts for message, text in _messages(part / f"{language}.po", language)}


def _messages(path: Path, language: str) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        messages = read_po(file, locale=language)
    return [(str(message.id), str(message.string)) for message in messages if message.id and message.string]
