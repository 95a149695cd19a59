"""The workbook: the whole graph out and back, edits, faults at their cells, merging, hostile files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.csv_files import csv_files
from kg.exchange.spreadsheet.importing import Import, read_workbook
from kg.exchange.spreadsheet.marking import marked
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.spreadsheet.values import fits_in_a_cell, joined, separated
from kg.exchange.spreadsheet.workbook import workbook
from kg.files.project import Project, read_project

ROOT = Path(__file__).parents[1]
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the shipped graph, in Dutch."""
    plan = blueprint(read_project(ROOT))
    path = tmp_path_factory.mktemp("sheet") / "graaf.xlsx"
    path.write_bytes(workbook(plan, statements_of(plan), "nl"))
    return path


@pytest.fixture
def copied(tmp_path: Path) -> Project:
    """A copy of the shipped graph, to be written to."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "kg.toml", tmp_path)
    return read_project(tmp_path)


def put(sheet: str, code: str, title: str, value: object, file: str = "") -> Edit:
    """An edit of one cell, found by code, file and head."""

    def edit(book: openpyxl.Workbook) -> None:
        page = book[sheet]
        column = next(cell.column for cell in page[1] if cell.value == title)
        row = next(
            number
            for number in range(2, page.max_row + 1)
            if page.cell(number, 1).value == code and file in ("", page.cell(number, 3).value)
        )
        cell = page.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"

    return edit


def edited(source: Path, target: Path, *edits: Edit) -> Path:
    book = openpyxl.load_workbook(source)
    for edit in edits:
        edit(book)
    book.save(target)
    return target


def imported(project: Project, path: Path, **options: str) -> Import:
    return read_workbook(project, grids_in(path), "en", **options)


def contents(project: Project) -> dict[str, bytes]:
    return {project.relative(path): path.read_bytes() for path in sorted(project.folder("data").rglob("*.ttl"))}


def test_the_same_graph_gives_the_same_workbook(exported: Path) -> None:
    plan = blueprint(read_project(ROOT))
    assert workbook(plan, statements_of(plan), "nl") == exported.read_bytes()


def test_a_workbook_that_nobody_changed_changes_nothing(exported: Path, copied: Project) -> None:
    before = contents(copied)
    found = imported(copied, exported)
    assert (found.changes, found.faults) == ((), ())
    assert found.save() == 0
    assert contents(copied) == before


def test_every_statement_comes_back_from_csv_and_from_english_sheets(tmp_path: Path) -> None:
    project = read_project(ROOT)
    plan = blueprint(project)
    for name, content in csv_files(plan, statements_of(plan), "en").items():
        (tmp_path / name).write_bytes(content)
    found = imported(project, tmp_path)
    assert (found.changes, found.faults) == ((), ())


def test_edits_are_told_in_words_written_and_exported_again(exported: Path, copied: Project, tmp_path: Path) -> None:
    texts = {"mo-1-3": "=1+1", "mo-1-4": "@x", "mo-1-5": "-2", "mo-2-1": '"een"\n\u05d0\u05d1 😀'}
    edits = [put("Leerresultaten", code, "Naam (nl)", text) for code, text in texts.items()]
    path = edited(exported, tmp_path / "e.xlsx", *edits, put("Leereenheden", "mo-2", "Definitie (en)", "Other."))
    found = imported(copied, path)
    assert found.refused == ()
    assert "  Naam (nl): “een buurtvraagstuk breed analyseren” → “@x”" in [
        line.replace("Label", "Naam") for line in found.lines
    ]
    assert found.save() == 2
    plan = blueprint(copied)
    (tmp_path / "again.xlsx").write_bytes(workbook(plan, statements_of(plan), "nl"))
    again = openpyxl.load_workbook(tmp_path / "again.xlsx")
    meant = openpyxl.load_workbook(path)
    for name in meant.sheetnames[1:-1]:
        values = [[cell.value for cell in row] for row in meant[name].iter_rows()]
        assert name == "Lijsten" or [[cell.value for cell in row] for row in again[name].iter_rows()] == [
            [("↳ " + texts[row[0]] if str(cell).startswith("↳") and row[0] in texts else cell) for cell in row]
            for row in values
        ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=4))
def test_several_texts_in_one_cell_come_apart_as_they_were(texts: list[str]) -> None:
    assert separated(joined(texts)) == texts


@settings(max_examples=2, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(fits_in_a_cell))
def test_any_text_typed_as_a_name_is_read_as_it_is(
    exported: Path, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("typed") / "e.xlsx"
    edited(exported, path, put("Toetsen", "as-01", "Naam (en)", joined([text])))
    found = imported(read_project(ROOT), path)
    then = {getattr(term, "value", "") for change in found.changes for term in change.then}
    assert then in ({text}, set())


FAULTS: list[tuple[str, Edit, str, str]] = [
    ("row gone", lambda book: book["Wetten"].delete_rows(3), "Wetten", "is gone; what is published is not deleted"),
    (
        "unknown code",
        put("Leerresultaten", "mo-1-1", "Ontwikkelt", "ow-7"),
        "Leerresultaten!K18",
        "Did you mean ow-07?",
    ),
    ("wrong kind", put("Leerresultaten", "mo-1-2", "Ontwikkelt", "mo-1"), "Leerresultaten!K19", "is of the kind"),
    ("no number", put("Leereenheden", "mo-1", "Studiepunten", "vijf"), "Leereenheden!L12", '"vijf" is not a number'),
    ("missing label", put("Toetsen", "as-01", "Naam (nl)", None), "Toetsen!D2", "the name is missing"),
    ("no boolean", put("Toetsen", "as-02", "Vervallen", "misschien"), "Toetsen!P3", "is neither yes nor no"),
    ("formula", lambda book: setattr(book["Toetsen"]["D4"], "value", "=A1&A2"), "Toetsen!D4", "a formula (=A1&A2)"),
    ("date in a code", put("Toetsen", "as-04", "Code", datetime(2026, 2, 1)), "Toetsen!A5", "made a date of this"),
    ("code form", put("Toetsen", "as-05", "Code", "AS 02"), "Toetsen!A6", "is no code"),
    ("changed code", put("Toetsen", "as-06", "Code", "as-99"), "Toetsen!A7", "the code of a published thing changed"),
    ("double code", put("Toetsen", "as-07", "Code", "as-01"), "Toetsen!A8", "stands in row 2 too"),
    ("unknown file", put("Toetsen", "as-08", "Bestand", "proposal/ases"), "Toetsen!C9", "there is no data file"),
    ("two languages", put("Toetsen", "as-09", "Naam (nl)", '"T"@nl "T"@en'), "Toetsen!D10", "texts in two languages"),
    ("two values", put("Toetsen", "as-10", "Naam (nl)", "een | twee"), "Toetsen!D11", "2 values where one goes"),
    ("float as text", put("Toetsen", "as-11", "Naam (en)", 3.5), "Toetsen!E12", "a number (3.5) where text goes"),
    (
        "unknown column",
        lambda book: setattr(book["Rollen"].cell(1, 60), "value", "Nm nl"),
        "Rollen!BH1",
        "unknown column",
    ),
    ("unknown sheet", lambda book: setattr(book.create_sheet("Toetsn")["A1"], "value", "x"), "Toetsn", "not known"),
    ("no head", lambda book: setattr(book["Pilots"]["E1"], "value", None), "Pilots!E1", "without a head"),
    ("column gone", lambda book: setattr(book["Agenda's"]["E1"], "value", None), "Agenda's!A1", "is missing"),
]


@pytest.fixture(scope="module")
def at_fault(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Import:
    """What is said of a workbook with all of these faults."""
    path = tmp_path_factory.mktemp("faults") / "e.xlsx"
    return imported(read_project(ROOT), edited(exported, path, *(edit for _, edit, _, _ in FAULTS)))


@pytest.mark.parametrize(("place", "text"), [case[2:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_fault_is_told_at_its_cell(place: str, text: str, at_fault: Import) -> None:
    assert [fault for fault in at_fault.refused if str(fault.place) == place and text in fault.text], at_fault.refused


def test_nothing_is_told_that_is_no_fault(at_fault: Import) -> None:
    planted = {place for _, _, place, _ in FAULTS} | {"Pilots!A1", "Agenda's!E1"}
    assert {str(fault.place) for fault in at_fault.refused} == planted


def test_the_workbook_is_handed_back_with_the_faults_marked(exported: Path, tmp_path: Path) -> None:
    path = edited(exported, tmp_path / "e.xlsx", FAULTS[1][1])
    found = imported(read_project(ROOT), path)
    (tmp_path / "f.xlsx").write_bytes(marked(path, found.faults, "nl"))
    page = openpyxl.load_workbook(tmp_path / "f.xlsx")["Leerresultaten"]
    assert "ow-07" in page[found.faults[0].place.cell].comment.text


def test_what_others_changed_meanwhile_is_kept_and_a_conflict_is_told(
    exported: Path, copied: Project, tmp_path: Path
) -> None:
    title = "Naam (nl)"
    assert imported(copied, edited(exported, tmp_path / "a.xlsx", put("Toetsen", "as-01", title, "A"))).save() == 1
    other = edited(exported, tmp_path / "b.xlsx", put("Toetsen", "as-02", title, "B"))
    assert imported(copied, other).save() == 1
    clash = edited(exported, tmp_path / "c.xlsx", put("Toetsen", "as-01", title, "C"))
    found = imported(copied, clash)
    assert [fault.conflict for fault in found.refused] == [True]
    assert 'is now "A", and here stands "C"' in found.refused[0].text
    assert imported(copied, clash, prefer="graph").changes == ()
    assert imported(copied, clash, prefer="workbook").save() == 1


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)


def with_part(name: str, content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            parts = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"} | {name: content}
            for part, text in parts.items():
                archive.writestr(part, text)

    return make


HOSTILE: list[tuple[str, Callable[[Path], object], str]] = [
    ("bomb.xlsx", bomb, "unpacks to more"),
    ("macro.xlsm", with_part("xl/vbaProject.bin", b"x"), "holds macros"),
    ("links.xlsx", with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "links to other files"),
    ("entity.xlsx", with_part("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "declares entities"),
    (
        "secret.xlsx",
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        "protected with a password",
    ),
    ("old.xls", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "an old Excel file"),
    ("open.ods", with_part("mimetype", b"x"), "an OpenDocument file"),
    ("text.xlsx", lambda path: path.write_bytes(b"code,naam\n"), "not a workbook"),
    ("empty.xlsx", lambda path: path.write_bytes(b""), "not a workbook"),
    ("cut.xlsx", lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 40), "damaged or cut off"),
]


@pytest.mark.parametrize(("name", "make", "text"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_a_hostile_file_is_refused_with_the_reason(
    name: str, make: Callable[[Path], object], text: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(ExchangeError, match=text):
        grids_in(tmp_path / name)
