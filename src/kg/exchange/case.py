"""CASE 1.0: a CFPackage of each competence profile and of each programme with its units and outcomes."""

from __future__ import annotations

from collections.abc import Iterator

from kg.exchange.case_package import Package
from kg.exchange.json_form import json_bytes
from kg.exchange.look import pointed_at
from kg.exchange.source import Source
from kg.names import OUTSIDE, Iri, lg

__all__ = ["packages", "write"]

_IN_SCHEME = Iri(OUTSIDE["skos"] + "inScheme")
_BROADER = Iri(OUTSIDE["skos"] + "broader")
_IN_PROFILE = ("Competence", "TaskGroup", "Task", "TensionField")


def write(source: Source) -> dict[str, bytes]:
    """A file of each profile and programme that has items: `profile-<code>.json`, `programme-<code>.json`.

    Texts are in the language of the source. The one profile or programme that is asked for is given, items or not.
    Raises ExchangeError when `kg.toml` does not say on which day this version is issued.
    """
    return packages(source, "1.0")


def packages(source: Source, version: str) -> dict[str, bytes]:
    """The packages in this version of CASE, by file name."""
    made = (*_profiles(source, version), *_programmes(source, version))
    return {f"{name}.json": json_bytes(package.as_json()) for name, package in made}


def _asked_for(source: Source, class_name: str) -> list[Iri]:
    return [iri for iri in source.members(class_name) if source.scope in (None, iri)]


def _profiles(source: Source, version: str) -> Iterator[tuple[str, Package]]:
    for profile in _asked_for(source, "CompetenceProfile"):
        items = [
            iri
            for class_name in _IN_PROFILE
            for iri in source.members(class_name)
            if profile in pointed_at(source.store, iri, _IN_SCHEME)
        ]
        if not items and source.scope is None:
            continue
        package = Package(source, profile, version)
        for item in items:
            package.item(item)
            source.nodes(item, _IN_SCHEME, among={profile})
            package.below(item, source.nodes(item, _BROADER, among=set(items)) or [profile])
        yield f"profile-{source.code(profile)}", package


def _programmes(source: Source, version: str) -> Iterator[tuple[str, Package]]:
    for programme in _asked_for(source, "Programme"):
        units = pointed_at(source.store, programme, lg("hasUnit"))
        outcomes = pointed_at(source.store, programme, lg("hasOutcome"))
        if not (units or outcomes) and source.scope is None:
            continue
        package = Package(source, programme, version)
        for unit in source.nodes(programme, lg("hasUnit")):
            package.item(unit)
            package.below(unit, [programme])
            for outcome in source.nodes(unit, lg("hasOutcome")):
                package.item(outcome)
                package.below(outcome, [unit])
        for outcome in source.nodes(programme, lg("hasOutcome")):
            if not package.holds(outcome):
                package.item(outcome)
                package.below(outcome, [programme])
        yield f"programme-{source.code(programme)}", package
