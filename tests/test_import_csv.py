"""Any table with a mapping: what each column becomes, and what a mapping may say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from importing import imported, lines, project_in, violations, written
from kg.errors import BadParameter, LoadError
from kg.exchange.imports.mapping import read_mapping
from kg.files.project import Project
from kg.names import Names

MAPPING = """\
class = "Competence"
language = "nl"

[columns]
Code = "code"
Competentie = "label"
"In het Engels" = "label@en"
"Ook wel" = { text = "skos:altLabel@nl", separator = ";" }
Toelichting = "definition@nl"
Onder = { link = "skos:broader" }
ESCO = { link = "skos:exactMatch", separator = " " }
Intern = "ignore"

[list]
code = "buurtwerk"
label = { nl = "Profiel buurtwerk", en = "Profile of neighbourhood work" }
"""
HEADER = "Code;Competentie;In het Engels;Ook wel;Toelichting;Onder;ESCO;Intern;Extra\r\n"
ESCO = "http://data.europa.eu/esco/skill/00090cc1-1f27-439e-a4e0-19a87a501bfc"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path)


def test_a_table_becomes_things_and_every_cell_is_accounted_for(project: Project, tmp_path: Path) -> None:
    table = HEADER + (
        f"BW-1;Kan luisteren;Can listen;Hoort; Zich houden aan;;{ESCO};x;y\r\n".replace(
            "Hoort; Zich", '"Hoort;Luistert";Zich'
        )
        + ";;;;;;;;\r\nBW-1.1;Kan doorvragen;;;;BW-1;;;\r\n"
    )
    path = written(tmp_path, "x.csv", table)
    made = imported(project, "csv", path, mapping=written(tmp_path, "m.toml", MAPPING))
    assert lines(made) == []
    assert violations(project) == []
    told = {(entry.field, entry.how.value): entry.count for entry in made.entries}
    assert told == {
        ("row", "taken"): 2,
        ("row", "left out"): 1,
        ("Code", "changed"): 2,
        ("Competentie", "taken"): 2,
        ("In het Engels", "taken"): 1,
        ("Ook wel", "taken"): 2,
        ("Toelichting", "taken"): 1,
        ("Onder", "taken"): 1,
        ("ESCO", "taken"): 1,
        ("Intern", "left out"): 1,
        ("Extra", "left out"): 1,
    }
    text = made.files["things.ttl"]
    assert "skos:broader lg-competence:bw-1 ;" in text
    assert 'skos:altLabel "Hoort"@nl,\n        "Luistert"@nl ;' in text
    assert "skos:inScheme lg-profile:buurtwerk ;" in text
    assert "lg-profile:buurtwerk a skos:ConceptScheme,\n        lg:CompetenceProfile ;" in text


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1-mrt", "x.csv:2: violation: row 2, column Code: ‘1-mrt’ looks like a date that a spreadsheet made"),
        ("mrt-23", "looks like a date"),
        ("2023-03-01", "looks like a date"),
        ("01/03/2023", "looks like a date"),
        ("1,2E+05", "looks like a large number"),
        ("1E5", "looks like a large number"),
        ("???", "No code can be made of ‘???’."),
        ("x" * 65, "No code can be made of"),
        ("", "row 2, column Code: There must be something here."),
    ],
)
def test_a_code_that_a_spreadsheet_mangled_is_told(code: str, told: str, project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", f'Code,Naam\n"{code}",Kan iets\n')
    mapping = written(tmp_path, "m.toml", 'class = "Competence"\n[columns]\nCode = "code"\nNaam = "label@nl"\n')
    assert any(told in line for line in lines(imported(project, "csv", path, mapping=mapping)))
    assert list(project.folder("data").iterdir()) == []


def test_duplicate_codes_and_missing_targets_are_told_together_and_a_fault_only_once(
    project: Project, tmp_path: Path
) -> None:
    path = written(tmp_path, "x.csv", HEADER + "a;A;;;;;;;\nA;B;;;;;;;\nb;B;;;;a1;;;\nc;C;;;;b;;;\n1-mrt;D;;;;;;;\n")
    found = lines(imported(project, "csv", path, mapping=written(tmp_path, "m.toml", MAPPING)))
    assert [line.partition(" [")[0].partition(". ")[0] for line in found] == [
        "x.csv:3: violation: row 3, column Code: ‘https://example.org/mini/id/competence/a’ stands there already, at "
        + str(path)
        + ":2",
        "x.csv:4: violation: row 4, column Onder: This points at ‘a1’, which is neither in the import nor in the graph",
        "x.csv:6: violation: row 6, column Code: ‘1-mrt’ looks like a date that a spreadsheet made of a code",
    ]
    assert "Nearest is: a." in found[1]


def test_a_class_comes_from_a_column_and_what_it_requires_is_asked_for(project: Project, tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        "m.toml",
        """[columns]
