"""The concepts of the graph as plain SKOS: profiles, tasks, tension fields, themes, knowledge, levels and more."""

from __future__ import annotations

from kg.exchange.alignment import MATCHES
from kg.exchange.concepts import concepts_of, write_concept, write_scheme
from kg.exchange.look import classes_of
from kg.exchange.source import Source
from kg.exchange.statements import Statements
from kg.names import DCT, LG, OUTSIDE, Iri, lg

__all__ = ["write"]


def write(source: Source) -> dict[str, bytes]:
    """One Turtle file. Matches keep their type, the reason for a design is a note, and `dct:type` tells our class."""
    made = Statements(source.names)
    known = concepts_of(source)
    for scheme, segment in known.schemes.items():
        write_scheme(source, made, scheme, segment)
        made.nodes(scheme, DCT + "license", [source.settings.licence])
        if not segment:
            for property_ in (DCT + "creator", DCT + "publisher", DCT + "source", DCT + "isReplacedBy"):
                made.nodes(scheme, property_, source.nodes(scheme, property_))
    for concept in known.scheme_of:
        write_concept(source, made, concept, known)
        _more(source, made, concept)
    return {"skos.ttl": made.turtle()}


def _more(source: Source, made: Statements, concept: Iri) -> None:
    """What plain SKOS takes of a concept and a stricter profile may not."""
    for property_ in (*MATCHES, Iri(DCT + "source"), Iri(DCT + "isReplacedBy")):
        made.nodes(concept, property_, source.nodes(concept, property_))
    ours = [class_ for class_ in classes_of(source.store, concept) if class_.startswith(LG)]
    made.nodes(concept, DCT + "type", ours)
    made.all_texts(concept, OUTSIDE["skos"] + "note", source.all_texts(concept, lg("rationale")))
    deprecated = OUTSIDE["owl"] + "deprecated"
    made.value(concept, deprecated, source.value(concept, deprecated), "boolean")
