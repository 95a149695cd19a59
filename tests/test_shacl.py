"""Compiled shapes: each component finds what pySHACL finds, the W3C's suite passes, a change re-runs the least."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from rdflib import RDF, SH, BNode, Namespace
from rdflib.term import Node

from kg.checks.shacl.foreign import validated_foreign
from kg.checks.shacl.memory import Memory
from kg.checks.shacl.model import CORE, ShapesGraph
from kg.checks.shacl.run import Result
from kg.checks.shacl.validation import by_pyshacl, validated
from kg.cli.main import cli
from kg.errors import LoadError
from kg.files.turtle import rdflib_graph
from kg.graph.store import Store
from kg.names import Names

CASES = sorted((Path(__file__).parent / "cases" / "shacl").glob("*.ttl"))
W3C = Path(sys.prefix) / "suites" / "sht_tests"
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
PYSHACL_CANNOT = {"prefixes-001", "shapesGraph-001"}
"""pySHACL, which SPARQL-based constraints are left to, fails these two itself."""


def triples_of(path: Path) -> list[ox.Triple]:
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return list(dict.fromkeys(quad.triple for quad in quads))


def told(result: Result) -> tuple[object, ...]:
    """A result without its path, whose blank nodes are its own."""
    path = "a path" if isinstance(result.path, BNode) else result.path
    return (result.shape.node, result.component, result.focus, path, result.value, result.shape.severity)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_component_finds_what_pyshacl_finds(path: Path) -> None:
    triples = triples_of(path)
    graph = rdflib_graph(triples)
    validation = validated_foreign(graph, triples)
    expected = int(re.findall(r"^# results: (\d+)", path.read_text(encoding="utf-8"))[0])
    assert Counter(map(told, validation.results)) == Counter(map(told, by_pyshacl(graph, rdflib_graph(triples))))
    assert len(validation.results) == expected
    assert bool(validation.beyond) == path.stem.endswith("-beyond")


def test_every_parameter_of_core_has_a_case() -> None:
    used = {str(SH[name]) for path in CASES for name in re.findall(r"\bsh:(\w+)", path.read_text(encoding="utf-8"))}
    assert {str(parameter) for parameter in CORE} - used == set()


def test_the_report_is_a_shacl_validation_report_in_the_words_of_the_shapes() -> None:
    path = next(path for path in CASES if path.stem == "severity-and-message")
    graph = rdflib_graph(triples_of(path))
    report = validated_foreign(graph, triples_of(path)).report(graph)
    (top,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(top, SH.conforms) == rdflib.Literal(False)
    found = {
        (report.value(node, SH.resultSeverity), frozenset(map(str, report.objects(node, SH.resultMessage))))
        for node in report.objects(top, SH.result)
    }
    assert found == {
        (SH.Info, frozenset(("Een ding.", "A thing."))),
        (SH.Warning, frozenset(("Geef ex:p.",))),
        (SH.Violation, frozenset()),
    }


def test_data_that_conforms_says_so() -> None:
    shapes = rdflib.Graph().parse(data=f"<urn:s> <{SH.targetNode}> <urn:a> ; <{SH.nodeKind}> <{SH.IRI}> .")
    report = validated_foreign(shapes, []).report(shapes)
    assert list(report.objects(None, SH.conforms)) == [rdflib.Literal(True)]
    assert not list(report.objects(None, SH.result))


def w3c_cases() -> list[Path]:
    """The tests of the W3C's SHACL suite, as they are in pySHACL's source package; fetched at set-up."""
    if not W3C.exists():
        assert "CI" not in os.environ, "the W3C's SHACL suite was not fetched: see .suites in the Makefile"
        return []
    return sorted(
        path
        for path in W3C.rglob("*.ttl")
        if "sht:Validate" in path.read_text(encoding="utf-8") and path.stem not in PYSHACL_CANNOT
    )


def key(report: rdflib.Graph, node: Node) -> tuple[object, ...]:
    properties = (SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity)
    properties += (SH.sourceConstraintComponent, SH.sourceShape)
    values = (report.value(node, each) for each in properties)
    return tuple("_:" if isinstance(value, BNode) else value for value in values)


@pytest.mark.parametrize("path", w3c_cases(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_of_the_w3c(path: Path) -> None:
    manifest = rdflib_graph(triples_of(path))
    for test in manifest.subjects(RDF.type, SHT.Validate):
        action, expected = manifest.value(test, MF.action), manifest.value(test, MF.result)
        assert action is not None
        named = {name: str(manifest.value(action, SHT[name])) for name in ("dataGraph", "shapesGraph")}
        data, shapes = (triples_of(Path(address.removeprefix("file://"))) for address in named.values())
        graph = rdflib_graph(shapes)
        if expected == SHT.Failure:
            with pytest.raises(LoadError, match="pySHACL cannot validate"):
                validated_foreign(graph, data)
            continue
        report = validated_foreign(graph, data).report(graph)
        assert expected is not None
        found = Counter(key(report, node) for node in report.objects(None, SH.result))
        assert found == Counter(key(manifest, node) for node in manifest.objects(expected, SH.result))


def store_of(text: str) -> Store:
    graph = ox.NamedNode("urn:g")
    prefix = "@prefix ex: <https://example.org/> . "
    quads = ox.parse(input=prefix + text, format=ox.RdfFormat.TURTLE)
    return Store(Names(), [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads])


SHAPES = """@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:minCount 1 ], [ sh:path ex:q ; sh:class ex:B ] .
ex:T sh:targetClass ex:C ; sh:property [ sh:path ex:r ; sh:maxCount 1 ] ."""


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("ex:a ex:elsewhere 1 .", 0),
        ("ex:a ex:p 1 .", 1),
        ("ex:b a ex:B .", 1),
        ("ex:c a ex:C ; ex:r 1, 2 .", 1),
        ("ex:d a ex:A ; ex:q ex:d .", 2),
    ],
)
def test_after_a_change_only_what_it_touches_is_asked_again(change: str, asked: int) -> None:
    shapes = ShapesGraph(rdflib.Graph().parse(data=SHAPES))
    store, memory = store_of("ex:a a ex:A ; ex:q ex:b ."), Memory()
    assert len(validated(shapes, store, memory).results) == 2
    assert memory.asked == 3
    new = list(store_of(change))
    store.add(new)
    memory.changed(quad.triple for quad in new)
    found = validated(shapes, store, memory)
    assert memory.asked == asked
    assert Counter(map(told, found.results)) == Counter(map(told, validated(shapes, store).results))


def test_the_most_of_what_qualifies_is_counted_again_when_what_qualifies_changes() -> None:
    """Both counts of a qualified shape read what it asks, not the first alone."""
    text = """@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    ex:S sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:B ] ;
      sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] ."""
    shapes = ShapesGraph(rdflib.Graph().parse(data=text))
    store, memory = store_of("ex:a a ex:A ; ex:p ex:b, ex:c . ex:b a ex:B ."), Memory()
    assert validated(shapes, store, memory).results == ()
    new = list(store_of("ex:c a ex:B ."))
    store.add(new)
    memory.changed(quad.triple for quad in new)
    assert len(validated(shapes, store, memory).results) == 1


def test_a_new_subclass_is_seen_although_no_shape_names_it() -> None:
    shapes = ShapesGraph(rdflib.Graph().parse(data=SHAPES))
    store, memory = store_of("ex:a a ex:A1 ."), Memory()
    assert validated(shapes, store, memory).results == ()
    new = list(store_of("ex:A1 <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:A ."))
    store.add(new)
    memory.changed(quad.triple for quad in new)
    assert len(validated(shapes, store, memory).results) == 1


def test_what_the_engine_would_change_is_told_as_written_or_left_to_pyshacl() -> None:
    shapes = rdflib.Graph().parse(data=SHAPES.replace("sh:class ex:B", "sh:maxInclusive 3"))
    spelt = triples_in("ex:a a ex:A ; ex:p 1 ; ex:q 4.0 .")
    (result,) = validated_foreign(shapes, spelt).results
    assert str(result.value) == "4.0"
    other = validated_foreign(shapes, triples_in('ex:a a ex:A ; ex:p "1"^^<http://www.w3.org/2001/XMLSchema#byte> .'))
    assert other.results == ()
    assert "keeps" in other.beyond[0][1]


def triples_in(text: str) -> list[ox.Triple]:
    prefix = "@prefix ex: <https://example.org/> . "
    return [quad.triple for quad in ox.parse(input=prefix + text, format=ox.RdfFormat.TURTLE)]


def test_the_command_prints_the_report_and_says_by_its_exit_whether_the_data_conforms(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    data = tmp_path / "data.ttl"
    data.write_text("@prefix ex: <https://example.org/> . ex:a a ex:A .", encoding="utf-8")
    asked = ["--lang", "nl", "validate", str(data), "--shapes", str(tmp_path / "shapes.ttl")]
    answer = CliRunner().invoke(cli, asked)
    assert answer.exit_code == 1
    report = rdflib.Graph().parse(data=answer.stdout, format="turtle")
    assert len(list(report.objects(None, SH.result))) == 1
    data.write_text("@prefix ex: <https://example.org/> . ex:a a ex:A ; ex:p 1 .", encoding="utf-8")
    assert CliRunner().invoke(cli, asked).exit_code == 0
    data.write_text("<urn:a> <urn:b> ", encoding="utf-8")
    broken = CliRunner().invoke(cli, asked)
    assert broken.exit_code == 2
    assert "data.ttl:1" in broken.stderr
