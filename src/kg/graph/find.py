"""What a thing is called: the thing meant by a code or name, and the label of one."""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import UnknownName
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.text import nearest

__all__ = ["codes_of", "is_node", "label_of", "thing_called"]

_SKOS = OUTSIDE["skos"]
_NOTATION = ox.NamedNode(_SKOS + "notation")
_PREF = ox.NamedNode(_SKOS + "prefLabel")
_LABELS = (_PREF, ox.NamedNode(OUTSIDE["rdfs"] + "label"), ox.NamedNode(OUTSIDE["dct"] + "title"))


def thing_called(store: Store, text: str, class_name: str = "", *, hints: bool = True) -> Iri:
    """The IRI of the thing meant by a code, `kind/code`, prefixed name or IRI.

    A bare code that several kinds use is looked up in the class asked for. Raises UnknownName when
    nothing or more than one thing is called so; the hint names the nearest codes, for which all are looked at.
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
        raise _unknown(store, wanted, class_name, hints=hints)
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
        raise _unknown(store, wanted, class_name, hints=hints)
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


def _stated(store: Store, node: ox.NamedNode) -> bool:
    return any(store.quads(node, None, None, None))


def _unknown(store: Store, wanted: str, class_name: str, *, hints: bool) -> UnknownName:
    code = wanted.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    close = ", ".join(nearest(code, codes_of(store, class_name) if hints else ()))
    hint = "Did you mean {close}? `kg find` searches by words." if close else "`kg find` searches by words."
    return UnknownName("There is nothing called {wanted} in this graph.", hint, wanted=wanted, close=close)
