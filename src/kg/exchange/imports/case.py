"""CASE 1.0 and 1.1 packages: a CFDocument becomes a profile, its CFItems competences, its associations links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import UNKNOWN_LANGUAGE, Draft, Item, absolute, plain_language
from kg.exchange.imports.faults import Place
from kg.exchange.imports.json_text import Fields, parse_json
from kg.names import OUTSIDE, Iri, lg
from kg.records import Finding

__all__ = ["read"]

_SKOS = OUTSIDE["skos"]
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_MATCHES: Mapping[str, tuple[str, str]] = {
    "exactMatchOf": ("exactMatch", ""),
    "isRelatedTo": ("related", ""),
    "isPeerOf": ("related", "peer-as-related"),
    "isPartOf": ("broader", "part-as-broader"),
}
"""Association type → what it becomes in SKOS, and the reason when that says less."""
_CHILDREN: Mapping[tuple[str, str], str] = {
    ("LearningUnit", "Programme"): "hasUnit",
    ("LearningOutcome", "LearningUnit"): "hasOutcome",
    ("LearningOutcome", "Programme"): "hasOutcome",
}
"""Classes of a child and its parent, both ours → what the parent says of the child."""
_RELATED: Mapping[tuple[str, str], str] = {
    ("LearningOutcome", "Competence"): "develops",
    ("LearningOutcome", "KnowledgeElement"): "drawsOn",
    ("LearningOutcome", "TensionField"): "involvesTension",
    ("LearningOutcome", "Theme"): "concernsTheme",
    ("Competence", "Theme"): "concernsTheme",
    ("Task", "Competence"): "requiresCompetence",
    ("Task", "TensionField"): "involvesTension",
}
_WITHOUT_PLACE = ("precedes", "replacedBy", "exemplar", "hasSkillLevel", "isTranslationOf")
_ADDRESSES = {"CFDocumentURI", "CFItemAssociationURI", "CFPackageURI"}


def read(content: Content, draft: Draft) -> None:
    """Fills the draft from one package.

    CASE has one text for a thing: `fullStatement` is its name, as `ontology/alignments/case.ttl` has it; with an
    `abbreviatedStatement` that is the name, and the full statement the definition. Our own export puts a definition
    in `notes`.
    """
    package = parse_json(content)
    if isinstance(package, Finding):
        draft.faults.append(package)
        return
    if not isinstance(package, dict) or not isinstance(package.get("CFDocument"), dict):
        draft.wrong("no-package", Place(content.name))
        return
    top = Fields(draft, package, Place(content.name), "")
    document = Fields(draft, package["CFDocument"], Place(content.name, path="CFDocument"), "CFDocument")
    language = document.text("language")
    scheme = _document(draft, document, language)
    of_identifier: dict[str, Iri] = {}
    if scheme:
        of_identifier[document.text("identifier").lower()] = scheme
    for value, place in top.objects("CFItems"):
        _item(draft, Fields(draft, value, place, "CFItems"), scheme, language, of_identifier)
    for value, place in top.objects("CFAssociations"):
        _association(draft, Fields(draft, value, place, "CFAssociations"), scheme, of_identifier)
    _definitions(draft, top)
    top.used("CFDocument", "CFItems", "CFAssociations", "CFDefinitions")
    top.rest(CFRubrics="no-rubrics")


def _document(draft: Draft, fields: Fields, language: str) -> Iri | None:
    iri = _identity(draft, fields)
    title = fields.text("title")
    if not title:
        draft.wrong("missing-value", fields.at("title"))
    if iri is None or not title:
        return None
    class_name = draft.class_of_ours(iri) or "CompetenceProfile"
    draft.add(Item(iri, class_name, fields.place, scheme=class_name != "Programme", keeps_iri=draft.is_ours(iri)))
    draft.ledger.taken(fields.place.file, "CFDocument")
    _text(fields, "title", iri, "prefLabel", language)
    _text(fields, "description", iri, "definition", language)
    _text(fields, "notes", iri, "note", language)
    draft.told_title({plain_language(language or draft.choices.language or UNKNOWN_LANGUAGE): title})
    _as_source(draft, fields)
    fields.taken("language")
    fields.rest(
        adoptionStatus="status-of-theirs",
        subject="no-subject",
        subjectURI="no-subject",
        lastChangeDateTime="date-of-change",
        CFPackageURI="address-in-their-system",
        frameworkType="no-place",
    )
    return iri


def _as_source(draft: Draft, fields: Fields) -> None:
    """What the document says of itself goes to the description of the source."""
    if creator := fields.text("creator"):
        draft.authors.append(creator)
        fields.changed("creator", "told-of-source")
    if publisher := fields.text("publisher"):
        draft.publishers.append(publisher)
        fields.changed("publisher", "told-of-source")
    if address := fields.text("officialSourceURL"):
        if draft.link(address, fields.at("officialSourceURL")):
            draft.addresses.append(address)
        fields.changed("officialSourceURL", "told-of-source")
    licence = fields.raw("licenseURI")
    address = licence.get("uri", "") if isinstance(licence, dict) else licence
    if isinstance(address, str) and address:
        if draft.link(address, fields.at("licenseURI")):
            draft.licences.append(address)
        fields.changed("licenseURI", "told-of-source")


def _item(draft: Draft, fields: Fields, scheme: Iri | None, language: str, of_identifier: dict[str, Iri]) -> None:
    iri = _identity(draft, fields)
    statement = fields.text("fullStatement")
    if not statement:
        draft.wrong("missing-value", fields.at("fullStatement"))
    if iri is None or not statement:
        draft.faulty.add(str(fields.raw("uri") or ""))
        return
    class_name = draft.class_of_ours(iri) or draft.choices.class_name or "Competence"
    code = fields.text("humanCodingScheme")
    if not draft.add(Item(iri, class_name, fields.place, code=code, keeps_iri=draft.is_ours(iri))):
        return
    of_identifier[fields.text("identifier").lower()] = iri
    draft.ledger.taken(fields.place.file, "CFItems")
    own = fields.text("language") or language
    short = fields.text("abbreviatedStatement")
    _text(fields, "abbreviatedStatement", iri, "prefLabel", own)
    _text(fields, "fullStatement", iri, "definition" if short else "prefLabel", own)
    _text(fields, "alternativeLabel", iri, "altLabel", own)
    defined = draft.is_ours(iri) and not short
    _text(fields, "notes", iri, "definition" if defined else "note", own)
    if scheme and draft.items[scheme].scheme:
        draft.state(iri, _SKOS + "inScheme", ox.NamedNode(scheme), fields.place, "CFItems", inside=True)
    if draft.is_ours(iri):
        fields.taken("humanCodingScheme")
        fields.taken("CFItemType")
    else:
        fields.changed("humanCodingScheme", "code-of-ours")
    fields.taken("language")
    fields.rest(
        CFItemType="kind-of-theirs",
        CFItemTypeURI="kind-of-theirs",
        educationLevel="level-of-theirs",
        educationalLevel="level-of-theirs",
        listEnumeration="no-order",
        conceptKeywords="no-subject",
        conceptKeywordsURI="no-subject",
        lastChangeDateTime="date-of-change",
        **dict.fromkeys(_ADDRESSES, "address-in-their-system"),
    )


def _identity(draft: Draft, fields: Fields) -> Iri | None:
    """The IRI of a thing: its `uri`, else `urn:uuid:` with its identifier. The identifier is a UUID (CASE 1.0, 4.3)."""
    identifier = fields.text("identifier")
    if not _UUID.match(identifier):
        draft.wrong("no-uuid", fields.at("identifier"), value=identifier)
        return None
    address = fields.text("uri")
    if not address:
        fields.changed("identifier", "identifier-as-urn")
        return Iri(f"urn:uuid:{identifier.lower()}")
    if draft.link(address, fields.at("uri")) is None:
        return None
    fields.taken("uri")
    fields.left_out(
        "identifier", "stands-in-iri" if identifier.lower() in address.lower() else "address-in-their-system"
    )
    return Iri(address)


def _text(fields: Fields, name: str, iri: Iri, property_: str, language: str) -> None:
    values = fields.texts(name)
    for value in values:
        literal = fields.draft.text(value, language, fields.at(name))
        if literal is not None:
            fields.draft.state(iri, _SKOS + property_, literal, fields.at(name), fields.field(name))
    if values:
        fields.taken(name)


def _association(draft: Draft, fields: Fields, scheme: Iri | None, of_identifier: Mapping[str, Iri]) -> None:
    kind = fields.text("associationType")
    origin = _end(draft, fields, "originNodeURI", of_identifier)
    destination = _end(draft, fields, "destinationNodeURI", of_identifier)
    if origin is None or destination is None:
        return
    record = f"CFAssociations {kind}"
    file, place = fields.place.file, fields.place
    own = _of_ours(draft, kind, origin, destination)
    if own is not None:
        draft.ledger.taken(file, record)
        draft.state(own[0], own[1], ox.NamedNode(own[2]), place, record)
    elif origin not in draft.items:
        if origin not in draft.faulty:
            draft.wrong("missing-target", fields.at("originNodeURI"), value=origin, near="–")
    elif kind in _WITHOUT_PLACE or kind.startswith("ext:"):
        draft.ledger.left_out(file, record, "no-such-link", f"{origin} → {destination}")
    elif kind == "isChildOf" and destination == scheme:
        draft.ledger.changed(file, record, "top-as-member", f"{origin} → {destination}")
        draft.state(origin, _SKOS + "inScheme", ox.NamedNode(destination), place, record, inside=True)
    elif kind == "isChildOf":
        draft.ledger.taken(file, record)
        draft.state(origin, _SKOS + "broader", ox.NamedNode(destination), place, record, inside=True)
    elif kind in _MATCHES:
        property_, why = _MATCHES[kind]
        outside = destination not in draft.items and not draft.is_ours(destination)
        if outside and property_ in ("related", "broader"):
            property_, why = {"related": "relatedMatch", "broader": "broadMatch"}[property_], "link-as-match"
        if why:
            draft.ledger.changed(file, record, why, f"{origin} → {destination}")
        else:
            draft.ledger.taken(file, record)
        draft.state(origin, _SKOS + property_, ox.NamedNode(destination), place, record)
    else:
        draft.wrong("association-type", fields.at("associationType"), value=kind)
    fields.used("associationType", "originNodeURI", "destinationNodeURI")
    fields.rest(
        sequenceNumber="no-order",
        lastChangeDateTime="date-of-change",
        identifier="link-without-name",
        uri="link-without-name",
        CFDocumentURI="address-in-their-system",
    )


def _of_ours(draft: Draft, kind: str, origin: Iri, destination: Iri) -> tuple[Iri, Iri, Iri] | None:
    """What an association between two of our own things says in our words; None when it says no more than it does."""
    classes = draft.class_of_ours(origin), draft.class_of_ours(destination)
    if kind == "isRelatedTo" and classes in _RELATED:
        return origin, lg(_RELATED[classes]), destination
    if kind == "isChildOf" and classes in _CHILDREN:
        return destination, lg(_CHILDREN[classes]), origin
    if kind == "precedes" and classes == ("LearningUnit", "LearningUnit"):
        return destination, lg("requiresUnit"), origin
    return None


def _end(draft: Draft, fields: Fields, name: str, of_identifier: Mapping[str, Iri]) -> Iri | None:
    """What one end of an association points at: a thing of the package by its identifier, else the IRI given."""
    value: Any = fields.raw(name)
    if isinstance(value, str):
        value = {"uri": value}
    if not isinstance(value, dict):
        draft.wrong("missing-value", fields.at(name))
        return None
    identifier, address = str(value.get("identifier") or "").lower(), str(value.get("uri") or "")
    if identifier in of_identifier:
        return of_identifier[identifier]
    node = absolute(address)
    if node is None:
        draft.wrong("no-iri", fields.at(name), value=address or identifier)
        return None
    return Iri(node.value)


def _definitions(draft: Draft, top: Fields) -> None:
    value = top.raw("CFDefinitions")
    if not isinstance(value, dict):
        return
    fields = Fields(draft, value, Place(top.place.file, path="CFDefinitions"), "CFDefinitions")
    for name in ("CFItemTypes", "CFSubjects", "CFConcepts", "CFLicenses", "CFAssociationGroupings"):
        for _, place in fields.objects(name):
            draft.ledger.left_out(place.file, f"CFDefinitions.{name}", "definition-of-theirs", place.path)
        fields.used(name)
    fields.rest()
