"""Hostile queries against a real server: each gets its status in time, and nobody else notices.

The queries are the files of `cases/hostile/`, which `hostile.py` reads.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from hostile import CASES, content_of, statuses_of
from serving import Server, serving
from spying import Spy, spying

SECONDS = 1.5
LIMITS = {"seconds": SECONDS, "memory_mib": 150, "queries_at_once": 4, "queue_seconds": 1}
SIZE = 400
E = "https://example.org/"
QUADS = "".join(
    f"<{E}{i}> <{E}{p}> <{E}{(i * step + 1) % SIZE}> <{E}g> .\n"
    for i in range(SIZE)
    for p, step in (("p", 1), ("q", 7), ("q", 11))
)
CROSS = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(5))} }}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("hostile"), QUADS, LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def spy() -> Iterator[Spy]:
    with spying() as found:
        yield found


def post(port: int, content: bytes, send: str = "") -> tuple[int, dict[str, Any], bytes, float]:
    """Status, headers, body and seconds of a POST."""
    kind = {"form": "application/x-www-form-urlencoded", "update": "application/sparql-update"}
    if send == "form":
        content = b"query=" + quote_plus(content).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.monotonic()
    connection.request("POST", "/sparql", content, {"Content-Type": kind.get(send, "application/sparql-query")})
    response = connection.getresponse()
    headers, body = dict(response.headers), response.read()
    connection.close()
    return response.status, headers, body, time.monotonic() - started


@pytest.mark.alone
def test_hostile_queries_get_their_status_in_time_and_a_normal_one_is_answered_beside_them(
    server: Server, spy: Spy
) -> None:
    post(server.port, b"ASK {}")
    done = threading.Event()
    waits: list[float] = []

    def keep_asking() -> None:
        while not done.wait(0.05):
            status, _, _, seconds = post(server.port, b"SELECT ?o { <https://example.org/1> ?p ?o } LIMIT 5")
            waits.append(seconds if status == 200 else 99)

    normal = threading.Thread(target=keep_asking)
    normal.start()

    def attack(name: str) -> str:
        case = CASES[name]
        status, headers, body, seconds = post(server.port, content_of(case, spy.port), case.get("send", ""))
        wanted = statuses_of(case)
        told = json.loads(body) if status >= 400 else {}
        fine = status in wanted and seconds < SECONDS + 0.5
        if status >= 400:
            fine = (
                fine and headers["Content-Type"] == "application/problem+json" and told["limits"]["seconds"] == SECONDS
            )
            fine = fine and told.get("limit") in case.get("limit", [told.get("limit")])
        return "" if fine else f"{name}: {status} {told.get('limit')} in {seconds:.2f} s, not {wanted}"

    with ThreadPoolExecutor(3) as attackers:
        faults = [fault for fault in attackers.map(attack, CASES) if fault]
    done.set()
    normal.join()
    assert faults == []
    assert len(CASES) >= 20
    assert spy.asked == []
    assert statistics.quantiles(waits, n=20)[-1] < 0.2, sorted(waits)[-10:]
    assert len(server.workers()) <= 2 * LIMITS["queries_at_once"]


def receive(port: int, request: bytes) -> bytes:
    """Everything a server sends until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


