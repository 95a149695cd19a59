"""How long `kg check --watch` takes to tell what is found after an edit of the shipped graph, and a check from nothing.

python tests/bench/watching.py --rounds 5
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.checks.validate import validate
from kg.checks.watch import Watched
from kg.files.project import read_project
from kg.graph.load import load, read_files

ROOT = Path(__file__).parents[2]
EDITS = {
    "a name": ('skos:prefLabel "', 'skos:prefLabel "X'),
    "a link": ("lg:develops ", "lg:develops lg:Nothing, "),
    "a class": (" a lg:LearningOutcome", " a lg:LearningOutcome, lg:Competence"),
}


def main() -> None:
    """Prints the median of each kind of edit, of the largest file of the proposal and back."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("ontology", "data", "queries"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "kg.toml", root)
        project = read_project(root)
        started = time.perf_counter()
        files = read_files(project)
        validate(project, files, load(project, files))
        print(f"a check from nothing: {time.perf_counter() - started:.2f} s")
        watched = Watched(project)
        watched.report()
        for name, (old, new) in EDITS.items():
            files_of_ours = sorted((root / "data" / "proposal").rglob("*.ttl"))
            path = next(path for path in files_of_ours if old in path.read_text(encoding="utf-8"))
            text = path.read_text(encoding="utf-8")
            times = []
            for _ in range(rounds):
                for content in (text.replace(old, new, 1), text):
                    path.write_text(content, encoding="utf-8")
                    started = time.perf_counter()
                    assert watched.again() is not None
                    times.append(time.perf_counter() - started)
            middle, most = statistics.median(times), max(times)
            print(f"after an edit of {name} ({path.name}): median {middle:.2f} s, most {most:.2f} s")


if __name__ == "__main__":
    main()
