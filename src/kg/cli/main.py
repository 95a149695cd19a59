"""The command group, its common options, and how errors and exits are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import click

import kg
from kg.cli.context import Context
from kg.cli.spoken import click_speaks, own_words, spoken
from kg.errors import KgError
from kg.files.wording import LANGUAGES, catalogue

__all__ = ["main"]


_MODULES = {
    "applying": ("apply",),
    "asking": ("ask", "find", "queries", "show", "sparql"),
    "building": ("build", "serve"),
    "checking": ("check", "fmt", "sources"),
    "comparing": ("compare", "cover", "levels", "redundancy", "what-if", "white-spots"),
    "differing": ("diff",),
    "designing": ("coverage", "gaps", "plan", "recognise", "trace"),
    "doctoring": ("doctor",),
    "editing": ("deprecate", "mint", "move", "new", "rename", "status"),
    "exporting": ("export",),
    "generating": ("generate",),
    "importing": ("import",),
    "matching": ("match",),
    "publishing": ("publish",),
    "tabulating": ("sheet",),
    "validating": ("validate",),
}
"""Module → its commands. A module is read when one of its commands is run: not every command needs networkx."""


class _Commands(click.Group):
    """The commands of all modules, sorted."""

    words: Mapping[str, str] = MappingProxyType({})
    """What their help is told in, see kg.cli.spoken."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names of all commands."""
        return sorted(name for names in _MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, its module read for it; None for what looks like an option.

        Raises NoSuchCommand, with the names that are near.
        """
        module = next((module for module, names in _MODULES.items() if cmd_name in names), None)
        if module is None:
            if cmd_name.startswith("-"):
                return None
            raise click.exceptions.NoSuchCommand(cmd_name, possibilities=self.list_commands(ctx), ctx=ctx)
        commands: tuple[click.Command, ...] = import_module(f"kg.cli.{module}").COMMANDS
        found = next(command for command in commands if command.name == cmd_name)
        return spoken(found, self.words)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--project", type=click.Path(path_type=Path), help="Folder with a kg.toml (default: here or above).")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is printed; else KG_LANG or LANG.")
@click.version_option(kg.__version__, prog_name="kg")
@click.pass_context
def cli(context: click.Context, project: Path | None, lang: str | None) -> None:
    """A knowledge graph of competences and learning outcomes: ask it, check it, serve it."""
    context.obj = Context(project, lang or readers_language())


def readers_language() -> str:
    """Dutch or English: `KG_LANG`, else the locale, else Dutch.

    A locale in another language than Dutch gets English; no locale (`C`) gets Dutch, the graph's first language.
    """
    for name in ("KG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").split(".")[0].split("_")[0]
        if value and value not in {"C", "POSIX"}:
            return value if value in LANGUAGES else "en"
    return LANGUAGES[0]


def main(arguments: list[str] | None = None) -> None:
    """Runs the command and exits: 0 fine, 1 findings at or above `--fail-on`, 2 wrong use or a file at fault."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = _program(_language(given)).main(args=given, prog_name="kg", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except KgError as error:
        _stop(f"kg: {error.told(catalogue(_language(given)))}", 2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _program(language: str) -> click.Command:
    words = own_words(language)
    program = spoken(cli, words)
    assert isinstance(program, _Commands)
    program.words = words
    click_speaks(words)
    return program


def _language(arguments: list[str]) -> str:
    """The language asked for with `--lang`, which may not have been parsed yet when an error arises."""
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in LANGUAGES:
            return value
    return readers_language()


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
