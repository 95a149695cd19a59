"""Properties of things as the reconciliation service knows them: which there are, and their values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.files.turtle import read_text
from kg.graph.match import match
from kg.graph.match_words import words_of
from kg.graph.store import Store
from kg.names import LG, OUTSIDE, Iri
from kg.table import plain
from kg_web.designer_memory import remembered
from kg_web.reader import Reader
from kg_web.reconcile_queries import Constraint
from kg_web.words import N_

__all__ = [
    "Property",
    "Wanted",
    "cell",
    "content_of",
    "fits",
    "name_of",
    "properties_of",
    "property_called",
    "thing_of",
    "values",
    "wanted_by",
]

_PROGRAMME = "programme"
_ALIASES = {"profile": "skos:inScheme", "level": "lg:atLevel"}
"""Short names for what is asked most."""
_QUERY = Path(__file__).parent / "queries" / "programmes.rq"
_LEFT_OUT = {OUTSIDE["rdf"] + "type"}
_LIKE_ENOUGH = 80.0
_NO_IRI = Iri("")
_CONTENTS = ("name", "code", "iri")


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its identifier, and how it is read from the graph."""

    id: str
    iri: Iri = _NO_IRI
    backwards: bool = False
    """Whether it is read from what refers to the thing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that a thing should have, values as they were written, and the things these may mean."""

    property: Property | None
    texts: tuple[str, ...]
    things: frozenset[str]


def property_called(id_: str, reader: Reader) -> Property | None:
    """The property with this identifier: `lg:atLevel`, its name alone, its IRI, `^` before one to read it backwards.

    None when the text cannot be a property.
    """
    wanted = _ALIASES.get(id_.strip(), id_.strip())
    if wanted == _PROGRAMME:
        return Property(_PROGRAMME)
    backwards = wanted.startswith("^")
    name = wanted.removeprefix("^")
    names = reader.state.names
    iri = names.expand(name) or (Iri(LG + name) if re.fullmatch(r"[a-z]\w*", name) else None)
    if iri is None:
        return None
    try:
        ox.NamedNode(iri)
    except ValueError:
        return None
    return Property(f"{'^' if backwards else ''}{names.compact(iri)}", iri, backwards)


def properties_of(reader: Reader, segment: str) -> list[tuple[Property, str]]:
    """The properties that things of a kind have, with their names; without a kind, those of all things.

    Their own come first, then their programme, then what refers to them; each group by name.
    """
    forward, backward, programme = remembered(_used, segment)
    compact = reader.state.names.compact
    ours = [(Property(compact(iri), iri), reader.label(iri)) for iri in forward]
    theirs = [
        (Property(f"^{compact(iri)}", iri, backwards=True), _backwards(reader, iri, kind, segment))
        for iri, kind in backward
    ]
    own_programme = [(Property(_PROGRAMME), reader.kind(_PROGRAMME))] if programme else []
    return [*sorted(ours, key=_by_name), *own_programme, *sorted(theirs, key=_by_name)]


def name_of(reader: Reader, asked: Property, segment: str = "") -> str:
    """How a property is called in the reader's language, of things of this kind."""
    for known, name in properties_of(reader, segment) if segment else ():
        if known == asked:
            return name
    if asked.id == _PROGRAMME:
        return reader.kind(_PROGRAMME)
    return _backwards(reader, asked.iri, "", "") if asked.backwards else reader.label(asked.iri)


def _backwards(reader: Reader, iri: Iri, things: str, this: str) -> str:
    """A property read backwards; where things of several kinds refer, by its own name."""
    if things and this:
        return reader.backwards(iri, things, this)
    return reader.say(N_("{property}, read backwards"), property=reader.label(iri))


def _by_name(entry: tuple[Property, str]) -> tuple[str, str]:
    return entry[1].casefold(), entry[0].id


def thing_of(reader: Reader, id_: str) -> Iri | None:
    """The thing with this identifier (`competence/ow-06`), IRI, or code that is no other thing's; None for none."""
    names = reader.state.names
    segment, _, code = id_.strip().partition("/")
    iri = names.thing(segment, code) if names.segment_and_code(names.thing(segment, code)) else Iri(id_.strip())
    if iri in reader.state.known:
        return iri
    things = reader.state.index.by_code.get(id_.strip().casefold(), ())
    return things[0].iri if len(things) == 1 else None


