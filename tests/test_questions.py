"""The question library: every file documented whole, and every answer known on the mini graph."""

from __future__ import annotations

import csv
import re
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import kg
from kg.files.catalog import read_query
from kg.files.project import read_project
from kg.graph.ask import bound_text
from kg.graph.load import derive, load_files, read_files
from kg.graph.scan import form_of, keywords, tokens
from kg.graph.store import Store
from kg.library import Graph
from kg.names import BASE
from kg.table import Term, plain

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "queries" / "questions").glob("*.rq"))
QUESTIONS = {path.stem: read_query(path, path.name) for path in FILES}
MINI = Path(__file__).parent / "data" / "mini"
EXPECTED = {path.stem: path for path in sorted((MINI / "expected").glob("*.csv"))}
"""Question, or question and language (`phases.en`) → expected rows; the first line holds the parameters."""

AUDIENCES = {"designer", "researcher", "partner"}
COLUMN_KINDS = {"iri", "text", "integer", "decimal", "boolean", "year", "term"}
TRIPLE = ("subject", "predicate", "object")
LANGUAGE = ("language", "nl", "language of names and texts", "taal van namen en teksten")

EMPTY_ON_SHIPPED = {
    "tasks-without-competence": "it asks for a gap, and every task of the shipped graph has a competence",
}

ON_RDFLIB = (
    "coverage-of-profile",
    "facts-of-thing",
    "figures",
    "interest-by-province",
    "prerequisites-of-unit",
    "units-of-competence",
)

PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://example.org/mini/id/> .
"""

STATED = """
<passage/n-002> a lg:Passage ; skos:notation "n-002" ; dct:isPartOf <source/boek> ; lg:section "Plan"@nl ;
  skos:prefLabel "Het bruggenboek, tekens 3–16"@nl, "The book of bridges, characters 3–16"@en ;
  oa:start 3 ; oa:end 16 ; lg:sha256 "faaf7fdca659a8fbc495e7c5684bf77bfd77c7718a86cdce28cfe90f67adf2fb" .
<source/lit-1> a lg:Source ; skos:notation "lit-1" ; skos:prefLabel "Bruggen tellen"@nl, "Counting bridges"@en ;
  dct:isReferencedBy <source/boek> ; dct:issued "2021-05"^^xsd:gYearMonth ; dct:publisher <organisation/gilde> ;
  dct:subject <occupation/bb> ; lg:sourceType lg:report .
<phase/f-1> a lg:Phase ; skos:notation "f-1" ; skos:prefLabel "Beginfase"@nl, "Start phase"@en ;
  dct:source <passage/n-002> ; lg:period "voorjaar"@nl, "spring"@en ; lg:phaseOf <programme/mi> ;
  lg:hasResult <result/f-1-r1> .
<phase/f-2> a lg:Phase ; skos:notation "f-2" ; skos:prefLabel "Slotfase"@nl ; lg:phaseOf <programme/mi> ;
  lg:followsPhase <phase/f-1> .
<result/f-1-r1> a lg:Result ; skos:notation "f-1-r1" ; skos:prefLabel "een plan"@nl, "a plan"@en ;
  dct:source <passage/n-002> .
<statement/st-1> a lg:Statement ; skos:notation "st-1" ; skos:prefLabel "te weinig hout"@nl, "too little wood"@en ;
  dct:source <passage/n-002> ; lg:about <programme/mi> ; lg:statementType lg:bottleneck .
<statement/st-2> a lg:Statement ; skos:notation "st-2" ; skos:prefLabel "meer bruggen"@nl, "more bridges"@en ;
  dct:source <passage/n-001>, <passage/n-002> ; lg:about <occupation/bb>, <programme/mi> ; lg:statementType lg:need .
<statement/st-3> a lg:Statement ; skos:notation "st-3" ; skos:prefLabel "hout kopen"@nl, "buy wood"@en ;
  dct:source <passage/n-002> ; lg:about <phase/f-1> ; lg:statementType lg:activity .
<observation/ob-1> a lg:Observation ; skos:notation "ob-1" ; dct:source <passage/n-002> ;
  skos:prefLabel "bruggen in 2022"@nl, "bridges in 2022"@en ; lg:about <occupation/bb> ; lg:year "2022"^^xsd:gYear ;
  lg:accordingTo <source/lit-1> ; lg:population "alle bruggen"@nl, "all bridges"@en ;
  lg:measure "aantal"@nl, "number"@en ; lg:value 12 ; lg:unit "bruggen"@nl, "bridges"@en .
