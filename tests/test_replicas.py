"""Replicas behind nginx, as deploy/ has them: one is killed and a release is switched, and no request is lost."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

from kg.files.project import Project
from kg.publish.build import build
from minis import mini_copy, replaced
from proxied import KEPT_SECONDS, asked, keeps, nginx
from stores import free_port
from test_designer import ASKED, path_of
from test_live import wait_until

DEPLOY = Path(__file__).parents[1] / "deploy"
CLIENTS = 4
MINOR = "data/proposal/minor.ttl"
PATHS = ("/en/", "/doc/assessment/as-02.ttl", "/nl/")


class Replica:
    """One `kg serve` with one site process."""

    def __init__(self, project: Project) -> None:
        self.port = free_port()
        self.log = project.root / f"log-{self.port}"
        command = [sys.executable, "-m", "kg.cli", "--project", str(project.root), "--lang", "en", "serve"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "KG_TRUSTED_PROXIES": "127.0.0.1", "KG_RATE": "0"}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--workers", "1", "--port", str(self.port)],
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )

    def ready(self) -> bool:
        try:
            return fetch(self.port, "/ready")[0] == 200
        except OSError:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            return False

    def kill(self) -> None:
        """As a machine that falls over: with all its processes, and without a word."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


def fetch(port: int, path: str) -> tuple[int, str]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


class Clients:
    """Who keeps asking over nginx, each address with a part that no cache knows."""

    def __init__(self, port: int, number: int) -> None:
        self.answers: list[tuple[str, str]] = []
        self._port = port
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(one,)) for one in range(number)]

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def more(self, number: int) -> None:
        """Waits until so many more answers have come."""
        wanted = len(self.answers) + number
        wait_until(lambda: len(self.answers) >= wanted)

    def _ask(self, one: int) -> None:
        turn = 0
        while not self._stop.is_set():
            path = PATHS[turn % len(PATHS)]
            turn += 1
            try:
                status, text = fetch(self._port, f"{path}?again={one}-{turn}")
            except (OSError, http.client.HTTPException) as fault:
                self.answers.append((repr(fault), ""))
            else:
                told = re.search(r"building test|test of building", text)
                self.answers.append((str(status), told[0] if told else ""))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = mini_copy(tmp_path_factory.mktemp("replicas") / "mini")
    build(made)
    return made


def test_a_replica_is_killed_and_a_release_switched_without_a_request_lost(project: Project, tmp_path: Path) -> None:
    with ExitStack() as stack:
        replicas = [Replica(project) for _ in range(2)]
        for replica in replicas:
            stack.callback(replica.kill)
        for replica in replicas:
            wait_until(replica.ready)
        port = stack.enter_context(nginx(tmp_path, [replica.port for replica in replicas]))
        with Clients(port, CLIENTS) as clients:
            clients.more(40)
            replicas[0].kill()
            clients.more(60)
            build(replaced(project, MINOR, '"building test"@en', '"test of building"@en'))
            wait_until(lambda: "test of building" in fetch(replicas[1].port, PATHS[1])[1])
            clients.more(60)
        lost = [answer for answer in clients.answers if answer[0] != "200"]
        begun = [answer for answer in lost if answer[0].startswith("IncompleteRead")]
        assert lost == begun, "every request is answered"
        assert len(begun) <= CLIENTS, "what was half sent by the process that was killed cannot be sent again"
        assert {told for _, told in clients.answers} == {"", "building test", "test of building"}
        assert fetch(port, "/ready")[0] == 404, "for the replicas' own watch alone"


QUERY = f"/sparql?{urlencode({'query': 'SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 3'})}"
ROWS = "SELECT * WHERE { ?s ?p ?o . ?a ?b ?c } LIMIT "
LONG = f"/sparql?{urlencode({'query': f'{ROWS}20000', 'format': 'csv'})}"
MIDDLING = f"/sparql?{urlencode({'query': f'{ROWS}500', 'format': 'csv'})}"
FORMS = ("text/turtle", "application/ld+json", "application/n-triples", "text/turtle;q=0.5, application/ld+json")
TABLES = ("text/csv", "application/sparql-results+json", "text/csv;q=0.1, application/sparql-results+xml")
THING = "/doc/assessment/as-02"
PERSONAL = path_of("recognition", "en", asked=ASKED["recognition"])


@pytest.fixture
def behind(project: Project, tmp_path: Path) -> Iterator[tuple[int, Replica]]:
    """The port of nginx, and the only replica behind it."""
    replica = Replica(project)
    try:
        wait_until(replica.ready)
        with nginx(tmp_path, [replica.port]) as port:
            yield port, replica
    finally:
        replica.kill()


