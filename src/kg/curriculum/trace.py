"""What a thing rests on and what rests on it, along the chain from source to level, with the reason of every link."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.errors import BadParameter
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, Iri
from kg.table import Table
from kg.text import Words

__all__ = ["CHAIN", "Cited", "Link", "Trace", "link_table", "trace"]

CHAIN = ("source", "passage", "task", "competence", "outcome", "unit", "programme", "level")
"""The kinds of things along the chain, from what is read to what is recognised."""

_LEAVES = {"assessment": "outcome", "offering": "programme"}
"""Kinds that hang from the chain, and where."""
_BESIDE = ("assessment", "theme", "tension", "knowledge", "task-group", "occupation")
"""Kinds a trace may start from although no chain runs through them."""

_NAMES = {
    "source": Words({"nl": "staat in", "en": "is stated in"}),
    "isPartOf": Words({"nl": "is deel van", "en": "is part of"}),
}
"""Names of links of other vocabularies, which the ontology does not name."""


@dataclass(frozen=True, slots=True, order=True)
class Cited:
    """A place in a source that carries a statement."""

    passage: Ref
    section: str


@dataclass(frozen=True, slots=True)
class Link:
    """One statement of the chain, with where it stands and why it is so."""

    subject: Ref
    property: Ref
    object: Ref
    direction: str
    """up (towards the level), down (towards the source) or beside, as the trace walked it."""
    origin: Ref
    """stated, proposed or reference: the origin of the graph it stands in; without code where the graph has none."""
    graph: Iri
    rationale: Words
    """Why, in the words of the graph the link stands in; empty when it gives none."""
    cited: tuple[Cited, ...]
    """The passages its subject is taken from, when the same graph cites them."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything a thing rests on and everything that rests on it."""

    start: Ref
    things: tuple[Ref, ...]
    """Every thing met, the start included, in the order of the chain and then of code."""
    links: tuple[Link, ...]

    def of_kind(self, *kinds: str) -> tuple[Ref, ...]:
        """The things of these kinds."""
        return tuple(thing for thing in self.things if thing.kind in kinds)


def trace(store: Store, thing: str) -> Trace:
    """The trace of a thing, both ways along the chain.

    Up only goes up and down only goes down, so that a competence brings its own tasks and units and not those
    of every other competence met on the way. A theme, tension field, knowledge element, assessment, task group
    or occupation starts from what it touches. Passages appear for tasks and for the thing itself; elsewhere
    they stand at the link as its reason.
    Raises UnknownName for an unknown code and BadParameter for a thing no chain runs through.
    """
    iri = thing_called(store, thing)
    start = refer(store, iri)
    if start.kind not in (*CHAIN, *_LEAVES, *_BESIDE):
        raise BadParameter(
            "{thing} is of kind {kind}: no chain runs through it.",
            "A trace starts from one of: {known}.",
            thing=thing,
            kind=KINDS_BY_SEGMENT[start.kind].class_name if start.kind else "?",
            known=", ".join(dict.fromkeys((*CHAIN, *_LEAVES, *_BESIDE))),
        )
    beside = rows(store, "trace-beside", things=[ox.NamedNode(iri)]) if start.kind in _BESIDE else []
    first = sorted({row["to"] for row in beside}) or [iri]
    walked = {
        "beside": beside,
        "down": _walk(store, "trace-down", first, start=ox.NamedNode(iri)),
        "up": _walk(store, "trace-up", first),
    }
    return _traced(store, start, walked)


def link_table(found: Trace, language: str) -> Table:
    """The links of a trace as rows, one per link."""
    columns = ("direction", "subject", "label", "property", "object", "object_label", "origin", "reason")
    lines = [
        (
            link.direction,
            link.subject,
            link.subject.label,
            link.property.label,
            link.object,
            link.object.label,
            link.origin.label or link.origin,
            reason(link, language),
        )
        for link in found.links
    ]
    return as_table(columns, lines, language)


