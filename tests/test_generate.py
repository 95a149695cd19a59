"""`kg generate`: a made-up graph that is always the same, passes the checks, and holds the faults that are told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.checks.shapes import load_shapes, validate_shapes
from kg.checks.validate import validate
from kg.cli.main import cli
from kg.editing.generated.faults import KINDS_OF_FAULT
from kg.editing.generated.folder import write_folder
from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import Generated
from kg.errors import BadParameter
from kg.files.project import Project, read_project
from kg.graph.load import derive, load, read_files
from kg.graph.store import Store
from kg.publish.build import STEPS
from kg.records import Severity


def quads_of(made: Generated, form: str = "nq") -> set[ox.Quad]:
    formats = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
    return set(ox.parse(input="".join(FORMS[form](made.parts())), format=formats[form]))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_graph() -> None:
    first, again, other = ("".join(FORMS["nq"](Generated(8_000, seed).parts())) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_both_forms_hold_the_same_graph_of_the_size_that_was_asked() -> None:
    made = Generated(12_000, 1)
    quads = quads_of(made)
    assert quads == quads_of(made, "trig")
    assert 12_000 <= len(quads) < 14_000
    assert len({quad.triple for quad in quads}) == len(quads), "a triple stands in two graphs"


def test_every_sector_has_as_many_statements_as_the_first() -> None:
    made = Generated(2_000_000, 3)
    sizes = {sum(map(len, made._sector(number).statements.values())) for number in (1, 2, 49, 50, 51, 1000)}
    assert len(sizes) == 1
    assert made.sectors > 1000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("generated") / "verzonnen"
    write_folder(Generated(9_000, 1, base="https://example.org/verzonnen/"), folder)
    return read_project(folder)


def test_the_folder_passes_every_check_and_holds_what_the_file_holds(project: Project) -> None:
    files = read_files(project)
    store = load(project, files)
    report = validate(project, files, store)
    assert report.at_or_above(Severity.WARNING) == ()
    of_reference = {quad.subject.value for quad in store.engine if "/graph/reference-" in quad.graph_name.value}
    assert {finding.thing for finding in report.findings} <= of_reference
    assert set(store.engine) == quads_of(Generated(9_000, 1, base=project.settings.base))


def test_what_follows_is_in_the_file_already(project: Project) -> None:
    store = Store(project.names, quads_of(Generated(9_000, 2, base=project.settings.base)))
    assert derive(store, project.rule_files()) == 0


def test_the_shapes_find_every_planted_fault_once_and_nothing_else(project: Project) -> None:
    made = Generated(9_000, 1, faults=KINDS_OF_FAULT, base=project.settings.base)
    found = validate_shapes(load_shapes(project), Store(project.names, quads_of(made)))
    told = Counter((fault.rule, fault.thing, fault.property, fault.value) for fault in made.planted)
    of_sectors = [finding for finding in found if not finding.rule.startswith("lgsh:Source-")]
    assert Counter((f.rule, f.thing, f.property, f.value) for f in of_sectors) == told
    assert len({fault.kind for fault in made.planted}) == KINDS_OF_FAULT == told.total()


def test_faults_are_spread_over_the_sectors() -> None:
    made = Generated(200_000, 1, faults=200)
    for _ in made.parts():
        pass
    assert len(made.planted) == 200
    assert len({fault.thing for fault in made.planted}) == 200
    with pytest.raises(BadParameter, match="There is no room for 5000 faults"):
        next(Generated(8_000, 1, faults=5_000).parts())


def test_the_command_writes_the_graph_and_tells_the_faults(tmp_path: Path) -> None:
    graph, faults = tmp_path / "g.nq", tmp_path / "faults.json"

    def kg(*options: str) -> tuple[int, str]:
        ran = CliRunner().invoke(cli, ["--lang", "nl", "generate", "--triples", "8000", *options])
        return ran.exit_code, ran.output if ran.exception is None else str(ran.exception)

    code, told = kg("-o", str(graph), "--faults", "5", "--faults-list", str(faults))
    assert (code, told) == (0, f"{graph}: 2 beroepen, 5 fouten.\n")
    assert len(json.loads(faults.read_text("utf-8"))) == 5
    assert graph.read_text("utf-8").count("\n") >= 8000
    assert "--faults-list" in kg("--faults", "5")[1]
    assert "--into" in kg("-o", str(graph), "--into", str(tmp_path / "x"))[1]
    assert "cannot be written" in kg("-o", str(tmp_path / "niet" / "daar.nq"))[1]


def test_a_build_tells_each_step_once_and_keeps_quiet_otherwise(project: Project) -> None:
    ran = CliRunner().invoke(cli, ["--project", str(project.root), "--lang", "nl", "build"])
    assert ran.exit_code == 0
    assert len([line for line in ran.stderr.splitlines() if line.endswith("…")]) == STEPS
    assert "\x1b" not in ran.output
    assert ran.stdout.count("\n") == 1
