"""Profiles and programmes as CASE packages (1EdTech Competencies and Academic Standards Exchange)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.errors import ExchangeError
from kg.exchange.look import labels_of, pointed_at, pointing_at
from kg.exchange.source import Source
from kg.names import DCT, KINDS_BY_SEGMENT, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["identifier", "write"]

_SKOS = OUTSIDE["skos"]
_STATEMENT = {"outcome", "unit"}
"""Kinds whose definition is the full statement and whose name is the short one; of others the name is the statement."""
_PARENTS = {"unit": ("hasUnit",), "outcome": ("hasOutcome",)}
_RELATED = ("requiresCompetence", "develops", "drawsOn", "involvesTension", "concernsTheme")
_NOTES = Words(
    {
        "nl": "CASE heeft hier één volledige uitspraak; de definitie staat bij de notities.",
        "en": "CASE has one full statement here; the definition is in the notes.",
    }
)
_LEVEL = Words({"nl": "Het niveau staat er als tekst.", "en": "The level is there as text."})
_CLOSE = Words(
    {
        "nl": "CASE kent alleen ‘gelijk aan’ en ‘verwant met’; dit is ‘verwant met’ geworden.",
        "en": "CASE knows only exact match and related to; this has become related to.",
    }
)
_MAKER = Words(
    {
        "nl": "CASE wil één maker als tekst; de namen staan achter elkaar.",
        "en": "CASE wants one creator as text; the names follow one another.",
    }
)


@dataclass
class _Package:
    """One package while it is made."""

    document: Iri
    items: list[dict[str, Any]] = field(default_factory=list)
    associations: list[dict[str, Any]] = field(default_factory=list)
    types: dict[str, dict[str, Any]] = field(default_factory=dict)


def write(source: Source) -> dict[str, bytes]:
    """A package for every profile with competences or tasks and every programme with units or outcomes.

    `profile/<code>.json` and `programme/<code>.json`: a CFPackage with what CASE 1.0 and 1.1 both have, so that it
    is valid in either. Identifiers are UUIDs made of the IRI (version 5), so the same in every export; `uri` is the
    IRI. A package is in one language. Raises ExchangeError when the graph does not say when it was issued: CASE
    asks the day of the last change of everything.
    """
    if not source.settings.issued:
        raise ExchangeError(
            "CASE asks on which day a package was last changed, and this graph does not say.",
            'Give the day of this version in kg.toml: issued = "2026-11-26".',
        )
    files: dict[str, bytes] = {}
    for class_name in ("CompetenceProfile", "Programme"):
        for document in source.members(class_name):
            if source.scope not in (None, document):
                continue
            members = _members(source, document)
            if members:
                segment = next(s for s, kind in KINDS_BY_SEGMENT.items() if kind.class_name == class_name)
                files[f"{segment}/{source.code(document)}.json"] = _package(source, document, members)
    if not files:
        raise ExchangeError(
            "There is no profile with competences and no programme with units to make a package of.",
            "`kg find` lists what there is.",
        )
    return files


def identifier(iri: str) -> str:
    """The UUID of a thing: version 5 of its IRI (RFC 9562)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, iri))


def _members(source: Source, document: Iri) -> list[Iri]:
    """What a package holds: the competences and tasks of a profile, or the units and outcomes of a programme."""
    store = source.store
    if document in source.members("CompetenceProfile"):
        known = [iri for name in ("TaskGroup", "Task", "Competence") for iri in source.members(name)]
        inside = set(pointing_at(store, document, _SKOS + "inScheme"))
        return [iri for iri in known if iri in inside]
    units = pointed_at(store, document, lg("hasUnit"))
    outcomes = [outcome for holder in (document, *units) for outcome in pointed_at(store, holder, lg("hasOutcome"))]
    designed = {iri for name in ("LearningUnit", "LearningOutcome") for iri in source.members(name)}
    return [iri for iri in dict.fromkeys([*units, *outcomes]) if iri in designed]


