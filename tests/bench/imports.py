"""How long the import of ESCO takes, and how much memory: each run in a process of its own.

python tests/bench/imports.py                                       the samples in ../shared/samples/esco
python tests/bench/imports.py --runs 5 occupations_en.csv skills_en.csv
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.exchange.imports import land, read
from kg.exchange.imports.draft import Choices
from kg.files.project import read_project

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples" / "esco"


def once(paths: list[Path]) -> dict[str, float]:
    """One import into a folder that is thrown away, beside the shipped graph."""
    project = read_project(ROOT)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "esco"
        made = read(project, "esco", paths, into, choices=Choices(language="en"))
        read_after = time.perf_counter() - start
        land(project, made.files, into)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "things": made.things,
        "statements": made.statements,
        "read": read_after,
        "seconds": seconds,
        "mebibytes": peak,
    }


def main() -> None:
    """Prints median and range of the runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[SAMPLES / "occupations.csv", SAMPLES / "skills_en.csv"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="One run, as JSON.")
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(given.paths)))
        return
    command = [sys.executable, __file__, "--once", *map(str, given.paths)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(given.runs)
    ]
    print(f"{runs[0]['things']} things, {runs[0]['statements']} statements, {given.runs} runs")
    for name, unit in (("read", "s"), ("seconds", "s"), ("mebibytes", "MiB")):
        values = [run[name] for run in runs]
        median, least, most = statistics.median(values), min(values), max(values)
        print(f"{name:10} {median:8.2f} {unit} ({least:.2f} to {most:.2f})")


if __name__ == "__main__":
    main()
