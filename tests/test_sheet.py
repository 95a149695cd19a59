"""The workbook: the whole graph out and back, texts in cells, hostile files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.blueprint import blueprint, statements_of
from kg.exchange.spreadsheet.importing import Import, read_workbook
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.spreadsheet.values import joined, separated
from kg.exchange.spreadsheet.workbook import workbook
from kg.files.project import Project, read_project

ROOT = Path(__file__).parents[1]


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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=4))
def test_several_texts_in_one_cell_come_apart_as_they_were(texts: list[str]) -> None:
    assert separated(joined(texts)) == texts


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
