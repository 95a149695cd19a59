"""Asked again: finished answers of the shipped graph, against a bare route that hands out as many bytes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import peers
import servers
from clients import rate

from kg.names import BASE

__all__ = ["measure"]

_TURTLE, _HTML, _CSV = ({"Accept": kind} for kind in ("text/turtle", "text/html", "text/csv"))
_JSON = {"Accept": "application/sparql-results+json"}
_ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000"
_ONE = "SELECT ?label WHERE { <{base}id/outcome/mo-1-1> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
_CLIENTS = (8, 32)
_TRIPLES = 1_000_000
"""Of the graph that `oxigraph serve` gives rows of."""


def measure() -> dict[str, Any]:
    """Server → what is asked → clients → requests a second, median and p99."""
    found: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    with servers.ours(0) as server:
        asked = {
            "1,000 rows (JSON)": (f"{server.sparql}?query={quote(_ROWS)}", _JSON),
            "a point query (JSON)": (f"{server.sparql}?query={quote(_ONE.replace('{base}', BASE))}", _JSON),
            "a vetted question (CSV)": (f"{server.root}/questions/units-of-competence.csv?competence=ow-07", _CSV),
            "a description (Turtle)": (f"{server.root}/doc/unit/mo-1.ttl", _TURTLE),
            "a page": (f"{server.root}/nl/", _HTML),
        }
        for name, (address, headers) in asked.items():
            sizes[name] = _warm(address, headers)
        found["leergraaf"] = {
            name: {clients: rate(address, headers, clients=clients, seconds=4) for clients in _CLIENTS}
            for name, (address, headers) in asked.items()
        }
        memory = {"leergraaf": round(server.memory_mib())}
    for kind in ("gunicorn", "granian"):
        if kind == "granian" and not peers.here("granian"):
            continue
        routes = {"small": sizes["a point query (JSON)"], "large": sizes["1,000 rows (JSON)"]}
        try:
            with servers.bare(kind, routes) as server:
                found[server.name] = {
                    name: {n: rate(f"{server.root}/{name}", {}, clients=n, seconds=4) for n in _CLIENTS}
                    for name in routes
                }
        except (OSError, RuntimeError) as fault:
            print(f"  left out: {fault}", flush=True)
    if peers.program("oxigraph"):
        with servers.oxigraph(_TRIPLES, place="disk") as server:
            address = f"{server.sparql}?query={quote(_ROWS)}"
            found[server.name] = {
                "1,000 rows (JSON)": {n: rate(address, _JSON, clients=n, seconds=4) for n in _CLIENTS},
            }
    return {"servers": found, "bytes": sizes, "memory_mib": memory}


def _warm(address: str, headers: dict[str, str]) -> int:
    """Asks until both processes have it; the bytes of the answer."""
    import urllib.request

    size = 0
    for _ in range(12):
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
            size = len(answer.read())
    return size
