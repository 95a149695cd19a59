"""The small things that programmes and offerings consist of in the European Learning Model."""

from __future__ import annotations

from collections.abc import Mapping

from kg.exchange.alignment import country_of
from kg.exchange.look import pointed_at
from kg.exchange.source import Source
from kg.exchange.statements import Statements, number
from kg.names import DCT, OUTSIDE, SNB, Iri, lg
from kg.text import Words

__all__ = ["concept", "credit", "described", "identified", "note", "organisation", "where"]

_ELM = OUTSIDE["elm"]
_SKOS = OUTSIDE["skos"]
_LEGAL = Words(
    {
        "nl": "Het doel vraagt de naam volgens de wet of statuten; dit is de naam die de graaf kent.",
        "en": "The target asks for the legal name; this is the name the graph knows.",
    }
)


def described(source: Source, made: Statements, thing: Iri, *, other_names: bool = True) -> None:
    """Title, description and identifier, and other names where the model has a place for them."""
    made.texts(thing, DCT + "title", source.texts(thing, _SKOS + "prefLabel"))
    made.texts(thing, DCT + "description", source.texts(thing, _SKOS + "definition"))
    if other_names:
        made.all_texts(thing, _SKOS + "altLabel", source.all_texts(thing, _SKOS + "altLabel"))
    identified(source, made, thing)


def identified(source: Source, made: Statements, thing: Iri) -> Iri:
    """The code of a thing as an identifier in the scheme that is this graph."""
    identifier = made.part(thing, "identifier", _ELM + "Identifier")
    made.value(identifier, _SKOS + "notation", source.code(thing))
    made.value(identifier, _ELM + "schemeName", source.settings.title.within(source.language))
    made.value(identifier, _ELM + "schemeId", source.names.base, "anyURI")
    made.nodes(thing, OUTSIDE["adms"] + "identifier", [identifier])
    return identifier


def note(made: Statements, thing: Iri, property_: str, texts: Mapping[str, str], *, name: str = "note") -> None:
    """A text that the model keeps in a thing of its own."""
    own = made.part(thing, name, _ELM + "Note")
    made.texts(own, _ELM + "noteLiteral", texts)
    made.nodes(thing, _ELM + property_, [own])


def concept(source: Source, made: Statements, thing: Iri) -> Iri:
    """A thing of ours that the model takes as a concept, with its labels, code and scheme."""
    made.concept(thing, source.texts(thing, _SKOS + "prefLabel"))
    made.value(thing, _SKOS + "notation", source.code(thing))
    for scheme in source.nodes(thing, _SKOS + "inScheme"):
        made.a(scheme, _SKOS + "ConceptScheme")
        made.nodes(thing, _SKOS + "inScheme", [scheme])
    return thing


def credit(source: Source, made: Statements, thing: Iri) -> None:
    """The credits, in the system that `lg:credits` is aligned to (ECTS)."""
    systems = [
        iri
        for iri in pointed_at(source.store, lg("credits"), _SKOS + "relatedMatch")
        if iri.startswith(SNB + "education-credit/")
    ]
    points = source.value(thing, lg("credits")) if systems else ""
    if points:
        own = made.part(thing, "credit", _ELM + "CreditPoint")
        made.nodes(own, _ELM + "framework", [made.concept(systems[0])])
        made.value(own, _ELM + "point", number(points))
        made.nodes(thing, _ELM + "creditPoint", [own])


def organisation(source: Source, made: Statements, thing: Iri) -> Iri:
    """An organisation whose country is known: the model asks a legal name and a location of each."""
    source.keep(thing)
    made.a(thing, _ELM + "Organisation")
    made.texts(thing, OUTSIDE["rov"] + "legalName", source.texts(thing, _SKOS + "prefLabel"))
    source.changed(thing, Iri(_SKOS + "prefLabel"), _LEGAL)
    made.all_texts(thing, _SKOS + "altLabel", source.all_texts(thing, _SKOS + "altLabel"))
    identified(source, made, thing)
    made.nodes(thing, _ELM + "location", [_location(made, thing, country_of(source.store, thing))])
    return thing


def where(source: Source, made: Statements, place: Iri) -> Iri | None:
    """A place as a location, when its country is known: the model asks an address with a country of each."""
    country = country_of(source.store, place)
    if not country:
        return None
    source.keep(place)
    location = _location(made, place, country)
    made.texts(location, _ELM + "geographicName", source.texts(place, _SKOS + "prefLabel"))
    return location


def _location(made: Statements, thing: Iri, country: Iri | None) -> Iri:
    location = made.part(thing, "location", DCT + "Location")
    address = made.part(thing, "address", _ELM + "Address")
    made.nodes(address, _ELM + "countryCode", [made.concept(country)] if country else [])
    made.nodes(location, _ELM + "address", [address])
    return location
