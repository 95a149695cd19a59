"""The bridge between levels: as strong as the graph states it, and no stronger."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from kg.curriculum.levels import bridge_table, levels, rung_table
from kg.curriculum.levels_picture import levels_picture
from kg.errors import UnknownName
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import Names

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def mini() -> Store:
    return load(read_project(ROOT / "tests" / "data" / "mini"))


@pytest.fixture(scope="module")
def shipped() -> Store:
    return load(read_project(ROOT))


def test_levels_stand_in_order_of_rank_with_their_programmes(mini: Store) -> None:
    found = levels(mini)
    assert [framework.code for framework in found.frameworks] == ["nlqf"]
    assert [(rung.level.code, rung.rank, [s.programme.code for s in rung.programmes]) for rung in found.rungs] == [
        ("nlqf-4", 4, ["oud"]),
        ("nlqf-5", 6, []),
        ("nlqf-6", 7, ["mi"]),
    ]
    assert [status.code for status in found.rungs[0].programmes[0].statuses] == ["running"]
    assert found.matches == found.stage_gaps == found.notes == ()


def test_a_graph_without_levels_says_so() -> None:
    with pytest.raises(UnknownName, match="no levels"):
        levels(Store(Names()))


def test_levels_c_and_d_compare_only_globally_and_on_the_word_of_the_note(shipped: Store) -> None:
    found = levels(shipped)
    stated = {
        (match.first.code, match.second.code): match for match in found.between if match.first.code.startswith("ow-")
    }
    assert set(stated) == {("ow-c", "nlqf-6"), ("ow-d", "nlqf-7")}
    for match in stated.values():
        assert match.property.code == "closeMatch"
        assert match.strength.within("nl") == "globaal"
        assert match.origin is not None
        assert match.origin.code == "stated"
        assert match.sources
        assert all(source.kind == "passage" for source in match.sources)


def test_a_framework_stands_before_the_one_it_is_compared_with(shipped: Store) -> None:
    assert [framework.code for framework in levels(shipped).frameworks] == ["opbouwwerker-2010", "nlqf", "eqf"]


def test_the_comparison_that_does_not_hold_for_the_career_stage_is_told(shipped: Store) -> None:
    found = levels(shipped)
    told = {gap.level.code: (gap.level_stage.code, gap.other.code, gap.other_stage.code) for gap in found.stage_gaps}
    beginning, full = "beginningProfessional", "fullyFledgedProfessional"
    assert told == {"ow-c": (full, "nlqf-6", beginning), "ow-d": (full, "nlqf-7", beginning)}
    reservations = {note.note.code for note in found.notes if len(note.stages) > 1}
    assert {"rm-08", "st-116"} <= reservations


def test_the_associate_degree_is_compared_with_no_level_of_the_profile(shipped: Store) -> None:
    assert not [
        match
        for match in levels(shipped).between
        if {match.first.code, match.second.code} & {"ow-c", "ow-d"}
        and "nlqf-5" in {match.first.code, match.second.code}
    ]


def test_tables_hold_every_level_and_every_comparison(shipped: Store) -> None:
    found = levels(shipped)
    assert {row["level"] for row in rung_table(found, "nl")} == {rung.level.code for rung in found.rungs}
    assert len(bridge_table(found, "en")) == len(found.matches)


def test_the_ladder_draws_a_dotted_line_for_every_global_comparison(shipped: Store) -> None:
    found = levels(shipped)
    picture = levels_picture(found, "nl", lambda thing: f"/nl/{thing.kind}/{thing.code}")
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    drawn = [group for group in root.iter(f"{space}g") if group.get("class") == "kg-match kg-closeMatch"]
    assert len(drawn) == len(found.between)
    assert {group.find(f"{space}line").get("stroke-dasharray") for group in drawn} == {"2 5"}  # type: ignore[union-attr]
    hrefs = {link.get("href") for link in root.iter(f"{space}a")}
    assert {"/nl/level/ow-c", "/nl/programme/mi-cd"} <= hrefs
    words = " ".join(text.text or "" for text in root.iter(f"{space}text"))
    assert "De vergelijking geldt niet voor de loopbaanfase" in words
    assert "beginnend beroepsbeoefenaar" in words


def test_the_ladder_is_drawn_for_a_graph_with_one_framework(mini: Store) -> None:
    picture = levels_picture(levels(mini), "en")
    assert "Programmes at this level" in picture
    assert "career stage" not in picture
