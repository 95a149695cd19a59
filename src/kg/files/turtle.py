"""Turtle: read with file and line, and written in the one canonical text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node

from kg.errors import LoadError
from kg.names import OUTSIDE, Names

__all__ = ["TurtleFile", "canonical", "parsed", "rdflib_graph", "rdflib_term", "read_text", "read_turtle"]

_RDF_TYPE = OUTSIDE["rdf"] + "type"
_STRING = OUTSIDE["xsd"] + "string"
_LABEL = OUTSIDE["rdfs"] + "label"
_NIL = OUTSIDE["rdf"] + "nil"
_OBJECT = 2
"""The place of an object in a triple, for rdflib's writer."""
_PREFIX = re.compile(r"@prefix\s+([\w-]*):\s*<([^>]*)>\s*\.", re.IGNORECASE)
_NAME = r"<[^>\s]*>|[A-Za-z][\w-]*:[\w.%-]*|a(?=\s)"
_SUBJECT = re.compile(rf"({_NAME})(?=\s)(?:[ \t]+({_NAME})(?=\s))?")
_PREDICATE = re.compile(rf"[ \t]+({_NAME})(?=[ \t\r\n])")


@dataclass(frozen=True, slots=True)
class TurtleFile:
    """One Turtle file: its triples, and the line of every subject and of every property in its block."""

    path: Path
    text: str
    triples: tuple[ox.Triple, ...]
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(subject, predicate) → line; (subject, "") → first line of its block."""
    laid_out: bool = False
    """Whether its text is known to be the canonical one, because it was written that way just now."""

    def line_of(self, subject: str, predicate: str = "") -> int:
        """The line that states this property of this subject, else the subject's own; 0 when neither is found."""
        return self.lines.get((subject, predicate)) or self.lines.get((subject, ""), 0)


def read_text(path: Path, shown: str = "") -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises LoadError that names the file and what is wrong: missing, not readable, not UTF-8 (with the line).
    """
    name = shown or path.as_posix()
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise LoadError("{path}: this file does not exist.", path=name) from None
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise LoadError(
            "{path}:{line}: this is not UTF-8 text (byte {byte}).",
            "Save the file as UTF-8.",
            path=name,
            line=line,
            byte=hex(content[fault.start]),
        ) from None
    except OSError as fault:
        raise LoadError("{path}: cannot be read: {fault}.", path=name, fault=fault.strerror) from None


def read_turtle(path: Path, shown: str = "") -> TurtleFile:
    """A Turtle file with its triples and their lines.

    Raises LoadError with `file:line` for broken Turtle, an unknown prefix, or text that is not UTF-8.
    """
    return parsed(path, read_text(path, shown or path.as_posix()), shown)


def parsed(path: Path, text: str, shown: str = "") -> TurtleFile:
    """The same for a text that was read already."""
    name = shown or path.as_posix()
    try:
        triples = tuple(quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as fault:
        reason = re.sub(r"^Parser error (at|between) line.*?: ", "", str(fault.msg)).rstrip(".")
        raise LoadError(
            "{path}:{line}: broken Turtle: {reason}.", path=name, line=fault.lineno or 1, reason=reason
        ) from None
    return TurtleFile(path, text, triples, _Lines(text))


class _Lines(Mapping[tuple[str, str], int]):
    """The lines of a text by subject and property, found when one is first asked for: most files have no finding."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> dict[tuple[str, str], int]:
        return _lines_of(self._text)

    def __getitem__(self, named: tuple[str, str]) -> int:
        return self._found[named]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _lines_of(text: str) -> dict[tuple[str, str], int]:
    """Where subjects and their predicates stand, for text with a subject at the start of a line.

    Works on canonical text and on anything laid out like it; lines inside a long string are skipped.
    """
    prefixes = dict(_PREFIX.findall(text))
    lines: dict[tuple[str, str], int] = {}
    subject = ""
    inside_long_string = False
    for number, line in enumerate(text.splitlines(), start=1):
        was_inside = inside_long_string
        if line.count('"""') % 2:
            inside_long_string = not inside_long_string
        if was_inside or line.startswith(("@", "#")) or not line.strip():
            continue
        if found := _SUBJECT.match(line):
            subject = _expanded(found[1], prefixes)
            lines.setdefault((subject, ""), number)
            if found[2]:
                lines.setdefault((subject, _expanded(found[2], prefixes)), number)
        elif subject and (found := _PREDICATE.match(line)):
            lines.setdefault((subject, _expanded(found[1], prefixes)), number)
    return lines


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    if name == "a":
        return _RDF_TYPE
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return prefixes.get(prefix, prefix + ":") + local.replace("\\", "")


class _SortedTurtle(TurtleSerializer):
    """Subjects by IRI alone: rdflib's own order moves with every new link to a subject. Dutch before English."""

    def orderSubjects(self) -> list[Node]:  # noqa: N802 (rdflib's name)
        return sorted(self.store.subjects(unique=True), key=lambda node: (isinstance(node, rdflib.BNode), node))

    def sortProperties(self, properties: Mapping[Node, list[Node]]) -> list[Node]:  # noqa: N802 (rdflib's name)
        predicates = super().sortProperties(properties)
        for objects in properties.values():
            objects.sort(key=_object_order)
        return predicates


