"""Giving a designed thing another status, by the rules of its life cycle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg.curriculum.lifecycle import Stage, may_become, needs_reason
from kg.editing.draft import Draft
from kg.errors import BadParameter
from kg.names import LG, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["set_stage", "stage_called", "stage_in"]

_STATUS, _BY, _SINCE = (ox.NamedNode(lg(name)) for name in ("status", "statusBy", "statusSince"))
_NOTE = ox.NamedNode(OUTSIDE["skos"] + "historyNote")
_DATE = ox.NamedNode(OUTSIDE["xsd"] + "date")
_BY_CODE = {stage.value.casefold(): stage for stage in Stage} | {"in-pilot": Stage.IN_PILOT}


def stage_called(text: str) -> Stage:
    """The status with this name or notation: `inPilot`, `in-pilot`. Raises BadParameter, which tells what there is."""
    if text.casefold() in _BY_CODE:
        return _BY_CODE[text.casefold()]
    raise BadParameter(
        "There is no status called {name}.",
        "There is: {known}.",
        name=text,
        known="proposed, in-pilot, validated, legitimated, withdrawn",
    )


def stage_in(draft: Draft, thing: Iri) -> Stage | None:
    """The status a thing has in the draft; None when nobody gave it one."""
    found = [
        triple.object.value
        for triples in draft.about(thing).values()
        for triple in triples
        if triple.predicate == _STATUS and isinstance(triple.object, ox.NamedNode)
    ]
    return Stage(found[0].removeprefix(LG)) if found else None


def set_stage(
    draft: Draft, things: Iterable[Iri], wanted: Stage, *, by: Iri | None, since: date | None, why: Words
) -> None:
    """Gives things a status with who established it and when; what held before makes way.

    Raises BadParameter for a step the life cycle does not have (see `may_become`), for a status beyond proposed
    without an organisation and a day, and for a step back or a withdrawal without a reason. Whether there is a
    pilot is left to the checks: it may come in the same change.
    """
    if wanted is not Stage.PROPOSED and (by is None or since is None):
        raise BadParameter("Who gave this status, and when?", "Give --by with an organisation and --since with a day.")
    if wanted is Stage.WITHDRAWN and not why:
        raise BadParameter("Why is it withdrawn?", "Give the reason with --why.")
    for thing in things:
        present = stage_in(draft, thing)
        if present is wanted:
            raise BadParameter("{thing} has this status already.", thing=draft.project.names.compact(thing))
        if not may_become(present, wanted):
            raise BadParameter(
                "{thing} cannot go from {present} to {wanted}.",
                "A design goes step by step: proposed, in-pilot, validated, legitimated.",
                thing=draft.project.names.compact(thing),
                present=present.value if present else "–",
                wanted=wanted.value,
            )
        if needs_reason(present, wanted) and not why:
            raise BadParameter(
                "Why does {thing} go from {present} to {wanted}?",
                "Give the reason with --why.",
                thing=draft.project.names.compact(thing),
                present=present.value if present else "–",
                wanted=wanted.value,
            )
        home, node = _taken_out(draft, thing), ox.NamedNode(thing)
        draft.add(home, ox.Triple(node, _STATUS, ox.NamedNode(lg(wanted.value))))
        if by is not None:
            draft.add(home, ox.Triple(node, _BY, ox.NamedNode(by)))
        if since is not None:
            draft.add(home, ox.Triple(node, _SINCE, ox.Literal(since.isoformat(), datatype=_DATE)))
        for language, text in why.by_language.items():
            draft.add(home, ox.Triple(node, _NOTE, ox.Literal(text, language=language)))


def _taken_out(draft: Draft, thing: Iri) -> Path:
    """Takes out the present status, with who and when; gives the file it stood in, else the thing's home."""
    home = draft.home_of(thing)
    for path, triples in draft.about(thing).items():
        for triple in triples:
            if triple.predicate in (_STATUS, _BY, _SINCE):
                draft.remove(triple)
                home = path if triple.predicate == _STATUS else home
    return home
