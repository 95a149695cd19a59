"""White spots: what the graph says and nothing it does not."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from kg.cli.main import cli
from kg.curriculum.rows import Ref, as_json
from kg.curriculum.whitespots import State, WhiteSpots, white_spots
from kg.curriculum.whitespots_picture import white_spots_picture
from kg.curriculum.whitespots_tables import column_table, map_table, offer_table, spot_table, unserved_table
from kg.errors import UnknownName
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import Names

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def mini() -> WhiteSpots:
    return white_spots(load(read_project(ROOT / "tests" / "data" / "mini")))


@pytest.fixture(scope="module")
def shipped() -> WhiteSpots:
    return white_spots(load(read_project(ROOT)))


def province(found: WhiteSpots, code: str) -> Ref:
    return next(tile.province for tile in found.tiles if tile.province.code == code)


def level(found: WhiteSpots, code: str) -> Ref:
    return next(one for one in found.levels if one.code == code)


def test_a_running_offering_counts_for_the_province_its_place_lies_in(mini: WhiteSpots) -> None:
    spot = mini.spot(province(mini, "west"), level(mini, "nlqf-4"))
    assert (spot.state, [offer.code for offer in spot.offers]) == (State.OFFERED, ["oud-school"])
    for_apprentices = mini.spot(province(mini, "west"), level(mini, "nlqf-4"), mini.learners[0])
    assert for_apprentices.state == State.OFFERED


def test_what_nobody_speaks_of_is_unknown_and_no_gap(mini: WhiteSpots) -> None:
    for place in ("noord", "oost"):
        spot = mini.spot(province(mini, place), level(mini, "nlqf-4"))
        assert (spot.state, spot.offers) == (State.UNKNOWN, ())
    assert mini.spot(province(mini, "west"), level(mini, "nlqf-6")).state == State.UNKNOWN


def test_a_level_without_a_programme_between_two_that_have_one_is_a_missing_step(mini: WhiteSpots) -> None:
    steps = [(step.level.code, step.missing, step.state) for step in mini.column]
    assert steps == [
        ("nlqf-4", False, State.OFFERED),
        ("nlqf-5", True, State.UNKNOWN),
        ("nlqf-6", False, State.UNKNOWN),
    ]
    assert [row["missing"] for row in column_table(mini, "nl")] == [False, True, False]


def test_an_interested_organisation_makes_no_offer_but_is_told(mini: WhiteSpots) -> None:
    assert [(item.organisation.code, item.province.code, item.state) for item in mini.unserved] == [
        ("werf", "oost", State.UNKNOWN)
    ]
    assert len(unserved_table(mini, "nl")) == 1


def test_the_map_has_a_row_for_every_province_and_one_for_what_has_no_place(mini: WhiteSpots) -> None:
    rows = list(map_table(mini, "en"))
    assert [row["label"] for row in rows] == ["Noord", "Oost", "West", "place unknown"]
    assert rows[2] == {
        "place": "west",
        "label": "West",
        "nlqf-4": "offered",
        "nlqf-5": "unknown",
        "nlqf-6": "unknown",
        "-": "unknown",
    }
    only = map_table(mini, "en", levels=[level(mini, "nlqf-4")])
    assert only.columns == ("place", "label", "nlqf-4")


def test_a_graph_without_provinces_says_so() -> None:
    with pytest.raises(UnknownName, match="no provinces"):
        white_spots(Store(Names()))


def test_only_the_interested_schools_with_a_stated_place_are_on_the_map(shipped: WhiteSpots) -> None:
    on_the_map = {
        (spot.where.code, spot.level.code, spot.state): {offer.code for offer in spot.offers}
        for spot in shipped.spots
        if spot.where and spot.level and not spot.learner and spot.offers
    }
    assert on_the_map == {
        ("prov-friesland", "nlqf-6", State.INTERESTED): {"mi-ow-nhl-stenden"},
        ("prov-noord-brabant", "nlqf-6", State.INTERESTED): {"mi-ow-fontys"},
        ("prov-overijssel", "nlqf-6", State.INTERESTED): {"mi-ow-viaa", "mi-ow-windesheim"},
    }


def test_no_running_offering_stands_in_a_province_since_the_note_places_none(shipped: WhiteSpots) -> None:
    running = [offer for offer in shipped.offers if offer.state == State.OFFERED]
    assert {"ad-pb-nhl-stenden", "ma-cb-hogeschool-utrecht", "mi-cd-fontys"} <= {o.offering.code for o in running}
    assert all(offer in shipped.placeless for offer in running)
    assert not [spot for spot in shipped.spots if spot.where and spot.state == State.OFFERED]


def test_schools_without_a_stated_place_are_told_apart(shipped: WhiteSpots) -> None:
    apart = {offer.offering.code for offer in shipped.placeless if offer.state == State.INTERESTED}
    assert apart == {"mi-ow-che", "mi-ow-han", "mi-ow-hogeschool-van-amsterdam"}


def test_a_former_programme_is_not_offered(shipped: WhiteSpots) -> None:
    states = {offer.offering.code: offer.state for offer in shipped.offers}
    assert states["cmv-hbo"] == states["mwd-hbo"] == State.UNKNOWN


def test_what_is_expressly_not_for_a_kind_of_learner_does_not_count_for_it(shipped: WhiteSpots) -> None:
    professionals = next(learner for learner in shipped.learners if learner.code == "beroepskrachten")
    spot = shipped.spot(None, level(shipped, "nlqf-6"), professionals)
    assert spot.state == State.PLANNED
    assert "mi-cd-fontys" not in {offer.code for offer in spot.offers}


def test_a_region_that_fits_in_no_province_stands_apart(shipped: WhiteSpots) -> None:
    assert [place.code for place in shipped.outside] == ["gooi-en-vechtstreek"]
    spot = shipped.spot(shipped.outside[0], level(shipped, "nlqf-6"))
    assert [organisation.code for organisation in spot.organisations] == ["versa-welzijn"]


def test_the_column_of_education_has_no_missing_step_between_4_and_7(shipped: WhiteSpots) -> None:
    assert [(step.level.code, step.missing) for step in shipped.column] == [
        ("nlqf-4", False),
        ("nlqf-5", False),
        ("nlqf-6", False),
        ("nlqf-7", False),
    ]


def test_every_organisation_of_a_pilot_works_where_the_minor_is_not_known_to_be_offered(shipped: WhiteSpots) -> None:
    assert {item.level.code for item in shipped.unserved if item.level} == {"nlqf-6"}
    states = {item.province.code: item.state for item in shipped.unserved}
    assert states["prov-overijssel"] == State.INTERESTED
    assert states["prov-drenthe"] == State.UNKNOWN


def test_tables_and_json_hold_the_same_spots(shipped: WhiteSpots) -> None:
    assert len(spot_table(shipped, "nl")) == len(shipped.spots) == len(as_json(shipped, "nl")["spots"])
    assert len(offer_table(shipped, "nl")) == len(shipped.offers)


def test_every_dutch_province_has_a_tile_of_its_own(shipped: WhiteSpots) -> None:
    places = [(tile.column, tile.row) for tile in shipped.tiles]
    assert len(places) == len(set(places)) == 12
    assert all(column and row for column, row in places)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_map_is_drawn_once_per_level_with_a_sign_for_every_state(shipped: WhiteSpots, language: str) -> None:
    root = ElementTree.fromstring(white_spots_picture(shipped, language, lambda thing: f"/x/{thing.code}"))
    space = "{http://www.w3.org/2000/svg}"
    tiles = [link for link in root.iter(f"{space}a") if (link.get("class") or "").startswith("kg-tile")]
    assert len(tiles) == 12 * len(shipped.levels)
    interested = [tile for tile in tiles if tile.get("class") == "kg-tile kg-interested"]
    assert {tile.get("href") for tile in interested} == {
        "/x/prov-friesland",
        "/x/prov-noord-brabant",
        "/x/prov-overijssel",
    }


def test_provinces_without_a_place_on_the_map_are_drawn_below_it(mini: WhiteSpots) -> None:
    picture = white_spots_picture(mini, "en", levels=[level(mini, "nlqf-4")], learner=mini.learners[0])
    assert picture.count("kg-tile") == 3
    assert "for apprentices" in picture


MINI = ["--project", str(ROOT / "tests" / "data" / "mini"), "--lang", "en"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*MINI, *arguments])


@pytest.mark.parametrize(
    ("arguments", "first_line"),
    [
        (["white-spots"], "place,label,nlqf-4,nlqf-5,nlqf-6,-"),
        (["white-spots", "--show", "column"], "level,label,programmes,state,missing"),
        (["white-spots", "--level", "nlqf-4", "--learner", "leerlingen"], "place,label,nlqf-4"),
        (["levels", "--matches"], "level,label,strength,property,other,other_label,origin,sources"),
        (
            ["compare", "mi", "bb-2020"],
            "judgement,kind,first,first_label,first_depth,second,second_label,second_depth,evidence",
        ),
        (["what-if", "mi", "--drop", "u-1"], "kind,thing,label,effect,before,after"),
        (["cover", "mi", "--wish", "c-03"], "row,thing,label,credits,gives,required_by"),
    ],
)
def test_every_command_answers_as_a_table_csv_and_json(arguments: list[str], first_line: str) -> None:
    answer = run(*arguments, "--format", "csv")
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines()[0] == first_line
    assert isinstance(json.loads(run(*arguments, "--format", "json").output), dict)
    assert run(*arguments).exit_code == 0


@pytest.mark.parametrize("command", ["white-spots", "levels"])
def test_a_command_writes_its_picture(command: str, tmp_path: Path) -> None:
    target = tmp_path / "picture.svg"
    assert run(command, "--svg", str(target)).exit_code == 0
    assert ElementTree.parse(target).getroot().get("role") == "img"


@pytest.mark.parametrize("arguments", [["--level", "nlqf-9"], ["--level", "west"], ["--learner", "nlqf-4"]])
def test_a_level_or_learner_that_is_not_on_the_map_is_refused(arguments: list[str]) -> None:
    answer = run("white-spots", *arguments)
    assert isinstance(answer.exception, UnknownName)
