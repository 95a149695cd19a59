"""The concepts of the graph by the Dutch standard for describing concepts, NL-SBB (SKOS-AP-NL)."""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import ExchangeError
from kg.exchange.concepts import concepts_of, write_concept, write_scheme
from kg.exchange.look import pointed_at
from kg.exchange.source import Source
from kg.exchange.statements import Statements
from kg.graph.describe import origin_of_graphs
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["write"]

_SKOS = OUTSIDE["skos"]
_CLASSES = ("Competence", "TaskGroup", "Task", "TensionField", "Theme", "KnowledgeElement", "LearnerGroup")
_PROPOSED = Words(
    {
        "nl": "De definitie is een voorstel van {title} en komt niet uit de bron.",
        "en": "The definition is a proposal of {title} and is not from the source.",
    }
)
_DOCUMENT = Words(
    {
        "nl": "Het profiel wijst naar een brondocument; de plaats daarin gaat verloren.",
        "en": "The profile points at a source document; the place in it is lost.",
    }
)


def write(source: Source) -> dict[str, bytes]:
    """One Turtle file. Raises ExchangeError when no concept has the definition that the profile demands of each."""
    made = Statements(source.names)
    known = concepts_of(source, _CLASSES, defined_only=True)
    if source.scope and not known.scheme_of:
        raise ExchangeError(
            "No concept of {scheme} has a definition, and NL-SBB demands one of each.",
            "Write definitions, or export as skos.",
            scheme=source.code(source.scope),
        )
    proposed = {graph for graph, origin in origin_of_graphs(source.store).items() if origin == "proposed"}
    for scheme, segment in known.schemes.items():
        write_scheme(source, made, scheme, segment)
    for concept in known.scheme_of:
        write_concept(source, made, concept, known)
        made.all_texts(concept, _SKOS + "editorialNote", source.all_texts(concept, lg("rationale")))
        if _graphs_of_definition(source, concept) & proposed:
            _say_proposed(source, made, concept)
        _documents(source, made, concept)
    return {"nl-sbb.ttl": made.turtle()}


def _graphs_of_definition(source: Source, concept: Iri) -> set[Iri]:
    definition = ox.NamedNode(_SKOS + "definition")
    quads = source.store.quads(ox.NamedNode(concept), definition, None, None)
    return {Iri(getattr(quad.graph_name, "value", "")) for quad in quads}


def _say_proposed(source: Source, made: Statements, concept: Iri) -> None:
    notes = {
        language: _PROPOSED.within(language).format(title=source.settings.title.within(language))
        for language in ("nl", "en")
    }
    made.texts(concept, _SKOS + "editorialNote", notes)


def _documents(source: Source, made: Statements, concept: Iri) -> None:
    """The documents a concept comes from; of a passage the document it is part of."""
    for origin in source.nodes(concept, DCT + "source"):
        documents = pointed_at(source.store, origin, DCT + "isPartOf")
        if documents:
            source.changed(concept, DCT + "source", _DOCUMENT)
        for document in documents or [origin]:
            source.keep(document)
            made.nodes(concept, DCT + "source", [document])
            made.texts(document, DCT + "title", source.texts(document, _SKOS + "prefLabel"))
            made.nodes(document, OUTSIDE["foaf"] + "page", source.nodes(document, OUTSIDE["rdfs"] + "seeAlso"))
            citation = source.value(document, DCT + "bibliographicCitation")
            made.value(document, DCT + "bibliographicCitation", citation)
