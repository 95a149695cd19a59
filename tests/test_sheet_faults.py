"""Faults planted in a workbook: each is told at its cell, in Dutch, and nothing else is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell

from kg.exchange.spreadsheet.blueprint import blueprint
from kg.exchange.spreadsheet.columns import Form
from kg.exchange.spreadsheet.importing import Import
from kg.exchange.spreadsheet.marking import marked
from kg.files.project import Project
from workbooks import cell_of, column_of, exported, imported, write

CASES = tomllib.loads((Path(__file__).parent / "cases" / "sheet-faults.toml").read_text(encoding="utf-8"))
FAULTS: list[dict[str, Any]] = CASES["fault"]
HONEST: list[dict[str, Any]] = CASES["honest"]
_LAST = ("row gone", "column gone", "title", "sheet")
"""Edits after which other cells stand elsewhere come last."""


@pytest.fixture(scope="module")
def workbook(shipped: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the shipped graph, in Dutch."""
    return exported(shipped, tmp_path_factory.mktemp("sheet") / "graaf.xlsx")


def plant(book: openpyxl.Workbook, case: dict[str, Any]) -> str:
    """Makes the edit of a case; gives the place where it is to be told."""
    name = case["sheet"]
    if case.get("as") == "sheet":
        write(book.create_sheet(name)["A1"], case["put"])
        return name
    page = book[name]
    told = {"A1": f"{name}!A1", "sheet": name}.get(case.get("at", ""), "")
    match case.get("as", ""):
        case "title":
            page.title = case["put"]
            return str(case["put"])
        case "row gone":
            page.delete_rows(cell_of(page, case["code"], "Code").row)
        case "column gone":
            page.delete_cols(column_of(page, case["head"]))
        case "column moved":
            page.insert_cols(3)
            for row in page.iter_rows(min_col=3, max_col=3):
                row[0].value = page.cell(row[0].row, column_of(page, case["head"])).value if row[0].row > 1 else None
            page.delete_cols(column_of(page, case["head"]))
            page.cell(1, 3).value = case["head"]
        case "new head":
            told = write_at(page.cell(1, page.max_column + 1), case["put"])
        case "head":
            told = write_at(page.cell(1, column_of(page, case["head"])), case.get("put"))
        case "row":
            page.append([case["cells"].get(cell.value) for cell in page[1]])
            told = place(page.cell(page.max_row, column_of(page, case["head"])))
        case "copy":
            number = cell_of(page, case["code"], "Code").row
            page.append([cell.value for cell in page[number]])
            told = place(page.cell(page.max_row, column_of(page, case["head"])))
        case kind:
            told = told or plant_value(page, case, kind)
    return told


def plant_value(page: Any, case: dict[str, Any], kind: str) -> str:
    """Puts a value in one cell, and what goes with it in others of its row."""
    if "head" not in case:
        return ""
    if "row" in case:
        cell = page.cell(case["row"], column_of(page, case["head"]))
    else:
        cell = cell_of(page, case["code"], case["head"], case.get("file", ""))
    for head, value in case.get("with", {}).items():
        write(page.cell(cell.row, column_of(page, head)), value)
    if "copy" in case:
        write(cell, cell_of(page, case["code"], case["head"], case["copy"]).value)
    elif kind == "told":
        pass
    elif kind == "merged":
        page.merge_cells(start_row=cell.row, end_row=cell.row + 1, start_column=cell.column, end_column=cell.column + 1)
    else:
        write(cell, case.get("put"))
        if kind in {"formula", "error"}:
            cell.data_type = kind[0]
    return place(cell)


def write_at(cell: Cell, value: object) -> str:
    write(cell, value)
    return place(cell)


def place(cell: Cell) -> str:
    return f"{cell.parent.title}!{cell.coordinate}"


@pytest.fixture(scope="module")
def faulty(shipped: Project, workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workbook with all faults and all honest edits in it, and where each fault is to be told."""
    book = openpyxl.load_workbook(workbook)
    cases = sorted([*FAULTS, *HONEST], key=lambda case: case.get("as") in _LAST)
    places = {case["name"]: plant(book, case) for case in cases}
    path = tmp_path_factory.mktemp("faults") / "graaf.xlsx"
    book.save(path)
    return path, places


@pytest.fixture(scope="module")
def found(shipped: Project, faulty: tuple[Path, dict[str, str]]) -> Import:
    """What is said of it."""
    return imported(shipped, faulty[0], "nl")


def test_sixty_faults_are_planted_in_all_kinds_of_cells() -> None:
    assert len(FAULTS) >= 60
    assert len({case["sheet"] for case in FAULTS}) >= 20


@pytest.mark.parametrize("case", FAULTS, ids=[case["name"] for case in FAULTS])
def test_a_fault_is_told_at_its_cell(case: dict[str, Any], faulty: tuple[Path, dict[str, str]], found: Import) -> None:
    there = faulty[1][case["name"]]
    assert any(case["says"] in fault.text for fault in found.faults if str(fault.place) == there), [
        str(fault) for fault in found.faults if fault.place.sheet == there.partition("!")[0]
    ]


def test_nothing_is_told_that_is_no_fault(faulty: tuple[Path, dict[str, str]], found: Import) -> None:
    planted = {(faulty[1][case["name"]], case["says"]) for case in FAULTS}
    more = [
        str(fault)
        for fault in found.faults
        if not any(str(fault.place) == there and says in fault.text for there, says in planted)
    ]
    assert more == []


def test_faults_come_in_the_order_of_the_sheets(faulty: tuple[Path, dict[str, str]], found: Import) -> None:
    order = openpyxl.load_workbook(faulty[0], read_only=True).sheetnames
    places = [(order.index(fault.place.sheet), fault.place.row, fault.place.column) for fault in found.faults]
    assert places == sorted(places)


def test_the_workbook_is_handed_back_with_every_fault_marked(
    faulty: tuple[Path, dict[str, str]], found: Import, tmp_path: Path
) -> None:
    (tmp_path / "f.xlsx").write_bytes(marked(faulty[0], found.faults, "nl"))
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    listed = [(row[0], row[1]) for row in book["Fouten"].iter_rows(values_only=True)]
    assert listed == [(str(fault.place), fault.text) for fault in found.faults]
    for fault in found.faults:
        comment = book[fault.place.sheet][fault.place.cell or "A1"].comment
        assert comment is not None
        assert fault.text in comment.text


def test_every_column_of_links_refuses_a_code_that_is_not_there(
    shipped: Project, workbook: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(workbook)
    plan = blueprint(shipped)
    planted = set()
    for kind in plan.kinds:
        page = book[kind.title.within("nl")]
        for column in kind.columns:
            if column.form is Form.LINK and page.max_row > 1:
                planted.add(write_at(page.cell(page.max_row, column_of(page, column.title.within("nl"))), "zz-99"))
    book.save(tmp_path / "e.xlsx")
    told = imported(shipped, tmp_path / "e.xlsx", "nl").refused
    assert {str(fault.place) for fault in told} == planted
    assert all('"zz-99"' in fault.text for fault in told)
    assert len(planted) > 100
