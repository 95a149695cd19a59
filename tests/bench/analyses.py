"""How long every analysis and every question of the library takes: on the shipped graph, or on one of any size.

python tests/bench/analyses.py                     the shipped graph
python tests/bench/analyses.py --quads big.nq      a graph made by `kg generate -o big.nq`

A question about a thing that the graph does not have is asked about the first thing of its class there. A question
for which the graph has no thing at all, or nothing to fill in, is named at the end.
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
from kg.errors import KgError
from kg.files.catalog import queries_by_name
from kg.files.project import read_project
from kg.graph.ask import ask
from kg.graph.find import codes_of, thing_called
from kg.graph.store import Store
from kg.names import Names
from kg.records import Query

ROOT = Path(__file__).parents[2]


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


def questions(store: Store) -> tuple[dict[str, Callable[[], object]], list[str]]:
    """Name → the question to time; and the names of those that nothing can be asked about here."""
    found: dict[str, Callable[[], object]] = {}
    left = []
    library = queries_by_name(read_project(ROOT).query_files("questions"))
    for name, query in sorted(library.items()):
        try:
            given = _given(store, query)
            ask(store, query, given)
        except KgError:
            left.append(name)
            continue
        found[name] = lambda query=query, given=given: ask(store, query, given)  # type: ignore[misc]
    return found, left


def _given(store: Store, query: Query) -> dict[str, str]:
    """What the question is asked about: nothing where the graph has the things it asks about by itself."""
    given = {}
    for parameter in query.parameters:
        if parameter.kind != "iri":
            continue
        try:
            thing_called(store, parameter.default, parameter.class_name)
        except KgError:
            given[parameter.name] = next(iter(codes_of(store, parameter.class_name or "Competence")), "")
    return given


def main() -> None:
    """Prints the median of the runs of each, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.quads:
        store = Store(Names(BASE))
        store.engine.bulk_load(path=str(arguments.quads), format=ox.RdfFormat.N_QUADS)
        codes = {"programme": "mi1-2", "other": "mi2-2", "unit": "le1-2", "competence": "c1-3"}
    else:
        store = kg.load(ROOT).store
        codes = {"programme": "mi-ow", "other": "mi-cd", "unit": "mo-1", "competence": "ow-07"}
    print(f"{len(store):,} quads")
    asked, left = questions(store)
    for name, run in (cases(store, codes) | asked).items():
        times = []
        for _ in range(arguments.runs):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        print(f"{name:30} {statistics.median(times) * 1000:10.1f} ms")
    if left:
        print(f"nothing to ask about: {', '.join(left)}")


if __name__ == "__main__":
    main()
