"""ELM: valid under the model's own shapes, only terms and list values there are, nothing said that is not so."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SKOS
from tests.foreign import shared
from tests.shacl import faults, shapes_of

from kg.errors import ExchangeError
from kg.exchange.export import Exported, export
from kg.exchange.loss import LossKind
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import AUTHORITY, DCT, OUTSIDE, SNB, lg

MINI = Path(__file__).parent / "data" / "mini"
ELM = rdflib.Namespace(OUTSIDE["elm"])
TITLE = rdflib.URIRef(DCT + "title")


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def made(whole: Store, shipped: Project) -> Exported:
    return export(whole, shipped.settings, "elm")


@pytest.fixture(scope="module")
def graph(made: Exported) -> rdflib.Graph:
    return rdflib.Graph().parse(data=made.files["elm.ttl"], format="turtle")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return shapes_of(shared("foreign", "elm", "LOQ-constraints.ttl"))


def of_mini() -> bytes:
    mini = read_project(MINI)
    return export(load(mini), mini.settings, "elm").files["elm.ttl"]


def test_the_shapes_of_elm_find_nothing(graph: rdflib.Graph, shapes: rdflib.Graph) -> None:
    assert faults(graph, shapes) == []


def test_the_shapes_of_elm_find_nothing_in_another_professions_graph(shapes: rdflib.Graph) -> None:
    content = of_mini()
    assert b"elm:LearningOpportunity" in content
    assert b"elm:LearningAchievementSpecification" in content
    assert faults(content, shapes) == []


def test_with_the_ontology_of_elm_the_shapes_only_contradict_themselves(
    graph: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    """The shapes of the superclasses Specification and Agent are closed, so no subclass can have what its own shape
    demands: ELM's shapes are for a graph without its ontology."""
    (path,) = shared("foreign", "elm", "ELM.ttl")
    found = faults(graph, shapes, rdflib.Graph().parse(path, format="turtle"))
    assert {fault.component for fault in found} == {"ClosedConstraintComponent"}
    assert {fault.shape for fault in found} <= {
        "SpecificationShape",
        "AgentShape",
        "LearningAchievementSpecificationShape",
    }


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("elm:ISCEDFCode", "minCount"),
        ("dct:title", "minCount"),
        ("elm:providedBy", "minCount"),
        ("rov:legalName", "minCount"),
    ],
)
def test_an_export_that_lacks_something_is_found(
    made: Exported, shapes: rdflib.Graph, broken: str, mended: str
) -> None:
    content = made.files["elm.ttl"].replace(broken.encode(), b"<urn:gone>")
    found = {fault.component.lower() for fault in faults(content, shapes)}
    assert f"{mended}constraintcomponent".lower() in found
    assert "closedconstraintcomponent" in found


def test_every_class_and_property_of_elm_is_defined_there(graph: rdflib.Graph) -> None:
    (path,) = shared("foreign", "elm", "ELM.ttl")
    ontology = rdflib.Graph().parse(path, format="turtle")
    used = {term for triple in graph for term in triple[1:] if str(term).startswith(str(ELM))}
    assert used
    assert {term for term in used if (term, RDF.type, None) not in ontology} == set()


def test_values_of_authority_lists_come_from_the_data_and_the_alignments(graph: rdflib.Graph, whole: Store) -> None:
    outside = (SNB, AUTHORITY)
    used = {str(term) for triple in graph for term in triple if str(term).startswith(outside) and "/model/" not in term}
    known = {getattr(node, "value", "") for quad in whole.engine for node in (quad.subject, quad.object)}
    assert used
    assert used <= known
    assert {f"{SNB}isced-f/0923", f"{SNB}education-credit/6fcec5c5af", f"{SNB}eqf/6"} <= used


def test_levels_are_given_in_both_frameworks(graph: rdflib.Graph, shipped: Project) -> None:
    minor = rdflib.URIRef(shipped.names.thing("programme", "mi-ow"))
    levels = {str(level) for level in graph.objects(minor, ELM.educationLevel)}
    assert levels == {f"{SNB}eqf/6", f"{SNB}qdr/c_1711a061"}
    master = rdflib.URIRef(shipped.names.thing("programme", "ma-cb"))
    assert (master, RDF.type, ELM.Qualification) in graph
    assert [str(level) for level in graph.objects(master, ELM.EQFLevel)] == [f"{SNB}eqf/7"]


