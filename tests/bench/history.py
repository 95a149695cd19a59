"""Two releases told apart by their indexes, and by their statements: `python tests/bench/history.py`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from kg.files.project import read_project
from kg.publish.build import ensure_release
from kg.publish.changes import changes
from kg.publish.feed_index import subjects_of
from kg.publish.history import history_of_thing

ROOT = Path(__file__).parents[2]
TIMES = 5


def milliseconds(work: Callable[[], object]) -> float:
    """The median of a few times, in processor time."""
    taken = []
    for _ in range(TIMES):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return 1000 * median(taken)


def main() -> None:
    """Compares the shipped release with itself: the work is that of any two of this size."""
    project = read_project(ROOT)
    release = ensure_release(project)
    things = (project.names.thing("competence", f"ow-{number:02}") for number in range(1, 10_000))

    def by_index() -> None:
        index = subjects_of(release)
        history_of_thing([index, index], next(things), project.names)

    print(f"{release.quads} statements: by the index {milliseconds(by_index):.1f} ms, ", end="")
    print(f"by statements {milliseconds(lambda: changes(release.store(project), release.store(project))):.0f} ms")


if __name__ == "__main__":
    main()
