"""A thing as schema.org tells it, by the alignment in `ontology/alignments/schema.ttl`.

The alignment says which class and property of schema.org is near enough to ours to stand for it (an exact, close or
broad match, or a sub-class or sub-property; a related match is no reason), and to which things schema.org gives a
property and with which values. What schema.org has no place for is left out. Language and licence are not told of a
thing: those we know are of the description, not of a course that someone else gives or a book that someone else wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from kg.exchange.source import Source
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri, Names, lg

__all__ = ["CONTEXT", "Alignment", "read_alignment", "schema_of"]

CONTEXT = OUTSIDE["schema"].rstrip("/")
"""The value of `@context` for what `schema_of` gives."""

_SCHEMA, _SKOS, _RDFS, _XSD = (OUTSIDE[name] for name in ("schema", "skos", "rdfs", "xsd"))
_NEAR = (
    *(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch")),
    *(_RDFS + name for name in ("subClassOf", "subPropertyOf")),
)
_LABEL = Iri(_SKOS + "prefLabel")
_IN_SCHEME = Iri(_SKOS + "inScheme")
_THING = "Thing"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "double")}

_OFFERINGS = f"^{lg('offeringOf')}"
"""Of these only those that run count: who is interested or plans to, does not provide it."""
_STEPS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Course", "provider"): (f"^{lg('hasUnit')}", _OFFERINGS, lg("offeredBy")),
    ("DefinedTermSet", "hasDefinedTerm"): (f"^{_IN_SCHEME}",),
    ("EducationalOccupationalProgram", "provider"): (_OFFERINGS, lg("offeredBy")),
    ("Occupation", "responsibilities"): (lg("hasTask"),),
    ("Occupation", "skills"): (lg("hasTask"), lg("requiresCompetence")),
}
"""Class and property of schema.org → the way through our graph where that is no single link; `^` is backwards."""

_TOLD_BY: Mapping[str, tuple[Iri, ...]] = {
    "Course": (lg("hasOutcome"), lg("introduces")),
    "EducationalOccupationalProgram": (lg("hasUnit"), lg("hasOutcome")),
}
"""Class of schema.org that must have a description → the things whose names tell what it is when none is written."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What of ours is what of schema.org; names of schema.org are without their namespace."""

    type_of: Mapping[Iri, str]
    """Class of ours → class of schema.org."""
    properties: Mapping[Iri, tuple[str, ...]]
    """Property → properties of schema.org, those first that are nearest."""
    parents: Mapping[str, frozenset[str]]
    """Class of schema.org → itself and all classes it is a kind of."""
    subjects: Mapping[str, frozenset[str]]
    """Property of schema.org → the classes that have it."""
    objects: Mapping[str, frozenset[str]]
    """Property of schema.org → the classes and datatypes of its values."""

    def fits(self, property_: str, type_: str) -> bool:
        """Whether schema.org gives things of this class this property."""
        return bool(self.subjects.get(property_, frozenset()) & self.parents.get(type_, frozenset({type_, _THING})))

    def takes(self, property_: str, type_: str) -> bool:
        """Whether a value of this property may be of this class or datatype."""
        return bool(self.objects.get(property_, frozenset()) & self.parents.get(type_, frozenset({type_, _THING})))


