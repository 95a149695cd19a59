"""The command that matches a column of names with the graph: match."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from kg.checks.formats import report_to_text
from kg.cli.context import Context
from kg.cli.output import print_rows
from kg.errors import UnknownName
from kg.exchange.contained import contained
from kg.exchange.imports.content import Content, read_content
from kg.exchange.matched import VERDICTS, Matched, matched
from kg.exchange.spreadsheet.plain import as_csv, as_workbook
from kg.exchange.spreadsheet.reading import grids_in
from kg.files.wording import LANGUAGES
from kg.files.write import write_bytes
from kg.graph.find import label_of
from kg.names import KINDS, KINDS_BY_SEGMENT
from kg.records import Finding, Report
from kg.text import did_you_mean

__all__ = ["COMMANDS"]

_SHOWN = 20


@click.command("match")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, metavar="NAME", help="Column with the names.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Only things of this kind, e.g. competence; repeatable."
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Language of the names and labels.")
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write; else standard output."
)
@click.option("--encoding", default="", metavar="NAME", help="Encoding of a table that is not UTF-8.")
@click.option(
    "--fail-on", type=click.Choice(VERDICTS[1:]), help="Exit with 1 when a name is doubtful, or has no match."
)
@click.pass_context
def match_(
    click_context: click.Context,
    *,
    file: Path,
    column: str,
    kinds: tuple[str, ...],
    language: str | None,
    out: Path | None,
    encoding: str,
    fail_on: str | None,
) -> None:
    """Match the names in a column of FILE (CSV or .xlsx) with things of the graph, however they are spelt.

    The table comes back with columns added: code, IRI, label, score, match (safe, doubtful or none) and the next best.
    It is CSV, or a workbook when the file to write is called so.
    """
    context: Context = click_context.obj
    content = _content(file, column)
    if isinstance(content, Finding):
        _refuse(click_context, context, [content])
        return
    store = context.graph.store
    lang = language or context.language
    matching = partial(
        matched,
        content,
        column,
        context.graph.index,
        lambda iri: label_of(store, iri, lang),
        language=lang,
        kinds=[_segment(kind) for kind in kinds],
        encoding=encoding,
    )
    made, faults = contained(matching, file)
    if made is None:
        _refuse(click_context, context, faults)
        return
    if out is None:
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
    else:
        write_bytes(out, as_workbook(made.data) if _is_workbook(out) else made.data)
    _tell(context, made, out)
    worse = VERDICTS[VERDICTS.index(fail_on) :] if fail_on else ()
    if any(made.counts[verdict] for verdict in worse):
        click_context.exit(1)


def _content(file: Path, column: str) -> Content | Finding:
    """The table as CSV: of a workbook the first sheet that has the column."""
    if not _is_workbook(file) or not file.is_file():
        return read_content(file, str(file))
    return Content(str(file), as_csv(contained(lambda: grids_in(file), file), column))


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() == ".xlsx"


def _tell(context: Context, made: Matched, out: Path | None) -> None:
    """The summary: with the table in a file what is left to a person, else one line beside the table."""
    if out is not None and made.open_names:
        words = {"doubtful": context.say("doubtful"), "none": context.say("none")}
        rows = [
            [str(row), name, words[verdict], label, f"{score:g}" if label else ""]
            for row, name, verdict, label, score in made.open_names[:_SHOWN]
        ]
        print_rows(("row", "name", "match", "label", "score"), rows)
        if len(made.open_names) > _SHOWN:
            click.echo(context.say("And {count} more.", count=len(made.open_names) - _SHOWN))
    counts = made.counts
    click.echo(
        context.say(
            "{total} names: {safe} safe, {doubtful} doubtful, {none} without a match.",
            total=sum(counts.values()),
            safe=counts["safe"],
            doubtful=counts["doubtful"],
            none=counts["none"],
        ),
        err=out is None,
    )
    if out is not None:
        click.echo(context.say("Written: {path}.", path=out))


def _refuse(click_context: click.Context, context: Context, faults: list[Finding]) -> None:
    click.echo(report_to_text(Report.of(faults), context.language), nl=False, err=True)
    click_context.exit(2)


def _segment(kind: str) -> str:
    """The segment of a kind that is given by it or by the name of its class. Raises UnknownName."""
    wanted = kind.strip().casefold()
    for known in KINDS:
        if wanted in {known.segment, known.class_name.casefold()}:
            return known.segment
    raise UnknownName(
        "There is no kind of thing called {kind}.",
        "Kinds: {known}.",
        kind=kind,
        known=did_you_mean(kind, KINDS_BY_SEGMENT) or ", ".join(KINDS_BY_SEGMENT),
    )


COMMANDS = (match_,)
