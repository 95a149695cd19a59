"""A table with names comes back with the things they mean: nothing lost, every fault at its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg as library
from kg.cli import main
from kg.exchange.imports.content import Content
from kg.exchange.matched import ADDED, Matched, matched
from kg.graph.find import label_of
from kg.graph.match import index_of

MINI = Path(__file__).parent / "data" / "mini"
STORE = library.load(MINI).store
INDEX = index_of(STORE)
LABEL = label_of(STORE, STORE.names.thing("competence", "c-02"), "nl")


def made(text: str | bytes, column: str = "naam", encoding: str = "") -> Matched:
    data = text.encode() if isinstance(text, str) else text
    found, faults = matched(
        Content("t.csv", data), column, INDEX, lambda iri: label_of(STORE, iri, "nl"), encoding=encoding
    )
    assert found is not None, [fault.line("en") for fault in faults]
    return found


def faults(text: str | bytes, column: str = "naam") -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    found, told = matched(Content("t.csv", data), column, INDEX, lambda iri: label_of(STORE, iri, "nl"))
    assert found is None
    return [fault.line("en") for fault in told]


def rows(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_code_iri_label_score_and_verdict_stand_behind_the_own_columns() -> None:
    found = made(f"nr,naam\n1,{LABEL.upper()}\n2,\n3,zzyzx qwerty\n")
    header, first, second, third = rows(found.data)
    assert header == ["nr", "naam", *ADDED]
    assert first[2:7] == ["c-02", STORE.names.thing("competence", "c-02"), LABEL, "100", "safe"]
    assert second == ["2", "", *[""] * len(ADDED)]
    assert third[6] == "none"
    assert found.counts == {"safe": 1, "doubtful": 0, "none": 1}
    assert [(row, name) for row, name, *_ in found.open_names] == [(4, "zzyzx qwerty")]


@pytest.mark.parametrize(
    ("encoding", "mark", "marked"),
    [("utf-8", b"", False), ("utf-8", b"\xef\xbb\xbf", True), ("utf-16", b"", True)],
)
def test_a_table_from_excel_is_read_as_it_is(encoding: str, mark: bytes, marked: bool) -> None:
    text = f'nr;naam;opmerking\r\n1;{LABEL};"é; ""ja"""\r\n'
    found = made(mark + text.encode(encoding))
    assert found.data.startswith(b"\xef\xbb\xbf") == marked
    assert b"\r\n" in found.data
    assert rows(found.data, ";")[1][:4] == ["1", LABEL, 'é; "ja"', "c-02"]


def test_another_encoding_is_read_when_it_is_named_and_told_of_when_it_is_not() -> None:
    data = "naam;x\r\nbouwen;één\r\n".encode("windows-1252")
    assert "--encoding windows-1252" in faults(data)[0]
    assert rows(made(data, encoding="windows-1252").data, ";")[1][:2] == ["bouwen", "één"]


def test_the_line_that_names_the_delimiter_stays() -> None:
    assert made("sep=;\r\nnaam;x\r\nbouwen;1\r\n").data.startswith(b"sep=;\r\nnaam;x;code")


def test_a_column_is_known_by_its_name_whatever_its_capitals_and_spaces() -> None:
    assert rows(made(" Naam  Van ,x\nbouwen,1\n", "naam van").data)[0][:2] == [" Naam  Van ", "x"]


def test_added_columns_take_no_name_that_is_there() -> None:
    header = rows(made("naam,Code,code_2,score\nbouwen,1,2,3\n").data)[0]
    assert header[4:] == ["code_3", "iri", "label", "score_2", *ADDED[4:]]
    assert len({name.casefold() for name in header}) == len(header)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,x\na,1\n", "column ‘naam’"),
        ("naam,x,naam\na,1,b\n", "naam"),
        ("naam,x\na,1\nb,2,3\n", "row 3"),
        ('naam,x\na,1\n"b,2\n', "row 3"),
        ("", "nothing"),
        ("naam\n\x00\n", "2"),
        ("<!doctype html><html></html>", "web page"),
    ],
)
def test_a_fault_is_told_at_its_place_and_no_table_is_made(text: str, told: str) -> None:
    assert any(told in line for line in faults(text)), faults(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")),
            min_size=2,
            max_size=2,
        ),
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_no_cell_is_changed_lost_or_moved(cells: list[list[str]], delimiter: str, line_end: str) -> None:
    table = [["naam", "ander"], *([row[0].replace("\r", "\n"), row[1].replace("\r", "\n")] for row in cells)]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(table)
    found = made(text.getvalue())
    assert [row[:2] for row in rows(found.data, delimiter)] == table


def test_the_same_table_gives_the_same_bytes() -> None:
    text = f"naam\n{LABEL}\n" + "bouwn\n" * 5
    assert made(text).data == made(text).data


# The command


def run(*arguments: str) -> int:
    try:
        main(["--project", str(MINI), "--lang", "en", "match", *arguments])
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


def test_the_command_writes_the_table_and_tells_what_is_left_to_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(f"naam\n{LABEL}\nzzyzx qwerty\n", encoding="utf-8")
    assert run(str(file), "--column", "naam", "--lang", "nl", "--kind", "Competence", "-o", str(out)) == 0
    told = capsys.readouterr().out
    assert "2 names: 1 safe, 0 doubtful, 1 without a match." in told
    assert "zzyzx qwerty" in told
    assert rows(out.read_bytes())[1][1] == "c-02"
    assert run(str(file), "--column", "naam") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("naam,code,iri")
    assert "2 names" in printed.err


@pytest.mark.parametrize(("fail_on", "code"), [(None, 0), ("none", 1), ("doubtful", 1)])
def test_the_exit_tells_whether_a_person_must_look(tmp_path: Path, fail_on: str | None, code: int) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"naam\n{LABEL}\nzzyzx qwerty\n", encoding="utf-8")
    assert run(str(file), "--column", "naam", *(["--fail-on", fail_on] if fail_on else [])) == code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.csv", "--column", "naam"], "does not exist"),
        (["in.csv", "--column", "nam"], "naam"),
        (["in.csv", "--column", "naam", "--kind", "competentie"], "no kind of thing called competentie"),
        (["in.csv", "--column", "naam", "-o", "no/such/folder/out.csv"], "cannot be written"),
        (["in.xlsx", "--column", "naam"], "damaged or cut off"),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("naam\nx\n", encoding="utf-8")
    (tmp_path / "in.xlsx").write_bytes(b"PK\x03\x04 a workbook")
    assert run(*arguments) == 2
    assert told in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "in.xlsx"]
