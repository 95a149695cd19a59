"""Every export: the same bytes each time, nothing lost without being told, the same on another profession's graph."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import BadParameter, UnknownName
from kg.exchange.export import Exported, export
from kg.exchange.loss import LossKind, loss_table
from kg.exchange.source import Source
from kg.exchange.target import Target, targets
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, Iri, lg
from kg.text import Words

MINI = Path(__file__).parent / "data" / "mini"
LABEL = OUTSIDE["skos"] + "prefLabel"


@pytest.fixture(scope="module")
def mini() -> Project:
    """The mini project with a day on it, which some forms ask for."""
    project = read_project(MINI)
    return replace(project, settings=replace(project.settings, issued="2024-01-01"))


@pytest.fixture(scope="module")
def store(mini: Project) -> Store:
    return load(mini)


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


def of_whole(target: Target, whole: Store, shipped: Project) -> Exported:
    return export(whole, shipped.settings, target.name)


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_a_target_is_described_in_both_languages(target: Target) -> None:
    for words in (target.title, target.summary, *target.reasons.values()):
        assert set(words.by_language) == {"nl", "en"}
    assert target.standard.startswith("http")
    assert set(target.scopes) <= set(KINDS_BY_SEGMENT)


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_the_same_graph_gives_the_same_bytes(target: Target, whole: Store, shipped: Project) -> None:
    first = of_whole(target, whole, shipped)
    again = of_whole(target, load(shipped), shipped)
    assert first.files == again.files
    assert first.losses == again.losses
    assert first.files
    assert all(first.files.values())


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_another_professions_graph_can_be_exported(target: Target, store: Store, mini: Project) -> None:
    made = export(store, mini.settings, target.name)
    assert made.files
    assert all(b"leergraaf/id/" not in content for content in made.files.values())


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_every_loss_is_explained_and_a_reason_is_of_something_there_is(
    target: Target, whole: Store, shipped: Project
) -> None:
    losses = of_whole(target, whole, shipped).losses
    assert losses
    for loss in losses:
        assert set(loss.reason.by_language) == {"nl", "en"}
        assert loss.statements >= 1
        assert loss.things >= 1
    assert len(loss_table(losses, "nl")) == len(losses)
    read = Source(whole, shipped.settings)
    there = {kind.segment: len(read.members(kind.class_name)) for kind in KINDS_BY_SEGMENT.values()}
    left_out = {loss.kind for loss in losses if loss.how is LossKind.KIND and loss.things == there[loss.kind]}
    carried = {kind for kind, count in there.items() if count} - left_out
    assert carried == (set(target.carries) or {kind for kind, count in there.items() if count})


def test_what_is_read_is_carried_and_the_rest_is_lost(store: Store, mini: Project) -> None:
    source = Source(store, mini.settings)
    first, *others = source.members("Competence")
    source.keep(first)
    both = source.texts(first, LABEL)
    assert set(both) == {"nl", "en"}
    lost = source.losses()
    of_first = {loss.property for loss in lost if loss.kind == "competence" and loss.how is LossKind.PROPERTY}
    assert LABEL not in of_first
    assert OUTSIDE["skos"] + "inScheme" in of_first
    left_out = next(loss for loss in lost if loss.kind == "competence" and loss.how is LossKind.KIND)
    assert left_out.things == len(others)


def test_one_language_read_is_one_language_lost(store: Store, mini: Project) -> None:
    source = Source(store, mini.settings, language="en")
    competence = source.keep(source.members("Competence")[0])
    assert source.text(competence, LABEL)
    lost = [loss for loss in source.losses() if loss.property == LABEL and loss.how is LossKind.PROPERTY]
    assert [loss.statements for loss in lost] == [1]


def test_every_statement_is_either_carried_or_counted_as_lost(store: Store, mini: Project) -> None:
    source = Source(store, mini.settings)
    for kind in KINDS_BY_SEGMENT.values():
        source.things(kind.class_name)
    lost = sum(loss.statements for loss in source.losses())
    known = [quad for quad in store.engine if store.names.segment_and_code(getattr(quad.subject, "value", ""))]
    read = {OUTSIDE["rdf"] + "type", OUTSIDE["skos"] + "notation"}
    assert lost == sum(1 for quad in known if quad.predicate.value not in read)


def test_a_change_is_told_once_for_each_reason(store: Store, mini: Project) -> None:
    source = Source(store, mini.settings)
    reason = Words({"nl": "Afgerond.", "en": "Rounded."})
    for unit in source.things("LearningUnit"):
        source.changed(unit, lg("credits"), reason)
    changed = [loss for loss in source.losses() if loss.how is LossKind.CHANGED]
    assert [(loss.kind, loss.property, loss.reason) for loss in changed] == [("unit", lg("credits"), reason)]
    assert changed[0].things == len(source.members("LearningUnit"))


def test_outside_of_a_part_nothing_is_lost(store: Store, mini: Project) -> None:
    programme = Source(store, mini.settings).members("Programme")[0]
    source = Source(store, mini.settings, scope=programme)
    source.keep(programme)
    assert {loss.kind for loss in source.losses()} == {"programme"}


def test_what_cannot_be_exported_is_told_with_what_can(store: Store, mini: Project) -> None:
    with pytest.raises(UnknownName, match="There is no export called graphm"):
        export(store, mini.settings, "graphm")
    with pytest.raises(BadParameter, match="of the whole graph only"):
        export(store, mini.settings, "graphml", of="mi")


def test_graphml_has_every_thing_and_every_link_between_things(whole: Store, shipped: Project) -> None:
    import networkx as nx

    content = export(whole, shipped.settings, "graphml").files["graph.graphml"].decode()
    graph = nx.parse_graphml(content, force_multigraph=True)
    known = whole.names.segment_and_code
    things = {
        Iri(quad.subject.value)
        for quad in whole.engine.quads_for_pattern(None, ox.NamedNode(OUTSIDE["rdf"] + "type"), None, None)
        if isinstance(quad.subject, ox.NamedNode) and known(quad.subject.value)
    }
    links = [
        quad
        for quad in whole.engine
        if isinstance(quad.object, ox.NamedNode)
        and getattr(quad.subject, "value", "") in things
        and quad.object.value in things
    ]
    assert graph.number_of_nodes() == len(things)
    assert graph.number_of_edges() == len(links)
    assert graph.nodes["competence/ow-07"]["kind"] == "competence"


def test_the_command_writes_all_files_or_tells_in_one_line_why_not(tmp_path: Path) -> None:
    def run(out: Path) -> tuple[int, str]:
        arguments = [sys.executable, "-m", "kg.cli", "--project", str(MINI), "--lang", "en", "export", "open-badges"]
        done = subprocess.run([*arguments, "--out", str(out)], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert run(tmp_path / "new" / "folder")[0] == 0
    assert len(list((tmp_path / "new" / "folder").iterdir())) > 1
    (tmp_path / "file").write_text("x", encoding="utf-8")
    code, told = run(tmp_path / "file")
    assert code == 2
    assert told.startswith("kg: ")
    assert len(told.splitlines()) == 1
