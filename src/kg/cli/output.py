"""Tables on a terminal, and the same tables as data."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pyoxigraph as ox
from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kg.errors import UnknownName
from kg.names import KINDS_BY_SEGMENT, Names
from kg.table import Table, Term

__all__ = ["FORMAT_OPTION", "SVG_OPTION", "TABLE_FORMATS", "print_rows", "print_table", "shown"]

TABLE_FORMATS = ("table", "csv", "tsv", "json")
FORMAT_OPTION = click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    help="Form of the answer.",
)
"""The option of every analysis: a table for people, or data."""
SVG_OPTION = click.option(
    "--svg", type=click.Path(path_type=Path, dir_okay=False), help="Also write the picture to this file."
)
"""The option of every analysis that has a picture."""
_WIDEST = 100_000


def console() -> Console:
    """A console as wide as the terminal; without one, as wide as the table, so that nothing is cut."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=_WIDEST, no_color=True)


def shown(term: Term, names: Names) -> str:
    """A term as people read it: the code of a thing, a compact IRI, or the text of a literal."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        known = names.segment_and_code(term.value)
        return known[1] if known and known[0] in KINDS_BY_SEGMENT else names.compact(term.value).strip("<>")
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


def print_table(table: Table, names: Names, format_: str) -> None:
    """Prints an answer as a table for people, or as CSV, TSV or JSON.

    For people a column `x` is left out when `xCode` stands beside it: both would show the same code.
    """
    if format_ == "table":
        kept = [i for i, column in enumerate(table.columns) if f"{column}Code" not in table.columns]
        columns = tuple(table.columns[i] for i in kept)
        print_rows(columns, [[shown(row[i], names) for i in kept] for row in table.rows])
        return
    writers = {"csv": table.to_csv, "tsv": table.to_tsv, "json": table.to_json}
    if format_ not in writers:
        raise UnknownName("A table cannot be written as {format}.", "Formats: csv, tsv, json.", format=format_)
    click.echo(writers[format_](), nl=False)


def print_rows(columns: tuple[str, ...], rows: list[list[str]]) -> None:
    """Prints rows of text under their column names."""
    rich_table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        rich_table.add_column(column, overflow="fold")
    for row in rows:
        rich_table.add_row(*(Text(cell) for cell in row))
    output = console()
    with output.capture() as captured:
        output.print(rich_table)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    click.echo("\n".join(lines).strip("\n"))
