"""The command that tells what changed between two versions: diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import click
import pyoxigraph as ox

from kg.cli.context import Context
from kg.graph.find import label_of
from kg.graph.store import Store
from kg.names import lg
from kg.publish.changes import Changes, changes
from kg.publish.differences import Difference, How, PropertyChange, as_csv, as_json, as_patch, differences, short
from kg.publish.sides import HERE, graph_called
from kg.publish.steps import LifeStep, steps_between
from kg.table import Term

__all__ = ["COMMANDS"]

_FORMATS = ("text", "json", "csv", "patch")
_LONG = 60
"""A text longer than this stands on a line of its own."""


@click.command()
@click.argument("older")
@click.argument("newer", default=HERE)
@click.option("--format", "-f", "format_", type=click.Choice(_FORMATS), default="text", help="Form of the answer.")
@click.pass_context
def diff(click_context: click.Context, older: str, newer: str, format_: str) -> None:
    """Tell what changed from OLDER to NEWER: a version on disk, a folder, or `.` for the files as they are.

    The format patch is an RDF Patch. Exits with 1 when something published is gone without having been deprecated,
    or when a design took a step of its life cycle that nothing accounts for.
    """
    context: Context = click_context.obj
    before, after = (graph_called(context.project, name) for name in (older, newer))
    found = changes(before, after)
    told = differences(found, before, after, context.language)
    steps = steps_between(before, after)
    if format_ == "text":
        lines = [*_text(context, found, told, after, (older, newer)), *_steps(context, steps, after)]
        click.echo("\n".join(lines))
    else:
        written = {"json": as_json(told), "csv": as_csv(told, after), "patch": as_patch(found)}[format_]
        click.echo(written, nl=False)
    if found.lost or any(step.fault for step in steps):
        click_context.exit(1)


def _text(
    context: Context, found: Changes, told: list[Difference], store: Store, names: tuple[str, ...]
) -> Iterator[str]:
    say = context.say
    names = tuple(say("the files as they are") if name == HERE else name for name in names)
    if not found:
        yield say("Nothing changed from {older} to {newer}.", older=names[0], newer=names[1])
        return
    every = (*found.added, *found.removed, *found.changed)
    yield say(
        "From {older} to {newer}: {added} statements added, {removed} removed.",
        older=names[0],
        newer=names[1],
        added=sum(len(change.added) for change in every),
        removed=sum(len(change.removed) for change in every),
    )
    headings = {
        How.ADDED: say("Added: {count}", count=_count(told, How.ADDED)),
        How.DEPRECATED: say("Deprecated: {count}", count=_count(told, How.DEPRECATED)),
        How.CHANGED: say("Changed: {count}", count=_count(told, How.CHANGED)),
        How.REMOVED: say("Removed: {count}", count=_count(told, How.REMOVED)),
        How.LOST: say("Gone without having been deprecated: {count}", count=_count(told, How.LOST)),
    }
    for how, of_one in groupby(told, key=lambda one: one.how):
        yield ""
        yield headings[how]
        for one in of_one:
            yield "  " + " ".join(part for part in (one.kind, _called(one)) if part)
            if how in {How.CHANGED, How.DEPRECATED}:
                for change in one.properties:
                    yield from _property(context, change, store)


def _steps(context: Context, steps: list[LifeStep], store: Store) -> Iterator[str]:
    """The steps of designs in their life cycle, each with what is wrong with it."""
    if not steps:
        return
    yield ""
    yield context.say("Steps in the life cycle: {count}", count=len(steps))
    for step in steps:
        stages = " → ".join(
            label_of(store, lg(stage.value), context.language) if stage else "–" for stage in (step.before, step.after)
        )
        fault = f"  ! {step.fault.within(context.language)}" if step.fault else ""
        yield f"  {short(ox.NamedNode(step.thing), store)}: {stages}{fault}"


def _called(one: Difference) -> str:
    return one.code if one.label in {one.code, ""} else f"{one.code}: {one.label}"


def _property(context: Context, change: PropertyChange, store: Store) -> Iterator[str]:
    """`credits: 5 → 6` where one value took the place of another, else each value with + or −."""
    name = f"    {change.label}{f' ({change.language})' if change.language else ''}: "
    if change.came_to:
        graphs = [", ".join(store.names.compact(graph) for graph in side) for side in (change.left, change.came_to)]
        values = _values(change.new, store)
        yield name + context.say("{values} moved from {left} to {to}", values=values, left=graphs[0], to=graphs[1])
    elif len(change.old) == len(change.new) == 1:
        old, new = _values(change.old, store), _values(change.new, store)
        between = " → " if max(len(old), len(new)) <= _LONG else "\n      → "
        yield f"{name}{old}{between}{new}"
    else:
        signed = [f"− {short(term, store)}" for term in change.old] + [f"+ {short(term, store)}" for term in change.new]
        brief = sum(map(len, signed)) <= _LONG
        yield name + ", ".join(signed) if brief else "\n      ".join([name.rstrip(), *signed])


def _values(terms: Iterable[Term], store: Store) -> str:
    return ", ".join(short(term, store) for term in terms)


def _count(told: list[Difference], how: How) -> int:
    return sum(one.how is how for one in told)


COMMANDS = (diff,)