def test_a_level_of_a_profile_is_not_passed_off_as_a_national_one(shipped: Project) -> None:
    """Level C is comparable with NLQF 6 (a close match), but no programme at C is at NLQF 6 for that."""
    store = load(shipped)
    unit, level = (ox.NamedNode(shipped.names.thing(*name)) for name in (("unit", "mo-1"), ("level", "ow-c")))
    graph = ox.NamedNode(shipped.names.graph("proposal-minor"))
    for quad in list(store.engine.quads_for_pattern(unit, ox.NamedNode(lg("atLevel")), None, None)):
        store.engine.remove(quad)
    store.add([ox.Quad(unit, ox.NamedNode(lg("atLevel")), level, graph)])
    made = export(store, shipped.settings, "elm")
    told = rdflib.Graph().parse(data=made.files["elm.ttl"], format="turtle")
    assert list(told.objects(rdflib.URIRef(unit.value), ELM.educationLevel)) == []
    assert ("unit", lg("atLevel")) in {(loss.kind, loss.property) for loss in made.losses}


def test_only_an_offering_that_runs_or_is_planned_is_a_learning_opportunity(graph: rdflib.Graph, whole: Store) -> None:
    offered = {str(thing) for thing in graph.subjects(RDF.type, ELM.LearningOpportunity)}
    of_status = {
        quad.subject.value: quad.object.value
        for quad in whole.engine
        if quad.predicate.value == lg("offeringStatus") and hasattr(quad.subject, "value")
    }
    assert offered
    assert {of_status[offering] for offering in offered} <= {lg("running"), lg("planned")}


def test_every_title_has_a_language(graph: rdflib.Graph) -> None:
    titles = list(graph.objects(None, TITLE))
    assert titles
    assert all(isinstance(title, rdflib.Literal) and title.language in ("nl", "en") for title in titles)


def test_the_proposed_minor_says_that_it_is_proposed(graph: rdflib.Graph, shipped: Project) -> None:
    minor = rdflib.URIRef(shipped.names.thing("programme", "mi-ow"))
    notes = {
        str(text) for note in graph.objects(minor, ELM.additionalNote) for text in graph.objects(note, ELM.noteLiteral)
    }
    assert "voorgesteld" in notes


def test_a_target_group_keeps_its_own_name_beside_the_value_of_the_list(graph: rdflib.Graph, shipped: Project) -> None:
    minor = rdflib.URIRef(shipped.names.thing("programme", "mi-ow"))
    groups = set(graph.objects(minor, ELM.targetGroup))
    students = rdflib.URIRef(shipped.names.thing("learner", "studenten"))
    assert {students, rdflib.URIRef(f"{SNB}target-group/1599531db0")} <= groups
    assert graph.value(students, SKOS.prefLabel) is not None


def test_one_programme_comes_without_the_offerings_of_others(whole: Store, shipped: Project) -> None:
    content = export(whole, shipped.settings, "elm", of="ma-cb").files["elm.ttl"].decode()
    assert "lg-programme:ma-cb a elm:Qualification" in content
    assert "lg-offering:ma-cb-hogeschool-utrecht a elm:LearningOpportunity" in content
    assert "mi-cd" not in content


def test_a_programme_without_outcomes_is_refused_with_what_it_lacks(whole: Store, shipped: Project) -> None:
    with pytest.raises(ExchangeError, match=r"mwd cannot be told in ELM: it demands a learning outcome"):
        export(whole, shipped.settings, "elm", of="mwd")


def test_what_elm_cannot_carry_is_told_with_its_own_reason(made: Exported) -> None:
    lost = {(loss.kind, loss.property): loss for loss in made.losses if loss.how is LossKind.PROPERTY}
    assert lost["outcome", lg("involvesTension")].reason.within("en") == "No other model has tension fields."
    assert "not say that it is broader" in lost["competence", OUTSIDE["skos"] + "broadMatch"].reason.within("en")
    left_out = {loss.kind for loss in made.losses if loss.how is LossKind.KIND}
    assert {"task", "tension", "passage", "offering"} <= left_out
    assert "outcome" not in left_out
