"""The changes between two graphs as a reader takes them: each thing with its label, each property before and after."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyoxigraph as ox

from kg.graph.find import label_of
from kg.graph.store import Store
from kg.names import DCT, KINDS_BY_SEGMENT, OUTSIDE, Iri
from kg.publish.changes import Change, Changes
from kg.table import Term
from kg.text import Words, natural

__all__ = ["Difference", "How", "PropertyChange", "as_csv", "as_json", "as_patch", "as_records", "differences", "short"]


_SKOS = OUTSIDE["skos"]
_NAME_OF: Mapping[str, Words] = {
    OUTSIDE["rdf"] + "type": Words({"nl": "soort", "en": "kind"}),
    OUTSIDE["owl"] + "deprecated": Words({"nl": "vervallen", "en": "deprecated"}),
    OUTSIDE["rdfs"] + "label": Words({"nl": "naam", "en": "name"}),
    _SKOS + "prefLabel": Words({"nl": "naam", "en": "name"}),
    _SKOS + "altLabel": Words({"nl": "andere naam", "en": "other name"}),
    _SKOS + "definition": Words({"nl": "omschrijving", "en": "definition"}),
    _SKOS + "notation": Words({"nl": "code", "en": "code"}),
    _SKOS + "inScheme": Words({"nl": "hoort bij", "en": "belongs to"}),
    _SKOS + "broader": Words({"nl": "valt onder", "en": "falls under"}),
    _SKOS + "scopeNote": Words({"nl": "toelichting", "en": "note"}),
    _SKOS + "historyNote": Words({"nl": "geschiedenis", "en": "history"}),
    _SKOS + "changeNote": Words({"nl": "wijziging", "en": "change"}),
    _SKOS + "exactMatch": Words({"nl": "is gelijk aan", "en": "is the same as"}),
    _SKOS + "closeMatch": Words({"nl": "lijkt sterk op", "en": "is much like"}),
    _SKOS + "broadMatch": Words({"nl": "is nauwer dan", "en": "is narrower than"}),
    _SKOS + "narrowMatch": Words({"nl": "is ruimer dan", "en": "is broader than"}),
    _SKOS + "relatedMatch": Words({"nl": "is verwant met", "en": "is related to"}),
    DCT + "title": Words({"nl": "titel", "en": "title"}),
    DCT + "description": Words({"nl": "beschrijving", "en": "description"}),
    DCT + "source": Words({"nl": "vindplaats", "en": "source"}),
    DCT + "issued": Words({"nl": "uitgegeven", "en": "issued"}),
    DCT + "isReplacedBy": Words({"nl": "vervangen door", "en": "replaced by"}),
}
"""What properties of others are called; the ontology names its own."""


class How(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    DEPRECATED = "deprecated"
    CHANGED = "changed"
    REMOVED = "removed"
    LOST = "lost"
    """Removed, published before, and never deprecated."""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """What a property said before and says now, in one language; values that stayed are left out."""

    property: Iri
    label: str
    language: str
    old: tuple[Term, ...] = ()
    new: tuple[Term, ...] = ()
    left: tuple[Iri, ...] = ()
    came_to: tuple[Iri, ...] = ()
    """For values that only moved: the graphs they left and came to; `old` and `new` are then the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became different about one thing."""

    how: How
    iri: Iri
    kind: str
    """What it is, in the reader's language; empty for what is no thing of ours."""
    code: str
    """Its code, or its prefixed name."""
    label: str
    properties: tuple[PropertyChange, ...]


def differences(found: Changes, older: Store, newer: Store, language: str) -> list[Difference]:
    """What changed, by kind of change in the order of `How`, then by name."""
    ended, lost = set(found.deprecated), set(found.lost)
    told = [_difference(How.ADDED, change, newer, language) for change in found.added]
    for change in found.changed:
        how = How.DEPRECATED if change.subject in ended else How.CHANGED
        told.append(_difference(how, change, newer, language))
    for change in found.removed:
        how = How.LOST if change.subject in lost else How.REMOVED
        told.append(_difference(how, change, older, language))
    known = {difference.iri for difference in told}
    for graph in sorted(lost - known):  # a graph that nothing described: it went with its statements
        told.append(_difference(How.LOST, Change(graph, (), ()), older, language))
    order = list(How)
    return sorted(told, key=lambda one: (order.index(one.how), natural(one.iri)))


def as_json(told: Iterable[Difference]) -> str:
    """The differences as a JSON array."""
    return json.dumps(as_records(told), ensure_ascii=False, indent=1) + "\n"


