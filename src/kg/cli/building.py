"""Commands that make and serve a release: build, serve."""

from __future__ import annotations

from importlib.metadata import entry_points

import click

from kg.cli.context import Context
from kg.cli.progress import telling
from kg.errors import ReleaseError
from kg.publish.build import STEPS, ensure_release
from kg.publish.build import build as build_release
from kg.publish.release import releases_folder

__all__ = ["COMMANDS"]


@click.command()
@click.option("--if-changed", is_flag=True, help="Build only when the files changed since.")
@click.option(
    "--allow-removal",
    multiple=True,
    metavar="NAME",
    help="Let go of something published without deprecation: an IRI or prefixed name; the manifest records it.",
)
@click.pass_obj
def build(context: Context, *, if_changed: bool, allow_removal: tuple[str, ...]) -> None:
    """Check the files and build the release they make.

    Refused when something that an earlier release on disk published is gone without having been deprecated.
    """
    make = ensure_release if if_changed else build_release
    with telling(context, STEPS) as say:
        release = make(context.project, say=say, allow_removal=allow_removal)
    click.echo(
        context.say(
            "Release {version} is in {folder}: {quads} statements.",
            version=release.version,
            folder=releases_folder(context.project) / release.version,
            quads=release.quads,
        )
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535), help="Port.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Number of site processes.")
@click.pass_obj
def serve(context: Context, host: str, port: int, workers: int) -> None:
    """Serve the site and the SPARQL endpoint, building the release first when it is out of date."""
    found = list(entry_points(group="kg.site"))
    if not found:
        raise ReleaseError("The site is not installed.", "Install the whole of leergraaf: pip install leergraaf.")
    run = found[0].load()
    run(context.project, host=host, port=port, workers=workers, language=context.language)


COMMANDS = (build, serve)
