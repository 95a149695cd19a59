"""Under which IRI each imported thing stands in the graph."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable

from kg.exchange.imports.draft import KIND_OF_CLASS, Draft, Item
from kg.names import Iri

__all__ = ["LONGEST_CODE", "named", "slug"]

LONGEST_CODE = 64
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def named(draft: Draft, exists: Callable[[Iri], bool]) -> dict[Iri, Iri]:
    """Own IRI → IRI in the graph, for every thing of the draft.

    What is ours keeps its IRI, and so does what stays another party's. Other things get a code of ours: the code
    their own people use, slugged, when no other thing of the import or of the graph (`exists`) has it; else the
    UUID their IRI ends in; else a UUID made of their IRI (version 5), so that it is the same at every import.
    """
    wanted = {item.iri: (_segment(item), slug(item.code)) for item in draft.items.values() if not item.keeps_iri}
    times = Counter(wanted.values())
    found = {item.iri: item.iri for item in draft.items.values() if item.keeps_iri}
    for iri, (segment, code) in wanted.items():
        best = draft.names.thing(segment, code)
        unique = code and times[segment, code] == 1 and not exists(best) and best not in draft.items
        found[iri] = best if unique else draft.names.thing(segment, _identifier(iri))
    return found


def slug(code: str) -> str:
    """A code as ours are written: `CCSS.Math.6.RP` is `ccss-math-6-rp`; empty when nothing or too much is left."""
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return made if len(made) <= LONGEST_CODE else ""


def _segment(item: Item) -> str:
    return KIND_OF_CLASS[item.class_name].segment


def _identifier(iri: Iri) -> str:
    last = re.split(r"[/#:]", iri)[-1].lower().removeprefix("ce-")
    return last if _UUID.match(last) else str(uuid.uuid5(uuid.NAMESPACE_URL, iri))
