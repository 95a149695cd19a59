"""Finding things: by code, by name, and by words in their labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.text import nearest

__all__ = ["Hit", "codes_of", "find", "label_of", "thing_called"]

_SKOS = OUTSIDE["skos"]
_NOTATION = ox.NamedNode(_SKOS + "notation")
_PREF = ox.NamedNode(_SKOS + "prefLabel")
_ALT = ox.NamedNode(_SKOS + "altLabel")
_DEFINITION = ox.NamedNode(_SKOS + "definition")
_LABELS = (_PREF, ox.NamedNode(OUTSIDE["rdfs"] + "label"), ox.NamedNode(OUTSIDE["dct"] + "title"))


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its IRI, kind, code, label, and how well it fits (0 is best)."""

    iri: Iri
    segment: str
    code: str
    label: str
    rank: int


def thing_called(store: Store, text: str, class_name: str = "") -> Iri:
    """The IRI of the thing meant by a code, `kind/code`, prefixed name or IRI.

    A bare code that several kinds use is looked up in the class asked for. Raises UnknownName when
    nothing or more than one thing is called so; the hint names the nearest codes.
    """
    wanted = text.strip()
    segment, slash, code = wanted.partition("/")
    if slash and segment in KINDS_BY_SEGMENT:
        iri: Iri | None = store.names.thing(segment, code)
    else:
        iri = store.names.expand(wanted)
    if iri is not None:
        if is_node(iri) and _stated(store, ox.NamedNode(iri)):
            return iri
        raise _unknown(store, wanted, class_name)
    found = [
        Iri(quad.subject.value)
        for quad in store.quads(None, _NOTATION, ox.Literal(wanted), None)
        if isinstance(quad.subject, ox.NamedNode)
    ]
    kinds = {iri: store.names.segment_and_code(iri) for iri in found}
    if class_name and len(found) > 1:
        found = [iri for iri, kind in kinds.items() if kind and KINDS_BY_SEGMENT[kind[0]].class_name == class_name]
    if len(found) == 1:
        return found[0]
    if not found:
        raise _unknown(store, wanted, class_name)
    raise UnknownName(
        "{code} can mean several things: {things}.",
        "Write the kind before it, as in {first}.",
        code=wanted,
        things=", ".join(sorted("/".join(kind) for kind in kinds.values() if kind)),
        first=min("/".join(kind) for kind in kinds.values() if kind),
    )


def is_node(iri: str) -> bool:
    """Whether the engine takes this text for an IRI."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def codes_of(store: Store, class_name: str = "") -> list[str]:
    """The codes of all things, or of those of one class, sorted."""
    codes = set()
    for quad in store.quads(None, _NOTATION, None, None):
        known = store.names.segment_and_code(getattr(quad.subject, "value", ""))
        if known and (not class_name or KINDS_BY_SEGMENT[known[0]].class_name == class_name):
            codes.add(known[1])
    return sorted(codes)


def label_of(store: Store, iri: str, language: str) -> str:
    """The label of a thing, class, property or graph in `language`, else in another, else its compact IRI."""
    for predicate in _LABELS:
        labels = {
            quad.object.language or "": quad.object.value
            for quad in store.quads(ox.NamedNode(iri), predicate, None, None)
            if isinstance(quad.object, ox.Literal)
        }
        if labels:
            return labels.get(language) or labels[min(labels)]
    return store.names.compact(iri)


def find(store: Store, text: str, language: str = "nl", *, most: int = 50) -> list[Hit]:
    """Things whose code, label or definition holds all the words of `text`, best first.

    Case and order of words do not count. Rank 0: the code; 1: a label begins with it; 2: in a label;
    3: in a definition.
    """
    words = text.casefold().split()
    if not words:
        return []
    ranks: dict[Iri, int] = {}
    for iri, rank, value in _texts(store):
        folded = value.casefold()
        if all(word in folded for word in words):
            fits = 0 if rank == 0 and folded == text.strip().casefold() else max(rank, 1)
            if rank == 1 and not folded.startswith(text.strip().casefold()):
                fits = 2
            ranks[iri] = min(fits, ranks.get(iri, 9))
    hits = []
    for iri, rank in ranks.items():
        known = store.names.segment_and_code(iri)
        if known:
            hits.append(Hit(iri, *known, label_of(store, iri, language), rank))
    return sorted(hits, key=lambda hit: (hit.rank, _order(hit.segment), hit.code))[:most]


def _order(segment: str) -> int:
    return list(KINDS_BY_SEGMENT).index(segment)


def _texts(store: Store) -> Iterator[tuple[Iri, int, str]]:
    for predicate, rank in ((_NOTATION, 0), (_PREF, 1), (_ALT, 1), (_DEFINITION, 3)):
        for quad in store.quads(None, predicate, None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield Iri(quad.subject.value), rank, quad.object.value


def _stated(store: Store, node: ox.NamedNode) -> bool:
    return any(store.quads(node, None, None, None))


def _unknown(store: Store, wanted: str, class_name: str) -> UnknownName:
    code = wanted.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    close = ", ".join(nearest(code, codes_of(store, class_name)))
    hint = "Did you mean {close}? `kg find` searches by words." if close else "`kg find` searches by words."
    return UnknownName("There is nothing called {wanted} in this graph.", hint, wanted=wanted, close=close)
