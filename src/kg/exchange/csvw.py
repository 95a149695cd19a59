"""The graph as tables with a description that machines read (CSV on the Web)."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.exchange.source import Source
from kg.graph.describe import origin_of_graphs
from kg.names import KINDS, OUTSIDE, Iri, Kind
from kg.text import Words, natural

__all__ = ["METADATA", "write"]

METADATA = "csvw-metadata.json"
_RDF, _SKOS, _XSD = OUTSIDE["rdf"], OUTSIDE["skos"], OUTSIDE["xsd"]
_TYPE = Iri(_RDF + "type")
_SEPARATORS = ("|", ";", "¦", "‖")
_FIRST = ("notation", "prefLabel", "altLabel", "definition")
_ELSEWHERE = Words(
    {
        "nl": "De tabel zegt van een relatie uit welk bestand zij komt, maar van een tekst of getal niet.",
        "en": "The table says from which file a link comes, but not from which a text or a number.",
    }
)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a kind's table: a property in one language or one datatype."""

    property: str
    language: str
    datatype: str


def write(source: Source) -> dict[str, bytes]:
    """A table for every kind of thing, one of all things, one of all links, and `csvw-metadata.json`.

    RFC 4180 in UTF-8; W3C Model for Tabular Data and Metadata Vocabulary for Tabular Data (2015). Read in standard
    mode (W3C, Generating RDF from Tabular Data) the tables give back every text, value and link of every thing.
    Several values of a cell have a separator that none of them holds.
    """
    files: dict[str, bytes] = {}
    tables: list[dict[str, Any]] = []
    index: list[list[str]] = []
    links: list[list[str]] = []
    origins = origin_of_graphs(source.store)
    for kind in KINDS:
        things = source.things(kind.class_name)
        if not things:
            continue
        name = f"{kind.segment}.csv"
        files[name], table = _kind_table(source, kind, things)
        tables.append({"url": name, **table})
        index += [_in_index(source, kind, thing, origins) for thing in things]
        links += [link for thing in things for link in _links(source, thing, origins)]
    files["things.csv"] = _csv(("iri", "kind", "code", "label_nl", "label_en", "origin"), index)
    files["links.csv"] = _csv(("subject", "property", "object", "origin", "graph"), links)
    described = [_things_description(), *tables, _links_description()]
    files[METADATA] = _metadata(source, described)
    return files


def _kind_table(source: Source, kind: Kind, things: Sequence[Iri]) -> tuple[bytes, dict[str, Any]]:
    """The texts and values of the things of a kind, and the description of that table."""
    cells: dict[Iri, dict[_Column, list[str]]] = {thing: defaultdict(list) for thing in things}
    for thing in things:
        home = _home(source, thing)
        for quad in source.store.quads(ox.NamedNode(thing), None, None, None):
            if isinstance(quad.object, ox.Literal):
                if getattr(quad.graph_name, "value", "") != home:
                    source.changed(thing, quad.predicate.value, _ELSEWHERE)
                value = quad.object
                datatype = "" if value.language else value.datatype.value
                cells[thing][_Column(quad.predicate.value, value.language or "", datatype)].append(value.value)
                source.literals(thing, quad.predicate.value)
    names = _names(source, {column for found in cells.values() for column in found})
    columns = list(names)
    separators = {column: _separator([found.get(column, []) for found in cells.values()]) for column in columns}
    rows = [
        [thing, *((separators[column] or "").join(sorted(cells[thing].get(column, []))) for column in columns)]
        for thing in things
    ]
    description = {
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": "iri",
            "foreignKeys": [_foreign("iri")],
            "columns": [
                _suppressed("iri", "anyURI", required=True),
                *(_column(names[column], column, separators[column]) for column in columns),
                *(_type_column(number, class_) for number, class_ in enumerate(_classes(source, kind, things))),
            ],
        }
    }
    return _csv(("iri", *names.values()), rows), description


def _classes(source: Source, kind: Kind, things: Sequence[Iri]) -> list[Iri]:
    """The classes that every thing of a kind has; another class of one of them is left to the links."""
    shared = set.intersection(*({*source.nodes(thing, _TYPE)} for thing in things))
    return sorted({kind.class_iri, *shared})


def _links(source: Source, thing: Iri, origins: Mapping[Iri, str]) -> list[list[str]]:
    """Subject, property, object, origin and graph of every link of a thing; its class is told in its own table."""
    found = []
    for quad in source.store.quads(ox.NamedNode(thing), None, None, None):
        if isinstance(quad.object, ox.NamedNode) and quad.predicate.value != _TYPE:
            source.nodes(thing, quad.predicate.value)
            graph = getattr(quad.graph_name, "value", "")
            found.append([thing, quad.predicate.value, quad.object.value, origins.get(Iri(graph), ""), graph])
    return sorted(found, key=lambda link: (link[1], natural(link[2]), link[4]))


