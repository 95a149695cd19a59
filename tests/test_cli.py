"""The command `kg` as its users meet it: what it prints, in which language, and how it exits."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.cli import main

MINI = Path(__file__).parent / "data" / "mini"


@dataclass(frozen=True)
class Ran:
    """What one run of the command gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def kg(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.delenv("KG_LANG", raising=False)

    def run(*arguments: str, project: Path = MINI, lang: str = "en") -> Ran:
        code = 0
        try:
            main(["--project", str(project), "--lang", lang, *arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        output = capsys.readouterr()
        return Ran(code, output.out, output.err)

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the mini project that may be spoilt."""
    root = tmp_path / "tests" / "data" / "mini"
    shutil.copytree(MINI, root)
    for folder in ("ontology", "queries"):
        (tmp_path / folder).symlink_to(MINI.parents[2] / folder)
    return root


def test_show_tells_links_both_ways_with_their_origin(kg) -> None:
    ran = kg("show", "u-2")
    assert ran.code == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert any(line[0] == "←" and "u-3" in line and "proposed" in line for line in lines if line)
    assert any(line[0] == "→" and "nlqf-6" in line for line in lines if line)


def test_show_gives_turtle_that_can_be_read(kg) -> None:
    import pyoxigraph as ox

    ran = kg("show", "u-2", "--format", "ttl")
    assert len(list(ox.parse(input=ran.out, format=ox.RdfFormat.TURTLE))) > 10


def test_a_query_from_a_file_and_from_standard_input(kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SELECT ?unit WHERE { ?unit a lg:LearningUnit ; lg:credits ?c } ORDER BY ?unit"
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    wanted = [["unit"], *[[f"https://example.org/mini/id/unit/u-{n}"] for n in (1, 2, 3)]]
    assert list(csv.reader(io.StringIO(kg("sparql", str(tmp_path / "q.rq"), "-f", "csv").out))) == wanted
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert "u-3" in kg("sparql", "-").out


def test_find_lists_or_says_that_there_is_nothing(kg) -> None:
    assert "t-1" in kg("find", "brug", "ontwerpen").out
    ran = kg("find", "xyzzy")
    assert (ran.code, ran.out) == (0, "")
    assert "xyzzy" in ran.err
    rows = list(csv.DictReader(io.StringIO(kg("find", "ontwerpen", "-f", "csv").out)))
    assert {"thing", "kind", "code", "label"} == set(rows[0])


def test_find_adds_what_resembles_the_words_when_few_things_hold_them(kg) -> None:
    ran = kg("find", "ontwrepen")
    assert "~" in ran.out
    assert "t-1" in ran.out
    assert "ontwrepen" in ran.err
    assert kg("find", "ontwrepen", "-f", "csv").out.splitlines() == ["thing,kind,code,label"]


def test_check_exits_by_severity_and_speaks_the_readers_language(kg) -> None:
    assert kg("check").code == 0
    warned = kg("check", "--fail-on", "warning")
    assert warned.code == 1
    assert "data/note/craft.ttl:" in warned.out
    assert "warning:" in warned.out
    dutch = kg("check", lang="nl").out
    assert "leerresultaat" in dutch
    assert "Overtredingen: 0." in dutch


def test_check_gives_json_and_sarif_with_file_and_line(kg) -> None:
    found = json.loads(kg("check", "-f", "json").out)["findings"]
    assert all(entry["file"] and entry["line"] for entry in found if entry["severity"] == "warning")
    sarif = json.loads(kg("check", "-f", "sarif").out)
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == len(found)


def test_a_planted_fault_is_told_at_its_line(kg, project: Path) -> None:
    path = project / "data" / "proposal" / "minor.ttl"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(i for i, line in enumerate(lines, start=1) if "lg:credits 5.0" in line)
    lines[number - 1] = lines[number - 1].replace("5.0", "-5.0")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = kg("check", project=project)
    assert ran.code == 1
    assert f"data/proposal/minor.ttl:{number}: violation:" in ran.out


def test_fmt_restores_the_layout_and_changes_nothing_twice(kg, project: Path) -> None:
    path = project / "data" / "proposal" / "minor.ttl"
    wanted = path.read_text(encoding="utf-8")
    path.write_text(wanted.replace(" ;\n    ", "; "), encoding="utf-8")
    assert kg("fmt", "--check", project=project).code == 1
    assert kg("fmt", project=project).out.strip() == "data/proposal/minor.ttl"
    assert path.read_text(encoding="utf-8") == wanted
    assert kg("fmt", "--check", project=project).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "u-9"], "There is nothing called u-9 in this graph. Did you mean u-"),
        (["ask", "units-of-competense"], "There is no question called units-of-competense."),
        (["sparql", "nope.rq"], "nope.rq: this file does not exist."),
        (["fmt", "nope.ttl"], "nope.ttl: this file does not exist."),
        (["sources", "verify", "--text", "nope.txt", "--source", "boek"], "nope.txt: this file does not exist."),
    ],
)
def test_wrong_use_is_one_line_on_stderr_and_exit_2(kg, arguments: list[str], told: str) -> None:
    ran = kg(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_errors_are_told_in_dutch_as_well(kg) -> None:
    ran = kg("show", "u-9", lang="nl")
    assert ran.code == 2
    assert "Er is in deze graaf niets dat u-9 heet." in ran.err
    assert "Bedoelde u" in ran.err


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda path: path.write_text("lg:a lg:b lg:c .\n", encoding="utf-8"),
            "minor.ttl:1: broken Turtle: The prefix lg:",
        ),
        (lambda path: path.write_bytes(b"<a:a> <b:b> '\xff' ."), "minor.ttl:1: this is not UTF-8 text"),
        (lambda path: path.write_text("<a:a> <b:b> \n", encoding="utf-8"), "minor.ttl:2: broken Turtle"),
    ],
)
def test_a_spoilt_file_is_one_line_with_its_place_and_nothing_is_written(kg, project: Path, spoil, told: str) -> None:
    spoil(project / "data" / "proposal" / "minor.ttl")
    for command in ("check", "build", "fmt"):
        ran = kg(command, project=project)
        assert ran.code == 2, command
        assert told in ran.err
    assert not (project / "dist").exists()


def test_a_malformed_header_is_told(kg, project: Path) -> None:
    queries = project.parents[2] / "queries"
    copied = project / "queries"
    shutil.copytree(queries, copied)
    settings = project / "kg.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('"../../../queries"', '"queries"'), encoding="utf-8"
    )
    (copied / "questions" / "fout.rq").write_text("#+ titel@nl: x\nSELECT ?x WHERE { ?x ?p ?o }", encoding="utf-8")
    ran = kg("ask", project=project)
    assert ran.code == 2
    assert "fout.rq:1: a header has no key 'titel@nl'" in ran.err


def test_a_command_that_does_not_exist_is_wrong_use(kg) -> None:
    ran = kg("aks")
    assert ran.code == 2
    assert "No such command" in ran.err


def test_a_reader_that_stops_reading_is_no_error() -> None:
    environment = {**os.environ, "KG_PROJECT": str(MINI)}
    command = f"{sys.executable} -m kg.cli ask --format csv | head -1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=False)
    assert ran.stderr == ""


def test_every_module_of_commands_is_listed_whole() -> None:
    from importlib import import_module

    from kg.cli.main import _MODULES

    for module, names in _MODULES.items():
        assert {command.name for command in import_module(f"kg.cli.{module}").COMMANDS} == set(names)
    found = {path.stem for path in Path(import_module("kg.cli").__file__ or "").parent.glob("*ing.py")}
    assert found == set(_MODULES)
