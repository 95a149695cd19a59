"""Many clients for minutes: pages, questions, hostile queries and harvests, while releases are switched beneath them.

    PYTHONPATH=tests python tests/faults/soak.py [--seconds 300] [--clients 200] [--pause 2.0] [--seed 1]

Every answer is held against the bytes that the release of before or after the switch gives. Prints what was measured,
and exits with 1 when a promise of docs/reliability.md was broken.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from asking import Crowd, Load, Measured, ask_for, percentile
from hostile import hostile_queries
from kg.files.project import Project, read_project
from kg.publish.build import build
from kg.publish.place import put, staged
from kg.publish.release import Release, open_release
from kg_web.app import create_app
from kg_web.processes import used_by_kind
from minis import mini_copy, replaced
from running import Running, running, until
from spying import Spy, spying
from wire import Request

SECONDS_OF_A_QUERY = 2.0
LIMITS = f"\n[limits]\nseconds = {SECONDS_OF_A_QUERY}\nmemory_mib = 150\n"
SWITCH_SECONDS = 12.0
PAGE_P99, HEALTH_P99 = 0.250, 0.050
WATCHERS, WATCH_SECONDS = 2, 0.1
MINOR = "data/proposal/minor.ttl"
COUNT = "SELECT ?kind (COUNT(?thing) AS ?number) { ?thing a ?kind } GROUP BY ?kind ORDER BY ?kind"
PATHS = {
    "page": ("/nl/", "/en/", "/nl/vragen/", "/en/browse/", "/nl/ontwerpen/", "/en/terms", "/nl/zoek?q=buurt"),
    "thing": ("/nl/assessment/as-02", "/doc/assessment/as-02.ttl", "/doc/unit/u-2.jsonld", "/doc/unit.csv"),
    "question": (
        "/questions/units-of-programme.csv?programme=mi",
        "/questions/origin-counts.csv",
        "/questions/phases.json",
        "/questions.json",
    ),
    "query": tuple(f"/sparql?query={quote(text)}&format=csv" for text in (COUNT, "ASK {}")),
    "harvest": ("/downloads/mini.nq", "/downloads/mini.ttl.gz", "/void.ttl", "/catalog.ttl", "/sitemap.xml"),
}
WEIGHTS = {"page": 45, "thing": 20, "question": 12, "query": 10, "harvest": 8, "hostile": 5}


@dataclass
class Watched:
    """What was seen of the server meanwhile."""

    used: list[tuple[float, int, int, int]] = field(default_factory=list)
    """When; resident bytes and descriptors of the site's processes; how many processes answer queries."""
    switches: int = 0


def two_releases(folder: Path) -> tuple[Project, list[Release]]:
    """The mini project, and the releases it goes to and fro between."""
    project = mini_copy(folder / "mini")
    settings = project.root / "kg.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    found = []
    for old, new in (('"building test"@en', '"test of building"@en'), ('"test of building"@en', '"building test"@en')):
        project = replaced(project, MINOR, old, new)
        build(project)
        place = project.folder("releases") / project.settings.version
        shutil.copytree(place.resolve(), folder / f"release-{len(found)}")
        found.append(open_release(folder / f"release-{len(found)}"))
    return project, found


