"""Faults of imported files: each told at its place, all at once, and nothing written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importing import case_package, imported, lines, link, project_in, uuid, written
from kg.exchange.imports import read
from kg.exchange.imports.content import MOST_BYTES, Content
from kg.exchange.imports.faults import fault_rules
from kg.exchange.imports.json_text import measured
from kg.exchange.imports.ledger import reason
from kg.exchange.imports.rdf import parse_rdf
from kg.files.project import Project
from kg.names import OUTSIDE
from kg.records import Finding

SKOS = OUTSIDE["skos"]
HEADER = "conceptUri,reuseLevel,preferredLabel,altLabels\n"
IRI = "http://data.europa.eu/esco/skill/00090cc1-1f27-439e-a4e0-19a87a501bfc"
OTHER = IRI[:-1] + "d"
OURS = "https://example.org/mini/id/task/a"
GOOD = f"{IRI},transversal,listen,\n"
LAUGHS = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">]>\n<r/>'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path)


def refused(project: Project, format_: str, path: Path) -> list[str]:
    """The findings in English; nothing was written."""
    told = lines(imported(project, format_, path))
    assert list(project.folder("data").iterdir()) == []
    return told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "a.csv: violation: There is nothing in this file."),
        ("a.csv", b"\xef\xbb\xbf\r\n", "a.csv: violation: There is nothing in this file."),
        ("a.csv", HEADER + f"{IRI[:-3]},transversal,listen,\n", "a.csv:2: violation: row 2, column conceptUri: ‘http"),
        ("a.csv", HEADER + GOOD + GOOD, f"a.csv:3: violation: row 3, column conceptUri: ‘{IRI}’ stands there already"),
        ("a.csv", HEADER + f'{IRI},transversal,"lis\nten,\n', "a.csv:2: violation: row 2: The quotes in this row"),
        ("a.csv", HEADER + f'{IRI},transversal,"lis"ten,\n', "a.csv:2: violation: row 2: The quotes in this row"),
        ("a.csv", HEADER + f"{IRI},transversal,listen, hear,see\n", "row 2: This row has 5 cells, the header 4."),
        ("a.csv", HEADER + f"{IRI},transversal\n", "row 2: This row has 2 cells, the header 4."),
        ("a.csv", HEADER + f"{IRI},trans-versal,listen,\n", "row 2, column reuseLevel: ESCO does not have the code"),
        ("a.csv", "conceptUri,label\n" + IRI + ",x\n", "The column ‘preferredLabel’ is missing. Give the column that"),
        ("a.csv", "conceptUri,conceptUri\nx,y\n", "The column ‘conceptUri’ is there twice."),
        ("a.csv", "conceptUri,,preferredLabel\nx,y,z\n", "Column 2 has no name."),
        ("a.csv", (HEADER + f"{IRI},transversal,caf\xe9,\n").encode("latin-1"), "a.csv:2: violation: This is not"),
        ("a.csv", "<!DOCTYPE html><html><body>login</body></html>", "a.csv:1: violation: This is a web page"),
        ("a.csv", b"PK\x03\x04rest", "a.csv: violation: This is a workbook or an archive"),
        ("a.csv", HEADER + "\x00", "a.csv:2: violation: Here are characters that belong in no text"),
        ("a.csv", HEADER + f"{IRI},transversal,lis\x07ten,\n", "There are control characters in this text: ‘lis�ten’."),
        ("a.csv", HEADER + f'{IRI},transversal,"{"x" * 1_000_001}",\n', "a cell of more than a million characters"),
        ("a.csv", ",".join(f"c{n}" for n in range(1001)) + "\n", "This table has 1001 columns"),
        ("a.csv", HEADER, "a.csv: violation: There is nothing to import."),
    ],
)  # fmt: skip
def test_a_damaged_table_is_told_at_row_and_column(
    name: str, content: str | bytes, told: str, project: Project, tmp_path: Path
) -> None:
    found = refused(project, "esco", written(tmp_path, name, content))
    assert any(told in line for line in found), found


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_excel_makes_of_a_table_without_losing_anything_is_read(
    encoding: str, delimiter: str, end: str, project: Project, tmp_path: Path
) -> None:
    text = (HEADER + f'{IRI},transversal,listen,"hear\nattend"\n').replace(",", delimiter).replace("\n", end)
    made = imported(project, "esco", written(tmp_path, "skills_en.csv", text.encode(encoding)))
    assert lines(made) == []
    assert made.things == 1
    assert '"attend"@en,\n        "hear"@en' in made.files["things.ttl"]


def test_excels_separator_line_and_trailing_delimiters_are_understood(project: Project, tmp_path: Path) -> None:
    text = "sep=;\r\n" + (HEADER + GOOD).replace(",", ";").replace("\n", ";;\r\n")
    assert imported(project, "esco", written(tmp_path, "x.csv", text)).things == 1


def test_windows_1252_is_read_when_it_is_named(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "skills_fr.csv", (HEADER + f"{IRI},transversal,écouter,\n").encode("windows-1252"))
    assert '"écouter"@fr' in imported(project, "esco", path, encoding="windows-1252").files["things.ttl"]
    assert "no encoding klingon" in lines(imported(project, "esco", path, name="two", encoding="klingon"))[0]


def test_all_faults_are_told_at_once_in_all_files(project: Project, tmp_path: Path) -> None:
    one = written(tmp_path, "one.csv", HEADER + "x,transversal,a,\ny,transversal,b,\n" + GOOD)
    two = written(tmp_path, "two.csv", HEADER + GOOD + f"{OTHER},transversal,,\n")
    made = imported(project, "esco", one, two, tmp_path / "three.csv")
    assert [line.partition(": violation")[0] for line in lines(made)] == [
        "one.csv:2",
        "one.csv:3",
        "three.csv",
        "two.csv:2",
        "two.csv:3",
    ]
    assert not made.files


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A package of two items and a link, changed."""
    package = case_package({}, {}, associations=[link("isChildOf", 2, 1)])
    change(package)
    return package


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"CFDocument": \n  {"title": }', "x.json:2: violation: Broken JSON at column 13"),
        ('{"a": NaN}', "Broken JSON"),
        ('{"a": 1, "a": 2}', "The key ‘a’ stands twice in one object."),
        ("[" * 200 + "]" * 200, "x.json:1: violation: More than 100 levels are nested here."),
        ('{"a": "' + "[" * 200 + '"}', "This is no CASE package"),
        ("[]", "This is no CASE package: CFDocument is missing."),
        (broken(lambda p: p["CFItems"][1].update(identifier="7")), "CFItems[1].identifier: ‘7’ is no UUID."),
        (broken(lambda p: p["CFItems"][1].update(uri="no iri")), "CFItems[1].uri: ‘no iri’ is no full address"),
        (broken(lambda p: p["CFItems"][1].update(fullStatement=" ")), "CFItems[1].fullStatement: There must be"),
        (broken(lambda p: p["CFItems"][1].update(fullStatement=["x"])), 'must be text, not ["x"]'),
        (broken(lambda p: p["CFItems"].append(p["CFItems"][0])), "CFItems[2]: ‘https://other.example/"),
        (broken(lambda p: p["CFItems"].append(7)), "CFItems[2]: This must be {…}, not 7."),
        (broken(lambda p: p.update(CFItems={"a": 1})), 'CFItems: This must be […], not {"a": 1}.'),
        (broken(lambda p: p["CFDocument"].pop("title")), "CFDocument.title: There must be something here."),
        (broken(lambda p: p["CFDocument"].update(language="double dutch")), "‘double dutch’ is no language tag."),
        (broken(lambda p: p["CFAssociations"].append(link("isChildOf", 2, 8))), f"example/{uuid(8)}’, which is"),
        (broken(lambda p: p["CFAssociations"].append(link("isChildOf", 8, 1))), "[1].originNodeURI: This"),
        (broken(lambda p: p["CFAssociations"].append(link("isFriendOf", 2, 1))), "‘isFriendOf’ is no association type"),
        (broken(lambda p: p["CFAssociations"].append({"associationType": "isChildOf"})), "URI: There must be"),
        (broken(lambda p: p["CFAssociations"].append(link("isChildOf", 1, 2))), "This hierarchy is a cycle"),
        (broken(lambda p: p["CFAssociations"].append(link("isChildOf", 1, 1))), "This hierarchy is a cycle"),
        (broken(lambda p: p["CFItems"][0].update(fullStatement="a\ud800b")), "There are control characters"),
    ],
)  # fmt: skip
def test_a_broken_package_is_told_at_its_line_or_path(
    content: str | dict[str, Any], told: str, project: Project, tmp_path: Path
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    found = refused(project, "case", written(tmp_path, "x.json", text))
    assert any(told in line for line in found), found


def test_a_cycle_is_named_once_however_long(project: Project, tmp_path: Path) -> None:
    ring = [link("isChildOf", n, n % 5 + 1) for n in range(1, 6)]
    package = case_package(*({"humanCodingScheme": f"k{n}"} for n in range(1, 6)), associations=ring)
    (told,) = refused(project, "case", written(tmp_path, "x.json", package))
    assert "k1 → k2 → k3 → k4 → k5 → k1" in told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.ttl", f'<urn:a:b> <{SKOS}prefLabel> "x"@nl\n<urn:c:d> .', "x.ttl:2: violation: Broken RDF"),
        ("x.nt", "<urn:a:b> .", "Broken RDF"),
        ("x.ttl", "<urn:a:b> <urn:a:p> " + "[ <urn:a:p> " * 200, "More than 100 levels are nested here."),
        ("x.ttl", "<urn:a:b> <urn:a:p> 1 .", "There are no concepts, lists or things of a class of ours"),
        ("x.ttl", f'<urn:a:b> <{SKOS}prefLabel> "x"@nl, "y"@nl .', "Two names in one language: ‘x’ and ‘y’."),
        ("x.ttl", "<http://a b> <urn:a:p> 1 .", "Broken RDF"),
        ("x.rdf", LAUGHS, "x.rdf:1: violation: A DOCTYPE or ENTITY is not read."),
        ("x.rdf", "<r>" * 200, "More than 100 levels are nested here."),
        ("x.rdf", "<r>", "Broken RDF"),
        ("x.jsonld", '{"@context": "https://o.example/c", "@id": "urn:a:b"}', "‘https://o.example/c’ stands elsewhere"),
        ("x.jsonld", '{"@context": {"@import": "https://o.example/c"}}', "stands elsewhere and is not fetched"),
        ("x.jsonld", '{"@graph": [' * 60 + "]}" * 60, "More than 100 levels are nested here."),
        ("x.docx", "text", "‘.docx’ does not tell which form of RDF this is."),
        ("x.ttl", f'<{OURS}> <{SKOS}notation> "b" ; a <{SKOS}Concept> .', "is not the last part"),
        ("x.ttl", f'<urn:a:b> <{SKOS}prefLabel> "x"@nl ; <{SKOS}broader> <{OURS}> .', "points at ‘a’"),
    ],
)  # fmt: skip
def test_broken_rdf_is_told(name: str, content: str, told: str, project: Project, tmp_path: Path) -> None:
    found = refused(project, "skos", written(tmp_path, name, content))
    assert any(told in line for line in found), found


