"""One sector of a made-up graph while it is being made: its statements and its things."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from kg.editing.generated.words import Pair
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Names, lg

__all__ = ["Origin", "Sector", "Statement", "predicate", "term", "text", "typed", "value"]

Statement = tuple[str, str, str]
"""Subject, predicate and object, as N-Triples writes them."""
Origin = Literal["note", "proposal", "derived"]

_CONCEPTS = {"competence", "task", "task-group", "tension", "theme", "knowledge", "learner", "role"}
_SKOS = OUTSIDE["skos"]
_SECTION = 400
"""Characters of the made-up source that a passage takes."""


def term(iri: str) -> str:
    """An IRI as N-Triples writes it."""
    return f"<{iri}>"


def text(value: str, language: str) -> str:
    """A text in a language; the words here need no escaping."""
    return f'"{value}"@{language}'


@cache
def typed(value: str, datatype: str = "") -> str:
    """A literal of a datatype of XML Schema; of a plain string without."""
    return f'"{value}"' + (f"^^<{OUTSIDE['xsd']}{datatype}>" if datatype else "")


@cache
def predicate(name: str) -> str:
    """A property by its prefixed name; without a prefix, one of ours."""
    prefix, colon, local = name.partition(":")
    return term((OUTSIDE[prefix] + local) if colon else lg(name))


@cache
def value(name: str) -> str:
    """A term of our ontology as a value."""
    return term(lg(name))


@dataclass
class Sector:
    """The statements of one sector, by where they come from, and its things by kind."""

    number: int
    names: Names
    chance: random.Random
    statements: dict[Origin, list[Statement]] = field(
        default_factory=lambda: {"note": [], "proposal": [], "derived": []}
    )
    things: dict[str, list[str]] = field(default_factory=dict)
    """Segment of a kind → its things in order, as N-Triples writes them."""
    passages: int = 0

    def add(self, origin: Origin, subject: str, name: str, *objects: str) -> None:
        """Adds a statement for every object."""
        self.statements[origin].extend((subject, predicate(name), value) for value in objects)

    def tell(self, origin: Origin, subject: str, name: str, words: Pair) -> None:
        """Adds a text in both languages."""
        self.add(origin, subject, name, text(words[0], "nl"), text(words[1], "en"))

    def thing(self, origin: Origin, segment: str, code: str, label: Pair) -> str:
        """A new thing with its code and name; what is stated has its passage."""
        found = self.things.setdefault(segment, [])
        code = f"{code}-{len(found) + 1}"
        node = term(self.names.thing(segment, code))
        found.append(node)
        self.add(origin, node, "rdf:type", term(KINDS_BY_SEGMENT[segment].class_iri))
        if segment in _CONCEPTS:
            self.add(origin, node, "rdf:type", term(_SKOS + "Concept"))
        self.add(origin, node, "skos:notation", typed(code))
        self.tell(origin, node, "skos:prefLabel", label)
        if origin == "note" and segment not in {"source", "passage"}:
            self.add(origin, node, "dct:source", self._passage())
        return node

    def code(self, letters: str) -> str:
        """A code of this sector, to be followed by a number."""
        return f"{letters}{self.number}"

    def _passage(self) -> str:
        """A place in the sector's source; three things share one."""
        if self.passages % 3 == 0:
            start = self.passages // 3 * _SECTION
            end = start + self.chance.randrange(40, _SECTION)
            words = (f"bron {self.number}, tekens {start}–{end}", f"source {self.number}, characters {start}–{end}")
            node = self.thing("note", "passage", self.code("n"), words)
            self.add("note", node, "dct:isPartOf", self.things["source"][0])
            self.add("note", node, "oa:start", typed(str(start), "integer"))
            self.add("note", node, "oa:end", typed(str(end), "integer"))
            self.add("note", node, "section", text(f"Hoofdstuk {1 + start // 4000}", "nl"))
            self.add("note", node, "sha256", typed(hashlib.sha256(f"{self.number}:{start}:{end}".encode()).hexdigest()))
        self.passages += 1
        return self.things["passage"][-1]
