"""Servers to measure, each in a process of its own on a free port of this machine, ended when it was measured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import graphs
import peers
from places import HOME, ROOT, memory_mib, processor_seconds

sys.path.insert(0, str(ROOT / "tests"))

from proxy import nginx_settings

_WAIT_SECONDS = 300
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    root: str
    sparql: str
    """Address that takes `?query=`."""
    pid: int
    up_seconds: float
    """From the start of its process to its first answer."""
    behind: Server | None = None
    """The server that it asks itself."""

    def memory_mib(self) -> float:
        """What it uses now, with all its processes."""
        return memory_mib(self.pid)

    def processor_seconds(self) -> float:
        """What it has used until now, with all its processes and those of the server behind it."""
        return processor_seconds(self.pid) + (self.behind.processor_seconds() if self.behind else 0)


@contextmanager
def ours(triples: int, *, keep: bool = True, place: str = "memory", workers: int = 2) -> Iterator[Server]:
    """The site over that graph (0: the shipped one), as `kg serve` runs it; without `keep` nothing finished is kept."""
    folder = graphs.project(triples).root if triples else ROOT
    environment = {
        "KG_ANSWERS_MIB": "64" if keep else "0",
        "KG_MEMORY_QUADS": "0" if place == "disk" else "100000000",
        "KG_RATE": "0",
        "KG_AT_ONCE": "0",
        "PYTHONDONTWRITEBYTECODE": "",  # as it is installed: compiled once, and not at every start
    }
    port = _free_port()
    command = [sys.executable, "-m", "kg.cli", "--project", str(folder), "serve", "--port", str(port)]
    name = f"leergraaf, {place}"
    with _running(
        name, [*command, "--workers", str(workers)], port, sparql="/sparql", first="/ready", environment=environment
    ) as server:
        yield server


@contextmanager
def oxigraph(triples: int, *, place: str) -> Iterator[Server]:
    """`oxigraph serve` over that graph, on disk (read-only) or in memory."""
    port, program = _free_port(), peers.program("oxigraph")
    common = ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    if place == "disk":
        store = ["--location", str(graphs.on_disk(triples))]
        with _running(
            "oxigraph serve, disk", [program, "serve-read-only", *store, *common], port, sparql="/query", first="/"
        ) as server:
            yield server
        return
    with _running("oxigraph serve, memory", [program, "serve", *common], port, sparql="/query", first="/") as server:
        with graphs.quads(triples).open("rb") as file:
            size = graphs.quads(triples).stat().st_size
            headers = {"Content-Type": "application/n-quads", "Content-Length": str(size)}
            request = urllib.request.Request(f"{server.root}/store", data=file, headers=headers, method="POST")
            urllib.request.urlopen(request, timeout=_WAIT_SECONDS).close()
        yield server


@contextmanager
def rdflib_endpoint(triples: int) -> Iterator[Server]:
    """rdflib-endpoint over that graph in rdflib's own store, served by uvicorn."""
    port = _free_port()
    command = [str(peers.python()), str(_HERE / "rdflib_server.py"), str(graphs.quads(triples)), str(port)]
    with _running("rdflib-endpoint", command, port, sparql="/", first="/?query=ASK%20%7B%7D") as server:
        yield server


@contextmanager
def virtuoso(triples: int) -> Iterator[Server]:
    """Virtuoso 7 over that graph, loaded by its bulk loader."""
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        port, sql = _free_port(), _free_port()
        data = graphs.quads(triples).parent
        settings = (_HERE / "virtuoso.ini").read_text(encoding="utf-8")
        Path(folder, "virtuoso.ini").write_text(settings.format(folder=folder, port=port, sql=sql, data=data), "utf-8")
        command = [peers.program("virtuoso-t"), "+foreground", "+configfile", f"{folder}/virtuoso.ini"]
        with _running("Virtuoso 7", command, port, sparql="/sparql", first="/sparql?query=ASK%20%7B%7D") as server:
            orders = f"ld_dir('{data}', '{triples}.nq', 'http://none'); rdf_loader_run(); checkpoint;"
            subprocess.run(
                [peers.program("isql-vt") or peers.program("isql"), f"127.0.0.1:{sql}", "dba", "dba", f"exec={orders}"],
                check=True,
                capture_output=True,
            )
            yield server


@contextmanager
def bare(server: str, sizes: Mapping[str, int]) -> Iterator[Server]:
    """A Flask application that only hands out finished bytes: `/small`, `/large`; under gunicorn or granian."""
    port = _free_port()
    environment = {"BARE": ",".join(f"{name}={size}" for name, size in sizes.items()), "PYTHONPATH": str(_HERE)}
    if server == "gunicorn":
        worker = ["--worker-class=kg_web.patience.PatientWorker", "--threads=16", "--no-control-socket"]
        command = [sys.executable, "-m", "gunicorn", "--workers=2", *worker, f"--bind=127.0.0.1:{port}", "bare:app"]
        environment["PYTHONPATH"] = os.pathsep.join([str(_HERE), os.environ.get("PYTHONPATH", "")])
    else:
        program = [str(peers.python()), "-m", "granian", "--interface", "wsgi", "--workers", "2"]
        command = [*program, "--blocking-threads", "16", "--host", "127.0.0.1", "--port", str(port), "bare:app"]
    with _running(
        f"bare route, {server}", command, port, sparql="/", first="/small", environment=environment
    ) as running:
        yield running


@contextmanager
def nginx(behind: Server) -> Iterator[Server]:
    """nginx before that server, with the settings of deploy/ but for its ports and the place of its cache."""
    port = _free_port()
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        user = "user root;\n" if os.geteuid() == 0 else ""
        main = f"worker_processes auto;\n{user}events {{ }}"
        settings = nginx_settings(Path(folder), port, [urlsplit(behind.root).netloc], main)
        command = [peers.program("nginx"), "-e", f"{folder}/error.log", "-c", str(settings)]
        with _running(f"{behind.name}, behind nginx", command, port, sparql="/sparql", first="/health") as server:
            yield replace(server, behind=behind)


@contextmanager
def _running(
    name: str, command: list[str], port: int, *, sparql: str, first: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    HOME.mkdir(parents=True, exist_ok=True)
    root = f"http://127.0.0.1:{port}"
    start = time.perf_counter()
    with tempfile.TemporaryFile(dir=HOME) as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(environment or {})}, cwd=HOME)
        try:
            while not _answers(root + first):
                if process.poll() is not None or time.perf_counter() - start > _WAIT_SECONDS:
                    log.seek(0)
                    raise RuntimeError(f"{name} did not come up: {log.read()[-2000:].decode(errors='replace')}")
                time.sleep(0.02)
            yield Server(name, root, root + sparql, process.pid, time.perf_counter() - start)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
