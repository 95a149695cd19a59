"""A suggestion as it travels: which fields of which things would say something else, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FORMAT", "LABELS", "Alteration", "Suggestion", "as_json", "as_record"]

FORMAT = "leergraaf-suggestion 1"
LABELS = ("label", "name")
"""What a file says for people only; it is not read back."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """One field of one thing, in one language: what it said, and what it should say.

    A value is a text; a link is `competence/ow-07` for a thing, `lg:society` for a term, else a whole address.
    """

    thing: str
    """Kind and code, as in `outcome/mo-3-2`."""
    field: str
    """The property in short, as in `skos:prefLabel`."""
    language: str
    """The language of texts; empty for what has none."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    label: str = ""
    """What the thing is called, for who reads the file."""
    name: str = ""
    """What the field is called, for who reads the file."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody would change, and on which release that was seen."""

    graph: str
    """The base address of the graph."""
    release: str
    alterations: tuple[Alteration, ...]
    reason: str = ""
    source: str = ""
    """Where it can be verified, in words of the sender."""
    sender: str = ""
    """Who sends it in; empty when that is not told."""


def as_record(suggestion: Suggestion) -> dict[str, Any]:
    """The suggestion as the content of its file; docs/suggestions.md says what each part means."""
    about = {"reason": suggestion.reason, "source": suggestion.source, "sender": suggestion.sender}
    return {
        "format": FORMAT,
        "graph": suggestion.graph,
        "release": suggestion.release,
        **{name: text for name, text in about.items() if text},
        "changes": [_change(one) for one in suggestion.alterations],
    }


def as_json(suggestion: Suggestion) -> str:
    """The file. The same suggestion gives the same bytes."""
    return json.dumps(as_record(suggestion), ensure_ascii=False, indent=1) + "\n"


def _change(one: Alteration) -> Mapping[str, Any]:
    told = {"thing": one.thing, "label": one.label, "field": one.field, "name": one.name, "language": one.language}
    return {name: text for name, text in told.items() if text} | {"from": list(one.before), "to": list(one.after)}
