"""Replicas behind nginx, as deploy/ has them: one is killed and a release is switched, and no request is lost."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml

from kg.files.project import Project
from kg.publish.build import build
from minis import mini_copy, replaced
from proxy import nginx_settings
from stores import free_port
from test_live import wait_until

DEPLOY = Path(__file__).parents[1] / "deploy"
CLIENTS = 4
MINOR = "data/proposal/minor.ttl"
_MAIN = "worker_processes 1;\nuser root;\nevents { worker_connections 256; }"
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


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """nginx with the settings of deploy/, but for its ports and the place of its cache."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing: make .venv/.debian installs nginx-light"
    port = free_port()
    servers = [f"127.0.0.1:{one} max_fails=1 fail_timeout=2s" for one in ports]
    settings = nginx_settings(folder, port, servers, _MAIN)
    process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", str(settings)])
    try:
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)


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
        wait_until(lambda: _listens(port))
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


def _listens(port: int) -> bool:
    try:
        return fetch(port, "/health")[0] == 200
    except OSError:
        return False


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
