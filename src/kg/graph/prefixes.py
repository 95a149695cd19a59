"""The prefixes to write a graph with, so that it reads as the query that made it."""

from __future__ import annotations

import re

from kg.graph.scan import tokens
from kg.names import Names

__all__ = ["prefixes_of"]

_ALWAYS = ("dct", "lg", "rdf", "rdfs", "skos", "xsd")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\\s]+")


def prefixes_of(text: str, names: Names) -> dict[str, str]:
    """Prefix → namespace: those a query declares, those of this project it uses, and a few that most graphs need."""
    ours = names.prefixes()
    chosen = {name: ours[name] for name in _ALWAYS}
    declaring = ""
    """The prefix whose namespace comes next, with its colon."""
    previous = ""
    for token in tokens(text):
        if declaring and token.kind == "iri" and _ABSOLUTE.fullmatch(token.text[1:-1]):
            chosen[declaring[:-1]] = token.text[1:-1]
        declaring = ""
        if token.kind == "prefixed":
            prefix = token.text.partition(":")[0]
            if previous.upper() == "PREFIX":
                declaring = token.text
            elif prefix in ours:
                chosen.setdefault(prefix, ours[prefix])
        previous = token.text
    return chosen