def _object_order(node: Node) -> tuple[int, int, str, str]:
    """Dutch texts first, then texts in other languages by tag, then the rest by its text."""
    language = (node.language or "") if isinstance(node, rdflib.Literal) else ""
    return (int(isinstance(node, rdflib.BNode)), (language != "nl") + (not language), language, node.n3())


def canonical(triples: Iterable[ox.Triple], names: Names) -> str:
    """The canonical Turtle of these triples: used prefixes, then subjects in IRI order, one object a line.

    The same triples give the same text, whatever order they come in; text with blank nodes is
    only as stable as their labels.
    """
    stated = triples if isinstance(triples, Set) else dict.fromkeys(triples)
    with suppress(_NestedError):
        return _Blocks(_writer((), names)).text(stated)
    out = BytesIO()
    _writer(stated, names).serialize(out, encoding="utf-8")
    return out.getvalue().decode("utf-8").strip("\n") + "\n"


def _writer(triples: Iterable[ox.Triple], names: Names) -> _SortedTurtle:
    graph = rdflib_graph(triples)
    for prefix, namespace in names.prefixes().items():
        graph.bind(prefix, namespace, override=True)
    return _SortedTurtle(graph)


class _NestedError(Exception):
    """There are blank nodes: what is written where depends on all of the graph."""


_Shown = tuple[tuple[int, str, str], str]
"""What an object is sorted by, as `_object_order` has it, and how it is written."""


class _Blocks:
    """What rdflib's writer would write of triples without blank nodes, ten times as fast.

    rdflib names every term anew wherever it stands and walks through an indexed graph; here a term is named once.
    """

    def __init__(self, writer: _SortedTurtle) -> None:
        self._writer = writer
        self._named: dict[tuple[str, bool], str] = {}
        self._typed: dict[tuple[str, str], _Shown] = {}

    def text(self, triples: Iterable[ox.Triple]) -> str:
        """Prefixes and blocks. Raises _NestedError for a blank node."""
        about: dict[str, list[ox.Triple]] = {}
        predicates = set()
        for triple in triples:
            subject = triple.subject
            if not isinstance(subject, ox.NamedNode):
                raise _NestedError
            about.setdefault(subject.value, []).append(triple)
            predicates.add(triple.predicate.value)
        for predicate in sorted(predicates - {_RDF_TYPE}):
            self._iri(predicate, verb=True)
        told = [self._block(subject, about.pop(subject)) for subject in sorted(about)]
        prefixes = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self._writer.namespaces.items())]
        return ("".join(prefixes) + "\n" + "\n".join(told)).strip("\n") + "\n"

    def _block(self, subject: str, triples: Iterable[ox.Triple]) -> str:
        properties: dict[str, list[_Shown]] = {}
        for _, predicate, value in triples:
            properties.setdefault(predicate.value, []).append(self._object(value))
        first = [iri for iri in (_RDF_TYPE, _LABEL) if iri in properties]
        lines = [
            f"{'a' if iri == _RDF_TYPE else self._iri(iri, verb=True)} "
            + ",\n        ".join([shown for _, shown in sorted(properties[iri])])
            for iri in (*first, *sorted(properties.keys() - set(first)))
        ]
        return f"{self._iri(subject)} " + " ;\n    ".join(lines) + " .\n"

    def _iri(self, iri: str, *, verb: bool = False) -> str:
        known = self._named.get((iri, verb))
        if known is None:
            node = rdflib.URIRef(iri)
            known = self._named[iri, verb] = self._writer.get_pname(node, gen_prefix=verb) or node.n3()
        return known

    def _object(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> _Shown:
        if isinstance(term, ox.NamedNode):
            iri = term.value
            shown = self._iri(iri)
            return (2, "", f"<{iri}>"), "()" if iri == _NIL else shown
        if isinstance(term, ox.BlankNode):
            raise _NestedError
        if not isinstance(term, ox.Literal):
            raise _statement(term)
        text, language = term.value, term.language
        datatype = "" if language else term.datatype.value
        if "\n" not in text and (language or datatype == _STRING):
            if "\\" in text or '"' in text or "\r" in text:
                text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
            if not language:
                return (2, "", f'"{text}"'), f'"{text}"'
            shown = f'"{text}"@{language}'
            return (int(language != "nl"), language, shown), shown
        if language:
            node = rdflib_term(term)
            return _object_order(node)[1:], self._writer.label(node, _OBJECT)
        known = self._typed.get((text, datatype))
        if known is None:
            node = rdflib_term(term)
            if datatype != _STRING:
                self._iri(datatype)
            known = self._typed[text, datatype] = _object_order(node)[1:], self._writer.label(node, _OBJECT)
        return known


def rdflib_graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The triples as an rdflib graph without bound prefixes; term by term, twice as fast as through N-Triples."""
    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((rdflib_term(triple.subject), rdflib.URIRef(triple.predicate.value), rdflib_term(triple.object)))
    return graph


def rdflib_term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """The same term for rdflib; a plain string has no datatype, as rdflib's own parsers read it."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = None if term.datatype.value == _STRING else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise _statement(term)


def _statement(term: ox.Triple) -> LoadError:
    return LoadError("A statement about a statement cannot be written here: {term}.", term=term)
