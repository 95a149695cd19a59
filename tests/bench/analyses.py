"""How long every analysis takes: on the shipped graph, and on a generated one of any size.

python tests/bench/analyses.py                     the shipped graph
python tests/bench/analyses.py --quads big.nq      a graph made by `kg generate -o big.nq`
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.curriculum.comparison import compare
from kg.curriculum.coverage import coverage
from kg.curriculum.evidence import held
from kg.curriculum.gaps import gaps
from kg.curriculum.levels import levels
from kg.curriculum.prerequisites import prerequisites
from kg.curriculum.recognition import recognise
from kg.curriculum.selection import cover
from kg.curriculum.trace import trace
from kg.curriculum.whatif import what_if
from kg.curriculum.whitespots import white_spots
from kg.editing.generated.stream import BASE
from kg.graph.store import Store
from kg.names import Names


def cases(store: Store, codes: dict[str, str]) -> dict[str, Callable[[], object]]:
    """Name → the analysis to time."""
    programme, unit, competence = codes["programme"], codes["unit"], codes["competence"]
    today = datetime.date(2026, 1, 1)
    return {
        "trace": lambda: trace(store, competence),
        "coverage": lambda: coverage(store, programme),
        "gaps of a programme": lambda: gaps(store, programme),
        "gaps of the graph": lambda: gaps(store),
        "prerequisites": lambda: prerequisites(store, programme),
        "recognition": lambda: recognise(store, programme, held([unit]), today),
        "what if": lambda: what_if(store, programme, drop=[unit]),
        "smallest set": lambda: cover(store, programme, [competence]),
        "comparison": lambda: compare(store, programme, codes["other"]),
        "levels": lambda: levels(store),
        "white spots": lambda: white_spots(store),
    }


def main() -> None:
    """Prints the median of the runs of each analysis, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.quads:
        store = Store(Names(BASE))
        store.engine.bulk_load(path=str(arguments.quads), format=ox.RdfFormat.N_QUADS)
        codes = {"programme": "mi1-2", "other": "mi2-2", "unit": "le1-2", "competence": "c1-3"}
    else:
        store = kg.load(Path(__file__).parents[2]).store
        codes = {"programme": "mi-ow", "other": "mi-cd", "unit": "mo-1", "competence": "ow-07"}
    print(f"{len(store):,} quads")
    for name, run in cases(store, codes).items():
        times = []
        for _ in range(arguments.runs):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        print(f"{name:22} {statistics.median(times) * 1000:10.1f} ms")


if __name__ == "__main__":
    main()
