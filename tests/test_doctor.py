"""kg doctor says in words what is wrong with an installation, in Dutch and English, and what to do about it."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path

import pytest

from kg.cli.main import main
from kg.errors import LoadError
from kg.files.project import Project, read_project
from kg.publish import doctor
from kg.publish.doctor import Level, examined
from tiny import tiny_project, tiny_release

QUADS = (
    "<https://example.org/mini/a> <https://example.org/mini/p> <https://example.org/mini/b> <https://example.org/g> .\n"
)
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = tiny_project(tmp_path / "mini")
    tiny_release(tmp_path / "mini" / "dist" / "1.0.0", QUADS)
    return made


def told(project: Project, level: Level) -> str:
    return "\n".join(str(found.told) for found in examined(lambda: project) if found.level == level)


def test_what_is_sound_is_said_and_nothing_is_wrong(project: Project) -> None:
    fine = told(project, Level.FINE)
    assert "every library" in fine
    assert "version 1.0.0" in fine
    assert "has its sum" in fine
    assert "A query is answered" in fine
    assert told(project, Level.WRONG) == ""


def test_a_damaged_release_and_one_that_is_out_of_date_are_told(project: Project) -> None:
    assert "The files changed" in told(project, Level.ODD)
    path = project.root / "dist" / "1.0.0" / "leergraaf.nq"
    path.write_text(QUADS.replace("/a>", "/c>"), encoding="utf-8")
    assert "leergraaf.nq: the file does not have the sum" in told(project, Level.WRONG)


def test_what_is_missing_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tiny_project(tmp_path / "mini")
    assert "`kg build` makes it" in told(made, Level.ODD)
    monkeypatch.setattr(doctor, "missing_components", lambda _: [("rdflib", ">=99", "7.6.0"), ("x", ">=1", "")])
    monkeypatch.setattr(doctor, "entry_points", lambda **_: [])
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: Usage(1, 1, 5_000_000))
    monkeypatch.setattr(doctor, "_available_mb", lambda: 100)
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 0))
    wrong, odd = told(made, Level.WRONG), told(made, Level.ODD)
    assert "The library rdflib >=99 is needed; 7.6.0 is installed." in wrong
    assert "The site is not installed." in wrong
    assert "Python 3.9.0 is too old." in wrong
    assert "5 MB left" in odd
    assert "There is 100 MB of memory" in odd


def test_settings_and_a_temporary_folder_that_cannot_be_are_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", full)
    assert "No space left on device" in told(project, Level.WRONG)
    monkeypatch.setenv("KG_LOG_QUERIES", "1")
    assert "may tell of a person" in told(project, Level.ODD)
    monkeypatch.setenv("KG_RATE", "many")
    assert "KG_RATE" in told(project, Level.WRONG)


def test_a_project_that_cannot_be_read_ends_the_examination(tmp_path: Path) -> None:
    def missing() -> Project:
        return read_project(tmp_path)

    found = list(examined(missing))
    assert isinstance(found[-1].told, LoadError)
    assert found[-1].level == Level.WRONG


@pytest.mark.parametrize(("lang", "word"), [("nl", "in orde: "), ("en", "fine: ")])
def test_the_command_tells_it_in_the_readers_language(
    project: Project, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(project.root), "--lang", lang, "doctor"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(word)
    with pytest.raises(SystemExit):
        main(["--project", str(project.root), "doctor", "--format", "json"])
    assert {row["level"] for row in json.loads(capsys.readouterr().out)} <= {"fine", "odd"}
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(project.root / "nowhere"), "doctor"])
    assert ended.value.code == 1


def test_the_bill_of_materials_is_written(project: Project, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(project.root), "doctor", "--sbom", str(tmp_path / "sbom.json")])
    assert ended.value.code == 0
    assert json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))["bomFormat"] == "CycloneDX"