def reason(link: Link, language: str) -> str:
    """Why a link holds, in one line: the rationale, or else the sections and passages it is taken from."""
    if link.rationale:
        return link.rationale.within(language)
    return "; ".join(f"{place.section} ({place.passage.code})".strip() for place in link.cited)


def _walk(store: Store, query: str, first: list[str], **terms: ox.NamedNode) -> list[dict[str, Any]]:
    """The links met from these things on, one query a step, each thing asked once."""
    found: list[dict[str, Any]] = []
    asked: set[str] = set()
    frontier = first
    while frontier:
        asked.update(frontier)
        step = rows(store, query, things=[ox.NamedNode(iri) for iri in frontier], **terms)
        found += step
        # What hangs from the chain is an end: an assessment met on the way brings no other outcomes along.
        reached = {row["to"] for row in step if _kind(store, row["to"]) not in _LEAVES}
        frontier = sorted(reached - asked)
    return found


def _traced(store: Store, start: Ref, walked: dict[str, list[dict[str, Any]]]) -> Trace:
    ref_of = {start.iri: start}

    def ref(iri: str) -> Ref:
        return ref_of.setdefault(Iri(iri), refer(store, iri)) if iri not in ref_of else ref_of[Iri(iri)]

    links: dict[tuple[str, str, str], Link] = {}
    reasons = _reasons(store, sorted({row["subject"] for found in walked.values() for row in found}))
    nothing: tuple[Words, tuple[Cited, ...]] = (Words(), ())
    terms: dict[str, Ref] = {}
    for direction, found in walked.items():
        for row in found:
            for term in (row["property"], row["origin"]):
                if term and term not in terms:
                    named = refer(store, term)
                    terms[term] = named if named.label else replace(named, label=_NAMES.get(named.code, named.label))
            rationale, cited = reasons.get((row["subject"], row["graph"]), nothing)
            # The link to a passage is carried by that passage alone, not by the others its subject cites.
            own = tuple(place for place in cited if place.passage.iri == row["object"])
            links.setdefault(
                (row["subject"], row["property"], row["object"]),
                Link(
                    subject=ref(row["subject"]),
                    property=terms[row["property"]],
                    object=ref(row["object"]),
                    direction=direction,
                    origin=terms[row["origin"]] if row["origin"] else Ref("", Iri("")),
                    graph=Iri(row["graph"]),
                    rationale=rationale,
                    cited=own or cited,
                ),
            )
    things = sorted(ref_of.values(), key=lambda thing: (_place(thing.kind), thing))
    ordered = sorted(links.values(), key=lambda link: (_place(link.object.kind), link.subject, link.object))
    return Trace(start, tuple(things), tuple(ordered))


def _reasons(store: Store, subjects: list[str]) -> dict[tuple[str, str], tuple[Words, tuple[Cited, ...]]]:
    """(subject, graph) → the rationale the graph gives and the passages it cites."""
    if not subjects:
        return {}
    texts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    cited: dict[tuple[str, str], dict[str, Cited]] = defaultdict(dict)
    ref_of: dict[str, Ref] = {}
    for row in rows(store, "reasons", things=[ox.NamedNode(subject) for subject in subjects]):
        key = (row["thing"], row["graph"])
        if row["rationale"]:
            texts[key][row["language"]] = row["rationale"]
        if row["passage"]:
            place = ref_of.setdefault(row["passage"], refer(store, row["passage"]))
            cited[key].setdefault(place.iri, Cited(place, row["section"] or ""))
    return {
        key: (Words(dict(sorted(texts[key].items(), reverse=True))), tuple(sorted(cited[key].values())))
        for key in sorted({*texts, *cited})
    }


def _kind(store: Store, iri: str) -> str:
    known = store.names.segment_and_code(iri)
    return known[0] if known else ""


def _place(kind: str) -> int:
    """Where a kind stands along the chain; what hangs from it or lies beside it comes after."""
    if kind in CHAIN:
        return CHAIN.index(kind)
    return len(CHAIN) + list(_LEAVES).index(kind) if kind in _LEAVES else len(CHAIN) + len(_LEAVES)
