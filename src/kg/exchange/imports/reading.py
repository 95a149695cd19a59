"""An import from files to the text of a graph: read, judged, composed; nothing is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadParameter, UnknownName
from kg.exchange.imports import case, ctdl_asn, esco, mapped, skos
from kg.exchange.imports.compose import compose
from kg.exchange.imports.content import Content, read_content
from kg.exchange.imports.draft import KIND_OF_CLASS, Choices, Draft, absolute
from kg.exchange.imports.faults import Place
from kg.exchange.imports.landing import graph_name, refuse_existing
from kg.exchange.imports.ledger import Entry
from kg.exchange.imports.mapping import Mapped
from kg.exchange.imports.requirements import as_concepts, required
from kg.exchange.imports.soundness import judge, one_definition
from kg.files.project import Project
from kg.files.turtle import read_turtle
from kg.graph.load import load_files
from kg.graph.store import Store
from kg.names import Iri
from kg.records import Finding, Report
from kg.text import Words, did_you_mean

__all__ = ["Format", "Imported", "formats", "read"]

_FORMATS = Path(__file__).parent / "formats.toml"
_READERS: Mapping[str, Callable[[Content, Draft], None]] = {
    "case": case.read,
    "ctdl-asn": ctdl_asn.read,
    "esco": esco.read,
    "skos": skos.read,
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be imported."""

    name: str
    title: Words
    summary: Words
    files: str
    """Suffixes of its files."""
    standard: str
    """Address of the standard."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import makes: files of a graph, or the faults for which there are none; and the account."""

    format: Format
    files: Mapping[str, str]
    """Name → Turtle; empty when a fault was found."""
    report: Report
    entries: tuple[Entry, ...]
    things: int = 0
    statements: int = 0
    without_dutch: int = 0
    """Things without a Dutch name; when there are any, all stay concepts of another list."""
    unknown_language: int = 0
    """Texts of which nobody told the language."""
    licence_known: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)
    """File → SHA-256 of what was read."""


@cache
def formats() -> Mapping[str, Format]:
    """Name → format, in the order in which they are offered."""
    content = tomllib.loads(_FORMATS.read_text(encoding="utf-8"))
    return {
        name: Format(name, Words(told["title"]), Words(told["summary"]), told["files"], told["standard"])
        for name, told in content.items()
    }


def read(
    project: Project,
    name: str,
    paths: Sequence[Path],
    into: Path,
    *,
    choices: Choices | None = None,
    mapping: Mapped | None = None,
    replace: bool = False,
) -> Imported:
    """What `paths` hold in the format called `name`, as the files of a new folder `into` for this project.

    Faults in the files are findings in the report, all of them at once. Raises UnknownName for a format there is
    not, BadParameter for choices that mean nothing, ExchangeError for a folder that exists and may not be replaced.
    """
    given = choices or Choices()
    chosen = _format(name)
    _refuse(given, chosen, mapping, paths)
    graph = graph_name(project, into)
    refuse_existing(into, replace=replace)
    draft = Draft(project.names, given)
    contents = [content for path in paths if (content := _content(draft, path))]
    reader = partial(mapped.read, mapped=mapping) if mapping else _READERS[chosen.name]
    for content in contents:
        reader(content, draft)
    if not draft.faults and not draft.items:
        draft.wrong("nothing-found", Place(contents[0].name))
    if not draft.items:
        return _refused(chosen, draft)
    known = _known(project, into)
    one_definition(draft)
    judge(draft, lambda iri: _exists(known, iri))
    concepts = as_concepts(draft, required(project)) if any(item.class_name for item in draft.items.values()) else {}
    if draft.faults:
        return _refused(chosen, draft)
    made = compose(draft, known, concepts, graph=graph, contents=contents, format_title=chosen.title)
    return Imported(
        chosen,
        made.files,
        Report(),
        draft.ledger.entries(),
        made.things,
        made.statements,
        made.without_dutch,
        draft.unknown_language,
        bool(draft.licences or given.licence),
        {content.name: content.digest for content in contents},
    )


def _format(name: str) -> Format:
    known = formats()
    if name in known:
        return known[name]
    raise UnknownName(
        "There is no import called {name}.",
        "There is: {known}.",
        name=name,
        known=did_you_mean(name, known) or ", ".join(known),
    )


def _refuse(choices: Choices, chosen: Format, mapping: Mapped | None, paths: Sequence[Path]) -> None:
    """Raises BadParameter for choices that mean nothing."""
    if not paths:
        raise BadParameter("Nothing to import: no file is named.", "Name at least one file.")
    if (chosen.name == "csv") != (mapping is not None):
        if mapping is None:
            raise BadParameter("An import of CSV needs a mapping.", "Name one with --mapping: see docs/exchange.md.")
        raise BadParameter("Only an import of CSV takes a mapping.", "Leave --mapping out.")
    if choices.licence and absolute(choices.licence) is None:
        raise BadParameter(
            "{value} is no address of a licence.",
            "Give its IRI, for example https://creativecommons.org/licenses/by/4.0/.",
            value=choices.licence,
        )
    if choices.language and not re.match(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z", choices.language):
        raise BadParameter("{value} is no language tag.", "Write for example nl or en.", value=choices.language)
    if choices.class_name and choices.class_name not in KIND_OF_CLASS:
        raise BadParameter(
            "There is no class {value}.",
            "There is: {known}.",
            value=choices.class_name,
            known=did_you_mean(choices.class_name, KIND_OF_CLASS) or ", ".join(KIND_OF_CLASS),
        )
    shown = [path.as_posix() for path in paths]
    if twice := sorted({name for name in shown if shown.count(name) > 1}):
        raise BadParameter("{path} is named twice.", "Name each file once.", path=twice[0])


def _content(draft: Draft, path: Path) -> Content | None:
    found = read_content(path, path.as_posix())
    if isinstance(found, Finding):
        draft.faults.append(found)
        return None
    return found


def _known(project: Project, into: Path) -> Store:
    """What the data of the project state, without the folder that is imported into."""
    inside, data = into.resolve(), project.folder("data").resolve()
    return load_files(
        project,
        [
            (read_turtle(path, project.relative(path)), graph)
            for path, graph in project.data_files()
            if data in path.resolve().parents and inside not in path.resolve().parents
        ],
    )


def _exists(known: Store, iri: Iri) -> bool:
    return any(known.quads(ox.NamedNode(iri), None, None, None))


def _refused(chosen: Format, draft: Draft) -> Imported:
    return Imported(chosen, {}, Report.of(draft.faults), draft.ledger.entries())
