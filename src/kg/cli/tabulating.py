"""Commands that give the graph as a workbook and take it back: sheet export, sheet import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from kg.cli.context import Context, without_collection
from kg.errors import BadParameter
from kg.exchange.contained import contained
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.csv_files import csv_files
from kg.exchange.spreadsheet.grid import Grid
from kg.exchange.spreadsheet.importing import read_workbook
from kg.exchange.spreadsheet.marking import marked
from kg.exchange.spreadsheet.progress import Progress, Step
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.spreadsheet.workbook import workbook
from kg.files.wording import LANGUAGES
from kg.files.write import write_all, write_bytes

__all__ = ["COMMANDS"]


@click.group()
def sheet() -> None:
    """The graph as a workbook (Excel, LibreOffice) that people edit: export it, import it again."""


@sheet.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--csv", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write CSV files to FOLDER.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of heads, notes and lists.")
@click.pass_obj
def sheet_export(context: Context, file: Path | None, folder: Path | None, lang: str | None) -> None:
    """Write everything in the data files to the workbook FILE (.xlsx), a sheet for every kind of thing."""
    if file is None and folder is None:
        raise BadParameter("Where should the workbook go?", "Name a FILE.xlsx, or a folder with --csv.")
    if file is not None and file.suffix.lower() != ".xlsx":
        raise BadParameter("{file} is no .xlsx file.", "Name it FILE.xlsx, or use --csv FOLDER.", file=file)
    plan = blueprint(context.project)
    statements, language = statements_of(plan), lang or context.language
    if file is not None:
        write_bytes(file, workbook(plan, statements, language))
        click.echo(context.say("Written: {path}.", path=file), err=True)
    if folder is not None:
        files = csv_files(plan, statements, language)
        folder.mkdir(parents=True, exist_ok=True)
        write_all({folder / name: content for name, content in files.items()})
        click.echo(context.say("Written: {count} files in {path}.", count=len(files), path=folder), err=True)


@sheet.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option(
    "--faults", "faults_file", type=click.Path(path_type=Path, dir_okay=False), help="Write FILE back, faults marked."
)
@click.option(
    "--prefer", type=click.Choice(["workbook", "graph"]), default=None, help="Who wins where both changed a cell."
)
@click.pass_context
def sheet_import(
    click_context: click.Context, file: Path, faults_file: Path | None, prefer: str | None, *, dry_run: bool
) -> None:
    """Take a workbook, or a folder of CSV files, back into the data files: all of it, or nothing when it has faults."""
    if faults_file is not None and file.is_dir():
        raise BadParameter("Faults are marked in a workbook, not in CSV files.", "Leave out --faults.")
    with without_collection():
        _take(click_context, file, faults_file, prefer or "", dry_run=dry_run)


def _take(click_context: click.Context, file: Path, faults_file: Path | None, prefer: str, *, dry_run: bool) -> None:
    context: Context = click_context.obj
    grids = contained(lambda: _read(context, file), file)
    with _progress(context) as progress:
        found = read_workbook(context.project, grids, context.language, prefer=prefer, progress=progress)
    _tell(found.lines)
    _tell(map(str, found.faults), err=True)
    if faults_file is not None and found.faults:
        write_bytes(faults_file, marked(file, found.faults, context.language))
        click.echo(context.say("The faults are marked in {path}.", path=faults_file), err=True)
    if found.refused:
        click.echo(context.say("{count} faults: nothing was written.", count=len(found.refused)), err=True)
        click_context.exit(1)
    elif not found.changes:
        click.echo(context.say("The workbook changes nothing."), err=True)
    elif dry_run:
        click.echo(context.say("{count} cells differ. Nothing was written.", count=len(found.changes)), err=True)
    else:
        click.echo(context.say("{count} files written.", count=found.save()), err=True)


def _read(context: Context, file: Path) -> list[Grid]:
    """The sheets of a file. Who reads shows the bar of this step: no thread may run beside a fork."""
    with _progress(context) as progress:
        return grids_in(file, progress)


def _tell(lines: Iterable[str], *, err: bool = False) -> None:
    """Prints lines at once: there may be hundreds of thousands of them."""
    text = "\n".join(lines)
    if text:
        click.echo(text, err=err)


@contextmanager
def _progress(context: Context) -> Iterator[Progress]:
    """A bar on the terminal, beginning anew with every step; nothing where there is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    titles = {
        Step.READ: context.say("Reading the file"),
        Step.TAKE: context.say("Taking in the rows"),
        Step.COMPARE: context.say("Comparing with the graph"),
        Step.CHECK: context.say("Checking the result"),
    }
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def told(step: Step, done: int, total: int) -> None:
            bar.update(task, description=titles[step], completed=done, total=total or None)

        yield told


COMMANDS = (sheet,)
