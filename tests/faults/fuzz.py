"""Thousands of odd requests to every kind of route of the shipped site: no answer is a fault of the program.

    PYTHONPATH=tests python tests/faults/fuzz.py [--requests 2000] [--seed 1] [--only KIND]

Prints what was asked and how it was answered, and exits with 1 when one was answered badly.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from fuzzing import answers_badly, odd_requests, rules_by_kind
from kg.files.project import read_project
from kg.publish.build import ensure_release
from kg_web.app import create_app


def main() -> int:
    """Runs it; 1 when an answer was bad."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=2000, help="for each kind of route")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="")
    given = options.parse_args()
    project = read_project(Path(__file__).parents[2])
    app = create_app(project, ensure_release(project))
    bad, total = 0, 0
    for kind, rules in rules_by_kind(app).items():
        if given.only and kind != given.only:
            continue
        begun, slowest = time.monotonic(), 0.0
        found: dict[str, str] = {}
        for odd in odd_requests(rules, given.seed, given.requests):
            started = time.monotonic()
            wrong = answers_badly(app, odd)
            slowest = max(slowest, time.monotonic() - started)
            if wrong:
                found.setdefault(wrong, repr(odd)[:600])
        total += given.requests
        bad += len(found)
        seconds = time.monotonic() - begun
        print(f"{kind:18} {given.requests} requests to {len(rules)} routes in {seconds:.1f} s, slowest {slowest:.2f} s")
        for wrong, odd in found.items():
            print(f"  {wrong}: {odd}")
    app.extensions["kg.sparql"].guard.close()
    print(f"{total} requests, {bad} kinds of bad answers")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
