"""The page of one class or property: its definition, rules in words, an example, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.graph.ask import bind
from kg.graph.store import Store
from kg.names import KINDS, LG, OUTSIDE, Iri
from kg.publish.reference import Example, Reference, Rule, read_reference
from kg.records import Query, Severity
from kg.table import Term as Node
from kg_web.designer_memory import remembered
from kg_web.reader import Reader, Value
from kg_web.state import state
from kg_web.vocabulary import Term, term_of
from kg_web.words import N_

__all__ = ["Rules", "TermPage", "Use", "is_described", "term_page"]

_QUERIES = Path(__file__).parent / "queries"
_OWL, _RDFS, _SCHEMA = (OUTSIDE[prefix] for prefix in ("owl", "rdfs", "schema"))
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_CLASS, *_PROPERTIES = (ox.NamedNode(_OWL + name) for name in ("Class", "ObjectProperty", "DatatypeProperty"))
_FROM = (_RDFS + "domain", _SCHEMA + "domainIncludes")
_TO = (_RDFS + "range", _SCHEMA + "rangeIncludes")
_GRAVITIES = {
    Severity.VIOLATION: N_("This must hold"),
    Severity.WARNING: N_("This should hold"),
    Severity.INFO: N_("Good to know"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one gravity: its heading, and for each what holds, what to do, and its name."""

    heading: str
    rules: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A data file that uses the term: where it comes from, and how often."""

    graph: Value
    origin: str
    count: int


@dataclass(frozen=True, slots=True)
class TermPage:
    """Everything there is to know of a term."""

    term: Term
    kind: str
    backwards: str
    """How a property is read from its other end; empty for a class."""
    properties: tuple[Value, ...]
    """What can be said of a thing of this class."""
    relations: tuple[Value, ...]
    """What leads to a thing of this class."""
    children: tuple[Value, ...]
    rules: tuple[Rules, ...]
    example: Example | None
    statements: tuple[tuple[Value, Value | None], ...]
    """A few real ones: a thing and its value, or a thing alone."""
    uses: tuple[Use, ...]
    questions: tuple[Query, ...]
    segment: str = ""
    """The kind of things a class stands for, to list them all."""

    @property
    def total(self) -> int:
        """How often it is used in all files together."""
        return sum(use.count for use in self.uses)


def is_described(store: Store, iri: Iri) -> bool:
    """Whether a term is a class or property of the ontology, which have pages of their own."""
    return iri.startswith(LG) and any(_is(store, iri, kind) for kind in (_CLASS, *_PROPERTIES))


def term_page(reader: Reader, iri: Iri) -> TermPage:
    """The page of a class or property of the ontology."""
    store, reference = reader.state.store, remembered(_reference)
    a_class = _is(store, iri, _CLASS)
    kind = "class" if a_class else "property"
    children = _subjects(store, iri, (_RDFS + ("subClassOf" if a_class else "subPropertyOf"),))
    names = reference.questions_with(iri)
    return TermPage(
        term=term_of(reader, iri),
        kind=reader.say(N_("Kind of thing")) if a_class else reader.say(N_("Relation or property")),
        backwards="" if a_class or _is(store, iri, _PROPERTIES[1]) else _backwards(reader, iri),
        properties=_things(reader, _subjects(store, iri, _FROM)) if a_class else (),
        relations=_things(reader, _subjects(store, iri, _TO)) if a_class else (),
        children=_things(reader, children),
        rules=_rules(reader, reference.rules_about(iri)),
        example=reference.example_of(iri),
        statements=_statements(reader, kind, iri),
        uses=_uses(reader, kind, iri),
        questions=tuple(reader.state.questions[name] for name in names if name in reader.state.questions),
        segment=next((one.segment for one in KINDS if one.class_iri == iri), ""),
    )


def _reference(_: Store) -> Reference:
    return read_reference(state().project)


def _is(store: Store, iri: str, kind: ox.NamedNode) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return any(store.quads(ox.NamedNode(iri), _TYPE, kind, None))


def _subjects(store: Store, iri: str, predicates: Iterable[str]) -> set[str]:
    """What of the ontology refers to a term by one of these properties."""
    found = {
        getattr(quad.subject, "value", "")
        for predicate in predicates
        for quad in store.quads(None, ox.NamedNode(predicate), ox.NamedNode(iri), None)
    }
    return {subject for subject in found if subject.startswith(LG)}


def _things(reader: Reader, iris: Iterable[str]) -> tuple[Value, ...]:
    return tuple(sorted((reader.thing(iri) for iri in iris), key=lambda value: value.text.casefold()))


def _backwards(reader: Reader, iri: Iri) -> str:
    words = reader.terms.inverse.get(iri)
    if words is None:
        return ""
    this = "dit" if reader.lang == "nl" else "this"
    return words.within(reader.lang).format(things="…", this=this, label=reader.label(iri))


def _rules(reader: Reader, rules: Iterable[Rule]) -> tuple[Rules, ...]:
    told = {severity: [rule for rule in rules if rule.severity is severity] for severity in _GRAVITIES}
    return tuple(
        Rules(
            reader.say(heading),
            tuple(
                (rule.message.within(reader.lang), rule.fix.within(reader.lang), rule.name) for rule in told[severity]
            ),
        )
        for severity, heading in _GRAVITIES.items()
        if told[severity]
    )


def _asked(reader: Reader, query: str, iri: Iri) -> list[tuple[Node, ...]]:
    text = (_QUERIES / f"{query}.rq").read_text(encoding="utf-8")
    return list(reader.state.store.table(bind(text, {"term": ox.NamedNode(iri)})).rows)


def _statements(reader: Reader, kind: str, iri: Iri) -> tuple[tuple[Value, Value | None], ...]:
    rows = _asked(reader, f"uses-of-{kind}", iri)
    return tuple((reader.value(row[0]), reader.value(row[1]) if len(row) > 1 else None) for row in rows)


def _uses(reader: Reader, kind: str, iri: Iri) -> tuple[Use, ...]:
    found = []
    for graph, count in _asked(reader, f"graphs-of-{kind}", iri):
        if isinstance(graph, ox.NamedNode) and isinstance(count, ox.Literal):
            origin = reader.state.origins.get(Iri(graph.value), "")
            found.append(Use(reader.thing(graph.value), origin, int(count.value)))
    return tuple(found)