<observation/ob-2> a lg:Observation ; skos:notation "ob-2" ; dct:source <passage/n-002> ;
  skos:prefLabel "nieuwe bruggen"@nl, "new bridges"@en ; lg:about <programme/mi> ;
  lg:population "nieuwe bruggen"@nl, "new bridges"@en ; lg:measure "aantal"@nl, "number"@en ;
  lg:bound "drie tot vijf"@nl, "three to five"@en ; lg:minimumValue 3 ; lg:maximumValue 5 ;
  lg:unit "bruggen"@nl, "bridges"@en ; lg:period "later"@nl, "later"@en .
<agenda/ag> a lg:Agenda ; skos:notation "ag" ; skos:prefLabel "Bruggenagenda"@nl, "Bridge agenda"@en .
<agenda-item/ag-1> a lg:AgendaItem ; skos:notation "ag-1" ; skos:prefLabel "hout"@nl, "wood"@en ;
  skos:inScheme <agenda/ag> ; dct:source <passage/n-002> .
<agenda-item/ag-2> a lg:AgendaItem ; skos:notation "ag-2" ; skos:prefLabel "hardhout"@nl, "hardwood"@en ;
  skos:inScheme <agenda/ag> ; skos:broader <agenda-item/ag-1> .
<role/maker> a lg:Role ; skos:notation "maker" ; skos:prefLabel "maker"@nl, "maker"@en .
<participation/pa-1> a lg:Participation ; skos:notation "pa-1" ;
  skos:prefLabel "gilde als maker"@nl, "guild as maker"@en ; dct:source <passage/n-002> ;
  lg:participant <organisation/gilde> ; lg:participatesIn <source/boek> ; lg:role <role/maker> ;
  dct:date "2020-01"^^xsd:gYearMonth ; lg:period "winter"@nl, "winter"@en .
<participation/pa-2> a lg:Participation ; skos:notation "pa-2" ;
  skos:prefLabel "een maker"@nl, "a maker"@en ; lg:participatesIn <programme/mi> ; lg:role <role/maker> .
<law/w-1> a lg:Law ; skos:notation "w-1" ; skos:prefLabel "Bruggenwet"@nl, "Bridges Act"@en .
<field/v-1> a lg:FieldOfWork ; skos:notation "v-1" ; skos:prefLabel "water"@nl, "water"@en .
<programme/mi> lg:formerly <programme/oud> ; lg:relatesToLaw <law/w-1> .
<programme/oud> lg:hasField <field/v-1> ; lg:drawsOn <knowledge/k-01> ; lg:hasOutcome <outcome/oud-g-1> .
<outcome/oud-g-1> a lg:LearningOutcome ; skos:notation "oud-g-1" ; lg:listPosition 1 ;
  skos:prefLabel "bruggen herkennen"@nl, "recognising bridges"@en ; dct:source <passage/n-002> .
<profile/bb-2020> lg:legitimatedBy <organisation/gilde> ; lg:status lg:legitimated .
<profile/bb-2010> a lg:CompetenceProfile, skos:ConceptScheme ; skos:notation "bb-2010" ;
  skos:prefLabel "Oud profiel bruggenbouwer"@nl, "Old bridge builder profile"@en ; dct:issued "2010"^^xsd:gYear ;
  lg:edition "versie 1"@nl, "version 1"@en ; lg:profileOf <occupation/bb> ; dct:isReplacedBy <profile/bb-2020> .
<competence/c-9> a lg:Competence, skos:Concept ; skos:notation "c-9" ; skos:inScheme <profile/bb-2010> ;
  skos:prefLabel "kan roeien"@nl, "can row"@en .
<organisation/school> lg:interestedIn <programme/mi> .
<organisation/gilde> lg:worksIn <place/buurt> .
<pilot/pilots> lg:pilotOf <programme/mi> .
<offering/mi-school> a lg:Offering ; skos:notation "mi-school" ; lg:offeringStatus lg:interested ;
  skos:prefLabel "belangstelling voor de minor"@nl, "interest in the minor"@en ;
  lg:offeredBy <organisation/school> ; lg:offeringOf <programme/mi> .
<task/t-1a> a lg:Task, skos:Concept ; skos:notation "t-1a" ; skos:inScheme <profile/bb-2020> ;
  skos:prefLabel "een brug tekenen"@nl, "draw a bridge"@en ; skos:broader <task/t-1> ; dct:source <passage/n-002> .
"""

PROPOSED = """
<task/t-1> lg:involvesTension <tension/s-1> .
<competence/c-01> skos:closeMatch <http://data.europa.eu/esco/skill/measure> .
<match/ma-1> a lg:Match ; skos:notation "ma-1" ; skos:prefLabel "kan meten ~ measure"@nl, "can measure ~ measure"@en ;
  dct:source <source/esco> ; lg:matchFrom <competence/c-01> ; lg:matchType skos:closeMatch ;
  lg:matchTo <http://data.europa.eu/esco/skill/measure> ; lg:matchLabel "measure"@en ;
  lg:rationale "Hetzelfde."@nl, "The same."@en ; lg:status lg:proposed .
