"""Files that are no honest workbook: each is refused with the reason, and soon."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kg.errors import KgError
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.csv_files import csv_files
from kg.exchange.spreadsheet.marking import marked
from kg.exchange.spreadsheet.reading import grids_in
from kg.files.project import Project
from minis import mini_copy
from workbooks import exported, imported

Make = Callable[[Path, bytes], object]
"""Writes a file, given an honest workbook."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
_LAUGHS = b"<!DOCTYPE x [" + b'<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">' + b"]><x>&b;</x>"


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the small graph."""
    return mini_copy(tmp_path_factory.mktemp("mini"))


@pytest.fixture(scope="module")
def honest(mini: Project, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Its workbook."""
    return exported(mini, tmp_path_factory.mktemp("honest") / "g.xlsx").read_bytes()


def changed(part: str, content: bytes | None = None, *, packed: int = zipfile.ZIP_DEFLATED) -> Make:
    """The honest workbook with a part put in, or put in place of what it had; None takes it out."""

    def make(path: Path, honest: bytes) -> None:
        path.with_suffix(".zip").write_bytes(honest)
        with zipfile.ZipFile(path.with_suffix(".zip")) as old, zipfile.ZipFile(path, "w", packed) as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
            if content is not None:
                new.writestr(part, content)

    return make


def encrypted(path: Path, honest: bytes) -> None:
    """Every part says of itself that it needs a password."""
    data = bytearray(honest)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + flags] |= 1
            start = data.find(mark, start + 4)
    path.write_bytes(data)


def flipped(path: Path, honest: bytes) -> None:
    """One byte in the middle is another."""
    data = bytearray(honest)
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def twice(path: Path, honest: bytes) -> None:
    path.write_bytes(honest)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<x/>")