def values(reader: Reader, thing: Iri, asked: Property) -> list[ox.NamedNode | ox.Literal]:
    """The values of a property of a thing, in a fixed order; of texts those in the reader's language."""
    if asked.id == _PROGRAMME:
        return [ox.NamedNode(iri) for iri in remembered(_programmes).get(thing, ())]
    store, node, predicate = reader.state.store, ox.NamedNode(thing), ox.NamedNode(asked.iri)
    if asked.backwards:
        found = store.quads(None, predicate, node, None)
        subjects = {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}
        return [ox.NamedNode(iri) for iri in sorted(subjects)]
    objects = [quad.object for quad in store.quads(node, predicate, None, None)]
    iris = sorted({value.value for value in objects if isinstance(value, ox.NamedNode)})
    texts = reader.preferred([value for value in objects if isinstance(value, ox.Literal)])
    return [*map(ox.NamedNode, iris), *texts]


def cell(reader: Reader, value: ox.NamedNode | ox.Literal, content: str) -> dict[str, Any]:
    """A value as the service writes it: a thing, text, a number or a date.

    `content` says what to give of a thing: itself, its code or its IRI.
    """
    if isinstance(value, ox.NamedNode):
        known = reader.state.names.segment_and_code(value.value)
        if content == "iri" or (not known and reader.label(value.value) == value.value):
            return {"str": value.value}
        if not known or Iri(value.value) not in reader.state.known:
            return {"str": reader.label(value.value)}
        return {"str": known[1]} if content == "code" else {"id": "/".join(known), "name": reader.label(value.value)}
    known_as = plain(value)
    if isinstance(known_as, bool):
        return {"str": value.value}
    if isinstance(known_as, int):
        return {"int": known_as}
    if isinstance(known_as, Decimal | float):
        number = float(known_as)
        return {"float": number} if abs(number) < float("inf") else {"str": value.value}
    if value.datatype.value == OUTSIDE["xsd"] + "date":
        try:
            return {"date": f"{date.fromisoformat(value.value).isoformat()}T00:00:00Z"}
        except ValueError:
            return {"str": value.value}
    return {"str": value.value}


def content_of(settings: Mapping[str, Any]) -> str:
    """What the asker wants of a thing: `name` unless another of the settings is given."""
    wanted = settings.get("content")
    return str(wanted) if wanted in _CONTENTS else _CONTENTS[0]


def wanted_by(reader: Reader, constraint: Constraint) -> Wanted:
    """A constraint, with the things that its values may mean however they are spelt."""
    things: set[str] = set()
    for text in constraint.values:
        thing = thing_of(reader, text)
        found = () if thing else match(reader.state.index, text, reader.lang)
        things |= {thing} if thing else {one.iri for one in found if one.score >= _LIKE_ENOUGH}
    return Wanted(property_called(constraint.property, reader), constraint.values, frozenset(things))


def fits(reader: Reader, thing: Iri, wanted: Wanted) -> bool:
    """Whether a thing has one of the values that are wanted; a property that does not exist never fits."""
    found = values(reader, thing, wanted.property) if wanted.property else ()
    return any(_agrees(reader, value, wanted) for value in found)


def _agrees(reader: Reader, value: ox.NamedNode | ox.Literal, wanted: Wanted) -> bool:
    if isinstance(value, ox.NamedNode):
        return value.value in wanted.things or words_of(reader.label(value.value)) in map(words_of, wanted.texts)
    known = plain(value)
    if isinstance(known, int | Decimal | float) and not isinstance(known, bool):
        return any(_number(text) == float(known) for text in wanted.texts)
    return words_of(value.value) in map(words_of, wanted.texts)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _used(store: Store, segment: str) -> tuple[list[Iri], list[tuple[Iri, str]], bool]:
    """Properties of things of a kind, properties that refer to them with the kind that does, whether programmes do."""
    names = store.names
    forward: set[Iri] = set()
    backward: dict[Iri, set[str]] = defaultdict(set)
    within = f"{names.base}id/{segment}/" if segment else f"{names.base}id/"
    for quad in store:
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(within):
            forward.add(Iri(quad.predicate.value))
        if (
            segment
            and isinstance(object_, ox.NamedNode)
            and object_.value.startswith(within)
            and isinstance(subject, ox.NamedNode)
        ):
            known = names.segment_and_code(subject.value)
            backward[Iri(quad.predicate.value)].add(known[0] if known else "")
    programmes = any(thing.startswith(within) for thing in _programmes(store))
    kinds = [(iri, min(segments) if len(segments) == 1 else "") for iri, segments in sorted(backward.items())]
    return sorted(forward - _LEFT_OUT), kinds, programmes


def _programmes(store: Store) -> dict[Iri, tuple[str, ...]]:
    found: dict[Iri, list[str]] = defaultdict(list)
    for thing, programme in store.table(read_text(_QUERY)).rows:
        if isinstance(thing, ox.NamedNode) and isinstance(programme, ox.NamedNode):
            found[Iri(thing.value)].append(programme.value)
    return {thing: tuple(programmes) for thing, programmes in found.items()}
