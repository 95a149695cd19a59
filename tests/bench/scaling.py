"""What another store costs: the same graph and questions on each, with the time to load, memory and latency.

    PYTHONPATH=tests python tests/bench/scaling.py --triples 100000

Prints a table in Markdown; docs/scale.md holds one that was made so. Starts `oxigraph serve` and Virtuoso itself.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import graphs
from places import machine, median, timed

import stores
from kg.curriculum.coverage import coverage
from kg.curriculum.prerequisites import prerequisites
from kg.graph.remote_link import Link
from kg.graph.remote_releases import open_current
from kg.graph.remote_settings import Remote
from kg.graph.store import Store
from kg.publish.release import open_release
from kg.publish.remote import publish

_MATRIX = """SELECT ?programme (COUNT(DISTINCT ?competence) AS ?n) WHERE {
  ?programme lg:hasUnit/lg:hasOutcome/lg:develops ?competence } GROUP BY ?programme ORDER BY ?programme"""
_ROWS = "SELECT ?s ?o WHERE { ?s skos:prefLabel ?o } ORDER BY ?s ?o LIMIT 1000"
_TIMES = 5


def main() -> None:
    """Measures every store in turn and prints the table."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--triples", type=int, default=100_000)
    triples = arguments.parse_args().triples
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        project = graphs.project(triples)
        release = open_release(project.folder("releases") / project.settings.version)
        load = os.getloadavg()[0]
        print(f"{release.quads:,} statements; medians of {_TIMES}, in milliseconds; {machine()}, load {load:.1f}.\n")
        print("| store | load, s | memory, MiB | point | 1,000 rows | matrix | coverage | prerequisites |")
        print("| --- | --: | --: | --: | --: | --: | --: | --: |", flush=True)
        begin, before = time.perf_counter(), _resident("self")
        store = release.store(project)
        _tell("embedded, in memory", time.perf_counter() - begin, _resident("self") - before, store)
        for name, opened in (
            ("Oxigraph's server, in memory", stores.oxigraph()),
            ("Virtuoso 7", stores.virtuoso(folder)),
        ):
            with opened as remote:
                begin = time.perf_counter()
                with closing(Link(remote)) as link:
                    publish(release, project.names, link)
                seconds = time.perf_counter() - begin
                with closing(open_current(project.names, remote)) as store:
                    _tell(name, seconds, _resident(_process_at(remote)), store)


def _tell(name: str, seconds: float, mib: int, store: Store) -> None:
    thing = str(store.table(_MATRIX).column("programme")[0])
    programme = thing.rpartition("/")[2]
    asked: tuple[Callable[[], object], ...] = (
        lambda: store.table(f"SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }}"),
        lambda: store.table(_ROWS),
        lambda: store.table(_MATRIX),
        lambda: coverage(store, programme),
        lambda: prerequisites(store, programme),
    )
    times = " | ".join(f"{median([timed(ask) for _ in range(_TIMES)]) * 1000:,.1f}" for ask in asked)
    print(f"| {name} | {seconds:.1f} | {mib:,} | {times} |", flush=True)


def _resident(process: str) -> int:
    """MiB of memory a process has now."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def _process_at(remote: Remote) -> str:
    """The process that listens at the port of a server."""
    port = f"{int(remote.url.split(':')[2].split('/')[0]):04X}"
    rows = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()
    inode = next(row.split()[9] for row in rows if f":{port} " in row and row.split()[3] == "0A")
    for found in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if f"socket:[{inode}]" == str(found.readlink()):
                return found.parts[2]
        except OSError:
            continue
    return "self"


if __name__ == "__main__":
    main()
