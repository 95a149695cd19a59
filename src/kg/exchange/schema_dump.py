"""The whole graph as JSON-LD of schema.org, for search engines and who speaks nothing else."""

from __future__ import annotations

import json

from kg.exchange.schema_org import CONTEXT, read_alignment, schema_of
from kg.exchange.source import Source
from kg.names import KINDS

__all__ = ["write"]


def write(source: Source) -> dict[str, bytes]:
    """One file with every thing whose class schema.org has something near for, texts in all languages of the graph."""
    alignment = read_alignment(source.store)
    things = [
        schema_of(source, alignment, thing, source.settings.languages)
        for kind in KINDS
        if kind.class_iri in alignment.type_of
        for thing in source.members(kind.class_name)
    ]
    content = {"@context": CONTEXT, "@graph": things}
    return {"schema.jsonld": (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")}
