"""How long a workbook of 20,000 rows takes to import, and how much memory: each import in a process of its own.

    python tests/bench/sheets.py
    python tests/bench/sheets.py --rows 5000

Twice: everything new (units with their outcomes and assessments, added to the shipped graph), then one cell changed in
every row of the graph that makes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parents[2]
UNIT, OUTCOME, ASSESSMENT = ("Leereenheden", "mo-1"), ("Leerresultaten", "mo-1-1"), ("Toetsen", "as-01")
OUTCOMES = 20
"""Outcomes of one unit."""


def project_in(folder: Path) -> None:
    """A copy of the shipped graph, to be changed."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "kg.toml", folder)


def kg(folder: Path, *arguments: str) -> tuple[float, float, float, str]:
    """Seconds on the clock, seconds of the processor and mebibytes that a command takes, and what it tells last."""
    told = folder / "told.txt"
    start = time.perf_counter()
    with told.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg.cli", "--project", str(folder), *arguments], stdout=out, stderr=out
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    lines = told.read_text(encoding="utf-8").splitlines()
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("\n".join(lines[-20:]))
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines[-1] if lines else ""


def rows_of(book: openpyxl.Workbook) -> int:
    """The rows of things in a workbook."""
    return sum(page.max_row - 1 for page in book.worksheets if page["A1"].value == "Code")


def model(page: Worksheet, code: str) -> dict[str, object]:
    """The cells of the row of a thing, by the head of their column."""
    heads = [cell.value for cell in page[1]]
    row = next(row for row in page.iter_rows(min_row=2, values_only=True) if row[0] == code and row[2] != "note/plan")
    return {str(head): value for head, value in zip(heads, row, strict=True)}


def added(source: Path, target: Path, rows: int) -> int:
    """The workbook with blocks of a unit, its outcomes and its assessment added until it has so many rows."""
    book = openpyxl.load_workbook(source)
    pages = {name: book[name] for name, _ in (UNIT, OUTCOME, ASSESSMENT)}
    models = {name: model(book[name], code) for name, code in (UNIT, OUTCOME, ASSESSMENT)}
    blocks = max(1, (rows - rows_of(book)) // (OUTCOMES + 2) + 1)
    for block in range(blocks):
        codes = [f"bo-{block}-{number}" for number in range(1, OUTCOMES + 1)]
        new = {
            "Leereenheden": [(f"bu-{block}", {"Heeft leerresultaat": " | ".join(codes)})],
            "Leerresultaten": [(code, {}) for code in codes],
            "Toetsen": [(f"ba-{block}", {"Toetst": " | ".join(codes)})],
        }
        for name, things in new.items():
            for code, cells in things:
                row = models[name] | {"Code": code} | cells
                for head in ("Naam (nl)", "Naam (en)"):
                    row[head] = f"{row[head]} {code}"
                pages[name].append(list(row.values()))
    book.save(target)
    return rows_of(book)


def changed(source: Path, target: Path) -> int:
    """The workbook with the Dutch definition of every thing of the blocks changed."""
    book = openpyxl.load_workbook(source)
    for name, _ in (UNIT, OUTCOME, ASSESSMENT):
        column = next(cell.column for cell in book[name][1] if cell.value == "Definitie (nl)")
        for row in book[name].iter_rows(min_row=2, min_col=1, max_col=column):
            if str(row[0].value).startswith("b"):
                row[-1].value = f"{row[-1].value[:-1]}, nader bekeken."
    book.save(target)
    return rows_of(book)


def main() -> None:
    """Prints seconds and memory of both imports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project_in(folder)
        for title, edit in (("added", lambda a, b: added(a, b, given.rows)), ("changed", changed)):
            source, target = folder / f"{title}.xlsx", folder / f"{title}-edited.xlsx"
            kg(folder, "sheet", "export", str(source))
            rows = edit(source, target)
            seconds, busy, mebibytes, told = kg(folder, "sheet", "import", str(target))
            print(
                f"{title:8} {rows} rows: {seconds:.1f} s ({busy:.1f} s busy), {mebibytes:.0f} MiB. {told}", flush=True
            )


if __name__ == "__main__":
    main()
