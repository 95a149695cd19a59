"""Commands that change the files: mint, rename, move, deprecate, status, new."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from kg.cli.context import Context
from kg.cli.output import FORMAT_OPTION, print_table, shown
from kg.curriculum.lifecycle import count_table, lifecycle, phase_table, step_table
from kg.curriculum.rows import as_json
from kg.editing.changes import deprecate as deprecate_thing
from kg.editing.changes import move as move_thing
from kg.editing.changes import rename as rename_thing
from kg.editing.codes import kind_called
from kg.editing.codes import mint as mint_thing
from kg.editing.draft import Draft, open_draft
from kg.editing.stages import set_stage, stage_called
from kg.editing.starting import start
from kg.errors import BadParameter
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.workbook import workbook
from kg.files.project import read_project
from kg.files.write import write_bytes
from kg.graph.find import label_of, thing_called
from kg.graph.store import Store
from kg.names import Iri, Kind
from kg.publish.archive import releases_on_disk
from kg.text import Words

__all__ = ["COMMANDS", "DRY_RUN", "finish"]

_FILE = click.option("--file", "file", default="", metavar="FILE", help="Data file to put it in.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")


def _texts(name: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Two options: a text in the graph's first language (Dutch), and its English."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        english = click.option(f"--{name}-en", default="", metavar="TEXT", help=f"{what} in English.")
        return click.option(f"--{name}", default="", metavar="TEXT", help=f"{what} in Dutch.")(english(command))

    return decorate


@click.command()
@click.argument("kind")
@_texts("label", "Name of the new thing")
@click.option("--code", default="", help="The code; else the next of its series.")
@click.option("--like", default="", metavar="CODE", help="A code of the series, or its beginning: mo-3, ow.")
@_FILE
@DRY_RUN
@click.pass_obj
def mint(context: Context, /, kind: str, label: str, label_en: str, **where: Any) -> None:
    """Make a new thing of a KIND (competence, unit, outcome …) with a code that was never used."""
    chosen = kind_called(kind)
    words = _words(label, label_en)
    if not words:
        raise BadParameter("A new thing needs a name.", "Give --label, and --label-en for English.")
    draft = open_draft(context.project)
    ever = _ever_published(context, chosen)
    iri = mint_thing(draft, chosen, words, code=where["code"], like=where["like"], file=where["file"], ever=ever)
    finish(context, draft, dry_run=where["dry_run"])
    click.echo(shown(ox.NamedNode(iri), context.project.names))


@click.command()
@click.argument("code")
@_texts("label", "The new name")
@click.option("--keep-old", is_flag=True, help="Keep the old name as an alternative name.")
@DRY_RUN
@click.pass_obj
def rename(context: Context, code: str, label: str, label_en: str, *, keep_old: bool, dry_run: bool) -> None:
    """Give the thing with this CODE another name; its code stays."""
    words = _words(label, label_en)
    if not words:
        raise BadParameter("What should {code} be called?", "Give --label, or --label-en for English.", code=code)
    draft = open_draft(context.project)
    rename_thing(draft, thing_called(draft.store(), code), words, keep_old=keep_old)
    finish(context, draft, dry_run=dry_run)


@click.command()
@click.argument("code")
@click.argument("file")
@DRY_RUN
@click.pass_obj
def move(context: Context, code: str, file: str, *, dry_run: bool) -> None:
    """Put what the home file of the thing with this CODE says of it in another data FILE."""
    draft = open_draft(context.project)
    move_thing(draft, thing_called(draft.store(), code), file)
    finish(context, draft, dry_run=dry_run)


@click.command()
@click.argument("code")
@click.option("--by", default="", metavar="CODE", help="What takes its place.")
@_texts("why", "Why")
@_FILE
@DRY_RUN
@click.pass_obj
def deprecate(context: Context, /, code: str, by: str, why: str, why_en: str, **where: Any) -> None:
    """Mark the thing with this CODE as no longer in use. It stays where it is: nothing published is removed."""
    draft = open_draft(context.project)
    store = draft.store()
    thing = thing_called(store, code)
    deprecate_thing(
        draft, thing, by=thing_called(store, by) if by else None, why=_words(why, why_en), file=where["file"]
    )
    finish(context, draft, dry_run=where["dry_run"])
    links = _linking(store, thing)
    if links:
        message = "{count} statements still point at it, of: {things}. `kg check` shows where."
        click.echo(context.say(message, count=len(links), things=", ".join(sorted(set(links))[:12])), err=True)


@click.command()
@click.argument("status", required=False, default="")
@click.argument("codes", nargs=-1)
@click.option("--by", default="", metavar="CODE", help="The organisation that established it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The day since when it holds.")
@_texts("why", "Why")
@FORMAT_OPTION
@DRY_RUN
@click.pass_obj
def status(context: Context, /, status: str, codes: tuple[str, ...], **given: Any) -> None:
    """Show how far the design has come and what has to happen; or give the things with these CODES another STATUS.

    STATUS is proposed, in-pilot, validated, legitimated or withdrawn.
    """
    if not status:
        _overview(context, given["format_"])
        return
    wanted = stage_called(status)
    if not codes:
        raise BadParameter("Which things get the status {status}?", "Give their codes.", status=status)
    draft = open_draft(context.project)
    store = draft.store()
    since: datetime | None = given["since"]
    set_stage(
        draft,
        [thing_called(store, code) for code in dict.fromkeys(codes)],
        wanted,
        by=thing_called(store, given["by"], "Organisation") if given["by"] else None,
        since=since.date() if since else None,
        why=_words(given["why"], given["why_en"]),
    )
    finish(context, draft, dry_run=given["dry_run"])


def finish(context: Context, draft: Draft, *, dry_run: bool) -> None:
    """Tells what changes, file by file, and writes it unless it is only asked to tell."""
    store, names = draft.store(), draft.project.names
    path = ""
    for edit in draft.edits():
        if edit.path != path:
            path = edit.path
            click.echo(path, err=True)
        subject = shown(edit.triple.subject if isinstance(edit.triple.subject, ox.NamedNode) else None, names)
        property_ = label_of(store, edit.triple.predicate.value, context.language)
        click.echo(f"  {'+' if edit.added else '−'} {subject}  {property_}: {_value(edit.triple, store)}", err=True)
    if dry_run:
        click.echo(context.say("Nothing was written."), err=True)
        return
    draft.save()
    click.echo(context.say("Written. `kg check` tells what is still missing."), err=True)


def _value(triple: ox.Triple, store: Store) -> str:
    if isinstance(triple.object, ox.Literal):
        language = f" ({triple.object.language})" if triple.object.language else ""
        return f"{triple.object.value}{language}"
    return shown(triple.object, store.names)


def _words(dutch: str, english: str) -> Words:
    return Words({language: text for language, text in (("nl", dutch), ("en", english)) if text})


def _ever_published(context: Context, kind: Kind) -> set[str]:
    """The codes of this kind in the releases on disk."""
    names = context.project.names
    found = set()
    for release in releases_on_disk(context.project).values():
        for quad in release.store(context.project):
            known = names.segment_and_code(getattr(quad.subject, "value", ""))
            if known and known[0] == kind.segment:
                found.add(known[1])
    return found


def _linking(store: Store, thing: Iri) -> list[str]:
    quads = store.quads(None, None, ox.NamedNode(thing), None)
    return [shown(quad.subject, store.names) for quad in quads if isinstance(quad.subject, ox.NamedNode)]


def _overview(context: Context, format_: str) -> None:
    found = lifecycle(context.graph.store)
    if format_ == "json":
        click.echo(json.dumps(as_json(found, context.language), ensure_ascii=False, indent=1))
        return
    names = context.graph.store.names
    print_table(step_table(found, context.language), names, format_)
    if format_ == "table":
        for table in (count_table(found, context.language), phase_table(found, context.language)):
            click.echo()
            print_table(table, names, format_)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--base", default="", metavar="IRI", help="Address all its names begin with; ends in '/'.")
@_texts("title", "What the graph is called")
@click.pass_obj
def new(context: Context, folder: Path, base: str, title: str, title_en: str) -> None:
    """Make a graph of another profession in a new FOLDER: ready to be checked and served, with one example.

    A workbook comes with it: a sheet for every kind of thing, to be filled and taken in with kg sheet import.
    """
    own = title or title_en or folder.resolve().name
    words = Words({"nl": own, "en": title_en or own})
    made = start(folder.resolve(), base=base or f"https://example.org/{folder.resolve().name}/", title=words)
    plan = blueprint(read_project(made))
    write_bytes(made / f"{made.name}.xlsx", workbook(plan, statements_of(plan), context.language))
    click.echo(
        context.say(
            "{folder} is ready. Try: kg --project {folder} check; kg --project {folder} serve.",
            folder=folder,
        )
    )


COMMANDS = (mint, new, rename, move, deprecate, status)
