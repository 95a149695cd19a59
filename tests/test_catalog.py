"""Query files: what a header must be, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import LoadError, UnknownName
from kg.files.catalog import queries_by_name, query_named, read_query
from kg.records import Severity

ROOT = Path(__file__).parents[1]
HEADER = """#+ title@nl: Welke leereenheden dekken een competentie?
#+ title@en: Which learning units cover a competence?
#+ summary: Units whose outcomes develop the competence.
#+ audience: designer
#+ tags: [trace, coverage]
#+ param.competence: iri lg:Competence = lg-competence:ow-07 — the competence asked about
#+ param.competence@nl: de competentie
#+ param.year: year — a year
#+ column.unit: iri — a learning unit
#+ since: 0.1.0
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "units.rq"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    query = read_query(write(tmp_path, HEADER + "SELECT ?unit WHERE { ?unit ?p $competence }"))
    assert query.name == "units"
    assert query.title.within("nl") == "Welke leereenheden dekken een competentie?"
    assert query.audience == ("designer",)
    assert query.tags == ("trace", "coverage")
    competence, year = query.parameters
    assert (competence.kind, competence.class_name, competence.default) == ("iri", "Competence", "lg-competence:ow-07")
    assert competence.description.within("nl") == "de competentie"
    assert competence.description.within("en") == "the competence asked about"
    assert not competence.required
    assert year.required
    assert query.columns[0].kind == "iri"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", "units.rq: this query has no header"),
        ("#+ titel: x\n", "units.rq:1: a header has no key 'titel'"),
        ("#+ title@nl Welke\n", "units.rq:1: the header line"),
        ("#+ title@nl: Welke: deze\n", "units.rq:1: the header line"),
        ("#+ title@nl: a\n#+ title@nl: b\n", "units.rq:2: the key 'title@nl' stands twice"),
        ("#+ summary: x\n", "units.rq:1: the header has no title"),
        ("#+ title@nl: a\n#+ severity: grave\n", "severity 'grave' is not violation, warning or info"),
        (
            "#+ title@nl: a\n#+ param.x: colour — a colour\n",
            "parameter x says 'colour — a colour', which names no kind",
        ),
    ],
)
def test_a_wrong_header_is_one_error_with_its_place(tmp_path: Path, header: str, told: str) -> None:
    with pytest.raises(LoadError) as caught:
        read_query(write(tmp_path, header + "SELECT ?x WHERE { ?x ?p ?o }"), "units.rq")
    assert told in str(caught.value)


def test_a_wrong_name_suggests_the_nearest(tmp_path: Path) -> None:
    queries = queries_by_name([write(tmp_path, HEADER + "SELECT ?unit WHERE { ?unit ?p ?o }")])
    with pytest.raises(UnknownName, match="Did you mean units"):
        query_named("unit", queries)


CHECKS = sorted((ROOT / "queries" / "checks").glob("*.rq"))


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_a_check_says_in_two_languages_what_is_wrong_and_what_to_do(path: Path) -> None:
    check = read_query(path)
    assert check.severity in set(Severity)
    for words in (check.title, check.problem, check.fix):
        assert set(words.by_language) == {"nl", "en"}
    assert "SELECT *" not in check.text
    assert "ORDER BY" in check.text
