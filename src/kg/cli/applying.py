"""The command that takes a suggestion of a reader into the data files: apply."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.context import Context
from kg.cli.editing import DRY_RUN
from kg.exchange.contained import contained
from kg.exchange.suggestions.applying import apply_suggestion
from kg.exchange.suggestions.reading import read_suggestion

__all__ = ["COMMANDS"]


@click.command("apply")
@click.argument("patch", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--file", "file", default="", metavar="FILE", help="Data file for values that are new.")
@DRY_RUN
@click.pass_context
def apply_(click_context: click.Context, patch: Path, file: str, *, dry_run: bool) -> None:
    """Take a suggestion made on the site (PATCH) into the data files: all of it, or nothing when it has faults."""
    context: Context = click_context.obj
    suggestion = contained(lambda: read_suggestion(patch), patch)
    click.echo(context.say("Suggested on release {release}.", release=suggestion.release))
    told = {
        context.say("Reason"): suggestion.reason,
        context.say("Source"): suggestion.source,
        context.say("Sent in by"): suggestion.sender,
    }
    for name, text in told.items():
        if text:
            click.echo(f"{name}: {text}")
    found = apply_suggestion(context.project, suggestion, context.language, file=file)
    for line in found.lines:
        click.echo(line)
    if files := sorted({change.key[0] for change in found.changes}):
        click.echo(context.say("Files: {files}.", files=", ".join(files)))
    for fault in found.faults:
        click.echo(str(fault), err=True)
    if found.refused:
        click.echo(context.say("{count} faults: nothing was written.", count=len(found.refused)), err=True)
        click_context.exit(1)
    elif not found.changes:
        click.echo(context.say("The files say all of this already."), err=True)
    elif dry_run:
        click.echo(context.say("Nothing was written."), err=True)
    else:
        click.echo(context.say("{count} files written.", count=found.save()), err=True)


COMMANDS = (apply_,)
