"""Commands for who designs or follows a programme: trace, coverage, gaps, plan, recognise."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from kg.cli.context import Context
from kg.cli.output import FORMAT_OPTION, SVG_OPTION, print_table
from kg.curriculum.coverage import coverage as coverage_of
from kg.curriculum.coverage import matrix_table, share_table
from kg.curriculum.coverage_picture import coverage_picture
from kg.curriculum.evidence import held, read_evidence
from kg.curriculum.gaps import State, count_table, gap_table
from kg.curriculum.gaps import gaps as gaps_of
from kg.curriculum.prerequisites import Plan, Prerequisites, order_table, plan_table, prerequisites
from kg.curriculum.prerequisites import plan as plan_for
from kg.curriculum.prerequisites_picture import prerequisites_picture
from kg.curriculum.recognition import Recognition, Standing
from kg.curriculum.recognition import recognise as recognition_of
from kg.curriculum.recognition_tables import item_table, outcome_table, unit_table
from kg.curriculum.rows import as_json
from kg.curriculum.trace import link_table
from kg.curriculum.trace import trace as trace_of
from kg.curriculum.trace_picture import trace_picture
from kg.errors import BadParameter
from kg.files.write import write_whole
from kg.table import Table

__all__ = ["COMMANDS"]


@click.command()
@click.argument("code")
@FORMAT_OPTION
@SVG_OPTION
@click.pass_obj
def trace(context: Context, code: str, format_: str, svg: Path | None) -> None:
    """Show what the thing with this CODE rests on and what rests on it, with the reason of every link."""
    found = trace_of(context.graph.store, code)
    if svg:
        write_whole(svg, trace_picture(found, context.language))
    _print(context, found, format_, link_table(found, context.language))


@click.command()
@click.argument("programme")
@click.option("--profile", default="", help="Only the competences of this profile.")
@click.option("--shares", is_flag=True, help="What the credits go to, instead of the matrix.")
@FORMAT_OPTION
@SVG_OPTION
@click.pass_obj
def coverage(context: Context, programme: str, profile: str, *, shares: bool, format_: str, svg: Path | None) -> None:
    """Show which competences each unit of a PROGRAMME reaches (1 introduced, 2 practised, 3 assessed) and the EC."""
    found = coverage_of(context.graph.store, programme, profile)
    if svg:
        write_whole(svg, coverage_picture(found, context.language))
    make = share_table if shares else matrix_table
    _print(context, found, format_, make(found, context.language))


@click.command()
@click.argument("programme", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="Also what is unknown or does not apply.")
@FORMAT_OPTION
@click.pass_obj
def gaps(context: Context, programme: str, *, everything: bool, format_: str) -> None:
    """Show which links of the chain are missing, in the graph or for one PROGRAMME: gap, unknown or not applicable."""
    found = gaps_of(context.graph.store, programme)
    missing = gap_table(found, context.language, *(State if everything else (State.GAP,)))
    if format_ == "table":
        _print(context, found, format_, count_table(found, context.language))
        if len(missing):
            click.echo()
            _print(context, found, format_, missing)
        return
    _print(context, found, format_, gap_table(found, context.language))


@click.command()
@click.argument("programme")
@click.option("--pace", help="Plan with this many EC in a period; without it, the order alone.")
@click.option("--period-name", default="", help="What a period is called, for example: block.")
@click.option("--weeks", type=click.IntRange(1, 60), help="Length of a period in weeks.")
@FORMAT_OPTION
@SVG_OPTION
@click.pass_obj
def plan(
    context: Context,
    *,
    programme: str,
    pace: str | None,
    period_name: str,
    weeks: int | None,
    format_: str,
    svg: Path | None,
) -> None:
    """Show the order of the units of a PROGRAMME and its critical path, or a plan at a given pace."""
    found = prerequisites(context.graph.store, programme)
    made = plan_for(found, _ec(pace)) if pace is not None else None
    if svg:
        write_whole(svg, prerequisites_picture(found, context.language))
    if format_ != "table":
        table = plan_table(made, context.language) if made else order_table(found, context.language)
        _print(context, made or found, format_, table)
        return
    _print(context, found, format_, order_table(found, context.language))
    _tell_order(context, found)
    if made:
        _tell_plan(context, made, period_name or context.say("period"), weeks)


@click.command()
@click.argument("programme")
@click.option(
    "--have", "codes", multiple=True, help="Code of an outcome, unit or competence someone holds; may be repeated."
)
@click.option("--file", "file", type=click.Path(path_type=Path), help="CSV or JSON with code, evidence and date.")
@click.option("--evidence", "kind", default="", help="Kind of evidence of what --have names, for example: certificate.")
@click.option("--date", "day", default="", help="Date of the evidence of what --have names: 2024-06-30.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Weigh the evidence on this day; else today.")
@FORMAT_OPTION
@click.pass_obj
def recognise(
    context: Context,
    *,
    programme: str,
    codes: tuple[str, ...],
    file: Path | None,
    kind: str,
    day: str,
    on: datetime | None,
    format_: str,
) -> None:
    """Advise what of earlier learning a PROGRAMME can recognise, and what remains. Nothing is stored."""
    evidence = (*held(codes, kind=kind, on=day), *(read_evidence(file) if file else ()))
    day_of_advice = on.date() if on else date.today()
    found = recognition_of(context.graph.store, programme, evidence, day_of_advice)
    if format_ != "table":
        _print(context, found, format_, outcome_table(found, context.language))
        return
    for table in (item_table(found, context.language), outcome_table(found, context.language)):
        _print(context, found, format_, table)
        click.echo()
    _print(context, found, format_, unit_table(found, context.language))
    _tell_advice(context, found)


def _print(context: Context, found: Any, format_: str, table: Table) -> None:
    """The whole analysis as JSON, or its table as text or CSV."""
    if format_ == "json":
        click.echo(json.dumps(as_json(found, context.language), ensure_ascii=False, indent=2, default=str))
    else:
        print_table(table, context.project.names, format_)


def _ec(text: str) -> Decimal:
    """Credits as people write them, with a point or a comma."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadParameter("A pace of {pace!r} is no number of EC.", "Write a number: --pace 15.", pace=text)
    return number


