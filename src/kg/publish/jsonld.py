"""Quads as JSON-LD 1.1, compacted with the context of the ontology.

The engine writes JSON-LD expanded only. Compacting here follows from the context alone: a value gets the term of
its property whose `@type` or `@container` fits it, else the full form, so that reading gives the same quads back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import IO, Any

import pyoxigraph as ox

from kg.files.project import Project
from kg.files.turtle import read_text
from kg.names import OUTSIDE

__all__ = ["context_of", "triples_as_jsonld", "write_jsonld"]

_TYPE = OUTSIDE["rdf"] + "type"
_STRING = OUTSIDE["xsd"] + "string"


def context_of(project: Project) -> dict[str, Any]:
    """The JSON-LD context of the ontology, with this graph's own prefixes."""
    content = json.loads(read_text(project.context_file()))
    context: dict[str, Any] = content["@context"]
    ours = {prefix: iri for prefix, iri in project.names.prefixes().items() if prefix.startswith("lg-")}
    return {**context, **ours}


def write_jsonld(graphs: Iterable[tuple[str, Iterable[ox.Quad]]], context: Mapping[str, Any], out: IO[bytes]) -> None:
    """Writes graphs with their quads, one after the other, and the context, so that no reader has to fetch that.

    The default graph has no name. The same quads give the same bytes, whatever order those of a graph come in.
    """
    terms = _Terms(context)
    out.write(f'{{\n "@context": {_indented(dict(context), 1)},\n "@graph": ['.encode())
    between = "\n  "
    for graph, quads in graphs:
        subjects: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in sorted(quads, key=str):
            subjects[_id(quad.subject)].append(quad)
        nodes = [_node(of_one, terms) for of_one in subjects.values()]
        for node in [{"id": terms.compact(graph), "@graph": nodes}] if graph else nodes:
            out.write(f"{between}{_indented(node, 2)}".encode())
            between = ",\n  "
    out.write(b"\n ]\n}\n")


def _indented(value: Any, depth: int) -> str:
    """JSON with a space for each level, at this depth in a larger text; no text in JSON holds a bare line end."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


def triples_as_jsonld(triples: Iterable[ox.Triple], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subjects of these triples in the words of the context, sorted; the context itself is not in it."""
    terms = _Terms(context)
    subjects: dict[str, list[ox.Quad]] = defaultdict(list)
    for triple in sorted(triples, key=str):
        subjects[_id(triple.subject)].append(ox.Quad(triple.subject, triple.predicate, triple.object))
    return [_node(of_one, terms) for _, of_one in sorted(subjects.items())]


class _Terms:
    """The context read the other way round: from IRI to the shortest way to say it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        simple = {term: value for term, value in context.items() if isinstance(value, str) and value[0] != "@"}
        self._namespaces = {
            value: term for term, value in simple.items() if value.endswith(("/", "#")) and "://" in value
        }
        self._prefixes = {term: namespace for namespace, term in self._namespaces.items()}
        self._term_of = {self._full(value): term for term, value in simple.items() if value not in self._namespaces}
        self._by_property: dict[str, dict[str, str]] = defaultdict(dict)
        for term, value in context.items():
            if isinstance(value, dict):
                self._by_property[self._full(value["@id"])][self._way(value)] = term

    def compact(self, iri: str) -> str:
        """`prefix:local` where a prefix fits, else the IRI."""
        namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
        prefix, local = self._namespaces.get(namespace), iri[len(namespace) :]
        return f"{prefix}:{local}" if prefix and local else iri

    def named(self, iri: str) -> str:
        """The term for this IRI, else as `compact` gives it."""
        return self._term_of.get(iri) or self.compact(iri)

    def way(self, property_: str, way: str) -> str:
        """The term of a property for values said this way (`@id`, `@language`, a datatype), or empty."""
        return self._by_property.get(property_, {}).get(way, "")

    def _full(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def _way(self, definition: Mapping[str, Any]) -> str:
        container = definition.get("@container", ())
        if "@language" in ([container] if isinstance(container, str) else container):
            return "@language"
        return self._full(definition.get("@type", _STRING))


def _node(quads: list[ox.Quad], terms: _Terms) -> dict[str, Any]:
    """One subject in one graph: its types, then its properties by name."""
    types: list[str] = []
    texts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    values: dict[str, list[Any]] = defaultdict(list)
    for quad in quads:
        property_, value = quad.predicate.value, quad.object
        if property_ == _TYPE and isinstance(value, ox.NamedNode):
            types.append(terms.named(value.value))
        elif isinstance(value, ox.Literal) and value.language and (term := terms.way(property_, "@language")):
            texts[term][value.language].append(value.value)
        else:
            term, told = _value(property_, value, terms)
            values[term].append(told)
    said: dict[str, Any] = {term: {lang: _one(all_) for lang, all_ in by.items()} for term, by in texts.items()}
    said |= {term: _one(all_) for term, all_ in values.items()}
    node: dict[str, Any] = {"id": terms.compact(_id(quads[0].subject))}
    if types:
        node["type"] = _one(types)
    return node | dict(sorted(said.items()))


def _value(property_: str, value: Any, terms: _Terms) -> tuple[str, Any]:
    """The term to say this value with, and how it is written under that term."""
    if isinstance(value, ox.Literal):
        datatype = value.datatype.value
        if not value.language and (term := terms.way(property_, datatype)):
            return term, value.value
        full = {"@value": value.value}
        if value.language:
            full["@language"] = value.language
        elif datatype != _STRING:
            full["@type"] = terms.compact(datatype)
        plain = terms.named(property_)
        return plain, value.value if full.keys() == {"@value"} else full
    if term := terms.way(property_, "@vocab"):
        return term, terms.named(_id(value))
    if term := terms.way(property_, "@id"):
        return term, terms.compact(_id(value))
    return terms.compact(property_), {"id": terms.compact(_id(value))}


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _id(node: Any) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
