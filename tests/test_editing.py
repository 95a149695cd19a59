"""Changing the files: codes are never used again, what is published stays, a design goes step by step."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.checks.validate import validate
from kg.cli.main import cli
from kg.curriculum.lifecycle import STAGES, Need, Stage, lifecycle, may_become
from kg.curriculum.rows import refer
from kg.editing.changes import deprecate, move, rename
from kg.editing.codes import free_code, kind_called, mint
from kg.editing.draft import Draft, open_draft
from kg.editing.stages import set_stage, stage_called, stage_in
from kg.editing.starting import start
from kg.errors import BadParameter, LoadError
from kg.files.project import Project, read_project
from kg.files.turtle import canonical, read_turtle
from kg.graph.find import thing_called
from kg.graph.load import load, load_files, read_files
from kg.names import Iri
from kg.publish.build import build, ensure_release
from kg.records import Severity
from kg.text import Words
from kg_web.app import create_app

ROOT = Path(__file__).parents[1]
MINI = Path(__file__).parent / "data" / "mini"
BAKER = "https://example.org/bakker/"
DAY = date(2026, 9, 1)
OPEN = {"competence-without-outcome", "task-without-competence", "outcome-without-assessment"}
"""What the mini graph leaves open on purpose."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the mini project that may be changed; its ontology and questions are borrowed."""
    shutil.copytree(MINI / "data", tmp_path / "data")
    settings = (MINI / "kg.toml").read_text(encoding="utf-8").replace("../../..", ROOT.as_posix())
    (tmp_path / "kg.toml").write_text(settings, encoding="utf-8")
    return read_project(tmp_path)


@pytest.fixture
def draft(project: Project) -> Draft:
    return open_draft(project)


def called(draft: Draft, code: str) -> Iri:
    return thing_called(draft.store(), code)


def rules_broken(project: Project) -> set[str]:
    files = read_files(project)
    report = validate(project, files, load(project, files))
    return {finding.rule for finding in report.at_or_above(Severity.WARNING)} - OPEN


def bytes_of(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.folder("data").rglob("*.ttl")}


def test_saving_without_a_change_writes_nothing(project: Project, draft: Draft) -> None:
    before = bytes_of(project)
    assert draft.edits() == []
    assert draft.save() == []
    assert bytes_of(project) == before


def test_what_is_taken_out_and_put_back_is_no_change(project: Project, draft: Draft) -> None:
    unit = called(draft, "u-1")
    path = draft.home_of(unit)
    triple = draft.about(unit)[path][0]
    draft.remove(triple)
    assert len(draft.edits()) == 1
    draft.add(path, triple)
    assert draft.edits() == []
    assert draft.texts() == {}


def test_a_store_of_the_files_becomes_the_graph_as_it_will_be(project: Project, draft: Draft) -> None:
    store = load_files(project, read_files(project))
    rename(draft, called(draft, "u-1"), Words({"nl": "iets anders", "en": "something else"}), keep_old=True)
    move(draft, called(draft, "u-2"), "graphs")
    assert set(store) != set(draft.store())
    draft.bring(store)
    assert set(store) == set(draft.store())


@pytest.mark.parametrize(
    ("taken", "like", "code"),
    [
        (["ow-01", "ow-12"], "ow", "ow-13"),
        (["ow-01", "ow-12"], "ow-01", "ow-13"),
        (["mo-2-1", "mo-2-9", "mo-3-1"], "mo-2", "mo-2-10"),
        (["kn-08", "kn-09"], "kn", "kn-10"),
        (["a-1", "a-3"], "a", "a-4"),
        (["mo-2", "mo-2-1", "mo-2-2"], "mo-2-1", "mo-2-3"),
    ],
)
def test_the_next_code_follows_the_highest_there_was(taken: list[str], like: str, code: str) -> None:
    assert free_code(taken, like) == code


def test_what_begins_no_series_is_told() -> None:
    with pytest.raises(BadParameter, match="beginning of no series"):
        free_code(["ow-01"], "zz")


