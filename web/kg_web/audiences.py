"""For whom the site is: what each audience can do here, and examples with numbers from the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from kg.errors import KgError
from kg.graph.ask import ask
from kg.graph.store import Store
from kg.records import Query
from kg_web.designer_memory import remembered
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.words import N_

__all__ = ["AUDIENCES", "Audience", "Example", "example_of_kind", "example_of_question", "questions_for"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who comes here, what for, and the questions to begin with."""

    name: str
    heading: str
    purpose: str
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A number from the graph, what it counts, and the page that shows what was counted."""

    number: str
    text: str
    href: str


AUDIENCES: Mapping[str, Audience] = {
    audience.name: audience
    for audience in (
        Audience(
            "designer",
            N_("For curriculum designers"),
            N_("See what the profession asks for, which learning outcomes answer to it, and what is still missing."),
            ("units-of-competence", "coverage-of-profile", "tasks-without-competence", "learning-line"),
        ),
        Audience(
            "researcher",
            N_("For researchers"),
            N_("Follow every fact to its place in the source, and query the whole graph."),
            ("sources-of-thing", "remarks-of-type", "origin-counts", "literature-by-year"),
        ),
        Audience(
            "partner",
            N_("For partners"),
            N_("Take the graph into your own systems, in the form they read, and see who takes part."),
            ("who-is-interested", "offerings-in-province", "interest-by-province", "phases"),
        ),
    )
}


def questions_for(reader: Reader, audience: str) -> list[Query]:
    """The questions of one audience: those to begin with, those meant for it alone, then those for all, by title."""
    first = AUDIENCES[audience].first
    found = [query for query in reader.state.questions.values() if audience in query.audience]
    order = {name: place for place, name in enumerate(first)}
    return sorted(found, key=lambda q: (order.get(q.name, len(order)), len(q.audience), q.title.within(reader.lang)))


def example_of_question(reader: Reader, name: str, text: str) -> Example | None:
    """How many rows a question has for what it asks when nothing is filled in; None without rows or question."""
    count = remembered(_rows_of, name) if name in reader.state.questions else 0
    return _example(reader, count, text, url_for("questions.question", lang=reader.lang, name=name)) if count else None


def example_of_kind(reader: Reader, segment: str, text: str) -> Example | None:
    """How many things there are of a kind; None when there are none."""
    count = len(reader.state.members.get(segment, ()))
    return _example(reader, count, text, url_for("pages.kind", lang=reader.lang, segment=segment)) if count else None


def _example(reader: Reader, count: int, text: str, href: str) -> Example:
    return Example(reader.number(count), reader.say(text), href)


def _rows_of(store: Store, name: str) -> int:
    try:
        return len(ask(store, state().questions[name]))
    except KgError:
        return 0  # what it asks about when nothing is filled in is a thing of another graph
