"""Commands that compare: what-if, redundancy, cover, compare, levels, white-spots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kg.cli.context import Context
from kg.cli.output import FORMAT_OPTION, SVG_OPTION, print_table
from kg.curriculum.comparison import compare as compare_two
from kg.curriculum.comparison import comparison_table
from kg.curriculum.levels import bridge_table, rung_table
from kg.curriculum.levels import levels as levels_of
from kg.curriculum.levels_picture import levels_picture
from kg.curriculum.redundancy import redundancy as redundancy_of
from kg.curriculum.redundancy import redundancy_table
from kg.curriculum.rows import Ref, as_json, refer
from kg.curriculum.selection import cover as smallest_cover
from kg.curriculum.selection import cover_table
from kg.curriculum.whatif import change_table
from kg.curriculum.whatif import what_if as what_if_units
from kg.curriculum.whitespots import white_spots as find_white_spots
from kg.curriculum.whitespots_picture import white_spots_picture
from kg.curriculum.whitespots_tables import column_table, map_table, offer_table, spot_table, unserved_table
from kg.errors import UnknownName
from kg.files.write import write_whole
from kg.graph.find import thing_called
from kg.table import Table

__all__ = ["COMMANDS"]


@click.command("what-if")
@click.argument("programme")
@click.option("--drop", multiple=True, metavar="UNIT", help="A unit to take out; may be repeated.")
@click.option("--add", multiple=True, metavar="UNIT", help="A unit to put in; may be repeated.")
@FORMAT_OPTION
@click.pass_obj
def what_if(context: Context, programme: str, drop: tuple[str, ...], add: tuple[str, ...], format_: str) -> None:
    """Tell what PROGRAMME loses, keeps and gains when units go and come."""
    found = what_if_units(context.graph.store, programme, drop=drop, add=add)
    _print(context, found, change_table(found, context.language), format_)


@click.command()
@click.argument("programme")
@FORMAT_OPTION
@click.pass_obj
def redundancy(context: Context, programme: str, format_: str) -> None:
    """Tell what each unit of PROGRAMME adds to the others, and which units are most alike."""
    found = redundancy_of(context.graph.store, programme)
    _print(context, found, redundancy_table(found, context.language), format_)


@click.command()
@click.argument("programme")
@click.option(
    "--wish", multiple=True, metavar="CODE[=DEPTH]", help="A competence, outcome or profile; may be repeated."
)
@click.option(
    "--depth", default="", help="introduced, practised (the default) or assessed, for every wish without one."
)
@click.option("--seconds", type=click.FloatRange(min=0.001), default=10.0, show_default=True, help="Longest search.")
@FORMAT_OPTION
@click.pass_obj
def cover(context: Context, programme: str, wish: tuple[str, ...], *, depth: str, seconds: float, format_: str) -> None:
    """Find the fewest units of PROGRAMME that cover every wish, with all units these require."""
    found = smallest_cover(context.graph.store, programme, wish, depth=depth, seconds=seconds)
    _print(context, found, cover_table(found, context.language), format_)
    if not found.proven:
        click.echo(context.say("The time was up: a smaller set may exist."), err=True)


@click.command()
@click.argument("first")
@click.argument("second")
@FORMAT_OPTION
@click.pass_obj
def compare(context: Context, first: str, second: str, format_: str) -> None:
    """Compare two profiles or programmes: what is shared, near, or only in FIRST or SECOND, and why."""
    found = compare_two(context.graph.store, first, second)
    _print(context, found, comparison_table(found, context.language), format_)


@click.command()
@click.option("--matches", is_flag=True, help="List the comparisons of levels instead of the levels.")
@FORMAT_OPTION
@SVG_OPTION
@click.pass_obj
def levels(context: Context, *, matches: bool, format_: str, svg: Path | None) -> None:
    """Lay the levels of all frameworks side by side, with the programmes on them."""
    found = levels_of(context.graph.store)
    table = bridge_table if matches else rung_table
    if svg:
        write_whole(svg, levels_picture(found, context.language))
    _print(context, found, table(found, context.language), format_)


_TABLES = {"spots": spot_table, "offers": offer_table, "column": column_table, "organisations": unserved_table}


@click.command("white-spots")
@click.option("--level", multiple=True, metavar="LEVEL", help="Draw the map of this level only; may be repeated.")
@click.option("--learner", metavar="LEARNER", help="Ask about one kind of learner.")
@click.option("--show", type=click.Choice(["map", *_TABLES]), default="map", show_default=True, help="Which table.")
@FORMAT_OPTION
@SVG_OPTION
@click.pass_obj
def white_spots(
    context: Context, *, level: tuple[str, ...], learner: str | None, show: str, format_: str, svg: Path | None
) -> None:
    """Show what is offered, planned or wished for in which province, at which level, and where nothing is known."""
    found = find_white_spots(context.graph.store)
    about = _among(context, learner, "LearnerGroup", found.learners) if learner else None
    shown = [_among(context, code, "Level", found.levels) for code in level]
    if svg:
        write_whole(svg, white_spots_picture(found, context.language, levels=shown, learner=about))
    if show == "map":
        table = map_table(found, context.language, about, levels=shown)
    else:
        table = _TABLES[show](found, context.language)
    _print(context, found, table, format_)


def _among(context: Context, code: str, class_name: str, known: tuple[Ref, ...]) -> Ref:
    """The level or kind of learner with this code. Raises UnknownName when the map does not know it."""
    thing = refer(context.graph.store, thing_called(context.graph.store, code, class_name))
    if thing not in known:
        raise UnknownName(
            "{code} is not on the map.", "It has: {known}.", code=code, known=", ".join(one.code for one in known)
        )
    return thing


def _print(context: Context, found: Any, table: Table, format_: str) -> None:
    if format_ == "json":
        click.echo(json.dumps(as_json(found, context.language), ensure_ascii=False, indent=1))
    else:
        print_table(table, context.project.names, format_)


COMMANDS = (what_if, redundancy, cover, compare, levels, white_spots)
