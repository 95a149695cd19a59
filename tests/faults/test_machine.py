"""The machine fails: a full disk, one that may not be written, no descriptors, no memory, a clock gone back, kills."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.errors import ReleaseError
from kg.files.project import Project
from kg.publish.build import build
from kg.publish.release import open_release
from kg_web.gate import Seen
from kg_web.metrics import Measures
from kg_web.throttle import Throttle
from minis import replaced
from running import Running, running, until
from serving import children_of

MINOR = "data/proposal/minor.ttl"
LABEL = ('"building test"@en', '"test of building"@en')
QUERY = "/sparql?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%203&format=csv"


def place(project: Project) -> Path:
    return (project.folder("releases") / "1.0.0").resolve()


def kg(project: Project, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg.cli", "--project", str(project.root), "--lang", "en", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=before)


def small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_build_on_a_full_disk_is_told_in_one_line_and_leaves_the_last_release(project: Project) -> None:
    """No file may grow, which is what a full disk is to a build."""
    before = place(project)
    replaced(project, MINOR, *LABEL)
    ran = kg(project, "build", before=small_files)
    assert ran.returncode == 2, ran.stderr
    told = ran.stderr.splitlines()[-1]
    assert "could not be written" in told
    assert "The last release is as it was." in told
    assert "Traceback" not in ran.stderr
    assert place(project) == before
    open_release(before).verify()
    assert len(list((project.folder("releases") / ".builds").iterdir())) == 1, "nothing half is left"
    assert kg(project, "build").returncode == 0
    open_release(place(project)).verify()


def test_it_serves_without_privileges_from_folders_that_may_not_be_written(project: Project, tmp_path: Path) -> None:
    """What a container with a read-only root is: only the temporary folder can be written."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    folders = [project.root, *(path for path in project.root.rglob("*") if path.is_dir() and not path.is_symlink())]
    for path in folders:
        path.chmod(0o555)
    plain = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    environment = {"TMPDIR": str(temporary), "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        with running(project.root, tmp_path / "log", environment | {"KG_METRICS_FOR": "127.0.0.1"}, plain) as server:
            status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
            assert "CapEff:\t0000000000000000" in status
            for path in ("/en/", "/doc/assessment/as-02.ttl", QUERY, "/downloads/mini.nq", "/metrics", "/ready"):
                assert server.ask(path).status == 200, path
            assert server.health()["status"] == "pass"
        assert "Traceback" not in server.said()
        assert list(temporary.iterdir()) == [], "nothing is left in the temporary folder"
        refused = subprocess.run(
            [*plain, sys.executable, "-m", "kg.cli", "--project", str(project.root), "--lang", "en", "build"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (refused.returncode, "could not be written" in refused.stderr) == (2, True), refused.stderr
    finally:
        for path in folders:
            path.chmod(0o755)


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("machine")
    shutil.copytree(built, folder / "mini", symlinks=True)
    settings = folder / "mini" / "kg.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[limits]\nseconds = 1.5\nmemory_mib = 100\n", "utf-8")
    with running(folder / "mini", folder / "log", {"KG_LOG": "json"}) as found:
        found.ask(QUERY)
        yield found


def answers(server: Running) -> bool:
    """Whether all is answered; a request that came when nothing could be opened may have been lost."""
    with suppress(OSError):
        return [server.ask(path, timeout=5).status for path in ("/en/", QUERY, "/health", "/ready")] == [200] * 4
    return False


def test_whichever_process_is_killed_the_server_answers_again(server: Running) -> None:
    """All but the first, which the system starts again; the test of hostile queries kills that one."""
    chance = random.Random(3)
    for _ in range(6):
        victims = sorted(server.everything() - {server.process.pid})
        with suppress(ProcessLookupError):  # it was about to end with the one killed before
            os.kill(chance.choice(victims), signal.SIGKILL)

        def again() -> bool:
            try:
                return answers(server)
            except OSError:
                return False  # it was being asked when it was killed

        until(again)
    until(lambda: len(server.site_processes()) == 2)


def test_a_worker_without_memory_is_told_and_replaced(server: Running) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    answer = server.ask(f"/sparql?query={quote(text)}", {"Accept": "application/json"})
    assert answer.status in {422, 504}
    assert answer.json["limit"] in {"memory_mib", "seconds"}
    assert answers(server)


@pytest.mark.long
def test_without_descriptors_it_says_so_and_recovers(server: Running) -> None:
    """Each process may open nothing more for a while, also before it was ever asked a query."""
    before_it = server.site_processes()
    for pid in before_it:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(set(server.site_processes()) - set(before_it)) == 2)
    until(lambda: server.ask("/health").status == 200)
    before = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in server.site_processes()}
    for pid, (_, most) in before.items():
        held = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (held + 1, most))
    statuses = [server.ask(path).status for path in ("/static/site.css", "/downloads/mini.ttl", "/en/", QUERY)]
    for pid, limits in before.items():
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    assert set(statuses) <= {200, 503}
    until(lambda: all(answers(server) for _ in range(15)))
    until(lambda: all(any(map(children_of, children_of(site))) for site in before))


