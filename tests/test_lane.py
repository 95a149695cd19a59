"""Queries that the loop of a server process begins itself: told as a thread tells them, under the same limits."""

from __future__ import annotations

import os
import re
import select
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask

from hostile import hostile_queries
from kg.files.catalog import queries_by_name
from kg.files.project import Project, read_project
from kg.publish.build import build, ensure_release
from kg_web.app import create_app
from kg_web.begun import Begun
from kg_web.formats import CSV, TSV
from kg_web.front import BEGUN, IN_ENVIRONMENT, Head, head_of
from kg_web.lane import Lane
from kg_web.leased import Leased
from kg_web.remote_guard import RemoteGuard
from minis import mini_copy
from plain_socket import connected, exchanged, read_all, undated
from running import Running, running, until
from spying import spying

ROOT = Path(__file__).parents[1]
USUAL = b"Content-Length: 0"
"""With this a request is not plain, so that a thread sees to it; the answer is the same."""
JSON = b"Accept: application/sparql-results+json"
SMALL = "SELECT ?p ?o { <https://w3id.org/leergraaf/id/unit/mo-1> ?p ?o } ORDER BY ?p ?o LIMIT 3"
LARGE = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"
CROSS = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(5))} }}"
ASKED = {
    "json": (SMALL, "", JSON),
    "xml": (SMALL, "", b"Accept: application/sparql-results+xml"),
    "csv": (SMALL, "", b"Accept: text/csv"),
    "tsv": (SMALL, "&format=tsv", b"Accept: */*"),
    "another name": (SMALL, "", b"Accept: application/json"),
    "no Accept": (SMALL, "", b"X: y"),
    "ask": ("ASK { ?s ?p 1 }", "", JSON),
    "nothing": ("SELECT * { ?s <https://example.org/none> ?o }", "", b"Accept: text/csv"),
    "triples": ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 9", "", b"Accept: application/n-triples"),
    "json-ld": ("DESCRIBE <https://w3id.org/leergraaf/id/unit/mo-1>", "&format=jsonld", b"Accept: */*"),
    "changing": ("SELECT (NOW() > 0 AS ?is) {}", "", JSON),
    "a dataset": (SMALL, "&default-graph-uri=" + quote_plus("https://w3id.org/leergraaf/graph/minor"), JSON),
    "many rows": (LARGE, "", b"Accept: text/csv"),
    "small, could be packed": (SMALL, "&format=csv", b"Accept-Encoding: gzip, br"),
    "large, could be packed": (LARGE, "", b"Accept: text/csv\r\nAccept-Encoding: gzip"),
    "a host": (SMALL, "", JSON + b"\r\nHost: example.org:99"),
    "a language": (SMALL, "", JSON + b"\r\nAccept-Language: en"),
    "a proxy": (SMALL, "", JSON + b"\r\nX-Forwarded-Proto: https"),
    "too long to hold": ("SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 20000", "", b"Accept: text/csv"),
    "no query": ("SELECT * { ?s ?p }", "", JSON),
    "an update": ("CLEAR ALL", "", JSON),
    "another server": ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "", JSON),
    "no such form": (SMALL, "&format=pdf", JSON),
    "a fault of the engine": ("SELECT * { ?s ?p ?o } LIMIT 99999999999999999999", "", JSON),
}
THREADS = 16


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"KG_ANSWERS_MIB": "0", "KG_TRUSTED_PROXIES": "127.0.0.1", "KG_RATE": "0", "KG_AT_ONCE": "0"}
    with running(ROOT, tmp_path_factory.mktemp("lane") / "log", settings, workers=1) as found:
        yield found


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with narrow limits, over a small graph."""
    project = mini_copy(tmp_path_factory.mktemp("limited") / "mini")
    with (project.root / "kg.toml").open("a", encoding="utf-8") as file:
        file.write("\n[limits]\nseconds = 2\nqueries_at_once = 2\nqueue = 20\nqueue_seconds = 20\n")
    build(project)
    settings = {"KG_ANSWERS_MIB": "0", "KG_TRUSTED_PROXIES": "127.0.0.1", "KG_RATE": "0.001", "KG_BURST": "30"}
    with running(project.root, tmp_path_factory.mktemp("limited") / "log", settings, workers=1) as found:
        yield found


def request(text: str | bytes, more: str = "", lines: bytes = JSON, *, client: str = "198.51.100.1") -> bytes:
    host = b"" if b"Host:" in lines else b"Host: x\r\n"
    head = f"GET /sparql?query={quote(text)}{more} HTTP/1.1\r\nX-Forwarded-For: {client}\r\n".encode()
    return head + host + lines + b"\r\n\r\n"


def last(sent: bytes) -> bytes:
    return sent.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


def usual(sent: bytes) -> bytes:
    return sent.replace(b"\r\n", b"\r\n" + USUAL + b"\r\n", 1)


def known(server: Running, *lines: bytes, client: str = "198.51.100.1") -> None:
    """Has the server answer a small query asked with these headers, so that it knows how that is done."""
    for _ in range(2):
        assert exchanged(server, last(request("ASK {}", "", *lines, client=client))).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", ASKED)
def test_the_answer_is_the_one_a_thread_gives(server: Running, name: str) -> None:
    text, more, lines = ASKED[name]
    sent = last(request(text, more, lines))
    first = undated(exchanged(server, usual(sent)))
    again = [undated(exchanged(server, sent)) for _ in range(3)]
    assert set(again) == {first}, again
    assert (b" 200 " in first[:20]) == (list(ASKED).index(name) < list(ASKED).index("no query"))


def question(name: str, lines: bytes = b"X: y") -> bytes:
    return last(b"GET /questions/%s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % (name.encode(), lines))


@pytest.mark.parametrize("form", ["csv", "json", "tsv"])
def test_a_question_is_answered_as_by_a_thread(server: Running, form: str) -> None:
    names = queries_by_name(read_project(ROOT).query_files("questions"))
    assert len(names) > 70
    for name in names:
        sent = question(f"{name}.{form}")
        answers = {undated(exchanged(server, usual(sent)))} | {undated(exchanged(server, sent)) for _ in range(3)}
        assert len(answers) == 1, name


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("units-of-competence.csv?competence=ow-07", 200),
        ("units-of-competence.csv?competence=ow-07&competence=ow-99&", 200),
        ("units-of-competence.csv?competence=ow-99&competence=ow-07", 400),
        ("units-of-competence.csv?competence=%6Fw-07", 200),
        ("units-of-competence.csv?competence=%FF", 400),
        ("units-of-competence.csv?competence=&language=en", 200),
        ("units-of-competence.csv?competence=mo-1", 400),
        ("units-of-competence.csv?nothing=", 400),
        ("units-of-competence.csv?nothing=1", 400),
        ("units-of-competence.pdf", 404),
        ("units-of-competenc.csv", 404),
        ("units-of-competence%2Ecsv", 200),
        ("units-of-competence", 302),
    ],
)
def test_parameters_mean_the_same_in_the_loop(server: Running, asked: str, status: int) -> None:
    for lines in (b"X: y", b"Accept-Language: en", b"Accept-Encoding: gzip"):
        exchanged(server, question("units-of-competence.csv", lines))
        sent = question(asked, lines)
        answers = [undated(exchanged(server, usual(sent))), *(undated(exchanged(server, sent)) for _ in range(3))]
        assert len(set(answers)) == 1, answers
        assert int(answers[0].split()[1]) == status, answers[0]


@pytest.mark.parametrize("connection", [b"keep-alive", b"close"])
def test_queries_that_come_one_behind_the_other_are_answered_in_their_order(server: Running, connection: bytes) -> None:
    known(server, JSON)
    texts = [f"SELECT ({number} AS ?n) {{}}" for number in range(7)]
    sent = b"".join(request(text) for text in texts[:-1])
    sent += usual(request("SELECT (99 AS ?n) {}")) + request(texts[-1]).replace(
        b"Host", b"Connection: %s\r\nHost" % connection
    )
    got = exchanged(server, sent + last(request("ASK {}")))
    values = re.findall(rb'"value":"(\d+)"', got)
    assert values == [b"0", b"1", b"2", b"3", b"4", b"5", b"99", b"6"]
    assert got.endswith(b"}" if connection == b"close" else b'"boolean":true}')


def test_a_plain_query_waits_for_no_thread(server: Running) -> None:
    known(server, JSON)
    known(server, b"Accept: text/csv")
    exchanged(server, question("units-of-competence.csv").replace(b"X: y\r\n", b""))
    with ExitStack() as stack:
        for _ in range(THREADS):  # each holds a thread for as long as it takes nothing
            holding = stack.enter_context(connected(server, 4096))
            holding.sendall(b"GET /downloads/leergraaf.nq HTTP/1.1\r\nHost: x\r\n\r\n")
            assert holding.recv(10) == b"HTTP/1.1 2"
        waiting = stack.enter_context(connected(server))
        waiting.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        asking = stack.enter_context(connected(server))
        for number in range(5):
            asking.sendall(request(f"SELECT ({number} AS ?n) {{}}"))
            assert b'"value":"%d"' % number in asking.recv(65536)
        asking.sendall(request("SELECT ?s { ?s ?p ?o } LIMIT 2", "", b"Accept: text/csv"))
        assert asking.recv(65536).partition(b"\r\n\r\n")[2].count(b"\r\n") == 3
        for code in (b"ow-01", b"ow-02", b"ow-07"):
            asking.sendall(b"GET /questions/units-of-competence.csv?competence=%s HTTP/1.1\r\nHost: x\r\n\r\n" % code)
            assert b",mo-" in asking.recv(65536)
        assert select.select([waiting], [], [], 0)[0] == [], "what is not plain waits for one"


def test_a_slow_query_holds_up_nobody_and_reaches_its_limit(limited: Running) -> None:
    known(limited, JSON)
    with connected(limited) as slow:
        begun = time.monotonic()
        slow.sendall(last(request(COUNT)))
        while time.monotonic() < begun + 1:
            assert limited.ask("/health", timeout=5).status == 200
        assert b'"boolean":true' in exchanged(limited, last(request("ASK { ?s ?p ?o }")))
        told = read_all(slow)
        seconds = time.monotonic() - begun
    assert undated(told) == undated(exchanged(limited, usual(last(request(COUNT)))))
    assert told.startswith(b"HTTP/1.1 504 ")
    assert 1.8 < seconds < 10


def test_more_queries_than_workers_wait_for_their_turn(limited: Running) -> None:
    known(limited, JSON, client="198.51.100.7")
    sent = [
        last(request(f"SELECT ({n} AS ?n) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 1", client=f"198.51.100.{20 + n}"))
        for n in range(12)
    ]
    with ThreadPoolExecutor(12) as clients:
        got = list(clients.map(lambda one: exchanged(limited, one), sent))
    assert [b'"value":"%d"' % number in answer for number, answer in enumerate(got)] == [True] * 12


def workers_of(server: Running) -> set[int]:
    """The processes that answer queries: those below the one that holds the graph."""
    found = set()
    for pid in server.everything():
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        parent = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1]
        if b"kg.graph.nursery" in command and b"kg.graph.nursery" in Path(f"/proc/{parent}/cmdline").read_bytes():
            found.add(pid)
    return found


def test_a_worker_that_is_killed_in_the_middle_is_told_of_and_replaced(limited: Running) -> None:
    known(limited, JSON)
    until(lambda: len(workers_of(limited)) == 2)
    with connected(limited) as asking:
        asking.sendall(last(request(COUNT)))
        time.sleep(0.2)
        killed = workers_of(limited)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        assert read_all(asking).startswith(b"HTTP/1.1 422 ")
    until(lambda: not killed & workers_of(limited))
    assert b'"boolean":true' in exchanged(limited, last(request("ASK { ?s ?p ?o }")))
    until(lambda: len(workers_of(limited)) == 2)


def test_who_leaves_frees_the_worker(limited: Running) -> None:
    known(limited, JSON)
    until(lambda: len(workers_of(limited)) == 2)
    before = workers_of(limited)
    with connected(limited) as leaving, connected(limited) as too:
        for each in (leaving, too):
            each.sendall(request(CROSS))
        time.sleep(0.2)
    begun = time.monotonic()
    assert b'"boolean":true' in exchanged(limited, last(request("ASK { ?s ?p ?o }")))
    assert time.monotonic() - begun < 8
    until(lambda: not before & workers_of(limited))


def test_the_rate_holds_for_queries_begun_in_the_loop(limited: Running) -> None:
    client = "203.0.113.9"
    got = exchanged(limited, request("ASK {}", client=client) * 35 + last(request("ASK {}", client=client)))
    assert re.findall(rb"HTTP/1.1 (\d{3}) ", got) == [b"200"] * 30 + [b"429"] * 6
    assert b'"boolean":true' in exchanged(limited, last(request("ASK {}", client="203.0.113.10")))


@pytest.mark.alone
def test_hostile_queries_get_their_status_in_the_loop_and_hold_up_nobody(limited: Running) -> None:
    either = b"Accept: application/json"  # of a table, and of a graph
    known(limited, either, client="198.51.100.8")
    done = Event()
    waits: list[float] = []

    def keep_asking() -> None:
        number = 0
        while not done.wait(0.05):
            number += 1
            begun = time.monotonic()
            text = f"SELECT ?o {{ ?s ?p ?o }} LIMIT {number % 7 + 1}"
            got = exchanged(limited, last(request(text, "", either, client=f"2001:db8:0:{number:x}::1")))
            waits.append(time.monotonic() - begun if got.startswith(b"HTTP/1.1 200 ") else 99)

    def attack(number: int, text: bytes, statuses: set[int]) -> str:
        client = f"2001:db8:1:{number:x}::1"
        begun = time.monotonic()
        got = exchanged(limited, last(request(text, "", either, client=client)))
        status, seconds = int(got.split()[1]), time.monotonic() - begun
        return "" if status in statuses | {200, 414} and seconds < 12 else f"{text[:80]!r}: {status} in {seconds:.1f} s"

    with spying() as spy:
        queries = [(text, statuses) for _, text, statuses in hostile_queries(spy.port) if len(quote(text)) < 4000]
        assert len(queries) > 30
        normal = Thread(target=keep_asking)
        normal.start()
        with ThreadPoolExecutor(1) as attackers:
            faults = [*attackers.map(lambda numbered: attack(numbered[0], *numbered[1]), enumerate(queries))]
        done.set()
        normal.join()
        assert [fault for fault in faults if fault] == []
        assert spy.asked == []
    assert quantiles(waits, n=20)[-1] < 0.5, sorted(waits)[-10:]


# What follows asks the site within this process.


def head(text: str, more: str = "", accept: str = "application/json") -> Head:
    found = head_of(bytearray(request(text, more, b"Accept: " + accept.encode())), "127.0.0.1")
    assert found
    return found


def told(lane: Any, head: Head, **more: Any) -> bytes:
    """What the site answers to a request with this head."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/sparql",
        "QUERY_STRING": head.asked[0].split()[1].partition(b"?")[2].decode(),
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "HTTP_HOST": "x",
        "HTTP_ACCEPT": head.told("HTTP_ACCEPT"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        IN_ENVIRONMENT: head,
        **more,
    }
    body = lane(environ, lambda *_: None)
    try:
        return b"".join(body)
    finally:
        getattr(body, "close", lambda: None)()


