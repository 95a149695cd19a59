"""Measures this program beside its peers, and writes what was found to docs/performance.md.

    make bench                  every part below, in about a quarter of an hour
    make bench PART=reading     one of: reading caching building sizes checking
    make bench LARGE=1          the sizes up to ten million triples, and the checks that take minutes
    python tests/bench/run.py reading --triples 100000     a smaller graph, for a smaller machine

What is measured stays in build/bench; the report is made of the last results of every part.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import peers
import report
from places import keep

_PARTS = ("reading", "caching", "building", "sizes", "checking")


def main() -> None:
    """Runs the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of: {' '.join(_PARTS)}")
    parser.add_argument("--large", action="store_true", help="up to ten million triples")
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the graph that is read")
    parser.add_argument("--report", action="store_true", help="only write the report of what was measured before")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(_PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if not arguments.report:
        peers.install()
        for part in arguments.parts or _PARTS:
            _run(part, large=arguments.large, triples=arguments.triples)
    report.write()


def _run(part: str, *, large: bool, triples: int) -> None:
    given = {"sizes": {"large": large}, "checking": {"large": large}, "reading": {"triples": triples}}
    measure: Callable[..., dict[str, Any]] = import_module(part).measure
    print(f"{part} …", flush=True)
    start = time.perf_counter()
    keep(part, measure(**given.get(part, {})))
    print(f"{part}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
