"""The steps that designs took in their life cycle from one release to the next, and whether each is accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.curriculum.lifecycle import DESIGNED, Stage, needs_reason
from kg.errors import ReleaseError
from kg.files.project import Project
from kg.graph.store import Store
from kg.names import LG, OUTSIDE, Iri, lg
from kg.publish.archive import before
from kg.text import Words, natural

__all__ = ["LifeStep", "refuse_unsound_steps", "steps_between"]

_STATUS, _SINCE, _ABOUT = (ox.NamedNode(lg(name)) for name in ("status", "statusSince", "about"))
_NOTE = ox.NamedNode(OUTSIDE["skos"] + "historyNote")
_TYPE, _REMARK = ox.NamedNode(OUTSIDE["rdf"] + "type"), ox.NamedNode(lg("Remark"))
_NAMED = 5
_UNEXPLAINED = Words(
    {
        "nl": "geen volgende stap, en er staat niet bij waarom",
        "en": "not the next step, and nothing says why",
    }
)
_EARLIER = Words(
    {
        "nl": "geldt sinds een dag vóór die van de vorige status",
        "en": "holds since a day before that of the status it had",
    }
)


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One design whose status changed; None where it has none."""

    thing: Iri
    before: Stage | None
    after: Stage | None
    fault: Words | None
    """What is wrong with the step, or None."""


def steps_between(older: Store, newer: Store) -> list[LifeStep]:
    """The steps from one release to a later one, by kind and code.

    A thing that is gone took no step: what is published is deprecated and stays. Any step but the next one needs a
    reason that the older release did not have: a `skos:historyNote` of the thing, or a remark about it.
    """
    was, now = _stages(older), _stages(newer)
    known = {quad.subject for quad in newer.quads(None, _TYPE)}
    steps = []
    for thing in sorted(was.keys() | now.keys(), key=natural):
        present, wanted, node = was.get(thing), now.get(thing), ox.NamedNode(thing)
        if present is not wanted and node in known:
            steps.append(LifeStep(thing, present, wanted, _fault(older, newer, node, present, wanted)))
    return steps


def refuse_unsound_steps(project: Project, store: Store) -> None:
    """Raises ReleaseError when this graph has a step since the last earlier version on disk that is not sound."""
    earlier = before(project)
    unsound = [step for step in steps_between(earlier[-1].store(project), store) if step.fault] if earlier else []
    if unsound:
        named = [
            f"{project.names.compact(step.thing)} ({step.before or '–'} → {step.after or '–'})"
            for step in unsound[:_NAMED]
        ]
        raise ReleaseError(
            "{count} designs took a step in their life cycle that nothing accounts for: {steps}.",
            "A design goes from proposed to in-pilot, validated and legitimated. Say why it went otherwise: "
            "`kg status` with --why, or a remark about it. `kg diff {version} .` tells what is wrong with each.",
            count=len(unsound),
            steps=", ".join(named) + (" …" if len(unsound) > _NAMED else ""),
            version=earlier[-1].version,
        )


def _stages(store: Store) -> dict[Iri, Stage]:
    """The stage of every design; of two, which the checks refuse, the first by name."""
    found: dict[Iri, Stage] = {}
    for quad in sorted(store.quads(None, _STATUS), key=str):
        iri, name = Iri(getattr(quad.subject, "value", "")), getattr(quad.object, "value", "").removeprefix(LG)
        known = store.names.segment_and_code(iri)
        if known and known[0] in DESIGNED and name in set(Stage):
            found.setdefault(iri, Stage(name))
    return found


def _fault(older: Store, newer: Store, node: ox.NamedNode, present: Stage | None, wanted: Stage | None) -> Words | None:
    days = [store.value(node, _SINCE) for store in (older, newer)]
    if all(days) and days[1] < days[0]:
        return _EARLIER
    explained = bool(_reasons(newer, node) - _reasons(older, node))
    return _UNEXPLAINED if needs_reason(present, wanted) and not explained else None


def _reasons(store: Store, node: ox.NamedNode) -> set[str]:
    """What says why: notes on its history, and remarks about it."""
    notes = {str(quad.object) for quad in store.quads(node, _NOTE)}
    about = (quad.subject for quad in store.quads(None, _ABOUT, node) if isinstance(quad.subject, ox.NamedNode))
    return notes | {subject.value for subject in about if next(store.quads(subject, _TYPE, _REMARK), None)}
