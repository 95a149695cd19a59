"""The commands for designers: what they print, write and refuse."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

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
def kg(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def run(*arguments: str, lang: str = "en") -> Ran:
        code = 0
        try:
            main(["--project", str(MINI), "--lang", lang, *arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        output = capsys.readouterr()
        return Ran(code, output.out, output.err)

    return run


COMMANDS = [
    ("trace", "c-02"),
    ("coverage", "mi"),
    ("coverage", "mi", "--shares"),
    ("gaps",),
    ("gaps", "mi"),
    ("plan", "mi"),
    ("plan", "mi", "--pace", "7,5"),
    ("recognise", "mi", "--have", "u-1", "--on", "2026-11-23"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_analysis_is_a_table_csv_and_json(kg, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    for lang in ("nl", "en"):
        told = kg(*arguments, lang=lang)
        assert (told.code, told.err) == (0, "")
        assert told.out.strip()
    rows = list(csv.DictReader(io.StringIO(kg(*arguments, "-f", "csv").out)))
    assert rows
    assert isinstance(json.loads(kg(*arguments, "-f", "json").out), dict)


@pytest.mark.parametrize("arguments", [("trace", "c-02"), ("coverage", "mi"), ("plan", "mi")], ids=" ".join)
def test_a_picture_is_written_as_svg(kg, tmp_path: Path, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    assert kg(*arguments, "--svg", str(tmp_path / "picture.svg")).code == 0
    assert ElementTree.parse(tmp_path / "picture.svg").getroot().get("role") == "img"


def test_a_plan_names_periods_and_weeks(kg) -> None:  # type: ignore[no-untyped-def]
    ran = kg("plan", "mi", "--pace", "15", "--period-name", "block", "--weeks", "10")
    assert "block 2 (weeks 11 to 20): u-2 (5 EC)" in ran.out
    assert "Critical path: u-1 → u-2 → u-3 (15 EC)." in ran.out


def test_advice_says_who_decides_and_that_nothing_is_stored(kg, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "bewijs.csv"
    file.write_text("code;bewijs;datum\nu-1;certificate;2024-06-30\n", encoding="utf-8")
    ran = kg("recognise", "mi", "--file", str(file), "--on", "2026-11-23")
    assert "Can be recognised: 5 EC. To be examined: 0 EC. To be learned: 10 EC." in ran.out
    assert "on 2026-11-23; the decision lies with masters of the guild. Nothing is stored." in ran.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bewijs.csv"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("trace", "c-09"), "There is nothing called c-09"),
        (("coverage", "c-01"), "c-01 is no programme."),
        (("gaps", "c-01"), "c-01 is no programme. Programmes: "),
        (("plan", "c-01"), "c-01 is no programme."),
        (("coverage", "mi", "--profile", "s-1"), "There are no competences in s-1."),
        (("gaps", "nope"), "There is nothing called nope"),
        (("plan", "mi", "--pace", "x"), "'x' is no number of EC"),
        (("plan", "mi", "--pace", "nan"), "'nan' is no number of EC"),
        (("plan", "mi", "--pace", "1"), "no period has room"),
        (("recognise", "mi"), "no evidence"),
        (("recognise", "mi", "--have", "u-1", "--date", "gisteren"), "'gisteren' is no date"),
        (("recognise", "mi", "--file", "none.csv"), "none.csv cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_message_and_exit_2(kg, arguments: tuple[str, ...], told: str) -> None:  # type: ignore[no-untyped-def]
    ran = kg(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1
