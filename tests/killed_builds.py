"""Kills `kg build` at random moments, in a process of its own that has everything loaded; prints a line for each.

    python killed_builds.py FOLDER SEED COUNT

Each line is JSON: after how many seconds the build was killed, or whether it was done by then; what `sha256sum` finds
wrong in the release in place; what the build left unfinished; and the same of the next build, which may finish.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import kg.cli.building  # noqa: F401 (read here, so that a build need not)
from kg.cli.main import main
from kg.files.project import read_project
from minis import replaced

_NAMES = ('"building test"@en', '"test of building"@en')
_USUAL = {"1.0.0", ".builds"}
_MINOR = "data/proposal/minor.ttl"


def start(folder: Path) -> int:
    """The process id of a `kg build` that has begun."""
    pid = os.fork()
    if pid:
        return pid
    with open(os.devnull, "w", encoding="utf-8") as null:  # noqa: PTH123 (a device, not a file)
        os.dup2(null.fileno(), 1)
    main(["--project", str(folder), "build"])
    os._exit(3)


def ended(pid: int) -> int:
    """How it ended: its exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def sums_of(release: Path) -> str:
    """What sha256sum finds wrong in a release; empty when nothing is."""
    wrong = ""
    for sums in ("SHA256SUMS", "store.sha256", "feed.sha256", "program.sha256"):
        command = ["sha256sum", "--check", "--strict", "--quiet", sums]
        ran = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
        wrong += f"{ran.stdout}{ran.stderr}" if ran.returncode else ""
    return wrong


def unfinished(releases: Path) -> list[str]:
    """What lies there that is no whole release: what a killed build was writing, or a link it was about to put."""
    builds = [
        path for path in (releases / ".builds").iterdir() if path.is_symlink() or not (path / "SHA256SUMS").is_file()
    ]
    return sorted(
        [path.name for path in builds] + [path.name for path in releases.iterdir() if path.name not in _USUAL]
    )


def run(folder: Path, seed: int, count: int) -> None:
    """Kills so many builds, each followed by one that may finish."""
    chance = random.Random(seed)
    releases = folder / "dist"
    begin = time.monotonic()
    assert ended(start(folder)) == 0
    takes = time.monotonic() - begin
    for number in range(count):
        replaced(read_project(folder), _MINOR, _NAMES[number % 2], _NAMES[1 - number % 2])
        after = chance.uniform(0, takes * 1.1)
        pid = start(folder)
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        code = ended(pid)
        wrong = sums_of(releases / "1.0.0")
        left = unfinished(releases)
        begin = time.monotonic()
        again = ended(start(folder))
        takes = (takes + time.monotonic() - begin) / 2
        told = {"after": round(after, 3), "killed": code == -signal.SIGKILL, "wrong": wrong, "left": left}
        told |= {"again": again, "wrong_again": sums_of(releases / "1.0.0"), "litter": unfinished(releases)}
        told["builds"] = len(list((releases / ".builds").iterdir()))
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
