"""How the vocabulary is worded on pages: plurals of kinds, properties read backwards, outside properties."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.names import Iri, Names
from kg.text import Words

__all__ = ["AREAS", "KindWords", "Terms", "read_terms"]

_FILE = Path(__file__).parent / "terms.toml"

AREAS = ("work", "learning", "parties", "plan", "sources")
"""Parts of the browse page, in order; each kind stands in one."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """How one kind of thing is worded and listed."""

    plural: Words
    this: str
    """How a Dutch page points at one ("deze competentie"); English says "this" and the label of the class."""
    area: str
    group: Iri | None = None
    """The property by which a list of these things is divided; None for no division."""
    backwards: bool = False
    """Whether that property leads from the group to the thing."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The wording of the vocabulary, by segment of a kind and by property."""

    kinds: Mapping[str, KindWords]
    inverse: Mapping[Iri, Words]
    labels: Mapping[Iri, Words]


@cache
def read_terms() -> Terms:
    """The wording in `terms.toml`."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    kinds = {segment: _kind(entry) for segment, entry in content["kinds"].items()}
    return Terms(kinds, _by_property(content["inverse"]), _by_property(content["labels"]))


def _kind(entry: Mapping[str, Any]) -> KindWords:
    group = str(entry.get("group", ""))
    property_ = Names().expand(group.removeprefix("^")) if group else None
    plural = Words({"nl": entry["nl"], "en": entry["en"]})
    return KindWords(plural, entry["this"], entry["area"], property_, group.startswith("^"))


def _by_property(entries: Mapping[str, Mapping[str, str]]) -> dict[Iri, Words]:
    found: dict[Iri, Words] = {}
    for name, words in entries.items():
        iri = Names().expand(name)
        assert iri is not None, f"terms.toml: {name} has no known prefix"
        found[iri] = Words(dict(words))
    return found
