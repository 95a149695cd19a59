"""Builds are put in place in one step, side by side, and clean up; where nothing can be written one error says so."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import ReleaseError
from kg.files.project import Project, read_project
from kg.publish.build import build
from kg.publish.place import put, staged, write
from kg.publish.release import open_release, releases_folder
from minis import mini_copy, replaced
from tiny import BASE, tiny_release

ONE = f'<{BASE}a> <{BASE}b> "c" <{BASE}graph/d> .\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built mini project."""
    project = mini_copy(tmp_path_factory.mktemp("place"))
    build(project)
    return project


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "dist"


def put_one(releases: Path, number: int) -> None:
    """Puts a release in place whose manifest says how many quads it has."""
    with staged(releases, "1.0.0", f"digest-{number}") as staging:
        tiny_release(staging.folder, ONE * number)
        put(staging, "1.0.0")


def builds(releases: Path) -> list[str]:
    return sorted(path.name for path in (releases / ".builds").iterdir())


def test_a_reader_finds_a_whole_release_at_every_moment(releases: Path) -> None:
    tiny_release(releases / "1.0.0", ONE)  # a folder, as layout 1 left it
    done = threading.Event()
    turns = [0, 0]
    turned = threading.Condition()

    def read(reader: int) -> None:
        while not done.is_set():
            release = open_release(releases / "1.0.0")
            assert len(release.quads_file.path.read_text(encoding="utf-8").splitlines()) == release.quads
            with turned:
                turns[reader] += 1
                turned.notify_all()

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, number) for number in range(2)]
        for number in range(1, 31):
            put_one(releases, number)
            with turned:  # who found the release before this one has read it when the next comes
                before = list(turns)
                turned.wait_for(
                    lambda before=before: all(now > was + 1 for now, was in zip(turns, before, strict=True)), 30
                )
        done.set()
        assert [reader.result() for reader in readers] == [None, None]
    assert open_release(releases / "1.0.0").quads == 30


def test_the_build_that_was_replaced_stays_until_the_next(releases: Path) -> None:
    put_one(releases, 1)
    first = open_release(releases / "1.0.0")
    put_one(releases, 2)
    first.verify()
    put_one(releases, 3)
    with pytest.raises(ReleaseError, match="cannot be read"):
        first.verify()
    assert len(builds(releases)) == 2


def test_a_build_clears_what_killed_ones_left_and_nothing_else(releases: Path) -> None:
    put_one(releases, 1)
    with staged(releases, "2.0.0", "other") as other:
        tiny_release(other.folder, ONE, "2.0.0")
        put(other, "2.0.0")
    leftover = releases / ".builds" / "1.0.0-abcdef-left"
    write(leftover, {"leergraaf.nq": b"half"})
    (releases / ".builds" / "1.0.0-abcdef-left.link").symlink_to("nowhere")
    (releases / "notes.txt").write_text("of mine", encoding="utf-8")
    with staged(releases, "3.0.0", "living") as living:
        write(living.folder, {"half": b"way"})
        put_one(releases, 2)
        assert (living.folder / "half").is_file(), "it is being written by somebody"
    assert not leftover.exists()
    assert not living.folder.exists()
    assert sorted(path.name for path in releases.iterdir()) == [".builds", "1.0.0", "2.0.0", "notes.txt"]
    assert open_release(releases / "2.0.0").version == "2.0.0"
    assert [name.split("-")[0] for name in builds(releases)] == ["1.0.0", "1.0.0", "2.0.0"]


def test_two_builds_at_once_are_both_fine(project: Project) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(build, (project, project)))
    for release in both:
        release.verify()
    assert open_release(releases_folder(project) / "1.0.0").folder in {release.folder for release in both}
    assert len(builds(releases_folder(project))) == 2


def kg_build(project: Project, most_bytes: int) -> subprocess.CompletedProcess[str]:
    """`kg build` on a disk on which no file can grow beyond so many bytes."""
    command = [sys.executable, "-m", "kg.cli", "--project", str(project.root), "--lang", "en", "build"]
    limit = (most_bytes, most_bytes)
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )


@pytest.mark.parametrize("most_bytes", [0, 1_000, 200_000])
def test_a_full_disk_is_one_error_and_leaves_the_last_release(project: Project, most_bytes: int) -> None:
    before = open_release(releases_folder(project) / "1.0.0")
    changed = replaced(project, "data/proposal/minor.ttl", '"building test"@en', f'"test {most_bytes}"@en')
    try:
        ran = kg_build(changed, most_bytes)
    finally:
        replaced(project, "data/proposal/minor.ttl", f'"test {most_bytes}"@en', '"building test"@en')
    assert ran.returncode == 2
    assert "the release could not be written" in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr
    after = open_release(releases_folder(project) / "1.0.0")
    assert after == before
    after.verify()
    assert len(builds(releases_folder(project))) <= 2


@pytest.mark.parametrize("where", ["/proc/dist", "kg.toml", "/dev/null/dist"])
def test_where_nothing_can_be_written_one_error_says_so(tmp_path: Path, where: str) -> None:
    project = mini_copy(tmp_path)
    replaced(project, "kg.toml", 'releases = "dist"', f'releases = "{where}"')
    with pytest.raises(ReleaseError, match="the release could not be written"):
        build(read_project(tmp_path))


@pytest.mark.parametrize(
    "change",
    [
        {
            "files": [
                {"name": "../kg.toml", "media_type": "application/n-quads", "compression": "", "size": 1, "sha256": ""}
            ]
        },
        {"files": [{"name": "/etc/passwd", "media_type": "text/plain", "compression": "", "size": 1, "sha256": ""}]},
        {"files": [{"name": "mini.nq"}]},
        {"files": None},
        {"files": [7]},
        {"quads": "many"},
        {"layout": []},
    ],
)
def test_a_manifest_that_leads_astray_is_no_release(
    project: Project, tmp_path: Path, change: dict[str, object]
) -> None:
    release = open_release(releases_folder(project) / "1.0.0")
    folder = tmp_path / "1.0.0"
    shutil.copytree(release.folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
    with pytest.raises(ReleaseError, match="this is no release"):
        open_release(folder)
