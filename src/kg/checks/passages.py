"""Passages against the text they come from: where each stands, and which moved.

A passage is a stretch of the source's text file: `oa:start` and `oa:end` in Unicode code points,
end exclusive, and the SHA-256 of that stretch in UTF-8 (W3C Web Annotation, TextPositionSelector).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.files.turtle import canonical
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.records import Finding, Severity
from kg.text import Words

__all__ = ["Passage", "cite", "passages_of", "triples_of", "verify"]

_PART_OF = ox.NamedNode(DCT + "isPartOf")
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_NOTATION = ox.NamedNode(OUTSIDE["skos"] + "notation")
_LABEL = ox.NamedNode(OUTSIDE["skos"] + "prefLabel")
_START, _END = ox.NamedNode(OUTSIDE["oa"] + "start"), ox.NamedNode(OUTSIDE["oa"] + "end")
_SHA, _SECTION = ox.NamedNode(lg("sha256")), ox.NamedNode(lg("section"))
_INTEGER = ox.NamedNode(OUTSIDE["xsd"] + "nonNegativeInteger")


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A located part of a source's text."""

    start: int
    end: int
    iri: Iri
    code: str
    sha256: str
    section: str


def passages_of(store: Store, source: str) -> list[Passage]:
    """The passages of the source with this code, in the order of the text. Raises UnknownName for no source."""
    node = ox.NamedNode(thing_called(store, source, "Source"))
    found = []
    for quad in store.quads(None, _PART_OF, node, None):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        start, end, code, sha256, section = (
            store.value(quad.subject, predicate) for predicate in (_START, _END, _NOTATION, _SHA, _SECTION)
        )
        if start.isdigit() and end.isdigit():
            found.append(Passage(int(start), int(end), Iri(quad.subject.value), code, sha256, section))
    return sorted(found)


def verify(store: Store, text: str, source: str) -> tuple[int, list[Finding]]:
    """How many passages of a source stand where the graph says, and a finding for each that does not.

    A passage whose exact text stands elsewhere has moved, and the finding says where to.
    """
    passages = passages_of(store, source)
    wrong = [passage for passage in passages if _sum(text[passage.start : passage.end]) != passage.sha256]
    return len(passages) - len(wrong), [_fault(passage, text) for passage in wrong]


def cite(store: Store, text: str, source: str, phrase: str, *, section: str = "") -> str:
    """Turtle of the passage that is exactly this phrase: the one the graph has, or a new one with the next code.

    A new one stands under `section`, or under the heading of the passage before it. Raises UnknownName
    when the text does not hold the phrase, or holds it more than once.
    """
    count = text.count(phrase) if phrase else 0
    if count != 1:
        raise UnknownName(
            "The text holds this phrase {count} times: {phrase!r}.",
            "Copy it exactly from the text, with more words when it stands there more than once.",
            count=count,
            phrase=phrase,
        )
    known = passages_of(store, source)
    start = text.index(phrase)
    end = start + len(phrase)
    for passage in known:
        if (passage.start, passage.end) == (start, end):
            return f"{store.names.compact(passage.iri)}\n"
    before = [passage.section for passage in known if passage.start <= start and passage.section]
    numbers = [int(number) for passage in known if (number := passage.code.rpartition("-")[2]).isdigit()]
    code = f"n-{max(numbers, default=0) + 1:03}"
    new = Passage(
        start,
        end,
        store.names.thing("passage", code),
        code,
        _sum(phrase),
        section or (before[-1] if before else ""),
    )
    return canonical(triples_of(new, thing_called(store, source, "Source")), store.names)


def triples_of(passage: Passage, source: Iri) -> list[ox.Triple]:
    """The triples that state a passage of this source."""
    place = f"{passage.start}–{passage.end}"
    values: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (_TYPE, ox.NamedNode(lg("Passage"))),
        (_PART_OF, ox.NamedNode(source)),
        (_NOTATION, ox.Literal(passage.code)),
        (_LABEL, ox.Literal(f"{passage.section}, tekens {place}", language="nl")),
        (_LABEL, ox.Literal(f"{passage.section}, characters {place}", language="en")),
        (_SECTION, ox.Literal(passage.section, language="nl")),
        (_START, ox.Literal(str(passage.start), datatype=_INTEGER)),
        (_END, ox.Literal(str(passage.end), datatype=_INTEGER)),
        (_SHA, ox.Literal(passage.sha256)),
    ]
    return [ox.Triple(ox.NamedNode(passage.iri), predicate, value) for predicate, value in values]


def _fault(passage: Passage, text: str) -> Finding:
    length = passage.end - passage.start
    starts = range(len(text) - length + 1)
    moved = next((start for start in starts if _sum(text[start : start + length]) == passage.sha256), None)
    was = f"{passage.start}–{passage.end}"
    if moved is None:
        message = {
            "nl": f"Passage {passage.code} ({was}) staat niet meer in de tekst.",
            "en": f"Passage {passage.code} ({was}) is no longer in the text.",
        }
    else:
        place = f"{moved}–{moved + length}"
        message = {
            "nl": f"Passage {passage.code} is verschoven van {was} naar {place}.",
            "en": f"Passage {passage.code} moved from {was} to {place}.",
        }
    return Finding("passage-moved", Severity.VIOLATION, Words(message), thing=passage.iri)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
