"""What the JSON of several parties has in common: names that are UUIDs, and the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pyoxigraph as ox

from kg.errors import ExchangeError
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.source import Source
from kg.files.project import Settings
from kg.names import DCT, OUTSIDE, Iri
from kg.text import natural

__all__ = ["issued_at", "json_bytes", "label_in", "one_line", "publishers_of", "uuid_of"]

_TYPE = OUTSIDE["rdf"] + "type"


def uuid_of(iri: str) -> str:
    """The UUID (version 5, namespace URL) that always goes with an IRI."""
    return str(uuid5(NAMESPACE_URL, iri))


def json_bytes(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """JSON as people can read it, in the order in which it was made, with a line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def one_line(text: str) -> str:
    """The text without line ends and double spaces."""
    return " ".join(text.split())


def issued_at(settings: Settings, form: str) -> str:
    """The first moment of the day this version is issued. Raises ExchangeError when `kg.toml` does not name the day."""
    if not settings.issued:
        raise ExchangeError(
            "{form} demands a moment of change, and kg.toml does not say on which day this version is issued.",
            "Write issued = with a day such as 2026-11-26 under [graph] in kg.toml.",
            form=form,
        )
    return f"{settings.issued}T00:00:00Z"


def label_in(source: Source, thing: str, property_: str = OUTSIDE["skos"] + "prefLabel") -> str:
    """The name of a thing in the language of the export, else in another; the end of its IRI when it has none."""
    labels = labels_of(source.store, thing, property_)
    return labels.get(source.language) or next(iter(labels.values()), "") or thing.rstrip("/#").rpartition("/")[2]


def publishers_of(source: Source, thing: str) -> list[Iri]:
    """The organisations that publish the graph in which a thing is described."""
    quads = source.store.quads(ox.NamedNode(thing), ox.NamedNode(_TYPE), None, None)
    graphs = sorted(getattr(quad.graph_name, "value", "") for quad in quads)
    found = {publisher for graph in graphs if graph for publisher in pointed_at(source.store, graph, DCT + "publisher")}
    return sorted(found, key=natural)
