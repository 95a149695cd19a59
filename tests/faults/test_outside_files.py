"""Files of others: whatever they hold, they are refused in time and within memory, and nobody is asked for more."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.cli.main import main
from kg.errors import ExchangeError, LoadError
from kg.exchange.contained import contained
from kg.files.project import Project
from serving import children_of
from spying import Spy, spying

WITHIN = 30.0
"""Seconds in which any of these must be refused, on a machine that is busy with other tests."""
FILE = Path("theirs.ttl")


@pytest.fixture(scope="module")
def spy() -> Iterator[Spy]:
    with spying() as found:
        yield found
        assert found.asked == []


def test_what_is_done_apart_gives_its_result_and_its_errors() -> None:
    assert contained(lambda: {"a": (1, Path("x"))}, FILE) == {"a": (1, Path("x"))}

    def fails() -> None:
        raise LoadError("{path}: not {what}.", "Do {what}.", path="x", what="this")

    with pytest.raises(LoadError) as caught:
        contained(fails, FILE)
    assert caught.value.values == {"path": "x", "what": "this"}
    assert contained(os.getpid, FILE) != os.getpid()


def hog() -> int:
    return len(b"".join(bytes([number % 256]) * (64 << 20) for number in range(64)))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def busy() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("work", "told"), [(hog, "MiB of memory"), (crash, "ended the process"), (busy, "longer than")]
)
def test_what_takes_too_much_ends_alone(work: Callable[[], object], told: str) -> None:
    children = set(children_of(os.getpid()))
    begun = time.monotonic()
    with pytest.raises(ExchangeError, match=told) as caught:
        contained(work, FILE, seconds=0.5 if work is busy else WITHIN, memory_mib=256)
    assert "theirs.ttl" in str(caught.value)
    assert time.monotonic() - begun < WITHIN
    assert set(children_of(os.getpid())) == children


def test_what_is_no_error_of_ours_or_cannot_come_back_is_told_too() -> None:
    with pytest.raises(ExchangeError, match="ZeroDivisionError"):
        contained(lambda: 1 / 0, FILE)
    with pytest.raises(ExchangeError, match="cannot be read"):
        contained(lambda: ctypes.CDLL(None), FILE)


def test_it_has_no_network(spy: Spy) -> None:
    def call() -> str:
        try:
            socket.create_connection(("127.0.0.1", spy.port), timeout=5).close()
        except OSError as fault:
            return type(fault).__name__
        return "connected"

    assert contained(call, FILE) != "connected"


DEEP = 20_000
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
JSONLD = '"@id": "http://e/a", "http://e/p": "x"'


def texts(port: int) -> dict[str, str]:
    """File name → what is in it."""
    spy = f"http://127.0.0.1:{port}"
    nested = "{}"
    for _ in range(40):
        nested = f'{{"x": {{"@id": "http://e/x", "@context": {nested}}}, "y": {{"@id": "http://e/y"}}}}'
    return {
        "laughs.rdf": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>{XML}><e:a>&l11;</e:a></rdf:RDF>',
        "entity.rdf": f'<!DOCTYPE r SYSTEM "{spy}/dtd" [<!ENTITY x SYSTEM "{spy}/x">]>{XML}>&x;</rdf:RDF>',
        "entity.xml": f'<?xml version="1.0"?><!doctype r [<!ENTITY % x SYSTEM "{spy}/x"> %x;]>{XML}/>',
        "stylesheet.rdf": f'<?xml-stylesheet href="{spy}/s"?>{XML} xml:base="{spy}/"><rdf:Description/></rdf:RDF>',
        "deep.rdf": f"{XML}>{'<e:a><e:b>' * DEEP}",
        "imports.ttl": f"<{spy}/o> a <http://www.w3.org/2002/07/owl#Ontology> ; "
        f"<http://www.w3.org/2002/07/owl#imports> <{spy}/i> .",
        "deep.ttl": f"<http://e/a> <http://e/p> {'[ <http://e/p> ' * DEEP}",
        "lists.ttl": f"<http://e/a> <http://e/p> {'(' * DEEP}{')' * DEEP} .",
        "context.jsonld": f'{{"@context": "{spy}/c", {JSONLD}}}',
        "contexts.jsonld": f'{{"@context": [{{}}, "{spy}/c"], {JSONLD}}}',
        "import.jsonld": f'{{"@context": {{"@version": 1.1, "@import": "{spy}/c"}}, {JSONLD}}}',
        "scoped.jsonld": f'{{"@context": {{"t": {{"@id": "http://e/t", "@context": "{spy}/c"}}}}, {JSONLD}}}',
        "spelt.jsonld": f'{{"\\u0040context": "{spy}/c", {JSONLD}}}',
        "bomb.jsonld": f'{{"@context": {nested}, {JSONLD}}}',
        "deep.jsonld": '{"http://e/p":' * DEEP + "1" + "}" * DEEP,
        "deep.json": "[" * DEEP + "]" * DEEP,
        "number.json": '{"a": ' + "9" * 10_000 + "}",
        "infinite.json": '{"a": NaN}',
        "repeated.json": '{"a": 1, "a": 2}',
        "half.ttl": '<http://e/a> <http://e/p> "',
        "null.ttl": "<http://e/a> <http://e/p> 1 .\x00",
        "page.ttl": "<!DOCTYPE html><html><script>alert(1)</script></html>",
        "javascript.nt": "<javascript:alert(1)> <http://e/p> <javascript:alert(1)> .\n" * 3 + "<",
    }


def kg(project: Project, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(project.root), "--lang", "en", *arguments])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out + err


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*.ttl"))}


def test_hostile_files_are_refused_and_nothing_is_written(
    project: Project, tmp_path: Path, spy: Spy, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_below(project.root / "data")
    broken = []
    for name, text in texts(spy.port).items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        form = "case" if name.endswith(".json") else "skos"
        begun = time.monotonic()
        code, told = kg(project, capsys, "import", form, str(path), "--into", str(project.root / "data" / "theirs"))
        if code not in {1, 2} or name not in told or "Traceback" in told or time.monotonic() - begun > WITHIN:
            broken.append((name, code, told[:300], time.monotonic() - begun))
    assert broken == []
    assert files_below(project.root / "data") == before
    assert spy.asked == []


def test_encodings_sizes_and_things_that_are_no_files_are_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    triple = "<http://e/a> <http://e/p> 'é' .\n"
    for name, content in {
        "latin.ttl": triple.encode("latin-1"),
        "utf16.ttl": triple.encode("utf-16-le"),
        "utf7.ttl": b"+ADw-http://e/a+AD4-",
        "overlong.ttl": b"<http://e/\xc0\xaf> <http://e/p> 1 .",
        "surrogate.ttl": b"<http://e/a> <http://e/p> '\xed\xa0\x80' .",
        "empty.ttl": b"",
        "archive.ttl": b"PK\x03\x04" + b"\0" * 100,
    }.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.ttl").open("wb") as file:
        file.truncate(1 << 40)  # a file of a terabyte with nothing in it
    os.mkfifo(tmp_path / "pipe.ttl")
    (tmp_path / "loop.ttl").symlink_to(tmp_path / "loop.ttl")
    (tmp_path / "device.ttl").symlink_to("/dev/zero")
    (tmp_path / "folder.ttl").mkdir()
    for path in sorted(tmp_path.glob("*.ttl")):
        into = str(project.root / "data" / "theirs")
        code, told = kg(project, capsys, "import", "skos", str(path), "--into", into)
        assert code in {1, 2}, path
        assert path.name in told
        assert "Traceback" not in told
    assert not (project.root / "data" / "theirs").exists()


def workbook(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in parts.items():
            archive.writestr(name, content)


def test_hostile_workbooks_are_refused(
    project: Project, tmp_path: Path, spy: Spy, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    entity = f'<!DOCTYPE x [<!ENTITY y SYSTEM "http://127.0.0.1:{spy.port}/">]><x>&y;</x>'.encode()
    for name, parts in {
        "zeros.xlsx": {sheet: b"\0" * 60_000_000},
        "laughs.xlsx": {sheet: f'<!DOCTYPE x [<!ENTITY l0 "a">{LAUGHS}]><x>&l11;</x>'.encode()},
        "entity.xlsx": {sheet: entity},
        "utf16.xlsx": {sheet: entity.decode().encode("utf-16")},
        "outside.xlsx": {"../../../tmp/outside": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"},
        "parts.xlsx": {f"xl/part{number}.xml": b"<x/>" for number in range(6_000)},
        "nothing.xlsx": {},
        "deep.xlsx": {"xl/_rels/workbook.xml.rels": b"<a>" * 200_000},
    }.items():
        workbook(tmp_path / name, parts)
    (tmp_path / "text.xlsx").write_text("a;b", encoding="utf-8")
    (tmp_path / "cut.xlsx").write_bytes((tmp_path / "parts.xlsx").read_bytes()[:-40])
    before = files_below(project.root / "data")
    for path in sorted(tmp_path.glob("*.xlsx")):
        begun = time.monotonic()
        code, told = kg(project, capsys, "sheet", "import", str(path))
        assert code in {1, 2}, path
        assert path.name in told, told
        assert "Traceback" not in told
        assert time.monotonic() - begun < WITHIN
    assert files_below(project.root / "data") == before


def test_shapes_that_never_end_are_stopped_and_fetch_nothing(
    project: Project, tmp_path: Path, spy: Spy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.cli.validating.contained", lambda work, path: contained(work, path, seconds=3))
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    byte = '"3"^^<http://www.w3.org/2001/XMLSchema#byte>'  # leaves it to pySHACL, and so to Python's expressions
    data.write_text(f'<http://e/a> a <http://e/A> ; <http://e/p> "{"a" * 40}!" ; <http://e/n> {byte} .')
    shapes.write_text(
        f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <http://127.0.0.1:{spy.port}/o> a owl:Ontology ; owl:imports <http://127.0.0.1:{spy.port}/i> .
        <http://e/s> a sh:NodeShape ; sh:targetClass <http://e/A> ; sh:shapesGraph <http://127.0.0.1:{spy.port}/s> ;
          sh:property [ sh:path <http://e/p> ; sh:pattern "^(a+)+$" ] .
        """,
        encoding="utf-8",
    )
    code, told = kg(project, capsys, "validate", str(data), "--shapes", str(shapes))
    assert code in {1, 2}
    assert "Traceback" not in told
    assert "longer than 3 s" in told or "conforms" in told
