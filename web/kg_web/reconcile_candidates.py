"""Candidates for a name that is asked for, with their scores, as the reconciliation service gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.graph.match import ON_REQUEST, Candidate, match, sure
from kg.names import OUTSIDE, Iri
from kg_web.reader import Reader
from kg_web.reconcile_properties import Wanted, fits, wanted_by
from kg_web.reconcile_queries import Asked, type_id

__all__ = ["candidates", "entity", "kind_as_type"]

_CONSIDERED = 50
_DEFINITION = OUTSIDE["skos"] + "definition"


def kind_as_type(reader: Reader, segment: str) -> dict[str, str]:
    """A kind of thing as a type of the service."""
    return {"id": type_id(segment), "name": reader.kind(segment)}


def entity(reader: Reader, thing: Iri) -> dict[str, Any]:
    """A thing as the service tells it: identifier, name, description, types."""
    segment, code = reader.state.names.segment_and_code(thing) or ("", "")
    about = " ".join(text.value for text in reader.texts(thing, _DEFINITION))
    told = f"{reader.kind(segment)} {code}{f': {about}' if about else ''}"
    return {
        "id": f"{segment}/{code}",
        "name": reader.label(thing),
        "description": told if len(told) <= 300 else f"{told[:299]}…",
        "type": [kind_as_type(reader, segment)],
    }


def candidates(reader: Reader, asked: Asked) -> list[dict[str, Any]]:
    """Candidates with their scores. Constraints that are not met take up to a third off, and the certainty."""
    if asked.kinds == ():
        return []
    wanted = [wanted_by(reader, constraint) for constraint in asked.constraints]
    found = match(reader.state.index, asked.name, reader.lang, asked.kinds or (), most=_CONSIDERED)
    if not asked.name.strip():
        found = _with_properties_alone(reader, asked, wanted)
    scored = []
    for candidate in found:
        met = sum(fits(reader, candidate.iri, one) for one in wanted)
        share = met / len(wanted) if wanted else 1.0
        scored.append((candidate, share))
    ranked = sorted(scored, key=lambda entry: -_score(*entry))
    safe = [replace(one, score=_score(one, share), safe=one.safe and share == 1) for one, share in ranked]
    certain = sure(safe) and bool(asked.name.strip())
    shown = list(zip(safe, ranked, strict=True))[: asked.limit]
    return [
        {
            **entity(reader, candidate.iri),
            "score": candidate.score,
            "match": certain and place == 0,
            "features": [
                {"id": "name", "value": before.score},
                *([{"id": "properties", "value": round(100 * share, 1)}] if wanted else []),
            ],
        }
        for place, (candidate, (before, share)) in enumerate(shown)
    ]


def _score(candidate: Candidate, share: float) -> float:
    return round(candidate.score * (2 + share) / 3, 1)


def _with_properties_alone(reader: Reader, asked: Asked, wanted: list[Wanted]) -> tuple[Candidate, ...]:
    """Things of the kinds asked for that have all the properties asked for."""
    kinds = asked.kinds or tuple(segment for segment in reader.state.members if segment not in ON_REQUEST)
    things = [(kind, thing) for kind in kinds for thing in reader.state.members.get(kind, ())]
    found = []
    for kind, thing in things:
        if wanted and all(fits(reader, thing, one) for one in wanted):
            code = thing.rpartition("/")[2]
            found.append(Candidate(thing, kind, code, reader.label(thing), 100.0, safe=False))
    return tuple(found[: asked.limit])
