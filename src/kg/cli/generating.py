"""The command that makes up a graph of any size, to measure with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from kg.cli.context import Context
from kg.editing.generated.folder import write_folder
from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import BASE, Generated
from kg.errors import BadParameter, LoadError

__all__ = ["COMMANDS"]


@click.command()
@click.option("--triples", type=click.IntRange(min=1), default=100_000, show_default=True, help="At least so many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same graph.")
@click.option("--base", default=BASE, show_default=True, help="Where its things are; ends in a slash.")
@click.option("--format", "-f", "format_", type=click.Choice(sorted(FORMS)), default="nq", show_default=True)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write, else the screen.")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Make a folder that can be built.")
@click.option("--faults", type=click.IntRange(min=0), default=0, help="Plant so many faults that the shapes find.")
@click.option(
    "--faults-list", type=click.Path(path_type=Path, dir_okay=False), help="File to write the planted faults to (JSON)."
)
@click.pass_obj
def generate(
    context: Context,
    /,
    *,
    triples: int,
    seed: int,
    base: str,
    format_: str,
    output: Path | None,
    into: Path | None,
    faults: int,
    faults_list: Path | None,
) -> None:
    """Make up a curriculum graph of any size, to measure with.

    It has the ontology, reference data and as many professions as it takes, each with a minor that answers it.
    Beside notes on the reference data, the checks find nothing in it but the faults that were planted.
    """
    if into and output:
        raise BadParameter("A graph is written to a folder or to a file.", "Give --into or --output, not both.")
    if faults and not faults_list:
        raise BadParameter("The planted faults have to be told.", "Name a file with --faults-list FILE.")
    made = Generated(triples, seed, faults, base)
    if into:
        write_folder(made, into)
    else:
        _write(FORMS[format_](made.parts()), output)
    if faults_list:
        told = json.dumps([asdict(fault) for fault in made.planted], ensure_ascii=False, indent=1) + "\n"
        _write([told], faults_list)
    if into or output:
        click.echo(
            context.say(
                "{place}: {sectors} professions, {faults} faults.",
                place=into or output,
                sectors=made.sectors,
                faults=len(made.planted),
            ),
            err=True,
        )


def _write(pieces: Iterable[str], path: Path | None) -> None:
    """Pieces of text to a file, or on the screen."""
    if path is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=path, fault=fault.strerror) from None


COMMANDS = (generate,)
