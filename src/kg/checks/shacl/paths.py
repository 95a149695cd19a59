"""Paths of shapes (SHACL 2.3.1) as SPARQL property paths."""

from __future__ import annotations

import rdflib
from rdflib import RDF, SH, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.checks.shacl.model import NotCore

__all__ = ["path_text", "predicates_of"]

_SUFFIXES = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def path_text(graph: rdflib.Graph, path: Node) -> str:
    """A path as SPARQL writes it, in brackets where it needs them. Raises NotCore for one that is no path."""
    if isinstance(path, URIRef):
        return path.n3()
    if (path, RDF.first, None) in graph:
        return "(" + "/".join(path_text(graph, step) for step in _list(graph, path)) + ")"
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        return "(" + "|".join(path_text(graph, choice) for choice in _list(graph, alternatives)) + ")"
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return "(^" + path_text(graph, inverse) + ")"
    for predicate, suffix in _SUFFIXES.items():
        inner = graph.value(path, predicate)
        if inner is not None:
            return "(" + path_text(graph, inner) + suffix + ")"
    raise NotCore(f"{path} is no path")


def predicates_of(graph: rdflib.Graph, path: Node) -> set[URIRef]:
    """The predicates that a path goes along."""
    if isinstance(path, URIRef):
        return {path}
    return {
        predicate
        for _, inner in graph.predicate_objects(path)
        if inner not in (RDF.nil, RDF.List)
        for predicate in predicates_of(graph, inner)
    }


def _list(graph: rdflib.Graph, node: Node) -> list[Node]:
    members = list(Collection(graph, node))
    if not members:
        raise NotCore(f"{node} is an empty list of paths")
    return members
