"""What must hold between the things of an import: every link has its target, no hierarchy bites its tail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import networkx as nx
import pyoxigraph as ox

from kg.exchange.imports.draft import Draft, Statement
from kg.exchange.imports.faults import Place
from kg.names import OUTSIDE, Iri
from kg.text import did_you_mean

__all__ = ["judge", "one_definition"]

_SKOS = OUTSIDE["skos"]
_BROADER = _SKOS + "broader"


def judge(draft: Draft, exists: Callable[[Iri], bool]) -> None:
    """Adds the faults of links, names and licences. `exists` tells whether the graph has a thing already."""
    _missing(draft, exists)
    _cycles(draft)
    _names(draft)
    licences = sorted(set(draft.licences))
    if len(licences) > 1:
        draft.wrong("licences-differ", Place(), value=", ".join(licences))


def _missing(draft: Draft, exists: Callable[[Iri], bool]) -> None:
    for statement in draft.statements:
        ends = [(statement.subject, statement.inside)]
        if isinstance(statement.value, ox.NamedNode):
            target = Iri(statement.value.value)
            ends.append((target, statement.inside))
        for iri, needed in ends:
            if needed and iri not in draft.items and iri not in draft.faulty and not exists(iri):
                known = draft.names.segment_and_code(iri)
                codes = [other[1] for item in draft.items if (other := draft.names.segment_and_code(item))]
                near = did_you_mean(known[1], codes) if known else ""
                draft.wrong("missing-target", statement.place, value=known[1] if known else iri, near=near or "–")


def _cycles(draft: Draft) -> None:
    """Each cycle once, at the first of its links in the order of the file."""
    links: dict[tuple[str, str], Statement] = {}
    for statement in draft.statements:
        if statement.property == _BROADER and isinstance(statement.value, ox.NamedNode):
            links.setdefault((statement.subject, statement.value.value), statement)
    hierarchy: nx.DiGraph[str] = nx.DiGraph(list(links))
    for component in nx.strongly_connected_components(hierarchy):
        node = next(iter(component))
        if len(component) == 1 and (node, node) not in links:
            continue
        first = next(ends for ends in links if ends[0] in component and ends[1] in component)
        back = nx.shortest_path(hierarchy.subgraph(component), first[1], first[0])
        told = " → ".join(_shown(draft, iri) for iri in (first[0], *back))
        draft.wrong("cycle", links[first].place, value=told)


def _names(draft: Draft) -> None:
    """A thing has one name in a language."""
    seen: dict[tuple[Iri, str], ox.NamedNode | ox.Literal] = {}
    for statement in draft.statements:
        if statement.property == _SKOS + "prefLabel" and isinstance(statement.value, ox.Literal):
            key = (statement.subject, statement.value.language or "")
            first = seen.setdefault(key, statement.value)
            if first != statement.value:
                draft.wrong("two-names", statement.place, value=statement.value.value, first=first.value)


def one_definition(draft: Draft) -> None:
    """Turns a second definition in a language into a note: the graph has one definition a language."""
    seen: dict[tuple[Iri, str], ox.NamedNode | ox.Literal] = defaultdict()
    for index, statement in enumerate(draft.statements):
        if statement.property == _SKOS + "definition" and isinstance(statement.value, ox.Literal):
            first = seen.setdefault((statement.subject, statement.value.language or ""), statement.value)
            if first != statement.value:
                draft.statements[index] = replace(statement, property=Iri(_SKOS + "note"))
                draft.ledger.withdraw(
                    statement.place.file, statement.field, "second-definition", statement.value.value, kept=True
                )


def _shown(draft: Draft, iri: str) -> str:
    known = draft.names.segment_and_code(iri)
    item = draft.items.get(Iri(iri))
    return known[1] if known else (item.code if item and item.code else iri)
