"""The home page: what the graph holds in real numbers, and where each audience begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.names import Iri
from kg.records import Query, Severity
from kg_web.lists import Listed, origin_of_thing
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["AUDIENCES", "Desk", "HomePage", "home_page", "questions_for"]

AUDIENCES: Mapping[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "designer": (
        N_("For curriculum designers"),
        N_("See what the profession asks for, which learning outcomes answer to it, and what is still missing."),
        ("competence", "task", "outcome", "unit", "assessment", "programme"),
        ("units-of-competence", "coverage-of-profile", "tasks-without-competence", "learning-line"),
    ),
    "researcher": (
        N_("For researchers"),
        N_("Follow every fact to its place in the source, and query the whole graph."),
        ("passage", "source", "statement", "observation", "remark"),
        ("sources-of-thing", "remarks-of-type", "origin-counts", "literature-by-year"),
    ),
    "partner": (
        N_("For partners"),
        N_("See who offers what and where, who takes part, and what the plan is."),
        ("programme", "offering", "organisation", "place", "phase", "learner"),
        ("who-is-interested", "offerings-in-province", "interest-by-province", "phases"),
    ),
}
"""Audience → heading, what can be done, the kinds that matter most to it, and the questions to begin with."""

_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """What one audience finds here."""

    audience: str
    heading: str
    purpose: str
    kinds: tuple[Listed, ...]
    questions: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The graph in short."""

    title: str
    description: str
    things: int
    triples: int
    origins: Mapping[str, int]
    """Origin → number of things that come from there."""
    desks: tuple[Desk, ...]
    violations: int
    rules: int


def home_page(reader: Reader) -> HomePage:
    """The home page with the numbers of this release."""
    settings, report = reader.state.project.settings, reader.state.report
    return HomePage(
        title=settings.title.within(reader.lang),
        description=settings.description.within(reader.lang),
        things=len(reader.state.known),
        triples=len(reader.state.store),
        origins=_origins(reader),
        desks=tuple(_desk(reader, audience) for audience in AUDIENCES),
        violations=report.counts()[Severity.VIOLATION],
        rules=len(report.rules),
    )


def questions_for(reader: Reader, audience: str) -> list[Query]:
    """The questions of one audience: those meant for it before those meant for all, by title."""
    found = [query for query in reader.state.questions.values() if audience in query.audience]
    return sorted(found, key=lambda query: (len(query.audience), query.title.within(reader.lang)))


def _desk(reader: Reader, audience: str) -> Desk:
    heading, purpose, segments, first = AUDIENCES[audience]
    questions = questions_for(reader, audience)
    begin = sorted(questions, key=lambda query: first.index(query.name) if query.name in first else len(first))
    members = reader.state.members
    kinds = tuple(
        Listed(segment, reader.plural(segment), len(members[segment])) for segment in segments if segment in members
    )
    return Desk(audience, reader.say(heading), reader.say(purpose), kinds, tuple(begin[:_EXAMPLES]))


def _origins(reader: Reader) -> dict[str, int]:
    counts = Counter(origin_of_thing(reader, Iri(iri)) for iri in reader.state.known)
    return {name: counts[name] for name in ("stated", "proposed", "reference", "derived") if counts[name]}