def read_alignment(store: Store) -> Alignment:
    """The alignment as the graph holds it."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in store.quads(None, None, None, ox.NamedNode(Names().graph("alignment-schema"))):
        value = getattr(quad.object, "value", "")
        if isinstance(quad.subject, ox.NamedNode) and value.startswith(_SCHEMA):
            found[quad.predicate.value][quad.subject.value].append(value.removeprefix(_SCHEMA))
    ours: dict[str, list[str]] = defaultdict(list)
    for predicate in _NEAR:
        for subject, names in found[predicate].items():
            if not subject.startswith(_SCHEMA):
                ours[subject] += sorted(names)
    theirs = {
        s.removeprefix(_SCHEMA): names for s, names in found[_RDFS + "subClassOf"].items() if s.startswith(_SCHEMA)
    }
    terms = {name for names in ours.values() for name in names} | set(theirs)
    return Alignment(
        type_of={Iri(iri): names[0] for iri, names in ours.items() if names[0][0].isupper()},
        properties={Iri(iri): tuple(dict.fromkeys(names)) for iri, names in ours.items() if names[0][0].islower()},
        parents={name: frozenset(_above(name, theirs)) for name in terms if name[0].isupper()},
        subjects=_sets(found[_SCHEMA + "domainIncludes"]),
        objects=_sets(found[_SCHEMA + "rangeIncludes"]),
    )


def schema_of(source: Source, alignment: Alignment, thing: Iri, languages: Sequence[str] = ()) -> dict[str, Any]:
    """One thing as JSON-LD of schema.org, without its `@context`; it is noted as kept in the source.

    Without languages texts are plain and in the language of the source; else they are values with a language.
    What the thing points at is told by IRI, type and name.
    """
    return _Writer(source, alignment, tuple(languages)).whole(thing)


@dataclass(frozen=True, slots=True)
class _Writer:
    source: Source
    alignment: Alignment
    languages: tuple[str, ...]

    def whole(self, thing: Iri) -> dict[str, Any]:
        self.source.keep(thing)
        type_ = self._type(thing)
        found: dict[str, list[Any]] = {"url": [thing]}
        for property_ in self._properties_of(thing):
            for name in self.alignment.properties.get(property_, ()):
                if self.alignment.fits(name, type_):
                    found.setdefault(name, []).extend(self._values(thing, property_, name))
        for (class_, name), steps in _STEPS.items():
            if class_ == type_:
                found.setdefault(name, []).extend(self._seen(name, self._reached(thing, steps)))
        if not found.get("description") and (told := self._told(thing, type_)):
            found["description"] = told
        answer: dict[str, Any] = {"@id": thing, "@type": type_}
        for name in sorted(found, key=lambda name: (name != "name", name != "description", name)):
            values = _distinct(found[name])
            if values:
                answer[name] = values[0] if len(values) == 1 else values
        return answer

    def _type(self, thing: Iri) -> str:
        rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
        quads = self.source.store.quads(ox.NamedNode(thing), rdf_type, None, None)
        classes = sorted(getattr(quad.object, "value", "") for quad in quads)
        return next(
            (self.alignment.type_of[Iri(name)] for name in classes if Iri(name) in self.alignment.type_of), _THING
        )

    def _properties_of(self, thing: Iri) -> list[Iri]:
        quads = self.source.store.quads(ox.NamedNode(thing), None, None, None)
        return [Iri(name) for name in sorted({quad.predicate.value for quad in quads})]

    def _values(self, thing: Iri, property_: Iri, name: str) -> Iterator[Any]:
        """The values of one property: texts, plain values, then what it points at."""
        yield from self._texts(thing, property_)
        if value := self.source.value(thing, property_):
            yield self._plain(thing, property_, value)
        yield from self._seen(name, self.source.nodes(thing, property_))

    def _texts(self, thing: Iri, property_: Iri) -> list[Any]:
        if not self.languages:
            text = self.source.text(thing, property_)
            return [text] if text else []
        texts = self.source.all_texts(thing, property_)
        return [
            {"@value": text, "@language": language} for language in self.languages for text in texts.get(language, ())
        ]

    def _plain(self, thing: Iri, property_: Iri, value: str) -> str | int | float:
        quads = self.source.store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None)
        datatypes = {quad.object.datatype.value for quad in quads if isinstance(quad.object, ox.Literal)}
        if not datatypes & _NUMBERS:
            return value
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        if not number.is_finite():
            return value
        return int(number) if number == number.to_integral_value() else float(number)

    def _seen(self, name: str, things: Iterable[Iri]) -> Iterator[Any]:
        """Each thing in the way the property takes it: by IRI, type and name; as an address; or by its name only."""
        for thing in things:
            type_ = self._type(thing)
            label = self._texts(thing, _LABEL)
            if self.alignment.takes(name, type_) and label:
                yield {"@id": thing, "@type": type_, "name": label[0] if len(label) == 1 else label}
            elif self.alignment.takes(name, "Text") and label:
                yield from label
            elif self.alignment.takes(name, "URL"):
                yield thing

    def _reached(self, thing: Iri, steps: Sequence[str]) -> list[Iri]:
        reached = [thing] if steps else []
        for step in steps:
            follow = self.source.referring if step.startswith("^") else self.source.nodes
            reached = list(dict.fromkeys(found for one in reached for found in follow(one, step.removeprefix("^"))))
            if step == _OFFERINGS:
                reached = [one for one in reached if lg("running") in self.source.nodes(one, lg("offeringStatus"))]
        return reached

    def _told(self, thing: Iri, type_: str) -> list[Any]:
        """What a thing is by the names of its parts, one text a language."""
        for property_ in _TOLD_BY.get(type_, ()):
            names = [self._texts(part, _LABEL) for part in self.source.nodes(thing, property_)]
            if names and not self.languages:
                return ["; ".join(name for one in names for name in one)]
            texts = [
                {"@value": "; ".join(said), "@language": language}
                for language in self.languages
                if (said := [v["@value"] for one in names for v in one if v["@language"] == language])
            ]
            if texts:
                return texts
        return []


def _above(name: str, parents: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = {_THING}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += parents.get(one, ())
    return found


def _sets(by_subject: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {subject.removeprefix(_SCHEMA): frozenset(names) for subject, names in by_subject.items()}


def _distinct(values: Iterable[Any]) -> list[Any]:
    """Each value once, in the order in which they came."""
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
