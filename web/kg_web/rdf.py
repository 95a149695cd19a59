"""Triples written as Turtle, JSON-LD, N-Triples or RDF/XML; the same triples always give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.files.turtle import canonical
from kg.names import Names
from kg_web.formats import JSONLD, N_TRIPLES, RDF_XML, Format

__all__ = ["write_rdf"]

_PLAIN = {N_TRIPLES.suffix: ox.RdfFormat.N_TRIPLES, RDF_XML.suffix: ox.RdfFormat.RDF_XML}


def write_rdf(triples: Iterable[ox.Triple], form: Format, names: Names, context: Mapping[str, Any]) -> str:
    """The triples in one of the forms of `formats.RDF`.

    JSON-LD is compacted with `context` and carries the part of it that it uses, so that no reader has to fetch it.
    """
    ordered = sorted(dict.fromkeys(triples), key=str)
    if form.suffix == JSONLD.suffix:
        return _compacted(ordered, context)
    if form.suffix in _PLAIN:
        made = ox.serialize(ordered, format=_PLAIN[form.suffix], prefixes=_used(names.prefixes(), ordered))
        return (made or b"").decode("utf-8")
    return canonical(ordered, names)


def _compacted(triples: list[ox.Triple], context: Mapping[str, Any]) -> str:
    graph = rdflib.Graph(bind_namespaces="none")
    graph.parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    content = json.loads(graph.serialize(format="json-ld", context=dict(context), auto_compact=False))
    things = content.pop("@graph", None)
    if things is None:
        things = [{key: value for key, value in content.items() if key != "@context"}]
    things = [_ordered(thing) for thing in things if thing]
    things.sort(key=lambda thing: str(thing.get("id", "")))
    answer = {"@context": _part_used(context, things), "@graph": things}
    return json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _ordered(thing: dict[str, Any]) -> dict[str, Any]:
    """Lists of values in a fixed order: rdflib gives them in the order of a set."""
    return {
        key: sorted(value, key=lambda item: json.dumps(item, sort_keys=True)) if isinstance(value, list) else value
        for key, value in thing.items()
    }


def _part_used(context: Mapping[str, Any], things: list[dict[str, Any]]) -> dict[str, Any]:
    """The terms of a context that occur in these things, and the prefixes that those and the things need."""
    found: set[str] = set()
    _words_of(things, found)
    used = {name: context[name] for name in found if name in context}
    for value in [*used.values(), *found]:
        text = value.get("@id", "") if isinstance(value, dict) else str(value)
        found.update({text.partition(":")[0]} if ":" in text else ())
        if isinstance(value, dict) and ":" in str(value.get("@type", "")):
            found.add(str(value["@type"]).partition(":")[0])
    always = {"@version", "id", "type"}
    return {name: value for name, value in context.items() if name in found or name in always}


def _words_of(value: Any, found: set[str]) -> None:
    """Every key and every text within, for all of them may be words of the context."""
    if isinstance(value, dict):
        for key, inner in value.items():
            found.add(key)
            _words_of(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _words_of(inner, found)
    elif isinstance(value, str):
        found.add(value if len(value) < 200 else "")


def _used(prefixes: Mapping[str, str], triples: list[ox.Triple]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in prefixes.items() if iri in text}
