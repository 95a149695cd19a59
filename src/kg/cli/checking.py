"""Commands that check: check, fmt, sources."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click

import kg
from kg.checks.formats import FORMATS, report_to_json, report_to_sarif, report_to_text, report_to_turtle
from kg.checks.passages import cite, verify
from kg.checks.place import placed
from kg.checks.validate import validate, validate_store
from kg.checks.watch import Watched
from kg.cli.context import Context, without_collection
from kg.errors import KgError
from kg.files.turtle import canonical, read_text, read_turtle
from kg.files.wording import catalogue
from kg.files.write import write_whole
from kg.graph.load import load, read_files
from kg.graph.remote_settings import read_remote
from kg.records import Report, Severity

__all__ = ["COMMANDS"]

_LOOK_SECONDS = 0.2
"""How long a watching check waits before it looks at the files again."""


@click.command()
@click.option("--format", "-f", "format_", type=click.Choice(FORMATS), default="text", help="Form of the report.")
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.VIOLATION.value,
    show_default=True,
    help="Exit with 1 when a finding is at least this grave and no remark answers it.",
)
@click.option("--all", "everything", is_flag=True, help="Print notes and answered warnings as well.")
@click.option("--watch", is_flag=True, help="Go on: check again after each change of a file, until Ctrl+C.")
@click.option("--files", "in_files", is_flag=True, help="Check the files, also when the graph is read from a server.")
@click.pass_context
def check(
    click_context: click.Context, format_: str, fail_on: str, *, everything: bool, watch: bool, in_files: bool
) -> None:
    """Check the files and the graph they make: lint, shapes and graph-wide rules.

    When KG_STORE or [remote] in kg.toml names a server: shapes and rules on the graph that is published there.
    """
    context: Context = click_context.obj
    if watch:
        _watch(context, format_, everything=everything)
        return
    with without_collection():
        report = _of_files(context) if in_files else _of_server(context) or _of_files(context)
    _show(report, format_, context, everything=everything)
    if report.at_or_above(Severity(fail_on)):
        click_context.exit(1)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 when a file would change.")
@click.pass_context
def fmt(click_context: click.Context, paths: tuple[Path, ...], *, only_check: bool) -> None:
    """Write Turtle files in the canonical layout; without PATHS, all files in the folder of the graph."""
    context: Context = click_context.obj
    project = context.project
    chosen = list(paths) or [path for path, _ in project.data_files() if project.holds(path)]
    read = [read_turtle(path, project.relative(path)) for path in chosen]
    texts = [(file, canonical(file.triples, project.names)) for file in read]
    changed = [(file, text) for file, text in texts if text != file.text]
    for file, text in changed:
        click.echo(project.relative(file.path))
        if not only_check:
            write_whole(file.path, text)
    if changed and only_check:
        click_context.exit(1)


@click.group()
def sources() -> None:
    """Verify passages against the text of the source, or make a new one."""


@sources.command("verify")
@click.option("--text", "text_file", type=click.Path(path_type=Path), required=True, help="The source as a text file.")
@click.option("--source", default="notitie-2023", show_default=True, help="Code of the source the text is of.")
@click.pass_context
def sources_verify(click_context: click.Context, text_file: Path, source: str) -> None:
    """Verify that every passage of a source still stands where the graph says."""
    context: Context = click_context.obj
    text = read_text(text_file)
    verified, findings = verify(context.graph.store, text, source)
    report = Report.of(placed(findings, context.project, read_files(context.project), context.graph.store))
    click.echo(report_to_text(report, context.language), nl=False)
    click.echo(
        context.say(
            "{verified} of {total} passages stand where the graph says.",
            verified=verified,
            total=verified + len(findings),
        )
    )
    if findings:
        click_context.exit(1)


@sources.command("cite")
@click.argument("phrase")
@click.option("--text", "text_file", type=click.Path(path_type=Path), required=True, help="The source as a text file.")
@click.option("--source", default="notitie-2023", show_default=True, help="Code of the source the text is of.")
@click.option("--section", default="", help="Heading the phrase stands under; else that of the passage before it.")
@click.pass_obj
def sources_cite(context: Context, phrase: str, text_file: Path, source: str, section: str) -> None:
    """Print the passage for an exact PHRASE: the one there is, or Turtle for a new one."""
    click.echo(cite(context.graph.store, read_text(text_file), source, phrase, section=section), nl=False)


def _of_files(context: Context) -> Report:
    files = read_files(context.project)
    return validate(context.project, files, load(context.project, files))


def _of_server(context: Context) -> Report | None:
    """What there is to find in the graph on the server that is set; None when none is."""
    remote = read_remote(context.project.root)
    if remote is None:
        return None
    graph = context.graph
    message = "The graph at {address} is checked, version {version}. Files are not: `kg check --files` does that."
    click.echo(context.say(message, address=remote.shown, version=graph.version), err=True)
    return validate_store(context.project, graph.store)


def _watch(context: Context, format_: str, *, everything: bool) -> None:
    watched = Watched(context.project)
    _show(watched.report(), format_, context, everything=everything)
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            report = watched.again()
        except KgError as fault:
            click.echo(fault.told(catalogue(context.language)))
            continue
        if report is not None:
            click.echo(f"\n{datetime.now():%H:%M:%S}")
            _show(report, format_, context, everything=everything)


def _show(report: Report, format_: str, context: Context, *, everything: bool) -> None:
    if format_ == "text":
        shown = report.findings if everything else report.at_or_above(Severity.WARNING)
        click.echo(report_to_text(Report(shown), context.language), nl=False)
        click.echo(_summary(report, context))
    else:
        click.echo(_told(report, format_, context), nl=False)


def _told(report: Report, format_: str, context: Context) -> str:
    if format_ == "json":
        return report_to_json(report)
    if format_ == "sarif":
        return report_to_sarif(report, context.language, kg.__version__)
    return report_to_turtle(report)


def _summary(report: Report, context: Context) -> str:
    counts = report.counts()
    return context.say(
        "Rules: {rules}. Violations: {violations}. Warnings: {warnings}, answered: {answered}. Notes: {infos}.",
        rules=len(report.rules),
        violations=counts[Severity.VIOLATION],
        warnings=counts[Severity.WARNING],
        answered=sum(bool(f.remark) for f in report.findings if f.severity is Severity.WARNING),
        infos=counts[Severity.INFO],
    )


COMMANDS = (check, fmt, sources)
