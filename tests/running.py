"""`kg serve` in a process of its own, for tests that do it harm."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving import children_of

__all__ = ["Answer", "Running", "free_port", "running", "until"]

WITHIN = 30.0
"""Seconds in which something must have come about, on a machine that is busy with other tests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: where, its first process, and the file of its log."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 20,
    ) -> Answer:
        begun = time.monotonic()
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            client.request(method, path, body, dict(headers or {}))
            answer = client.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read(), time.monotonic() - begun)
        finally:
            client.close()

    def health(self) -> Any:
        return self.ask("/health", {"Accept-Language": "en"}).json

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def site_processes(self) -> list[int]:
        return children_of(self.process.pid)

    def everything(self) -> set[int]:
        found, waiting = {self.process.pid}, [self.process.pid]
        while waiting:
            below = children_of(waiting.pop())
            found.update(below)
            waiting += below
        return found


def until(condition: Callable[[], object], seconds: float = WITHIN) -> None:
    """Waits until it holds; fails when that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        threading.Event().wait(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    project: Path, log: Path, environment: Mapping[str, str] | None = None, before: Sequence[str] = (), workers: int = 2
) -> Iterator[Running]:
    """Serves a project; `before` is a command that runs it (`prlimit …`, `setpriv …`). Stops it in the end."""
    port = free_port()
    command = [*before, sys.executable, "-m", "kg.cli", "--project", str(project), "--lang", "en", "serve"]
    command += ["--port", str(port), "--workers", str(workers)]
    env = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)
    server = Running(port, process, log)
    try:
        until(lambda: "curl" in server.said() or process.poll() is not None)
        assert process.poll() is None, server.said()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
