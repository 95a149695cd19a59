"""Asked again: finished answers of the shipped graph, beside others that give as many bytes, turn by turn."""

from __future__ import annotations

import http.client
from collections import defaultdict
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote, urlsplit

import peers
import servers
from clients import rate
from places import median

from kg.names import BASE

__all__ = ["measure"]

_TURTLE, _HTML, _CSV = ({"Accept": kind} for kind in ("text/turtle", "text/html", "text/csv"))
_JSON = {"Accept": "application/sparql-results+json"}
_ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000"
_ONE = "SELECT ?label WHERE { <{base}id/outcome/mo-1-1> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
_MANY, _FEW = "1,000 rows (JSON)", "a point query (JSON)"
_CLIENTS = (8, 32)
_ROUNDS, _SECONDS = 3, 2
_TRIPLES = 1_000_000
"""Of the graph that `oxigraph serve` answers from."""

_Asked = tuple[str, dict[str, str]]


def measure() -> dict[str, Any]:
    """Server → what is asked → clients → requests a second and a processor-second, median and p99.

    Each is the median of three turns: what else the machine does then weighs on all of them.
    """
    with ExitStack() as stack:
        ours = stack.enter_context(servers.ours(0))
        sizes = {name: _warm(*asked) for name, asked in _site(ours).items()}
        asked = [(ours, "leergraaf", _site(ours))]
        if peers.program("nginx"):
            proxy = stack.enter_context(servers.nginx(ours))
            for each in _site(proxy).values():
                _warm(*each)
            asked.append((proxy, "leergraaf, behind nginx", _site(proxy)))
        for kind in ("gunicorn", "granian"):
            if kind == "gunicorn" or peers.here("granian"):
                bare = stack.enter_context(servers.bare(kind, {"small": sizes[_FEW], "large": sizes[_MANY]}))
                asked.append((bare, bare.name, {name: (f"{bare.root}/{name}", {}) for name in ("small", "large")}))
        if peers.program("oxigraph"):
            peer = stack.enter_context(servers.oxigraph(_TRIPLES, place="disk"))
            asked.append((peer, peer.name, _queries(peer)))
        found = _in_turns(asked)
        return {"servers": found, "bytes": sizes, "memory_mib": {"leergraaf": round(ours.memory_mib())}}


def _in_turns(asked: list[tuple[servers.Server, str, dict[str, _Asked]]]) -> dict[str, Any]:
    turns: dict[tuple[str, str, int], list[dict[str, float]]] = defaultdict(list)
    for _ in range(_ROUNDS):
        for server, known_as, requests in asked:
            for name, (address, headers) in requests.items():
                for clients in _CLIENTS:
                    before = server.processor_seconds()
                    told = rate(address, headers, clients=clients, seconds=_SECONDS)
                    if told:
                        used = server.processor_seconds() - before
                        each = {**told, "per_processor_second": told["per_second"] * _SECONDS / used}
                        turns[known_as, name, clients].append(each)
    found: dict[str, Any] = {}
    for (known_as, name, clients), told_each in turns.items():
        middle = {part: median([one[part] for one in told_each]) for part in told_each[0]}
        found.setdefault(known_as, {}).setdefault(name, {})[clients] = middle
    return found


def _site(server: servers.Server) -> dict[str, _Asked]:
    return {
        **_queries(server),
        "a vetted question (CSV)": (f"{server.root}/questions/units-of-competence.csv?competence=ow-07", _CSV),
        "a description (Turtle)": (f"{server.root}/doc/unit/mo-1.ttl", _TURTLE),
        "a page": (f"{server.root}/nl/", _HTML),
    }


def _queries(server: servers.Server) -> dict[str, _Asked]:
    one = _ONE.replace("{base}", BASE)
    return {name: (f"{server.sparql}?query={quote(query)}", _JSON) for name, query in ((_MANY, _ROWS), (_FEW, one))}


def _warm(address: str, headers: dict[str, str]) -> int:
    """Asks as wrk does until both processes have it; the bytes of the answer."""
    parts, size = urlsplit(address), 0
    for _ in range(20):
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        connection.putrequest("GET", f"{parts.path}?{parts.query}".rstrip("?"), skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        size = len(connection.getresponse().read())
        connection.close()
    return size
