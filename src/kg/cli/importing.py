"""The command that takes other parties' formats in: import."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from kg.checks.formats import report_to_text
from kg.cli.context import Context, without_collection
from kg.cli.output import print_rows
from kg.errors import BadParameter
from kg.exchange.contained import contained
from kg.exchange.imports import Imported, formats, land
from kg.exchange.imports import read as read_files
from kg.exchange.imports.draft import Choices
from kg.exchange.imports.ledger import account_table
from kg.exchange.imports.mapping import read_mapping
from kg.files.write import write_whole

__all__ = ["COMMANDS"]

_PATH = click.Path(path_type=Path)


@click.command("import")
@click.argument("format_", metavar="[FORMAT]", required=False, default="")
@click.argument("files", nargs=-1, type=_PATH)
@click.option("--into", type=_PATH, help="New folder, for example data/import/case.")
@click.option("--mapping", type=_PATH, help="For csv: TOML file that says which column is what.")
@click.option(
    "--as", "class_name", default="", metavar="CLASS", help="Class of things whose kind the file does not tell."
)
@click.option("--language", default="", metavar="TAG", help="Language of texts that have none of their own.")
@click.option("--title", default="", help="Title of the graph, when the files have none.")
@click.option("--licence", default="", metavar="IRI", help="Licence, when the files name none.")
@click.option("--encoding", default="", metavar="NAME", help="Encoding of tables that are not UTF-8.")
@click.option("--replace", is_flag=True, help="Replace the folder of an earlier import.")
@click.option("--dry-run", is_flag=True, help="Read and judge, and write nothing.")
@click.option("--report", type=_PATH, help="Also write the account to this file (.json or .csv).")
@click.pass_context
def import_(
    click_context: click.Context,
    *,
    format_: str,
    files: tuple[Path, ...],
    into: Path | None,
    mapping: Path | None,
    class_name: str,
    language: str,
    title: str,
    licence: str,
    encoding: str,
    report: Path | None,
    replace: bool,
    dry_run: bool,
) -> None:
    """Take FILES of another party in as a new folder of the graph; without FORMAT, list the formats."""
    context: Context = click_context.obj
    if not format_:
        rows = [
            [form.name, form.summary.within(context.language), form.files, form.standard] for form in formats().values()
        ]
        print_rows(("name", "takes", "files", "standard"), rows)
        return
    if into is None:
        raise BadParameter("The import needs a folder to go into.", "Name a new one with --into.")
    if report is not None and report.suffix.lower() not in (".json", ".csv"):
        raise BadParameter("{path}: a report is .json or .csv.", "Name such a file with --report.", path=report)
    project = context.project
    with without_collection():
        reading = partial(
            read_files,
            project,
            format_,
            files,
            into,
            choices=Choices(language, class_name, title, licence, encoding),
            mapping=read_mapping(mapping, project.names) if mapping else None,
            replace=replace,
        )
        made = contained(reading, files[0] if files else into)
    if report is not None:
        write_whole(report, _as_json(made) if report.suffix.lower() == ".json" else _as_csv(made, context))
    if made.report.findings:
        click.echo(report_to_text(made.report, context.language), nl=False)
        click.echo(context.say("Faults: {count}. Nothing is written.", count=len(made.report.findings)))
        click_context.exit(1)
    if not dry_run:
        land(project, made.files, into, replace=replace)
    _tell(context, made, into, dry_run=dry_run)


def _tell(context: Context, made: Imported, into: Path, *, dry_run: bool) -> None:
    """The account, and what is not known."""
    language, many = context.language, len(made.sources) > 1
    rows = [
        [
            *([entry.file] if many else []),
            entry.field,
            entry.how.words.within(language),
            str(entry.count),
            entry.reason.within(language),
        ]
        for entry in made.entries
    ]
    print_rows((*(["file"] if many else []), "field", "how", "count", "reason"), rows)
    if made.without_dutch:
        message = "{count} things have no Dutch name: all stay concepts of another list, under codes of this graph."
        click.echo(context.say(message, count=made.without_dutch))
    if made.unknown_language:
        message = "Of {count} texts nobody told the language: they are marked und; --language tells it."
        click.echo(context.say(message, count=made.unknown_language))
    if not made.licence_known:
        click.echo(context.say("The licence is not known, and the graph says so; --licence tells it."))
    message = (
        "{things} things in {statements} statements; nothing is written."
        if dry_run
        else "{things} things in {statements} statements are written to {folder}. `kg check` judges them with the rest."
    )
    click.echo(context.say(message, things=made.things, statements=made.statements, folder=into))


def _as_csv(made: Imported, context: Context) -> str:
    return account_table(made.entries, context.language).to_csv()


def _as_json(made: Imported) -> str:
    """The account and the findings, texts in both languages."""
    content = {
        "format": made.format.name,
        "sources": dict(made.sources),
        "things": made.things,
        "statements": made.statements,
        "withoutDutchName": made.without_dutch,
        "textsOfUnknownLanguage": made.unknown_language,
        "licenceKnown": made.licence_known,
        "account": [
            {
                "file": entry.file,
                "field": entry.field,
                "how": entry.how.value,
                "count": entry.count,
                "reason": dict(entry.reason.by_language),
                "example": entry.example,
            }
            for entry in made.entries
        ],
        "findings": [
            {
                "file": finding.spot.path,
                "line": finding.spot.line,
                "rule": finding.rule,
                "message": dict(finding.message.by_language),
                "fix": dict(finding.fix.by_language),
            }
            for finding in made.report.findings
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


COMMANDS = (import_,)
