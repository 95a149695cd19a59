"""A dossier gathers what the graph knows of a programme, and says what it does not know."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

import kg
from kg.curriculum.coverage import coverage
from kg.curriculum.dossier import dossier
from kg.errors import BadParameter, UnknownName
from kg.library import Graph
from kg_web.state import State
from site_pages import page

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def test_units_hold_their_outcomes_with_what_they_develop_and_what_proves_them(mini: Graph) -> None:
    found = dossier(mini.store, "mi")
    told = {
        (part.unit.thing.code, one.outcome.thing.code): (
            [competence.code for competence in one.competences],
            [assessment.code for assessment in one.assessments],
        )
        for part in found.parts
        for one in part.outcomes
    }
    assert told == {
        ("u-1", "u-1-1"): (["c-01"], ["as-01"]),
        ("u-1", "u-1-2"): (["c-02"], ["as-01"]),
        ("u-2", "u-2-1"): (["c-02", "c-03"], ["as-02"]),
        ("u-3", "u-3-1"): (["c-03"], []),
    }
    assert [part.unit.credits for part in found.parts] == [Decimal(5)] * 3
    assert [[unit.code for unit in part.unit.requires] for part in found.parts] == [[], ["u-1"], ["u-1", "u-2"]]
    assert found.parts[0].unit.text.within("nl") == "Over meten."


def test_every_competence_has_the_tasks_that_ask_for_it(mini: Graph) -> None:
    found = dossier(mini.store, "mi")
    assert {grounds.competence.code: [task.code for task in grounds.tasks] for grounds in found.grounds} == {
        "c-01": ["t-1"],
        "c-02": ["t-1"],
        "c-03": ["t-2"],
    }


def test_what_is_missing_and_where_things_stand_are_told(mini: Graph) -> None:
    found = dossier(mini.store, "mi")
    gaps = {(link.link, gap.thing.code) for link in found.gaps.links for gap in link.findings if gap.state == "gap"}
    assert {("outcome-assessment", "u-3-1"), ("competence-outcome", "c-04")} <= gaps
    assert {(basis.thing.code, basis.passage.code, basis.section) for basis in found.bases} >= {
        ("c-01", "n-001", "Inleiding"),
        ("t-1", "n-001", "Inleiding"),
    }
    assert {basis.source.code for basis in found.bases if basis.source} == {"boek"}


def test_a_programme_without_units_is_its_own_part(shipped_store: Graph) -> None:
    bare = next(
        code
        for code in shipped_store.sparql(
            "SELECT ?code WHERE { ?p lg:hasOutcome [] ; a lg:Programme ; skos:notation ?code"
            " FILTER NOT EXISTS { ?p lg:hasUnit [] } } ORDER BY ?code"
        ).column("code")
    )
    found = dossier(shipped_store.store, bare)
    assert [part.unit.thing.code for part in found.parts] == [bare]
    assert found.parts[0].outcomes


@pytest.fixture(scope="module")
def shipped_store() -> Graph:
    return kg.load(Path(__file__).parents[1])


def test_what_is_no_programme_has_no_dossier(mini: Graph) -> None:
    with pytest.raises(BadParameter):
        dossier(mini.store, "c-01")
    with pytest.raises(UnknownName):
        dossier(mini.store, "nope")


def test_every_cell_of_the_heat_map_leads_to_the_row_that_says_why(app: Flask) -> None:
    state: State = app.extensions["kg"]
    for path in ("/nl/ontwerpen/dekking?programme=mi-ow", "/nl/ontwerpen/dossier?programme=mi-ow"):
        shown = page(app.test_client().get(path).text)
        cells = [href for href in shown.hrefs if href.startswith("#why-")]
        assert len(cells) == len(coverage(state.store, "mi-ow").cells)
        assert {href.removeprefix("#") for href in cells} <= set(shown.ids)
    assert "Door: mo-3-2 bemiddelen bij tegenstellingen" in shown.text
    assert re.search(r"Getoetst met: as-05 Simulatie[^.]*; as-13 Integraal portfolio", shown.text)


def test_the_dossier_has_every_chapter_and_says_how_to_refer_to_it(app: Flask) -> None:
    version = app.extensions["kg"].release.version
    answer = app.test_client().get("/en/design/dossier?programme=mi-ow")
    shown = page(answer.text)
    chapters = ["programme", "grounds", "units", "coverage", "levels", "assessment", "open", "sources", "version"]
    assert [one for one in shown.ids if one in chapters] == chapters
    assert {f"#{one}" for one in chapters} <= set(shown.hrefs)
    cited = f"/releases/{version}/en/design/dossier?programme=mi-ow"
    assert cited in shown.text
    assert app.test_client().get(cited).status_code == 200
    assert app.extensions["kg"].release.digest in shown.text


def test_white_spots_at_a_level_name_the_provinces(app: Flask) -> None:
    shown = page(app.test_client().get("/nl/ontwerpen/witte-vlekken?level=nlqf-6").text).text
    assert "Van 12 van de 12 provincies is geen aanbod op NLQF-niveau 6 bekend: Drenthe, Flevoland" in shown
