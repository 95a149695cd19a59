"""SKOS and NL-SBB: every concept in a scheme, valid under the Dutch profile, and no definition that nobody gave."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib import DCTERMS, RDF, SKOS
from tests.foreign import shared
from tests.shacl import faults, shapes_of

from kg.errors import ExchangeError
from kg.exchange.export import Exported, export
from kg.exchange.loss import LossKind
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import KINDS, OUTSIDE, Iri, lg

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def skos(whole: Store, shipped: Project) -> Exported:
    return export(whole, shipped.settings, "skos")


@pytest.fixture(scope="module")
def nl_sbb(whole: Store, shipped: Project) -> Exported:
    return export(whole, shipped.settings, "nl-sbb")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return shapes_of(shared("foreign", "nl-sbb", "skos-ap-nl.ttl"))


def graph_of(made: Exported) -> rdflib.Graph:
    (content,) = made.files.values()
    return rdflib.Graph().parse(data=content, format="turtle")


def test_the_shapes_of_nl_sbb_find_nothing_not_even_advice(nl_sbb: Exported, shapes: rdflib.Graph) -> None:
    assert faults(nl_sbb.files["nl-sbb.ttl"], shapes) == []


def test_the_shapes_of_nl_sbb_find_nothing_in_another_professions_graph(shapes: rdflib.Graph) -> None:
    mini = read_project(MINI)
    content = export(load(mini), mini.settings, "nl-sbb").files["nl-sbb.ttl"]
    assert b"a skos:Concept " in content
    assert faults(content, shapes) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("here", "there", "fault"),
    [
        (b"skos:definition", b"skos:note", ("MinCountConstraintComponent", "Concept-definition")),
        (b"skos:ConceptScheme", b"<urn:gone>", ("ClassConstraintComponent", "Concept-inScheme")),
        (b'notation "ow-02"', b'notation "ow-01"', ("SPARQLConstraintComponent", "Concept")),
    ],
)
def test_a_broken_export_is_found(
    nl_sbb: Exported, shapes: rdflib.Graph, here: bytes, there: bytes, fault: tuple[str, str]
) -> None:
    content = nl_sbb.files["nl-sbb.ttl"]
    assert here in content
    found = faults(content.replace(here, there), shapes)
    assert fault in {(one.component, one.shape) for one in found}


def test_a_definition_of_ours_says_that_it_is_a_proposal(nl_sbb: Exported) -> None:
    graph = graph_of(nl_sbb)
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        notes = {str(note) for note in graph.objects(concept, SKOS.editorialNote)}
        assert any(note.startswith("De definitie is een voorstel van Leergraaf") for note in notes), concept


def test_a_concept_without_a_definition_gets_none_and_is_told_as_lost() -> None:
    mini = read_project(MINI)
    made = export(load(mini), mini.settings, "nl-sbb")
    (loss,) = [loss for loss in made.losses if loss.kind == "competence"]
    assert loss.how is LossKind.KIND
    assert "none is made up" in loss.reason.within("en")
    with pytest.raises(ExchangeError, match="No concept of bb-2020 has a definition"):
        export(load(mini), mini.settings, "nl-sbb", of="bb-2020")


def test_a_source_document_has_a_title_and_no_passage_is_left(nl_sbb: Exported) -> None:
    graph = graph_of(nl_sbb)
    documents = set(graph.objects(None, DCTERMS.source))
    assert documents
    assert all(graph.value(document, DCTERMS.title) is not None for document in documents)
    assert all("/passage/" not in str(document) for document in documents)


def test_skos_holds_every_concept_of_the_graph_in_a_scheme(skos: Exported, whole: Store) -> None:
    graph = graph_of(skos)
    concept = OUTSIDE["skos"] + "Concept"
    of_graph = {
        quad.subject.value
        for quad in whole.engine
        if quad.predicate.value == str(RDF.type)
        and getattr(quad.object, "value", "") == concept
        and whole.names.segment_and_code(getattr(quad.subject, "value", ""))
    }
    told = set(graph.subjects(RDF.type, SKOS.Concept))
    assert {str(thing) for thing in told} == of_graph
    for thing in told:
        schemes = set(graph.objects(thing, SKOS.inScheme))
        assert schemes
        assert all((scheme, RDF.type, SKOS.ConceptScheme) in graph for scheme in schemes)
        assert all(graph.value(scheme, SKOS.prefLabel) is not None for scheme in schemes)


def test_skos_keeps_its_own_integrity_conditions(skos: Exported) -> None:
    """SKOS Reference S9, S13, S27: concepts are no schemes, one label is one kind of label, related is not broader."""
    graph = graph_of(skos)
    assert not set(graph.subjects(RDF.type, SKOS.Concept)) & set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    for thing, label in graph.subject_objects(SKOS.altLabel):
        assert (thing, SKOS.prefLabel, label) not in graph
    for thing, other in graph.subject_objects(SKOS.related):
        assert (other, SKOS.related, thing) in graph
        assert other not in set(graph.transitive_objects(thing, SKOS.broader))
    for thing, wider in graph.subject_objects(SKOS.broader):
        assert (wider, SKOS.narrower, thing) in graph


def test_skos_can_be_read_back(skos: Exported, whole: Store) -> None:
    """Every label, definition, code, scheme, class, match and source of a competence is the one of the graph."""
    graph = graph_of(skos)
    same = ("prefLabel", "altLabel", "definition", "inScheme", "exactMatch", "closeMatch", "broadMatch", "narrowMatch")
    properties = {OUTSIDE["skos"] + name for name in (*same, "relatedMatch", "notation")} | {str(DCTERMS.source)}
    competences = set(graph.subjects(DCTERMS.type, rdflib.URIRef(lg("Competence"))))
    assert competences
    for quad in whole.engine:
        subject = rdflib.URIRef(getattr(quad.subject, "value", ""))
        if subject in competences and quad.predicate.value in properties:
            values = {str(value) for value in graph.objects(subject, rdflib.URIRef(quad.predicate.value))}
            assert quad.object.value in values


def test_one_profile_holds_its_own_concepts_only(whole: Store, shipped: Project) -> None:
    for target in ("skos", "nl-sbb"):
        graph = graph_of(export(whole, shipped.settings, target, of="profile/opbouwwerker-2010"))
        (scheme,) = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
        assert str(scheme).endswith("/id/profile/opbouwwerker-2010")
        assert set(graph.objects(None, SKOS.inScheme)) == {scheme}


def test_a_scheme_that_is_made_is_named_after_the_kind_and_the_graph(skos: Exported, shipped: Project) -> None:
    graph = graph_of(skos)
    scheme = rdflib.URIRef(Iri(f"{shipped.names.base}scheme/theme"))
    assert {str(title) for title in graph.objects(scheme, DCTERMS.title)} == {
        "Leergraaf Opbouwwerk: thema",
        "Leergraaf Community Work: theme",
    }
    assert {kind.segment for kind in KINDS} >= {"theme"}
