"""Typed links between a thing, its page, its data and what they belong to (FAIR Signposting, RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from flask import url_for

from kg.exchange.schema_org import read_alignment
from kg.names import DCT, KINDS_BY_SEGMENT, OUTSIDE, Iri, Names
from kg_web.designer_memory import remembered
from kg_web.formats import CSV, HTML, JSON, LINKED, RDF, Format
from kg_web.state import state

__all__ = [
    "LINKSET",
    "Link",
    "graph_links",
    "header",
    "list_links",
    "site_items",
    "site_links",
    "successors",
    "thing_links",
]

LINKSET = Format("json", "application/linkset+json", "Linkset")
"""RFC 9264."""
_SCHEMA = OUTSIDE["schema"]
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_PUBLISHER = ox.NamedNode(DCT + "publisher")
_REPLACED = ox.NamedNode(DCT + "isReplacedBy")


@dataclass(frozen=True, slots=True)
class Link:
    """One link: where it leads, what it means, and the media type of what is there."""

    href: str
    rel: str
    type: str = ""


def header(links: Iterable[Link]) -> str:
    """The value of a Link header."""
    return ", ".join(
        f'<{link.href}>; rel="{link.rel}"' + (f'; type="{link.type}"' if link.type else "") for link in links
    )


def thing_links(iri: Iri, segment: str, code: str, *, landing: bool) -> list[Link]:
    """The links of a thing's page (`landing`), or of its data."""
    forms = (*LINKED, JSON) if landing else (HTML, *LINKED, JSON)
    links = [
        Link(iri, "cite-as"),
        Link(iri, "describes"),
        *(Link(_document(segment, f"{code}.{form.suffix}"), "alternate", form.media_type) for form in forms),
        *_common(_home(iri)),
        Link(url_for("linksets.of_thing", segment=segment, code=code), "linkset", LINKSET.media_type),
        *(Link(successor, "successor-version") for successor in successors(iri)),
    ]
    if landing:
        links += [Link(_document(segment, f"{code}.{form.suffix}"), "describedby", form.media_type) for form in RDF[:2]]
        links += [Link(f"{_SCHEMA}AboutPage", "type"), *(Link(_SCHEMA + name, "type") for name in _types(segment))]
    return [*links, Link(url_for("things.list_document", name=segment), "collection")]


def list_links(segment: str) -> list[Link]:
    """The links of a list of things; the things themselves are in its link set, for there may be many."""
    forms = (*RDF, CSV, JSON)
    data = [
        Link(url_for("things.list_document", name=f"{segment}.{f.suffix}"), "describedby", f.media_type) for f in forms
    ]
    linkset = Link(url_for("linksets.of_list", segment=segment), "linkset", LINKSET.media_type)
    return [*data, Link(f"{_SCHEMA}CollectionPage", "type"), *_common(None), linkset]


def graph_links(iri: Iri, name: str) -> list[Link]:
    """The links of a named graph's page and data."""
    forms = [
        Link(url_for("reference.graph", name=f"{name}.{form.suffix}"), "alternate", form.media_type)
        for form in (HTML, *LINKED)
    ]
    return [Link(iri, "cite-as"), Link(iri, "describes"), *forms, *_common(iri)]


def site_links() -> list[Link]:
    """The links of the graph as a whole: what describes it, and its files."""
    found = state()
    described = [
        Link(url_for("catalogue.catalog", suffix=form.suffix), "describedby", form.media_type) for form in RDF[:2]
    ]
    return [
        Link(found.project.settings.base, "cite-as"),
        *described,
        *site_items(),
        Link(f"{_SCHEMA}Dataset", "type"),
        Link(f"{_SCHEMA}AboutPage", "type"),
        *_common(None),
        Link(url_for("linksets.of_site"), "linkset", LINKSET.media_type),
    ]


def successors(iri: Iri) -> list[str]:
    """What takes the place of a thing that is no longer in use."""
    quads = state().store.quads(ox.NamedNode(iri), _REPLACED, None, None)
    return sorted({quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)})


def _common(graph: Iri | None) -> list[Link]:
    """Licence and publisher of a graph, or of the graph as a whole."""
    found = state()
    licence = found.project.settings.licence
    links = [Link(licence, "license")] if licence else []
    return [*links, *(Link(author, "author") for author in _publishers(graph))]


def _publishers(graph: Iri | None) -> list[str]:
    """Who publishes this graph, or all of them; only whoever is described here."""
    found = state()
    node = ox.NamedNode(graph) if graph else None
    graphs = {iri for iri in found.store.graphs() if iri.startswith((found.names.base, Names().base))}
    quads = found.store.quads(node, _PUBLISHER, None, None)
    known = {Iri(getattr(q.object, "value", "")) for q in quads if getattr(q.subject, "value", "") in graphs}
    return sorted(known & found.known)


def _home(iri: Iri) -> Iri | None:
    quads = state().store.quads(ox.NamedNode(iri), _TYPE, None, None)
    return min((Iri(getattr(quad.graph_name, "value", "")) for quad in quads), default=None)


def _types(segment: str) -> list[str]:
    class_ = KINDS_BY_SEGMENT[segment].class_iri
    named = remembered(read_alignment).type_of.get(class_)
    return [named] if named else []


def site_items() -> list[Link]:
    """The files that hold the whole graph."""
    return [
        Link(url_for("downloads.file", name=file.name), "item", file.media_type)
        for file in state().release.files()
        if not file.compression and "/" not in file.name and file.media_type in {form.media_type for form in LINKED}
    ]


def _document(segment: str, name: str) -> str:
    return url_for("things.document", segment=segment, name=name)
