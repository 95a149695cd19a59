"""Checks: every example finds exactly what it names, the shipped graph is clean, reports keep what they hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.checks.formats import report_from_json, report_to_json, report_to_sarif, report_to_text, report_to_turtle
from kg.checks.lint import lint
from kg.checks.rules import graph_rules, run_rules
from kg.checks.shapes import Shapes, load_shapes, validate_by_pyshacl, validate_shapes
from kg.checks.validate import validate
from kg.files.project import Project, read_project
from kg.files.turtle import read_turtle
from kg.graph.load import derive, load, load_files, read_files
from kg.graph.store import Store
from kg.names import Iri, Names, lg
from kg.records import Finding, Query, Report, Severity, Spot
from kg.text import Words

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "ontology" / "examples"
NAMES = Names()
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(ROOT)


@pytest.fixture(scope="module")
def ontology(project: Project) -> list[ox.Quad]:
    """The quads of the ontology and the description of its graphs, that every example is checked with."""
    wanted = {NAMES.graph("ontology"), NAMES.graph("ontology-graphs")}
    files = [(file, graph) for file, graph in read_files(project) if graph in wanted]
    return list(load_files(project, files).engine)


def store_of(path: Path, ontology: list[ox.Quad], *, described: bool) -> Store:
    """The store an example is judged in; `described` says whether its graph is, with the origin the file names."""
    text = path.read_text(encoding="utf-8")
    graph = ox.NamedNode(NAMES.graph("example"))
    origin = re.search(r"^# origin: (\w+)", text, re.MULTILINE)
    about = {RDF_TYPE: "http://www.w3.org/ns/dcat#Dataset", lg("origin"): lg(origin[1] if origin else "proposed")}
    if not described or (origin and origin[1] == "none"):
        about = {}
    home = ox.NamedNode(NAMES.graph("ontology-graphs"))
    quads = [ox.Quad(graph, ox.NamedNode(name), ox.NamedNode(value), home) for name, value in about.items()]
    own = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in read_turtle(path).triples]
    return Store(NAMES, [*ontology, *quads, *own])


@dataclass(frozen=True)
class Judge:
    """What examples are judged by, read once."""

    shapes: Shapes
    rules: dict[str, Query]
    ontology: list[ox.Quad]


@pytest.fixture(scope="module")
def judge(project: Project, ontology: list[ox.Quad]) -> Judge:
    return Judge(load_shapes(project), graph_rules(project), ontology)


def found_in(path: Path, judge: Judge) -> dict[str, Severity]:
    """The rules that an example breaks, and how gravely."""
    findings = [
        *validate_shapes(judge.shapes, store_of(path, judge.ontology, described=False)),
        *run_rules(judge.rules, store_of(path, judge.ontology, described=True)),
    ]
    return {finding.rule: finding.severity for finding in findings}


@pytest.mark.parametrize("path", sorted((EXAMPLES / "valid").glob("*.ttl")), ids=lambda path: path.stem)
def test_a_valid_example_breaks_no_rule(path: Path, judge: Judge) -> None:
    found = found_in(path, judge)
    assert {rule for rule, severity in found.items() if severity is not Severity.INFO} == set()


@pytest.mark.parametrize("path", sorted((EXAMPLES / "invalid").glob("*.ttl")), ids=lambda path: path.stem)
def test_an_invalid_example_breaks_exactly_the_rules_it_names(path: Path, judge: Judge) -> None:
    """Violations and warnings are named all; notes only where the example is about one."""
    expected = set(re.findall(r"^# expects: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert expected, f"{path.name} names no rule"
    found = found_in(path, judge)
    assert {rule for rule, severity in found.items() if severity is not Severity.INFO or rule in expected} == expected


def test_every_graph_wide_rule_has_an_invalid_example(project: Project) -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in (EXAMPLES / "invalid").glob("*.ttl"))
    shown = set(re.findall(r"^# expects: (\S+)", texts, re.MULTILINE))
    rules = {name for name, rule in graph_rules(project).items() if rule.severity is not Severity.INFO}
    two_graphs = {"triple-in-two-graphs", "statement-outside-its-home"}
    assert rules - shown - two_graphs == set()


def test_a_triple_in_two_graphs_a_second_home_and_an_undescribed_graph_are_found(project: Project) -> None:
    rdf_type = ox.NamedNode(RDF_TYPE)
    task = ox.NamedNode(NAMES.thing("task", "t-1"))
    one, two = (ox.NamedNode(NAMES.graph(name)) for name in ("one", "two"))
    store = Store(NAMES, [ox.Quad(task, rdf_type, ox.NamedNode(lg("Task")), graph) for graph in (one, two)])
    rules = {finding.rule for finding in run_rules(graph_rules(project), store)}
    assert {"triple-in-two-graphs", "statement-outside-its-home", "graph-without-description"} <= rules


def test_the_shipped_graph_has_no_violation_and_no_unanswered_warning(project: Project) -> None:
    files = read_files(project)
    store = load_files(project, files)
    derive(store, project.rule_files())
    report = validate(project, files, store)
    assert [finding.line("en") for finding in report.at_or_above(Severity.WARNING)] == []
    assert len(report.rules) > 200


def test_shapes_say_in_two_languages_what_holds(project: Project) -> None:
    shapes = load_shapes(project)
    for shape, words in shapes.messages.items():
        assert set(words.by_language) == {"nl", "en"}, shape
        assert all(len(text) <= 160 for text in words.by_language.values()), shape
        assert shape in shapes.severities, shape


BREAK_A_SHAPE = [path for path in sorted((EXAMPLES / "invalid").glob("*.ttl")) if "expects: lgsh:" in path.read_text()]


@pytest.mark.parametrize("path", BREAK_A_SHAPE[::8], ids=lambda path: path.stem)
def test_pyshacl_finds_the_same(path: Path, judge: Judge) -> None:
    """The compiled shapes give the findings of pySHACL, with its focus nodes, paths and values."""
    store = store_of(path, judge.ontology, described=False)
    found = validate_shapes(judge.shapes, store)
    assert Counter(found) == Counter(validate_by_pyshacl(judge.shapes, store))
    assert found


def test_pyshacl_finds_the_same_in_the_shipped_graph(project: Project, judge: Judge) -> None:
    store = load(project)
    found = validate_shapes(judge.shapes, store)
    assert Counter(found) == Counter(validate_by_pyshacl(judge.shapes, store))
    assert len(found) > 50


BAD = """@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
# een opmerking
<https://example.org/mini/id/task/t-9> a lg:Task ; skos:prefLabel "zonder taal" ; lg:about [ a lg:Task ] .
"""


def test_lint_finds_blank_nodes_comments_layout_and_text_without_language(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "kg.toml").write_text('[graph]\nversion = "1"\n', encoding="utf-8")
    path = tmp_path / "data" / "x.ttl"
    path.write_text(BAD, encoding="utf-8")
    project = read_project(tmp_path)
    findings = list(lint(project, [(read_turtle(path), Iri("https://example.org/g"))]))
    assert {(finding.rule, finding.spot.line) for finding in findings} == {
        ("blank-node", 0),
        ("comment-in-data", 3),
        ("not-canonical", 3),
        ("text-without-language", 4),
    }


REPORT = Report.of(
    [
        Finding(
            "a-rule",
            Severity.VIOLATION,
            Words({"nl": "Fout.", "en": "Wrong."}),
            thing="https://e.org/x",
            spot=Spot("data/a.ttl", 7),
        ),
        Finding("b-rule", Severity.WARNING, Words({"nl": "Let op.", "en": "Mind."}), remark="https://e.org/r"),
    ],
    ["a-rule", "b-rule", "c-rule"],
)


def test_a_report_survives_json() -> None:
    assert report_from_json(report_to_json(REPORT)) == REPORT


def test_a_line_has_file_severity_message_and_rule() -> None:
    assert "data/a.ttl:7: violation: Fout. (https://e.org/x) [a-rule]" in report_to_text(REPORT, "nl")
    assert "Wrong." in report_to_text(REPORT, "en")


def test_an_answered_warning_does_not_count() -> None:
    assert [finding.rule for finding in REPORT.at_or_above(Severity.WARNING)] == ["a-rule"]


def test_sarif_points_at_the_line_and_suppresses_what_is_answered() -> None:
    results = json.loads(report_to_sarif(REPORT, "en", "0.1.0"))["runs"][0]["results"]
    by_rule = {result["ruleId"]: result for result in results}
    assert by_rule["a-rule"]["locations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert by_rule["b-rule"]["suppressions"]


def test_turtle_is_a_shacl_validation_report() -> None:
    graph = rdflib.Graph().parse(data=report_to_turtle(REPORT), format="turtle")
    (report,) = graph.subjects(rdflib.RDF.type, rdflib.SH.ValidationReport)
    assert graph.value(report, rdflib.SH.conforms) == rdflib.Literal(False)
    assert len(list(graph.objects(report, rdflib.SH.result))) == 2
