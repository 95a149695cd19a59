"""The pages for curriculum designers: a page, a picture, tables and data for every analysis, on any graph."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

import kg_web
from kg.curriculum.comparison import compare, comparison_table
from kg.curriculum.coverage import coverage, matrix_table, reach_table, share_table
from kg.curriculum.dossier import dossier
from kg.curriculum.dossier_tables import assessed_table, ground_table, noted_table, part_table, source_table
from kg.curriculum.evidence import Evidence
from kg.curriculum.gaps import State as GapState
from kg.curriculum.gaps import count_table, gap_table, gaps
from kg.curriculum.levels import bridge_table, levels, rung_table
from kg.curriculum.lifecycle import count_table as stage_table
from kg.curriculum.lifecycle import lifecycle, phase_table, step_table
from kg.curriculum.prerequisites import order_table, prerequisites
from kg.curriculum.recognition import recognise
from kg.curriculum.recognition_tables import item_table, outcome_table, unit_table
from kg.curriculum.redundancy import redundancy, redundancy_table
from kg.curriculum.rows import as_json
from kg.curriculum.selection import cover, cover_table
from kg.curriculum.trace import link_table, trace
from kg.curriculum.whatif import change_table, what_if
from kg.curriculum.whitespots import white_spots
from kg.curriculum.whitespots_tables import column_table, map_table, offer_table, spot_table, unserved_table
from kg.files.project import read_project
from kg.files.wording import catalogue
from kg.graph.store import Store
from kg.publish.build import build
from kg.publish.release import Release
from kg.table import Table
from kg_web.app import create_app
from kg_web.designer import ANALYSES
from kg_web.urls import PATHS
from site_pages import page
from site_words import texts_in_site
from tiny import tiny_app

MINI = Path(__file__).parent / "data" / "mini"
DATED = "have=u-1&have=c-03&evidence=certificate&date=2024-06-30&on=2026-11-23"
ASKED = {
    "trace": "thing=c-02",
    "coverage": "programme=mi",
    "gaps": "programme=mi",
    "plan": "programme=mi&pace=7,5&weeks=10",
    "whatif": "programme=mi&drop=u-2",
    "smallest": "programme=mi&wish=c-01&wish=c-03&depth=practised",
    "overlap": "programme=mi",
    "recognition": f"programme=mi&{DATED}",
    "comparison": "first=mi&second=bb-2020",
    "levels": "",
    "whitespots": "learner=leerlingen",
    "progress": "",
    "dossier": "programme=mi",
}
"""Analysis → a question about the mini graph that has an answer."""

SCRIPT_OF_OTHERS = re.compile(r'<script(?! src="/static/[\w.-]+\?v=\w+"(?: defer)?></script>)')
"""A script that is not the site's own."""


def path_of(name: str, lang: str = "nl", suffix: str = "", asked: str = "") -> str:
    path = f"/{lang}/{PATHS['design'][lang]}/{PATHS[name][lang]}"
    return path + (f".{suffix}" if suffix else "") + (f"?{asked}" if asked else "")


def data_of(site: FlaskClient, name: str, asked: str = "", lang: str = "nl") -> object:
    return json.loads(site.get(path_of(name, lang, "json", asked or ASKED[name])).text)


@pytest.fixture(scope="session")
def mini_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    project = read_project(MINI)
    folders = {**project.settings.folders, "releases": str(tmp_path_factory.mktemp("mini"))}
    return build(replace(project, settings=replace(project.settings, folders=folders)))


@pytest.fixture(scope="session")
def mini(mini_release: Release) -> Iterator[Flask]:
    site = create_app(read_project(MINI), mini_release)
    site.testing = True
    yield site
    site.extensions["kg.sparql"].guard.close()


@pytest.fixture(scope="session")
def store(mini: Flask) -> Store:
    found = mini.extensions["kg"].store
    assert isinstance(found, Store)
    return found


