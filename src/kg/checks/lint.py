"""Lint: what must hold for the files themselves, before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.checks.place import Files
from kg.files.project import Project
from kg.files.turtle import TurtleFile, canonical
from kg.names import OUTSIDE
from kg.records import Finding, Severity, Spot
from kg.text import Words

__all__ = ["LINT_RULES", "lint", "lint_file"]

LINT_RULES = ("blank-node", "comment-in-data", "not-canonical", "text-without-language")

_BLANK = Words(
    {
        "nl": "Een naamloze knoop in de data; geef het ding een IRI met een code.",
        "en": "A blank node in the data; give the thing an IRI with a code.",
    }
)
_COMMENT = Words(
    {
        "nl": "Commentaar in een databestand gaat bij het opmaken verloren; maak er een lg:Remark van.",
        "en": "A comment in a data file is lost when it is formatted; make it an lg:Remark.",
    }
)
_LAYOUT = Words(
    {
        "nl": "Dit bestand staat niet in de vaste opmaak; draai `kg fmt`.",
        "en": "This file is not in the canonical layout; run `kg fmt`.",
    }
)
_LANGUAGE = Words(
    {
        "nl": "Deze tekst heeft geen taal; zet er @nl of @en achter.",
        "en": "This text has no language; add @nl or @en.",
    }
)
_TEXTS = frozenset(
    OUTSIDE["skos"] + name
    for name in ("prefLabel", "altLabel", "definition", "scopeNote", "example", "note", "historyNote")
)
_STRING = OUTSIDE["xsd"] + "string"


def lint(project: Project, files: Files) -> Iterator[Finding]:
    """Faults of the Turtle files: blank nodes, comments, text without a language, other layout than `kg fmt` gives."""
    return (finding for file, _ in files for finding in lint_file(project, file))


def lint_file(project: Project, file: TurtleFile) -> Iterator[Finding]:
    """The faults of one file; none for a file that belongs to the package."""
    if not project.holds(file.path):
        return
    path = project.relative(file.path)
    yield from _texts_without_language(file, path)
    if project.folder("data").resolve() in file.path.resolve().parents:
        yield from _blank_nodes(file, path)
        yield from _comments(file, path)
    first = 0 if file.laid_out else _first_difference(file.text, canonical(file.triples, project.names))
    if first:
        yield Finding("not-canonical", Severity.WARNING, _LAYOUT, spot=Spot(path, first))


def _blank_nodes(file: TurtleFile, path: str) -> Iterator[Finding]:
    if any(
        isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode) for triple in file.triples
    ):
        yield Finding("blank-node", Severity.VIOLATION, _BLANK, spot=Spot(path))


def _comments(file: TurtleFile, path: str) -> Iterator[Finding]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        if line.startswith("#"):
            yield Finding("comment-in-data", Severity.WARNING, _COMMENT, spot=Spot(path, number))


def _texts_without_language(file: TurtleFile, path: str) -> Iterator[Finding]:
    for triple in file.triples:
        predicate = triple.predicate.value
        if predicate not in _TEXTS:
            continue
        value = triple.object
        if isinstance(value, ox.Literal) and not value.language and value.datatype.value == _STRING:
            subject = getattr(triple.subject, "value", "")
            line = file.line_of(subject, predicate)
            yield Finding(
                "text-without-language",
                Severity.VIOLATION,
                _LANGUAGE,
                thing=subject,
                property=predicate,
                value=value.value,
                spot=Spot(path, line),
            )


def _first_difference(text: str, wanted: str) -> int:
    """The first line that differs, from 1; 0 when the texts are the same."""
    if text == wanted:
        return 0
    ours, theirs = text.splitlines(), wanted.splitlines()
    pairs = zip(ours, theirs, strict=False)
    same = next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
    return max(1, min(same + 1, len(ours)))