@pytest.fixture(scope="module")
def lane(app: Flask) -> Lane:
    app.extensions["kg.sparql"].guard.prepare()
    found = app.extensions["kg.lane"]
    assert isinstance(found, Lane)
    assert found.begin(head("ASK {}")) is None
    told(found, head("ASK {}"))
    return found


def test_without_workers_of_this_process_nothing_waits_in_the_loop_for_one(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lane.begin(head("ASK { ?s ?p 1 }"))
    remote = RemoteGuard.__new__(RemoteGuard)
    monkeypatch.setattr(lane, "_guard", remote)
    assert lane.begin(head("ASK { ?s ?p 1 }")) is None


@pytest.mark.parametrize(
    "asked",
    [
        head("ASK {}", accept="text/csv"),
        head("ASK {}", accept="text/html"),
        head("ASK {}", "&timeout=1"),
        head("ASK {}", "&format=xml"),
        head("ASK {}", "&format=html"),
        head("ASK {}", "&query=ASK"),
        head("ASK {}", "&update=CLEAR"),
        head("ASK {}", "&default-graph-uri=x"),
        head("ASK {}#"),
        head("ASK {}", "#x"),
        head("ASK {" + "{}" * 600 + "}"),
        head(f"ASK {{}} # {'x' * 4096}"),
        head("SELECT (NOW() AS ?now) {}"),
        head("CLEAR ALL"),
        head("nothing"),
        head("ASK { SERVICE <http://example.org/> {} }"),
        head("ASK {}")._replace(asked=(b"HEAD /sparql?query=ASK%20%7B%7D HTTP/1.1", *head("ASK {}").asked[1:])),
        head("ASK {}")._replace(asked=(b"GET /sparql/?query=ASK%20%7B%7D HTTP/1.1", *head("ASK {}").asked[1:])),
        head("ASK {}")._replace(asked=(b"GET /nl/sparql?query=ASK%20%7B%7D HTTP/1.1", *head("ASK {}").asked[1:])),
        head("ASK {}")._replace(asked=(b"GET /sparql HTTP/1.1", *head("ASK {}").asked[1:])),
        head("ASK {}")._replace(asked=(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.0", *head("ASK {}").asked[1:])),
    ],
    ids=lambda found: found.asked[0][:60].decode(),
)
def test_whatever_is_not_like_what_was_asked_is_left_to_a_thread(lane: Lane, asked: Head) -> None:
    assert lane.begin(head("ASK { ?s ?p 1 }"))
    expected = asked.asked[0] == head("ASK {}#").asked[0]  # a `#` that is written as %23 is part of the query
    assert bool(lane.begin(asked)) == expected


def test_a_thread_goes_on_from_what_was_begun_and_the_site_is_let_go_of_once(
    shipped: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_ANSWERS_MIB", "8")
    app = create_app(shipped, ensure_release(shipped))
    guard, leased = app.extensions["kg.sparql"].guard, Leased(app)
    guard.prepare()
    until(lambda: guard.pool().processes())
    usual = {text: told(app.wsgi_app, head(text)) for text in ("ASK {}", "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3")}

    def begun(text: str) -> Begun | None:
        leased.enter()
        return leased.begin(head(text))

    left = begun("ASK { ?s ?p 1 }")
    assert left
    assert leased.busy == 1
    left.close()
    left.close()
    assert leased.busy == 0
    for text, answer in usual.items():
        going_on = head(text + "#")
        leased.enter()
        ours = leased.begin(going_on)
        assert ours
        assert ours.start()
        until(ours.come)
        assert told(ours.go_on, going_on, **{BEGUN: ours}) == answer
        assert leased.busy == 0
        ours.close()
        assert leased.busy == 0
    for asked in ("ASK {}", "ASK { ?s ?p 1 }"):
        assert begun(asked) is None, "it was asked before: a thread makes it, to be kept"
    assert leased.busy == 0
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["kg.lane"], "begin", lambda _: 1 / 0)
        leased.enter()
        with pytest.raises(ZeroDivisionError):
            leased.begin(head("ASK {}"))
    assert leased.busy == 0, "whatever goes wrong"
    guard.close()


def test_csv_that_the_engine_writes_wrongly_is_left_to_a_thread(app: Flask) -> None:
    questions = app.extensions["kg.questions"]
    name, query = next(iter(app.extensions["kg"].questions.items()))
    plan = questions.plan(query, CSV, "", "")
    assert plan.sound(b"a,b\r\n1,2\r\n")
    assert not plan.sound(b"a,b\r\nhttp://x/y,z,2\r\n")
    assert questions.plan(query, CSV, "", "")
    assert not plan.sound(b"a\r\n\r\n")
    assert questions.plan(query, CSV, "", "") is None, name
    assert questions.plan(query, TSV, "", "")
    questions._narrow.clear()
