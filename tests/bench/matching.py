"""How long it takes to index the names of a graph and to match a name, on the shipped graph and on made-up names.

python tests/bench/matching.py --names 20000
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.graph.match import ON_REQUEST, Index, index_of, match
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri, Names

sys.path.insert(0, str(Path(__file__).parents[1]))
from misspelling import misspelt

SKOS = OUTSIDE["skos"]
NAMES = Names("https://example.org/bench/")


def made_up(index: Index, count: int, seed: int) -> Store:
    """A graph of this many names, each of two to eight words of the index, half of them Dutch and half English."""
    chance = random.Random(seed)
    words = {shelf.language: shelf.vocabulary for shelf in index.shelves}
    graph = ox.NamedNode(NAMES.graph("names"))
    quads = []
    for number in range(count // 2):
        thing = ox.NamedNode(NAMES.thing("competence", f"c-{number}"))
        for language in ("nl", "en"):
            text = " ".join(chance.choices(words[language], k=chance.randint(2, 8)))
            quads.append(ox.Quad(thing, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(text, language=language), graph))
    return Store(NAMES, quads)


def told(name: str, store: Store, runs: int) -> None:
    """Prints how long the index takes to make, and misspelt names to match."""
    made = []
    for _ in range(5):
        start = time.perf_counter()
        index = index_of(store)
        made.append(time.perf_counter() - start)
    all_names = [(shelf.language, known) for shelf in index.shelves for known in shelf.names]
    names = [(language, known.iri, known.text) for language, known in all_names if known.segment not in ON_REQUEST]
    random.Random(1).shuffle(names)
    times, first, asked = [], 0, 0
    for _, language, thing, _, wrong in misspelt(names[: runs * 2]):
        start = time.perf_counter()
        found = match(index, wrong, language)
        times.append(time.perf_counter() - start)
        first += bool(found) and found[0].iri == Iri(thing)
        asked += 1
        if asked == runs:
            break
    times.sort()
    print(
        f"{name}: {len(all_names):,} names; index {min(made) * 1000:.0f} ms"
        f" (median {statistics.median(made) * 1000:.0f});"
        f" a query p50 {times[len(times) // 2] * 1000:.1f} ms, p95 {times[int(len(times) * 0.95)] * 1000:.1f} ms;"
        f" first is right {first / asked:.1%}"
    )


def main() -> None:
    """Measures both graphs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=300)
    arguments = parser.parse_args()
    shipped = kg.load(Path(__file__).parents[2]).store
    told("shipped graph", shipped, arguments.runs)
    told("made-up graph", made_up(index_of(shipped), arguments.names, 1), arguments.runs)


if __name__ == "__main__":
    main()
