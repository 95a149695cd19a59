"""rdflib-endpoint over a file of N-Quads; run by the interpreter of the peers."""

from __future__ import annotations

import sys

import rdflib
import uvicorn
from rdflib_endpoint import SparqlEndpoint

if __name__ == "__main__":
    graph = rdflib.Dataset(default_union=True)
    graph.parse(sys.argv[1], format="nquads")
    uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
