"""The concepts of the graph in their schemes, as every SKOS export writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.exchange.alignment import aligned_to
from kg.exchange.look import classes_of, labels_of, pointed_at
from kg.exchange.source import Source
from kg.exchange.statements import Statements
from kg.names import DCT, KINDS, OUTSIDE, Iri
from kg.text import Words

__all__ = ["Concepts", "concepts_of", "date_type", "write_concept", "write_scheme"]

_SKOS = OUTSIDE["skos"]
_DIRECTION = Words(
    {
        "nl": "skos:related is symmetrisch en zegt niet wat de relatie inhoudt; de richting en de soort gaan verloren.",
        "en": "skos:related is symmetric and does not say what the relation means; direction and kind are lost.",
    }
)


@dataclass(frozen=True, slots=True)
class Concepts:
    """The concepts that are told, and the schemes they are in."""

    schemes: Mapping[Iri, str]
    """Scheme → segment of the kind whose concepts it holds, or empty when it is a thing of the graph itself."""
    scheme_of: Mapping[Iri, tuple[Iri, ...]] = field(default_factory=dict)
    """Concept → its schemes; the order is that of the kinds and codes."""


def concepts_of(source: Source, class_names: Iterable[str] = (), *, defined_only: bool = False) -> Concepts:
    """Every concept of these classes (of all when none is given), or of the one scheme that is asked for.

    A concept without a scheme is in one that is made for its kind, `<base>scheme/theme`.
    With `defined_only`, a concept without a definition is left out.
    """
    asked = tuple(class_names) or tuple(kind.class_name for kind in KINDS)
    schemes: dict[Iri, str] = {}
    scheme_of: dict[Iri, tuple[Iri, ...]] = {}
    for kind in (kind for kind in KINDS if kind.class_name in asked):
        for thing in source.members(kind.class_name):
            if Iri(_SKOS + "Concept") not in classes_of(source.store, thing):
                continue
            if defined_only and not labels_of(source.store, thing, _SKOS + "definition"):
                continue
            own = pointed_at(source.store, thing, _SKOS + "inScheme")
            made = Iri(f"{source.names.base}scheme/{kind.segment}")
            if source.scope and source.scope not in own:
                continue
            scheme_of[thing] = (source.scope,) if source.scope else tuple(own) or (made,)
            schemes |= dict.fromkeys(own if not source.scope else [source.scope], "")
            schemes |= {} if own else {made: kind.segment}
    return Concepts(schemes, scheme_of)


def write_scheme(source: Source, made: Statements, scheme: Iri, segment: str) -> None:
    """A concept scheme with its title; one that is made for a kind is named after the kind and the graph."""
    made.a(scheme, _SKOS + "ConceptScheme")
    if segment:
        (class_,) = (kind.class_iri for kind in KINDS if kind.segment == segment)
        kinds = labels_of(source.store, class_, OUTSIDE["rdfs"] + "label")
        title = {language: f"{source.settings.title.within(language)}: {kind}" for language, kind in kinds.items()}
    else:
        source.keep(scheme)
        title = source.texts(scheme, _SKOS + "prefLabel")
        made.texts(scheme, _SKOS + "definition", source.texts(scheme, _SKOS + "definition"))
        made.all_texts(scheme, _SKOS + "altLabel", source.all_texts(scheme, _SKOS + "altLabel"))
        made.value(scheme, _SKOS + "notation", source.code(scheme))
        issued = source.value(scheme, DCT + "issued")
        made.value(scheme, DCT + "issued", issued, date_type(issued))
    made.texts(scheme, _SKOS + "prefLabel", title)
    made.texts(scheme, DCT + "title", title)


def write_concept(source: Source, made: Statements, concept: Iri, known: Concepts) -> None:
    """A concept with its labels, code, definition, schemes and its relations to other concepts that are told."""
    source.keep(concept)
    made.a(concept, _SKOS + "Concept")
    made.texts(concept, _SKOS + "prefLabel", source.texts(concept, _SKOS + "prefLabel"))
    for name in ("altLabel", "definition", "scopeNote", "historyNote", "example"):
        made.all_texts(concept, _SKOS + name, source.all_texts(concept, _SKOS + name))
    made.value(concept, _SKOS + "notation", source.code(concept))
    schemes = known.scheme_of[concept]
    made.nodes(concept, _SKOS + "inScheme", schemes)
    source.nodes(concept, _SKOS + "inScheme", among=schemes)
    broader = source.nodes(concept, _SKOS + "broader", among=known.scheme_of)
    made.nodes(concept, _SKOS + "broader", broader)
    for wider in broader:
        made.nodes(wider, _SKOS + "narrower", [concept])
    for scheme in schemes:
        if not any(scheme in known.scheme_of[wider] for wider in broader):
            made.nodes(concept, _SKOS + "topConceptOf", [scheme])
            made.nodes(scheme, _SKOS + "hasTopConcept", [concept])
    _related(source, made, concept, known)


def _related(source: Source, made: Statements, concept: Iri, known: Concepts) -> None:
    """Related concepts, and links that the alignment says are in substance a kind of that."""
    related = Iri(_SKOS + "related")
    for property_ in (related, *aligned_to(source.store, related)):
        others = source.nodes(concept, property_, among=known.scheme_of)
        made.nodes(concept, _SKOS + "related", others)
        for other in others:
            made.nodes(other, _SKOS + "related", [concept])
        if others and property_ != related:
            source.changed(concept, property_, _DIRECTION)


def date_type(value: str) -> str:
    """The datatype of XML Schema of a date by its length: a year, a year and a month, or a day."""
    return {4: "gYear", 7: "gYearMonth", 10: "date"}.get(len(value), "string")