def test_a_new_thing_has_its_kind_its_code_its_names_and_is_proposed(project: Project, draft: Draft) -> None:
    iri = mint(draft, kind_called("outcome"), Words({"nl": "een brug keuren", "en": "inspecting a bridge"}), like="u-1")
    draft.save()
    store = load(read_project(project.root))
    assert store.names.segment_and_code(iri) == ("outcome", "u-1-3")
    found = {
        (quad.predicate.value.rpartition("#")[2], str(quad.object))
        for quad in store.engine
        if getattr(quad.subject, "value", "") == iri
    }
    assert ("prefLabel", '"een brug keuren"@nl') in found
    assert ("notation", '"u-1-3"') in found
    assert any(name == "status" and "proposed" in value for name, value in found)


def test_a_code_is_not_given_again_when_a_release_knows_it(draft: Draft) -> None:
    words = Words({"nl": "x"})
    with pytest.raises(BadParameter, match="is taken, or was once"):
        mint(draft, kind_called("outcome"), words, code="u-9", ever=["u-9"])
    iri = mint(draft, kind_called("outcome"), words, like="u-1", ever=["u-1-7"])
    assert draft.project.names.segment_and_code(iri) == ("outcome", "u-1-8")


@pytest.mark.parametrize("code", ["Hoofdletter", "met spatie", "dubbel--streepje", "é", "-begin", "a/b", ""])
def test_what_is_no_code_is_refused(draft: Draft, code: str) -> None:
    with pytest.raises(BadParameter):
        mint(draft, kind_called("outcome"), Words({"nl": "x"}), code=code or " ", file="proposal/minor")


def test_nothing_of_ours_goes_to_what_a_source_states(draft: Draft) -> None:
    with pytest.raises(BadParameter, match=r"data/note/craft.ttl holds what a source states"):
        mint(draft, kind_called("competence"), Words({"nl": "x"}), code="c-09", file="note/craft")
    with pytest.raises(BadParameter, match="holds what a source states"):
        deprecate(draft, called(draft, "c-01"), by=called(draft, "c-02"), why=Words())
    deprecate(draft, called(draft, "c-01"), by=called(draft, "c-02"), why=Words(), file="proposal/minor")
    assert {edit.path for edit in draft.edits()} == {"data/proposal/minor.ttl"}


def test_another_name_replaces_one_language_and_may_keep_the_old(draft: Draft) -> None:
    unit = called(draft, "u-1")
    rename(draft, unit, Words({"nl": "Bouwen"}), keep_old=True)
    edits = {(edit.added, edit.triple.predicate.value.rpartition("#")[2]) for edit in draft.edits()}
    assert edits == {(False, "prefLabel"), (True, "prefLabel"), (True, "altLabel")}
    with pytest.raises(BadParameter, match="cannot be empty"):
        rename(draft, unit, Words({"nl": "  "}))


def test_renaming_back_leaves_the_files_as_they_were(project: Project) -> None:
    before = bytes_of(project)
    old = refer(load(project), called(open_draft(project), "u-1")).label.within("nl")
    for label in ("Anders", old):
        draft = open_draft(project)
        rename(draft, called(draft, "u-1"), Words({"nl": label}))
        draft.save()
    assert bytes_of(project) == before


def test_a_thing_moves_with_all_its_home_says_of_it(project: Project, draft: Draft) -> None:
    unit = called(draft, "u-1")
    said = sum(len(triples) for triples in draft.about(unit).values())
    move(draft, unit, "data/reference/levels.ttl")
    draft.save()
    again = open_draft(project)
    assert project.relative(again.home_of(unit)) == "data/reference/levels.ttl"
    assert sum(len(triples) for triples in again.about(unit).values()) == said
    with pytest.raises(BadParameter, match="is in reference/levels already"):
        move(again, unit, "reference/levels")
    with pytest.raises(BadParameter, match=r"There is no data file proposal/nope\. There is: .*minor"):
        move(again, unit, "proposal/nope")