<match/ma-2> a lg:Match ; skos:notation "ma-2" ; skos:prefLabel "kan bouwen ~ niets"@nl, "can build ~ none"@en ;
  dct:source <source/esco> ; lg:matchFrom <competence/c-02> ; lg:matchType lg:noMatch ;
  lg:rationale "Niets gevonden."@nl, "None found."@en ; lg:status lg:proposed .
<remark/rm-1> a lg:Remark ; skos:notation "rm-1" ; skos:prefLabel "twaalf of vijf"@nl, "twelve or five"@en ;
  skos:note "Twaalf is geen vijf."@nl, "Twelve is not five."@en ; dct:source <passage/n-002> ;
  lg:about <programme/mi>, <occupation/bb> ; lg:remarkType lg:contradiction .
<remark/rm-2> a lg:Remark ; skos:notation "rm-2" ; skos:prefLabel "open"@nl, "open"@en ;
  skos:note "Nog onbekend."@nl, "Not yet known."@en ; lg:about <level/nlqf-6> ; lg:remarkType lg:openQuestion .
"""

REFERENCE = """
<source/esco> a lg:Source ; skos:notation "esco" ; skos:prefLabel "ESCO"@nl, "ESCO"@en .
<framework/eqf> a lg:Framework, skos:ConceptScheme ; skos:notation "eqf" ; skos:prefLabel "EQF"@nl, "EQF"@en .
<level/eqf-6> a lg:Level, skos:Concept ; skos:notation "eqf-6" ; skos:inScheme <framework/eqf> ;
  skos:prefLabel "EQF 6"@nl, "EQF 6"@en ; lg:rank 6 .
<level/nlqf-6> skos:closeMatch <level/eqf-6> ; skos:exactMatch <http://data.europa.eu/snb/qdr/c_1711a061> .
<place/buurt> a lg:Place ; skos:notation "buurt" ; skos:prefLabel "Buurt"@nl, "Buurt"@en ;
  lg:placeType lg:locality ; lg:within <place/dorp> .