def test_the_site_is_kept_for_a_moment_in_each_form_and_language(behind: tuple[int, Replica]) -> None:
    port, replica = behind
    wanted = [(THING, {"Accept": form}) for form in FORMS] + [(QUERY, {"Accept": form}) for form in TABLES]
    wanted += [(QUERY, {"Accept": "text/csv", "Accept-Encoding": one}) for one in ("gzip", "identity")]
    wanted += [("/en/", {"Accept-Encoding": one}) for one in ("gzip", "br", "gzip;q=0, br")]
    wanted += [(THING, {"Accept": "text/turtle", "Host": "other.example"}), ("/nl/", {}), (QUERY, {})]
    own = [asked(replica.port, path, {"Host": f"127.0.0.1:{port}", **told}) for path, told in wanted]
    for _ in range(3):
        for (path, told), direct in zip(wanted, own, strict=True):
            got = asked(port, path, told)
            assert (got.status, got.body) == (200, direct.body)
            for name in ("content-type", "content-encoding", "vary", "etag", "cache-control"):
                assert got.headers.get(name) == direct.headers.get(name)
    for path, told in wanted:
        keeps(port, path, told)
        tag = asked(port, path, told).headers["etag"]
        for method in ("GET", "HEAD"):
            same = asked(port, path, {**told, "If-None-Match": tag}, method)
            assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)


def test_what_is_personal_long_or_wrong_on_the_site_is_never_kept(behind: tuple[int, Replica]) -> None:
    port, replica = behind
    personal = asked(replica.port, PERSONAL)
    assert (personal.status, personal.headers["cache-control"]) == (200, "no-store")
    for path in (PERSONAL, "/health", "/en/none", "/doc/assessment/none.ttl", "/sparql?query=wrong"):
        answers = [asked(port, path) for _ in range(4)]
        assert {answer.status for answer in answers} == {asked(replica.port, path).status}
        assert not [answer for answer in answers if answer.kept]
    assert asked(replica.port, LONG).headers["x-accel-buffering"] == "no", "it is to be passed on as it is made"
    answers = [asked(port, LONG) for _ in range(4)]
    assert {(answer.status, answer.kept, answer.body.count(b"\n")) for answer in answers} == {(200, False, 20001)}
    keeps(port, MIDDLING)  # once the site gives it from memory
    assert asked(port, MIDDLING).body.count(b"\n") == 501


def test_a_file_of_a_release_is_given_in_parts(behind: tuple[int, Replica]) -> None:
    port, _ = behind
    whole = asked(port, "/downloads/SHA256SUMS")
    part = asked(port, "/downloads/SHA256SUMS", {"Range": "bytes=3-9", "If-Range": whole.headers["etag"]})
    assert (part.status, part.body) == (206, whole.body[3:10])
    assert asked(port, "/downloads/SHA256SUMS", {"If-None-Match": whole.headers["etag"]}).status == 304


def test_two_seconds_after_a_switch_nothing_of_the_old_release_is_given(
    project: Project, behind: tuple[int, Replica]
) -> None:
    port, replica = behind
    query = f"/sparql?{urlencode({'query': 'SELECT ?l WHERE { ?s ?p ?l FILTER(isLiteral(?l)) }', 'format': 'csv'})}"
    pages = (PATHS[1], "/en/assessment/as-02", query)
    text = (project.root / MINOR).read_text(encoding="utf-8")
    old, new = (
        ("building test", "test of building") if "building test" in text else ("test of building", "building test")
    )
    for path in pages:
        keeps(port, path)
        got = asked(port, path)
        assert (old.encode() in got.body, new.encode() in got.body) == (True, False)
    build(replaced(project, MINOR, f'"{old}"@en', f'"{new}"@en'))
    wait_until(lambda: new in fetch(replica.port, PATHS[1])[1])
    time.sleep(KEPT_SECONDS)
    for path in pages:
        got = asked(port, path)
        assert (old.encode() in got.body, new.encode() in got.body) == (False, True)


def test_the_units_and_the_containers_start_what_the_command_line_has() -> None:
    unit = (DEPLOY / "leergraaf@.service").read_text(encoding="utf-8")
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "serve --workers 1" in unit
    assert '"serve", "--workers", "1"' in image
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    replicas = [name for name in services if name.startswith("replica-")]
    conf = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert len(re.findall(r"server 127\.0\.0\.1:800\d ", conf)) == len(replicas) == 3
    assert all(services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"] for name in replicas)
    for name in ("KG_STORE", "KG_TRUSTED_PROXIES"):
        assert name in services["replica-1"]["environment"]
