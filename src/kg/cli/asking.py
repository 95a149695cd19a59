"""Commands that ask: ask, sparql, find, show, queries."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pyoxigraph as ox

from kg.cli.context import Context
from kg.cli.output import TABLE_FORMATS, print_rows, print_table, shown
from kg.errors import BadParameter, QueryError
from kg.files.catalog import query_named
from kg.files.turtle import canonical, read_text
from kg.graph.ask import bound_text
from kg.graph.describe import Statement, describe, triples_about
from kg.graph.find import label_of, thing_called
from kg.publish.queries import queries_as_rdf
from kg.records import Query
from kg.table import Table

__all__ = ["COMMANDS"]

_RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_FORMATS = (*TABLE_FORMATS, *_RDF_FORMATS)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("question", required=False)
@click.option("--format", "-f", "format_", type=click.Choice(_FORMATS), default="table", help="Form of the answer.")
@click.argument("values", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def ask(context: Context, question: str | None, format_: str, values: tuple[str, ...]) -> None:
    """Answer a QUESTION of the library; without one, list all questions.

    Parameters follow as --name VALUE, for example: kg ask units-of-competence --competence ow-07
    """
    graph = context.graph
    if question is None:
        rows = [
            [query.name, ", ".join(query.audience), query.title.within(context.language), _signature(query)]
            for query in graph.questions.values()
        ]
        print_rows(("question", "audience", "title", "parameters"), rows)
        return
    query = query_named(question, graph.questions)
    given = _named_values(values)
    if query.parameter("language"):
        given.setdefault("language", context.language)
    _answer(context, bound_text(graph.store, query, given), format_)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "-f", "format_", type=click.Choice(_FORMATS), default="table", help="Form of the answer.")
@click.pass_obj
def sparql(context: Context, file: Path, format_: str) -> None:
    """Answer the SPARQL query in FILE, or from standard input when FILE is -.

    The prefixes of this graph need not be declared.
    """
    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    _answer(context, text, format_)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--format", "-f", "format_", type=click.Choice(["table", "csv", "json"]), default="table")
@click.pass_obj
def find(context: Context, words: tuple[str, ...], format_: str) -> None:
    """List things whose code, label or definition holds all WORDS, best first.

    In the table, when these are few, things with a name that resembles the WORDS follow, marked with ~.
    """
    text = " ".join(words)
    graph = context.graph
    hits = graph.find(text, context.language)
    if format_ != "table":
        rows = tuple(
            (ox.NamedNode(hit.iri), ox.Literal(hit.segment), ox.Literal(hit.code), ox.Literal(hit.label))
            for hit in hits
        )
        print_table(Table(("thing", "kind", "code", "label"), rows), context.project.names, format_)
        return
    if not hits:
        click.echo(context.say("Nothing holds all of: {words}.", words=text), err=True)
    shown = [[hit.segment, hit.code, hit.label] for hit in hits]
    from kg.graph.match import FEW, resembling  # numpy, which no other question needs

    near = resembling(graph.index, text, context.language, besides=[h.iri for h in hits]) if len(hits) < FEW else ()
    if near:
        resembled = [[one.segment, one.code, label_of(graph.store, one.iri, context.language), "~"] for one in near]
        print_rows(("kind", "code", "label", "near"), [*([*row, ""] for row in shown), *resembled])
    elif shown:
        print_rows(("kind", "code", "label"), shown)


@click.command()
@click.argument("code")
@click.option("--format", "-f", "format_", type=click.Choice(["table", *_RDF_FORMATS]), default="table")
@click.pass_obj
def show(context: Context, code: str, format_: str) -> None:
    """Show the thing with this CODE: what it says, what refers to it, and where each statement comes from."""
    store = context.graph.store
    iri = thing_called(store, code)
    if format_ != "table":
        click.echo(_rdf(context, triples_about(store, iri), format_), nl=False)
        return
    description = describe(store, iri)
    click.echo(f"{label_of(store, iri, context.language)}\n<{iri}>\n")
    rows = [_row(context, statement, statement.object, "→") for statement in description.outgoing]
    rows += [_row(context, statement, statement.subject, "←") for statement in description.incoming]
    print_rows(("", "property", "code or value", "label", "origin"), rows)


@click.command()
@click.option("--format", "-f", "format_", type=click.Choice(list(_RDF_FORMATS)), default="ttl", help="Form of RDF.")
@click.pass_obj
def queries(context: Context, format_: str) -> None:
    """Write the question library as RDF: every question a SHACL SPARQL executable."""
    graph = context.graph
    click.echo(_rdf(context, queries_as_rdf(graph.store, graph.questions.values()), format_), nl=False)


def _row(context: Context, statement: Statement, node: object, arrow: str) -> list[str]:
    store = context.graph.store
    label = ""
    if isinstance(node, ox.NamedNode):
        value, label = shown(node, store.names), label_of(store, node.value, context.language)
    elif isinstance(node, ox.Literal):
        value = f"{node.value} [{node.language}]" if node.language else node.value
    else:
        value = str(node)
    named = label_of(store, statement.predicate, context.language)
    return [arrow, named, value, "" if label.strip("<>") == value else label, statement.origin]


def _answer(context: Context, text: str, format_: str) -> None:
    store = context.graph.store
    answer = store.query(text)
    if isinstance(answer, ox.QueryTriples):
        triples = sorted(set(answer), key=str)
        if format_ in _RDF_FORMATS or format_ == "table":
            click.echo(_rdf(context, triples, "ttl" if format_ == "table" else format_), nl=False)
            return
        raise QueryError(
            "This query makes a graph, which cannot be written as {format}.",
            "Formats: {known}.",
            format=format_,
            known=", ".join(_RDF_FORMATS),
        )
    if format_ in _RDF_FORMATS:
        raise QueryError(
            "This query makes a table, which cannot be written as {format}.", "Formats: csv, tsv, json.", format=format_
        )
    print_table(store.table(text), store.names, format_)


def _rdf(context: Context, triples: list[ox.Triple], format_: str) -> str:
    if format_ == "ttl":
        return canonical(triples, context.project.names)
    made = ox.serialize(triples, format=_RDF_FORMATS[format_], prefixes=context.project.names.prefixes())
    return (made or b"").decode()


def _named_values(values: tuple[str, ...]) -> dict[str, str]:
    """`--name value` and `--name=value` pairs. Raises BadParameter for anything else."""
    found: dict[str, str] = {}
    rest = list(values)
    while rest:
        first = rest.pop(0)
        name, equals, value = first.removeprefix("--").partition("=")
        if not first.startswith("--") or not name:
            raise BadParameter("{value!r} is no parameter.", "Write --name VALUE.", value=first)
        if not equals:
            if not rest:
                raise BadParameter("The parameter {name} has no value.", "Write --{name} VALUE.", name=name)
            value = rest.pop(0)
        found[name] = value
    return found


def _signature(query: Query) -> str:
    return " ".join(f"--{parameter.name} {parameter.class_name or parameter.kind}" for parameter in query.parameters)


COMMANDS = (ask, sparql, find, show, queries)
