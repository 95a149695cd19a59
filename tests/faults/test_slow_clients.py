"""Slow clients hold no thread: whoever asks beside hundreds of them is answered at once."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_web.gathering import progress
from running import Running, running

BEGINNINGS = {
    "nothing": b"",
    "half a head": b"GET /nl/ HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 5000\r\n\r\nASK",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK",
    "a body that is too large": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 99999999\r\n\r\nASK",
}
CLIENTS = 200
READER = b"GET /downloads/mini.nq HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("slow") / "log"
    with running(built, log, {"KG_TRUSTED_PROXIES": "127.0.0.1", "KG_RATE": "0"}) as found:
        found.ask("/sparql?query=ASK%7B%7D")
        yield found


@contextmanager
def connected(port: int, beginning: bytes, number: int = CLIENTS) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(number)]
        for client in clients:
            client.sendall(beginning)
        yield clients


@pytest.mark.parametrize("kind", [kind for kind in BEGINNINGS if kind != "a body that is too large"])
def test_two_hundred_slow_clients_keep_nobody_waiting(server: Running, kind: str) -> None:
    with connected(server.port, BEGINNINGS[kind]) as clients:
        for number in range(10):
            if BEGINNINGS[kind]:
                for client in clients[number::10]:
                    client.sendall(b"a")
            for path in ("/health", "/en/", "/sparql?query=ASK%7B%7D"):
                assert server.ask(path, timeout=5).status == 200


def test_a_body_that_is_too_large_is_refused_before_it_has_come(server: Running) -> None:
    with connected(server.port, BEGINNINGS["a body that is too large"], 4) as clients:
        assert server.ask("/health", timeout=5).status == 200
        for client in clients:
            client.settimeout(15)
            assert b" 413 " in client.recv(200).splitlines()[0]


def test_readers_that_take_nothing_hold_few_threads(server: Running) -> None:
    """Each of them is answered, or told to come back, and others are answered beside them."""
    with connected(server.port, READER):
        for _ in range(10):
            assert server.ask("/en/", {"X-Forwarded-For": "203.0.113.10"}, timeout=5).status == 200


def test_pipelined_and_divided_requests_are_all_answered(server: Running) -> None:
    one = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nExpect: 100-continue\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    post += b"Transfer-Encoding: chunked\r\n\r\n"
    chance = random.Random(7)
    with connected(server.port, b"", 1) as [client]:
        client.settimeout(10)
        stream = one + post + b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n" + last

        def send() -> None:
            left = stream
            while left:
                size = chance.randint(1, 40)
                client.sendall(left[:size])
                left = left[size:]

        sending = threading.Thread(target=send)
        sending.start()
        got = b""
        while piece := client.recv(65536):
            got += piece
        sending.join()
    assert got.count(b"HTTP/1.1 200") == 3
    assert got.count(b'"status": "pass"') == 2


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=4), st.booleans(), st.data())
def test_a_request_is_whole_when_its_last_byte_is_there_and_not_before(
    parts: list[bytes], chunked: bool, data: st.DataObject
) -> None:
    body = b"".join(b"%x;x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nX: y\r\n\r\n"
    told = b"Transfer-Encoding: chunked"
    if not chunked:
        body = b"".join(parts)
        told = b"Content-Length: %d" % len(body)
    request = b"POST /sparql HTTP/1.1\r\n" + told + b"\r\n\r\n" + body
    at, came = 0, 0
    for cut in sorted(data.draw(st.lists(st.integers(0, len(request) - 1), max_size=6))):
        done, at = progress(bytearray(request[:cut]), at)
        assert not done, request[:cut]
        came = cut
    assert came < len(request)
    assert progress(bytearray(request), at)[0]
    assert progress(bytearray(request + b"GET / HTTP/1.1\r\n"), at)[0]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_bytes_that_are_no_http_do_no_harm(noise: bytes, at: int) -> None:
    done, following = progress(bytearray(noise), min(at, len(noise)))
    assert done in {True, False}
    assert following >= 0
