"""Rules on the wording of outcomes: they find what they say, and are silent on what is worded well."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.checks.rules import graph_rules, run_rules
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import Names

ROOT = Path(__file__).parents[1]
PROJECT = read_project(ROOT)
RULES = {name: rule for name, rule in graph_rules(PROJECT).items() if name.startswith(("outcome-", "microcredential-"))}
WORDING = {
    "outcome-statement-not-begun-with-verb",
    "outcome-statement-of-wrong-length",
    "outcome-verb-not-listed",
    "outcome-verb-not-observable",
    "outcome-with-two-verbs",
    "outcome-without-statement",
    "outcome-without-verb",
    "microcredential-without-assessment",
}
PREFIXES = """
@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix o: <https://w3id.org/leergraaf/id/outcome/> .
@prefix v: <https://w3id.org/leergraaf/id/verb/> .
@prefix g: <https://w3id.org/leergraaf/graph/> .
g:proposal-x lg:origin lg:proposed .
"""
LIST = """
v:av-1 a lg:ActionVerb ; skos:prefLabel "opbouwen"@nl , "build"@en ; lg:verbForm "bouwt"@nl , "builds"@en .
v:av-2 a lg:ActionVerb ; skos:prefLabel "adviseren"@nl , "advise"@en ; lg:verbForm "adviseert"@nl , "advises"@en .
v:av-3 a lg:ActionVerb ; skos:prefLabel "toerusten"@nl , "equip"@en ; lg:verbForm "rust"@nl , "equips"@en .
v:av-4 a lg:ActionVerb ; skos:prefLabel "begrijpen"@nl , "understand"@en ; lg:verbForm "begrijpt"@nl ;
    lg:verbCategory lg:notObservable .
"""
LONG = "met bewoners en partners een plan voor de buurt waarin ieders belang een plaats heeft"


def found(text: str, *, verbs: str = LIST) -> set[tuple[str, str]]:
    """(rule, value) of every finding of a rule on wording."""
    graph = ox.NamedNode(Names().graph("proposal-x"))
    triples = ox.parse((PREFIXES + verbs + text).encode(), format=ox.RdfFormat.TURTLE)
    store = Store(Names(), [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])
    return {(finding.rule, finding.value) for finding in run_rules({name: RULES[name] for name in WORDING}, store)}


def outcome(statement: str, verb: str, language: str = "nl") -> str:
    return (
        f'o:x-1 a lg:LearningOutcome ; lg:actionVerb "{verb}"@{language} ; skos:definition "{statement}"@{language} .'
    )


@pytest.mark.parametrize(
    ("statement", "verb", "language"),
    [
        (f"Bouwt {LONG} op.", "opbouwen", "nl"),
        (f"Opbouwen {LONG}.", "opbouwen", "nl"),
        (f"Adviseert, {LONG}, de gemeente.", "adviseren", "nl"),
        (f"Builds {LONG}.", "build", "en"),
        # A verb after a clause may belong to the clause, and rust is also a noun.
        (f"Bouwt {LONG} op dat verbindt en adviseert over de buurt.", "opbouwen", "nl"),
        (f"Bouwt {LONG} op met orde en rust in de wijk.", "opbouwen", "nl"),
    ],
)
def test_a_well_worded_outcome_is_left_in_peace(statement: str, verb: str, language: str) -> None:
    assert found(outcome(statement, verb, language)) == set()


@pytest.mark.parametrize(
    ("statement", "verb", "rule"),
    [
        (f"Kan {LONG} opbouwen.", "opbouwen", "outcome-statement-not-begun-with-verb"),
        (f"Bouwtekent {LONG}.", "opbouwen", "outcome-statement-not-begun-with-verb"),
        ("Bouwt een plan op.", "opbouwen", "outcome-statement-of-wrong-length"),
        (f"Bouwt {' '.join([LONG] * 4)}.", "opbouwen", "outcome-statement-of-wrong-length"),
        (
            "Bouwt met bewoners een netwerk in de hele buurt op en adviseert de gemeente over de uitvoering.",
            "opbouwen",
            "outcome-with-two-verbs",
        ),
    ],
)
def test_a_statement_that_is_worded_wrong_is_found_once(statement: str, verb: str, rule: str) -> None:
    assert found(outcome(statement, verb)) == {(rule, statement)}


def test_a_verb_that_is_not_listed_is_found_and_its_statement_not_judged_by_it() -> None:
    assert found(outcome(f"Mijmert {LONG}.", "mijmeren")) == {("outcome-verb-not-listed", "mijmeren")}


def test_a_vague_verb_is_found() -> None:
    assert found(outcome(f"Begrijpt {LONG}.", "begrijpen")) == {("outcome-verb-not-observable", "begrijpen")}


def test_a_graph_without_a_list_judges_no_verbs() -> None:
    assert found(outcome(f"Mijmert {LONG}.", "mijmeren"), verbs="") == set()


def test_a_proposed_outcome_without_verb_or_statement_is_noted() -> None:
    rules = {rule for rule, _ in found("o:x-1 a lg:LearningOutcome .")}
    assert rules == {"outcome-without-verb", "outcome-without-statement"}


@pytest.fixture(scope="module")
def shipped() -> Store:
    return load(PROJECT)


def test_the_shipped_outcomes_are_worded_by_the_rules(shipped: Store) -> None:
    findings = run_rules({name: RULES[name] for name in WORDING}, shipped)
    assert [(finding.rule, finding.thing) for finding in findings] == []


def test_every_verb_of_the_list_has_a_form_and_a_category_and_says_where_it_is_from(shipped: Store) -> None:
    incomplete = shipped.table("""
        SELECT ?verb WHERE {
          ?verb a lg:ActionVerb .
          OPTIONAL { ?verb lg:verbForm ?nl FILTER(LANG(?nl) = "nl") }
          OPTIONAL { ?verb lg:verbForm ?en FILTER(LANG(?en) = "en") }
          OPTIONAL { ?verb lg:verbCategory ?category . ?category a lg:VerbCategory }
          FILTER(!BOUND(?nl) || !BOUND(?en) || !BOUND(?category)
              || NOT EXISTS { VALUES ?why { dct:source lg:rationale } ?verb ?why ?reason })
        }
    """)
    assert incomplete.rows == ()
