"""What the command says of itself, and what click says of wrong use, in the reader's language."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Mapping
from pathlib import Path

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from kg.files.wording import catalogue

__all__ = ["click_speaks", "own_words", "paragraphs", "spoken"]

_FOLDER = Path(__file__).parent / "locale"
_SPEAKING = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)
_FIRST = re.compile(r"(?:\([^)]*\)|[^.:;(]|[.:;](?!\s|$))+")
"""The first clause of a text; a colon between brackets does not end it."""


def own_words(language: str) -> Mapping[str, str]:
    """English text of a help page → its translation; empty for English."""
    return catalogue(language, _FOLDER)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line: what is translated."""
    return [" ".join(paragraph.split()) for paragraph in inspect.cleandoc(text).split("\n\n")]


def spoken(command: click.Command, words: Mapping[str, str]) -> click.Command:
    """A copy of a command whose help is in these words; in a list of commands stands its first clause."""
    told = copy.copy(command)
    if command.help:
        own = [words.get(paragraph, paragraph) for paragraph in paragraphs(command.help)]
        told.help = "\n\n".join(own)
        told.short_help = found[0] if (found := _FIRST.match(own[0])) else own[0]
    told.options_metavar = words.get(command.options_metavar or "", command.options_metavar)
    told.params = [_parameter(parameter, words) for parameter in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = words.get(told.subcommand_metavar, told.subcommand_metavar)
        told.commands = {name: spoken(each, words) for name, each in told.commands.items()}
    return told


def click_speaks(words: Mapping[str, str]) -> None:
    """Gives click its own texts in these words: it takes them from gettext, which has no Dutch for it."""

    def one(text: str) -> str:
        return words.get(text, text)

    def some(single: str, several: str, number: int) -> str:
        return one(single if number == 1 else several)

    for module in _SPEAKING:
        for name, speak in (("_", one), ("ngettext", some)):
            if hasattr(module, name):
                setattr(module, name, speak)


def _parameter(parameter: click.Parameter, words: Mapping[str, str]) -> click.Parameter:
    told = copy.copy(parameter)
    if isinstance(told, click.Option) and told.help:
        told.help = words.get(told.help, told.help)
    return told
