"""Statements written as linked data; the same statements always give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.files.turtle import canonical
from kg.names import Names
from kg.publish.dumps import written
from kg.publish.jsonld import triples_as_jsonld
from kg_web.formats import JSONLD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, Format

__all__ = ["write_quads", "write_rdf"]

_PLAIN = {N_TRIPLES.suffix: ox.RdfFormat.N_TRIPLES, RDF_XML.suffix: ox.RdfFormat.RDF_XML}
_QUADS = {N_QUADS.suffix: ox.RdfFormat.N_QUADS, TRIG.suffix: ox.RdfFormat.TRIG}


def write_rdf(triples: Iterable[ox.Triple], form: Format, names: Names, context: Mapping[str, Any]) -> str:
    """The triples in one of the forms of `formats.RDF`.

    JSON-LD is compacted with `context` and carries the part of it that it uses, so that no reader has to fetch it.
    """
    ordered = sorted(dict.fromkeys(triples), key=str)
    if form.suffix == JSONLD.suffix:
        return _compacted(ordered, context)
    if form.suffix in _PLAIN:
        return written(ordered, _PLAIN[form.suffix], _used(names.prefixes(), ordered)).decode("utf-8")
    return canonical(ordered, names)


def write_quads(quads: Iterable[ox.Quad], form: Format, names: Names, context: Mapping[str, Any]) -> str:
    """The quads in one of the forms of `formats.LINKED`; those of triples leave the graphs out."""
    if form.suffix not in _QUADS:
        return write_rdf((quad.triple for quad in quads), form, names, context)
    ordered = sorted(dict.fromkeys(quads), key=lambda quad: (str(quad.graph_name), str(quad)))
    return written(ordered, _QUADS[form.suffix], _used(names.prefixes(), ordered)).decode("utf-8")


def _compacted(triples: list[ox.Triple], context: Mapping[str, Any]) -> str:
    things = triples_as_jsonld(triples, context)
    answer = {"@context": _part_used(context, things), "@graph": things}
    return json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


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


def _used(prefixes: Mapping[str, str], triples: list[ox.Triple] | list[ox.Quad]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in prefixes.items() if iri in text}
