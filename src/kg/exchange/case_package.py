"""One CFPackage: a document, its items, what links them, and what they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kg.exchange.codes import code_of, codes, why
from kg.exchange.json_form import issued_at, label_in, one_line, publishers_of, uuid_of
from kg.exchange.look import labels_of
from kg.exchange.source import Source
from kg.names import DCT, OUTSIDE, Iri, lg

__all__ = ["Package"]

_SKOS, _RDFS = OUTSIDE["skos"], OUTSIDE["rdfs"]
_LABEL, _DEFINITION = _SKOS + "prefLabel", _SKOS + "definition"
_TYPE_LABEL = _RDFS + "label"
_UUID_AT_END = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")


class Package:
    """A CFPackage in the making. `as_json` gives it with its keys in the order of the standard."""

    def __init__(self, source: Source, document: Iri, version: str) -> None:
        self._source = source
        self._changed_at = issued_at(source.settings, "CASE")
        self._newer = version != "1.0"
        self._items: dict[Iri, dict[str, Any]] = {}
        self._links: dict[str, dict[str, Any]] = {}
        self._types: dict[str, dict[str, Any]] = {}
        self._subjects: dict[Iri, dict[str, Any]] = {}
        self._concepts: dict[Iri, dict[str, Any]] = {}
        self._children: dict[Iri, int] = {}
        self._document = self._of_document(source.keep(document), version)

    def holds(self, thing: Iri) -> bool:
        """Whether the thing is an item of this package."""
        return thing in self._items

    def item(self, thing: Iri) -> None:
        """Puts a thing in, with what it says of itself and its links; a thing that is in stays as it is."""
        if thing in self._items:
            return
        source = self._source
        source.keep(thing)
        known = source.names.segment_and_code(thing)
        kind = known[0] if known else ""
        label, definition = source.text(thing, _LABEL), source.text(thing, _DEFINITION)
        by_definition = codes("case")["statement"].get(kind) == "definition" and bool(definition)
        notes = source.text(thing, lg("rationale")) if by_definition else definition
        item = self._named(thing) | {
            "fullStatement": one_line(definition if by_definition else label) or source.code(thing),
            "abbreviatedStatement": one_line(label) if by_definition else "",
            "alternativeLabel": one_line(source.text(thing, _SKOS + "altLabel")),
            "humanCodingScheme": source.code(thing),
            "listEnumeration": source.value(thing, lg("listPosition")),
            "conceptKeywords": self._keywords(thing),
            "notes": notes,
            "language": source.language,
            "educationLevel": self._levels(thing),
            "licenseURI": self._licence_link(),
            "lastChangeDateTime": self._changed_at,
        }
        if type_ := self._type_of(thing):
            item |= {"CFItemType": type_["title"], "CFItemTypeURI": type_}
        if self._newer:
            item |= self._subjects_of(thing)
        self._items[thing] = item
        self._links_of(thing)

    def below(self, thing: Iri, parents: Iterable[Iri]) -> None:
        """Makes a thing the child of items, or of the document, in the order of the calls."""
        for parent in parents:
            self._children[parent] = self._children.get(parent, 0) + 1
            self._link(thing, "isChildOf", parent, "isChildOf", sequence=self._children[parent])

    def as_json(self) -> dict[str, Any]:
        """The package. Empty texts and lists are left out."""
        licence = self._source.settings.licence
        text = codes("case")["licence-text"]
        told = str(text.get(self._source.language, text["en"])).format(licence=licence)
        definitions = {
            "CFConcepts": list(self._concepts.values()),
            "CFSubjects": list(self._subjects.values()),
            "CFLicenses": [
                self._named(Iri(licence))
                | {"title": licence, "licenseText": told, "lastChangeDateTime": self._changed_at}
            ],
            "CFItemTypes": list(self._types.values()),
        }
        return {
            "CFDocument": _filled(self._document),
            "CFItems": [_filled(item) for item in self._items.values()],
            "CFAssociations": [_filled(link) for link in self._links.values()],
            "CFDefinitions": _filled({name: [_filled(e) for e in entries] for name, entries in definitions.items()}),
        }

    def _of_document(self, thing: Iri, version: str) -> dict[str, Any]:
        source = self._source
        creators, publishers = (self._names_of(thing, DCT + name) for name in ("creator", "publisher"))
        default = [label_in(source, publisher) for publisher in publishers_of(source, thing)]
        statuses = source.nodes(thing, lg("status"))
        if statuses:
            source.changed(thing, lg("status"), why("case", "status"))
        title = source.settings.title.within(source.language)
        edition, rationale = source.text(thing, lg("edition")), source.text(thing, lg("rationale"))
        return (
            self._named(thing)
            | ({"caseVersion": version} if self._newer else {})
            | {
                "creator": ", ".join(creators or publishers or default) or title,
                "title": one_line(source.text(thing, _LABEL)) or source.code(thing),
                "lastChangeDateTime": self._changed_at,
                "publisher": ", ".join(publishers or default),
                "description": one_line(source.text(thing, _DEFINITION)),
                "language": source.language,
                "version": source.settings.version,
                "adoptionStatus": code_of("case", "adoption-status", statuses),
                "licenseURI": self._licence_link(),
                "notes": edition or rationale,
            }
            | self._subjects_of(thing)
        )

    def _names_of(self, thing: Iri, property_: str) -> list[str]:
        found = self._source.nodes(thing, property_)
        if found:
            self._source.changed(thing, property_, why("case", "names"))
        return [one_line(label_in(self._source, organisation)) for organisation in found]

    def _keywords(self, thing: Iri) -> list[str]:
        source = self._source
        found = source.nodes(thing, lg("drawsOn"))
        if found:
            source.changed(thing, lg("drawsOn"), why("case", "keyword"))
        for concept in found:
            self._concepts[concept] = self._defined(source.keep(concept))
        return [one_line(label_in(source, concept)) for concept in found]

    def _levels(self, thing: Iri) -> list[str]:
        found = self._source.nodes(thing, lg("atLevel"))
        if found:
            self._source.changed(thing, lg("atLevel"), why("case", "level"))
        return [one_line(label_in(self._source, level)) for level in found]

    def _subjects_of(self, thing: Iri) -> dict[str, Any]:
        source = self._source
        found = source.nodes(thing, lg("concernsTheme"))
        if found:
            source.changed(thing, lg("concernsTheme"), why("case", "subject"))
        for theme in found:
            self._subjects[theme] = self._defined(source.keep(theme))
        return {
            "subject": [one_line(label_in(source, theme)) for theme in found],
            "subjectURI": [self._pointer(theme) for theme in found],
        }

    def _defined(self, thing: Iri) -> dict[str, Any]:
        source = self._source
        return self._named(thing) | {
            "title": one_line(source.text(thing, _LABEL)) or source.code(thing),
            "hierarchyCode": source.code(thing),
            "description": source.text(thing, _DEFINITION),
            "lastChangeDateTime": self._changed_at,
        }

    def _type_of(self, thing: Iri) -> dict[str, str]:
        known = self._source.names.segment_and_code(thing)
        ours = [iri for iri in self._source.nodes(thing, OUTSIDE["rdf"] + "type") if iri.startswith(lg(""))]
        if not known or not ours:
            return {}
        (class_,) = ours[:1]
        title = label_in(self._source, class_, _TYPE_LABEL)
        if known[0] not in self._types:
            described = labels_of(self._source.store, class_, _DEFINITION)
            self._types[known[0]] = self._named(class_) | {
                "title": title,
                "description": described.get(self._source.language) or title,
                "hierarchyCode": known[0],
                "typeCode": class_.removeprefix(lg("")),
                "lastChangeDateTime": self._changed_at,
            }
        return {"title": title, "identifier": uuid_of(class_), "uri": class_}

    def _links_of(self, thing: Iri) -> None:
        source = self._source
        for property_, told in codes("case")["associations"].items():
            for other in source.nodes(thing, property_):
                ends = (other, thing) if told.get("reversed") else (thing, other)
                notes = label_in(source, property_, _TYPE_LABEL) if self._newer else ""
                self._link(ends[0], told["type"], ends[1], property_, notes=notes)
                if told["type"] == "isRelatedTo":
                    source.changed(thing, property_, why("case", "noted" if self._newer else "related"))

    def _link(
        self, origin: Iri, type_: str, target: Iri, property_: str, *, sequence: int = 0, notes: str = ""
    ) -> None:
        identifier = uuid_of(f"{origin} {property_} {target}")
        self._links[identifier] = {
            "identifier": identifier,
            "associationType": type_,
            "sequenceNumber": sequence,
            "uri": f"urn:uuid:{identifier}",
            "originNodeURI": self._pointer(origin),
            "destinationNodeURI": self._pointer(target),
            "lastChangeDateTime": self._changed_at,
            "notes": notes,
        }

    def _pointer(self, thing: Iri) -> dict[str, str]:
        return {"title": one_line(label_in(self._source, thing))} | self._named(thing)

    def _licence_link(self) -> dict[str, str]:
        licence = Iri(self._source.settings.licence)
        return {"title": licence} | self._named(licence)

    def _named(self, iri: Iri) -> dict[str, str]:
        end = _UUID_AT_END.search(iri)
        return {"identifier": end.group() if end else uuid_of(iri), "uri": iri}


def _filled(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value not in ("", 0, [], {})}
