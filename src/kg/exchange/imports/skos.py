"""SKOS and our own vocabulary as RDF: concepts, lists of concepts, and things of a graph like this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import KIND_OF_CLASS, Draft, Item
from kg.exchange.imports.faults import Place
from kg.exchange.imports.rdf import Graph, parse_rdf
from kg.names import DCT, KINDS_BY_SEGMENT, LG, OUTSIDE, Iri, lg
from kg.records import Finding

__all__ = ["read"]

_SKOS, _RDFS = OUTSIDE["skos"], OUTSIDE["rdfs"]
_TYPE = OUTSIDE["rdf"] + "type"
_NOTATION = _SKOS + "notation"
_STRING = OUTSIDE["xsd"] + "string"
_SCHEME, _CONCEPT = Iri(_SKOS + "ConceptScheme"), Iri(_SKOS + "Concept")
_KINDS = {_SCHEME, _CONCEPT, Iri(_SKOS + "Collection"), Iri(_SKOS + "OrderedCollection")}
_TEXTS = {_SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "scopeNote", "example")}
_TEXTS |= {_SKOS + name for name in ("note", "historyNote", "editorialNote", "changeNote")}
_TEXTS |= {_RDFS + "label", _RDFS + "comment", DCT + "title", DCT + "description"}
_INVERSES: Mapping[str, tuple[str, str]] = {
    _SKOS + "narrower": (_SKOS + "broader", "inverse"),
    _SKOS + "hasTopConcept": (_SKOS + "inScheme", "top-as-member"),
}
"""Property → the one that says it from the other side, and why."""
_INSIDE = {_SKOS + "broader", _SKOS + "inScheme"}
_PROFILED = {"Competence", "Task", "TaskGroup", "TensionField"}
"""Classes whose list is a competence profile."""

Value = ox.NamedNode | ox.Literal


def read(content: Content, draft: Draft) -> None:
    """Fills the draft from one file. What it says of our own things stays as it is; another's stays another's."""
    graph = parse_rdf(content)
    if isinstance(graph, Finding):
        draft.faults.append(graph)
        return
    told: dict[str, list[tuple[str, Value]]] = defaultdict(list)
    nameless = 0
    for triple in graph.triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            told[triple.subject.value].append((triple.predicate.value, triple.object))
        else:
            nameless += 1
    if nameless:
        draft.ledger.left_out(graph.name, "…", "blank-node", count=nameless)
    made = {f"{draft.names.base}scheme/{segment}" for segment in KINDS_BY_SEGMENT}
    items = {iri: types for iri, facts in told.items() if iri not in made and (types := _types(facts)) is not None}
    if not items:
        draft.wrong("no-concepts", graph.place(""))
    for iri, facts in told.items():
        if iri in items:
            kept = [(property_, value) for property_, value in facts if value.value not in made]
            if len(kept) < len(facts):
                draft.ledger.left_out(graph.name, "skos:inScheme", "made-scheme", iri, len(facts) - len(kept))
            _Thing(draft, graph, Iri(iri), items[iri], kept).read()
        else:
            for property_, value in facts:
                why = "made-scheme" if iri in made else "no-thing"
                draft.ledger.left_out(graph.name, draft.names.compact(property_), why, f"{iri} {value.value}")


def _types(facts: list[tuple[str, Value]]) -> set[Iri] | None:
    """The classes of a subject; None when it is nothing an import takes."""
    types = {Iri(value.value) for property_, value in facts if property_ == _TYPE and isinstance(value, ox.NamedNode)}
    ours = any(type_.removeprefix(LG) in KIND_OF_CLASS for type_ in types)
    labelled = not types and any(property_ == _SKOS + "prefLabel" for property_, _ in facts)
    return types if ours or labelled or types & _KINDS else None


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing of the file on its way into the draft."""

    draft: Draft
    graph: Graph
    iri: Iri
    types: set[Iri]
    facts: list[tuple[str, Value]]

    def read(self) -> None:
        """Adds the thing with everything that is said of it."""
        ours, scheme, class_name = self.draft.is_ours(self.iri), _SCHEME in self.types, self._class()
        keeps = ours or not class_name
        codes = sorted(value.value for property_, value in self.facts if property_ == _NOTATION and _plain(value))
        kept = tuple(sorted(type_ for type_ in self.types - {_SCHEME, _CONCEPT} if not type_.startswith(LG)))
        code = codes[0] if codes else ""
        types = kept if keeps else ()
        item = Item(self.iri, class_name, self._place, code, scheme=scheme, keeps_iri=keeps, types=types)
        if not self.draft.add(item):
            return
        for property_, value in self.facts:
            if property_ == _TYPE:
                self._type(Iri(value.value), keeps=keeps)
            elif property_ == _NOTATION and (ours or not keeps):
                self._notation(value.value, ours=ours)
            elif isinstance(value, ox.NamedNode):
                self._link(property_, value)
            else:
                self._text(property_, value)
        if scheme:
            _list(self.draft, self.iri, self.facts)

    @property
    def _place(self) -> Place:
        return self.graph.place(self.iri)

    def _class(self) -> str:
        told = sorted(name for type_ in self.types if (name := type_.removeprefix(LG)) in KIND_OF_CLASS)
        if self.draft.is_ours(self.iri):
            of_iri = self.draft.class_of_ours(self.iri)
            return of_iri if of_iri in told or not told else told[0]
        if _SCHEME in self.types:
            return "CompetenceProfile" if self.draft.choices.class_name in _PROFILED else ""
        return self.draft.choices.class_name

    def _type(self, type_: Iri, *, keeps: bool) -> None:
        foreign_class_of_ours = type_.startswith(LG) and not self.draft.is_ours(self.iri)
        field = self.draft.names.compact(_TYPE)
        if type_ in _KINDS or (keeps and not foreign_class_of_ours):
            self.draft.ledger.taken(self.graph.name, field)
        else:
            self.draft.ledger.left_out(self.graph.name, field, "type-of-theirs", type_)

    def _notation(self, code: str, *, ours: bool) -> None:
        field = self.draft.names.compact(_NOTATION)
        if not ours:
            self.draft.ledger.changed(self.graph.name, field, "code-of-ours", code)
        elif self.iri.endswith(f"/{code}"):
            self.draft.ledger.taken(self.graph.name, field)
        else:
            self.draft.wrong("code-differs", self._place, value=code)

    def _link(self, property_: str, value: ox.NamedNode) -> None:
        """A link to another thing, turned to the direction the graph writes."""
        name, field, place = self.graph.name, self.draft.names.compact(property_), self._place
        if property_ == _SKOS + "topConceptOf":
            self.draft.state(self.iri, _SKOS + "inScheme", value, place, field, inside=True)
            self.draft.ledger.changed(name, field, "top-as-member", value.value)
        elif property_ == DCT + "license" and _SCHEME in self.types:
            self.draft.licences.append(value.value)
            self.draft.ledger.changed(name, field, "told-of-source", value.value)
        elif property_ == DCT + "type" and value.value == lg(self._class()):
            self.draft.ledger.taken(name, field)
        elif property_ in _INVERSES:
            turned, why = _INVERSES[property_]
            self.draft.state(Iri(value.value), turned, ox.NamedNode(self.iri), place, field, inside=True)
            self.draft.ledger.changed(name, field, why, value.value)
        else:
            self.draft.state(self.iri, property_, value, place, field, inside=property_ in _INSIDE)
            self.draft.ledger.taken(name, field)

    def _text(self, property_: str, value: ox.Literal) -> None:
        """A text or a value; a text without a language gets the one that is told."""
        name, field = self.graph.name, self.draft.names.compact(property_)
        if property_ in _TEXTS and _plain(value):
            text = self.draft.text(value.value, "", self._place)
            self.draft.ledger.changed(name, field, "language-told", value.value)
        elif value.language:
            text = self.draft.text(value.value, value.language, self._place)
            self.draft.ledger.taken(name, field)
        else:
            text = value
            self.draft.ledger.taken(name, field)
        if text is not None:
            self.draft.state(self.iri, property_, text, self._place, field)


def _list(draft: Draft, iri: Iri, facts: list[tuple[str, Value]]) -> None:
    """What a list says of itself is what the import is called, and under which licence it stands."""
    for name in (_SKOS + "prefLabel", DCT + "title", _RDFS + "label"):
        texts = {
            value.language or draft.choices.language or "und": value.value
            for property_, value in facts
            if property_ == name and isinstance(value, ox.Literal)
        }
        if texts:
            draft.told_title(texts)
            break
    if not draft.is_ours(iri):
        draft.addresses.append(iri)


def _plain(value: Value) -> bool:
    return isinstance(value, ox.Literal) and not value.language and value.datatype.value == _STRING
