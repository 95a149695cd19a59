"""A graph of another profession passes through everything: checks, release, commands, pages, workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kg.checks.validate import validate
from kg.cli.main import cli
from kg.exchange.spreadsheet.reading import grids_in
from kg.files.project import Project
from kg.graph.load import load, read_files
from kg.publish.build import ensure_release
from kg.records import Severity
from kg_web.app import create_app
from minis import mini_copy
from site_pages import page


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the small graph."""
    return mini_copy(tmp_path_factory.mktemp("mini"))


@pytest.fixture(scope="module")
def site(mini: Project) -> Iterator[Flask]:
    """The site over a release of it."""
    site = create_app(mini, ensure_release(mini))
    site.testing = True
    yield site
    site.extensions["kg.sparql"].guard.close()


def kg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_the_checks_find_nothing_that_may_not_be_published(mini: Project) -> None:
    files = read_files(mini)
    assert not validate(mini, files, load(mini, files)).at_or_above(Severity.VIOLATION)


def test_every_page_that_is_linked_opens_and_none_speaks_of_opbouwwerk(site: Flask) -> None:
    client = site.test_client()
    start = "/nl/"
    seen, found = {start}, [start]
    while found:
        address = found.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue
        read = page(answer.get_data(as_text=True))
        if "/competence/" in address or address == start:
            assert "opbouwwerk" not in read.text.lower(), address
        for link in read.hrefs:
            plain = link.partition("#")[0]
            if plain.startswith(start) and "?" not in plain and plain not in seen:
                seen.add(plain)
                found.append(plain)
    assert len(seen) > 60


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".json", ".nt", ".rdf"])
def test_a_thing_has_all_its_forms(suffix: str, site: Flask) -> None:
    answer = site.test_client().get(f"/doc/competence/c-01{suffix}", follow_redirects=True)
    assert answer.status_code == 200
    assert "https://example.org/mini/id/" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "command",
    [
        ["find", "meten"],
        ["show", "c-01"],
        ["ask", "outcomes-of-competence", "--competence", "c-01"],
        ["coverage", "mi"],
        ["gaps"],
        ["plan", "mi"],
        ["trace", "c-01"],
        ["status"],
    ],
    ids=" ".join,
)
def test_the_commands_of_designers_answer(command: list[str], mini: Project) -> None:
    done = kg("--project", mini.root, *command)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip()


def test_a_new_graph_comes_with_a_workbook_that_changes_nothing_and_takes_a_new_row(tmp_path: Path) -> None:
    folder = tmp_path / "bakker"
    assert kg("--lang", "nl", "new", folder, "--title", "Bakker").exit_code == 0
    path = folder / "bakker.xlsx"
    assert "*.xlsx" in (folder / ".gitignore").read_text(encoding="utf-8").split()
    untouched = kg("--project", folder, "--lang", "en", "sheet", "import", path)
    assert (untouched.exit_code, untouched.stdout) == (0, "")
    assert "The workbook changes nothing." in untouched.stderr
    sheets = {grid.name: grid.rows for grid in grids_in(path)}
    assert [len(sheets[name]) - 1 for name in ("Competenties", "Leereenheden", "Doelgroepen")] == [1, 1, 0]
    assert sheets["Doelgroepen"][0][:4] == ("Code", "Herkomst", "Bestand", "Naam (nl)")
    book = openpyxl.load_workbook(path)
    book["Doelgroepen"].append(["leerlingen", None, "proposal/example", "leerlingen", "apprentices"])
    book.save(path)
    done = kg("--project", folder, "--lang", "en", "sheet", "import", path)
    assert done.exit_code == 0, done.stderr
    assert "leerlingen is new: apprentices (proposal/example)" in done.stdout
    assert "1 files written" in done.stderr


def test_names_in_a_workbook_are_matched_and_come_back_in_one(mini: Project, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("namen")
    for row in (["nr", "Naam", "op", "som"], [1, "kan metten", 2.5, "=A2+1"], [7, "", None, None], [3, "vissen", True]):
        book["namen"].append(row)
    book["Sheet"]["A1"] = "een ander blad"
    book.save(tmp_path / "in.xlsx")
    done = kg("--project", mini.root, "match", tmp_path / "in.xlsx", "--column", "naam", "-o", tmp_path / "out.xlsx")
    assert done.exit_code == 0, done.output
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    rows = [["" if cell is None else cell for cell in row] for row in page.values]
    assert rows[0][:6] == ["nr", "Naam", "op", "som", "code", "iri"]
    assert [row[:5] for row in rows[1:]] == [
        ["1", "kan metten", "2.5", "=A2+1", "c-01"],
        ["7", "", "", "", ""],
        ["3", "vissen", "True", "", ""],
    ]
    shown = kg("--project", mini.root, "match", tmp_path / "in.xlsx", "--column", "naam")
    assert shown.stdout.lstrip("\ufeff").splitlines()[1].startswith("1,kan metten,2.5,=A2+1,c-01,")


def test_a_column_that_no_sheet_has_and_a_file_that_is_no_workbook_are_told(mini: Project, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Name"])
    book.save(tmp_path / "in.xlsx")
    done = kg("--project", mini.root, "--lang", "en", "match", tmp_path / "in.xlsx", "--column", "naam")
    assert done.exit_code == 2
    assert "Name" in done.stderr
    (tmp_path / "no.xlsx").write_text("naam\nx\n", encoding="utf-8")
    done = kg("--project", mini.root, "--lang", "en", "match", tmp_path / "no.xlsx", "--column", "naam")
    assert "not a workbook" in str(done.exception)