def as_records(told: Iterable[Difference]) -> list[dict[str, Any]]:
    """The differences as plain records for JSON; an IRI is `{"iri": …}`, a text, number or date its own text."""
    return [
        {
            "change": one.how.value,
            "iri": one.iri,
            "kind": one.kind,
            "code": one.code,
            "label": one.label,
            "properties": [
                {
                    "property": change.property,
                    "label": change.label,
                    "language": change.language,
                    "old": [_plain(term) for term in change.old],
                    "new": [_plain(term) for term in change.new],
                    "from": list(change.left),
                    "to": list(change.came_to),
                }
                for change in one.properties
            ],
        }
        for one in told
    ]


def as_csv(told: Iterable[Difference], store: Store) -> str:
    """The differences as CSV: a row for a property of a thing in a language, several values with ` | ` between."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("change", "kind", "code", "label", "property", "language", "old", "new", "from", "to", "iri"))
    for one in told:
        about = (one.how.value, one.kind, one.code, one.label)
        for change in one.properties or (PropertyChange(Iri(""), "", ""),):
            values = [" | ".join(short(term, store) for term in terms) for terms in (change.old, change.new)]
            moved = [" ".join(graphs) for graphs in (change.left, change.came_to)]
            writer.writerow((*about, change.label, change.language, *values, *moved, one.iri))
    return out.getvalue()


def as_patch(found: Changes) -> str:
    """The changes as an RDF Patch (Apache Jena's format): one transaction that makes the newer graph of the older."""
    everything = sorted((*found.added, *found.removed, *found.changed), key=lambda change: change.subject)
    lines = [f"D {quad} ." for change in everything for quad in change.removed]
    lines += [f"A {quad} ." for change in everything for quad in change.added]
    return "\n".join(["TX .", *lines, "TC .", ""])


def short(term: Term, store: Store) -> str:
    """A value as a reader knows it: the code of a thing of ours, another IRI in short, a literal's text."""
    if isinstance(term, ox.NamedNode):
        known = store.names.segment_and_code(term.value)
        return known[1] if known else store.names.compact(term.value).strip("<>")
    return term.value if isinstance(term, ox.Literal) else str(term)


def _difference(how: How, change: Change, store: Store, language: str) -> Difference:
    known = store.names.segment_and_code(change.subject)
    name = store.names.compact(change.subject).strip("<>")
    return Difference(
        how,
        change.subject,
        kind=label_of(store, KINDS_BY_SEGMENT[known[0]].class_iri, language) if known else "",
        code=known[1] if known else name,
        label=_label(store, change.subject, language),
        properties=tuple(_properties(change, store, language)),
    )


def _properties(change: Change, store: Store, language: str) -> Iterator[PropertyChange]:
    """The properties in which the two differ, and then those whose values only moved to another graph."""
    before, after = _graphs_of(change.removed), _graphs_of(change.added)
    for (property_, tag), (old, new) in _grouped(before.keys() - after.keys(), after.keys() - before.keys()).items():
        yield PropertyChange(property_, _label(store, property_, language), tag, old, new)
    moved = before.keys() & after.keys()
    for (property_, tag), (old, new) in _grouped(moved, moved).items():
        left = {graph for triple in moved if triple.predicate.value == property_ for graph in before[triple]}
        came_to = {graph for triple in moved if triple.predicate.value == property_ for graph in after[triple]}
        name = _label(store, property_, language)
        yield PropertyChange(property_, name, tag, old, new, tuple(sorted(left)), tuple(sorted(came_to)))


def _graphs_of(quads: Iterable[ox.Quad]) -> dict[ox.Triple, set[Iri]]:
    found: dict[ox.Triple, set[Iri]] = defaultdict(set)
    for quad in quads:
        found[quad.triple].add(Iri(getattr(quad.graph_name, "value", "")))
    return found


def _grouped(
    old: Iterable[ox.Triple], new: Iterable[ox.Triple]
) -> dict[tuple[Iri, str], tuple[tuple[Term, ...], tuple[Term, ...]]]:
    """Property and language → its old and its new values, all sorted; Dutch before English."""
    found: dict[tuple[Iri, str], tuple[list[Term], list[Term]]] = defaultdict(lambda: ([], []))
    for side, triples in enumerate((old, new)):
        for triple in sorted(triples, key=lambda triple: natural(str(triple.object))):
            tag = (triple.object.language or "") if isinstance(triple.object, ox.Literal) else ""
            found[Iri(triple.predicate.value), tag][side].append(triple.object)
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] != "nl", entry[0][1]))
    return {key: (tuple(sides[0]), tuple(sides[1])) for key, sides in ordered}


def _label(store: Store, iri: str, language: str) -> str:
    """The label, or the IRI in short where there is none."""
    if iri in _NAME_OF:
        return _NAME_OF[iri].within(language)
    return iri if iri.startswith("_:") else label_of(store, iri, language).strip("<>")


def _plain(term: Term) -> str | dict[str, str]:
    return {"iri": term.value} if isinstance(term, ox.NamedNode) else getattr(term, "value", str(term))