def direct(text: str, version: str = "1.1", accept: str = "text/csv") -> bytes:
    return (
        f"POST /sparql HTTP/{version}\r\nHost: x\r\nAccept: {accept}\r\nConnection: close\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


def test_an_answer_that_is_cut_does_not_look_whole(server: Server) -> None:
    """RFC 9112, 8: a chunked answer without its last chunk is incomplete."""
    got = receive(server.port, direct(CROSS))
    assert got.startswith(b"HTTP/1.1 200")
    assert b"Transfer-Encoding: chunked" in got[:2000]
    assert not got.endswith(b"0\r\n\r\n")


def test_an_answer_that_ends_has_its_last_chunk(server: Server) -> None:
    got = receive(server.port, direct(CROSS + " LIMIT 50000"))
    assert got.endswith(b"0\r\n\r\n")


def test_an_http_1_0_client_never_gets_a_part(server: Server) -> None:
    """Without chunks, only a Content-Length tells that an answer is whole."""
    got = receive(server.port, direct(CROSS, "1.0"))
    assert got.startswith((b"HTTP/1.0 504", b"HTTP/1.1 504"))
    whole = receive(server.port, direct(CROSS + " LIMIT 50000", "1.0"))
    head, _, body = whole.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body.count(b"\r\n") == 50001


def test_a_million_rows_begin_at_once_and_leave_the_server_as_it_was(server: Server) -> None:
    post(server.port, b"ASK {}")
    before = sum(memory_mib(pid) for pid in server.site_processes())
    text = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 400000"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        started = time.monotonic()
        connection.sendall(direct(text))
        size = len(connection.recv(65536))
        first = time.monotonic() - started
        while part := connection.recv(1 << 20):
            size += len(part)
    assert first < 0.2
    assert size > 15_000_000
    assert sum(memory_mib(pid) for pid in server.site_processes()) - before < 20


def memory_mib(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) // 1024 if found else 0


def runs(pid: int) -> bool:
    """Whether a process is there and not a zombie that waits for its parent."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False


def gone(pids: set[int], seconds: float) -> set[int]:
    """The processes of these that are gone within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended = {pid for pid in pids if not runs(pid)}
        if ended:
            return ended
        time.sleep(0.01)
    return set()


def test_a_client_that_goes_away_frees_its_worker(server: Server) -> None:
    """While the engine has said nothing yet, and while it streams."""
    for text in (COUNT, CROSS):
        before = server.workers()
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(direct(text))
        time.sleep(0.2)
        busy = before | server.workers()
        connection.close()
        assert gone(busy, SECONDS - 0.5)


def test_more_than_fit_are_told_to_come_back(server: Server) -> None:
    with ThreadPoolExecutor(32) as clients:
        answers = list(clients.map(lambda _: post(server.port, COUNT.encode()), range(32)))
    assert {status for status, *_ in answers} <= {503, 504}
    busy = [headers for status, headers, _, _ in answers if status == 503]
    assert busy
    assert all(int(headers["Retry-After"]) >= 1 for headers in busy)
    assert post(server.port, b"ASK {}")[0] == 200


@pytest.mark.parametrize("whom", [Server.workers, Server.nurseries])
def test_workers_and_what_holds_the_graph_for_them_are_replaced_when_killed(
    server: Server, whom: Callable[[Server], set[int]]
) -> None:
    post(server.port, b"ASK {}")
    ending = {*whom(server), *server.workers()}
    for process in whom(server):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    while any(map(runs, ending)):
        time.sleep(0.01)
    answers = [post(server.port, b"ASK {}")[0] for _ in range(20)]
    assert answers[-1] == 200
    assert set(answers) == {200}


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    """Whether the server is asked to stop or is killed, and in the middle of a query."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with serving(tmp_path / how.name, QUADS, LIMITS | {"seconds": 30}) as running:
            clients = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(2)]
            for client in clients:
                client.sendall(direct(COUNT))
            until = time.monotonic() + 5
            while not running.workers() and time.monotonic() < until:
                time.sleep(0.05)
            time.sleep(0.3)
            processes = {*running.site_processes(), *running.nurseries(), *running.workers()}
            assert len(processes) >= 4
            for pid in [running.pid, *running.site_processes()] if how == signal.SIGKILL else []:
                os.kill(pid, signal.SIGKILL)
        for client in clients:
            client.close()
        until = time.monotonic() + 5
        while time.monotonic() < until and any(map(runs, processes)):
            time.sleep(0.02)
        assert [pid for pid in processes if runs(pid)] == []
