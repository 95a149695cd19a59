"""The command speaks Dutch: its help, and what it says of wrong use."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from kg.cli import main
from kg.cli.main import cli
from kg.cli.spoken import own_words, paragraphs


def texts(command: click.Command) -> Iterator[str]:
    """All that a command says of itself, and of all below it."""
    yield from paragraphs(command.help or "")
    yield from (option.help for option in command.params if isinstance(option, click.Option) and option.help)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below
            yield from texts(below)


def test_every_text_of_help_has_a_translation() -> None:
    assert set(texts(cli)) - set(own_words("nl")) == set()


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints, in one line."""
    with pytest.raises(SystemExit):
        main(arguments)
    ran = capsys.readouterr()
    return " ".join((ran.out + ran.err).split())


def test_help_is_in_the_language_asked_for_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    dutch = told(["--lang", "nl", "trace", "--help"], capsys)
    assert "Gebruik: kg trace [OPTIES] CODE Toon waar het ding met deze CODE op rust" in dutch
    assert "Toon deze uitleg en stop." in dutch
    english = told(["--lang", "en", "trace", "--help"], capsys)
    assert "Usage: kg trace [OPTIONS] CODE Show what the thing with this CODE rests on" in english
    assert told(["--lang", "nl", "trace", "--help"], capsys) == dutch


def test_the_list_of_commands_gives_the_first_clause_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    listed = told(["--lang", "nl", "--help"], capsys)
    assert "trace Toon waar het ding met deze CODE op rust en wat erop rust, met de reden" in listed
    assert "mint Maak een nieuw ding van een soort (KIND: competence, unit, outcome …) met een code" in listed
    assert "..." not in listed.partition("Opdrachten:")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "Fout: De opdracht 'chek' bestaat niet. Bedoelde u 'check'?"),
        (["sheet", "exprt"], "Fout: De opdracht 'exprt' bestaat niet. Bedoelde u 'export'?"),
        (["fmt", "--chekc"], "(Bedoelde u een van: '--check', '--help'?)"),
        (["trace"], "Fout: Er ontbreekt een argument 'CODE'."),
        (["show", "a", "b"], "Fout: Dit argument is te veel: b"),
        (["gaps", "-f", "x"], "'x' is geen van: 'table', 'csv', 'json'."),
        (["apply", "no.patch"], "'no.patch' bestaat niet."),
    ],
)
def test_wrong_use_is_told_in_dutch(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in told(["--lang", "nl", *arguments], capsys)
