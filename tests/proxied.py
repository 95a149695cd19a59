"""Asking over nginx, run with the settings of `deploy/`."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proxy import nginx_settings
from stores import free_port
from test_live import wait_until

__all__ = ["KEPT_SECONDS", "Got", "asked", "keeps", "nginx"]

KEPT_SECONDS = 2.0
"""After so long nothing is given from nginx's cache any more: it counts whole seconds, and keeps for one."""
_MAIN = "worker_processes 1;\nuser root;\nevents { worker_connections 256; }"


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """nginx with the settings of deploy/, but for its ports and the place of its cache; the port it listens on."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing: make .venv/.debian installs nginx-light"
    port = free_port()
    servers = [f"127.0.0.1:{one} max_fails=1 fail_timeout=2s" for one in ports]
    settings = nginx_settings(folder, port, servers, _MAIN)
    process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", str(settings)])
    try:
        wait_until(lambda: _listens(port))
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)


def _listens(port: int) -> bool:
    try:
        return asked(port, "/metrics").status == 404
    except OSError:
        return False


@dataclass(frozen=True)
class Got:
    """An answer that came over nginx."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def kept(self) -> bool:
        """Whether nginx gave it from its cache without asking."""
        return self.cache == "HIT"

    @property
    def cache(self) -> str:
        """What nginx says of its cache: HIT, MISS, EXPIRED, STALE, BYPASS, or nothing."""
        return self.headers.get("x-cache", "")


def asked(
    port: int, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: str | None = None
) -> Got:
    """What is answered on that port."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request(method, path, body, dict(headers or {}))
        answer = client.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, told, answer.read())
    finally:
        client.close()


def keeps(port: int, path: str, headers: Mapping[str, str] | None = None) -> None:
    """Asks until nginx gives it from its cache."""
    wait_until(lambda: asked(port, path, headers).kept)
