"""Which sheets a workbook has and which columns they have, read off shapes, ontology and data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import pyoxigraph as ox

from kg.exchange.spreadsheet.words import column_order, head, kind_order, property_name, sheet_title
from kg.files.catalog import read_query
from kg.files.project import Project
from kg.files.turtle import TurtleFile, read_turtle
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri, Names
from kg.text import Words

__all__ = ["NOTATION", "PREF_LABEL", "RDF_TYPE", "Column", "Form", "SheetKind", "sheet_kinds"]

RDF_TYPE = Iri(OUTSIDE["rdf"] + "type")
NOTATION = Iri(OUTSIDE["skos"] + "notation")
PREF_LABEL = Iri(OUTSIDE["skos"] + "prefLabel")
_LANG_STRING = Iri(OUTSIDE["rdf"] + "langString")
_XSD = OUTSIDE["xsd"]
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger"))
_DATES = frozenset(Iri(_XSD + name) for name in ("date", "gYearMonth", "gYear"))
_QUERY = Path(__file__).parent / "queries" / "columns.rq"


class Form(StrEnum):
    """What kind of value a column holds."""

    TEXT = "text"
    """Text in the language of the column."""
    PLAIN = "plain"
    """A literal without a language, of the one datatype of the column."""
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    LINK = "link"
    """Things by their code, terms by their label, others by their address."""


@dataclass(frozen=True, slots=True)
class Column:
    """One property of one kind of thing, texts in one language."""

    property: Iri
    form: Form
    title: Words
    language: str = ""
    datatypes: tuple[Iri, ...] = ()
    """For a literal: what it may be, the most usual first."""
    classes: tuple[Iri, ...] = ()
    """For a link: what it may point at; empty for anything."""
    choices: tuple[Iri, ...] = ()
    """For a link: all it may point at, when that is a short list."""
    single: bool = False
    definition: Words = Words()
    used: bool = True
    """Whether any thing of this kind has it; what is not used is folded away."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One sheet: a kind of thing, and its columns in order."""

    segment: str
    title: Words
    namespace: str
    """What stands before the code in the IRI of its things."""
    types: tuple[Iri, ...]
    """The classes a thing of this kind says it has."""
    columns: tuple[Column, ...]
    noted: bool = True
    """Whether a thing also states its code; else it is only in its IRI."""
    _at: dict[tuple[Iri, str], Column] = field(default_factory=dict, compare=False, repr=False)

    def code_of(self, iri: str) -> str:
        """The code of one of its things; empty for another's."""
        if not iri.startswith(self.namespace):
            return ""
        code = iri.removeprefix(self.namespace)
        return code if "/" not in code else ""

    def column_of(self, property_: Iri, language: str) -> Column | None:
        """The column for a property, of texts for one language; None when there is none."""
        if not self._at:
            self._at.update({(column.property, column.language): column for column in self.columns})
        return self._at.get((property_, language))


@dataclass(frozen=True, slots=True)
class _Said:
    """What shapes and ontology say of a property, of one class or of any."""

    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    iris: dict[str, list[Iri]] = field(default_factory=lambda: defaultdict(list))


_Usage = Mapping[Iri, Counter[str]]
"""Property → what its values are: a datatype, or nothing for an IRI."""


def sheet_kinds(project: Project, files: Iterable[tuple[TurtleFile, Iri]], store: Store) -> tuple[SheetKind, ...]:
    """The sheets for a project, in the order of the tabs; `files` are all its files, of ontology and data.

    `store` holds these files; the shapes are put in it, and taken out again.
    """
    said = _said(project, store)
    used, types = _usage(project, files)
    kinds = []
    for segment in kind_order():
        if segment == "graph":
            class_iri, namespace = Iri(OUTSIDE["dcat"] + "Dataset"), project.names.graph("")
        else:
            class_iri, namespace = KINDS_BY_SEGMENT[segment].class_iri, project.names.thing(segment, "")
        columns = _columns_of(class_iri, said, used[segment], project)
        usual = types[segment].most_common(1)[0][0] if types[segment] else _types(class_iri, said)
        noted = segment != "graph"
        kinds.append(SheetKind(segment, sheet_title(segment), namespace, usual, columns, noted))
    return tuple(kinds)


def _columns_of(
    class_iri: Iri, said: Mapping[tuple[str, Iri], _Said], used: _Usage, project: Project
) -> tuple[Column, ...]:
    names = project.names
    always = {iri for name in column_order("always") if (iri := names.expand(name))}
    own = {property_ for of, property_ in said if of == class_iri} | set(used) | always
    columns: list[Column] = []
    for property_ in sorted(own - {RDF_TYPE, NOTATION}, key=lambda iri: _order(names.compact(iri))):
        columns += _columns(
            property_,
            said.get((class_iri, property_), _Said()),
            said.get(("", property_), _Said()),
            used.get(property_, Counter()),
            project,
        )
    return _told_apart(columns, names)


def _order(name: str) -> tuple[int, int, str]:
    first, last = column_order("first"), column_order("last")
    if name in first:
        return (0, first.index(name), "")
    return (2, last.index(name), "") if name in last else (1, 0, name)