def test_on_a_full_disk_it_goes_on_and_refuses_only_what_it_would_have_to_write_down(server: Running) -> None:
    """No file may grow: not the log, and not the whole answer that a reader without chunks must wait for."""
    large = f"/sparql?query={quote('SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000')}&format=csv"

    def whole() -> bytes:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
            client.sendall(f"GET {large} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(1 << 20), b""))

    assert b" 200 " in whole()[:20]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in server.site_processes()}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    said = server.said()
    for path in (
        "/en/",
        "/nl/zoek?q=full",
        "/downloads/mini.nq",
        "/doc/assessment/as-02.ttl",
        large,
        "/health",
        "/ready",
    ):
        assert server.ask(path).status == 200, path
    refused = whole()
    assert b" 503 " in refused[:20]
    assert b"Retry-After" in refused
    assert server.said() == said
    for pid, limits in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    assert b" 200 " in whole()[:20]
    assert set(server.site_processes()) == set(before)


def test_nothing_is_counted_where_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted in mapped memory: writing there, on a full disk, ends a process."""
    counted: list[Seen] = []
    monkeypatch.setattr(Measures, "_count", lambda _, found: counted.append(found))
    measures = object.__new__(Measures)
    measures._folder = tmp_path
    for free, number in ((1 << 30, 1), (4096, 1), (1 << 30, 2)):
        monkeypatch.setattr("kg_web.metrics._free", lambda _, free=free: free)
        measures.add(Seen())
        assert len(counted) == number


def test_memory_and_descriptors_are_the_same_after_much_was_asked(server: Running) -> None:
    def held() -> int:
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in server.site_processes())

    for _ in range(20):
        answers(server)
    before = held()
    for _ in range(60):
        server.ask("/downloads/mini.nq")
        server.ask(QUERY)
        server.ask("/static/no-such")
    until(lambda: held() <= before + 8)


def test_a_server_that_is_told_to_stop_finishes_what_it_began(project: Project, tmp_path: Path) -> None:
    with running(project.root, tmp_path / "log") as server:
        server.ask(QUERY)
        everything = server.everything()
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) == 0
        assert time.monotonic() - begun < 12
    until(lambda: not [pid for pid in everything if Path(f"/proc/{pid}").exists()])
    assert "Traceback" not in server.said()


def test_two_builds_at_once_leave_one_whole_release(project: Project) -> None:
    replaced(project, MINOR, *LABEL)
    command = [sys.executable, "-m", "kg.cli", "--project", str(project.root), "build"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    for one in both:
        out, _ = one.communicate()
        assert one.returncode == 0, out
    open_release(place(project)).verify()
    assert open_release(place(project)).digest == project.digest()
    assert len([path for path in (project.folder("releases") / ".builds").iterdir() if path.is_dir()]) <= 2


def test_a_clock_that_goes_back_changes_neither_a_build_nor_a_rate(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {file.name: file.sha256 for file in open_release(place(project)).files()}
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    assert {file.name: file.sha256 for file in build(project).files()} == before
    moments = iter([100.0, 50.0, 50.0, 49.0])
    throttle = Throttle(rate=1, burst=2, clock=lambda: next(moments))
    assert [throttle.wait("a") for _ in range(4)] == [0, 0, 1, 1]


def test_a_build_that_may_not_write_says_where(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(30, "Read-only file system", str(project.folder("releases")))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ReleaseError, match="Read-only file system"):
        build(project)
    monkeypatch.undo()
    open_release(place(project)).verify()


def test_no_process_outlives_the_tests(server: Running) -> None:
    until(lambda: len(children_of(server.process.pid)) == 2)