def changed(mini_release: Release, folder: Path, old: str, new: str) -> Flask:
    """The site over the mini graph with one text in it replaced."""
    quads = mini_release.quads_file.path.read_text(encoding="utf-8")
    assert old in quads
    return tiny_app(folder, quads.replace(old, new))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("asks", [True, False], ids=["asked", "plain"])
def test_every_analysis_is_a_page_on_a_graph_of_another_profession(
    mini: Flask, name: str, lang: str, *, asks: bool
) -> None:
    answer = mini.test_client().get(path_of(name, lang, asked=ASKED[name] if asks else ""))
    assert answer.status_code == 200
    shown = page(answer.text)
    assert not shown.refused
    assert shown.tags.count("h1") == 1
    assert len(shown.ids) == len(set(shown.ids))
    if asks:
        assert "table" in shown.tags
        assert "svg" in shown.tags


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_starts_with_something_of_the_shipped_graph(app: Flask, name: str, lang: str) -> None:
    answer = app.test_client().get(path_of(name, lang))
    assert answer.status_code == 200
    shown = page(answer.text)
    assert not shown.refused
    if name not in {"recognition", "smallest"}:
        assert "table" in shown.tags
    if name not in {"recognition", "smallest", "whatif"}:
        assert "svg" in shown.tags


@pytest.mark.parametrize("site_name", ["mini", "app"])
def test_the_desk_tells_something_of_this_graph_at_every_analysis(
    site_name: str, request: pytest.FixtureRequest
) -> None:
    site = request.getfixturevalue(site_name).test_client()
    for lang in ("nl", "en"):
        base = f"/{lang}/{PATHS['design'][lang]}"
        shown = page(site.get(f"{base}/").text)
        assert {path_of(name, lang) for name in ANALYSES} <= set(shown.hrefs)
        entries = json.loads(site.get(f"{base}.json").text)
        assert [entry["name"] for entry in entries] == list(ANALYSES)
        assert all(re.search(r"\d", entry["finding"]) for entry in entries), entries
        assert len(list(csv.DictReader(io.StringIO(site.get(f"{base}.csv").text)))) == len(ANALYSES)


def test_the_first_designed_programme_is_the_default(mini: Flask, app: Flask) -> None:
    for site, code in ((mini, "mi"), (app, "mi-ow")):
        for name in ("coverage", "plan", "whatif", "overlap"):
            assert f"programme={code}" in site.test_client().get(path_of(name)).text


def tables(store: Store, lang: str) -> dict[tuple[str, str], Table]:
    """Analysis and table → the rows as the function gives them."""
    evidence = [Evidence(code, "certificate", date(2024, 6, 30)) for code in ("u-1", "c-03")]
    advice = recognise(store, "mi", evidence, date(2026, 11, 23))
    spots = white_spots(store)
    return {
        ("trace", "links"): link_table(trace(store, "c-02"), lang),
        ("coverage", "matrix"): matrix_table(coverage(store, "mi"), lang),
        ("coverage", "reach"): reach_table(coverage(store, "mi"), lang),
        ("coverage", "shares"): share_table(coverage(store, "mi"), lang),
        ("gaps", "findings"): gap_table(gaps(store, "mi"), lang, GapState.GAP),
        ("gaps", "counts"): count_table(gaps(store, "mi"), lang),
        ("plan", "order"): order_table(prerequisites(store, "mi"), lang),
        ("whatif", "changes"): change_table(what_if(store, "mi", drop=["u-2"]), lang),
        ("smallest", "units"): cover_table(cover(store, "mi", ["c-01", "c-03"], depth="practised"), lang),
        ("overlap", "units"): redundancy_table(redundancy(store, "mi"), lang),
        ("recognition", "outcomes"): outcome_table(advice, lang),
        ("recognition", "units"): unit_table(advice, lang),
        ("recognition", "evidence"): item_table(advice, lang),
        ("comparison", "pairs"): comparison_table(compare(store, "mi", "bb-2020"), lang),
        ("levels", "levels"): rung_table(levels(store), lang),
        ("levels", "matches"): bridge_table(levels(store), lang),
        ("whitespots", "map"): map_table(spots, lang, spots.learners[0]),
        ("whitespots", "offers"): offer_table(spots, lang),
        ("whitespots", "column"): column_table(spots, lang),
        ("whitespots", "organisations"): unserved_table(spots, lang),
        ("whitespots", "spots"): spot_table(spots, lang),
        ("dossier", "outcomes"): part_table(dossier(store, "mi"), lang),
        ("dossier", "grounds"): ground_table(dossier(store, "mi"), lang),
        ("dossier", "assessments"): assessed_table(dossier(store, "mi"), lang),
        ("dossier", "gaps"): count_table(dossier(store, "mi").gaps, lang),
        ("dossier", "remarks"): noted_table(dossier(store, "mi"), lang),
        ("dossier", "sources"): source_table(dossier(store, "mi"), lang),
        ("progress", "steps"): step_table(lifecycle(store), lang),
        ("progress", "counts"): stage_table(lifecycle(store), lang),
        ("progress", "phases"): phase_table(lifecycle(store), lang),
    }


