"""Growing: what each operation costs as the graph grows, every size in a process of its own."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import graphs
import pyoxigraph as ox
from places import median, most_memory_mib, quantile, timed
from reading import QUERIES

from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import BASE, Generated
from kg.graph.store import Store
from kg.names import Names

__all__ = ["measure"]

SIZES = (10_000, 100_000, 1_000_000)
LARGE = 10_000_000
_RUNS = {"point": 50, "rows": 10, "large": 3}


def measure(*, large: bool = False) -> dict[str, Any]:
    """Size → place → operation → seconds."""
    found: dict[str, Any] = {}
    for size in (*SIZES, *((LARGE,) if large else ())):
        graphs.on_disk(size)
        for place in ("memory", "disk"):
            print(f"  {size:,} triples, {place} …", flush=True)
            command = [sys.executable, __file__, "--one", str(size), place]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found.setdefault(str(size), {})[place] = json.loads(told)
    return {"sizes": found}


def _one(size: int, place: str) -> dict[str, Any]:
    path, folder = graphs.quads(size), graphs.on_disk(size)
    names = Names(BASE)
    found: dict[str, Any] = {"bytes": path.stat().st_size}
    before = most_memory_mib()
    start = time.perf_counter()
    if place == "memory":
        store = Store(names)
        store.engine.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    else:
        store = Store(names, folder=folder)
    _all(store, QUERIES["point-label"].replace("{base}", BASE).replace("{n}", "1"))
    found["open"] = time.perf_counter() - start
    found["quads"] = len(store)
    for name, query in QUERIES.items():
        runs = _RUNS[name.partition("-")[0]]
        most = graphs.sectors(size)
        texts = [query.replace("{base}", BASE).replace("{n}", str(1 + (i * 37) % most)) for i in range(runs + 1)]
        seconds = [timed(lambda text=text: _all(store, text)) for text in texts][1:]
        found[name] = {"median": median(seconds), "p95": quantile(seconds, 0.95)}
    found["memory_mib"] = most_memory_mib() - before
    if place == "memory":
        found["generate"] = timed(lambda: sum(map(len, FORMS["nq"](Generated(size, 1).parts()))))
    return found


def _all(store: Store, text: str) -> int:
    answer = store.query(text)
    return 1 if isinstance(answer, ox.QueryBoolean) else sum(1 for _ in answer)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs=2, required=True)
    size, place = parser.parse_args().one
    print(json.dumps(_one(int(size), place)))
