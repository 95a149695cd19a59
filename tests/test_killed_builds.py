"""A build that is killed at whatever moment leaves a whole release in place, and the next build cleans up after it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from minis import mini_copy

_SCRIPT = Path(__file__).with_name("killed_builds.py")
_KILLS, _LANES = int(os.environ.get("KILLS", "8")), 2


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the system has one: a kill loses nothing that was written, so the disk plays no part."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as made:
        yield Path(made)


def killed(folder: Path, seed: int) -> list[dict[str, Any]]:
    """What came of a lane's share of the kills.

    In a project without ontology and rules: reading and checking write nothing, so without them more kills hit
    the writing.
    """
    project = mini_copy(folder)
    shutil.rmtree(project.root / "ontology" / "alignments")
    for path in [*project.shape_files(), *project.query_files("checks"), *project.rule_files()]:
        path.unlink()
    for path in project.folder("ontology").glob("*.ttl"):
        path.unlink()
    command = [sys.executable, str(_SCRIPT), str(folder), str(seed), str(_KILLS // _LANES)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_kills_leave_a_whole_release_and_the_next_build_succeeds(folder: Path) -> None:
    with ThreadPoolExecutor(_LANES) as lanes:
        found = [
            one for lane in lanes.map(lambda seed: killed(folder / str(seed), seed), range(_LANES)) for one in lane
        ]
    assert len(found) == _KILLS
    assert [one for one in found if one["wrong"] or one["wrong_again"] or one["again"] or one["litter"]] == []
    assert sum(one["killed"] for one in found) > _KILLS / 4, "too many were done before"
    assert {one["builds"] for one in found} <= {1, 2}, "the release, and the build it replaced"
    assert sum(one["killed"] and bool(one["left"]) for one in found) > _KILLS / 10, "too few were killed while writing"
