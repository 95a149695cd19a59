"""What the SPARQL endpoint is and can do: SPARQL 1.1 Service Description, claiming only what is true."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.files.project import Project
from kg.names import OUTSIDE
from kg.publish.counts import Counts
from kg.publish.release import Release
from kg_web.sparql_results import GRAPHS, TABLES, W3C_NAMES

__all__ = ["describe_service", "prefixes"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")


def prefixes() -> dict[str, str]:
    """The prefixes to write a description with."""
    return {"sd": _SD, "formats": _FORMATS, **{name: OUTSIDE[name] for name in ("dct", "owl", "void", "xsd")}}


def describe_service(endpoint: str, project: Project, release: Release, numbers: Counts) -> list[ox.Triple]:
    """The description of the service at the address `endpoint`, in a fixed order."""
    return list(_triples(endpoint, project, release, numbers))


def _triples(endpoint: str, project: Project, release: Release, numbers: Counts) -> Iterator[ox.Triple]:
    service = ox.NamedNode(endpoint)
    dataset = ox.NamedNode(endpoint + "#dataset")
    union = ox.NamedNode(endpoint + "#default-graph")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for form in (*TABLES, *GRAPHS):
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(W3C_NAMES[form.suffix]))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    for language, title in sorted(project.settings.title.by_language.items()):
        yield ox.Triple(dataset, _term("dct", "title"), ox.Literal(title, language=language))
    yield ox.Triple(dataset, _term("owl", "versionInfo"), ox.Literal(release.version))
    yield ox.Triple(dataset, _term("dct", "identifier"), ox.Literal(f"sha256:{release.digest}"))
    if project.settings.licence:
        yield ox.Triple(dataset, _term("dct", "license"), ox.NamedNode(project.settings.licence))
    yield ox.Triple(dataset, _sd("defaultGraph"), union)
    yield from _graph(union, numbers.quads)
    for number, (name, size) in enumerate(numbers.graphs.items(), start=1):
        named, graph = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(name))
        yield ox.Triple(named, _sd("graph"), graph)
        yield from _graph(graph, size)


def _graph(node: ox.NamedNode | ox.BlankNode, size: int) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, _sd("Graph"))
    count = ox.Literal(str(size), datatype=_term("xsd", "integer"))
    yield ox.Triple(node, _term("void", "triples"), count)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def _term(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(OUTSIDE[prefix] + name)