def test_what_is_no_file_of_a_sensible_size_is_not_opened(project: Project, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(3 * 1024**3)
    assert "This file has 3072.0 MiB; at most 64.0 MiB is read." in refused(project, "esco", big)[0]
    assert MOST_BYTES == 64 * 1024 * 1024
    assert "This is a folder." in refused(project, "esco", tmp_path)[0]
    assert "This file does not exist." in refused(project, "esco", tmp_path / "nope.csv")[0]
    assert "This is no ordinary file." in refused(project, "esco", Path("/dev/zero"))[0]


def test_depth_is_found_before_parsing_whatever_the_quotes() -> None:
    assert measured('{"a": "\\"[[[",\n"b": [1]}') == (2, 2, 2)
    assert measured('"\\') == (0, 0, 1)
    assert measured('"\\"' * 100_000)[0] == 0


def test_a_file_of_very_many_parts_is_refused_before_it_fills_the_memory(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", "[" + "{}," * 1_000_001 + "{}]")
    assert "more than 1000000 objects and lists" in refused(project, "case", path)[0]


def test_json_ld_whose_contexts_are_worked_through_again_and_again_is_stopped() -> None:
    inner = {f"t{number}": f"https://o.example/t{number}" for number in range(5_000)}
    context = {"p": {"@id": "https://o.example/p", "@context": inner}}
    things = [{"@id": f"https://o.example/{number}", "p": {"t1": "x"}} for number in range(5_000)]
    found = parse_rdf(Content("x.jsonld", json.dumps({"@context": context, "@graph": things}).encode()), seconds=1.0)
    assert isinstance(found, Finding)
    assert "takes more than 1 seconds" in found.message.within("en")


def test_every_rule_is_told_in_both_languages_and_every_reason_has_words() -> None:
    folder = Path(__file__).parents[1] / "src" / "kg" / "exchange" / "imports"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    for rule in fault_rules():
        assert f'"{rule}"' in code, rule
    reasons = re.findall(r"^\[([a-z-]+)\]$", (folder / "reasons.toml").read_text(encoding="utf-8"), re.MULTILINE)
    for name in reasons:
        assert f'"{name}"' in code, name
        assert set(reason(name).by_language) == {"nl", "en"}


def test_a_reading_alone_writes_nothing(project: Project, tmp_path: Path) -> None:
    made = read(project, "esco", [written(tmp_path, "x.csv", HEADER + GOOD)], project.folder("data") / "new")
    assert made.files
    assert list(project.folder("data").iterdir()) == []
