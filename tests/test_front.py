"""A known request is answered by the loop of the server: with the bytes a thread would send, counted as any other."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import ParseException
from gunicorn.http.wsgi import Response, create
from hypothesis import given
from hypothesis import strategies as st

from kg_web.answers import Kept
from kg_web.front import PARTICULAR, READ, Head, Heads, Known, head_of
from kg_web.wire import Outgoing
from plain_socket import connected, exchanged, read_all, undated
from running import Running, running, until

ROOT = Path(__file__).parents[1]
PEER = "127.0.0.1"
HEAD = b"GET /nl/?a=%20b HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"
SCHEME = (b"X-Forwarded-Proto", b"X-Forwarded-Ssl")


def head(request: bytes, peer: str = PEER) -> Head | None:
    return head_of(bytearray(request), peer)


def with_line(line: bytes) -> bytes:
    return HEAD[:-2] + line + b"\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        HEAD[:-1],
        b"\r\n" + HEAD,
        HEAD.replace(b"GET", b"POST"),
        HEAD.replace(b"GET", b"OPTIONS"),
        HEAD.replace(b"/nl/", b"http://x/nl/"),
        HEAD.replace(b"1.1", b"2.0"),
        HEAD.replace(b"/nl/", b"/n\xc3\xa9/"),
        HEAD.replace(b"/nl/", b"/nl/ /"),
        HEAD.replace(b"\r\n", b"\n"),
        with_line(b"X: \xff"),
        with_line(b"X: a\x00"),
        with_line(b"X: a\n b"),
        with_line(b" folded"),
        with_line(b"Accept: text/turtle"),
        with_line(b"Host: y"),
        with_line(b"X_Forwarded_For: 1.2.3.4"),
        with_line(b"Script_Name: /x"),
        with_line(b"X : y"),
        with_line(b": y"),
        with_line(b"no colon"),
        with_line(b"Content-Length: 0"),
        with_line(b"Transfer-Encoding: chunked"),
        with_line(b"Expect: 100-continue"),
        with_line(b"Upgrade: h2c"),
        with_line(b"Connection: upgrade"),
        with_line(b"Connection: close\r\nConnection: keep-alive"),
        with_line(b"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 1.2.3.5"),
        with_line(b"If-None-Match: x"),
        with_line(b"Range: bytes=0-1"),
        with_line(b"X: " + b"y" * 8200),
        with_line(b"\r\n".join([b"X: y"] * 99)),
    ],
    ids=str,
)
def test_whatever_is_not_plain_goes_the_usual_way(request_: bytes) -> None:
    assert head(HEAD)
    assert head(request_) is None


def test_only_what_an_answer_follows_from_tells_heads_apart() -> None:
    plain = head(HEAD)
    assert plain
    for same in (b"User-Agent: x", b"X-Request-ID: 7", b"X-Forwarded-For: 203.0.113.9", b"Connection: keep-alive"):
        assert (found := head(with_line(same)))
        assert found.asked == plain.asked
    assert (found := head(HEAD.replace(b"Host: x\r\nAccept: text/html", b"aCCept:\ttext/html \r\nHost:x")))
    assert found.asked == plain.asked
    others = [HEAD.replace(b"/nl/", b"/en/"), HEAD.replace(b"GET", b"HEAD"), HEAD.replace(b"1.1", b"1.0")]
    others += [with_line(b"Cookie: a"), with_line(b"Accept-Language: en"), with_line(b"Accept-Encoding:")]
    others += [with_line(b"X-Forwarded-Proto: https"), HEAD.replace(b"Accept: text/html\r\n", b"")]
    assert len({found.asked for other in [HEAD, *others] if (found := head(other))}) == 9
    proto = with_line(b"X-Forwarded-Proto: https")
    assert head(proto) != head(proto, "203.0.113.9"), "not everybody is believed"
    assert [(h.closes, h.old) for h in map(head, [HEAD, with_line(b"Connection: CLOSE"), others[2]]) if h] == [
        (False, False),
        (True, False),
        (True, True),
    ]


LINES = st.tuples(
    st.sampled_from(
        [
            *(name.removeprefix("HTTP_").replace("_", "-").encode() for name in (*READ, *PARTICULAR)),
            *SCHEME,
            *(
                b"X-Forwarded-For",
                b"Connection",
                b"User-Agent",
                b"Expect",
                b"Te",
                b"Content-Length",
                b"X_Y",
                b"Path_Info",
            ),
        ]
    ),
    st.sampled_from([b"https", b"on", b"close", b"Keep-Alive", b"a, b", b"", b" \t", b"\xe9", b"0", b"100-continue"]),
)


def parsed(request: bytes, peer: str) -> tuple[Any, dict[str, Any]] | None:
    """The request as gunicorn reads it, and what it tells an application; None when it refuses it."""
    settings = Config()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        try:
            found = next(RequestParser(settings, iter([request]), (peer, 1)))
        except ParseException:
            return None
        return found, create(found, ours, (peer, 1), ("127.0.0.1", 80), settings)[1]


@given(
    st.sampled_from([b"GET", b"HEAD"]),
    st.sampled_from([b"/nl/", b"/a?b=c#d", b"//x/[", b"/%41%00?%20", b'/~?"']),
    st.sampled_from([b"1.0", b"1.1"]),
    st.lists(LINES, max_size=6),
    st.sampled_from([PEER, "203.0.113.9"]),
)
def test_gunicorn_reads_the_same_from_heads_that_are_the_same(
    method: bytes, target: bytes, version: bytes, lines: list[tuple[bytes, bytes]], peer: str
) -> None:
    first = b"%s %s HTTP/%s\r\n" % (method, target, version)
    request = first + b"".join(b"%s: %s\r\n" % line for line in lines) + b"\r\n"
    found = head(request + b"GET", peer)
    if not found:
        return
    assert found.size == len(request)
    matter = {name.removeprefix("HTTP_").replace("_", "-").encode() for name in READ} | set(SCHEME)
    least = first + b"".join(b"%s: %s\r\n" % line for line in lines if line[0] in matter) + b"\r\n"
    assert (short := head(least, peer))
    assert short.asked == found.asked
    whole, least_read = parsed(request, peer), parsed(least, peer)
    assert bool(whole) == bool(least_read), "whether it is refused follows from what tells heads apart"
    if not whole or not least_read:
        return
    told, environ = whole
    apart = {"HTTP_X_FORWARDED_FOR", "HTTP_CONNECTION", "HTTP_USER_AGENT", "HTTP_TE"}
    unlike = {name for name in environ.keys() | least_read[1].keys() if environ.get(name) != least_read[1].get(name)}
    assert {name for name in unlike if not name.startswith(("wsgi.", "gunicorn."))} <= apart
    assert environ["wsgi.url_scheme"] == least_read[1]["wsgi.url_scheme"]
    assert (found.closes, found.old) == (told.should_close(), version == b"1.0")
    assert found.forwarded == environ.get("HTTP_X_FORWARDED_FOR", "")
    assert not environ.keys() & set(PARTICULAR)
    assert told.body.read() == b""


def test_heads_take_no_more_than_their_room() -> None:
    heads = Heads(20_000)
    for number in range(100):
        found = head(HEAD.replace(b"/nl/", b"/%d" % number))
        assert found
        heads.add(found, Known(number, "GET", "/", ""))
        heads.add(found, Known(number, "GET", "/", ""))
    assert 5 < len(heads) < 20_000 / 1500
    assert heads.bytes <= 20_000
    assert (known := heads.find(found))
    assert known.key == 99
    heads.forget(found)
    assert heads.find(found) is None
    assert (oldest := head(HEAD.replace(b"/nl/", b"/0")))
    assert heads.find(oldest) is None


class Paper:
    """What an answer is written to, a piece at a time."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.bytes, self.most = b"", most

    def sendall(self, piece: bytes) -> None:
        self.bytes += piece

    def sendmsg(self, pieces: list[bytes]) -> int:
        whole = b"".join(pieces)[: self.most]
        self.bytes += whole
        return len(whole)


