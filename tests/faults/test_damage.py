"""A release damaged on disk is found by its sums; what is served stays right, and a server starts all the same."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from kg.errors import LoadError, ReleaseError
from kg.files.project import Project
from kg.publish.build import build
from kg.publish.release import open_release
from kg_web.app import create_app
from kg_web.live import Live
from kg_web.serve import _opened
from kg_web.watch import IN_ENVIRONMENT
from minis import replaced

LABEL = ('"building test"@en', '"test of building"@en')
MINOR = "data/proposal/minor.ttl"
THING = "/doc/assessment/as-02.ttl"


def flip(path: Path, place: int = -1) -> None:
    """Changes one bit of a file, as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if place < 0 else place] ^= 1
    path.write_bytes(content)


def folder(project: Project) -> Path:
    return (project.folder("releases") / "1.0.0").resolve()


def test_a_flipped_bit_in_any_file_is_found(project: Project) -> None:
    """Of the store as well, and of the lists of sums themselves."""
    release = open_release(folder(project))
    paths = [path for path in folder(project).rglob("*") if path.is_file()]
    assert len(paths) > 30
    assert list(release.damage()) == []
    for path in paths:
        sound = path.read_bytes()
        if sound:
            flip(path)
            try:
                found = list(open_release(folder(project)).damage())
            except ReleaseError as fault:
                found = [fault]
            assert found, path
            assert all(fault.hint for fault in found)
            path.write_bytes(sound)
    release.quads_file.path.unlink()
    with pytest.raises(ReleaseError):
        release.verify()


@pytest.mark.long
def test_a_server_that_finds_its_release_damaged_builds_it_again(project: Project) -> None:
    flip(folder(project) / "mini.nq")
    app, unbuilt = _opened(project, lambda _: None)
    assert unbuilt is None
    assert list(app.extensions["kg"].release.damage()) == []


@pytest.mark.long
def test_where_it_cannot_be_built_the_one_before_is_served_and_health_tells(project: Project) -> None:
    build(replaced(project, MINOR, *LABEL))
    flip(folder(project) / "mini.nq")
    (project.root / "data" / "broken.ttl").write_text("this is no Turtle", encoding="utf-8")
    app, unbuilt = _opened(project, lambda _: None)
    live = Live(app, unbuilt)
    site = app.test_client()
    told = site.get("/health", environ_overrides={IN_ENVIRONMENT: live.watch}, headers={"Accept-Language": "en"}).json
    assert told["status"] == "warn"
    assert "broken.ttl:1" in told["faults"][0]
    assert "building test" in site.get(THING).text, "the build that the damaged one replaced"
    live.look()
    assert "mini.nq" in " ".join(map(str, live.watch.faults()))
    (project.root / "data" / "broken.ttl").unlink()
    build(project)
    live.look()
    assert live.watch.faults() == []
    assert live._site.state.release.digest == project.digest()


def test_without_any_sound_release_the_reason_is_told(project: Project) -> None:
    for path in (project.folder("releases") / ".builds").glob("*/mini.nq"):
        flip(path)
    (project.root / "data" / "broken.ttl").write_text("this is no Turtle", encoding="utf-8")
    with pytest.raises(LoadError, match=r"broken\.ttl:1"):
        _opened(project, lambda _: None)


def test_damage_while_serving_is_noted_and_only_that_file_is_refused(project: Project) -> None:
    app = create_app(project, open_release(folder(project)))
    live = Live(app)
    site = app.test_client()
    before = site.get(THING).data
    packed, plain = folder(project) / "mini.nq.gz", folder(project) / "mini.ttl"
    flip(packed)
    plain.unlink()
    live.inspect()
    assert sorted(live.watch.damaged) == ["mini.nq.gz", "mini.ttl"]
    inside = {"environ_overrides": {IN_ENVIRONMENT: live.watch}}
    for name in live.watch.damaged:
        answer = site.get(f"/downloads/{name}", **inside)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    whole = site.get("/downloads/mini.nq", headers={"Accept-Encoding": "gzip"}, buffered=True, **inside)
    assert whole.headers.get("Content-Encoding") != "gzip", "the plain file, where the packed one is damaged"
    assert whole.data == (folder(project) / "mini.nq").read_bytes()
    assert site.get(THING, **inside).data == before
    assert len(site.get("/health", **inside).json["faults"]) == 2
    app.extensions["kg.sparql"].guard.close()


def test_a_file_that_cannot_be_looked_at_for_want_of_descriptors_is_not_damaged(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    app = create_app(project, open_release(folder(project)))
    live = Live(app)
    monkeypatch.setattr(Path, "open", none_left)
    with pytest.raises(OSError, match="Too many"):
        live.inspect()
    assert live.watch.damaged == {}
    app.extensions["kg.sparql"].guard.close()


def test_a_manifest_that_names_files_outside_of_the_release_is_none(project: Project) -> None:
    path = folder(project) / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    for name in ("../../../etc/passwd", "/etc/passwd"):
        told["files"][0]["name"] = name
        path.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(ReleaseError, match="outside of the release"):
            open_release(folder(project))


def test_every_page_of_the_front_is_there_for_another_graph(project: Project) -> None:
    """Questions about things of the shipped graph ask nothing here."""
    app = create_app(project, open_release(folder(project)))
    for path in ("/nl/", "/en/", "/nl/vragen/", "/nl/bladeren/", "/nl/zoek", "/en/search?q=x", "/nl/gegevens/"):
        assert app.test_client().get(path).status_code == 200, path
