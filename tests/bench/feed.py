"""A page of the event stream as the graph grows: `python tests/bench/feed.py`, with `--triples N` for one size.

The site stands in this process, over two releases: a made-up graph, and the same without every fiftieth statement.
Every page is asked for first by nobody else.
"""

from __future__ import annotations

import argparse
import gc
import re
import subprocess
import sys
import time
from pathlib import Path

import graphs
from flask import Flask
from places import most_memory_mib

from kg_web.app import create_app

SIZES = (20_000, 100_000, 1_000_000)
_FIFTIETH = 50
_PAGE = re.compile(r"/ldes/pages/([^/>#]+)/1(?=>)")


def site(triples: int) -> Flask:
    """The site over the newer of the two releases."""
    project = graphs.project(triples)
    older = project.root / "dist" / "1.0.0"
    newer = older.with_name("1.1.0")
    newer.mkdir()
    with (older / "bench.nq").open("rb") as given, (newer / "bench.nq").open("wb") as left:
        left.writelines(line for number, line in enumerate(given) if number % _FIFTIETH)
    start = time.process_time()
    release = graphs.as_release(project, newer)
    print(f"{release.quads:,} statements: the index takes {time.process_time() - start:.2f} s of a build")
    return create_app(project, release)


def measure(triples: int) -> None:
    """Asks for the first page of each release, then for others, and tells processor time and memory."""
    app = site(triples)
    client = app.test_client()
    root = client.get("/ldes.nq").text
    for key in sorted(set(_PAGE.findall(root))):
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # what it used at most begins anew
        before, taken = most_memory_mib(), []
        for number in (1, 2, 3, 4, 1):
            start = time.process_time()
            client.get(f"/ldes/pages/{key}/{number}.trig")
            taken.append(f"{1000 * (time.process_time() - start):.0f}")
        print(f"  {key}: pages 1, 2, 3, 4 and 1 again: {', '.join(taken)} ms; {most_memory_mib() - before:.0f} MiB")
    app.extensions["kg.sparql"].guard.close()


def main() -> None:
    """Measures every size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int)
    given = parser.parse_args().triples
    if given:
        measure(given)
        return
    for size in SIZES:
        subprocess.run([sys.executable, __file__, "--triples", str(size)], check=True)


if __name__ == "__main__":
    main()
