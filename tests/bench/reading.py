"""Reading: fifteen queries and three vetted questions over HTTP, each answered anew, by servers in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import graphs
import peers
import servers
from clients import latencies, rate
from places import ROOT, median, quantile
from servers import Server

from kg.editing.generated.stream import BASE
from kg.files.catalog import queries_by_name
from kg.files.project import read_project
from kg.graph.ask import bound_text
from kg.graph.store import Store
from kg.names import Names

__all__ = ["QUERIES", "measure"]

QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("queries/*.rq"))}
_JSON = {"Accept": "application/sparql-results+json, application/n-triples;q=0.9"}
_CSV = {"Accept": "text/csv"}
_RUNS = {"point": 60, "rows": 30, "large": 12}
_VETTED = {
    "outcomes-of-competence": lambda n: {"competence": f"c{n}-3"},
    "prerequisites-of-unit": lambda n: {"unit": f"le{n}-6"},
    "units-of-competence": lambda n: {"competence": f"c{n}-4"},
}


def measure(triples: int = 1_000_000) -> dict[str, Any]:
    """Server → query → median, p95 and bytes; and the requests a second of 1,000 rows."""
    found: dict[str, Any] = {}
    for make in _servers(triples):
        try:
            with make as server:
                print(f"  {server.name} …", flush=True)
                found[server.name] = _of(server, triples)
        except (OSError, RuntimeError) as fault:
            print(f"  left out: {fault}", flush=True)
    return {"triples": triples, "servers": found}


def _of(server: Server, triples: int) -> dict[str, Any]:
    slow = server.name.startswith("rdflib")
    return {
        "queries": _queries(server, triples, slow=slow),
        "questions": _questions(server, triples),
        "rows-1000": rate(_address(server, "rows-1000", 7), _JSON, clients=8, seconds=5),
        "memory_mib": round(server.memory_mib()),
        "up_seconds": round(server.up_seconds, 2),
    }


def _servers(triples: int) -> Iterator[AbstractContextManager[Server]]:
    yield servers.ours(triples, keep=False)
    yield servers.ours(triples, keep=False, place="disk")
    if peers.program("oxigraph"):
        yield servers.oxigraph(triples, place="disk")
        yield servers.oxigraph(triples, place="memory")
    if peers.program("virtuoso-t"):
        yield servers.virtuoso(triples)
    if peers.here("rdflib-endpoint"):
        yield servers.rdflib_endpoint(triples)


def _queries(server: Server, triples: int, *, slow: bool) -> dict[str, Any]:
    """Each query with changing parameters, so that no server answers from what it prepared or kept."""
    most = graphs.sectors(triples)
    found = {}
    for name in QUERIES:
        runs = _RUNS[name.partition("-")[0]] if not slow else 3
        addresses = [_address(server, name, 1 + (number * 37) % most) for number in range(runs + 1)]
        try:
            seconds, size = latencies(addresses, _JSON)
        except (OSError, RuntimeError) as fault:
            found[name] = {"failed": str(fault)[:200]}
            continue
        found[name] = _told(seconds[1:], size)
    return found


def _questions(server: Server, triples: int) -> dict[str, Any]:
    """Questions of the library: by name from ours, as the SPARQL they stand for from the others."""
    library = queries_by_name(read_project(ROOT).query_files("questions"))
    store = Store(Names(BASE), folder=graphs.on_disk(triples))
    found = {}
    for name, given in _VETTED.items():
        values = [given(1 + (number * 41) % graphs.sectors(triples)) for number in range(61)]
        if "leergraaf" in server.name:
            told = ("&".join(f"{key}={value}" for key, value in one.items()) for one in values)
            addresses = [f"{server.root}/questions/{name}.csv?{one}" for one in told]
        else:
            texts = (bound_text(store, library[name], one) for one in values)
            addresses = [f"{server.sparql}?query={quote(text)}" for text in texts]
        try:
            seconds, size = latencies(addresses, _CSV)
        except (OSError, RuntimeError) as fault:
            found[name] = {"failed": str(fault)[:200]}
            continue
        found[name] = _told(seconds[1:], size)
    return found


def _address(server: Server, name: str, number: int) -> str:
    text = QUERIES[name].replace("{base}", BASE).replace("{n}", str(number))
    return f"{server.sparql}?query={quote(text)}"


def _told(seconds: list[float], size: int) -> dict[str, float]:
    return {"median_ms": median(seconds) * 1000, "p95_ms": quantile(seconds, 0.95) * 1000, "bytes": size}
