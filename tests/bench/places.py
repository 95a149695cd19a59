"""Where the bench keeps what it makes: data, peers, results. All below `build/bench`, which is not in git."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "bench"
RESULTS, DATA, PEERS = HOME / "results", HOME / "data", HOME / "peers"


def timed(run: Callable[[], Any]) -> float:
    """Seconds one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def median(values: list[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    return quantile(values, 0.5)


def quantile(values: list[float], part: float) -> float:
    """The value below which this part lies, interpolated."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low, high = int(place), min(int(place) + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def keep(part: str, rows: dict[str, Any]) -> None:
    """Writes the results of a part, with the machine and the moment it was measured at."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    told = {"part": part, "machine": machine(), "load": round(os.getloadavg()[0], 1), "results": rows}
    (RESULTS / f"{part}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def kept(part: str) -> dict[str, Any] | None:
    """The results of a part that was measured before, or None."""
    path = RESULTS / f"{part}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def machine() -> dict[str, Any]:
    """What it was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in _text("/proc/cpuinfo").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = int(_text("/proc/meminfo").split()[1]) // 1024 // 1024 if _text("/proc/meminfo") else 0
    return {
        "cores": os.cpu_count(),
        "cpu": model,
        "memory_gib": memory,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": subprocess.run(
            ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip(),
        "versions": {name: version(name) for name in ("pyoxigraph", "rdflib", "pyshacl", "flask", "gunicorn")},
    }


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def most_memory_mib() -> float:
    """What this process has used at most, in MiB; unlike the number of `getrusage`, not what its parent used."""
    told = next((line for line in _text("/proc/self/status").splitlines() if line.startswith("VmHWM:")), "VmHWM: 0")
    return int(told.split()[1]) / 1024


def memory_mib(pid: int) -> float:
    """Proportional memory of a process and all its children, in MiB: shared pages count once."""
    return sum(
        int(line.split()[1]) / 1024
        for one in _family(pid)
        for line in _text(f"/proc/{one}/smaps_rollup").splitlines()
        if line.startswith("Pss:")
    )


def processor_seconds(pid: int) -> float:
    """What a process and all its children that are still there have used, of user and system time together."""
    times = (_text(f"/proc/{one}/stat").rpartition(")")[2].split()[11:13] for one in _family(pid))
    return sum(sum(map(int, told)) for told in times) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, _text(str(path)).split())
    return found
