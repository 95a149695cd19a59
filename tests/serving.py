"""A real server for tests: gunicorn as the site runs it, in front of a tiny release, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from tiny import tiny_project, tiny_release

__all__ = ["Server", "children_of", "listening", "serving"]

_TESTS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and its processes."""

    port: int
    pid: int

    def site_processes(self) -> list[int]:
        """The processes that answer HTTP."""
        return children_of(self.pid)

    def nurseries(self) -> set[int]:
        """The processes that hold the graph for those that answer queries."""
        return {child for site in self.site_processes() for child in children_of(site)}

    def workers(self) -> set[int]:
        """The processes that answer queries."""
        return {worker for nursery in self.nurseries() for worker in children_of(nursery)}


def children_of(pid: int) -> list[int]:
    """The child processes of a process, of whatever thread of it."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, path.read_text(encoding="ascii").split())
        except OSError:
            continue
    return sorted(found)


@contextmanager
def serving(folder: Path, quads: str, limits: Mapping[str, float]) -> Iterator[Server]:
    """Serves these N-Quads on a free port with two site processes, as `kg serve` does; stops in the end."""
    tiny_project(folder, limits)
    tiny_release(folder / "dist" / "1.0.0", quads)
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers=2", "--worker-class=gthread", "--threads=16"]
    command += [
        "--no-control-socket",
        "--bind=127.0.0.1:0",
        f"--chdir={_TESTS}",
        "--graceful-timeout=1",
        "serving_app:application",
    ]
    with (folder / "log").open("w+b") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"TINY": str(folder)})
        try:
            yield Server(_port(folder / "log", process), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The address at which a thread of this process serves an application."""
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"Listening at: http://127.0.0.1:(\d+)", log.read_text(encoding="utf-8"))
        if found and len(children_of(process.pid)) == 2:
            return int(found[1])
        time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))