def test_csv_gives_the_tables_of_the_functions(mini: Flask, store: Store) -> None:
    site = mini.test_client()
    for lang in ("nl", "en"):
        made = tables(store, lang)
        assert {name for name, _ in made} == set(ANALYSES)
        for (name, table), rows in made.items():
            answer = site.get(path_of(name, lang, "csv", f"{ASKED[name]}&table={table}"))
            assert answer.mimetype == "text/csv"
            assert answer.text == rows.to_csv(), (name, table)


def test_json_gives_the_whole_analysis(mini: Flask, store: Store) -> None:
    site = mini.test_client()
    functions = {
        "trace": trace(store, "c-02"),
        "dossier": dossier(store, "mi"),
        "coverage": coverage(store, "mi"),
        "gaps": gaps(store, "mi"),
        "overlap": redundancy(store, "mi"),
        "comparison": compare(store, "mi", "bb-2020"),
        "levels": levels(store),
        "whitespots": white_spots(store),
        "whatif": what_if(store, "mi", drop=["u-2"]),
        "smallest": cover(store, "mi", ["c-01", "c-03"], depth="practised"),
    }
    for name, found in functions.items():
        assert data_of(site, name) == json.loads(json.dumps(as_json(found, "nl"), default=str)), name
    made = data_of(site, "plan")
    assert isinstance(made, dict)
    assert [period["credits"] for period in made["periods"]] == [5, 5, 5]
    assert data_of(site, "recognition", lang="en") != data_of(site, "recognition", lang="nl")


@pytest.mark.parametrize("name", ANALYSES)
def test_a_picture_can_be_taken_along_and_then_links_nowhere(mini: Flask, name: str) -> None:
    answer = mini.test_client().get(path_of(name, "en", "svg", ASKED[name]))
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    assert root.get("role") == "img"
    assert not list(root.iter("{http://www.w3.org/2000/svg}a"))


@pytest.mark.parametrize("name", ANALYSES)
def test_the_permanent_link_and_the_files_lead_to_the_same(mini: Flask, name: str) -> None:
    site = mini.test_client()
    shown = site.get(path_of(name, "en", asked=ASKED[name])).text
    permanent = re.search(r'<code class="copy">http://localhost([^<]+)</code>', shown)
    assert permanent
    again = site.get(permanent[1].replace("&amp;", "&"))
    assert again.status_code == 200
    assert 'id="result"' in again.text
    hrefs = [href for href in page(shown).hrefs if re.search(r"\.(csv|json|svg)(\?|$)", href)]
    assert {re.search(r"\.(\w+)(\?|$)", href)[1] for href in hrefs} == {"csv", "json", "svg"}  # type: ignore[index]
    for href in hrefs:
        assert site.get(href).status_code == 200, href