Code = "code"
Naam = "label@nl"
Soort = { class = { taak = "Task", thema = "Theme" } }
EC = { value = "lg:credits", datatype = "decimal" }
""",
    )
    path = written(
        tmp_path, "x.csv", "Code,Naam,Soort,EC\na,Bouwt,taak,\nb,Wonen,thema,\nc,Iets,soms,\nd,Nog,taak,veel\n"
    )
    found = lines(imported(project, "csv", path, mapping=mapping))
    assert [line.partition("violation: ")[2].partition(".")[0] for line in found] == [
        "row 3, column Code: A thing of the class Theme needs lg:strand, which is missing",
        "row 4, column Soort: The mapping names no class for ‘soms’",
        "row 5, column EC: ‘veel’ is no decimal",
    ]


def test_things_with_an_iri_of_their_own_get_a_code_and_a_match(project: Project, tmp_path: Path) -> None:
    mapping = written(
        tmp_path, "m.toml", 'class = "Competence"\n[columns]\nAdres = "iri"\nNr = "code"\nNaam = "label@nl"\n'
    )
    path = written(tmp_path, "x.tsv", "Adres\tNr\tNaam\nhttps://o.example/1\tN 1\tEen\nhttps://o.example/2\t\tTwee\n")
    made = imported(project, "csv", path, mapping=mapping)
    assert "lg-competence:n-1 a skos:Concept" in made.files["things.ttl"]
    assert "skos:exactMatch <https://o.example/2> ;" in made.files["things.ttl"]
    assert violations(project) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns = 1", "the table \\[columns\\] is missing"),
        ('[columns]\nA = "label@nl"', "no column is the code or the iri"),
        ('[columns]\nA = "code"', "the class of the things is missing"),
        ('class = "Skill"\n[columns]\nA = "code"', "there is no class Skill"),
        ('class = "Task"\n[columns]\nA = "kode"', "column A: kode says nothing about a column"),
        ('class = "Task"\n[columns]\nA = "code"\nB = { link = "nope" }', "column B: nope is no property"),
        ('class = "Task"\n[columns]\nA = "code"\nB = { value = "lg:x", datatype = "money" }', "money is no datatype"),
        ('class = "Task"\n[columns]\nA = "code"\nB = "label@!"', "! is no language tag"),
        ('class = "Task"\n[columns]\nA = "code"\nB = { class = { x = "Y" } }', "there is no class Y"),
        ('class = "Task"\n[columns]\nA = 7', "column A: 7 says nothing about a column"),
        ("[columns", "not valid TOML"),
    ],
)
def test_a_mapping_that_means_nothing_is_told(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match=told):
        read_mapping(written(tmp_path, "m.toml", text), Names())


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="does not exist"):
        read_mapping(tmp_path / "m.toml", Names())


def test_a_renamed_column_is_told_with_the_nearest(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", HEADER.replace("Competentie", "Competenties") + "a;A;;;;;;;\n")
    (told,) = lines(imported(project, "csv", path, mapping=written(tmp_path, "m.toml", MAPPING)))
    assert "The column ‘Competentie’ is missing." in told
    assert "Nearest is: Competenties." in told
    assert json.dumps(told, ensure_ascii=False).isprintable()
