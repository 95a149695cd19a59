"""The home page: what this graph is in short, with real numbers, and where each audience begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from kg.records import Severity
from kg_web.audiences import AUDIENCES, Example
from kg_web.desks import partner_examples, research_examples
from kg_web.lists import Listed
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["GraphInShort", "HomePage", "Way", "graph_in_short", "home_page"]

_WAYS = (
    ("designer", N_("Design"), "designer.overview", N_("To the designer's desk")),
    ("researcher", N_("Research"), "pages.research", N_("More for researchers")),
    ("partner", N_("Connect"), "pages.connect", N_("More for partners")),
)
"""Audience → what it does here, its front page, and the link to that."""

_KINDS = (
    "competence",
    "task",
    "outcome",
    "unit",
    "assessment",
    "programme",
    "offering",
    "organisation",
    "level",
    "source",
)
_ORIGINS = ("stated", "proposed", "reference", "derived")
_LOOKED_AT = 100
_SHORT = 32
_TRIES = ("competence", "unit", "knowledge", "programme")


@dataclass(frozen=True, slots=True)
class Way:
    """One audience's way in."""

    audience: str
    title: str
    heading: str
    purpose: str
    href: str
    more: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class GraphInShort:
    """How large the graph is, where it comes from and how sound it is."""

    things: int
    triples: int
    origins: Mapping[str, int]
    """Origin → number of things that come from there."""
    violations: int
    rules: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page shows."""

    title: str
    description: str
    tries: tuple[Value, ...]
    """Things to look at for a start."""
    ways: tuple[Way, ...]
    kinds: tuple[Listed, ...]
    short: GraphInShort


def home_page(reader: Reader, design: tuple[Example, ...]) -> HomePage:
    """The home page with the numbers of this release; `design` are examples of the designer's desk."""
    settings, members = reader.state.project.settings, reader.state.members
    examples = {"designer": design, "researcher": research_examples(reader), "partner": partner_examples(reader)}
    ways = [
        Way(
            name,
            reader.say(title),
            reader.say(AUDIENCES[name].heading),
            reader.say(AUDIENCES[name].purpose),
            url_for(endpoint, lang=reader.lang),
            reader.say(more),
            examples[name],
        )
        for name, title, endpoint, more in _WAYS
    ]
    return HomePage(
        title=settings.title.within(reader.lang),
        description=settings.description.within(reader.lang),
        tries=tuple(_try(reader, segment) for segment in _TRIES if segment in members),
        ways=tuple(ways),
        kinds=tuple(Listed(name, reader.plural(name), len(members[name])) for name in _KINDS if name in members),
        short=graph_in_short(reader),
    )


def graph_in_short(reader: Reader) -> GraphInShort:
    """The numbers of this release as a whole."""
    report, counts = reader.state.report, reader.state.things_by_origin
    return GraphInShort(
        things=len(reader.state.known),
        triples=reader.state.release.quads,
        origins={name: counts[name] for name in _ORIGINS if name in counts},
        violations=report.counts()[Severity.VIOLATION],
        rules=len(report.rules),
    )


def _try(reader: Reader, segment: str) -> Value:
    """The first thing of a kind with a short name; else, of the first hundred, the one with the shortest."""
    things = [reader.thing(iri) for iri in reader.state.members[segment][:_LOOKED_AT]]
    return next(
        (thing for thing in things if len(thing.text) <= _SHORT), min(things, key=lambda thing: len(thing.text))
    )
