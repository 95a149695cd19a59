"""The graph in numbers for those who link to it: a VoID description with partitions, vocabularies and link sets."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.files.project import Project
from kg.names import DCT, LG, OUTSIDE
from kg.publish.catalogue import Template, read_template
from kg.publish.counts import Counts
from kg.publish.release import Release

__all__ = ["void"]

_FOAF, _RDF, _VOID, _XSD = (OUTSIDE[name] for name in ("foaf", "rdf", "void", "xsd"))
_TYPE = ox.NamedNode(_RDF + "type")


def void(project: Project, numbers: Counts, release: Release, root: str) -> list[ox.Triple]:
    """The description in a fixed order. Names are below the base of the graph, addresses below `root`.

    Numbers are of the union of the named graphs; that of entities counts what has a page of its own.
    """
    root = root.rstrip("/")
    template = read_template(project.settings.base, root)
    made = _Void(project, numbers, root)
    found = [
        *made.document(),
        *made.whole(release),
        *made.partitions(),
        *made.graphs(),
        *made.links(template),
    ]
    return sorted(dict.fromkeys(found), key=str)


class _Void:
    """The parts of one description."""

    def __init__(self, project: Project, numbers: Counts, root: str) -> None:
        self._settings = project.settings
        self._names = project.names
        self._numbers_of = numbers
        self._root = root
        self._document = f"{project.settings.base}void"
        self._dataset = ox.NamedNode(project.settings.base)

    def document(self) -> Iterator[ox.Triple]:
        """The document itself, which others find first."""
        node = ox.NamedNode(self._document)
        yield ox.Triple(node, _TYPE, ox.NamedNode(_VOID + "DatasetDescription"))
        yield ox.Triple(node, ox.NamedNode(_FOAF + "primaryTopic"), self._dataset)

    def whole(self, release: Release) -> Iterator[ox.Triple]:
        """The graph: what it is, how much it is and where it can be had."""
        yield ox.Triple(self._dataset, _TYPE, ox.NamedNode(_VOID + "Dataset"))
        for language, title in self._settings.title.by_language.items():
            yield ox.Triple(self._dataset, ox.NamedNode(DCT + "title"), ox.Literal(title, language=language))
        if self._settings.licence:
            yield self._link(DCT + "license", self._settings.licence)
        numbers = self._numbers_of
        yield from self._numbers(
            self._dataset,
            triples=numbers.quads,
            entities=numbers.things,
            distinctSubjects=numbers.subjects,
            distinctObjects=numbers.objects,
            classes=len(numbers.classes),
            properties=len(numbers.properties),
        )
        yield self._text("uriSpace", f"{self._settings.base}id/")
        yield self._link(_VOID + "sparqlEndpoint", f"{self._root}/sparql")
        yield self._link(_VOID + "rootResource", f"{self._settings.base}catalog")
        if numbers.example:
            yield self._link(_VOID + "exampleResource", numbers.example)
        for file in release.files():
            if file.name.partition(".")[0] == release.quads_file.name.partition(".")[0]:
                yield self._link(_VOID + "dataDump", f"{self._root}/releases/{release.version}/downloads/{file.name}")
        namespaces = {LG} | {ns for ns in OUTSIDE.values() if any(p.startswith(ns) for p in numbers.properties)}
        for namespace in namespaces:
            yield self._link(_VOID + "vocabulary", namespace)

    def partitions(self) -> Iterator[ox.Triple]:
        """How many things of each class, and how many statements with each property."""
        for class_, count in self._numbers_of.classes.items():
            node = self._part("class", class_)
            yield ox.Triple(self._dataset, ox.NamedNode(_VOID + "classPartition"), node)
            yield ox.Triple(node, ox.NamedNode(_VOID + "class"), ox.NamedNode(class_))
            yield from self._numbers(node, entities=count)
        for property_, count in self._numbers_of.properties.items():
            node = self._part("property", property_)
            yield ox.Triple(self._dataset, ox.NamedNode(_VOID + "propertyPartition"), node)
            yield ox.Triple(node, ox.NamedNode(_VOID + "property"), ox.NamedNode(property_))
            yield from self._numbers(node, triples=count)

    def graphs(self) -> Iterator[ox.Triple]:
        """Each named graph as a part of the whole."""
        for graph, count in self._numbers_of.graphs.items():
            node = ox.NamedNode(graph)
            yield ox.Triple(self._dataset, ox.NamedNode(_VOID + "subset"), node)
            yield ox.Triple(node, _TYPE, ox.NamedNode(_VOID + "Dataset"))
            yield from self._numbers(node, triples=count)

    def links(self, template: Template) -> Iterator[ox.Triple]:
        """The links from things of ours to those of others, by the other and the property."""
        spaces = {
            triple.subject.value: triple.object.value
            for triple in template.said
            if triple.predicate.value == _VOID + "uriSpace"
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)
        }
        counted = {
            (target, property_): count
            for target, space in spaces.items()
            for property_, count in self._numbers_of.links.get(space, {}).items()
        }
        for (target, property_), count in counted.items():
            node = ox.NamedNode(f"{self._document}#links-{target.rpartition('#')[2]}-{_local(property_)}")
            yield ox.Triple(node, _TYPE, ox.NamedNode(_VOID + "Linkset"))
            yield ox.Triple(node, ox.NamedNode(_VOID + "subjectsTarget"), self._dataset)
            yield ox.Triple(node, ox.NamedNode(_VOID + "objectsTarget"), ox.NamedNode(target))
            yield ox.Triple(node, ox.NamedNode(_VOID + "linkPredicate"), ox.NamedNode(property_))
            yield ox.Triple(self._dataset, ox.NamedNode(_VOID + "subset"), node)
            yield from self._numbers(node, triples=count)
        used = {target for target, _ in counted}
        yield from (t for t in template.said if getattr(t.subject, "value", "") in used)

    def _part(self, kind: str, iri: str) -> ox.NamedNode:
        prefix, _, name = self._names.compact(iri).strip("<>").rpartition(":")
        return ox.NamedNode(f"{self._document}#{kind}-{prefix}-{name}".replace("/", "-"))

    def _numbers(self, node: ox.NamedNode, **numbers: int) -> Iterator[ox.Triple]:
        for name, number in numbers.items():
            value = ox.Literal(str(number), datatype=ox.NamedNode(_XSD + "integer"))
            yield ox.Triple(node, ox.NamedNode(_VOID + name), value)

    def _text(self, name: str, text: str) -> ox.Triple:
        return ox.Triple(self._dataset, ox.NamedNode(_VOID + name), ox.Literal(text))

    def _link(self, predicate: str, target: str) -> ox.Triple:
        return ox.Triple(self._dataset, ox.NamedNode(predicate), ox.NamedNode(target))


def _local(iri: str) -> str:
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