def _tell_order(context: Context, found: Prerequisites) -> None:
    click.echo()
    for cycle in found.cycles:
        circle = " → ".join(unit.code for unit in (*cycle, cycle[0]))
        click.echo(context.say("These units require each other in a circle: {circle}.", circle=circle))
    if found.critical_path:
        path = " → ".join(unit.code for unit in found.critical_path)
        credits_ = "?" if found.critical_credits is None else f"{found.critical_credits.normalize():f}"
        click.echo(context.say("Critical path: {path} ({credits} EC).", path=path, credits=credits_))


def _tell_plan(context: Context, made: Plan, name: str, weeks: int | None) -> None:
    for period in made.periods:
        units = ", ".join(unit.code for unit in period.units)
        when = f"{name} {period.number}"
        if weeks:
            first, last = (period.number - 1) * weeks + 1, period.number * weeks
            when += context.say(" (weeks {first} to {last})", first=first, last=last)
        click.echo(f"{when}: {units} ({period.credits.normalize():f} EC)")


def _tell_advice(context: Context, found: Recognition) -> None:
    sizes = {standing: found.credits(standing) for standing in Standing}
    told = {standing.value: "?" if ec is None else f"{ec.normalize():f}" for standing, ec in sizes.items()}
    click.echo()
    click.echo(
        context.say(
            "Can be recognised: {recognised} EC. To be examined: {examine} EC. To be learned: {remaining} EC.", **told
        )
    )
    deciders = ", ".join(decider.label.within(context.language) for decider in found.policy.decided_by) or "?"
    label = found.policy.policy.label.within(context.language)
    click.echo(
        context.say(
            "This is advice under {policy} on {on}; the decision lies with {deciders}. Nothing is stored.",
            policy=label,
            on=found.on.isoformat(),
            deciders=deciders,
        )
    )


COMMANDS = (trace, coverage, gaps, plan, recognise)
