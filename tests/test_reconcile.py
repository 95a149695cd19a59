"""The reconciliation service: what the API asks, what OpenRefine does with it, and what is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.match import ON_REQUEST
from reconciliation import ENTITIES, EXTENSION, MANIFEST, PROPOSALS, RESULTS, TERMS
from site_pages import page

ORIGIN = {"Origin": "http://127.0.0.1:3333"}


@pytest.fixture
def site(app: Flask) -> FlaskClient:
    return app.test_client()


def checked(answer: Any, schema: dict[str, Any]) -> Any:
    """The JSON of an answer that scripts of every site may read, valid against what the API says."""
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    jsonschema.validate(answer.json, schema)
    return answer.json


def ask(site: FlaskClient, *queries: dict[str, Any] | str, lang: str = "nl") -> list[list[dict[str, Any]]]:
    """The candidates for each query, asked in one batch by POST."""
    batch = {f"q{i}": query if isinstance(query, dict) else {"query": query} for i, query in enumerate(queries)}
    answer = site.post(f"/{lang}/reconcile", data={"queries": json.dumps(batch)}, headers=ORIGIN)
    found = checked(answer, RESULTS)
    assert list(found) == list(batch)
    return [found[key]["result"] for key in batch]


def extend(site: FlaskClient, ids: list[str], properties: list[dict[str, Any]], lang: str = "nl") -> dict[str, Any]:
    content = json.dumps({"ids": ids, "properties": properties})
    return checked(site.post(f"/{lang}/reconcile", data={"extend": content}, headers=ORIGIN), EXTENSION)


# The manifest


def test_each_language_has_its_own_manifest(site: FlaskClient) -> None:
    manifests = {lang: checked(site.get(f"/{lang}/reconcile"), MANIFEST) for lang in ("nl", "en")}
    for lang, manifest in manifests.items():
        assert f"/{lang}/reconcile" in manifest["suggest"]["entity"]["service_url"]
        assert manifest["name"].endswith(f"({lang})")
    assert manifests["nl"]["defaultTypes"][0] == {"id": "Competence", "name": "competentie"}
    assert manifests["en"]["defaultTypes"][0] == {"id": "Competence", "name": "competence"}
    assert manifests["nl"]["identifierSpace"] == "https://w3id.org/leergraaf/id/"
    answer = site.get("/reconcile", headers={"Accept-Language": "en"})
    assert answer.json == manifests["en"]
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_manifest_names_every_kind_that_has_names(app: Flask, site: FlaskClient) -> None:
    named = {entry["id"] for entry in site.get("/nl/reconcile").json["defaultTypes"]}
    assert {"Competence", "Task", "LearningOutcome", "LearningUnit", "Programme", "Organisation", "Place"} <= named
    assert len(named) == len(set(app.extensions["kg"].index.segments) - ON_REQUEST)


def test_addresses_in_the_manifest_lead_somewhere(site: FlaskClient) -> None:
    manifest = site.get("/nl/reconcile").json
    thing = quote("competence/ow-06", safe="")
    view = site.get(manifest["view"]["url"].replace("{{id}}", thing))
    assert (view.status_code, view.headers["Location"]) == (303, "/nl/competence/ow-06")
    assert site.get(manifest["preview"]["url"].replace("{{id}}", thing)).status_code == 200
    assert site.get(manifest["logo"]).status_code == 200
    assert site.get(manifest["documentation"]).status_code == 200


# As OpenRefine does it


def test_a_session_of_openrefine_replayed(site: FlaskClient) -> None:
    """Add the service, guess types, reconcile in batches with columns beside, preview, choose by hand, add columns."""
    manifest = checked(site.get("/nl/reconcile", headers=ORIGIN), MANIFEST)
    cells = ["Partijen strategisch verbinden", "tegenstelingen overbruggen", "actief burgerschap", "", "iets anders"]
    guess = {f"q{i}": {"query": text, "limit": 3} for i, text in enumerate(cells) if text}
    found = checked(site.post("/nl/reconcile", data={"queries": json.dumps(guess)}, headers=ORIGIN), RESULTS)
    guessed = [candidate["type"][0]["id"] for entry in found.values() for candidate in entry["result"][:1]]
    assert max(guessed, key=guessed.count) == "Competence"

    suggest = manifest["suggest"]
    at = suggest["type"]["service_url"] + suggest["type"]["service_path"]
    types = checked(site.get(at, query_string={"prefix": "compet"}, headers=ORIGIN), TERMS)
    assert types["result"][0]["id"] == "Competence"
    at = suggest["property"]["service_url"] + suggest["property"]["service_path"]
    properties = checked(site.get(at, query_string={"prefix": "hoort", "type": "Competence"}, headers=ORIGIN), TERMS)
    pid = properties["result"][0]["id"]

    batch = {
        f"q{i}": {
            "query": text,
            "type": "Competence",
            "type_strict": "should",
            "properties": [{"pid": pid, "v": "competentieprofiel opbouwwerker 2010"}],
        }
        for i, text in enumerate(cells)
        if text
    }
    content = "queries=" + quote(json.dumps(batch))
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    found = checked(site.post("/nl/reconcile", data=content, content_type=kind, headers=ORIGIN), RESULTS)
    first = {key: entry["result"][0] for key, entry in found.items() if entry["result"]}
    assert {key: (one["id"], one["match"]) for key, one in first.items() if one["match"]} == {
        "q0": ("competence/ow-07", True),
        "q1": ("competence/ow-06", True),
    }
    assert {"competence/ow-04", "competence/sw-05"} >= {first["q2"]["id"]}
    assert all(feature["id"] in {"name", "properties"} for feature in first["q0"]["features"])

    preview = site.get(manifest["preview"]["url"].replace("{{id}}", quote(first["q1"]["id"], safe="")), headers=ORIGIN)
    assert "tegenstellingen" in page(preview.text).text

    at = suggest["entity"]["service_url"] + suggest["entity"]["service_path"]
    asked = {"prefix": "verm", "type": "Competence", "type_strict": "should", "spell": "always", "_": "1700000000"}
    chosen = checked(site.get(at, query_string=asked, headers=ORIGIN), ENTITIES)
    assert chosen["result"]
    assert all(one["notable"][0]["id"] == "Competence" for one in chosen["result"])

    place = manifest["extend"]["propose_properties"]
    at = place["service_url"] + place["service_path"]
    proposed = checked(site.get(at, query_string={"type": "Competence"}, headers=ORIGIN), PROPOSALS)
    ids = [one["id"] for one in first.values()]
    columns = extend(site, ids, [{"id": one["id"]} for one in proposed["properties"]])
    assert set(columns["rows"]) == set(ids)
    assert [one["id"] for one in columns["meta"]] == [one["id"] for one in proposed["properties"]]
    assert [one["name"] for one in columns["meta"]] == [one["name"] for one in proposed["properties"]]


# Queries


def test_get_and_post_give_the_same(site: FlaskClient) -> None:
    batch = json.dumps({"a": {"query": "sociaal werk"}, "b": {"query": "HU", "type": ["Organisation"]}})
    by_post = site.post("/en/reconcile", data={"queries": batch}).json
    by_get = checked(site.get("/en/reconcile", query_string={"queries": batch}), RESULTS)
    assert by_get == by_post
    assert by_get["b"]["result"][0]["name"] == "HU University of Applied Sciences Utrecht"


def test_names_are_told_in_the_language_of_the_service_and_found_in_both(site: FlaskClient) -> None:
    for lang, name in (("nl", "kan tegenstellingen overbruggen"), ("en", "can bridge opposing positions")):
        for text in ("tegenstellingen overbruggen", "bridging opposing positions"):
            (found,) = ask(site, text, lang=lang)
            assert (found[0]["id"], found[0]["name"], found[0]["match"]) == ("competence/ow-06", name, True)


def test_an_identifier_or_iri_as_query_gives_its_thing(site: FlaskClient) -> None:
    for found in ask(site, "ow-06", "competence/ow-06", "https://w3id.org/leergraaf/id/competence/ow-06"):
        assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("competence/ow-06", 100, True)


def test_scores_fall_and_only_the_first_can_match(site: FlaskClient) -> None:
    for found in ask(site, "werken in de wijk", "sociaal werker", "netwerk", "minor", "AZW-info"):
        scores = [one["score"] for one in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)
        assert not any(one["match"] for one in found[1:])


@pytest.mark.parametrize(
    "type_", ["Competence", "lg:Competence", "competence", "https://w3id.org/leergraaf/def#Competence"]
)
def test_a_type_restricts(site: FlaskClient, type_: str) -> None:
    for given in (type_, [type_], [type_, "Q42"]):
        (found,) = ask(site, {"query": "verbinden", "type": given})
        assert found
        assert {one["type"][0]["id"] for one in found} == {"Competence"}


def test_a_type_of_another_service_has_no_candidates(site: FlaskClient) -> None:
    assert ask(site, {"query": "tegenstellingen overbruggen", "type": "Q42"}) == [[]]


def test_properties_decide_between_things_of_one_name(site: FlaskClient) -> None:
    plain, right, wrong, unknown = ask(
        site,
        {"query": "wijkgericht werken"},
        {"query": "wijkgericht werken", "properties": [{"pid": "programme", "v": "mbo Sociaal Werk"}]},
        {"query": "kan tegenstellingen overbruggen", "properties": [{"pid": "profile", "v": "sociaal-werker-2022"}]},
        {"query": "kan tegenstellingen overbruggen", "properties": [{"pid": "no such thing", "v": "x"}]},
    )
    assert not plain[0]["match"]
    assert (right[0]["id"], right[0]["match"]) == ("unit/mbo-sw-k1", True)
    assert not wrong[0]["match"]
    assert wrong[0]["score"] < 70
    assert not unknown[0]["match"]


@pytest.mark.parametrize(
    ("pid", "value"),
    [
        ("level", "nlqf-6"),
        ("level", "NLQF niveau 6"),
        ("lg:atLevel", {"id": "level/nlqf-6", "name": "whatever"}),
        ("atLevel", ["nlqf-5", "nlqf-6"]),
        ("lg:credits", 5),
        ("lg:credits", "5,0"),
        ("programme", "minor opbouwerk"),
        ("^lg:hasUnit", "mi-ow"),
        ("https://w3id.org/leergraaf/def#hasOutcome", "bemiddelen bij tegenstellingen in de buurt"),
    ],
)
def test_values_of_properties_are_understood_as_people_write_them(site: FlaskClient, pid: str, value: Any) -> None:
    (found,) = ask(site, {"query": "verbinden en overbruggen", "properties": [{"pid": pid, "v": value}]})
    assert (found[0]["id"], found[0]["match"]) == ("unit/mo-3", True)
    assert {"id": "properties", "value": 100.0} in found[0]["features"]


def test_an_empty_cell_in_another_column_asks_nothing(site: FlaskClient) -> None:
    for empty in ("", "  ", None, []):
        (found,) = ask(site, {"query": "ow-06", "properties": [{"pid": "level", "v": empty}]})
        assert found[0]["match"]


def test_properties_alone_find_things_and_decide_nothing(site: FlaskClient) -> None:
    (found,) = ask(site, {"properties": [{"pid": "programme", "v": "mi-ow"}], "type": "LearningUnit", "limit": 100})
    assert {one["id"] for one in found} == {f"unit/mo-{i}" for i in range(1, 7)}
    assert not any(one["match"] for one in found)


def test_a_limit_is_kept(site: FlaskClient) -> None:
    one, many = ask(site, {"query": "werken", "limit": 1}, {"query": "werken", "limit": 1e9})
    assert len(one) == 1
    assert 1 < len(many) <= 100


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "🙂", "a" * 20_000, "\ud83d", "x " * 5_000, "<script>", "' OR 1=1 --", "{{7*7}}", "\u202eabc"],
)
def test_odd_cells_have_an_answer_of_their_own(site: FlaskClient, text: str) -> None:
    found = ask(site, text, "ow-06")
    assert not any(one["match"] for one in found[0])
    assert found[1][0]["id"] == "competence/ow-06"


@pytest.mark.parametrize(
    ("queries", "status", "told"),
    [
        ("[1", 400, "geen JSON"),
        ("[]", 400, "JSON-object"),
        ('"x"', 400, "JSON-object"),
        ("[" * 100_000, 400, "geen JSON"),
        (r'{"\ud800": {"query": "x"}}', 400, "geen JSON"),
        ('{"q": 1}', 400, "queries.q"),
        ('{"q": {}}', 400, "queries.q"),
        ('{"q": {"query": 1}}', 400, "queries.q.query"),
        ('{"q": {"query": "x", "type": 1}}', 400, "queries.q.type"),
        ('{"q": {"query": "x", "limit": 0}}', 400, "queries.q.limit"),
        ('{"q": {"query": "x", "limit": "5"}}', 400, "queries.q.limit"),
        ('{"q": {"query": "x", "limit": true}}', 400, "queries.q.limit"),
        ('{"q": {"query": "x", "limit": NaN}}', 400, "queries.q.limit"),
        ('{"q": {"query": "x", "properties": {}}}', 400, "queries.q.properties"),
        ('{"q": {"query": "x", "properties": [{"pid": "level"}]}}', 400, "queries.q.properties[0]"),
        ('{"q": {"query": "x", "properties": [{"pid": "level", "v": {}}]}}', 400, "queries.q.properties[0].v"),
        (json.dumps({f"q{i}": {"query": "x"} for i in range(51)}), 413, "50"),
        ('{"q": {"query": "' + "x" * 2_000_000 + '"}}', 413, ""),
    ],
)
def test_what_is_no_batch_is_refused_with_the_place(site: FlaskClient, queries: str, status: int, told: str) -> None:
    answer = site.post("/nl/reconcile", data={"queries": queries}, headers=ORIGIN)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert told in answer.json.get("detail", "")


def test_jsonp_and_empty_posts_are_refused_as_data_for_whoever_asks(site: FlaskClient) -> None:
    for accept in ("*/*", "text/html", "application/json"):
        for answer in (
            site.get("/nl/reconcile?callback=alert", headers={"Accept": accept}),
            site.post("/nl/reconcile", headers={"Accept": accept}),
            site.post("/nl/reconcile", json={"queries": {}}, headers={"Accept": accept}),
        ):
            assert answer.status_code == 400
            assert answer.mimetype == "application/problem+json"
    assert site.delete("/nl/reconcile").status_code == 405


def test_scripts_of_other_sites_may_post(site: FlaskClient) -> None:
    wanted = {**ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for address in ("/reconcile", "/nl/reconcile", "/en/reconcile/suggest/entity", "/nl/reconcile/properties"):
        answer = site.options(address, headers=wanted)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "POST" in site.options("/nl/reconcile", headers=wanted).headers["Access-Control-Allow-Methods"]


# Suggest


def test_suggestions_complete_what_is_typed(site: FlaskClient) -> None:
    at = "/nl/reconcile/suggest/entity"
    for prefix in ("kan tegenst", "tegenstellingen overb", "ow-06", "tegenstelinge"):
        found = checked(site.get(at, query_string={"prefix": prefix}), ENTITIES)["result"]
        assert "competence/ow-06" in [one["id"] for one in found], prefix
    assert checked(site.get(at), ENTITIES)["result"] == []
    first = checked(site.get(at, query_string={"prefix": "werken"}), ENTITIES)["result"]
    rest = checked(site.get(at, query_string={"prefix": "werken", "cursor": len(first)}), ENTITIES)["result"]
    assert rest
    assert not {one["id"] for one in first} & {one["id"] for one in rest}
    assert site.get(at, query_string={"prefix": "x", "cursor": "-1"}).status_code == 400


def test_types_and_properties_are_suggested_by_name_and_identifier(site: FlaskClient) -> None:
    types = checked(site.get("/en/reconcile/suggest/type?prefix=LearningU"), TERMS)["result"]
    assert types == [{"id": "LearningUnit", "name": "learning unit"}]
    properties = checked(site.get("/en/reconcile/suggest/property?prefix=level"), TERMS)["result"]
    assert {"id": "lg:atLevel", "name": "at level"} in properties
    assert checked(site.get("/en/reconcile/suggest/property"), TERMS)["result"]


# Preview


def test_a_preview_may_be_framed_and_does_nothing(site: FlaskClient) -> None:
    for lang, word in (("nl", "Competentie"), ("en", "Competence")):
        answer = site.get(f"/{lang}/reconcile/preview?id=competence%2Fow-06")
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Language"] == lang
        shown = page(answer.text)
        assert word in shown.text
        assert not shown.refused
        assert not {"script", "form", "iframe"} & set(shown.tags)
        assert [urlsplit(href).path for href in shown.hrefs] == [f"/{lang}/competence/ow-06"]
    assert site.get("/nl/reconcile/preview?id=competence/ow-99").status_code == 404
    assert site.get("/nl/reconcile/preview").status_code == 404
    assert "frame-ancestors 'none'" in site.get("/nl/reconcile/preview").headers["Content-Security-Policy"]


# Data extension


def test_columns_are_filled_with_things_numbers_and_texts(site: FlaskClient) -> None:
    given = [
        {"id": name} for name in ("programme", "lg:credits", "skos:definition", "lg:hasOutcome", "^lg:requiresUnit")
    ]
    content = extend(site, ["unit/mo-1", "https://w3id.org/leergraaf/id/unit/mo-2", "nothing"], given, lang="en")
    row = content["rows"]["unit/mo-1"]
    assert row["programme"] == [{"id": "programme/mi-ow", "name": "minor in Community Work"}]
    assert row["lg:credits"] == [{"float": 5.0}]
    assert len(row["skos:definition"]) == 1
    assert {"id": "unit/mo-3", "name": "Connecting and bridging"} in row["^lg:requiresUnit"]
    assert content["rows"]["https://w3id.org/leergraaf/id/unit/mo-2"]["programme"] == row["programme"]
    assert content["rows"]["nothing"] == {one["id"]: [] for one in given}
    assert {one["id"]: one.get("type", {}).get("id") for one in content["meta"]} == {
        "programme": "Programme",
        "lg:credits": None,
        "skos:definition": None,
        "lg:hasOutcome": "LearningOutcome",
        "^lg:requiresUnit": "LearningUnit",
    }


def test_settings_choose_how_many_and_what_of_a_thing(site: FlaskClient) -> None:
    for settings, values in (
        ({"limit": 1, "content": "code"}, [{"str": "mo-2-1"}]),
        ({"limit": "1", "content": "iri"}, [{"str": "https://w3id.org/leergraaf/id/outcome/mo-2-1"}]),
        ({"limit": 1}, [{"id": "outcome/mo-2-1", "name": "een krachtenveld analyseren"}]),
    ):
        content = extend(site, ["unit/mo-2"], [{"id": "lg:hasOutcome", "settings": settings}])
        assert content["rows"]["unit/mo-2"]["lg:hasOutcome"] == values
    for limit in ("x", float("inf")):
        odd = [{"id": "lg:hasOutcome", "settings": {"limit": limit, "content": 7}}]
        assert len(extend(site, ["unit/mo-2"], odd)["rows"]["unit/mo-2"]["lg:hasOutcome"]) > 1


def test_every_property_of_every_kind_can_be_fetched(app: Flask, site: FlaskClient) -> None:
    for segment, things in app.extensions["kg"].members.items():
        type_ = next(iter(things)).split("/")[-2]
        assert type_ == segment
        proposed = checked(site.get(f"/nl/reconcile/properties?type={segment}"), PROPOSALS)["properties"]
        assert len({one["id"] for one in proposed}) == len(proposed)
        ids = ["/".join(thing.split("/")[-2:]) for thing in things[:30]]
        for start in range(0, len(proposed), 20):
            extend(site, ids, [{"id": one["id"]} for one in proposed[start : start + 20]])
    limited = checked(site.get("/nl/reconcile/properties?type=Competence&limit=2"), PROPOSALS)
    assert (len(limited["properties"]), limited["limit"]) == (2, 2)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"ids": "x", "properties": []}', 400),
        ('{"ids": [1], "properties": []}', 400),
        ('{"ids": ["x"], "properties": ["y"]}', 400),
        ('{"ids": ["x"], "properties": [{"id": "no such property!"}]}', 400),
        ('{"ids": ["x"], "properties": [{"id": "<http://a> <b>"}]}', 400),
        ('{"ids": ["x"], "properties": [{"id": "http://["}]}', 400),
        (r'{"ids": ["\ud800"], "properties": [{"id": "lg:credits"}]}', 400),
        (json.dumps({"ids": ["x"] * 1001, "properties": []}), 413),
        (json.dumps({"ids": ["x"], "properties": [{"id": "lg:credits"}] * 21}), 413),
    ],
)
def test_what_is_no_extension_is_refused(site: FlaskClient, query: str, status: int) -> None:
    answer = site.get("/nl/reconcile", query_string={"extend": query}, headers=ORIGIN)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_the_guide_gives_the_address_and_tells_when_a_match_is_safe(site: FlaskClient) -> None:
    for address, service, words in (
        ("/nl/koppelen/", "http://localhost/nl/reconcile", "alleen vanzelf gekoppeld als dat veilig is"),
        ("/en/matching/", "http://localhost/en/reconcile", "matched by itself only when that is safe"),
    ):
        shown = page(site.get(address).text)
        assert service in shown.text
        assert words in shown.text
