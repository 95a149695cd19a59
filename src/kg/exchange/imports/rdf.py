"""RDF of another party, parsed without network and under limits: Turtle, N-Triples, RDF/XML, JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import pyoxigraph as ox

from kg.exchange.imports.content import Content, decoded
from kg.exchange.imports.faults import Place, fault
from kg.exchange.imports.json_ld import SECONDS, BrokenJsonLd, SlowJsonLd, as_nquads
from kg.exchange.imports.json_text import DEEPEST, parse_json
from kg.records import Finding

__all__ = ["Graph", "parse_rdf"]

_FORMATS: Mapping[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
_MOST_TRIPLES = 1_000_000
_BRACKETS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|<[^<>\s]*+>|\#[^\n]*+|[\[\]()]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Graph:
    """The triples of a file, in its order, and the line where each subject starts, as far as that shows."""

    name: str
    triples: tuple[ox.Triple, ...]
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, iri: str) -> Place:
        """Where a thing is told."""
        return Place(self.name, self.lines.get(iri, 0), path=iri)


def parse_rdf(content: Content, seconds: float = SECONDS, base: str = "") -> Graph | Finding:
    """The triples, or the fault: an unknown suffix, broken (with its line), a DOCTYPE, a context elsewhere, nesting.

    Relative IRIs are resolved against `base`; without it they are a fault.
    """
    suffix = PurePath(content.name).suffix.lower()
    if suffix not in _FORMATS:
        return fault("unknown-suffix", Place(content.name), value=suffix, known=" ".join(_FORMATS))
    format_ = _FORMATS[suffix]
    if format_ is ox.RdfFormat.JSON_LD:
        value = parse_json(content)
        if isinstance(value, Finding):
            return value
        if remote := _remote_context(value):
            return fault("remote-context", Place(content.name), value=remote)
    text = decoded(content)
    if isinstance(text, Finding):
        return text
    if format_ is ox.RdfFormat.JSON_LD:
        try:
            text, format_ = as_nquads(text.removeprefix("\ufeff"), seconds), ox.RdfFormat.N_QUADS
        except BrokenJsonLd as error:
            return fault("broken-rdf", Place(content.name), reason=str(error).rstrip("."))
        except SlowJsonLd:
            return fault("too-slow", Place(content.name), most=f"{seconds:g}")
    found = _refused(text, format_, content.name)
    return found or _parsed(text, format_, content.name, base)


def _parsed(text: str, format_: ox.RdfFormat, name: str, base: str) -> Graph | Finding:
    triples: dict[ox.Triple, None] = {}
    try:
        for quad in ox.parse(input=text.removeprefix("\ufeff"), format=format_, base_iri=base or None):
            triples[quad.triple] = None
            if len(triples) > _MOST_TRIPLES:
                return fault("too-many-triples", Place(name), most=_MOST_TRIPLES)
    except SyntaxError as error:
        told = re.sub(r"^Parser error (at|between) line.*?: ", "", str(error.msg)).rstrip(".")
        return fault("broken-rdf", Place(name, error.lineno or 0), reason=told)
    except ValueError as error:
        return fault("broken-rdf", Place(name), reason=str(error).rstrip("."))
    if not triples:
        return fault("empty-file", Place(name))
    return Graph(name, tuple(triples), _lines(text, triples))


def _refused(text: str, format_: ox.RdfFormat, name: str) -> Finding | None:
    if format_ is ox.RdfFormat.RDF_XML:
        declared = re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE)
        if declared:
            return fault("doctype", Place(name, text.count("\n", 0, declared.start()) + 1))
        depth = 0
        for tag in re.finditer(r"<(/?)[A-Za-z_][^<>]*?(/?)>", text):
            depth += -1 if tag[1] else (0 if tag[2] else 1)
            if depth > DEEPEST:
                return fault("too-deep", Place(name, text.count("\n", 0, tag.start()) + 1), most=DEEPEST)
    elif format_ in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
        depth = 0
        for token in _BRACKETS.finditer(text):
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(token[0], 0)
            if depth > DEEPEST:
                return fault("too-deep", Place(name, text.count("\n", 0, token.start()) + 1), most=DEEPEST)
    return None


def _remote_context(value: Any) -> str:
    """The first context that stands elsewhere; nothing is fetched, so it cannot be understood."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            contexts = part.get("@context", [])
            for context in contexts if isinstance(contexts, list) else [contexts]:
                if isinstance(context, str):
                    return context
                if isinstance(context, dict) and "@import" in context:
                    return json.dumps(context["@import"])
            waiting += part.values()
    return ""


def _lines(text: str, triples: Mapping[ox.Triple, None]) -> dict[str, int]:
    """The first line on which each subject is named in full, or by the end of its IRI."""
    by_end = {getattr(triple.subject, "value", ""): "" for triple in triples}
    first: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for word in re.findall(r'[^\s<>"]+', line[:2000]):
            first.setdefault(word, number)
            first.setdefault(re.split(r"[/#:]", word)[-1], number)
    return {iri: first.get(iri) or first.get(re.split(r"[/#:]", iri)[-1], 0) for iri in by_end}
