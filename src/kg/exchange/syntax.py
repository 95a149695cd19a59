"""RDF that an export wrote as Turtle, in the other forms RDF has."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kg.errors import BadParameter

__all__ = ["SYNTAXES", "in_syntax"]

_TURTLE = ".ttl"

SYNTAXES: Mapping[str, tuple[str, ox.RdfFormat]] = {
    "turtle": (_TURTLE, ox.RdfFormat.TURTLE),
    "n-triples": (".nt", ox.RdfFormat.N_TRIPLES),
    "json-ld": (".jsonld", ox.RdfFormat.JSON_LD),
    "rdf-xml": (".rdf", ox.RdfFormat.RDF_XML),
}
"""Name → how a file in it ends, and the form itself; JSON-LD is expanded, so that no reader needs a context."""


def in_syntax(files: Mapping[str, bytes], syntax: str, *, name: str) -> dict[str, bytes]:
    """The files with Turtle rewritten, the same bytes each time. Raises BadParameter when none of them is Turtle."""
    suffix, form = SYNTAXES[syntax]
    if not any(file.endswith(_TURTLE) for file in files):
        raise BadParameter(
            "The export {name} is not written as Turtle, so it has no other RDF form.", "Leave --rdf out.", name=name
        )
    if suffix == _TURTLE:
        return dict(files)
    return {
        file.removesuffix(_TURTLE) + suffix: _rewritten(content, form) if file.endswith(_TURTLE) else content
        for file, content in files.items()
    }


def _rewritten(content: bytes, form: ox.RdfFormat) -> bytes:
    triples = sorted((quad.triple for quad in ox.parse(input=content, format=ox.RdfFormat.TURTLE)), key=str)
    return ox.serialize(triples, format=form) or b""
