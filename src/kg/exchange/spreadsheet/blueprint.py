"""What a workbook of one project is made by: its sheets, its codes, its files and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg.editing.draft import Draft, open_draft
from kg.exchange.spreadsheet.codes import Codes, codes_in
from kg.exchange.spreadsheet.columns import NOTATION, RDF_TYPE, SheetKind, sheet_kinds
from kg.files.project import Project
from kg.files.turtle import TurtleFile
from kg.graph.load import load_files, read_files
from kg.graph.store import Store
from kg.names import Iri, lg
from kg.text import Words

__all__ = ["Blueprint", "Statements", "blueprint", "blueprint_over", "implied", "statements_of"]

Statements = Mapping[str, frozenset[ox.Triple]]
"""Data file, as people name it (`note/tasks`) → what it states."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything a workbook of this project needs to be written or read."""

    project: Project
    kinds: tuple[SheetKind, ...]
    codes: Codes
    files: Mapping[str, Path]
    """Data file as people name it → its path, sorted."""
    origins: Mapping[str, Iri]
    """Data file → where its statements come from: `lg:stated` and so on."""
    draft: Draft
    read: tuple[tuple[TurtleFile, Iri], ...]
    store: Store | None = None
    """The graph of these files, nothing derived, where it is to be judged: it is changed when the draft is."""

    def kind_of(self, iri: str) -> SheetKind | None:
        """The sheet a thing stands on; None for what is no thing of ours."""
        known = self.project.names.segment_and_code(iri)
        segment = known[0] if known else "graph"
        kind = next((kind for kind in self.kinds if kind.segment == segment), None)
        return kind if kind and kind.code_of(iri) else None

    def thing(self, segment: str, code: str) -> Iri:
        """The IRI of a thing of a sheet."""
        names = self.project.names
        return names.graph(code) if segment == "graph" else names.thing(segment, code)

    def origin(self, file: str, language: str) -> str:
        """The word for where the statements of a file come from."""
        iri = self.origins.get(file)
        return self.codes.label(iri, language) if iri else ""

    def with_codes(self, new: Mapping[Iri, Words], segment_of: Mapping[Iri, SheetKind]) -> Blueprint:
        """The same, with things that a workbook adds."""
        things = {code: list(found) for code, found in self.codes.things.items()}
        labels, classes = dict(self.codes.label_of), dict(self.codes.classes_of)
        for iri, words in new.items():
            kind = segment_of[iri]
            things.setdefault(kind.code_of(iri), []).append(iri)
            labels[iri] = words.by_language
            classes[iri] = frozenset(kind.types)
        codes = replace(
            self.codes,
            things={code: tuple(dict.fromkeys(found)) for code, found in things.items()},
            label_of=labels,
            classes_of=classes,
        )
        return replace(self, codes=codes)


def blueprint(project: Project) -> Blueprint:
    """The blueprint for a project's files as they are. Raises LoadError for a broken file."""
    read = tuple(read_files(project))
    store = load_files(project, read)
    plan = blueprint_over(project, read, open_draft(project, (file for file, _ in read)), store)
    return replace(plan, store=store)


def blueprint_over(project: Project, read: tuple[tuple[TurtleFile, Iri], ...], draft: Draft, store: Store) -> Blueprint:
    """The blueprint for these files, wherever they were read from.

    `draft` holds the data files among them, `store` all; it is not kept.
    """
    kinds = sheet_kinds(project, read, store)
    codes = codes_in(store, kinds, project.settings.languages)
    data = project.folder("data")
    files = {path.relative_to(data).with_suffix("").as_posix(): path for path in draft.paths()}
    origins = {name: lg(origin) for name, path in files.items() if (origin := draft.origin_of(path))}
    return Blueprint(project, kinds, codes, dict(sorted(files.items())), origins, draft, read)


def statements_of(plan: Blueprint) -> dict[str, frozenset[ox.Triple]]:
    """What the data files state now."""
    return {name: plan.draft.triples(path) for name, path in plan.files.items()}


def implied(kind: SheetKind, iri: str, triples: frozenset[ox.Triple] | set[ox.Triple]) -> frozenset[ox.Triple]:
    """Of the statements about a thing in one file those that its row says by standing there: kind and code.

    Empty when the file does not say what kind of thing it is: such a row only adds to the thing.
    """
    node = ox.NamedNode(iri)
    types = {ox.Triple(node, ox.NamedNode(RDF_TYPE), ox.NamedNode(type_)) for type_ in kind.types}
    if not types <= triples:
        return frozenset()
    code = ox.Triple(node, ox.NamedNode(NOTATION), ox.Literal(kind.code_of(iri)))
    return frozenset(types | ({code} & triples))
