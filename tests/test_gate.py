"""The gate: who asks, how often, what is measured and what the log keeps of it."""

from __future__ import annotations

import ipaddress
import json
import logging
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from kg.errors import BadParameter
from kg.files.running import MEANING, Running, read_running
from kg_web.answers import Kept
from kg_web.client import address_of, network_of, shortened
from kg_web.front import Head, Known, head_of
from kg_web.gate import Gate, Seen
from kg_web.logs import FIELDS, JsonLines, TextLines
from kg_web.throttle import Throttle

PROXY = (ipaddress.ip_network("10.0.0.0/8"),)
SECRET = "wie-ben-ik"


class Clock:
    """Time that goes where the test wants it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody trusts this peer
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client wrote the first itself
        ("10.0.0.2", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, <script>", "10.0.0.2"),
        ("::ffff:10.0.0.2", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.1", ""),
        ("10.0.0.2", "10.0.0.3", "10.0.0.3"),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(peer: str, told: str, address: str) -> None:
    assert address_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": told}, PROXY) == address


@given(st.text(), st.text())
def test_no_header_whatever_makes_an_address_that_is_none(peer: str, told: str) -> None:
    found = address_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": told}, PROXY)
    assert not found or ipaddress.ip_address(found)


def test_what_is_kept_of_an_address_is_a_network() -> None:
    assert [shortened("203.0.113.9", how) for how in ("short", "full", "none")] == ["203.0.113.0", "203.0.113.9", ""]
    assert shortened("2001:db8:1:2::7", "short") == "2001:db8:1::"
    assert network_of("2001:db8:1:2::7") == network_of("2001:db8:1:2:ffff::1"), "a household has many addresses"
    assert network_of("2001:db8:1:2::7") != network_of("2001:db8:1:3::7")
    assert network_of("nonsense") == ""


def test_a_bucket_empties_fills_and_says_when_to_come_back() -> None:
    clock = Clock()
    throttle = Throttle(rate=2, burst=3, clock=clock)
    assert [throttle.wait("a") for _ in range(5)] == [0, 0, 0, 1, 1]
    assert throttle.wait("b") == 0, "others do not wait for it"
    clock.now += 0.5
    assert [throttle.wait("a") for _ in range(2)] == [0, 1]
    clock.now -= 100  # somebody sets the clock back
    assert throttle.wait("a") == 1
    clock.now += 1000
    assert [throttle.wait("a") for _ in range(4)] == [0, 0, 0, 1]
    assert Throttle(rate=0.1, burst=1, clock=clock).wait("a") == 0
    assert [Throttle(rate=0, burst=1).wait("a") for _ in range(9)] == [0] * 9


def test_a_client_has_no_more_than_so_many_requests_answered_at_once() -> None:
    throttle = Throttle(rate=0, burst=1, at_once=2)
    assert [throttle.wait("a") for _ in range(3)] == [0, 0, 1]
    assert throttle.wait("b") == 0
    throttle.leave("a")
    assert [throttle.wait("a") for _ in range(2)] == [0, 1]


def test_a_million_clients_take_no_more_memory_than_a_few() -> None:
    throttle = Throttle(rate=1, burst=2, most=100)
    for number in range(5_000):
        throttle.wait(str(number))
    assert len(throttle) == 100


class Closing(Client):
    """A client that reads every answer to its end and closes it, as a server does."""

    def open(self, *given: Any, **more: Any) -> Any:
        return super().open(*given, buffered=True, **more)


def gate(app: Flask, **settings: object) -> tuple[Client, list[Seen]]:
    measured: list[Seen] = []
    return Closing(Gate(app, Running(**settings), measured.append)), measured  # type: ignore[arg-type]


def test_who_asks_too_often_gets_429_and_nobody_else_does(app: Flask) -> None:
    client, _ = gate(app, rate=0.001, burst=3)
    far = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    assert [client.get("/robots.txt", **far).status_code for _ in range(4)] == [200, 200, 200, 429]
    page = client.get("/nl/", **far)
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "Probeer het over" in page.text
    assert int(page.headers["Retry-After"]) >= 1
    told = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": "application/json"}, **far)
    assert (told.status_code, told.json["status"]) == (429, 429)
    for address in ("/health", "/ready"):
        assert client.get(address, **far).status_code == 200, "who watches over the server does not wait"
    other = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.10"}}
    assert client.get("/robots.txt", **other).status_code == 200


def test_an_answer_from_memory_is_being_answered_until_it_was_sent(app: Flask) -> None:
    measured: list[Seen] = []
    ready = Known("", "GET", "/nl/", ""), Kept("200 OK", (), b"finished")
    request = b"GET /nl/ HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"
    head = head_of(bytearray(request), "10.0.0.2")
    assert head

    def known(asked: Head) -> tuple[Known, Kept] | None:
        return ready if asked == head else None

    settings = Running(rate=0.001, burst=4, at_once=2, trusted_proxies=PROXY)
    gate = Gate(app, settings, measured.append, known)
    first, second = (gate.at_once(head, "10.0.0.2") for _ in range(2))
    assert first
    assert second
    assert first.answer.body == b"finished"
    assert gate.at_once(head, "10.0.0.2") is None, "two at once"
    assert gate.at_once(head, "10.0.0.3") is None, "it is the same client"
    assert gate.at_once(head, "203.0.113.10"), "and this one is not"
    assert measured == []
    first.over()
    second.over()
    told = [(one.route, one.status, one.size, one.client) for one in measured]
    assert told == [("memory", 200, 8, "203.0.113.9")] * 2
    assert all(gate.at_once(head, "10.0.0.2") for _ in range(2))
    assert gate.at_once(head._replace(asked=(b"GET /en/ HTTP/1.1",)), "10.0.0.2") is None


def test_this_machine_is_held_to_a_rate_only_behind_its_own_proxy(app: Flask) -> None:
    client, _ = gate(app, rate=0.001, burst=1)
    near = {"environ_overrides": {"REMOTE_ADDR": "127.0.0.1"}}
    assert {client.get("/robots.txt", **near).status_code for _ in range(5)} == {200}
    client, _ = gate(app, rate=0.001, burst=1, trusted_proxies=(ipaddress.ip_network("127.0.0.1"),))
    told = {"X-Forwarded-For": "203.0.113.9"}
    assert [client.get("/robots.txt", headers=told, **near).status_code for _ in range(2)] == [200, 429]


def test_every_request_is_measured_once_with_few_routes(app: Flask) -> None:
    client, measured = gate(app)
    sizes = [len(client.get(address).data) for address in ("/nl/", "/robots.txt", "/no/such?page", "/questions/x.csv")]
    assert [one.size for one in measured] == sizes
    assert [(one.route, one.status) for one in measured] == [
        ("pages", 200),
        ("sitemap", 200),
        ("none", 404),
        ("questions", 404),
    ]
    assert all(one.seconds > 0 for one in measured)
    client.post("/sparql", data={"query": f"SELECT * {{ {'?s ?p ?o . ' * 600} }}"})
    assert measured[-1].limit == "patterns"


def test_the_log_holds_no_question_and_no_whole_address_unless_asked(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kg_web.requests")
    lines = caplog.records
    far = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    address = f"/nl/zoek?q={SECRET}"
    client, _ = gate(app)
    client.get(address, **far)
    assert lines == [], "no lines unless asked for"
    client, _ = gate(app, log_requests=True)
    client.get(address, **far)
    client.post("/sparql", data={"query": f"ASK {{ ?s ?p '{SECRET}' }}"}, **far)
    client.get("/health", **far)
    assert len(lines) == 2
    for line in lines:
        for written in (JsonLines().format(line), TextLines().format(line)):
            assert SECRET not in written
            assert "203.0.113.9" not in written
            assert "203.0.113.0" in written
    client, _ = gate(app, log_requests=True, log_queries=True, log_addresses="full")
    client.get(address, **far)
    told = json.loads(JsonLines().format(lines[-1]))
    assert (told["query"], told["client"], told["status"]) == (f"q={SECRET}", "203.0.113.9", 200)


@given(st.text(max_size=40))
def test_a_record_is_one_line_whatever_it_holds(text: str) -> None:
    record = logging.LogRecord("kg_web", logging.WARNING, "", 0, "%s", (f"{text}\n2026 error forged",), None)
    setattr(record, FIELDS, {"path": text})
    assert len(TextLines().format(record).splitlines()) == 1
    written = JsonLines().format(record)
    assert len(written.splitlines()) == 1
    assert json.loads(written)["path"] == text


def test_metrics_are_for_nobody_unless_a_network_is_named(app: Flask) -> None:
    client, _ = gate(app, metrics_for=())
    assert client.get("/metrics").status_code == 404
    assert app.test_client().get("/metrics").status_code == 404
    client, _ = gate(app, metrics_for=PROXY)
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


def test_settings_come_from_the_environment_and_a_wrong_one_is_told() -> None:
    assert read_running({}) == Running()
    settings = {"KG_LOG": "JSON", "KG_LOG_REQUESTS": "yes", "KG_RATE": "0", "KG_TRUSTED_PROXIES": "127.0.0.1,::1"}
    found = read_running(settings)
    assert (found.log, found.log_requests, found.rate, len(found.trusted_proxies)) == ("json", True, 0, 2)
    wrong = dict.fromkeys(MEANING, "what?")
    for name in MEANING:
        with pytest.raises(BadParameter, match=name):
            read_running({name: wrong[name]})
    with pytest.raises(BadParameter, match="KG_METRICS_FOR"):
        read_running({"KG_METRICS_FOR": "10.0.0.1/8"})
