"""Steps in the life cycle between releases: forward by itself, any other way with a reason; told, and else refused."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.cli.main import main
from kg.curriculum.lifecycle import STAGES, Stage, needs_reason
from kg.errors import ReleaseError
from kg.files.project import Project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import LG, OUTSIDE
from kg.publish.build import build
from kg.publish.steps import refuse_unsound_steps, steps_between
from minis import mini_copy, replaced
from tiny import BASE, tiny_project, tiny_release

SKOS, TYPE = OUTSIDE["skos"], OUTSIDE["rdf"] + "type"
UNIT = f"{BASE}id/unit/u-1"


def quad(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} <{BASE}graph/one> .\n"


def design(stage: str, *, since: str = "", note: str = "", remark: str = "", iri: str = UNIT) -> str:
    quads = quad(iri, TYPE, f"<{LG}LearningUnit>") + quad(iri, f"{SKOS}prefLabel", '"bouwen"@nl')
    quads += quad(iri, f"{LG}status", f"<{LG}{stage}>") if stage else ""
    quads += quad(iri, f"{LG}statusSince", f'"{since}"^^<{OUTSIDE["xsd"]}date>') if since else ""
    quads += quad(iri, f"{SKOS}historyNote", f'"{note}"@nl') if note else ""
    if remark:
        about = f"{BASE}id/remark/{remark}"
        quads += quad(about, TYPE, f"<{LG}Remark>") + quad(about, f"{LG}about", f"<{iri}>")
    return quads


def store(project: Project, quads: str) -> Store:
    return Store(project.names, ox.parse(input=quads, format=ox.RdfFormat.N_QUADS))


def faults(project: Project, older: str, newer: str) -> list[str]:
    steps = steps_between(store(project, older), store(project, newer))
    return [step.fault.within("en") if step.fault else "" for step in steps]


def test_only_the_next_step_goes_by_itself() -> None:
    free = {(a, b) for a in (None, *STAGES) for b in (None, *STAGES) if a is not b and not needs_reason(a, b)}
    assert free == {
        (None, Stage.PROPOSED),
        (Stage.PROPOSED, Stage.IN_PILOT),
        (Stage.IN_PILOT, Stage.VALIDATED),
        (Stage.VALIDATED, Stage.LEGITIMATED),
    }


UNEXPLAINED = "not the next step, and nothing says why"


@pytest.mark.parametrize(
    ("older", "newer", "told"),
    [
        ("proposed", "inPilot", ""),
        ("validated", "inPilot", UNEXPLAINED),
        ("proposed", "validated", UNEXPLAINED),
        ("legitimated", "withdrawn", UNEXPLAINED),
        ("withdrawn", "proposed", UNEXPLAINED),
        ("legitimated", "", UNEXPLAINED),
        ("", "validated", UNEXPLAINED),
        ("", "proposed", ""),
    ],
)
def test_a_step_of_another_kind_needs_a_reason_that_is_new(tmp_path: Path, older: str, newer: str, told: str) -> None:
    project = tiny_project(tmp_path)
    assert faults(project, design(older), design(newer)) == [told]
    assert faults(project, design(older, note="oud"), design(newer, note="oud")) == [told]
    assert faults(project, design(older), design(newer, note="De pilot is gestopt.")) == [""]
    assert faults(project, design(older), design(newer, remark="r-1")) == [""]


def test_what_is_new_may_not_begin_half_way_and_what_is_gone_took_no_step(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    assert faults(project, "", design("proposed")) == [""]
    assert faults(project, "", design("legitimated")) == [UNEXPLAINED]
    assert faults(project, design("validated"), "") == []
    assert faults(project, design("validated"), design("validated", note="nieuw")) == []


def test_a_status_does_not_hold_since_before_the_one_it_had(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    older = design("inPilot", since="2026-09-01")
    assert faults(project, older, design("validated", since="2026-08-31")) == [
        "holds since a day before that of the status it had"
    ]
    assert faults(project, older, design("validated", since="2026-09-01")) == [""]


def test_a_match_or_a_verb_is_no_design(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    match = f"{BASE}id/match/m-1"
    assert faults(project, design("proposed", iri=match), design("validated", iri=match)) == []


def test_diff_tells_the_steps_and_what_is_wrong_with_them(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    for version, quads in {"0.1.0": design("validated"), "0.2.0": design("proposed")}.items():
        tiny_release(tmp_path / "dist" / version, quads, version)
    told = "u-1: lg:validated → lg:proposed  ! geen volgende stap, en er staat niet bij waarom"
    for versions, code, line in (
        (("0.1.0", "0.2.0"), 1, told),
        (("0.2.0", "0.1.0"), 1, "u-1: "),
        (("0.2.0", "0.2.0"), 0, ""),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["--project", str(project.root), "--lang", "nl", "diff", *versions])
        shown = capsys.readouterr().out
        assert ended.value.code == code
        assert ("Stappen in de levensloop: 1\n" in shown) == bool(line)
        assert line in shown


def test_a_build_refuses_a_step_that_nothing_accounts_for(tmp_path: Path) -> None:
    project = mini_copy(tmp_path / "mini")
    older = design("validated").replace("graph/one", "graph/proposal-minor")
    tiny_release(project.folder("releases") / "0.9.0", older, "0.9.0")
    with pytest.raises(ReleaseError, match=r"lg-unit:u-1 \(validated → proposed\)\. A design goes"):
        build(project)
    assert [path.name for path in project.folder("releases").iterdir()] == ["0.9.0"]
    note = 'lg-unit:u-1 skos:historyNote "Opnieuw."@nl, "Anew."@en ; a lg:LearningUnit ;'
    replaced(project, "data/proposal/minor.ttl", "lg-unit:u-1 a lg:LearningUnit ;", note)
    refuse_unsound_steps(project, load(project))
