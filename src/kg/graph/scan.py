"""SPARQL text seen as tokens: one linear pass that knows strings, IRIs and comments.

Used before any parser: to bind parameters, and to find what a query asks for.
Grammar: SPARQL 1.1 Query Language, section 19.8 (terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

__all__ = ["Token", "asks_service", "form_of", "keywords", "pieces", "prefixes_needed", "tokens"]

_LONG = {
    "double": r'"""(?:[^"\\]++|\\.|"(?!""))*+"""',
    "single": r"'''(?:[^'\\]++|\\.|'(?!''))*+'''",
}
_TOKEN = r"""
    (?:\s++|\#[^\r\n]*+)*+
    (?:
      (?P<iri><[^<>"{}|^`\\\x00-\x20]*+(?:(?:\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})[^<>"{}|^`\\\x00-\x20]*+)*+>)
    | (?P<string>LONG"(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+')
    | (?P<variable>[?$]\w++)
    | (?P<prefixed>(?:[^\W\d_][\w.-]{0,63}+)?+:(?:(?:[\w:%]|\\.)[\w:%-]*+(?:\.*+(?:[\w:%-]++|\\.))*)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<word>[^\W\d]\w*+)
    | (?P<number>\d+(?:\.\d+)?(?:\.?[eE][+-]?\d+)?)
    | (?P<mark>\\.|.)
    | (?P<end>\Z)
    )
"""


class Token(NamedTuple):
    """A piece of SPARQL text: its kind, its text and where it begins."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query in order, without white space and comments; time linear in its length.

    Never raises: what is no token comes out as marks of one character, for the parser to refuse.
    Three quotes that nothing closes are an empty string and the start of another, as the grammar has it.
    """
    return map(Token._make, pieces(text))


def pieces(text: str) -> Iterator[tuple[str, str, int]]:
    """What `tokens` gives, as plain tuples: for the measures, which every query waits for."""
    long = frozenset(_LONG)
    position = 0
    while True:
        for found in _pattern(long).finditer(text, position):
            kind = found.lastgroup or "end"
            if kind == "end":
                return
            piece = found[kind]
            start = found.end() - len(piece)
            yield kind, piece, start
            if kind == "string" and len(piece) == 2 and (unclosed := _unclosed(text, piece, start, long)):
                long -= {unclosed}  # nothing further on closes another one either: so the pass stays linear
                position = found.end()
                break


def _unclosed(text: str, piece: str, start: int, long: frozenset[str]) -> str:
    """Which kind of long string turned out to begin here without an end; empty for none."""
    for kind, quotes in (("double", '"""'), ("single", "'''")):
        if kind in long and piece == quotes[:2] and text.startswith(quotes, start):
            return kind
    return ""


@cache
def _pattern(long: frozenset[str]) -> re.Pattern[str]:
    strings = "".join(f"{_LONG[kind]}|" for kind in sorted(long))
    return re.compile(_TOKEN.replace("LONG", strings), re.VERBOSE | re.DOTALL)


def keywords(text: str) -> set[str]:
    """The bare words of a query in upper case: keywords and function names, never those in strings or IRIs."""
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}


def form_of(text: str) -> str:
    """What a text asks: SELECT, ASK, CONSTRUCT, DESCRIBE, UPDATE, or empty when it is none of these.

    The prologue (BASE, PREFIX) is passed over.
    """
    for kind, piece, _ in pieces(text):
        if kind != "word":
            continue
        word = piece.upper()
        if word in _FORMS:
            return word
        if word in _UPDATES:
            return "UPDATE"
        if word not in {"BASE", "PREFIX"}:
            return ""
    return ""


def prefixes_needed(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that a query may use, and few others: the engine reads anew, for each query, what it is given.

    Looked at are the last two characters before each colon, wherever that stands: it must cost less than it saves.
    Where an escape may hide a prefix, all are given.
    """
    if "\\" in text:
        return dict(prefixes)
    endings = {part[-2:] for part in text.split(":")}
    return {name: iri for name, iri in prefixes.items() if len(name) < 2 or name[-2:] in endings}


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U(0010[0-9A-Fa-f]{4}|000[0-9A-Fa-f]{5}))")
_NO_ESCAPE = re.compile(r"\\(?![tbnrf\"'\\])")
_SERVICE = "SERVICE"


def asks_service(text: str) -> bool:
    """Whether a query may name another server to be asked, in any spelling the engine reads.

    The engine's parser knows no token boundaries: it takes `trueSERVICE<…>`, `SERVICE:x{`, and a long
    string or an IRI that fails later as other tokens with SERVICE between them. So what could be read so counts.
    Escapes (`\\u0053ERVICE`) are looked at both as written and decoded.
    """
    if _SERVICE not in text.upper() and "\\" not in text:
        return False
    if _calls(text):
        return True
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    return decoded != text and _calls(decoded)


def _calls(text: str) -> bool:
    declared = ""
    for token in tokens(text):
        if declared and token.text == "{":
            return True
        declared = ""
        found = token.text.upper()
        if _SERVICE not in found:
            continue
        if token.kind == "word":
            return True
        if token.kind == "prefixed" and _SERVICE in found.partition(":")[0]:
            declared = found
        if token.kind == "iri" and _SERVICE in found.partition(")")[2]:
            return True
        if token.kind == "string" and _may_break_open(found):
            return True
    return False


def _may_break_open(string: str) -> bool:
    """Whether a long string holds an escape that may be wrong, so that a parser would read it as two short ones."""
    quote = string[0]
    inner = string[3:-3].partition(quote)[2]
    return string.startswith(quote * 3) and _SERVICE in inner and bool(_NO_ESCAPE.search(re.sub(r"\\\\", "", string)))
