"""What a client of a server sees: the time of each of many requests, and how many a second there are at most."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import peers

_MICRO = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def latencies(addresses: Iterable[str], headers: Mapping[str, str]) -> tuple[list[float], int]:
    """Seconds of each request, one after the other over one connection; and the bytes of the last answer."""
    found: list[float] = []
    size = 0
    connection: http.client.HTTPConnection | None = None
    for address in addresses:
        parts = urlsplit(address)
        connection = connection or http.client.HTTPConnection(parts.netloc, timeout=120)
        start = time.perf_counter()
        connection.request("GET", f"{parts.path}?{parts.query}", headers=dict(headers))
        answer = connection.getresponse()
        size = len(answer.read())
        found.append(time.perf_counter() - start)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {address}")
    return found, size


def rate(address: str, headers: Mapping[str, str], *, clients: int = 8, seconds: int = 5) -> dict[str, float] | None:
    """Requests a second, and the median and p99 in seconds, of clients that ask without a pause; None without wrk."""
    program = peers.program("wrk")
    if not program:
        return None
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [program, "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", *told, address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    percentiles = {name: float(value) * _MICRO[unit] for name, value, unit in _PERCENTILE.findall(text)}
    if "Non-2xx" in text or "99" not in percentiles:
        raise RuntimeError(f"{address}: {text}")
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),  # type: ignore[index]
        "median": percentiles["50"],
        "p99": percentiles["99"],
    }


_PERCENTILE = re.compile(r"^\s+(50|75|90|99)%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