@pytest.mark.parametrize("body", [b"", b"finished answer" * 20])
@pytest.mark.parametrize("length", [False, True])
@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_what_is_sent_is_what_gunicorn_sends(
    method: bytes, version: bytes, connection: bytes, length: bool, body: bytes
) -> None:
    sent = b"%s /nl/ HTTP/%s\r\nConnection: %s\r\n\r\n" % (method, version, connection)
    headers = (("Content-Type", "text/plain"), ("ETag", '"x"'), ("Connection", "odd"), ("X", " y "))
    headers += (("Content-Length", str(len(body))),) if length else ()
    theirs, settings = Paper(), Config()
    response = Response(next(RequestParser(settings, iter([sent]), (PEER, 1))), theirs, settings)
    response.start_response("200 OK", list(headers))
    response.write(body)
    response.close()
    known, kept = head(sent), Kept("200 OK", headers, b"" if method == b"HEAD" else body)
    assert known
    for most in (1_000_000, 7):
        ours = Paper(most)
        outgoing = Outgoing(kept, known, settings)
        while not outgoing.go(ours):  # type: ignore[arg-type]
            pass
        assert undated(ours.bytes) == undated(theirs.bytes) != ours.bytes
        assert outgoing.closes == response.should_close()


# What follows asks a real server, with one process.

