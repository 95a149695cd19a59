"""The program speaks Dutch: every message has a translation that keeps its values."""

from __future__ import annotations

import string

import pytest

from kg.errors import UnknownName
from kg.files.wording import catalogue
from messages import messages_in_source

MESSAGES = messages_in_source()


def values_of(template: str) -> set[str]:
    """The names of the values a template takes."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_message_is_translated_and_keeps_its_values(message: str) -> None:
    dutch = catalogue("nl").get(message)
    assert dutch, f"src/kg/locale/nl.po lacks a message of {MESSAGES[message]}"
    assert values_of(dutch) <= values_of(message)


def test_no_translation_is_left_of_a_message_that_is_gone() -> None:
    assert set(catalogue("nl")) - set(MESSAGES) == set()


def test_an_error_is_told_in_the_language_asked_for() -> None:
    error = UnknownName("There is no question called {name}.", "`kg ask` lists all questions.", name="x")
    assert str(error) == "There is no question called x. `kg ask` lists all questions."
    assert error.told(catalogue("nl")) == "Er is geen vraag die x heet. `kg ask` noemt alle vragen."
    assert catalogue("de") == {}
