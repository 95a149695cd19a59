"""The command that tells what is wrong with an installation: doctor."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.context import Context
from kg.files.wording import catalogue
from kg.files.write import write_whole
from kg.publish.components import bill_of_materials
from kg.publish.doctor import Level, examined

__all__ = ["COMMANDS"]


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--sbom", type=click.Path(path_type=Path), help="Write a bill of materials (CycloneDX 1.6) to FILE.")
@click.pass_context
def doctor(click_context: click.Context, *, form: str, sbom: Path | None) -> None:
    """Look at everything a build and a server need, and tell in words what is wrong and what to do.

    Exits with 1 when something is wrong; what is only odd does not stop anything.
    """
    context: Context = click_context.obj
    if sbom is not None:
        write_whole(sbom, bill_of_materials("leergraaf"))
        click.echo(context.say("Written: {path}.", path=sbom), err=True)
        return
    words = catalogue(context.language)
    found = list(examined(lambda: context.project))
    if form == "json":
        rows = [{"level": finding.level.value, "told": finding.told.told(words)} for finding in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        shown = {
            Level.FINE: context.say("fine"),
            Level.ODD: context.say("look at this"),
            Level.WRONG: context.say("wrong"),
        }
        for finding in found:
            click.echo(f"{shown[finding.level]}: {finding.told.told(words)}")
    if any(finding.level == Level.WRONG for finding in found):
        click_context.exit(1)


COMMANDS = (doctor,)
"""Commands of this module."""
