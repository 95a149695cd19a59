"""The command that gives the graph in another party's form: export."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from kg.cli.context import Context
from kg.cli.output import FORMAT_OPTION, print_rows, print_table
from kg.errors import BadParameter, LoadError
from kg.exchange.export import Exported
from kg.exchange.export import export as export_graph
from kg.exchange.loss import loss_table
from kg.exchange.syntax import SYNTAXES, in_syntax
from kg.exchange.target import targets
from kg.files.write import write_all, write_bytes

__all__ = ["COMMANDS"]


@click.command()
@click.argument("target", required=False, default="")
@click.option("--of", default="", metavar="CODE", help="Only this programme or profile.")
@click.option("--out", "-o", type=click.Path(path_type=Path), help="File, or folder when there are several files.")
@click.option("--rdf", type=click.Choice(list(SYNTAXES)), help="Write RDF in this form; Turtle otherwise.")
@click.option("--loss", is_flag=True, help="Tell what this form cannot take along, and write nothing.")
@FORMAT_OPTION
@click.pass_obj
def export(
    context: Context, target: str, of: str, out: Path | None, *, rdf: str | None, loss: bool, format_: str
) -> None:
    """Write the graph in another party's form (TARGET); without TARGET, list the forms there are."""
    if not target:
        rows = [
            [form.name, form.title.within(context.language), form.summary.within(context.language)]
            for form in targets()
        ]
        print_rows(("name", "title", "summary"), rows)
        return
    graph = context.graph
    made = export_graph(graph.store, graph.project.settings, target, of=of, language=context.language)
    if loss:
        print_table(loss_table(made.losses, context.language), graph.store.names, format_)
        return
    if rdf:
        made = replace(made, files=in_syntax(made.files, rdf, name=target))
    _write(context, made, out)
    if made.losses:
        message = "{count} kinds of statements are left out or changed: `kg export {name} --loss` tells which and why."
        click.echo(context.say(message, count=len(made.losses), name=target), err=True)


def _write(context: Context, made: Exported, out: Path | None) -> None:
    if len(made.files) == 1 and not (out and out.is_dir()):
        (content,) = made.files.values()
        if out is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        write_bytes(out, content)
        click.echo(context.say("Written: {path}.", path=out), err=True)
        return
    if out is None:
        raise BadParameter(
            "The export {name} makes {count} files.",
            "Name a folder with --out.",
            name=made.target.name,
            count=len(made.files),
        )
    try:
        for name in made.files:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise LoadError("{path}: cannot be written: {fault}.", path=out, fault=fault.strerror) from None
    write_all({out / name: content for name, content in made.files.items()})
    click.echo(context.say("Written: {count} files in {path}.", count=len(made.files), path=out), err=True)


COMMANDS = (export,)