def _columns(property_: Iri, own: _Said, general: _Said, values: Counter[str], project: Project) -> list[Column]:
    said = own if own.texts["name"] else general
    short = project.names.compact(property_)
    names = said.texts["name"] or property_name(short) or general.texts["label"] or {"nl": short}
    ranges = said.iris["datatype"] + said.iris["class"] or general.iris["range"]
    ranges = list(dict.fromkeys(ranges or [Iri(kind) for kind in sorted(values) if kind]))
    datatypes = sorted(
        (kind for kind in ranges if kind.startswith(_XSD) or kind == _LANG_STRING),
        key=lambda kind: (-values[kind], kind),
    )
    form = _form(datatypes, values)
    if form is Form.DATE and not said.iris["datatype"]:
        datatypes = sorted(_DATES)
    column = Column(
        property_,
        form,
        _words({language: name[:1].upper() + name[1:] for language, name in names.items()}),
        choices=tuple(own.iris["choice"]),
        single=said.texts["most"].get("") == "1",
        definition=_words(general.texts["definition"]),
        used=bool(values),
    )
    if form is Form.TEXT:
        single = column.single or bool(said.texts["unique"])
        titles = column.title.by_language
        return [
            replace(
                column,
                language=language,
                single=single,
                title=Words({r: f"{t} ({language})" for r, t in titles.items()}),
            )
            for language in project.settings.languages
        ]
    if form is Form.LINK:
        return [replace(column, classes=tuple(kind for kind in ranges if kind not in datatypes))]
    return [replace(column, datatypes=tuple(datatypes))]


def _words(texts: Mapping[str, str]) -> Words:
    return Words(dict(sorted(texts.items(), key=lambda item: (item[0] != "nl", item[0]))))


def _form(datatypes: list[Iri], values: Counter[str]) -> Form:
    kinds = set(datatypes)
    if not kinds:
        return Form.LINK
    if _LANG_STRING in kinds and (values[_LANG_STRING] or kinds == {_LANG_STRING}):
        return Form.TEXT
    if kinds <= _NUMBERS:
        return Form.NUMBER
    if kinds <= _DATES:
        return Form.DATE
    return Form.BOOLEAN if kinds == {_XSD + "boolean"} else Form.PLAIN


def _told_apart(columns: list[Column], names: Names) -> tuple[Column, ...]:
    """The columns, their property behind a title that two of them would share."""
    titles = Counter((language, text) for column in columns for language, text in column.title.by_language.items())
    titles.update(item for name in ("code", "origin", "file") for item in head(name).by_language.items())
    return tuple(
        replace(
            column,
            title=Words({r: f"{t} [{names.compact(column.property)}]" for r, t in column.title.by_language.items()}),
        )
        if any(titles[item] > 1 for item in column.title.by_language.items())
        else column
        for column in columns
    )


def _said(project: Project, store: Store) -> dict[tuple[str, Iri], _Said]:
    shapes = ox.NamedNode(project.names.graph("shapes"))
    added = [
        ox.Quad(triple.subject, triple.predicate, triple.object, shapes)
        for path in project.shape_files()
        for triple in read_turtle(path, project.relative(path)).triples
    ]
    store.add(added)
    said: dict[tuple[str, Iri], _Said] = defaultdict(_Said)
    for row in store.table(read_query(_QUERY).text).rows:
        of, property_, aspect, value = (getattr(term, "value", "") for term in row)
        about = said[of, Iri(property_)]
        if isinstance(row[3], ox.Literal):
            about.texts[aspect][row[3].language or ""] = value
        else:
            about.iris[aspect].append(Iri(value))
    store.remove(added)
    return said


def _types(class_iri: Iri, said: Mapping[tuple[str, Iri], _Said]) -> tuple[Iri, ...]:
    """The class, and what its shape wants beside it (a `skos:Concept`)."""
    beside = said[class_iri, RDF_TYPE].iris["value"] if (class_iri, RDF_TYPE) in said else []
    return tuple(sorted({class_iri, *beside}))


def _usage(
    project: Project, files: Iterable[tuple[TurtleFile, Iri]]
) -> tuple[dict[str, dict[Iri, Counter[str]]], dict[str, Counter[tuple[Iri, ...]]]]:
    """By kind: how often its things use each property with each datatype, and which classes they have."""
    used: dict[str, dict[Iri, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    types: dict[str, Counter[tuple[Iri, ...]]] = defaultdict(Counter)
    data = project.folder("data").resolve()
    graphs = project.names.graph("")
    segments: dict[str, str] = {}
    for file, _ in files:
        if data not in file.path.resolve().parents:
            continue
        classes: dict[str, set[Iri]] = defaultdict(set)
        for subject, predicate, value in file.triples:
            iri, property_ = getattr(subject, "value", ""), Iri(predicate.value)
            segment = segments.get(iri)
            if segment is None:
                known = project.names.segment_and_code(iri)
                segment = segments[iri] = known[0] if known else "graph" if iri.startswith(graphs) else ""
            used[segment][property_][value.datatype.value if isinstance(value, ox.Literal) else ""] += 1
            if property_ == RDF_TYPE and isinstance(value, ox.NamedNode):
                classes[iri].add(Iri(value.value))
        for iri, found in classes.items():
            types[segments[iri] or "graph"][tuple(sorted(found))] += 1
    return used, types