HOSTILE: list[tuple[str, Make, str]] = [
    ("bomb.xlsx", changed("xl/media/image1.png", b"0" * 60_000_000), "unpacks to more"),
    ("macro.xlsm", changed("xl/vbaProject.bin", b"x"), "holds macros"),
    (
        "type.xlsm",
        changed(
            "[Content_Types].xml",
            b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        ),
        "holds macros",
    ),
    ("links.xlsx", changed("xl/externalLinks/externalLink1.xml", b"<x/>"), "links to other files"),
    ("entity.xlsx", changed("xl/workbook.xml", _LAUGHS), "xl/workbook.xml declares entities"),
    ("laughs.xlsx", changed("xl/sharedStrings.xml", b" \n" + _LAUGHS), "xl/sharedStrings.xml declares entities"),
    ("hidden.xlsx", changed("xl/worksheets/sheet1.bin", b"\xef\xbb\xbf" + _LAUGHS), "sheet1.bin declares entities"),
    ("utf16.xlsx", changed("xl/workbook.xml", "<!DOCTYPE x><x/>".encode("utf-16")), "is not UTF-8"),
    ("ebcdic.xlsx", changed("xl/workbook.xml", b'<?xml version="1.0" encoding="cp037"?><x/>'), "is not UTF-8"),
    ("secret.xlsx", lambda path, _: path.write_bytes(_OLE), "protected with a password, or an old Excel file"),
    ("locked.xlsx", encrypted, "protected with a password"),
    ("old.xls", lambda path, _: path.write_bytes(_OLE), "an old Excel file"),
    ("open.ods", changed("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument file"),
    ("binary.xlsb", changed("xl/workbook.xml"), "not an Excel workbook"),
    ("text.xlsx", lambda path, _: path.write_bytes(b"code,naam\n"), "not a workbook"),
    ("empty.xlsx", lambda path, _: path.write_bytes(b""), "not a workbook"),
    ("half.xlsx", lambda path, honest: path.write_bytes(honest[: len(honest) // 2]), "damaged or cut off"),
    ("head.xlsx", lambda path, _: path.write_bytes(b"PK\x03\x04" + b"\0" * 40), "damaged or cut off"),
    ("flipped.xlsx", flipped, "damaged"),
    ("twice.xlsx", twice, "parts that stand in it twice"),
    ("broken.xlsx", changed("xl/workbook.xml", b"<x>"), "the workbook is damaged"),
    ("sheet.xlsx", changed("xl/worksheets/sheet2.xml", b"<worksheet><sheetData><row"), "the workbook is damaged"),
    (
        "rows.xlsx",
        changed("xl/worksheets/sheet2.xml", _SHEET.format('<sheetData><row r="999999999"/></sheetData>').encode()),
        "more than 200000 rows",
    ),
]


@pytest.mark.parametrize(("name", "make", "text"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_a_hostile_file_is_refused_with_the_reason(
    name: str, make: Make, text: str, honest: bytes, tmp_path: Path
) -> None:
    make(tmp_path / name, honest)
    with pytest.raises(KgError, match=text):
        grids_in(tmp_path / name)


def test_a_hostile_file_is_not_opened_to_mark_faults_either(honest: bytes, tmp_path: Path) -> None:
    changed("xl/vbaProject.bin", b"x")(tmp_path / "m.xlsm", honest)
    with pytest.raises(KgError, match="holds macros"):
        marked(tmp_path / "m.xlsm", [], "nl")


def test_what_a_sheet_says_of_its_size_is_not_believed(honest: bytes, tmp_path: Path) -> None:
    (tmp_path / "g.xlsx").write_bytes(honest)
    before = grids_in(tmp_path / "g.xlsx")
    with zipfile.ZipFile(tmp_path / "g.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet2.xml")
    start, end = text.index(b'<dimension ref="') + 16, text.index(b'"/>', text.index(b"<dimension"))
    for size in (b"A1:XFD1048576", b"A1"):
        path = tmp_path / f"{len(size)}.xlsx"
        changed("xl/worksheets/sheet2.xml", text[:start] + size + text[end:])(path, honest)
        assert sorted(grids_in(path), key=str) == sorted(before, key=str)


def test_rows_far_below_the_others_are_read(mini: Project, honest: bytes, tmp_path: Path) -> None:
    (tmp_path / "g.xlsx").write_bytes(honest)
    book = openpyxl.load_workbook(tmp_path / "g.xlsx")
    book["Toetsen"].cell(90_000, 1).value = "AS 9"
    book.save(tmp_path / "e.xlsx")
    assert [str(fault.place) for fault in imported(mini, tmp_path / "e.xlsx").refused] == ["Toetsen!A90000"]


def test_a_workbook_without_its_state_or_of_another_graph_is_refused(
    shipped: Project, mini: Project, honest: bytes, tmp_path: Path
) -> None:
    (tmp_path / "g.xlsx").write_bytes(honest)
    with pytest.raises(KgError, match="belongs to another graph"):
        imported(shipped, tmp_path / "g.xlsx")
    for name, edit, text in (
        ("gone", lambda book: book.remove(book["_basis"]), "does not tell which state"),
        ("damaged", lambda book: setattr(book["_basis"]["A4"], "value", "0" * 64), "is damaged"),
        ("cut", lambda book: book["_basis"].delete_rows(5), "does not tell which state"),
    ):
        book = openpyxl.load_workbook(tmp_path / "g.xlsx")
        edit(book)
        book.save(tmp_path / f"{name}.xlsx")
        with pytest.raises(KgError, match=text):
            imported(mini, tmp_path / f"{name}.xlsx")


CODINGS: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("utf-16", lambda data: data.decode("utf-8-sig").encode("utf-16"), r"Toetsen.csv:1: this is not UTF-8"),
    ("latin-1", lambda data: data + "é".encode("latin-1"), r"Toetsen.csv:\d+: this is not UTF-8"),
    ("quote", lambda data: data + b'"' + b"x" * 11_000_000, "not CSV: field larger"),
]


@pytest.mark.parametrize(("name", "recode", "text"), CODINGS, ids=[name for name, _, _ in CODINGS])
def test_csv_in_another_encoding_is_refused_with_its_line(
    name: str, recode: Callable[[bytes], bytes], text: str, mini: Project, tmp_path: Path
) -> None:
    plan = blueprint(mini)
    for file, content in csv_files(plan, statements_of(plan), "nl").items():
        (tmp_path / file).write_bytes(recode(content) if file == "Toetsen.csv" else content)
    with pytest.raises(KgError, match=text):
        grids_in(tmp_path)


def test_a_folder_without_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="no CSV files"):
        grids_in(tmp_path)
