"""A running server goes over to a new release without losing a request; it does not take one that is damaged."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.files.project import Project
from kg.publish.build import build
from kg.publish.place import put, staged
from kg.publish.release import Release, open_release
from minis import mini_copy, replaced
from serving import children_of

MINOR = "data/proposal/minor.ttl"
_LABEL = "SELECT ?l { <https://example.org/mini/id/assessment/as-02> skos:prefLabel ?l FILTER(LANG(?l) = 'en') }"
QUERY = "/sparql?" + urlencode({"query": _LABEL, "format": "csv"})
ROWS = 250_000
"""Rows of an answer that does not fit in what a connection holds on its way."""
WITHIN = 30.0
"""Seconds in which a server must have gone over, on a machine that is busy with other tests."""


@dataclass
class Site:
    """A running `kg serve`, and what a client that never stops asking got from it."""

    project: Project
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, status or fault, and what tells the release apart."""

    def ask(self, path: str) -> tuple[int, dict[str, str], str]:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            return _answer(client, path)
        finally:
            client.close()


def _answer(client: http.client.HTTPConnection, path: str) -> tuple[int, dict[str, str], str]:
    client.request("GET", path)
    answer = client.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits until it holds; fails when that takes too long."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < WITHIN, "it did not come to that"
        threading.Event().wait(0.05)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The mini project served as `kg serve` does, with two site processes."""
    project = mini_copy(tmp_path_factory.mktemp("live") / "mini")
    build(project)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = project.root / "log"
    command = [sys.executable, "-m", "kg.cli", "--project", str(project.root), "--lang", "en", "serve"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=out, stderr=out, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    try:
        wait_until(lambda: "curl" in log.read_text(encoding="utf-8") or process.poll() is not None)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield Site(project, port, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def asking(site: Site) -> Iterator[None]:
    """Clients that ask all the while: one over one connection, one that connects anew for each request."""
    stop = threading.Event()
    paths = ("/en/", "/doc/assessment/as-02.ttl", QUERY)

    def keep_asking(*, keep_connection: bool) -> None:
        client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        while not stop.is_set():
            for path in paths:
                try:
                    status, headers, body = _answer(client, path)
                    told = re.search(r"(building test|test of building|built test)", body)
                    site.answers.append((path, str(status), told[0] if told else headers.get("etag", "")))
                except (OSError, http.client.HTTPException) as fault:
                    site.answers.append((path, repr(fault), ""))
                    client.close()
                if not keep_connection:
                    client.close()
        client.close()

    threads = [threading.Thread(target=keep_asking, kwargs={"keep_connection": keep}) for keep in (True, False)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def all_new(site: Site, text: str) -> bool:
    """Whether sixty-four answers, eight at a time so that they come from both processes, are of the new release."""
    with ThreadPoolExecutor(8) as askers:
        return all(text in answer[2] for answer in askers.map(site.ask, ["/doc/assessment/as-02.ttl"] * 64))


def taken(site: Site, release: Release) -> bool:
    """Whether both processes say that they serve a release."""
    told = f"Release {release.version} ({release.digest[:12]}) is served now."
    return site.log.read_text(encoding="utf-8").count(told) >= 2


def test_a_new_build_of_the_same_version_is_taken_without_losing_a_request(site: Site) -> None:
    site.answers.clear()
    with asking(site):
        wait_until(lambda: len(site.answers) > 30)
        release = build(replaced(site.project, MINOR, '"building test"@en', '"test of building"@en'))
        wait_until(lambda: taken(site, release))
        wait_until(lambda: {told for path, _, told in site.answers[-60:] if path != "/en/"} == {"test of building"})
    assert {status for _, status, _ in site.answers} == {"200"}
    data = [told for path, _, told in site.answers if path != "/en/"]
    assert set(data) == {"building test", "test of building"}
    assert len({told for path, _, told in site.answers if path == "/en/"}) == 2, "one edition before, one after"


def test_an_answer_that_has_begun_is_finished_by_the_old_release(site: Site) -> None:
    query = urlencode({"query": f"SELECT ?a ?b ?c {{ ?a ?p ?b . ?c ?q ?d }} LIMIT {ROWS}", "format": "csv"})
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    client.request("GET", f"/sparql?{query}")
    answer = client.getresponse()
    text = answer.read(1000)
    build(replaced(site.project, MINOR, '"test of building"@en', '"trial"@en'))

    def gone_over() -> bool:
        nonlocal text
        text += answer.read(1000)
        return all_new(site, "trial")

    wait_until(gone_over)
    text += answer.read()
    client.close()
    assert text.count(b"\r\n") == ROWS + 1


def test_a_damaged_release_is_not_taken_and_that_is_said_once(site: Site) -> None:
    project, version = site.project, "1.0.0"
    good = open_release(project.folder("releases") / version)
    before = site.ask("/doc/assessment/as-02.ttl")[2]
    with asking(site):
        site.answers.clear()
        with staged(project.folder("releases"), version, "damaged") as staging:
            shutil.copytree(good.folder, staging.folder, dirs_exist_ok=True)
            path = staging.folder / good.quads_file.name
            path.write_bytes(path.read_bytes()[:-100])
            put(staging, version)
        wait_until(lambda: site.log.read_text(encoding="utf-8").count("is not taken") == 2)
        asked = len(site.answers)
        wait_until(lambda: len(site.answers) > asked + 30)
    assert {status for _, status, _ in site.answers} == {"200"}
    assert site.ask("/doc/assessment/as-02.ttl")[2] == before
    lines = [line for line in site.log.read_text(encoding="utf-8").splitlines() if "is not taken" in line]
    assert len(lines) == 2, "one line for each process"
    assert all("mini.nq: the file does not have the sum its manifest gives" in line for line in lines)


def test_a_raised_version_is_taken_and_the_one_before_stays_at_its_address(site: Site) -> None:
    build(site.project)  # 1.0.0 was damaged
    replaced(site.project, MINOR, '"trial"@en', '"built test"@en')
    raised = replaced(site.project, "kg.toml", 'version = "1.0.0"', 'version = "1.1.0"')
    with asking(site):
        site.answers.clear()
        release = build(raised)
        wait_until(lambda: taken(site, release))
    assert {status for _, status, _ in site.answers} == {"200"}
    assert site.ask(QUERY)[1]["leergraaf-release"] == "1.1.0"
    assert "trial" in site.ask("/releases/1.0.0" + QUERY)[2]


def test_what_was_replaced_is_let_go_of(site: Site) -> None:
    """Each process holds the file of the current release and of the older one that was asked for, and no more."""

    def held() -> list[str]:
        return [
            opened
            for pid in children_of(site.process.pid)
            for path in Path(f"/proc/{pid}/fd").iterdir()
            if path.is_symlink() and "mini.nq" in (opened := str(path.readlink()))
        ]

    wait_until(lambda: len(held()) <= 3)


def test_a_process_that_is_started_again_takes_the_release_in_place(site: Site) -> None:
    before = children_of(site.process.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(children_of(site.process.pid)) - set(before)) == 2)
    wait_until(lambda: all_new(site, "built test"))
