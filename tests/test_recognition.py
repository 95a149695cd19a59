"""Recognition: proof and indication, age and kind of evidence, what remains, and files that are wrong."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from curricula import Curriculum, random_curriculum, store_of
from kg.curriculum.evidence import Evidence, held, read_evidence
from kg.curriculum.recognition import Standing, recognise
from kg.curriculum.recognition_policy import Verdict, valid_until
from kg.curriculum.recognition_tables import item_table, outcome_table, unit_table
from kg.curriculum.rows import as_json
from kg.errors import BadParameter, KgError, LoadError, UnknownName
from kg.library import Graph

MINI = Path(__file__).parent / "data" / "mini"
TODAY = date(2026, 11, 23)
RECENT = "2024-06-30"


@pytest.fixture(scope="module")
def mini() -> Graph:
    return kg.load(MINI)


def standings(graph: Graph, *evidence: Evidence) -> dict[str, str]:
    """Outcome → how it stands, those that remain left out."""
    found = recognise(graph.store, "mi", evidence, TODAY)
    return {x.outcome.code: x.standing.value for x in found.outcomes if x.standing is not Standing.REMAINING}


def test_an_outcome_held_is_recognised_and_its_unit_waits_for_the_others(mini: Graph) -> None:
    found = recognise(mini.store, "mi", held(["u-1-1"], kind="certificate", on=RECENT), TODAY)
    assert [(x.outcome.code, x.standing.value) for x in found.outcomes] == [
        ("u-1-1", "recognised"),
        ("u-1-2", "remaining"),
        ("u-2-1", "remaining"),
        ("u-3-1", "remaining"),
    ]
    assert [(x.unit.code, x.standing.value, [o.code for o in x.remaining]) for x in found.units] == [
        ("u-1", "remaining", ["u-1-2"]),
        ("u-2", "remaining", ["u-2-1"]),
        ("u-3", "remaining", ["u-3-1"]),
    ]
    assert (found.credits(Standing.RECOGNISED), found.credits(Standing.REMAINING)) == (0, 15)
    assert [decider.code for decider in found.policy.decided_by] == ["meesters"]


def test_a_unit_held_is_proof_of_all_its_outcomes(mini: Graph) -> None:
    found = recognise(mini.store, "mi", held(["u-1"], kind="certificate", on=RECENT), TODAY)
    assert [x.standing.value for x in found.units] == ["recognised", "remaining", "remaining"]
    assert found.credits(Standing.RECOGNISED) == Decimal(5)
    assert [outcome.code for outcome in found.items[0].outcomes] == ["u-1-1", "u-1-2"]


def test_a_competence_is_an_indication_and_only_where_all_competences_of_an_outcome_are_held(mini: Graph) -> None:
    assert standings(mini, *held(["c-03"], kind="certificate", on=RECENT)) == {"u-3-1": "examine"}
    both = held(["c-02", "c-03"], kind="certificate", on=RECENT)
    assert standings(mini, *both) == {"u-1-2": "examine", "u-2-1": "examine", "u-3-1": "examine"}
    found = recognise(mini.store, "mi", both, TODAY)
    assert [item.verdict for item in found.items] == [Verdict.INDICATION] * 2
    assert [x.standing.value for x in found.units] == ["remaining", "examine", "examine"]


def test_proof_of_one_outcome_says_nothing_of_another_with_the_same_competence(mini: Graph) -> None:
    assert standings(mini, *held(["u-3-1"], kind="certificate", on=RECENT)) == {"u-3-1": "recognised"}


@pytest.mark.parametrize(
    ("kind", "day", "verdict"),
    [
        ("certificate", date(2021, 11, 23), Verdict.PROOF),
        ("certificate", date(2021, 11, 22), Verdict.EXPIRED),
        ("Certificaat", TODAY, Verdict.PROOF),
        ("work-product", TODAY, Verdict.PROOF),
        ("testimonial", TODAY, Verdict.NOT_ACCEPTED),
        ("testimonial", date(1999, 1, 1), Verdict.NOT_ACCEPTED),
        ("", TODAY, Verdict.INDICATION),
        ("certificate", None, Verdict.INDICATION),
        ("", date(2021, 11, 22), Verdict.EXPIRED),
    ],
)
def test_kind_and_age_decide_what_evidence_is_worth(mini: Graph, kind: str, day: date | None, verdict: Verdict) -> None:
    found = recognise(mini.store, "mi", [Evidence("u-1-1", kind, day)], TODAY)
    assert found.items[0].verdict is verdict
    wanted = {Verdict.PROOF: Standing.RECOGNISED, Verdict.INDICATION: Standing.EXAMINE}
    assert found.outcomes[0].standing is wanted.get(verdict, Standing.REMAINING)


def test_one_good_piece_of_evidence_suffices_beside_an_expired_one(mini: Graph) -> None:
    old, good = Evidence("u-1-1", "certificate", date(2001, 1, 1)), Evidence("u-1-1", "certificate", TODAY)
    assert standings(mini, old, good) == {"u-1-1": "recognised"}


def test_what_no_outcome_rests_on_is_said_not_to_fit(mini: Graph) -> None:
    for code in ("c-04", "c-01", "oud-1"):
        found = recognise(mini.store, "mi", held([code], kind="certificate", on=RECENT), TODAY)
        assert (found.items[0].verdict is Verdict.ELSEWHERE) == (code != "c-01")


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ((), "There is no evidence to weigh"),
        (held(["u-1-9"]), "There is nothing called u-1-9 in this graph. Did you mean"),
        (held(["mi"]), "mi is no outcome, unit or competence"),
        (held(["u-1-1"], kind="diploma's"), "'diploma's' is no kind of evidence"),
        (held(["u-1-1"], on="2027-01-01"), "evidence dated 2027-01-01 lies after 2026-11-23"),
    ],
)
def test_wrong_evidence_is_told(mini: Graph, evidence: tuple[Evidence, ...], told: str) -> None:
    with pytest.raises((BadParameter, UnknownName)) as caught:
        recognise(mini.store, "mi", evidence, TODAY)
    assert told in str(caught.value).replace('"', "'")


def test_a_programme_without_policy_recognises_nothing_and_says_so(mini: Graph) -> None:
    with pytest.raises(BadParameter, match="No recognition policy applies to oud"):
        recognise(mini.store, "oud", held(["u-1"]), TODAY)


@pytest.mark.parametrize(
    ("day", "duration", "last"),
    [
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2023, 12, 15), "P1Y2M10D", date(2025, 2, 25)),
        (date(2023, 12, 15), "P0D", date(2023, 12, 15)),
        (date(2023, 12, 15), "P9999Y", date.max),
    ],
)
def test_months_are_counted_as_xml_schema_does(day: date, duration: str, last: date) -> None:
    assert valid_until(day, duration) == last


@pytest.mark.parametrize(
    "text",
    [
        "code,evidence,date\nu-1-1,certificate,2024-06-30\n",
        "\ufeffcode;bewijs;datum\r\nu-1-1; certificate ;2024-06-30\r\n\r\n",
    ],
)
def test_a_csv_file_may_be_dutch_and_from_a_spreadsheet(tmp_path: Path, text: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text(text, encoding="utf-8")
    assert read_evidence(path) == (Evidence("u-1-1", "certificate", date(2024, 6, 30), "", "e.csv:2"),)


def test_a_json_file_holds_objects_or_codes(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text(
        '[{"code": "u-1-1", "bewijs": "certificate", "date": null, "note": "werk"}, "c-01"]', encoding="utf-8"
    )
    assert read_evidence(path) == (
        Evidence("u-1-1", "certificate", None, "werk", "e.json[1]"),
        Evidence("c-01", where="e.json[2]"),
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("e.csv", b"", "e.csv is empty"),
        ("e.csv", b"\xef\xbb\xbf \n", "e.csv is empty"),
        ("e.csv", b"code,date\n", "only a header"),
        ("e.csv", b"u-1-1\nu-1-2\n", "e.csv:1: there is no column 'u-1-1'"),
        ("e.csv", b"code,kleur\nu-1-1,rood\n", "e.csv:1: there is no column 'kleur'"),
        ("e.csv", b"code,date,datum\n", "e.csv:1: there is no column 'datum', or it stands twice"),
        ("e.csv", b"evidence,date\ncertificate,2024-06-30\n", "e.csv:1: the column code is missing"),
        ("e.csv", b"code,date\nu-1-1,2024-06-30\nu-1-2,30-06-2024\n", "e.csv:3: '30-06-2024' is no date"),
        ("e.csv", b"code,date\nu-1-1,2024-02-30\n", "e.csv:2: '2024-02-30' is no date"),
        ("e.csv", b"code,date\n,2024-06-30\n", "e.csv:2: there is no code"),
        ("e.csv", b"code,note\nu-1-1,a,b\n", "e.csv:2: 3 values where the header has 2"),
        ("e.csv", b'code,note\nu-1-1,"open\n', "broken CSV"),
        ("e.csv", b"code\n\xff\n", "e.csv is not UTF-8 text (byte 5)"),
        ("e.json", b"{", "e.json:1: broken JSON"),
        ("e.json", b"{}", "e.json must hold a list"),
        ("e.json", b"[]", "has no evidence in it"),
        ("e.json", b'[{"code": 3}]', "e.json[1]: every value must be text"),
        ("e.json", b'[{"cod": "x"}]', "e.json[1]: there is no column 'cod'"),
        ("e.json", b"[" * 100_000, "e.json: broken JSON: nested too deeply"),
    ],
)
def test_a_wrong_file_is_one_message_with_its_place(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((LoadError, BadParameter)) as caught:
        read_evidence(path)
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read"):
        read_evidence(tmp_path / "none.csv")


@settings(max_examples=150)
@given(st.binary(max_size=60), st.sampled_from(["e.csv", "e.json"]))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(content)
    with suppress(KgError):
        assert read_evidence(path)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_advice_is_listed_and_given_as_json(mini: Graph, language: str) -> None:
    found = recognise(mini.store, "mi", held(["u-1", "c-03"], kind="certificate", on=RECENT), TODAY)
    assert item_table(found, language).column("held") == ["u-1", "c-03"]
    assert len(outcome_table(found, language)) == 4
    assert unit_table(found, language).column("unit") == ["u-1", "u-2", "u-3"]
    assert as_json(found, language)["units"][0]["standing"] == "recognised"


@st.composite
def curriculum_with_evidence(draw: st.DrawFn) -> tuple[Curriculum, list[Evidence]]:
    curriculum = draw(random_curriculum())
    codes = [*curriculum.competences, *curriculum.develops, *curriculum.units]
    pieces = st.builds(
        Evidence,
        st.sampled_from(codes),
        st.sampled_from(["certificate", "testimonial", ""]),
        st.sampled_from([None, date(2021, 11, 22), date(2021, 11, 23)]),
    )
    return curriculum, draw(st.lists(pieces, min_size=1, max_size=5))


@settings(deadline=None, max_examples=120)
@given(curriculum_with_evidence())
def test_standings_are_those_of_brute_force(drawn: tuple[Curriculum, list[Evidence]]) -> None:
    curriculum, evidence = drawn
    inside = {outcome for outcomes in curriculum.units.values() for outcome in outcomes}
    counting = [e for e in evidence if e.kind != "testimonial" and e.on != date(2021, 11, 22)]
    proving = [e for e in counting if e.kind and e.on]

    def outcomes_of(piece: Evidence) -> set[str]:
        return {piece.code} & set(curriculum.develops) | set(curriculum.units.get(piece.code, ()))

    indicated = {e.code for e in counting} & set(curriculum.competences)
    for piece in counting:
        if not outcomes_of(piece) & inside:
            indicated |= {c for outcome in outcomes_of(piece) for c in curriculum.develops[outcome]}
    wanted = {}
    for outcome in inside:
        if any(outcome in outcomes_of(piece) for piece in proving):
            wanted[outcome] = "recognised"
        elif any(outcome in outcomes_of(piece) for piece in counting) or (
            curriculum.develops[outcome] and curriculum.develops[outcome] <= indicated
        ):
            wanted[outcome] = "examine"
        else:
            wanted[outcome] = "remaining"
    found = recognise(store_of(curriculum), "p", evidence, TODAY)
    assert {x.outcome.code: x.standing.value for x in found.outcomes} == wanted
    earned = {unit for unit, own in curriculum.units.items() if own and all(wanted[o] == "recognised" for o in own)}
    assert found.credits(Standing.RECOGNISED) == sum(curriculum.credits[unit] for unit in earned)
    assert found.credits(*Standing) == sum(curriculum.credits.values())
    place = {x.unit.code: number for number, x in enumerate(found.units)}
    assert all(place[r] < place[unit] for unit in curriculum.units for r in curriculum.requires[unit])
