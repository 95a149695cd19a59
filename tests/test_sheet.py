"""The workbook: the whole graph out and back, also through LibreOffice, edits, merging, progress."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.cli.main import cli
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.csv_files import csv_files
from kg.exchange.spreadsheet.importing import read_workbook
from kg.exchange.spreadsheet.progress import Step
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.spreadsheet.values import POINTER, fits_in_a_cell, joined, separated
from kg.files.project import Project, read_project
from minis import mini_copy
from workbooks import column_of, contents, edited, exported, imported, put, write

NASTY = (
    "=1+1",
    "@x",
    "-2",
    "+3",
    "007",
    "1E5",
    "1-2",
    "2026-05-01",
    "TRUE",
    "#REF!",
    "'x",
    "''=x",
    "\"een\" en 'twee'",
    '"',
    "een\ntwee\n\ndrie",
    "tab\tin de tekst",
    "<b>&amp;</b>",
    "a | b \\ c \\| d",
    "😀 👩‍👩‍👧",
    "\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631",
    "\u202eomgekeerd\u202c",
    "regel\u2028scheiding\x85volgende",
    "{=SOM(A1)}",
    "https://example.org/?a=1&b=2",
    "x" * 32_000,
)
"""Texts that spreadsheets like to make something else of."""


@pytest.fixture(scope="module")
def workbook(shipped: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the shipped graph, in Dutch."""
    return exported(shipped, tmp_path_factory.mktemp("sheet") / "graaf.xlsx")


@pytest.fixture
def mini(tmp_path: Path) -> Project:
    """A copy of the small graph, to be written to."""
    return mini_copy(tmp_path / "mini")


def cells(path: Path) -> dict[str, list[list[object]]]:
    """What stands on the sheets of things and of the rest, but for the names that only point at a row above."""
    book = openpyxl.load_workbook(path, read_only=True)
    return {
        page.title: [[None if str(cell).startswith(POINTER) else cell for cell in row] for row in page.values]
        for page in book.worksheets
        if page.title not in {"Leesmij", "Lijsten", "_basis"}
    }


def test_the_same_graph_gives_the_same_workbook(workbook: Path, shipped: Project, tmp_path: Path) -> None:
    assert exported(shipped, tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


def test_a_workbook_that_nobody_changed_changes_nothing(workbook: Path, shipped: Project) -> None:
    before = contents(shipped)
    found = imported(shipped, workbook)
    assert (found.changes, found.lines, found.faults) == ((), (), ())
    assert found.save() == 0
    assert contents(shipped) == before


def test_every_statement_comes_back_from_csv_and_from_english_sheets(shipped: Project, tmp_path: Path) -> None:
    plan = blueprint(shipped)
    for name, content in csv_files(plan, statements_of(plan), "en").items():
        (tmp_path / name).write_bytes(content)
    found = imported(shipped, tmp_path)
    assert (found.changes, found.faults) == ((), ())


def typed(source: Path, target: Path) -> dict[str, str]:
    """The workbook of the small graph with a nasty text in a new row each; gives them by code."""
    texts = {f"n-{number:02}": text for number, text in enumerate(NASTY)}
    book = openpyxl.load_workbook(source)
    page = book["Thema's"]
    for code, text in texts.items():
        page.append([None] * page.max_column)
        row = page.max_row
        for head, value in (
            ("Code", code),
            ("Bestand", "proposal/minor"),
            ("Naam (nl)", f"thema {code}"),
            ("Soort ontwikkeling", "technologisch"),
            ("Definitie (nl)", joined([text])),
        ):
            write(page.cell(row, column_of(page, head)), value)  # type: ignore[arg-type]
    book.save(target)
    return texts


def defined(project: Project) -> dict[str, str]:
    """The definitions of the themes of a project."""
    plan = blueprint(project)
    kind = next(kind for kind in plan.kinds if kind.segment == "theme")
    return {
        kind.code_of(triple.subject.value): triple.object.value
        for triples in statements_of(plan).values()
        for triple in triples
        if kind.code_of(triple.subject.value).startswith("n-") and triple.predicate.value.endswith("#definition")
    }


def test_texts_that_look_like_something_else_stay_text_and_libreoffice_changes_nothing(
    workbook: Path, shipped: Project, mini: Project, tmp_path: Path
) -> None:
    texts = typed(exported(mini, tmp_path / "empty.xlsx"), tmp_path / "typed.xlsx")
    found = imported(mini, tmp_path / "typed.xlsx")
    assert found.refused == ()
    found.save()
    assert defined(mini) == texts
    exported(mini, tmp_path / "nasty.xlsx")
    shutil.copy(workbook, tmp_path / "graaf.xlsx")
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is missing: apt-get install libreoffice-calc-nogui"
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "saved"),
            *(str(tmp_path / name) for name in ("nasty.xlsx", "graaf.xlsx")),
        ],
        check=True,
        capture_output=True,
        env=os.environ | {"HOME": str(tmp_path)},
    )
    for project, name in ((mini, "nasty.xlsx"), (shipped, "graaf.xlsx")):
        again = imported(project, tmp_path / "saved" / name)
        assert (again.lines, again.faults) == ((), ())


