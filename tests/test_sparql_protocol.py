"""SPARQL 1.1 Protocol, section by section: what it says MUST be, and its own tests for queries and updates.

Sections are those of https://www.w3.org/TR/sparql11-protocol/ (2013).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tiny import BASE, tiny_app

G1, G2 = f"{BASE}graph/one", f"{BASE}graph/two"
QUADS = f"""\
<https://example.org/a> <https://example.org/p> "een"@nl <{G1}> .
<https://example.org/b> <https://example.org/p> "two"@en <{G2}> .
<https://example.org/c> <https://example.org/p> "three" <{G2}> .
"""
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    app = tiny_app(tmp_path_factory.mktemp("protocol"), QUADS, {"query_bytes": 2000})
    yield app.test_client()
    app.extensions["kg.sparql"].guard.close()


def get(client: FlaskClient, **parameters: object) -> TestResponse:
    return client.get("/sparql", query_string={name.replace("_", "-"): value for name, value in parameters.items()})


def number(response: TestResponse) -> int:
    assert response.status_code == 200, response.text
    return int(json.loads(response.data)["results"]["bindings"][0]["n"]["value"])


# 2.1 query operation


def test_2_1_a_query_is_exactly_one(client: FlaskClient) -> None:
    assert get(client, query=["ASK {}", "ASK {}"]).status_code == 400
    assert client.post("/sparql", data={"default-graph-uri": G1}).status_code == 400
    both = client.post("/sparql?query=ASK{}", data="ASK {}", content_type=QUERY)
    assert both.status_code == 400


def test_2_1_1_a_query_goes_by_get(client: FlaskClient) -> None:
    assert get(client, query="ASK {}").json == {"head": {}, "boolean": True}


def test_2_1_2_a_query_goes_by_post_as_a_form_in_any_order(client: FlaskClient) -> None:
    assert number(client.post("/sparql", data={"default-graph-uri": G2, "query": COUNT})) == 2
    assert number(client.post("/sparql", data={"query": COUNT, "default-graph-uri": G2})) == 2


def test_2_1_3_a_query_goes_by_post_as_it_is_with_its_dataset_in_the_address(client: FlaskClient) -> None:
    response = client.post(f"/sparql?default-graph-uri={G2}", data=COUNT, content_type=QUERY)
    assert number(response) == 2


def test_2_1_3_utf_8_is_the_only_charset(client: FlaskClient) -> None:
    text = 'ASK { VALUES ?x { "€" } }'
    assert client.post("/sparql", data=text, content_type=f"{QUERY}; charset=UTF-8").status_code == 200
    other = client.post("/sparql", data=text.encode("utf-16"), content_type=f"{QUERY}; charset=utf-16")
    assert other.status_code == 415
    wrong = client.post("/sparql", data=text.encode("latin-1", "replace") + b"\xff", content_type=QUERY)
    assert wrong.status_code == 400
    assert "UTF-8" in wrong.json["detail"]


def test_the_query_method_carries_a_query_as_post_does(client: FlaskClient) -> None:
    """RFC 10008: safe, with content; 415 tells with Accept-Query what is taken."""
    response = client.open(f"/sparql?default-graph-uri={G2}", method="QUERY", data=COUNT, content_type=QUERY)
    assert number(response) == 2
    again = client.open(
        f"/sparql?default-graph-uri={G2}",
        method="QUERY",
        data=COUNT,
        content_type=QUERY,
        headers={"If-None-Match": response.headers["ETag"]},
    )
    assert again.status_code == 304
    for content_type in (None, FORM):
        wrong = client.open("/sparql", method="QUERY", data="query=ASK{}", content_type=content_type)
        assert wrong.status_code == 415
        assert wrong.headers["Accept-Query"] == QUERY


# 2.1.4 Specifying an RDF Dataset


def test_2_1_4_without_a_dataset_the_default_graph_is_the_union(client: FlaskClient) -> None:
    assert number(get(client, query=COUNT)) == 3
    assert number(get(client, query=COUNT_NAMED)) == 3


@pytest.mark.parametrize(
    ("default", "named", "in_default", "in_named"),
    [
        ([G1], [], 1, 0),
        ([G1, G2], [], 3, 0),
        ([], [G2], 0, 2),
        ([G1], [G2], 1, 2),
        (["https://example.org/unknown"], [], 0, 0),
        (["file:///etc/passwd", G1], ["http://127.0.0.1:9/"], 1, 0),
    ],
)
def test_2_1_4_the_protocol_names_the_dataset(
    client: FlaskClient, default: list[str], named: list[str], in_default: int, in_named: int
) -> None:
    """Graphs that are not ours are empty, and never fetched."""
    given = {"default_graph_uri": default, "named_graph_uri": named}
    assert number(get(client, query=COUNT, **given)) == in_default
    assert number(get(client, query=COUNT_NAMED, **given)) == in_named


@pytest.mark.parametrize(
    ("clause", "in_default", "in_named"),
    [
        (f"FROM <{G2}>", 2, 0),
        (f"FROM <{G1}> FROM <{G2}>", 3, 0),
        (f"FROM NAMED <{G2}>", 0, 2),
        (f"FROM<{G1}>FROM NAMED<{G2}>", 1, 2),
        ("FROM <file:///etc/passwd>", 0, 0),
        ("FROM lg-graph:one", 1, 0),
    ],
)
def test_2_1_4_the_text_names_the_dataset(client: FlaskClient, clause: str, in_default: int, in_named: int) -> None:
    assert number(get(client, query=COUNT.replace("WHERE", clause))) == in_default
    assert number(get(client, query=COUNT_NAMED.replace("WHERE", clause))) == in_named


def test_2_1_4_the_protocol_wins_over_the_text(client: FlaskClient) -> None:
    text = COUNT.replace("WHERE", f"FROM <{G2}>")
    assert number(get(client, query=text, default_graph_uri=G1)) == 1
    named = COUNT_NAMED.replace("WHERE", f"FROM NAMED <{G2}>")
    assert number(get(client, query=named, named_graph_uri=G1)) == 1


def test_2_1_4_a_graph_that_is_no_iri_is_a_400(client: FlaskClient) -> None:
    assert get(client, query=COUNT, default_graph_uri="graph one").status_code == 400


# 2.1.5 Accepted Response Formats, 2.1.6 Success Responses


@pytest.mark.parametrize(
    ("query", "media_types"),
    [
        ("SELECT * { ?s ?p ?o }", {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"}),
        ("ASK { ?s ?p ?o }", {"application/sparql-results+json", "application/sparql-results+xml"}),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"text/turtle", "application/rdf+xml", "application/n-triples"}),
        ("DESCRIBE <https://example.org/a>", {"text/turtle", "application/rdf+xml", "application/ld+json"}),
    ],
)
def test_2_1_6_the_content_type_is_that_of_the_answer(client: FlaskClient, query: str, media_types: set[str]) -> None:
    for media_type in sorted(media_types):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": media_type})
        assert response.status_code == 200
        assert response.mimetype == media_type


# 2.1.7 Failure Responses


def test_2_1_7_text_that_is_no_sparql_is_a_400_that_says_where(client: FlaskClient) -> None:
    response = get(client, query="SELECT *\nWHERE { ?s ?p }")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert (response.json["line"], response.json["column"]) == (2, 16)
    assert response.json["limits"]["seconds"] == 10
    for text in ("", "Hallo", "SELECT"):
        assert get(client, query=text).status_code == 400


def test_2_1_7_an_unknown_prefix_is_named_with_the_line_to_add(client: FlaskClient) -> None:
    detail = get(client, query="ASK { ?s foo:bar ?o }").json["detail"]
    assert "foo:" in detail
    assert "PREFIX foo:" in detail


# 2.2 update operation: refused, with a reason


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ({"update": "CLEAR ALL"}, FORM),
        ("CLEAR ALL", "application/sparql-update"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", QUERY),
        ("LOAD <file:///etc/passwd>", QUERY),
        ("PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }", QUERY),
    ],
)
def test_2_2_an_update_is_a_403_that_says_why(client: FlaskClient, content: str, content_type: str) -> None:
    response = client.post("/sparql", data=content, content_type=content_type)
    assert response.status_code == 403
    assert "read-only" in response.json["detail"]


# The W3C's own protocol tests: 20 for queries, 14 for updates (data-sparql11/protocol/manifest)

Sent = tuple[str, str, str, str | bytes | None, str | None]
"""Name, method, what follows the address, content, and its type."""

DATA = "http://kasei.us/2009/09/sparql/data/data"
ALLOWED: list[Sent] = [
    ("query_post_form", "POST", f"?default-graph-uri={DATA}0.rdf", "query=ASK%20%7B%7D", FORM),
    ("query_get", "GET", "?query=ASK%20%7B%7D", None, None),
    ("query_content_type_select", "GET", "?query=SELECT%20%281%20AS%20%3Fvalue%29%20%7B%7D", None, None),
    ("query_content_type_ask", "GET", "?query=ASK%20%7B%7D", None, None),
    ("query_content_type_describe", "GET", "?query=DESCRIBE%20%3Chttp%3A%2F%2Fexample.org%2F%3E", None, None),
    (
        "query_content_type_construct",
        "GET",
        "?query=CONSTRUCT%20%7B%3Cs%3E%20%3Cp%3E%201%7D%20WHERE%20%7B%7D",
        None,
        None,
    ),
    ("query_dataset_default_graphs_get", "GET", f"?query=ASK%20%7B%7D&default-graph-uri={DATA}1.rdf", None, None),
    ("query_dataset_default_graphs_post", "POST", f"?default-graph-uri={DATA}1.rdf", "ASK {}", QUERY),
    ("query_dataset_named_graphs_get", "GET", f"?query=ASK%20%7B%7D&named-graph-uri={DATA}1.rdf", None, None),
    ("query_dataset_named_graphs_post", "POST", f"?named-graph-uri={DATA}1.rdf", "ASK {}", QUERY),
    ("query_dataset_full", "POST", f"?default-graph-uri={DATA}3.rdf&named-graph-uri={DATA}1.rdf", "ASK {}", QUERY),
    ("query_multiple_dataset", "POST", f"?default-graph-uri={DATA}2.rdf", f"ASK FROM <{DATA}1.rdf> {{}}", QUERY),
    ("query_post_direct", "POST", "", "ASK {}", QUERY),
]
REFUSED: list[Sent] = [
    ("bad_query_method", "PUT", "?query=ASK%20%7B%7D", None, None),
    ("bad_multiple_queries", "GET", "?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None),
    ("bad_query_wrong_media_type", "POST", "", "ASK {}", "text/plain"),
    ("bad_query_missing_form_type", "POST", "", "query=ASK%20%7B%7D", None),
    ("bad_query_missing_direct_type", "POST", "", "ASK {}", None),
    ("bad_query_non_utf8", "POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"),
    ("bad_query_syntax", "GET", "?query=ASK%20%7B", None, None),
    ("update_post_form", "POST", "", "update=CLEAR%20ALL", FORM),
    ("update_post_direct", "POST", "", "CLEAR ALL", "application/sparql-update"),
    ("update_dataset_default_graph", "POST", f"?using-graph-uri={DATA}1.rdf", "CLEAR ALL", "application/sparql-update"),
    ("update_dataset_default_graphs", "POST", "", "update=CLEAR%20ALL&using-graph-uri=a%3Aa", FORM),
    ("update_dataset_named_graphs", "POST", "?using-named-graph-uri=a%3Aa", "CLEAR ALL", "application/sparql-update"),
    ("update_dataset_full", "POST", "?using-graph-uri=a%3Aa", "CLEAR ALL", "application/sparql-update"),
    ("update_base_uri", "POST", "", "BASE <a:b> CLEAR ALL", "application/sparql-update"),
    ("bad_update_get", "GET", "?update=CLEAR%20ALL", None, None),
    ("bad_multiple_updates", "POST", "", "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),
    ("bad_update_wrong_media_type", "POST", "", "CLEAR NAMED", "text/plain"),
    ("bad_update_missing_form_type", "POST", "", "update=CLEAR%20NAMED", None),
    ("bad_update_non_utf8", "POST", "", "CLEAR ALL".encode("utf-16"), "application/sparql-update; charset=UTF-16"),
    ("bad_update_syntax", "POST", "", "update=CLEAR%20XYZ", FORM),
    ("bad_update_dataset_conflict", "POST", "", "update=CLEAR%20ALL&using-named-graph-uri=a%3Aa", FORM),
]


def send(client: FlaskClient, sent: Sent) -> TestResponse:
    _, method, address, content, kind = sent
    return client.open("/sparql/" + address, method=method, data=content, content_type=kind)


@pytest.mark.parametrize("sent", ALLOWED, ids=[row[0] for row in ALLOWED])
def test_the_w3cs_requests_are_answered(client: FlaskClient, sent: Sent) -> None:
    assert send(client, sent).status_code == 200


@pytest.mark.parametrize("sent", REFUSED, ids=[row[0] for row in REFUSED])
def test_the_w3cs_bad_requests_and_updates_are_refused(client: FlaskClient, sent: Sent) -> None:
    response = send(client, sent)
    assert 400 <= response.status_code < 500
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == response.status_code
    assert "limits" in response.json


# HTTP


def test_another_method_is_a_405_that_says_which_there_are(client: FlaskClient) -> None:
    response = client.delete("/sparql")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


def test_a_form_that_is_not_offered_is_a_406_that_says_what_is(client: FlaskClient) -> None:
    for response in (
        client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "image/png"}),
        get(client, query="ASK {}", format="ttl"),
        get(client, query="ASK {}", format="nonsense"),
    ):
        assert response.status_code == 406
        assert "text/csv" in response.json["offered"]


def test_a_query_that_is_too_long_is_a_413_that_names_the_limit(client: FlaskClient) -> None:
    text = f"ASK {{}} # {'x' * 3000}"
    for response in (
        get(client, query=text),
        client.post("/sparql", data=text, content_type=QUERY),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data={"query": text * 10}),
    ):
        assert response.status_code == 413
        assert response.json["limit"] == "query_bytes"
        assert response.json["limits"]["query_bytes"] == 2000


def test_a_coding_is_a_415(client: FlaskClient) -> None:
    response = client.post("/sparql", data="ASK {}", content_type=QUERY, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415


def test_bytes_that_are_not_utf_8_are_a_400(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK%20%7B%7D%20%23%FF").status_code == 400
    assert client.post("/sparql", data=b"query=ASK{}%FE", content_type=FORM).status_code == 400


def test_a_thousand_parameters_are_a_400(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK{}&" + "&".join("a=b" for _ in range(1000))).status_code == 400


def test_head_is_get_without_its_body(client: FlaskClient) -> None:
    whole = get(client, query=COUNT)
    head = client.head("/sparql", query_string={"query": COUNT})
    assert head.status_code == 200
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == whole.headers[name]


def test_every_answer_names_the_release(client: FlaskClient) -> None:
    for response in (get(client, query=COUNT), get(client, query="SELECT"), client.get("/sparql")):
        assert response.headers["Leergraaf-Release"] == "1.0.0"
        assert response.headers["Link"] == '<http://localhost/sparql>; rel="describedby"; type="text/turtle"'


def test_the_tag_follows_the_release_the_query_the_dataset_and_the_form(client: FlaskClient) -> None:
    tags = [
        get(client, query=COUNT).headers["ETag"],
        get(client, query=COUNT + " ").headers["ETag"],
        get(client, query=COUNT, format="csv").headers["ETag"],
        get(client, query=COUNT, default_graph_uri=G1).headers["ETag"],
        get(client, query=COUNT, named_graph_uri=G1).headers["ETag"],
    ]
    assert len(set(tags)) == len(tags)
    assert get(client, query=COUNT).headers["ETag"] == tags[0]
    assert not tags[0].startswith("W/")


def test_what_the_client_has_is_a_304_without_running_the_query(client: FlaskClient) -> None:
    tag = get(client, query=COUNT).headers["ETag"]
    app = client.application
    guard, app.extensions["kg.sparql"].guard = app.extensions["kg.sparql"].guard, None
    try:
        response = client.get("/sparql", query_string={"query": COUNT}, headers={"If-None-Match": f'"x", {tag}'})
    finally:
        app.extensions["kg.sparql"].guard = guard
    assert response.status_code == 304
    assert response.headers["ETag"] == tag


@pytest.mark.parametrize(
    "text", ["SELECT (NOW() AS ?x) {}", "SELECT (rand() AS ?x) {}", "CONSTRUCT { [] a ?o } { ?s ?p ?o }"]
)
def test_an_answer_that_changes_has_no_tag(client: FlaskClient, text: str) -> None:
    response = get(client, query=text)
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_any_site_may_read_an_answer_without_credentials(client: FlaskClient) -> None:
    """Fetch standard: a preflight for QUERY, and `*` without credentials."""
    before = client.options(
        "/sparql", headers={"Origin": "https://example.com", "Access-Control-Request-Method": "QUERY"}
    )
    assert before.status_code == 204
    assert "QUERY" in before.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]
    for response in (before, get(client, query=COUNT), get(client, query="SELECT"), client.put("/sparql")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_limit_is_a_number_of_seconds(client: FlaskClient, given: str) -> None:
    assert get(client, query=COUNT, timeout=given).status_code == 400


def test_a_client_may_wait_shorter_but_not_longer(client: FlaskClient) -> None:
    """RFC 7240, 4.3: `Prefer: wait`."""
    assert number(get(client, query=COUNT, timeout="100000")) == 3
    response = client.get("/sparql", query_string={"query": COUNT}, headers={"Prefer": "wait=100"})
    assert response.headers["Preference-Applied"] == "wait=10"


def test_a_refusal_is_in_the_readers_language(client: FlaskClient) -> None:
    response = client.post(
        "/sparql", data={"update": "CLEAR ALL"}, headers={"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"}
    )
    assert response.headers["Content-Language"] == "nl"
    assert "alleen te lezen" in response.json["detail"]


def test_a_strange_host_is_no_fault_of_ours(client: FlaskClient) -> None:
    for host in ("a b", "x<y", "é"):
        assert client.get("/sparql", headers={"Host": host.encode().decode("latin-1")}).status_code < 500


def test_2_1_a_query_may_hold_any_text_whichever_way_it_goes(client: FlaskClient) -> None:
    """SPARQL is written in Unicode: letters beyond ASCII arrive whole by GET, as a form and as a body."""
    text = 'SELECT ("één – wijk; a & b + c 🏘" AS ?text) {} # wëtenswaardig'
    answers = [
        get(client, query=text),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data=text.encode(), content_type=QUERY),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["results"]["bindings"][0]["text"]["value"] == "één – wijk; a & b + c 🏘"


def test_2_1_a_byte_that_is_not_utf_8_is_told(client: FlaskClient) -> None:
    answer = client.get("/sparql?query=ASK%20%7B%7D%20%23%FF")
    assert answer.status_code == 400
    assert "UTF-8" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("form", "weak"), [("ttl", True), ("rdf", True), ("trig", True), ("nt", False), ("jsonld", False)]
)
def test_a_tag_is_weak_where_the_same_is_written_in_more_than_one_way(
    client: FlaskClient, form: str, weak: bool
) -> None:
    for asked in ({}, {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}):
        response = get(client, format=form, **asked)
        assert response.status_code == 200
        assert response.get_etag()[1] == weak
        tag = response.headers["ETag"]
        again = client.get("/sparql", query_string={"format": form, **asked}, headers={"If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"]) == (304, tag)
