"""The vocabulary as a reference page: classes, properties and code lists with their definitions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.graph.store import Store
from kg.names import LG, ONTOLOGY, OUTSIDE, Iri
from kg_web.reader import Reader, Value
from kg_web.urls import term_name

__all__ = ["CodeList", "Term", "VocabularyPage", "term_counts", "term_of", "vocabulary_page"]

_RDF, _RDFS, _OWL, _SKOS, _SCHEMA = (OUTSIDE[prefix] for prefix in ("rdf", "rdfs", "owl", "skos", "schema"))
_TYPE = _RDF + "type"
_MATCHES = tuple(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))


@dataclass(frozen=True, slots=True)
class Term:
    """One class, property or code: what it is called and means, and how it hangs together with others."""

    name: str
    iri: Iri
    label: str
    definition: str
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    parents: tuple[Value, ...] = ()
    subjects: tuple[Value, ...] = ()
    objects: tuple[Value, ...] = ()
    matches: tuple[tuple[str, Value], ...] = ()
    """How a term of another party compares, and that term."""
    anchor: str = ""
    """Where it stands on the page; a code of two lists has its own name in the first and another in the second."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes."""

    term: Term
    codes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    """The whole vocabulary."""

    title: str
    description: str
    version: str
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    lists: tuple[CodeList, ...]
    codes: tuple[Term, ...]
    """Codes that stand in no list."""


def vocabulary_page(reader: Reader) -> VocabularyPage:
    """The vocabulary as the graph holds it; code lists come after the classes they belong to."""
    store = reader.state.store
    schemes = _of_type(store, _SKOS + "ConceptScheme")
    codes: dict[str, list[Term]] = defaultdict(list)
    for quad in store.quads(None, ox.NamedNode(_SKOS + "inScheme"), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            codes[quad.object.value].append(term_of(reader, Iri(quad.subject.value)))
    lists: list[CodeList] = []
    placed: set[str] = set()
    for scheme in _terms(reader, schemes):
        members = [
            replace(term, anchor=f"{scheme.name}-{term.name}" if term.name in placed else term.name)
            for term in _by_label(codes[scheme.iri])
        ]
        placed.update(term.name for term in members)
        lists.append(CodeList(scheme, tuple(members)))
    properties = [*_of_type(store, _OWL + "ObjectProperty"), *_of_type(store, _OWL + "DatatypeProperty")]
    return VocabularyPage(
        title=reader.label(ONTOLOGY),
        description=" ".join(text.value for text in reader.texts(ONTOLOGY, OUTSIDE["dct"] + "description")),
        version=store.value(ox.NamedNode(ONTOLOGY), ox.NamedNode(_OWL + "versionInfo")),
        classes=_terms(reader, _of_type(store, _OWL + "Class")),
        properties=_terms(reader, properties),
        lists=tuple(lists),
        codes=tuple(term for term in _terms(reader, _of_type(store, _SKOS + "Concept")) if term.name not in placed),
    )


def term_counts(store: Store) -> tuple[int, int]:
    """How many classes and properties there are."""
    properties = {*_of_type(store, _OWL + "ObjectProperty"), *_of_type(store, _OWL + "DatatypeProperty")}
    return len(_of_type(store, _OWL + "Class")), len(properties)


def _of_type(store: Store, type_iri: str) -> list[Iri]:
    quads = store.quads(None, ox.NamedNode(_TYPE), ox.NamedNode(type_iri), None)
    found = {Iri(quad.subject.value) for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return sorted(iri for iri in found if iri.startswith(LG))


def _terms(reader: Reader, iris: list[Iri]) -> tuple[Term, ...]:
    return _by_label([term_of(reader, iri) for iri in dict.fromkeys(iris)])


def _by_label(terms: list[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: (term.label.casefold(), term.name)))


def term_of(reader: Reader, iri: Iri) -> Term:
    """A class, property or code as the ontology describes it."""

    def texts(predicate: str) -> tuple[str, ...]:
        return tuple(text.value for text in reader.texts(iri, predicate))

    return Term(
        name=term_name(iri),
        iri=iri,
        label=reader.label(iri),
        definition=" ".join(texts(_SKOS + "definition")),
        notes=texts(_SKOS + "scopeNote"),
        examples=texts(_SKOS + "example"),
        parents=_links(reader, iri, _RDFS + "subClassOf", _RDFS + "subPropertyOf"),
        subjects=_links(reader, iri, _RDFS + "domain", _SCHEMA + "domainIncludes"),
        objects=_links(reader, iri, _RDFS + "range", _SCHEMA + "rangeIncludes"),
        matches=tuple((reader.label(match), value) for match in _MATCHES for value in _links(reader, iri, match)),
    )


def _links(reader: Reader, iri: Iri, *predicates: str) -> tuple[Value, ...]:
    found = {
        quad.object.value
        for predicate in predicates
        for quad in reader.state.store.quads(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
        if isinstance(quad.object, ox.NamedNode)
    }
    return tuple(reader.thing(value) for value in sorted(found))
