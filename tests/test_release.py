"""A release: built whole or not at all, the same bytes from the same files."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from kg.errors import LoadError, ReleaseError
from kg.files.project import Project, find_project, read_project
from kg.publish.build import build, ensure_release
from kg.publish.components import bill_of_materials
from kg.publish.release import Release, open_release, releases_folder
from minis import mini_copy

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the mini project that may be changed."""
    return mini_copy(tmp_path)


def files_of(release: Release) -> dict[str, bytes]:
    """Name → content of everything that must be the same each time: all but the engine's own store."""
    paths = (path for path in release.folder.rglob("*") if path.is_file())
    found = {path.relative_to(release.folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if not name.startswith(("store/", "store."))}


def test_the_same_files_give_the_same_bytes(project: Project) -> None:
    first = files_of(build(project))
    shutil.rmtree(releases_folder(project))
    assert files_of(build(project)) == first


def test_a_release_holds_every_quad_and_what_follows_from_them(project: Project) -> None:
    release = build(project)
    store = release.store(project)
    assert len(store) == release.quads
    assert project.names.graph("derived") in store.graphs()


def test_an_unchanged_project_is_not_built_again_and_a_changed_one_is(project: Project) -> None:
    first = build(project)
    said: list[str] = []
    assert ensure_release(project, say=said.append).digest == first.digest
    assert said == []
    path = project.folder("data") / "proposal" / "minor.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace('"meten"@nl', '"opmeten"@nl'), encoding="utf-8")
    assert ensure_release(project, say=said.append).digest != first.digest
    assert said


def test_a_violation_stops_the_build_and_leaves_the_last_release(project: Project) -> None:
    before = files_of(build(project))
    path = project.folder("data") / "proposal" / "minor.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("lg:credits 5.0", "lg:credits -5.0"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="nothing was built"):
        build(project)
    assert files_of(open_release(releases_folder(project) / "1.0.0")) == before
    assert sorted(path.name for path in releases_folder(project).iterdir()) == [".builds", "1.0.0"]


def test_broken_turtle_stops_the_build_with_file_and_line(project: Project) -> None:
    path = project.folder("data") / "note" / "craft.ttl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, "lg:broken ."]), encoding="utf-8")
    with pytest.raises(LoadError, match=rf"data/note/craft.ttl:{len(lines) + 1}: broken Turtle"):
        build(project)
    assert not releases_folder(project).exists()


def test_a_flipped_byte_is_found_by_its_sum(project: Project) -> None:
    release = build(project)
    path = release.quads_file.path
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(ReleaseError, match="does not have the sum"):
        release.store(project)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 1}', "geen json"])
def test_a_broken_manifest_is_no_release(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match="this is no release"):
        open_release(tmp_path)


def test_the_manifest_describes_every_other_file_as_it_is(project: Project) -> None:
    release = build(project)
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    described = {file["name"]: file for file in manifest["files"]}
    files = files_of(release)
    beside = {"manifest.json", "SHA256SUMS", "feed.index", "feed.sha256", "program.cdx.json", "program.sha256"}
    assert set(described) == set(files) - beside
    for name, file in described.items():
        assert file["size"] == len(files[name])
        assert file["sha256"] == hashlib.sha256(files[name]).hexdigest()
    assert files["program.cdx.json"] == bill_of_materials("leergraaf").encode(), "of this installation, so beside it"
    assert open_release(release.folder) == release


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the table \\[graph\\] is missing"),
        ("[graph", "not valid TOML"),
        ('[graph]\nbase = "x"', "base must be an http"),
        ("[graph]\nlanguages = []", "languages must be a list"),
        ('[graph]\nversion = "een twee"', "is not a version number"),
    ],
)
def test_wrong_settings_are_one_error_that_names_the_file(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "kg.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match=told) as caught:
        read_project(tmp_path)
    assert "kg.toml" in str(caught.value)


def test_the_project_is_found_from_a_folder_below_it(monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    monkeypatch.delenv("KG_PROJECT", raising=False)
    monkeypatch.chdir(project.folder("data"))
    assert find_project().root == project.root


def test_elsewhere_the_shipped_graph_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KG_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert find_project().settings.title.within("nl") == "Leergraaf Opbouwwerk"
    monkeypatch.setenv("KG_PROJECT", str(MINI))
    assert find_project().settings.version == "1.0.0"
