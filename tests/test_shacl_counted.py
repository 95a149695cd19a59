"""Counting over a graph first leaves no result out: what is found is what every check finds by itself."""

from __future__ import annotations

import random
from collections import Counter

import pyoxigraph as ox
import pytest
import rdflib

from kg.checks.shacl.memory import Memory
from kg.checks.shacl.model import ShapesGraph
from kg.checks.shacl.queries import plan
from kg.checks.shacl.run import facts_of
from kg.checks.shacl.screens import suspects
from kg.checks.shacl.validation import validated
from kg.graph.store import Store
from kg.names import Names

PREFIXES = """@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . """
SHAPES = ShapesGraph(
    rdflib.Graph().parse(
        data=PREFIXES
        + """
ex:dutch sh:languageIn ("nl") ; sh:maxLength 1 . ex:english sh:languageIn ("en") .
ex:isA sh:class ex:A . ex:isB sh:class ex:B .
ex:SA sh:targetClass ex:A ; sh:property ex:SAp, ex:SAq, ex:SAqe, ex:SAr .
ex:SAp sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:B .
ex:SAq sh:path ex:q ; sh:uniqueLang true ; sh:datatype rdf:langString ; sh:minLength 1 ;
  sh:qualifiedValueShape ex:dutch ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 .
ex:SAqe sh:path ex:q ; sh:qualifiedValueShape ex:english ; sh:qualifiedMinCount 1 .
ex:SAr sh:path ex:r ; sh:hasValue ex:n1 ; sh:maxCount 2 .
ex:SB sh:targetClass ex:B ; sh:property ex:SBp, ex:SBq, ex:SBr .
ex:SBp sh:path ex:p ; sh:maxCount 1 ; sh:or (ex:isA ex:isB) .
ex:SBq sh:path ex:q ; sh:minCount 1 ; sh:uniqueLang true ; sh:maxLength 2 .
ex:SBr sh:path ex:r ; sh:minCount 1 ; sh:maxCount 0 ; sh:nodeKind sh:IRI .
ex:Dp sh:targetSubjectsOf ex:p ; sh:or (ex:isA ex:isB) .
ex:Dq sh:targetSubjectsOf ex:q ; sh:class ex:A ; sh:property [
  sh:path ex:q ; sh:uniqueLang true ; sh:datatype rdf:langString ; sh:maxCount 2 ] .
ex:Dr sh:targetSubjectsOf ex:r ; sh:class ex:C .
"""
    )
)
VALUES = ["ex:n1", "ex:n2", "ex:n3", "ex:n4", "_:b1", '"a"@nl', '"aaa"@nl', '"b"@NL', '"a"@en', '""@nl', '"a"', "1"]
TYPICAL = {
    "p": [["ex:n1"]] * 3,
    "q": [['"a"@nl', '"a"@en'], ['"b"@nl', '"a"@en'], ['"a"@nl', '"aaa"@nl', '"a"@en']],
    "r": [["ex:n1"], ["ex:n1", "ex:n2"], ["ex:n1"]],
}


def store_of(number: int) -> Store:
    """A graph of a few nodes: most have what is asked of them, some have not; some statements stand in two graphs."""
    chance = random.Random(number)
    lines = ["ex:D rdfs:subClassOf ex:C ."]
    for node in ("ex:n1", "ex:n2", "ex:n3", "ex:n4", "_:b1")[: chance.randint(1, 5)]:
        lines += [f"{node} a ex:{kind} ." for kind in "ABCD" if chance.random() < 0.4]
        for name in "pqr":
            values = chance.choice([*TYPICAL[name], chance.sample(VALUES, chance.randint(0, 3))])
            lines += [f"{node} ex:{name} {value} ." for value in values]
    quads = list(ox.parse(input=PREFIXES + "\n".join(lines), format=ox.RdfFormat.TURTLE))
    doubled = chance.sample(quads, min(2, len(quads))) if chance.random() < 0.3 else []
    graphs = [(ox.NamedNode("urn:g"), quads), (ox.NamedNode("urn:h"), doubled)]
    return Store(Names(), [ox.Quad(q.subject, q.predicate, q.object, graph) for graph, of in graphs for q in of])


@pytest.mark.parametrize("start", range(0, 180, 60))
def test_what_is_counted_first_is_found_as_without(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    spared = 0
    for number in range(start, start + 60):
        store = store_of(number)
        checks = plan(SHAPES, facts_of(SHAPES, store)).checks
        spared += len(checks) - len(suspects(checks, store))
        counted = Counter(map(repr, validated(SHAPES, store).results))
        with monkeypatch.context() as patch:
            patch.setattr(Store, "embedded", False)
            assert counted == Counter(map(repr, validated(SHAPES, store).results)), number
    assert spared > 600


def test_after_changes_the_same_is_found_as_anew() -> None:
    store, memory = store_of(0), Memory()
    validated(SHAPES, store, memory)
    for number in range(1, 40):
        before, after = set(store), set(store_of(number))
        part = set(random.Random(number).sample(sorted(before ^ after, key=str), len(before ^ after) // 4))
        store.remove(part & before)
        store.add(part & after)
        memory.changed(quad.triple for quad in part)
        found = validated(SHAPES, store, memory)
        assert Counter(map(repr, found.results)) == Counter(map(repr, validated(SHAPES, store).results)), number
