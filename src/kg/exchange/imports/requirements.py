"""What the shapes require of the things of a class beyond a code and a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pyoxigraph as ox

from kg.exchange.imports.draft import Draft, Item
from kg.files.project import Project
from kg.files.turtle import read_turtle
from kg.names import LG, OUTSIDE, Iri

__all__ = ["Required", "as_concepts", "required"]

_SH, _SKOS = OUTSIDE["sh"], OUTSIDE["skos"]
_GIVEN = {_SKOS + "notation", _SKOS + "prefLabel"}

Required: TypeAlias = Mapping[str, frozenset[Iri]]
"""Class → properties each of its things must have."""


def required(project: Project) -> Required:
    """What a violation is found for when it is missing, read off the project's own shapes (`sh:minCount`)."""
    shapes = ox.Store()
    for path in project.shape_files():
        triples = read_turtle(path, project.relative(path)).triples
        shapes.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)

    def objects(subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
        quads = shapes.quads_for_pattern(subject, ox.NamedNode(_SH + name), None, None)
        return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)]

    found: dict[str, set[Iri]] = {}
    for quad in shapes.quads_for_pattern(None, ox.NamedNode(_SH + "targetClass"), None, None):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
            continue
        for shape in objects(quad.subject, "property"):
            counted = any(shapes.quads_for_pattern(shape, ox.NamedNode(_SH + "minCount"), None, None))
            grave = ox.NamedNode(_SH + "Violation") in objects(shape, "severity")
            paths = {Iri(path.value) for path in objects(shape, "path")} - _GIVEN
            if counted and grave and paths:
                found.setdefault(quad.object.value.removeprefix(LG), set()).update(paths)
    return {name: frozenset(paths) for name, paths in found.items()}


def as_concepts(draft: Draft, needed: Required) -> dict[Iri, Iri]:
    """Thing → a property that its class requires and nobody told: it can only be a concept of another list.

    For a class that the importer named himself (`Item.class_told`) that is a fault instead.
    """
    told: dict[Iri, set[Iri]] = {}
    for statement in draft.statements:
        told.setdefault(statement.subject, set()).add(statement.property)
    found: dict[Iri, Iri] = {}
    for item in draft.items.values():
        for property_ in sorted(needed.get(item.class_name, frozenset()) - told.get(item.iri, set())):
            if item.class_told:
                _tell(draft, item, property_)
            else:
                found.setdefault(item.iri, property_)
    return found


def _tell(draft: Draft, item: Item, property_: Iri) -> None:
    draft.wrong("required", item.place, value=draft.names.compact(property_), kind=item.class_name)
