"""`/metrics`: what is measured, as Prometheus reads it, over all processes of the server; for who may read it alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from flask import Blueprint, Response, abort

from kg_web.gate import Seen, seen
from kg_web.processes import Used, used_by_kind
from kg_web.state import state
from kg_web.watch import watch

__all__ = ["Measures", "blueprint"]

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The name by which prometheus_client knows where processes lay down what they count."""
_LEAST_FREE = 1024 * 1024
"""Bytes. What is counted is written to mapped memory: on a full disk the system ends the process that does so."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

blueprint = Blueprint("metrics", __name__)


class Measures:
    """What all processes of a server count together; made before they fork, closed by the one that made it.

    prometheus_client reads where to count when it is imported: so it is imported here, and only where something is
    measured.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._folder = Path(mkdtemp(prefix="leergraaf-metrics-"))
        os.environ[_FOLDER] = str(self._folder)
        from prometheus_client import Counter, Histogram

        names = ("route", "method", "status")
        self._requests = Counter("kg_requests", "Requests that were answered", names)
        self._seconds = Histogram("kg_request_seconds", "Seconds to the end of an answer", ("route",), buckets=_SECONDS)
        self._bytes = Counter("kg_response_bytes", "Bytes of answers, without their headers", ("route",))
        self._limits = Counter("kg_queries_limited", "Queries refused for a published limit", ("limit",))

    def add(self, found: Seen) -> None:
        """Counts a request that is over; not while there is no room to write it down."""
        with suppress(OSError):
            if _free(self._folder) >= _LEAST_FREE:
                self._count(found)

    def _count(self, found: Seen) -> None:
        method = found.method if found.method in {"GET", "HEAD", "POST", "QUERY", "OPTIONS"} else "other"
        self._requests.labels(found.route, method, str(found.status)).inc()
        self._seconds.labels(found.route).observe(found.seconds)
        self._bytes.labels(found.route).inc(found.size)
        if found.limit:
            self._limits.labels(found.limit).inc()

    def close(self) -> None:
        """Takes away what was laid down, when called by the process that began."""
        if os.getpid() == self._owner:
            shutil.rmtree(self._folder, ignore_errors=True)


def _free(folder: Path) -> int:
    """Bytes that may still be written there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@blueprint.get("/metrics")
def metrics() -> Response:
    """What is measured, in Prometheus' text form; only for clients in the networks of KG_METRICS_FOR."""
    if not seen().measured or _FOLDER not in os.environ:
        abort(404)
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Present())  # type: ignore[arg-type]  # its own type is imported where it is measured
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


class _Present:
    """What is so now, rather than counted: the release, and what the processes use."""

    def collect(self) -> Iterator[object]:
        """The gauges."""
        from prometheus_client.core import GaugeMetricFamily

        release = state().release
        info = GaugeMetricFamily("kg_release", "The release that is served", labels=("version", "digest"))
        info.add_metric((release.version, release.digest), 1)
        yield info
        yield GaugeMetricFamily("kg_release_statements", "Statements of that release", value=release.quads)
        yield GaugeMetricFamily("kg_faults", "What /health says is wrong", value=len(watch().faults()))
        used = used_by_kind(os.getppid())
        for name, told, number in _OF_PROCESSES:
            gauge = GaugeMetricFamily(name, told, labels=("kind",))
            for kind, found in used.items():
                gauge.add_metric((kind,), number(found))
            yield gauge


_OF_PROCESSES: tuple[tuple[str, str, Callable[[Used], float]], ...] = (
    ("kg_processes", "Processes: of the site, and of queries", lambda used: used.processes),
    ("kg_resident_bytes", "Memory they hold, what they share counted for each", lambda used: used.resident),
    ("kg_descriptors", "Descriptors they hold", lambda used: used.descriptors),
)
