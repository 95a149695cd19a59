"""What the Credential Engine's two languages, CTDL and CTDL-ASN, have in common."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.exchange.look import labels_of, pointed_at
from kg.exchange.source import Source
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["aligned", "ctid", "document", "node", "outcomes_of", "publishers_of", "status_of"]

_SKOS = OUTSIDE["skos"]
_OUTCOMES = Words({"nl": "Leerresultaten van {name}", "en": "Learning outcomes of {name}"})


def ctid(iri: str) -> str:
    """The identifier that the registry asks of each resource: made of its IRI, so the same in every export."""
    return f"ce-{uuid.uuid5(uuid.NAMESPACE_URL, iri)}"


def node(thing: Iri, class_: str) -> dict[str, Any]:
    """A resource of a class, with its identifier."""
    return {"@id": thing, "@type": class_, "ceterms:ctid": ctid(thing)}


def document(context: str, first: Iri, nodes: Sequence[Mapping[str, Any]]) -> bytes:
    """A graph as the registry takes it; what is empty is left out. The context is named and never fetched."""
    told = [{name: value for name, value in node.items() if value} for node in nodes]
    content = {"@context": context, "@id": first, "@graph": told}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def aligned(source: Source, thing: Iri, framework: Iri | None = None) -> dict[str, Any]:
    """A reference to a competency: CTDL puts an alignment object between a course and what it teaches."""
    found: dict[str, Any] = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": thing,
        "ceterms:targetNodeName": labels_of(source.store, thing),
        "ceterms:codedNotation": source.code(thing),
    }
    return {"ceterms:framework": framework, **found} if framework else found


def outcomes_of(source: Source, programme: Iri) -> tuple[Iri, dict[str, str]]:
    """The framework that the outcomes of a programme make together, and its name."""
    labels = labels_of(source.store, programme)
    name = {language: _OUTCOMES.within(language).format(name=label) for language, label in labels.items()}
    return Iri(f"{programme}#outcomes"), name


def publishers_of(source: Source, thing: Iri, property_: str) -> list[Iri]:
    """Who publishes the graph that states this property of a thing, in the order of their codes."""
    quads = source.store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None)
    graphs = sorted({getattr(quad.graph_name, "value", "") for quad in quads} - {""})
    return list(dict.fromkeys(who for graph in graphs for who in pointed_at(source.store, graph, DCT + "publisher")))


def status_of(source: Source, thing: Iri) -> str:
    """The life cycle status of a design, or of what is offered; empty when neither is known.

    A design is being developed until it is validated. What is offered is active when any offering runs.
    """
    of_design = {
        lg("proposed"): "Developing",
        lg("inPilot"): "Developing",
        lg("validated"): "Active",
        lg("legitimated"): "Active",
        lg("withdrawn"): "Ceased",
    }
    for status in pointed_at(source.store, thing, lg("status")):
        if status in of_design:
            return of_design[status]
    offerings = source.store.quads(None, ox.NamedNode(lg("offeringOf")), ox.NamedNode(thing), None)
    told = {
        status
        for quad in offerings
        for status in pointed_at(source.store, getattr(quad.subject, "value", ""), lg("offeringStatus"))
    }
    for status, name in ((lg("running"), "Active"), (lg("planned"), "Developing"), (lg("former"), "Ceased")):
        if status in told:
            return name
    return ""
