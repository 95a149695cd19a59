"""Building: a release of a made-up graph with everything in it, and how fast the shipped one loads and is served."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import servers
from places import HOME, ROOT, median

from kg.editing.generated.folder import write_folder
from kg.editing.generated.stream import Generated

__all__ = ["measure"]

_SIZES = (100_000, 1_000_000)
_BUILD = "import sys; from kg.cli import main; main(['--project', sys.argv[1], 'build'])"
_LOAD = (
    "import time, kg; from kg.files.project import find_project; from kg.publish.build import ensure_release; "
    "p = find_project(); r = ensure_release(p); t = time.perf_counter(); r.store(p); print(time.perf_counter() - t)"
)


def measure() -> dict[str, Any]:
    """Size → seconds, peak memory in MiB, and the bytes of the release; and the shipped graph."""
    found: dict[str, Any] = {}
    for size in _SIZES:
        with tempfile.TemporaryDirectory(dir=HOME) as folder:
            project = Path(folder) / "gemaakt"
            write_folder(Generated(size, 1), project)
            print(f"  {size:,} triples …", flush=True)
            found[str(size)] = _measured([sys.executable, "-c", _BUILD, str(project)])
            found[str(size)]["bytes"] = sum(
                path.stat().st_size for path in (project / "dist").rglob("*") if path.is_file()
            )
            shutil.rmtree(project)
    loads = [_output([sys.executable, "-c", _LOAD]) for _ in range(5)]
    ups = []
    for _ in range(5):
        with servers.ours(0) as server:
            ups.append(server.up_seconds)
    return {"builds": found, "load_seconds": median([float(told) for told in loads]), "up_seconds": median(ups)}


def _measured(command: list[str]) -> dict[str, float]:
    """Seconds and the memory at most of a process and what it waits for, in MiB."""
    program = (
        "import json, resource, subprocess, sys, time; start = time.perf_counter(); "
        "subprocess.run(sys.argv[1:], check=True, capture_output=True); seconds = time.perf_counter() - start; "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(json.dumps({'seconds': seconds, "
        "'memory_mib': used.ru_maxrss / 1024, 'processor_seconds': used.ru_utime + used.ru_stime}))"
    )
    return dict(json.loads(_output([sys.executable, "-c", program, *command])))


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
