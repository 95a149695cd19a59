"""SPARQL text seen as tokens: one linear pass that knows strings, IRIs and comments.

Used before any parser: to bind parameters, and to find what a query asks for.
Grammar: SPARQL 1.1 Query Language, section 19.8 (terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Token", "form_of", "keywords", "tokens"]

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z)|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)
      |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
  | (?P<variable>[?$]\w+)
  | (?P<prefixed>(?:[^\W\d_][\w.-]*)?:(?:[\w:%.-]|\\.)*)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>[^\W\d]\w*)
  | (?P<number>\d[\d.eE]*)
  | (?P<space>\s+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SPARQL text: its kind, its text and where it begins."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query in order, without white space and comments; time linear in its length.

    Never raises: what is no token comes out as marks of one character, for the parser to refuse.
    """
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "mark"
        if kind not in {"space", "comment"}:
            yield Token(kind, found[0], found.start())


def keywords(text: str) -> set[str]:
    """The bare words of a query in upper case: keywords and function names, never those in strings or IRIs."""
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}


def form_of(text: str) -> str:
    """What a text asks: SELECT, ASK, CONSTRUCT, DESCRIBE, UPDATE, or empty when it is none of these.

    The prologue (BASE, PREFIX) is passed over.
    """
    for token in tokens(text):
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word in _FORMS:
            return word
        if word in _UPDATES:
            return "UPDATE"
        if word not in {"BASE", "PREFIX"}:
            return ""
    return ""
