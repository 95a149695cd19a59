"""`kg serve` for real: it says where it is, answers, stops when told, and refuses an address it cannot have."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.files.project import read_project
from kg.publish.build import build
from kg_web.serve import serve
from serving import children_of

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the mini project with its release."""
    root = copied(tmp_path_factory.mktemp("built"))
    build(read_project(root))
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the mini project that was not built yet."""
    return copied(tmp_path)


def copied(folder: Path) -> Path:
    root = folder / "mini"
    root.mkdir()
    settings = (MINI / "kg.toml").read_text(encoding="utf-8").replace("../../..", str(MINI.parents[2]))
    (root / "kg.toml").write_text(settings, encoding="utf-8")
    (root / "data").symlink_to(MINI / "data")
    return root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(project: Path, port: int, lang: str = "nl") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`kg serve` in a process of its own, and the lines it printed once it was ready."""
    command = [sys.executable, "-m", "kg.cli", "--project", str(project), "--lang", lang, "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        yield process, [process.stdout.readline().rstrip() for _ in range(4)]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def fetch(address: str, **headers: str) -> tuple[int, str]:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
        return answer.status, answer.read().decode()


@pytest.mark.parametrize(("lang", "stop"), [("nl", signal.SIGTERM), ("en", signal.SIGINT)])
def test_it_says_where_it_is_answers_and_stops_when_told(built: Path, lang: str, stop: signal.Signals) -> None:
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    with serving(built, port, lang) as (process, lines):
        assert root in lines[0]
        assert ("staat op" if lang == "nl" else "is at") in lines[0]
        assert lines[1].strip() == f"{root}/{lang}/"
        assert lines[2].split()[0] == lines[3].split()[0] == "curl"
        assert fetch(f"{root}/{lang}/")[0] == 200
        asked = lines[2].split()[1].strip("'")
        assert fetch(asked)[0] == 200
        assert "u-2" in fetch(f"{root}/doc/unit/u-2", Accept="text/turtle")[1]
        process.send_signal(stop)
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_a_busy_port_is_one_clear_line_and_exit_2(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "kg.cli", "--project", str(project), "--lang", "nl", "serve"]
        ran = subprocess.run([*command, "--port", str(port)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert f"Poort {port} op 127.0.0.1 is in gebruik." in ran.stderr
    assert not (project / "dist").exists(), "nothing is built for an address that cannot be had"


@pytest.mark.parametrize(
    ("host", "told"), [("no-such-host.invalid", "is not known"), ("192.0.2.1", "is not one of this machine")]
)
def test_a_host_that_cannot_be_used_is_told(project: Path, host: str, told: str) -> None:
    with pytest.raises(KgError, match=told):
        serve(read_project(project), host, 8000, language="en")


def test_what_was_not_built_is_built_first(project: Path) -> None:
    with serving(project, free_port()) as (process, lines):
        assert lines[0]
        assert (project / "dist").is_dir()
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def test_it_is_up_within_three_seconds_of_work_when_the_release_is_built(built: Path) -> None:
    with serving(built, free_port()) as (process, lines):
        assert lines[0]
        times = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        assert (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK") < 3
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def test_who_asks_the_first_query_need_not_wait_until_the_graph_is_loaded(built: Path) -> None:
    with serving(built, free_port()) as (process, lines):
        assert lines[0]
        until = time.monotonic() + 30
        while not (sites := children_of(process.pid)) or not all(map(_has_a_worker, sites)):
            assert time.monotonic() < until, "nobody asked, and no process for queries was started"
            time.sleep(0.05)


def _has_a_worker(site: int) -> bool:
    return any(children_of(nursery) for nursery in children_of(site))
