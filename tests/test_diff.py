"""`kg diff` tells what changed, in words and as data, and a build refuses to let published names disappear."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.cli.main import main
from kg.errors import BadParameter, ReleaseError, UnknownName
from kg.files.project import Project, read_project
from kg.publish.archive import history
from kg.publish.build import build, ensure_release
from kg.publish.sides import graph_called
from minis import mini_copy, replaced

VERSION = 'version = "1.0.0"'
MINOR = "data/proposal/minor.ttl"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = mini_copy(tmp_path_factory.mktemp("first"))
    build(project)
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A mini project of version 1.1.0 whose 1.0.0 is on disk."""
    shutil.copytree(built.root, tmp_path / "mini", symlinks=True)
    return replaced(read_project(tmp_path / "mini"), "kg.toml", VERSION, 'version = "1.1.0"')


def run(capsys: pytest.CaptureFixture[str], project: Project, *arguments: str, lang: str = "en") -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(project.root), "--lang", lang, *arguments])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out + told.err


def without_building_test(project: Project) -> Project:
    """The project without the assessment as-02, to which nothing refers."""
    path = project.root / MINOR
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    kept = [block for block in blocks if not block.startswith("lg-assessment:as-02 ")]
    assert len(kept) == len(blocks) - 1
    path.write_text("\n\n".join(kept), encoding="utf-8")
    return read_project(project.root)


def test_nothing_changed_is_said_and_exits_with_0(capsys: pytest.CaptureFixture[str], project: Project) -> None:
    assert run(capsys, project, "diff", "1.0.0", "1.0.0") == (0, "Nothing changed from 1.0.0 to 1.0.0.\n")
    assert run(capsys, project, "diff", "1.0.0", lang="nl") == (
        0,
        "Tussen 1.0.0 en de bestanden zoals ze zijn is niets veranderd.\n",
    )


def test_a_changed_property_is_told_with_its_old_and_new_value(
    capsys: pytest.CaptureFixture[str], project: Project
) -> None:
    replaced(project, MINOR, '"building test"@en', '"test of building"@en')
    code, told = run(capsys, project, "diff", "1.0.0", ".")
    assert code == 0
    assert "Changed: 1\n  assessment as-02: test of building\n    name (en): building test → test of building\n" in told
    code, told = run(capsys, project, "diff", "1.0.0", ".", lang="nl")
    assert "Gewijzigd: 1\n  toets as-02: bouwproef\n    naam (en): building test → test of building\n" in told


def test_what_disappeared_exits_with_1(capsys: pytest.CaptureFixture[str], project: Project) -> None:
    without_building_test(project)
    code, told = run(capsys, project, "diff", "1.0.0")
    assert code == 1
    assert "Gone without having been deprecated: 1\n  assessment as-02: building test" in told
    assert run(capsys, project, "diff", ".", "1.0.0")[0] == 0


def test_what_is_deprecated_is_told_apart(capsys: pytest.CaptureFixture[str], project: Project) -> None:
    end = '"building test"@en ;\n    <http://www.w3.org/2002/07/owl#deprecated> true ;'
    replaced(project, MINOR, '"building test"@en ;', end)
    code, told = run(capsys, project, "diff", "1.0.0")
    assert code == 0
    assert "Deprecated: 1\n  assessment as-02: building test\n    deprecated: + true" in told


def test_the_differences_are_data(capsys: pytest.CaptureFixture[str], project: Project) -> None:
    replaced(project, MINOR, "lg:assesses lg-outcome:u-2-1 ;", "lg:assesses lg-outcome:u-1-1 ;")
    (one,) = (
        one for one in json.loads(run(capsys, project, "diff", "1.0.0", "-f", "json")[1]) if one["code"] == "as-02"
    )
    assert one["change"] == "changed"
    assert one["properties"] == [
        {
            "property": "https://w3id.org/leergraaf/def#assesses",
            "label": "assesses",
            "language": "",
            "old": [{"iri": "https://example.org/mini/id/outcome/u-2-1"}],
            "new": [{"iri": "https://example.org/mini/id/outcome/u-1-1"}],
            "from": [],
            "to": [],
        }
    ]
    rows = list(csv.DictReader(io.StringIO(run(capsys, project, "diff", "1.0.0", "-f", "csv")[1])))
    (row,) = (row for row in rows if row["code"] == "as-02")
    assert (row["change"], row["property"], row["old"], row["new"]) == ("changed", "assesses", "u-2-1", "u-1-1")


def test_the_patch_makes_the_newer_graph_of_the_older(capsys: pytest.CaptureFixture[str], project: Project) -> None:
    without_building_test(project)
    replaced(project, MINOR, '"measuring test"@en', '"test of \\"measuring\\""@en')
    lines = run(capsys, project, "diff", "1.0.0", "-f", "patch")[1].splitlines()
    assert (lines[0], lines[-1]) == ("TX .", "TC .")
    quads = set(graph_called(project, "1.0.0").engine)
    for line in lines[1:-1]:
        (quad,) = ox.parse(input=line[2:], format=ox.RdfFormat.N_QUADS)
        if line.startswith("D "):
            quads.remove(quad)
        else:
            assert line.startswith("A ")
            quads.add(quad)
    assert quads == set(graph_called(project, ".").engine)


def test_a_graph_is_named_by_version_folder_or_dot(project: Project) -> None:
    release = history(project)[0]
    sizes = {len(graph_called(project, name)) for name in ("1.0.0", str(release.folder), str(project.root), ".")}
    assert sizes == {release.quads}
    with pytest.raises(UnknownName, match=r"no release 3\.0.*There is: 1\.0\.0"):
        graph_called(project, "3.0")


def test_a_build_refuses_to_let_a_published_name_disappear(project: Project) -> None:
    with pytest.raises(ReleaseError, match=r"1 names.*lg-assessment:as-02\. .*kg deprecate.*--allow-removal"):
        build(without_building_test(project))
    assert [release.version for release in history(project)] == ["1.0.0"]


def test_a_removal_that_is_allowed_is_recorded_and_holds_from_then_on(project: Project) -> None:
    gone = project.names.thing("assessment", "as-02")
    release = build(without_building_test(project), allow_removal=["lg-assessment:as-02"])
    assert release.removed == (gone,)
    again = replaced(project, MINOR, '"measuring test"@en', '"test of measuring"@en')
    assert ensure_release(again).removed == (gone,)
    later = replaced(again, "kg.toml", 'version = "1.1.0"', 'version = "1.2.0"')
    assert build(later).removed == (gone,)
    assert [release.version for release in history(later)] == ["1.0.0", "1.1.0", "1.2.0"]


def test_only_what_is_gone_can_be_allowed_to_go(project: Project) -> None:
    with pytest.raises(BadParameter, match="lg-assessment:as-02 is not gone"):
        build(project, allow_removal=["lg-assessment:as-02"])


def test_the_version_that_is_built_again_is_not_yet_published(built: Project, tmp_path: Path) -> None:
    shutil.copytree(built.root, tmp_path / "mini", symlinks=True)
    release = build(without_building_test(read_project(tmp_path / "mini")))
    assert release.version == "1.0.0"
    assert release.removed == ()


def test_an_earlier_release_that_is_damaged_stops_the_build(project: Project) -> None:
    history(project)[0].quads_file.path.write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"Release 1\.0\.0 is damaged"):
        build(project)
