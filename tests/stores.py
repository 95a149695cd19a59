"""SPARQL servers for tests, on loopback: Oxigraph's own, and Virtuoso 7 with a new database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kg.errors import StoreError
from kg.graph.remote_link import Link
from kg.graph.remote_settings import Remote

__all__ = ["free_port", "oxigraph", "virtuoso"]

_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def oxigraph(port: int = 0) -> Iterator[Remote]:
    """`oxigraph serve` with nothing in it, in memory."""
    port = port or free_port()
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, Path("/"), Remote(f"http://127.0.0.1:{port}/query", seconds=60)) as remote:
        yield remote


@contextmanager
def virtuoso(folder: Path, rows: int = 10_000) -> Iterator[Remote]:
    """Virtuoso 7 with a new database that cuts answers after so many rows."""
    program = shutil.which("virtuoso-t", path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    assert program, "Virtuoso is missing: make .venv/.debian installs virtuoso-opensource-7-bin"
    http = free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO_INI.format(folder=folder, sql=free_port(), http=http, rows=rows), encoding="utf-8")
    remote = Remote(f"http://127.0.0.1:{http}/sparql", user="dba", password="dba", seconds=60)
    with _running([program, "+configfile", str(settings), "+foreground"], folder, remote) as remote:
        yield remote


@contextmanager
def _running(command: list[str], folder: Path, remote: Remote) -> Iterator[Remote]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, remote)
        yield remote
    finally:
        process.kill()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], remote: Remote) -> None:
    """Until it answers: there is no event to wait for but its first answer."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with closing(Link(Remote(remote.url, attempts=1, connect_seconds=1.0, seconds=5))) as link:
            try:
                link.ask("ASK {}", "application/sparql-results+json")
            except StoreError:
                time.sleep(0.05)
            else:
                return
    raise AssertionError(f"{process.args} does not answer")