ROWS = f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 3000')}"
MANY = f"/sparql?format=json&query={quote('SELECT * { ?s ?p ?o } LIMIT 20000')}"
"""More than the system takes of an answer at once."""
KEPT = {
    "a page": (b"/nl/", b"Accept: text/html"),
    "a packed page": (b"/en/", b"Accept: text/html\r\nAccept-Encoding: br"),
    "data": (b"/doc/unit/mo-1.ttl", b"Accept: */*"),
    "rows": (ROWS.encode(), b"Accept: text/csv"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"KG_TRUSTED_PROXIES": PEER, "KG_RATE": "0.001", "KG_BURST": "20", "KG_AT_ONCE": "30"}
    settings |= {
        "KG_LOG_REQUESTS": "1",
        "KG_LOG": "json",
        "KG_LOG_ADDRESSES": "full",
        "KG_LOG_QUERIES": "1",
        "KG_ANSWERS_MIB": "256",
    }
    with running(ROOT, tmp_path_factory.mktemp("front") / "log", settings, workers=1) as found:
        yield found


def request(path: bytes, lines: bytes, client: str, *, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    told = b"X-Forwarded-For: " + client.encode()
    return b"%s %s HTTP/%s\r\nHost: x\r\n%s\r\n%s\r\n\r\n" % (method, path, version, lines, told)


def in_one_piece(answer: bytes) -> bytes:
    """Without the sizes of the chunks it is sent in, or the word to nginx that it is made as it is sent."""
    answer = answer.replace(b"\r\nX-Accel-Buffering: no", b"", 1)
    told, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" not in told:
        return answer
    got = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        got, body = got + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return told + b"\r\n\r\n" + got


def noted(server: Running, client: str, number: int) -> list[dict[str, Any]]:
    """What the log says of this client's requests, so many as there must be."""

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in server.said().splitlines() if f'"client": "{client}"' in line]

    until(lambda: len(lines()) >= number)
    return lines()


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
@pytest.mark.parametrize("name", KEPT)
def test_each_time_the_same_bytes_are_sent_and_counted(
    server: Running, name: str, version: bytes, method: bytes
) -> None:
    path, lines = KEPT[name]
    client = f"198.51.100.{(list(KEPT).index(name) * 4 + 2 * (version == b'1.0') + (method == b'HEAD'))}"
    sent = request(path, lines + b"\r\nConnection: close", client, method=method, version=version)
    answers = [undated(exchanged(server, sent)) for _ in range(5)]
    assert answers[0].startswith(b"HTTP/%s 200 " % version)
    assert len(set(answers[2:])) == len(set(map(in_one_piece, answers))) == 1
    assert (method == b"HEAD") == in_one_piece(answers[0]).endswith(b"\r\n\r\n")
    kept = request(path, lines + b"\r\nConnection: keep-alive", client, method=method, version=version)
    both = undated(exchanged(server, kept + sent))
    assert both == answers[2].replace(b"Connection: close", b"Connection: keep-alive", 1) + answers[2]
    told = noted(server, client, 7)
    assert [one["route"] == "memory" for one in told] == [False, False, True, True, True, True, True]
    matter = ("method", "path", "query", "status", "bytes")
    assert len({tuple(one[part] for part in matter) for one in told}) == 1


def test_a_known_request_waits_for_no_thread(server: Running) -> None:
    client = "203.0.113.20"
    sent = request(*KEPT["data"], client)
    for _ in range(4):
        exchanged(server, sent.replace(b"Host:", b"Connection: close\r\nHost:"))
    with ExitStack() as stack:
        for _ in range(16):  # each holds a thread for as long as it takes nothing
            holding = stack.enter_context(connected(server, 4096))
            holding.sendall(request(b"/downloads/leergraaf.nq", b"Accept: */*", "203.0.113.21"))
            assert holding.recv(10) == b"HTTP/1.1 2"
        waiting = stack.enter_context(connected(server))
        waiting.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        known = stack.enter_context(connected(server))
        for _ in range(3):
            known.sendall(sent)
            assert known.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert select.select([waiting], [], [], 0)[0] == [], "what is not known waits for one"


def test_pipelined_requests_are_answered_in_their_order(server: Running) -> None:
    client = "203.0.113.30"
    known = request(*KEPT["a page"], client)
    other = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    last = request(*KEPT["a page"], client).replace(b"Host:", b"Connection: close\r\nHost:")
    got = exchanged(server, known * 5 + other + known * 2 + other + last)
    order = [b'"status": "pass"' in part for part in got.split(b"HTTP/1.1 200 OK")[1:]]
    assert order == [False] * 5 + [True] + [False] * 2 + [True, False]
    assert [one["route"] for one in noted(server, client, 8)][3:] == ["memory"] * 5


def test_a_slow_reader_gets_every_byte_and_one_who_leaves_does_no_harm(server: Running) -> None:
    sent = request(MANY.encode(), b"Connection: close", "203.0.113.40")
    whole = [undated(exchanged(server, sent)) for _ in range(4)][-1]
    with connected(server, 4096) as slow, connected(server, 4096) as leaving:
        slow.sendall(sent)
        leaving.sendall(sent)
        begun = slow.recv(1000)
        leaving.close()
        assert (
            exchanged(server, request(*KEPT["a page"], "203.0.113.41").replace(b"1.1", b"1.0")).count(b"</html>") == 1
        )
        assert undated(begun + read_all(slow)) == whole
    told = noted(server, "203.0.113.40", 6)
    assert [one["route"] for one in told[-4:]] == ["memory"] * 4
    assert {one["bytes"] for one in told} == {told[0]["bytes"]}


def test_who_asks_too_often_is_refused_for_what_is_known_too(server: Running) -> None:
    sent = request(*KEPT["a page"], "203.0.113.50")
    got = exchanged(server, sent * 25 + sent.replace(b"Host:", b"Connection: close\r\nHost:"))
    assert re.findall(rb"HTTP/1.1 (\d{3}) ", got) == [b"200"] * 20 + [b"429"] * 6
    other = request(*KEPT["a page"], "203.0.113.51").replace(b"Host:", b"Connection: close\r\nHost:")
    assert exchanged(server, other).startswith(b"HTTP/1.1 200 ")


def test_clients_that_leave_a_connection_open_after_its_end_hold_up_nobody(server: Running) -> None:
    sent = request(*KEPT["a page"], "203.0.113.60").replace(b"Host:", b"Connection: close\r\nHost:")
    health = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(20)]
        for client, asked in zip(clients, [sent, health] * 10, strict=True):
            client.sendall(asked)
        assert read_all(clients[0]).startswith(b"HTTP/1.1 200 ")
        assert server.ask("/health", timeout=5).status == 200
        assert all(read_all(client).startswith(b"HTTP/1.1 200 ") for client in clients[1:])
