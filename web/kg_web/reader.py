"""The graph as one reader sees it: labels, kinds, values and addresses in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
from babel.dates import format_date
from babel.numbers import format_decimal

from kg.graph.find import label_of
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.table import Term
from kg.text import Words
from kg_web.state import State
from kg_web.terms import AREAS, KindWords, Terms, read_terms
from kg_web.urls import address
from kg_web.words import N_, said_in

__all__ = ["Reader", "Value"]

_XSD = OUTSIDE["xsd"]
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "double", "int")}
_BREAKS = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """One value on a page: its text, and for a thing where it leads, its code and kind."""

    text: str
    href: str = ""
    code: str = ""
    kind: str = ""
    lang: str = ""
    """The language of the text when it is not the page's own."""
    origin: str = ""
    """Where the statement comes from, when that differs from the rest of the page."""
    number: bool = False
    segment: str = ""

    @property
    def outside(self) -> bool:
        """Whether the link leaves the site."""
        return self.href.startswith(("http://", "https://"))


@dataclass(frozen=True)
class Reader:
    """A reader of the graph: in which language it is told, and the functions that tell it."""

    state: State
    lang: str
    terms: Terms = field(default_factory=read_terms)
    _labels: dict[str, str] = field(default_factory=dict)

    @property
    def say(self) -> Callable[..., str]:
        """A message of the site in the reader's language."""
        return said_in(self.lang)

    def label(self, iri: str) -> str:
        """The label of a thing, class, property or graph; for what has none, its IRI in short."""
        if iri not in self._labels:
            words = self.terms.labels.get(Iri(iri))
            text = words.within(self.lang) if words else label_of(self.state.store, iri, self.lang)
            self._labels[iri] = iri if text == f"<{iri}>" else text
        return self._labels[iri]

    def kind(self, segment: str) -> str:
        """One thing of this kind: "competentie"."""
        return self.label(KINDS_BY_SEGMENT[segment].class_iri)

    def plural(self, segment: str) -> str:
        """Things of this kind: "competenties"."""
        return self.words(segment).plural.within(self.lang)

    def words(self, segment: str) -> KindWords:
        """How a kind is worded and listed; a kind that `terms.toml` does not know yet is called by its class."""
        known = self.terms.kinds.get(segment or "other")
        return known or KindWords(Words({self.lang: self.kind(segment)}), self.kind(segment), AREAS[-1])

    def backwards(self, predicate: Iri, things: str, this: str) -> str:
        """A property read backwards: "leerresultaten die deze competentie ontwikkelen".

        `things` is the segment of what refers, `this` that of what is referred to; empty for no kind of ours.
        """
        plural = self.plural(things)
        pointed = f"this {self.kind(this)}" if this else "this"
        if self.lang == "nl":
            pointed = self.words(this).this
        words = self.terms.inverse.get(predicate, Words({"nl": "{things} – {label}", "en": "{things} – {label}"}))
        return words.within(self.lang).format(things=plural, this=pointed, label=self.label(predicate))

    def address(self, iri: str) -> str:
        """Where to read about it; empty for what has no page."""
        return address(iri, self.state.names, self.lang)

    def thing(self, iri: str, origin: str = "") -> Value:
        """A link to a thing, term or graph of ours, or to a page elsewhere; plain text for what has no page."""
        known = self.state.names.segment_and_code(iri)
        if not known:
            return Value(_in_short(self.label(iri)), self.address(iri), origin=origin)
        if Iri(iri) not in self.state.known:
            return Value("/".join(known), origin=origin)
        segment, code = known
        return Value(self.label(iri), self.address(iri), code, self.kind(segment), origin=origin, segment=segment)

    def texts(self, iri: str, predicate: str) -> list[ox.Literal]:
        """The values of a property that are text: those in the reader's language, else all there are."""
        found = [
            quad.object
            for quad in self.state.store.quads(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
            if isinstance(quad.object, ox.Literal)
        ]
        return self.preferred(found)

    def preferred(self, literals: list[ox.Literal]) -> list[ox.Literal]:
        """Of texts in several languages those in the reader's, else those in the first language; sorted."""
        tagged = {literal.language for literal in literals if literal.language}
        chosen = self.lang if self.lang in tagged else min(tagged, default="")
        kept = [literal for literal in literals if not literal.language or literal.language == chosen]
        return sorted(kept, key=str)

    def value(self, term: Term, origin: str = "") -> Value:
        """A value as people read it: a link, a date in words, a number with the marks of the language."""
        if isinstance(term, ox.NamedNode):
            return self.thing(term.value, origin)
        if not isinstance(term, ox.Literal):
            return Value("" if term is None else str(term), origin=origin)
        foreign = term.language if term.language and term.language != self.lang else ""
        if term.language:
            return Value(term.value, lang=foreign or "", origin=origin)
        return Value(self._plain(term), origin=origin, number=term.datatype.value in _NUMBERS)

    def number(self, value: int | Decimal) -> str:
        """A number with the marks of the language: `1.000,5` or `1,000.5`."""
        return format_decimal(value, locale=self.lang)

    def kilobytes(self, size: int) -> str:
        """A number of bytes as people read it: `3,8 MB`, of a thousand kilobytes."""
        units = ("kB", "MB", "GB")
        value, unit = max(size, 1) / 1000, 0
        while value >= 1000 and unit + 1 < len(units):
            value, unit = value / 1000, unit + 1
        return f"{format_decimal(value, format='#,##0' if value >= 10 else '0.0', locale=self.lang)} {units[unit]}"

    def _plain(self, term: ox.Literal) -> str:
        datatype, text = term.datatype.value.removeprefix(_XSD), term.value
        try:
            if datatype == "date":
                return format_date(date.fromisoformat(text), "long", locale=self.lang)
            if datatype == "gYearMonth":
                return format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale=self.lang)
            if term.datatype.value in _NUMBERS:
                return self.number(Decimal(text))
        except (ValueError, InvalidOperation):
            return text
        if datatype == "boolean":
            return self.say(N_("yes")) if text in {"true", "1"} else self.say(N_("no"))
        if datatype == "duration" and (found := _BREAKS.match(text)):
            return self._duration([int(part or 0) for part in found.groups()]) or text
        return text

    def _duration(self, counts: list[int]) -> str:
        one = (N_("{count} year"), N_("{count} month"), N_("{count} week"), N_("{count} day"))
        more = (N_("{count} years"), N_("{count} months"), N_("{count} weeks"), N_("{count} days"))
        parts = [self.say(one[i] if count == 1 else more[i], count=count) for i, count in enumerate(counts) if count]
        return ", ".join(parts)


def _in_short(text: str) -> str:
    """A web address without its scheme, and a long one without its middle; other text as it is."""
    if not text.startswith(("http://", "https://")):
        return text
    bare = text.partition("://")[2].rstrip("/")
    host, _, rest = bare.partition("/")
    return bare if len(bare) <= 60 else f"{host}/…/{rest[-20:].rpartition('/')[2]}"
