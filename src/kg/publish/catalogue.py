"""The catalogue of a graph and its releases: DCAT-AP 3 after the Dutch profile DCAT-AP-NL 3.0.

What is the same for every graph stands in `catalogue.ttl` beside this module; the rest follows from the settings, the
descriptions of the named graphs and the manifests. Names of things are below the base of the graph; addresses to fetch
from are those of the site that hands out the catalogue (`root`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.files.project import Project
from kg.graph.store import Store
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.publish.release import Release, ReleaseFile

__all__ = ["Template", "catalogue", "publisher_of", "read_template"]

_DCAT, _FOAF, _RDF, _RDFS, _SKOS, _VCARD, _XSD = (
    OUTSIDE[name] for name in ("dcat", "foaf", "rdf", "rdfs", "skos", "vcard", "xsd")
)
_SPDX = "http://spdx.org/rdf/terms#"
_FILE = Path(__file__).with_name("catalogue.ttl")
_EACH, _SITE = "each:", "site:"
_TYPE = ox.NamedNode(_RDF + "type")

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Template:
    """`catalogue.ttl`: what it says of things, and what it says of each dataset, file or service."""

    said: tuple[ox.Triple, ...]
    each: Mapping[str, tuple[tuple[ox.NamedNode, Value], ...]]
    ranges: Mapping[str, ox.NamedNode]
    """Property → the class of its values."""


def read_template(base: str, root: str) -> Template:
    """The template with its names below `base` and its addresses below `root`, which ends in no slash."""
    said: list[ox.Triple] = []
    each: dict[str, list[tuple[ox.NamedNode, Value]]] = {}
    ranges: dict[str, ox.NamedNode] = {}
    for quad in ox.parse(input=_FILE.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=base):
        subject, value = quad.subject, quad.object
        if isinstance(value, ox.NamedNode) and value.value.startswith(_SITE):
            value = ox.NamedNode(root + value.value.removeprefix(_SITE))
        if not isinstance(subject, ox.NamedNode):
            continue
        if quad.predicate.value == _RDFS + "range" and isinstance(value, ox.NamedNode):
            ranges[subject.value] = value
        elif subject.value.startswith(_EACH):
            each.setdefault(subject.value.removeprefix(_EACH), []).append((quad.predicate, value))
        else:
            said.append(ox.Triple(subject, quad.predicate, value))
    return Template(tuple(said), {name: tuple(found) for name, found in each.items()}, ranges)


def catalogue(
    project: Project, store: Store, release: Release, root: str, older: Sequence[Release] = ()
) -> list[ox.Triple]:
    """The catalogue, sorted: the graph, its releases (this one and `older`), its named graphs, its services."""
    made = _Catalogue(project, store, root.rstrip("/"))
    found = [
        *made.catalog(),
        *made.whole(release, older),
        *(triple for one in (release, *older) for triple in made.version(one, release)),
        *(triple for graph in store.graphs() for triple in made.graph(graph)),
    ]
    return made.with_classes(found)


def publisher_of(project: Project, store: Store) -> tuple[Iri, Mapping[str, str]]:
    """Who publishes the graph, and the name by language: the publisher most of its named graphs have."""
    counted: dict[str, int] = {}
    for graph in store.graphs():
        for quad in store.quads(ox.NamedNode(graph), ox.NamedNode(DCT + "publisher"), None, None):
            if isinstance(quad.object, ox.NamedNode):
                counted[quad.object.value] = counted.get(quad.object.value, 0) + 1
    if not counted:
        return Iri(f"{project.settings.base}catalog#publisher"), project.settings.title.by_language
    iri = Iri(min(counted, key=lambda name: (-counted[name], name)))
    label = ox.NamedNode(_SKOS + "prefLabel")
    names = {
        quad.object.language: quad.object.value
        for quad in store.quads(ox.NamedNode(iri), label, None, None)
        if isinstance(quad.object, ox.Literal) and quad.object.language
    }
    return iri, dict(sorted(names.items())) or project.settings.title.by_language


class _Catalogue:
    """The parts of one catalogue; every dataset, distribution and service has the same publisher and contact."""

    def __init__(self, project: Project, store: Store, root: str) -> None:
        self._settings = project.settings
        self._store = store
        self._root = root
        self._template = read_template(project.settings.base, root)
        self._node = ox.NamedNode(f"{project.settings.base}catalog")
        self._dataset = ox.NamedNode(project.settings.base)
        self._series = ox.NamedNode(f"{project.settings.base}releases")
        publisher, self._publisher_name = publisher_of(project, store)
        self._publisher = ox.NamedNode(publisher)
        self._contact = ox.NamedNode(f"{project.settings.base}catalog#contact")

    def catalog(self) -> Iterator[ox.Triple]:
        """The catalogue itself, who is behind it, and the services."""
        yield from self._template.said
        yield from self._titled(self._node, self._settings.title.by_language, self._settings.description.by_language)
        yield from self._published(self._node)
        yield _link(self._node, _DCAT + "dataset", self._dataset)
        yield ox.Triple(self._publisher, _TYPE, ox.NamedNode(_FOAF + "Agent"))
        yield from _texts(self._publisher, _FOAF + "name", self._publisher_name)
        for class_name in ("Kind", "Organization"):
            yield ox.Triple(self._contact, _TYPE, ox.NamedNode(_VCARD + class_name))
        yield from _texts(self._contact, _VCARD + "fn", self._publisher_name)
        yield _link(self._contact, _VCARD + "hasURL", ox.NamedNode(f"{self._root}/"))
        services = [triple.object for triple in self._template.said if triple.predicate.value == _DCAT + "service"]
        for service in sorted(services, key=str):
            if isinstance(service, ox.NamedNode):
                yield from self._published(service)
                yield from self._each(service, "service")
                yield _link(service, _DCAT + "servesDataset", self._dataset)

    def whole(self, release: Release, older: Sequence[Release]) -> Iterator[ox.Triple]:
        """The graph as one dataset, with the files of its newest version, and the series of its releases."""
        yield ox.Triple(self._dataset, _TYPE, ox.NamedNode(_DCAT + "Dataset"))
        yield from self._described(self._dataset, self._settings.title.by_language, self._description())
        yield from self._dated(self._dataset, release)
        for one in (release, *older):
            yield _link(self._dataset, _DCAT + "hasVersion", self._of(one))
        for graph in self._store.graphs():
            yield _link(self._dataset, DCT + "hasPart", ox.NamedNode(graph))
        yield from self._distributions(self._dataset, release)
        yield ox.Triple(self._series, _TYPE, ox.NamedNode(_DCAT + "DatasetSeries"))
        yield from self._titled(self._series, self._settings.title.by_language, self._description())
        yield _link(self._series, DCT + "publisher", self._publisher)
        yield _link(self._series, _DCAT + "contactPoint", self._contact)

    def version(self, release: Release, newest: Release) -> Iterator[ox.Triple]:
        """One release as a dataset in the series, with its own files."""
        node = self._of(release)
        titles = {code: f"{text} {release.version}" for code, text in self._settings.title.by_language.items()}
        yield ox.Triple(node, _TYPE, ox.NamedNode(_DCAT + "Dataset"))
        yield from self._described(node, titles, self._description())
        yield from self._dated(node, release)
        yield _link(self._node, _DCAT + "dataset", node)
        yield _link(node, _DCAT + "inSeries", self._series)
        yield _link(node, _DCAT + "isVersionOf", self._dataset)
        yield from self._distributions(node, release)
        if release.version == newest.version:
            yield _link(self._series, _DCAT + "last", node)

    def graph(self, graph: Iri) -> Iterator[ox.Triple]:
        """One named graph as a dataset; where nothing tells what it holds, its origin does."""
        node = ox.NamedNode(graph)
        said = self._texts_of(graph, DCT + "description")
        origin = self._store.value(node, ox.NamedNode(lg("origin")))
        titles = self._texts_of(graph, DCT + "title") or {"nl": graph, "en": graph}
        for code, title in titles.items():
            told = self._texts_of(origin, _SKOS + "definition") if origin else {}
            said.setdefault(code, f"{title}. {told[code]}" if code in told else title)
        name = graph.rpartition("/")[2]
        address = f"{self._root}/graph/{name}"
        distribution = ox.NamedNode(f"{self._node.value}#graph-{name}")
        yield ox.Triple(node, _TYPE, ox.NamedNode(_DCAT + "Dataset"))
        yield from self._described(node, titles, said)
        yield _link(self._node, _DCAT + "dataset", node)
        yield _link(node, DCT + "isPartOf", self._dataset)
        yield _link(node, _DCAT + "distribution", distribution)
        yield from self._distribution(distribution, "text/turtle", address, f"{address}.ttl")

    def with_classes(self, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        """The triples, each once and sorted, with the classes of their values."""
        found = dict.fromkeys(triples)
        for triple in list(found):
            range_ = self._template.ranges.get(triple.predicate.value)
            if range_ is not None and isinstance(triple.object, ox.NamedNode):
                found[ox.Triple(triple.object, _TYPE, range_)] = None
        return sorted(found, key=str)

    def _described(self, node: ox.NamedNode, titles: Mapping[str, str], said: Mapping[str, str]) -> Iterator[ox.Triple]:
        yield from self._titled(node, titles, said)
        yield from self._published(node)
        yield from self._each(node, "dataset")
        yield ox.Triple(node, ox.NamedNode(DCT + "identifier"), ox.Literal(node.value))
        yield _link(node, _DCAT + "landingPage", ox.NamedNode(f"{self._root}/"))

    def _dated(self, node: ox.NamedNode, release: Release) -> Iterator[ox.Triple]:
        yield ox.Triple(node, ox.NamedNode(_DCAT + "version"), ox.Literal(release.version))
        if release.issued:
            day = ox.Literal(release.issued, datatype=ox.NamedNode(_XSD + "date"))
            yield ox.Triple(node, ox.NamedNode(DCT + "issued"), day)
            yield ox.Triple(node, ox.NamedNode(DCT + "modified"), day)

    def _distributions(self, node: ox.NamedNode, release: Release) -> Iterator[ox.Triple]:
        """The files with the whole graph; tables and reports are not another form of it."""
        stem = release.quads_file.name.partition(".")[0]
        for file in release.files():
            if file.name.partition(".")[0] != stem or quote(file.media_type, safe="") not in self._template.each:
                continue
            distribution = ox.NamedNode(f"{self._node.value}#{release.version}-{file.name}")
            yield _link(node, _DCAT + "distribution", distribution)
            address = f"{self._root}/releases/{release.version}/downloads/{quote(file.name)}"
            yield from self._distribution(distribution, file.media_type, address, address)
            yield from self._of_file(distribution, file)

    def _of_file(self, node: ox.NamedNode, file: ReleaseFile) -> Iterator[ox.Triple]:
        checksum = ox.NamedNode(f"{node.value}-sum")
        yield ox.Triple(node, ox.NamedNode(DCT + "title"), ox.Literal(file.name))
        if file.size:
            size = ox.Literal(str(file.size), datatype=ox.NamedNode(_XSD + "nonNegativeInteger"))
            yield ox.Triple(node, ox.NamedNode(_DCAT + "byteSize"), size)
        yield _link(node, _SPDX + "checksum", checksum)
        yield ox.Triple(checksum, _TYPE, ox.NamedNode(_SPDX + "Checksum"))
        value = ox.Literal(file.sha256, datatype=ox.NamedNode(_XSD + "hexBinary"))
        yield ox.Triple(checksum, ox.NamedNode(_SPDX + "checksumValue"), value)
        yield from self._each(checksum, "checksum")
        yield from self._each(node, file.compression)

    def _distribution(self, node: ox.NamedNode, media_type: str, access: str, download: str) -> Iterator[ox.Triple]:
        yield ox.Triple(node, _TYPE, ox.NamedNode(_DCAT + "Distribution"))
        yield from self._each(node, "distribution")
        yield from self._each(node, quote(media_type, safe=""))
        yield _link(node, _DCAT + "accessURL", ox.NamedNode(access))
        yield _link(node, _DCAT + "downloadURL", ox.NamedNode(download))
        yield from self._licensed(node)

    def _published(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        yield _link(node, DCT + "publisher", self._publisher)
        yield _link(node, DCT + "creator", self._publisher)
        yield _link(node, _DCAT + "contactPoint", self._contact)
        yield from self._licensed(node)

    def _licensed(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        if self._settings.licence:
            yield _link(node, DCT + "license", ox.NamedNode(self._settings.licence))

    def _titled(self, node: ox.NamedNode, titles: Mapping[str, str], said: Mapping[str, str]) -> Iterator[ox.Triple]:
        yield from _texts(node, DCT + "title", titles)
        yield from _texts(node, DCT + "description", said)

    def _each(self, node: ox.NamedNode, name: str) -> Iterator[ox.Triple]:
        for predicate, value in self._template.each.get(name, ()):
            yield ox.Triple(node, predicate, value)

    def _description(self) -> Mapping[str, str]:
        said = {code: text for code, text in self._settings.description.by_language.items() if text}
        return said or self._settings.title.by_language

    def _of(self, release: Release) -> ox.NamedNode:
        return ox.NamedNode(f"{self._series.value}/{release.version}")

    def _texts_of(self, iri: str, predicate: str) -> dict[str, str]:
        quads = self._store.quads(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
        texts = sorted((quad.object for quad in quads if isinstance(quad.object, ox.Literal)), key=str, reverse=True)
        return {text.language: text.value for text in texts if text.language}


def _texts(node: ox.NamedNode, predicate: str, texts: Mapping[str, str]) -> Iterator[ox.Triple]:
    for language, text in texts.items():
        if text:
            yield ox.Triple(node, ox.NamedNode(predicate), ox.Literal(text, language=language))


def _link(node: ox.NamedNode, predicate: str, target: ox.NamedNode) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), target)
