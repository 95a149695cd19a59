"""The command that puts a release in a SPARQL server: publish."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kg.cli.context import Context
from kg.graph.remote_link import Link
from kg.graph.remote_settings import remote_at
from kg.publish.archive import release_of_version
from kg.publish.build import ensure_release
from kg.publish.remote import publish as publish_release

__all__ = ["COMMANDS"]


@click.command()
@click.option("--to", "url", required=True, metavar="URL", help="The address that answers SPARQL queries.")
@click.option("--version", "version", metavar="VERSION", help="A release on disk; else that of the files as they are.")
@click.option(
    "--keep", default=2, show_default=True, type=click.IntRange(1), help="How many releases stay in the store."
)
@click.pass_obj
def publish(context: Context, *, url: str, version: str | None, keep: int) -> None:
    """Load a release into a SPARQL server, verify it, and switch to it last.

    The release stands beside the others, under names of its version. What is read changes in the last step; when
    the command was broken off, give it again. KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN, say who you are.
    """
    project = context.project
    if version:
        release = release_of_version(project, version)
    else:
        release = ensure_release(project, say=lambda message: click.echo(context.say(message), err=True))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("")
        done = publish_release(
            release,
            project.names,
            Link(remote_at(url, project.root)),
            keep=keep,
            say=lambda graph, number, total: progress.update(
                task, description=graph, completed=number - 1, total=total
            ),
        )
    click.echo(
        context.say(
            "Release {version} is in {address} and is read now: {graphs} graphs, {quads} statements, {loaded} loaded.",
            version=release.version,
            address=url.partition("?")[0],
            graphs=done.graphs,
            quads=done.quads,
            loaded=done.loaded,
        )
    )
    if done.dropped:
        click.echo(context.say("Taken away: {releases}.", releases=", ".join(done.dropped)))


COMMANDS = (publish,)