def _in_index(source: Source, kind: Kind, thing: Iri, origins: Mapping[Iri, str]) -> list[str]:
    labels = source.texts(thing, _SKOS + "prefLabel")
    origin = origins.get(Iri(_home(source, thing)), "")
    return [thing, kind.segment, source.code(thing), labels.get("nl", ""), labels.get("en", ""), origin]


def _home(source: Source, thing: Iri) -> str:
    """The graph that says what kind of thing it is."""
    quads = source.store.quads(ox.NamedNode(thing), ox.NamedNode(_TYPE), None, None)
    return min((getattr(quad.graph_name, "value", "") for quad in quads), default="")


def _separator(cells: Sequence[Sequence[str]]) -> str | None:
    """What stands between several values of a cell: the first mark that none of them holds; None for single values."""
    if all(len(values) < 2 for values in cells):
        return None
    text = "".join(value for values in cells for value in values)
    return next((mark for mark in _SEPARATORS if mark not in text), "\N{SYMBOL FOR UNIT SEPARATOR}")


def _names(source: Source, columns: set[_Column]) -> dict[_Column, str]:
    """Column → its name: `prefLabel_nl`, `credits`; with the datatype, `issued_gYear`, where one property has several.

    In the order in which people read them: code, names and definition first, Dutch before English.
    """
    local = {column: source.names.compact(column.property).strip("<>").rpartition(":")[2] for column in columns}
    kinds = Counter((column.property, column.language) for column in columns)
    names = {}
    for column in columns:
        more = column.language
        if not more and kinds[column.property, ""] > 1:
            more = column.datatype.rpartition("#")[2]
        names[column] = "_".join(part.replace("-", "_") for part in (local[column], more) if part)
    order = {_SKOS + name: place for place, name in enumerate(_FIRST)}
    by_place = sorted(names, key=lambda c: (order.get(c.property, len(_FIRST)), local[c], c.language != "nl", names[c]))
    return {column: names[column] for column in by_place}


def _column(name: str, column: _Column, separator: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "titles": name, "propertyUrl": column.property}
    if column.language:
        told["lang"] = column.language
    told["datatype"] = "string" if column.language else column.datatype.removeprefix(_XSD)
    return told | ({"separator": separator} if separator else {})


def _type_column(number: int, class_: Iri) -> dict[str, Any]:
    return {"name": f"type_{number}", "virtual": True, "propertyUrl": _TYPE, "valueUrl": class_}


def _suppressed(name: str, datatype: str = "string", *, required: bool = False) -> dict[str, Any]:
    """A column that identifies or explains, and states nothing by itself."""
    told = {"name": name, "titles": name, "datatype": datatype, "suppressOutput": True}
    return told | ({"required": True} if required else {})


def _foreign(column: str) -> dict[str, Any]:
    return {"columnReference": column, "reference": {"resource": "things.csv", "columnReference": "iri"}}


def _things_description() -> dict[str, Any]:
    columns = [_suppressed(name) for name in ("kind", "code", "label_nl", "label_en", "origin")]
    return {
        "url": "things.csv",
        "tableSchema": {"primaryKey": "iri", "columns": [_suppressed("iri", "anyURI", required=True), *columns]},
    }


def _links_description() -> dict[str, Any]:
    """One link a row: the property of a row is that of the triple it gives."""
    link = {
        "name": "object",
        "titles": "object",
        "datatype": "anyURI",
        "required": True,
        "aboutUrl": "{+subject}",
        "propertyUrl": "{+property}",
        "valueUrl": "{+object}",
    }
    iris = [_suppressed(name, "anyURI", required=True) for name in ("subject", "property")]
    return {
        "url": "links.csv",
        "tableSchema": {
            "primaryKey": ["subject", "property", "object"],
            "foreignKeys": [_foreign("subject")],
            "columns": [*iris, link, _suppressed("origin"), _suppressed("graph", "anyURI")],
        },
    }


def _metadata(source: Source, tables: Sequence[Mapping[str, Any]]) -> bytes:
    settings = source.settings
    titles = [{"@value": text, "@language": language} for language, text in settings.title.by_language.items()]
    told = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": titles,
        "dc:license": {"@id": settings.licence},
        "dc:identifier": settings.base,
        "dc:hasVersion": settings.version,
        "tables": list(tables),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
