"""The command that holds anybody's data against anybody's SHACL shapes: validate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import pyoxigraph as ox

from kg.checks.formats import report_to_text
from kg.checks.shacl.foreign import validated_foreign
from kg.checks.shacl.model import ShapesGraph
from kg.cli.context import Context
from kg.errors import LoadError
from kg.exchange.contained import contained
from kg.exchange.imports.content import read_content
from kg.exchange.imports.rdf import Graph, parse_rdf
from kg.files.turtle import rdflib_graph
from kg.records import Finding, Report

__all__ = ["COMMANDS"]


@click.command()
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--shapes", "-s", multiple=True, type=click.Path(path_type=Path), help="File with shapes; else those in the data."
)
@click.pass_context
def validate(click_context: click.Context, data: tuple[Path, ...], shapes: tuple[Path, ...]) -> None:
    """Hold DATA, any RDF files, against SHACL shapes and print the validation report in Turtle.

    Nothing is fetched. Exits with 1 when the data does not conform.
    """
    context: Context = click_context.obj
    outcome = contained(lambda: _outcome(data, shapes), data[0])
    if outcome.faults:
        click.echo(report_to_text(Report.of(outcome.faults), context.language), err=True, nl=False)
        click_context.exit(2)
    for shape, reason in outcome.beyond:
        click.echo(context.say("Left to pySHACL: {shape}, for {reason}.", shape=shape, reason=reason), err=True)
    click.echo(outcome.report, nl=False)
    if not outcome.conforms:
        click_context.exit(1)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of it: faults in the files, or a report."""

    faults: tuple[Finding, ...] = ()
    beyond: tuple[tuple[str, str], ...] = ()
    report: str = ""
    conforms: bool = True


def _outcome(data: tuple[Path, ...], shapes: tuple[Path, ...]) -> _Outcome:
    read = {path: _read(path) for path in dict.fromkeys((*data, *shapes))}
    faults = tuple(found for found in read.values() if isinstance(found, Finding))
    if faults:
        return _Outcome(faults)
    triples = _together(read, data)
    wanted = rdflib_graph(_together(read, shapes or data))
    if not ShapesGraph(wanted).targeted():
        names = ", ".join(path.as_posix() for path in shapes or data)
        raise LoadError("{path}: no SHACL shape with a target stands here.", path=names)
    validation = validated_foreign(wanted, triples)
    beyond = tuple((str(shape), str(reason)) for shape, reason in validation.beyond)
    report = validation.report(wanted).serialize(format="turtle")
    return _Outcome((), beyond, report, conforms=not validation.results)


def _read(path: Path) -> Graph | Finding:
    content = read_content(path, path.as_posix())
    return content if isinstance(content, Finding) else parse_rdf(content, base=path.resolve().as_uri())


def _together(read: Mapping[Path, Graph | Finding], paths: Iterable[Path]) -> list[ox.Triple]:
    found = (read[path] for path in paths)
    return list(dict.fromkeys(triple for graph in found if isinstance(graph, Graph) for triple in graph.triples))


COMMANDS = (validate,)