def _package(source: Source, document: Iri, members: Sequence[Iri]) -> bytes:
    package = _Package(document)
    source.keep(document)
    for member in members:
        source.keep(member)
    for member in members:
        package.items.append(_item(source, package, member))
        _parents(source, package, member, set(members))
        _relations(source, package, member)
        _matches(source, package, member)
    content = {
        "CFDocument": _document(source, document),
        "CFItems": package.items,
        "CFAssociations": sorted(package.associations, key=lambda one: (one["associationType"], one["uri"])),
        "CFDefinitions": {
            "CFItemTypes": [package.types[name] for name in sorted(package.types)],
            "CFLicenses": _licences(source),
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _document(source: Source, document: Iri) -> dict[str, Any]:
    settings = source.settings
    title = source.text(document, _SKOS + "prefLabel") or source.code(document)
    licences = _licences(source)
    told = {
        "identifier": identifier(document),
        "uri": document,
        "creator": _maker(source, document),
        "title": title,
        "description": source.text(document, _SKOS + "definition"),
        "language": source.language,
        "version": settings.version,
        "adoptionStatus": _adoption(source, document),
        "lastChangeDateTime": _changed(source),
        "licenseURI": {name: licences[0][name] for name in ("title", "identifier", "uri")} if licences else None,
    }
    return {name: value for name, value in told.items() if value}


def _maker(source: Source, document: Iri) -> str:
    """The creators or publishers of a document by name; of what nobody is said to have made, the graph itself."""
    for property_ in (DCT + "creator", DCT + "publisher"):
        makers = source.nodes(document, property_)
        if makers:
            source.changed(document, property_, _MAKER)
            return "; ".join(_name(source, maker) for maker in makers)
    return source.settings.title.within(source.language)


def _adoption(source: Source, document: Iri) -> str:
    """CASE 1.0, 4.4.1: Draft until it is legitimated; what is replaced or withdrawn is Deprecated."""
    if source.value(document, OUTSIDE["owl"] + "deprecated") == "true":
        return "Deprecated"
    stages = {stage.rpartition("#")[2] for stage in source.nodes(document, lg("status"))}
    if "withdrawn" in stages:
        return "Deprecated"
    return "Adopted" if "legitimated" in stages else "Draft" if stages else ""


def _item(source: Source, package: _Package, thing: Iri) -> dict[str, Any]:
    known = source.names.segment_and_code(thing)
    segment = known[0] if known else ""
    name = source.text(thing, _SKOS + "prefLabel") or source.code(thing)
    definition = source.text(thing, _SKOS + "definition")
    full = definition if definition and segment in _STATEMENT else name
    if definition and full == name:
        source.changed(thing, _SKOS + "definition", _NOTES)
    levels = source.nodes(thing, lg("atLevel"))
    if levels:
        source.changed(thing, lg("atLevel"), _LEVEL)
    told = {
        "identifier": identifier(thing),
        "uri": thing,
        "fullStatement": full,
        "abbreviatedStatement": name if full != name else "",
        "notes": definition if full == name else "",
        "humanCodingScheme": source.code(thing),
        "listEnumeration": source.value(thing, lg("listPosition")),
        "language": source.language,
        "educationLevel": [_name(source, level) for level in levels],
        "CFItemType": _type(source, package, segment)["title"],
        "CFItemTypeURI": {n: _type(source, package, segment)[n] for n in ("title", "identifier", "uri")},
        "lastChangeDateTime": _changed(source),
    }
    return {key: value for key, value in told.items() if value}


def _type(source: Source, package: _Package, segment: str) -> dict[str, Any]:
    """The item type of a kind: our class, with its name and definition."""
    class_ = KINDS_BY_SEGMENT[segment].class_iri
    if segment not in package.types:
        meaning = labels_of(source.store, class_, _SKOS + "definition")
        package.types[segment] = {
            "identifier": identifier(class_),
            "uri": class_,
            "title": _class_name(source, class_),
            "description": meaning.get(source.language, next(iter(meaning.values()), "")),
            "hierarchyCode": "1",
            "typeCode": KINDS_BY_SEGMENT[segment].class_name,
            "lastChangeDateTime": _changed(source),
        }
    return package.types[segment]


def _parents(source: Source, package: _Package, thing: Iri, members: set[Iri]) -> None:
    """Below what a thing stands: a wider concept, a unit, or the document itself."""
    known = source.names.segment_and_code(thing)
    above = source.nodes(thing, _SKOS + "broader", among=members)
    for name in _PARENTS.get(known[0] if known else "", ()):
        above += [
            iri for iri in pointing_at(source.store, thing, lg(name)) if iri in members or iri == package.document
        ]
        for iri in above:
            source.nodes(iri, lg(name), among={thing})
    source.nodes(thing, _SKOS + "inScheme", among={package.document})
    for parent in above or [package.document]:
        _associate(source, package, "isChildOf", (thing, parent))


def _relations(source: Source, package: _Package, thing: Iri) -> None:
    for name in _RELATED:
        for other in source.nodes(thing, lg(name)):
            _associate(source, package, "isRelatedTo", (thing, other), lg(name))
    for earlier in source.nodes(thing, lg("requiresUnit")):
        _associate(source, package, "precedes", (earlier, thing))


def _matches(source: Source, package: _Package, thing: Iri) -> None:
    """Exact matches as they are, close and related ones as related; broader and narrower ones have no place."""
    for other in source.nodes(thing, _SKOS + "exactMatch"):
        _associate(source, package, "exactMatchOf", (thing, other))
    for name in ("closeMatch", "relatedMatch"):
        for other in source.nodes(thing, _SKOS + name):
            if name == "closeMatch":
                source.changed(thing, _SKOS + name, _CLOSE)
            _associate(source, package, "isRelatedTo", (thing, other), _SKOS + name)


def _associate(source: Source, package: _Package, kind: str, ends: tuple[Iri, Iri], property_: str = "") -> None:
    """Adds an association, once; our own property is in its identifier, so that two properties are two associations."""
    origin, destination = ends
    uri = f"{source.settings.base}case/{identifier(f'{kind} {origin} {destination} {property_}')}"
    if any(one["uri"] == uri for one in package.associations):
        return
    package.associations.append(
        {
            "identifier": identifier(uri),
            "associationType": kind,
            "uri": uri,
            "originNodeURI": _end(source, origin),
            "destinationNodeURI": _end(source, destination),
            "lastChangeDateTime": _changed(source),
        }
    )


def _end(source: Source, thing: Iri) -> dict[str, str]:
    return {"title": _name(source, thing), "identifier": identifier(thing), "uri": thing}


def _licences(source: Source) -> list[dict[str, Any]]:
    licence = source.settings.licence
    if not licence:
        return []
    title = licence.removesuffix("/").removeprefix("https://creativecommons.org/licenses/")
    name = f"CC {title.replace('/', ' ').upper()}" if title != licence.removesuffix("/") else licence
    told = {"identifier": identifier(licence), "uri": licence, "title": name, "licenseText": licence}
    return [told | {"lastChangeDateTime": _changed(source)}]


def _changed(source: Source) -> str:
    """The day of the release: nothing in the graph says when one thing was changed."""
    return f"{source.settings.issued}T00:00:00Z"


def _name(source: Source, thing: Iri) -> str:
    labels = labels_of(source.store, thing)
    return labels.get(source.language) or next(iter(labels.values()), thing)


def _class_name(source: Source, class_: Iri) -> str:
    labels = labels_of(source.store, class_, OUTSIDE["rdfs"] + "label")
    return labels.get(source.language) or next(iter(labels.values()), class_)