"""


@pytest.fixture(scope="module")
def shipped() -> Graph:
    return kg.load(ROOT)


@pytest.fixture(scope="module")
def turned(shipped: Graph) -> Graph:
    """The shipped graph with its quads put in the other way round."""
    quads = list(shipped.store.engine)[::-1]
    return Graph(shipped.project, Store(shipped.project.names, quads), shipped.questions)


@pytest.fixture(scope="module")
def mini() -> Graph:
    """The mini graph, with one or two of every kind that it lacks, each in the graph of its origin."""
    project = read_project(MINI)
    store = load_files(project, read_files(project))
    for name, text in (("note-craft", STATED), ("proposal-minor", PROPOSED), ("reference-levels", REFERENCE)):
        triples = ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)
        graph = ox.NamedNode(project.names.graph(name))
        store.add([ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in triples])
    derive(store, project.rule_files())
    return Graph(project, store, QUESTIONS)


def is_graph(name: str) -> bool:
    return form_of(QUESTIONS[name].text) == "CONSTRUCT"


def expectation(name: str) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """The parameters, columns and rows of an expected answer."""
    first, *rest = EXPECTED[name].read_text(encoding="utf-8").splitlines()
    given = dict(word.split("=", 1) for word in first.removeprefix("#").split() if "=" in word)
    columns, *rows = list(csv.reader(rest))
    return given, columns, rows


def cell(graph: Graph, term: Term) -> str:
    """A value as the expected files write it: things compact, the rest as text."""
    if isinstance(term, ox.NamedNode):
        return graph.project.names.compact(term.value)
    return term.value if isinstance(term, ox.Literal) else ""


def test_the_library_is_large_and_serves_every_audience() -> None:
    assert len(QUESTIONS) >= 44
    for audience in AUDIENCES:
        assert sum(audience in query.audience for query in QUESTIONS.values()) >= 15, audience


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_documented_in_both_languages(name: str) -> None:
    query = QUESTIONS[name]
    described = [query.title, query.summary, *(p.description for p in query.parameters)]
    described += [column.description for column in query.columns]
    for words in described:
        texts = words.by_language
        assert set(texts) == {"nl", "en"}, (name, texts)
        assert all(text and text == text.strip() for text in texts.values())
    assert query.title.within("nl").endswith("?")
    assert query.title.within("en").endswith("?")
    assert set(query.audience) <= AUDIENCES
    assert query.audience
    assert query.tags
    assert query.since
    assert {column.kind for column in query.columns} <= COLUMN_KINDS


@pytest.mark.parametrize("name", QUESTIONS)
def test_parameters_are_documented_and_have_a_default(name: str) -> None:
    query = QUESTIONS[name]
    used = {token.text[1:] for token in tokens(query.text) if token.kind == "variable" and token.text[0] == "$"}
    assert used == {parameter.name for parameter in query.parameters}
    for parameter in query.parameters:
        assert parameter.default, f"{name} asks for {parameter.name} without a default"
        if parameter.name == "language":
            words = parameter.description
            assert (parameter.kind, parameter.default, words.within("en"), words.within("nl")) == LANGUAGE


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_documented_columns_are_exactly_those_of_the_answer(name: str, shipped: Graph) -> None:
    query = QUESTIONS[name]
    documented = tuple(column.name for column in query.columns)
    if is_graph(name):
        assert documented == TRIPLE
        return
    assert documented == shipped.ask(name).columns
    kinds = [column.kind for column in query.columns]
    assert kinds == sorted(kinds, key=lambda kind: kind != "iri"), "addresses come first"
    assert "ORDER" in keywords(query.text)
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", query.text)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_depends_on_no_code_but_in_its_defaults(name: str) -> None:
    body = "\n".join(QUESTIONS[name].text.splitlines()[QUESTIONS[name].header_lines :])
    assert "#" not in re.sub(r"<[^>]*>", "", body), f"{name}: what there is to say belongs in the header"
    for token in tokens(body):
        assert not (token.kind == "prefixed" and token.text.startswith("lg-")), token
        assert not (token.kind == "iri" and token.text.startswith(f"<{BASE}id/")), token


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_shipped_graph_has_an_answer(name: str, language: str, shipped: Graph) -> None:
    speaks = QUESTIONS[name].parameter("language") is not None
    table = shipped.ask(name, language=language) if speaks else shipped.ask(name)
    assert (len(table) == 0) == (name in EMPTY_ON_SHIPPED), EMPTY_ON_SHIPPED.get(name, "the defaults find nothing")
    rows = [tuple(row) for row in table.rows]
    assert len(set(rows)) == len(rows) or is_graph(name), f"{name} gives a row twice"
    for column in QUESTIONS[name].columns:
        if column.kind == "iri":
            position = table.columns.index(column.name)
            assert all(isinstance(row[position], ox.NamedNode | None) for row in table.rows), column.name


@pytest.mark.parametrize("name", [name for name in QUESTIONS if not is_graph(name)])
def test_an_answer_has_one_order_however_the_graph_was_loaded(name: str, shipped: Graph, turned: Graph) -> None:
    assert turned.ask(name).rows == shipped.ask(name).rows


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_expected_rows(name: str) -> None:
    assert name in EXPECTED, f"write tests/data/mini/expected/{name}.csv"


@pytest.mark.parametrize("name", EXPECTED)
def test_the_mini_graph_gives_exactly_the_expected_rows(name: str, mini: Graph) -> None:
    question = name.partition(".")[0]
    given, columns, rows = expectation(name)
    assert rows, "an empty expectation shows nothing"
    table = mini.ask(question, **given)
    found = [[cell(mini, term) for term in row] for row in table.rows]
    assert list(table.columns) == columns
    if is_graph(question):
        found = sorted(list(row) for row in {tuple(row) for row in found})
    assert found == rows


def test_a_name_that_lacks_a_language_comes_in_another(mini: Graph) -> None:
    assert mini.ask("phases", language="en").column("phaseLabel") == ["Start phase", "Slotfase"]
    assert mini.ask("phases", language="fr").column("phaseLabel") == ["Start phase", "Slotfase"]


def test_a_text_with_quotes_is_only_a_text(mini: Graph) -> None:
    assert len(mini.ask("things-named", text='" } DROP ALL {')) == 0


@pytest.mark.parametrize("name", ON_RDFLIB)
def test_a_question_runs_unchanged_on_another_engine(name: str, mini: Graph, other_engine: rdflib.Dataset) -> None:
    given, columns, _ = expectation(name)
    text = bound_text(mini.store, QUESTIONS[name], given)
    ours = [tuple(plain(term) for term in row) for row in mini.store.table(text).rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = other_engine.query(text)
    assert [str(variable) for variable in answer.vars or []] == columns
    theirs = [tuple(None if term is None else plain(ox_term(term)) for term in row) for row in answer]
    assert theirs == ours


@pytest.fixture(scope="module")
def other_engine(mini: Graph) -> rdflib.Dataset:
    """The mini graph in rdflib's own store, evaluated by rdflib itself."""
    dataset = rdflib.Dataset(default_union=True)
    quads = mini.store.engine.dump(format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.parse(data=quads.decode("utf-8"), format="nquads")
    return dataset


def ox_term(term: object) -> ox.NamedNode | ox.Literal:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
