"""The statements an export makes, gathered and written as canonical Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.errors import ExchangeError
from kg.files.turtle import canonical
from kg.names import OUTSIDE, Iri, Names

__all__ = ["Statements", "number"]

_TYPE = OUTSIDE["rdf"] + "type"
_SKOS = OUTSIDE["skos"]
_XSD = OUTSIDE["xsd"]


class Statements:
    """Statements in another party's vocabulary, each counted once. No blank nodes: what a thing lacks an IRI for
    gets one below the thing's own, `id/unit/mo-1#credit`."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._triples: dict[ox.Triple, None] = {}

    def a(self, thing: str, class_: str) -> Iri:
        """States the class of a thing and gives the thing back."""
        self.nodes(thing, _TYPE, [class_])
        return Iri(thing)

    def part(self, thing: str, name: str, class_: str) -> Iri:
        """A part of a thing with a name of its own below that of the thing, and with its class."""
        return self.a(f"{thing}#{name}", class_)

    def nodes(self, thing: str, property_: str, values: Iterable[str]) -> None:
        """States links to other things."""
        for value in values:
            self._add(thing, property_, ox.NamedNode(value))

    def texts(self, thing: str, property_: str, texts: Mapping[str, str]) -> None:
        """States a text in each of its languages."""
        for language, text in texts.items():
            self._add(thing, property_, ox.Literal(text, language=language))

    def all_texts(self, thing: str, property_: str, texts: Mapping[str, list[str]]) -> None:
        """States several texts in each of their languages."""
        for language, several in texts.items():
            for text in several:
                self._add(thing, property_, ox.Literal(text, language=language))

    def value(self, thing: str, property_: str, value: str, datatype: str = "string") -> None:
        """States a value of a datatype of XML Schema; an empty value is no value."""
        if value:
            self._add(thing, property_, ox.Literal(value, datatype=ox.NamedNode(_XSD + datatype)))

    def concept(self, iri: str, labels: Mapping[str, str] | None = None) -> Iri:
        """States that something is a concept, with its labels; gives its IRI back."""
        self.texts(iri, _SKOS + "prefLabel", labels or {})
        return self.a(iri, _SKOS + "Concept")

    def turtle(self) -> bytes:
        """All of it; the same statements give the same bytes, whatever order they were made in."""
        return canonical(self._triples, self._names).encode("utf-8")

    def _add(self, thing: str, property_: str, value: ox.NamedNode | ox.Literal) -> None:
        self._triples[ox.Triple(ox.NamedNode(thing), ox.NamedNode(property_), value)] = None


def number(value: str) -> str:
    """A decimal as people write it: `5.0` is `5`, `7.50` is `7.5`. Raises ExchangeError for what is no number."""
    try:
        finite = Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise ExchangeError("{value} is not a number.", "`kg check` tells where it stands.", value=value)
    return value.rstrip("0").rstrip(".") if "." in value else value