def test_accept_asks_for_data_at_the_address_of_the_page(mini: Flask) -> None:
    site = mini.test_client()
    answer = site.get(path_of("coverage", "en", asked="programme=mi"), headers={"Accept": "text/csv"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/design/coverage.csv?programme=mi"


def test_a_thing_can_be_chosen_by_what_a_list_suggests_and_by_its_iri(mini: Flask) -> None:
    site = mini.test_client()
    for text in ("c-02", "c-02 – wat dan ook", "competence/c-02", "https://example.org/mini/id/competence/c-02"):
        found = json.loads(site.get(path_of("trace", suffix="json"), query_string={"thing": text}).text)
        assert found["start"]["code"] == "c-02"


@pytest.mark.parametrize(
    ("name", "asked", "status", "told"),
    [
        ("trace", "thing=c-09", 404, "There is nothing called c-09"),
        ("trace", "thing=evc-1", 400, "no chain runs through it"),
        ("coverage", "programme=nope", 404, "There is nothing called nope"),
        ("coverage", "programme=c-01", 400, "c-01 is no programme"),
        ("coverage", "profile=s-1", 404, "There are no competences in s-1"),
        ("coverage", "table=nope", 400, ""),
        ("coverage", "unit=u-1", 400, "no parameter unit"),
        ("gaps", "programme=u-1", 400, "u-1 is no programme"),
        ("gaps", "state=linked", 400, "linked is not one of: gap, unknown, not-applicable"),
        ("plan", "pace=x", 400, "x is no number of EC"),
        ("plan", "pace=nan", 400, "nan is no number of EC"),
        ("plan", "pace=-1", 400, "is no pace"),
        ("plan", "pace=1", 400, "no period has room"),
        ("plan", "pace=1e400", 400, "no number of EC"),
        ("plan", "weeks=0", 400, "no number of weeks"),
        ("plan", "weeks=²", 400, "no number of weeks"),
        ("whatif", "drop=nope", 404, "There is nothing called nope"),
        ("whatif", "drop=oud-1", 400, "oud-1 is no unit of mi"),
        ("whatif", "add=u-1", 400, "u-1 is a unit of mi already"),
        ("smallest", "wish=u-1", 400, "cannot be wished for"),
        ("smallest", "wish=c-01&depth=deep", 400, "deep is not one of"),
        ("overlap", "programme=nope", 404, "There is nothing called nope"),
        ("recognition", "have=t-1", 400, "nobody can hold it"),
        ("recognition", "have=u-1&date=gisteren", 400, "gisteren is no date"),
        ("recognition", "have=u-1&date=20240630", 400, "20240630 is no date"),
        ("recognition", "have=u-1&date.u-1=x", 400, "x is no date"),
        ("recognition", "have=u-1&evidence=nope", 404, "no kind of evidence"),
        ("recognition", "have=u-1&date=2030-01-01&on=2026-01-01", 400, "lies after"),
        ("recognition", "programme=oud", 400, "No recognition policy applies"),
        ("comparison", "first=u-1", 400, "neither a profile nor a programme"),
        ("levels", "x=1", 400, "no parameters"),
        ("whitespots", "level=nlqf-99", 404, "nlqf-99 is not on the map"),
        ("whitespots", "learner=c-01", 404, "c-01 is not on the map"),
    ],
)
def test_what_does_not_fit_is_told_and_never_a_traceback(
    mini: Flask, name: str, asked: str, status: int, told: str
) -> None:
    site = mini.test_client()
    if told:
        shown = site.get(path_of(name, "en", asked=asked))
        assert shown.status_code == status
        assert told in page(shown.text).text
        assert "`kg" not in shown.text
    data = site.get(path_of(name, "en", "csv", asked), headers={"Accept": "application/json"})
    assert data.status_code == status
    assert data.mimetype == "application/problem+json"


def test_a_wrong_code_is_answered_with_what_fits(mini: Flask) -> None:
    site = mini.test_client()
    shown = page(site.get(path_of("coverage", "en", asked="programme=mii")).text)
    assert "/en/design/coverage?programme=mi" in shown.hrefs
    shown = page(site.get(path_of("plan", "en", asked="programme=mi&pace=1")).text)
    assert "at least 5" not in shown.text, "hints speak of the command line"


def test_an_unknown_form_or_analysis_is_a_404_that_names_the_nearest(mini: Flask) -> None:
    site = mini.test_client()
    assert site.get("/en/design/coverage.pdf").status_code == 404
    shown = site.get("/nl/ontwerpen/dekkin")
    assert shown.status_code == 404
    assert "/nl/ontwerpen/dekking" in page(shown.text).hrefs
    assert site.get("/nl/ontwerpen/dekkin.csv").status_code == 404


def test_a_programme_without_units_gets_the_clear_message_and_cannot_be_chosen(app: Flask) -> None:
    site = app.test_client()
    for name in ("coverage", "plan", "overlap", "whatif", "dossier"):
        answer = site.get(path_of(name, "en", asked="programme=ba-sw"))
        assert answer.status_code == 404
        shown = page(answer.text)
        assert "ba-sw" in shown.text
        assert path_of(name, "en", asked="programme=mi-ow") in shown.hrefs
    assert re.search(r'<option value="ba-sw" disabled>', site.get(path_of("coverage")).text)
    assert site.get(path_of("gaps", asked="programme=ba-sw")).status_code == 200


def test_nothing_ticked_is_a_page_and_no_data(mini: Flask) -> None:
    site = mini.test_client()
    for name in ("recognition", "smallest"):
        assert site.get(path_of(name)).status_code == 200
        assert site.get(path_of(name, suffix="csv")).status_code == 400
        assert not [href for href in page(site.get(path_of(name)).text).hrefs if ".csv" in href]


def test_advice_is_kept_nowhere_and_says_who_decides(mini: Flask) -> None:
    site = mini.test_client()
    for suffix in ("", "json", "csv", "svg"):
        answer = site.get(path_of("recognition", "en", suffix, ASKED["recognition"]))
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    shown = page(site.get(path_of("recognition", "en", asked=ASKED["recognition"])).text).text
    assert "Who decides: masters of the guild." in shown
    assert "Of minor Bridges, 5 EC can be recognised; 10 EC remain" in shown
    assert "Weighed on November 23, 2026." in shown
    answer = site.get(path_of("coverage"))
    assert answer.headers["ETag"]


def test_each_piece_of_evidence_can_have_a_kind_and_date_of_its_own(mini: Flask) -> None:
    site = mini.test_client()
    own = "programme=mi&have=u-1&have=u-2&evidence=certificate&date=2024-06-30&on=2026-11-23&date.u-2=2001-01-01"
    found = json.loads(site.get(path_of("recognition", suffix="json", asked=own)).text)
    assert [item["verdict"] for item in found["items"]] == ["proof", "expired"]
    shown = site.get(path_of("recognition", asked=own)).text
    assert 'name="date.u-2" value="2001-01-01"' in shown
    assert re.search(r'value="u-1" checked', shown)


def test_a_circle_of_prerequisites_is_shown_and_nothing_is_planned(mini_release: Release, tmp_path: Path) -> None:
    base = "https://example.org/mini/"
    line = f"<{base}id/unit/u-2> <https://w3id.org/leergraaf/def#requiresUnit> <{base}id/unit/u-1>"
    back = f"{line} <{base}graph/proposal-minor> .\n{line.replace('u-2', 'u-9').replace('u-1', 'u-2')}"
    back = back.replace("u-9", "u-1")
    site = changed(
        mini_release, tmp_path, f"{line} <{base}graph/proposal-minor>", f"{back} <{base}graph/proposal-minor>"
    )
    try:
        answer = site.test_client().get(path_of("plan", "en"))
        assert answer.status_code == 200
        shown = page(answer.text)
        assert "u-1 → u-2 → u-1" in shown.text
        assert "kg-picture" not in answer.text
        assert site.test_client().get(path_of("plan", "en", "svg")).status_code == 404
        for name in ANALYSES:
            assert site.test_client().get(path_of(name)).status_code in {200, 400}, name
    finally:
        site.extensions["kg.sparql"].guard.close()


def test_whatever_stands_in_a_label_is_text(mini_release: Release, tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script>\\\"'{x}&"
    site = changed(mini_release, tmp_path, '"meten"@nl', f'"{hostile}"@nl')
    try:
        for name in ANALYSES:
            asked = "thing=u-1" if name == "trace" else ASKED[name]
            for suffix in ("", "svg"):
                answer = site.test_client().get(path_of(name, "nl", suffix, asked))
                assert answer.status_code == 200, name
                assert not SCRIPT_OF_OTHERS.search(answer.text), name
                if not suffix:
                    assert not page(answer.text).refused
    finally:
        site.extensions["kg.sparql"].guard.close()


def test_whatever_is_asked_is_text(mini: Flask) -> None:
    site = mini.test_client()
    for name, analysis in ANALYSES.items():
        for parameter in (*analysis.parameters, "table", "<script>"):
            for path in (path_of(name), path_of(name, suffix="csv")):
                answer = site.get(path, query_string={parameter: '"><script>alert(1)</script>{x}'})
                assert answer.status_code in {200, 400, 404}
                assert not SCRIPT_OF_OTHERS.search(answer.text) or answer.mimetype == "application/problem+json"


def test_a_graph_without_what_an_analysis_needs_says_so(tmp_path: Path) -> None:
    site = tiny_app(tmp_path, "")
    try:
        for lang in ("nl", "en"):
            desk = site.test_client().get(f"/{lang}/{PATHS['design'][lang]}/")
            assert desk.status_code == 200
            for name in ANALYSES:
                answer = site.test_client().get(path_of(name, lang))
                assert answer.status_code in {200, 400, 404}, name
    finally:
        site.extensions["kg.sparql"].guard.close()


def test_the_pages_of_things_lead_to_the_analyses_that_apply(app: Flask) -> None:
    site = app.test_client()
    shown = page(site.get("/nl/programme/mi-ow").text)
    for name in ("coverage", "gaps", "plan", "whatif"):
        assert path_of(name, asked="programme=mi-ow") in shown.hrefs
    assert path_of("trace", asked="thing=competence%2Fow-01") in page(site.get("/nl/competence/ow-01").text).hrefs
    assert path_of("coverage", asked="programme=ba-sw") not in page(site.get("/nl/programme/ba-sw").text).hrefs


def test_a_page_that_names_one_side_compares_it_with_another(mini: Flask) -> None:
    for asked in ("first=mi", "second=mi", "first=bb-2020", "second=bb-2020"):
        found = json.loads(mini.test_client().get(path_of("comparison", suffix="json", asked=asked)).text)
        assert found["first"]["thing"]["code"] != found["second"]["thing"]["code"]


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    folder = Path(kg_web.__file__).parent / "locale" / "designer"
    assert set(catalogue("nl", folder)) - set(texts_in_site()) == set()


def test_the_other_language_of_a_page_keeps_what_was_asked(mini: Flask) -> None:
    shown = page(mini.test_client().get(path_of("coverage", "nl", asked="programme=mi")).text)
    assert "/en/design/coverage?programme=mi" in shown.hrefs


def test_a_profile_without_competences_offers_no_comparison(app: Flask) -> None:
    client = app.test_client()
    assert "vergelijking?first=opbouwwerker-2010" in client.get("/nl/profile/opbouwwerker-2010").text
    assert "vergelijking?first=" not in client.get("/nl/profile/sociaal-werker-2018").text


def test_the_progress_page_names_the_next_step_of_every_designed_thing(mini: Flask) -> None:
    found: Any = data_of(mini.test_client(), "progress")
    assert {standing["next"] for standing in found["standings"]} == {"inPilot"}
    text = mini.test_client().get(path_of("progress")).text
    assert "Van voorgesteld naar in pilot" in text
    assert all(standing["thing"]["code"] in text for standing in found["standings"])


def test_the_progress_page_leaves_open_what_nobody_has_said(app: Flask) -> None:
    text = app.test_client().get(path_of("progress")).text
    assert text.count("nog niet") == 3
    assert "onbekend" in text