def expected(project: Project, releases: list[Release], root: str) -> dict[str, dict[str, str]]:
    """Path → the sums of the answers it may get, and the release each is from."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for release in releases:
        app = create_app(project, release)
        client = app.test_client()
        for path in (path for paths in PATHS.values() for path in paths):
            answer = client.get(path, base_url=root, headers={"Accept": "*/*"}, buffered=True)
            assert answer.status_code == 200, (path, answer.status_code)
            found[path][hashlib.sha256(answer.data).hexdigest()] = release.digest
        app.extensions["kg.sparql"].guard.close()
    return found


def crowds(sums: dict[str, dict[str, str]], port: int, spy: int, clients: int, pause: float) -> list[Crowd]:
    """The clients, and who watches over the server beside them, over a new connection each time."""

    def get(path: str, more: str = "") -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n{more}\r\n".encode()

    asked = {
        kind: [Request(kind, path, get(path), frozenset(sums[path])) for path in paths] for kind, paths in PATHS.items()
    }
    head = f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/sparql-query\r\n"
    asked["hostile"] = [
        Request(
            "hostile",
            name,
            f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content,
            statuses=frozenset(statuses),
            within=SECONDS_OF_A_QUERY + 0.5,
        )
        for name, content, statuses in hostile_queries(spy)
    ]
    health = Request("health", "/health", get("/health", "Connection: close\r\n"), statuses=frozenset({200}))
    return [
        Crowd(clients, pause, asked, WEIGHTS),
        Crowd(WATCHERS, WATCH_SECONDS * WATCHERS, {"health": [health]}, {"health": 1}),
    ]


def watch(server: Running, told: Watched, stop: threading.Event) -> None:
    """Notes what the processes use."""
    begun = time.monotonic()
    while not stop.wait(1.0):
        used = used_by_kind(server.process.pid)
        told.used.append(
            (time.monotonic() - begun, used["site"].resident, used["site"].descriptors, used["queries"].processes)
        )


def switch(project: Project, releases: list[Release], told: Watched, stop: threading.Event) -> None:
    """Puts one release in the place of the other."""
    while not stop.wait(SWITCH_SECONDS):
        release = releases[told.switches % 2]
        with staged(project.folder("releases"), release.version, release.digest) as staging:
            shutil.copytree(release.folder, staging.folder, dirs_exist_ok=True)
            put(staging, release.version)
        told.switches += 1


def broken(told: Measured, seen: Watched, spy: Spy, left: list[int]) -> Iterator[str]:
    """The promises that were broken."""
    if told.wrong:
        yield f"{len(told.wrong)} answers were wrong: {Counter(told.wrong).most_common(5)}"
    errors = {key: n for key, n in told.statuses.items() if key[1] >= 500 and key[1] not in {503, 504}}
    if errors:
        yield f"errors: {errors}"
    pages = [one for kind in ("page", "thing") for one in told.seconds[kind]]
    if percentile(pages, 0.99) > PAGE_P99:
        yield f"p99 of a page: {percentile(pages, 0.99) * 1000:.0f} ms"
    if percentile(told.seconds["health"], 0.99) > HEALTH_P99:
        yield f"p99 of /health: {percentile(told.seconds['health'], 0.99) * 1000:.0f} ms"
    quarter = len(seen.used) // 4
    before, after = seen.used[quarter : 2 * quarter], seen.used[-quarter:]
    if quarter and statistics.median(u[1] for u in after) > statistics.median(u[1] for u in before) * 1.15 + 32e6:
        yield "memory grows"
    if quarter and statistics.median(u[2] for u in after) > statistics.median(u[2] for u in before) * 1.3 + 60:
        yield "descriptors grow"
    if spy.asked:
        yield f"the spy was asked {len(spy.asked)} times"
    if left:
        yield f"processes were left: {left}"


def report(told: Measured, seen: Watched, seconds: float) -> None:
    """What was measured, one line each."""
    for kind in ("health", *WEIGHTS):
        times = told.seconds[kind]
        counts = {status: n for (k, status), n in sorted(told.statuses.items()) if k == kind}
        shown = " ".join(f"p{int(p * 100)} {percentile(times, p) * 1000:.0f} ms" for p in (0.5, 0.95, 0.99))
        print(f"{kind:9} {len(times):7} requests   {shown}   {counts}")
    print(
        f"the clients: {told.processor / seconds:.0%} of one processor; they began "
        f"{percentile(told.late, 0.99) * 1000:.0f} ms late (p99)"
    )
    for when, name, took in sorted(told.slow, key=lambda one: -one[2])[:10]:
        print(f"  {took * 1000:5.0f} ms {name} at {when - took:.1f} s")
    total = sum(len(times) for times in told.seconds.values())
    resident = [used[1] / 1e6 for used in seen.used]
    quarter = max(1, len(resident) // 4)
    print(f"{total} requests in {seconds:.0f} s; {seen.switches} releases switched; {len(told.wrong)} wrong answers")
    print(
        f"memory of the site: {statistics.median(resident[quarter : 2 * quarter] or resident):.0f} MB in the second "
        f"quarter, {statistics.median(resident[-quarter:]):.0f} MB in the last"
    )
    print(
        f"descriptors: {seen.used[len(seen.used) // 2][2]} half-way, {seen.used[-1][2]} at the end; "
        f"at most {max(used[3] for used in seen.used)} processes for queries"
    )


@contextmanager
def stage(seed: int) -> Iterator[tuple[Running, Project, list[Release], Spy]]:
    """A server over the mini project, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix=f"soak-{seed}-") as folder, spying() as spy:
        project, releases = two_releases(Path(folder))
        with running(project.root, Path(folder) / "log", {"KG_LOG": "json"}) as server:
            yield server, read_project(project.root), releases, spy


def main() -> int:
    """Runs it; 1 when a promise was broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--pause", type=float, default=2.0, help="mean seconds a client waits between two requests")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    seen, stop = Watched(), threading.Event()
    with stage(given.seed) as (server, project, releases, spy):
        sums = expected(project, releases, f"http://127.0.0.1:{server.port}")
        asking = crowds(sums, server.port, spy.port, given.clients, given.pause)
        threads = [threading.Thread(target=watch, args=(server, seen, stop))]
        threads.append(threading.Thread(target=switch, args=(project, releases, seen, stop)))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
            asked = beside.submit(ask_for, Load(server.port, given.seconds, asking, given.seed))
            for thread in threads:
                thread.start()
            told = asked.result()
        stop.set()
        for thread in threads:
            thread.join()
        processes = server.everything()
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(30)
        until(lambda: not [pid for pid in processes if Path(f"/proc/{pid}").exists()], 20)
        left = [pid for pid in processes if Path(f"/proc/{pid}").exists()]
        for release in (*releases, open_release(project.folder("releases") / project.settings.version)):
            release.verify()
        log = server.said()
        report(told, seen, given.seconds)
        faults = [*broken(told, seen, spy, left), *([f"it ended with {code}"] if code else [])]
        if '"level": "error"' in log:
            faults.append(f"errors in the log: {[line for line in log.splitlines() if 'error' in line][:3]}")
    print(json.dumps({"seconds": given.seconds, "clients": given.clients, "cores": os.cpu_count(), "broken": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