_TEXT = (
    st.text(st.sampled_from("ab =+-@'\"|\\↳\n\t;,<&😀\u05d0\u0627\u202e\u200b\u2028\x85"), min_size=1, max_size=12)
    | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
    | st.sampled_from(NASTY[:-1])
)
_CELLS = [
    ("Toetsen", "as-01", "Naam (en)"),
    ("Toetsen", "as-01", "Definitie (nl)"),
    ("Leerresultaten", "u-1-1", "Naam (nl)"),
    ("Leerresultaten", "u-1-2", "Andere naam (nl)"),
    ("Leereenheden", "u-1", "Definitie (en)"),
    ("Competenties", "c-01", "Andere naam (en)"),
    ("Opleidingen", "mi", "Motivering (nl)"),
]


@settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
@given(texts=st.lists(_TEXT.filter(fits_in_a_cell), min_size=len(_CELLS), max_size=len(_CELLS)))
def test_any_text_typed_is_written_as_it_is_and_comes_out_again(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    project = mini_copy(folder / "mini")
    edits = [put(*place, joined([text])) for place, text in zip(_CELLS, texts, strict=True)]
    path = edited(exported(project, folder / "a.xlsx"), folder / "b.xlsx", *edits)
    found = imported(project, path)
    assert found.refused == ()
    come = sorted(getattr(term, "value", "") for change in found.changes for term in change.then)
    assert come == sorted(texts)
    found.save()
    assert cells(exported(project, folder / "c.xlsx")) == cells(path)
    plan = blueprint(read_project(project.root))
    for name, content in csv_files(plan, statements_of(plan), "nl").items():
        (folder / name).write_bytes(content)
    assert imported(project, folder).changes == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXT, max_size=4))
def test_several_texts_in_one_cell_come_apart_as_they_were(texts: list[str]) -> None:
    assert separated(joined(texts)) == texts


def test_changes_are_told_in_words(mini: Project, tmp_path: Path) -> None:
    path = edited(
        exported(mini, tmp_path / "a.xlsx"),
        tmp_path / "b.xlsx",
        put("Leerresultaten", "u-1-1", "Ontwikkelt", "c-02"),
        put("Toetsen", "as-01", "Naam (en)", "span test"),
        lambda book: book["Rollen"].append(["lid", None, "proposal/minor", "lid", "member"]),
    )
    assert list(imported(mini, path).lines) == [
        "Assessments as-01 measuring test",
        "  Label (en): “measuring test” → “span test”",
        "Outcomes u-1-1 measures the span of a bridge",
        "  Develops: “c-01 can measure” → “c-02 can build”",
        "Roles lid is new: member (proposal/minor)",
        "  Label (en): + member",
        "  Label (nl): + lid",
    ]


def test_what_others_changed_meanwhile_is_kept_and_a_conflict_is_told(mini: Project, tmp_path: Path) -> None:
    source = exported(mini, tmp_path / "source.xlsx")
    first = edited(source, tmp_path / "a.xlsx", put("Toetsen", "as-01", "Naam (nl)", "A"))
    assert imported(mini, first).save() == 1
    other = edited(source, tmp_path / "b.xlsx", put("Toetsen", "as-01", "Naam (en)", "B"))
    assert imported(mini, other).save() == 1
    clash = edited(source, tmp_path / "c.xlsx", put("Toetsen", "as-01", "Naam (nl)", "C"))
    found = imported(mini, clash)
    assert [fault.conflict for fault in found.refused] == [True]
    assert 'is now "A", and here stands "C"' in found.refused[0].text
    assert imported(mini, clash, prefer="graph").changes == ()
    assert imported(mini, clash, prefer="workbook").save() == 1
    assert imported(mini, first, prefer="graph").changes == ()


def test_the_steps_of_an_import_are_told_while_it_runs(mini: Project, tmp_path: Path) -> None:
    told: list[tuple[Step, int, int]] = []

    def progress(step: Step, done: int, total: int) -> None:
        told.append((step, done, total))

    source = exported(mini, tmp_path / "a.xlsx")
    path = edited(source, tmp_path / "b.xlsx", put("Toetsen", "as-01", "Naam (nl)", "A"))
    read_workbook(mini, grids_in(path, progress), "nl", progress=progress)
    assert list(dict.fromkeys(step for step, _, _ in told)) == list(Step)
    rows = [(done, total) for step, done, total in told if step is Step.TAKE]
    assert rows[-1][0] == rows[-1][1] > 50


@pytest.mark.parametrize("terminal", [False, True])
def test_a_bar_is_shown_on_a_terminal_only(terminal: bool, mini: Project, tmp_path: Path) -> None:
    path = exported(mini, tmp_path / "a.xlsx")
    env = {"FORCE_COLOR": "1"} if terminal else {"FORCE_COLOR": None, "TTY_COMPATIBLE": None}
    done = CliRunner(env=env).invoke(cli, ["--project", str(mini.root), "sheet", "import", str(path)])
    assert done.exit_code == 0
    assert ("Vergelijken met de graaf" in done.stderr) is terminal
    assert done.stderr.endswith("Het werkboek verandert niets.\n")
