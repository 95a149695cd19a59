"""What every store must answer alike: the library, the checks, the analyses, and what reads statements."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.checks.rules import graph_rules, run_rules
from kg.checks.shapes import load_shapes, validate_shapes
from kg.curriculum.comparison import compare
from kg.curriculum.coverage import coverage
from kg.curriculum.evidence import held
from kg.curriculum.gaps import gaps
from kg.curriculum.levels import levels
from kg.curriculum.lifecycle import lifecycle
from kg.curriculum.prerequisites import prerequisites
from kg.curriculum.recognition import recognise
from kg.curriculum.redundancy import redundancy
from kg.curriculum.rows import as_json
from kg.curriculum.selection import cover
from kg.curriculum.trace import trace
from kg.curriculum.whatif import what_if
from kg.curriculum.whitespots import white_spots
from kg.files.catalog import queries_by_name
from kg.files.project import read_project
from kg.graph.ask import bound_text
from kg.graph.describe import describe, origin_of_graphs
from kg.graph.find import codes_of, label_of
from kg.graph.match import index_of, match
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_settings import Remote
from kg.graph.renaming import Renaming
from kg.graph.store import Store
from kg.names import KINDS, OUTSIDE, Names, lg
from kg.table import Table
from kg.text import natural

__all__ = [
    "AWKWARD",
    "AWKWARD_NAMES",
    "DEVIATIONS",
    "awkward_stores",
    "names_for",
    "own_dataset",
    "paged",
    "same",
    "same_awkward",
]

_ROOT = Path(__file__).parents[1]
_DATA = Path(__file__).parent / "data" / "stores"
_PROJECT = read_project(_ROOT)
_QUESTIONS = queries_by_name(_PROJECT.query_files("questions"))
_RULES = graph_rules(_PROJECT)
_SHAPES = load_shapes(_PROJECT)
DEVIATIONS: Mapping[str, Any] = tomllib.loads((_DATA / "deviations.toml").read_text(encoding="utf-8"))
"""Kind of server → what it answers differently → why."""
AWKWARD = (_DATA / "awkward.nq").read_bytes()
"""Statements with what engines stumble over: languages, dates, decimals, all of Unicode, long texts, blank nodes."""

_XSD = OUTSIDE["xsd"]

_ANALYSES: Mapping[str, Callable[[Store], Any]] = {
    "comparison": lambda store: compare(store, "mi-ow", "ma-cb"),
    "coverage": lambda store: coverage(store, "mi-ow"),
    "gaps": gaps,
    "gaps-of-programme": lambda store: gaps(store, "mi-ow"),
    "levels": levels,
    "lifecycle": lifecycle,
    "prerequisites": lambda store: prerequisites(store, "mi-ow"),
    "recognition": lambda store: recognise(store, "mi-ow", held(["mo-1"], on="2021-12-01"), date(2026, 11, 1)),
    "redundancy": lambda store: redundancy(store, "mi-ow"),
    "cover": lambda store: cover(store, "mi-ow", ["ow-07"]),
    "trace": lambda store: trace(store, "ow-06"),
    "trace-of-programme": lambda store: trace(store, "mi-ow"),
    "what-if": lambda store: what_if(store, "mi-ow", drop=["mo-3"]),
    "white-spots": white_spots,
}

_READINGS: Mapping[str, Callable[[Store], Any]] = {
    "graphs": lambda store: store.graphs(),
    "size": len,
    "statements": lambda store: sorted(map(str, store)),
    "of-predicate": lambda store: sorted(map(str, store.quads(None, ox.NamedNode(OUTSIDE["skos"] + "notation")))),
    "of-value": lambda store: sorted(map(str, store.quads(None, None, ox.NamedNode(lg("Competence"))))),
    "of-literal": lambda store: sorted(map(str, store.quads(None, None, ox.Literal("ow-06")))),
    "of-graph": lambda store: sorted(map(str, store.quads(graph=ox.NamedNode(store.names.graph("note-tasks"))))),
    "origins": origin_of_graphs,
    "description": lambda store: describe(store, store.names.thing("competence", "ow-06")),
    "description-of-graph": lambda store: describe(store, store.names.graph("note-tasks")),
    "codes": codes_of,
    "labels": lambda store: [label_of(store, kind.class_iri, "nl") for kind in KINDS],
    "matched": lambda store: match(index_of(store), "tegenstelingen overbrugen", "nl", (), most=5),
}


def asked_of(store: Store) -> dict[str, Callable[[], Any]]:
    """Everything that is asked of a store, by name; each gives plain values, in an order of its own."""
    made: dict[str, Callable[[], Any]] = {}
    for name in sorted(_QUESTIONS, key=natural):
        made[f"question/{name}"] = lambda name=name: normal(store.table(bound_text(store, _QUESTIONS[name], {})))
    for name in _RULES:
        made[f"rule/{name}"] = lambda name=name: sorted(map(repr, run_rules({name: _RULES[name]}, store)))
    made["shapes"] = lambda: sorted(map(repr, validate_shapes(_SHAPES, store)))
    for name, analysis in _ANALYSES.items():
        made[f"analysis/{name}"] = lambda analysis=analysis: as_json(analysis(store), "nl")
    for name, reading in _READINGS.items():
        made[f"reading/{name}"] = lambda reading=reading: reading(store)
    return made


def names_for(kind: str) -> list[str]:
    """Everything that a kind of server is asked."""
    left_out = DEVIATIONS["left-out"].get(kind, ())
    return [name for name in _NAMES if name not in left_out]


def same(kind: str, name: str, store: Store, embedded: Store) -> None:
    """Asserts that a store answers like the embedded one; or differs, where that is known of its kind."""
    mine, right = asked_of(store)[name](), asked_of(embedded)[name]()
    if name in DEVIATIONS[kind]:
        assert mine != right, f"{kind} no longer differs in {name}: take that from deviations.toml"
    else:
        assert mine == right


def awkward_stores(link: Link, names: Names) -> tuple[RemoteStore, Store]:
    """The awkward statements in a graph of a store, and in an embedded one."""
    quads = list(ox.parse(AWKWARD, format=ox.RdfFormat.N_QUADS))
    graph = names.graph("awkward")
    content = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert content is not None
    assert link.put(graph, content)
    return RemoteStore(names, link, Renaming(), [graph]), Store(names, quads)


def same_awkward(kind: str, name: str, store: RemoteStore, embedded: Store) -> None:
    """Asserts that what is said of one awkward thing comes back: as statements, and as what is found by its value."""
    subject = ox.NamedNode(store.names.thing("remark", name))
    mine, right = (Counter(_value(quad.object) for quad in of.quads(subject)) for of in (store, embedded))
    found = [
        [quad.subject for quad in store.quads(None, None, value)] for value in right if isinstance(value, ox.Literal)
    ]
    expected = [[subject] for value in right if isinstance(value, ox.Literal)]
    if f"awkward/{name}" in DEVIATIONS[kind]:
        assert (mine, found) != (right, expected), f"{kind} no longer differs in {name}: take that from deviations.toml"
    else:
        assert (mine, found) == (right, expected)


def paged(remote: Remote, store: RemoteStore, embedded: Store) -> None:
    """Asserts that a graph larger than a page, and an answer larger than the server gives, come whole and once."""
    graph = ox.NamedNode(store.names.graph("note-tasks"))
    with closing(Link(remote)) as link:
        small = RemoteStore(store.names, link, store.renaming, store.graphs())
        assert sorted(map(str, small.quads(graph=graph))) == sorted(map(str, embedded.quads(graph=graph)))
    text = "SELECT ?s ?o WHERE { ?s dct:source ?o . ?s a lg:Passage } ORDER BY ?s ?o"
    assert store.table(text) == embedded.table(text)
    text = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(ISIRI(?o)) }"
    assert normal(store.table(text)) == normal(embedded.table(text))


def own_dataset(store: RemoteStore, embedded: Store) -> None:
    """Asserts that FROM, and the graphs of the protocol, are what is asked."""
    tasks, themes = store.names.graph("note-tasks"), store.names.graph("note-themes")
    count = "SELECT (COUNT(*) AS ?n) {from_} WHERE {{ {pattern} }}"
    for text, default, named in (
        (count.format(from_=f"FROM <{tasks}>", pattern="?s ?p ?o"), None, None),
        (count.format(from_=f"FROM NAMED <{themes}>", pattern="GRAPH ?g { ?s ?p ?o }"), None, None),
        (count.format(from_="", pattern="?s ?p ?o"), [tasks], []),
        (count.format(from_="", pattern="GRAPH ?g { ?s ?p ?o }"), [tasks], [themes]),
    ):
        mine, right = (
            [row["n"].value for row in of.query(text, default_graphs=default, named_graphs=named)]  # type: ignore[union-attr]
            for of in (store, embedded)
        )
        assert mine == right, text


def normal(table: Table) -> tuple[tuple[str, ...], Counter[tuple[object, ...]]]:
    """Columns, and rows as values: 5.0 is 5, and rows that are alike in what they are sorted by stand in any order."""
    return table.columns, Counter(tuple(map(_value, row)) for row in table.rows)


def _value(term: object) -> object:
    if isinstance(term, ox.Literal) and term.datatype.value == _XSD + "decimal":
        return Decimal(term.value)
    return term


AWKWARD_NAMES = sorted(
    {
        quad.subject.value.rpartition("/")[2]
        for quad in ox.parse(AWKWARD, format=ox.RdfFormat.N_QUADS)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.rpartition("/")[2] != "blank"
    }
)
"""The awkward things, but for the one with a blank node: that has another name in every answer."""
_NAMES = sorted(asked_of(Store(_PROJECT.names)))