@pytest.mark.parametrize(
    ("thing", "by", "told"),
    [("u-1", "u-1", "cannot take the place"), ("u-1", "u-1-1", "of another kind"), ("u-1", "", "Why is")],
)
def test_a_successor_is_another_thing_of_the_same_kind(draft: Draft, thing: str, by: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        deprecate(draft, called(draft, thing), by=called(draft, by) if by else None, why=Words())


def test_what_is_deprecated_stays_and_is_checked(project: Project, draft: Draft) -> None:
    why = Words({"nl": "Opgegaan in een andere leereenheid.", "en": "Merged into another unit."})
    deprecate(draft, called(draft, "u-1"), by=called(draft, "u-2"), why=why)
    with pytest.raises(BadParameter, match="deprecated already"):
        deprecate(draft, called(draft, "u-1"), by=called(draft, "u-2"), why=why)
    with pytest.raises(BadParameter, match="cannot take the place"):
        deprecate(draft, called(draft, "u-2"), by=called(draft, "u-1"), why=why)
    draft.save()
    assert rules_broken(project) == {"link-to-deprecated-thing"}


def test_a_file_that_cannot_be_written_leaves_all_of_them_as_they_were(
    project: Project, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(project)
    move(draft, called(draft, "u-1"), "reference/levels")
    real = Path.chmod
    calls: list[Path] = []

    def full(self: Path, mode: int) -> None:
        calls.append(self)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(self, mode)

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(LoadError, match="cannot be written: No space left"):
        draft.save()
    assert bytes_of(project) == before
    assert [path.name for path in project.folder("data").rglob(".staged-*")] == []


def test_a_design_goes_one_step_at_a_time() -> None:
    allowed = {(a, b) for a in STAGES for b in STAGES if may_become(a, b)}
    assert (Stage.PROPOSED, Stage.IN_PILOT) in allowed
    assert (Stage.PROPOSED, Stage.VALIDATED) not in allowed
    assert (Stage.VALIDATED, Stage.LEGITIMATED) in allowed
    assert (Stage.IN_PILOT, Stage.LEGITIMATED) not in allowed
    assert (Stage.WITHDRAWN, Stage.PROPOSED) in allowed
    assert all(may_become(stage, Stage.WITHDRAWN) for stage in STAGES if stage is not Stage.WITHDRAWN)
    assert [stage for stage in STAGES if may_become(None, stage)] == [Stage.PROPOSED]


@pytest.mark.parametrize("text", ["in-pilot", "inPilot", "INPILOT"])
def test_a_status_is_called_by_its_name_or_its_code(text: str) -> None:
    assert stage_called(text) is Stage.IN_PILOT
    with pytest.raises(BadParameter, match="There is no status called klaar"):
        stage_called("klaar")


def stage_all(draft: Draft, wanted: Stage, *codes: str, why: Words | None = None) -> None:
    things = [called(draft, code) for code in codes]
    set_stage(draft, things, wanted, by=called(draft, "gilde"), since=DAY, why=why or Words())


def test_who_and_when_come_with_the_status_and_the_checks_ask_for_a_pilot(project: Project) -> None:
    draft = open_draft(project)
    stage_all(draft, Stage.IN_PILOT, "u-1")
    draft.save()
    assert rules_broken(project) == {"status-without-pilot"}
    draft = open_draft(project)
    with pytest.raises(BadParameter, match="has this status already"):
        stage_all(draft, Stage.IN_PILOT, "u-1")
    with pytest.raises(BadParameter, match="cannot go from inPilot to legitimated"):
        stage_all(draft, Stage.LEGITIMATED, "u-1")
    stage_all(draft, Stage.WITHDRAWN, "u-1", why=Words({"nl": "Geen belangstelling.", "en": "No interest."}))
    draft.save()
    assert rules_broken(project) == set()
    assert stage_in(open_draft(project), called(draft, "u-1")) is Stage.WITHDRAWN


def test_a_status_beyond_proposed_needs_who_when_and_for_a_withdrawal_why(draft: Draft) -> None:
    unit = called(draft, "u-1")
    with pytest.raises(BadParameter, match="Who gave this status"):
        set_stage(draft, [unit], Stage.IN_PILOT, by=None, since=DAY, why=Words())
    with pytest.raises(BadParameter, match="Why is it withdrawn"):
        stage_all(draft, Stage.WITHDRAWN, "u-1")
    assert draft.edits() == []


def test_the_overview_tells_what_each_thing_needs_next(project: Project) -> None:
    found = lifecycle(load(project))
    assert sum(sum(counts.values()) for counts in found.counts.values()) == len(found.standings)
    unit = next(standing for standing in found.standings if standing.thing.code == "u-1")
    assert unit.next is Stage.IN_PILOT
    assert unit.needs == (Need.PILOT, Need.DECISION)


def test_a_phase_that_aims_at_nothing_is_neither_reached_nor_missed(shipped: Project) -> None:
    found = lifecycle(load(shipped))
    reached = {phase.phase.code: phase.reached for phase in found.phases}
    assert reached == {"fase-a": None, "fase-b": True, "fase-c": False, "fase-d": False, "fase-e": False}


@pytest.fixture
def kg(project: Project) -> Callable[..., tuple[int, str]]:
    """Runs a command on the project: exit code and all that is printed."""

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["--project", str(project.root), "--lang", "nl", *arguments])
        return (2 if isinstance(done.exception, BadParameter) else done.exit_code), done.output

    return run


def test_a_dry_run_tells_all_and_writes_nothing(project: Project, kg: Callable[..., tuple[int, str]]) -> None:
    before = bytes_of(project)
    code, told = kg("rename", "u-1", "--label", "Anders", "--dry-run")
    assert code == 0
    assert "+ u-1" in told
    assert "Anders (nl)" in told
    assert "Er is niets geschreven." in told
    assert bytes_of(project) == before


def test_the_commands_change_the_files(project: Project, kg: Callable[..., tuple[int, str]]) -> None:
    assert kg("mint", "outcome", "--like", "u-1", "--label", "een brug keuren")[1].endswith("u-1-3\n")
    assert kg("mint", "outcome", "--like", "u-1", "--label", "een brug meten")[1].endswith("u-1-4\n")
    assert kg("rename", "u-1-4", "--label", "een brug opmeten")[0] == 0
    assert kg("status", "in-pilot", "u-1-3", "u-1-4", "--by", "gilde", "--since", "2026-09-01")[0] == 0
    code, told = kg("deprecate", "u-1-4", "--by", "u-1-3", "--why", "Dubbel.")
    assert code == 0, told
    assert kg("mint", "outcome", "--like", "u-1", "--label", "nog een")[1].endswith("u-1-5\n")
    code, told = kg("status")
    assert code == 0
    assert "inPilot" in told
    assert '"2026-09-01"' in (project.folder("data") / "proposal" / "minor.ttl").read_text(encoding="utf-8")


def test_a_new_graph_passes_the_checks_builds_and_answers(tmp_path: Path) -> None:
    folder = start(
        tmp_path / "bakker", base="https://example.org/bakker/", title=Words({"nl": 'De "bakker"', "en": "B"})
    )
    project = read_project(folder)
    assert project.settings.title.within("nl") == 'De "bakker"'
    files = read_files(project)
    store = load(project, files)
    assert [str(f.spot) for f in validate(project, files, store).at_or_above(Severity.WARNING)] == []
    data = {graph for graph in store.graphs() if graph.startswith(project.settings.base)}
    assert len(data) == 7
    about = [quad for quad in store.engine if getattr(quad.graph_name, "value", "") in data]
    assert not any("leergraaf/id/" in str(quad.triple) for quad in about)
    assert build(project).quads == len(store)
    site = create_app(project, ensure_release(project))
    try:
        client = site.test_client()
        assert client.get("/id/competence/fm-01").status_code == 303
        for page in ("/nl/", "/nl/competence/fm-01", "/en/programme/fi", "/nl/uitwisselen/", "/en/design/"):
            assert client.get(page).status_code == 200, page
    finally:
        site.extensions["kg.sparql"].guard.close()


def test_what_is_made_new_is_all_of_the_layout_it_will_keep(tmp_path: Path) -> None:
    folder = start(tmp_path / "bakker", base=BAKER, title=Words({"nl": "Bakker", "en": "Baker"}))
    project = read_project(folder)
    for path in folder.rglob("*.ttl"):
        file = read_turtle(path)
        assert canonical(file.triples, project.names) == file.text
    assert open_draft(project).edits() == []


@pytest.mark.parametrize(
    ("name", "base", "told"),
    [
        ("bakker", "https://w3id.org/leergraaf/", "cannot be the base"),
        ("bakker", "https://example.org/bakker", "cannot be the base"),
        ("bakker", "urn:bakker/", "cannot be the base"),
        ("De Bakker", "https://example.org/bakker/", "is no name for a graph"),
    ],
)
def test_a_new_graph_has_an_address_and_a_name_of_its_own(tmp_path: Path, name: str, base: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        start(tmp_path / name, base=base, title=Words({"nl": "x", "en": "x"}))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "bakker"
    folder.mkdir()
    (folder / "recept.txt").write_text("meel", encoding="utf-8")
    with pytest.raises(LoadError, match="has files in it"):
        start(folder, base=BAKER, title=Words({"nl": "x", "en": "x"}))
    assert [path.name for path in tmp_path.rglob("*")] == ["bakker", "recept.txt"]
