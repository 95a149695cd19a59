"""What a query text asks, counted before any parser sees it: one linear pass over its tokens."""

from __future__ import annotations

from dataclasses import dataclass

from kg.graph.scan import Token, asks_service, form_of, tokens

__all__ = ["Measures", "measure"]

_OPERATORS = frozenset("+-*/|^!&=<>")
_PATH_OPERATORS = frozenset("/|^*+?!")
_TERMS = frozenset({"iri", "prefixed", "variable", "string", "number"})
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


@dataclass(frozen=True, slots=True)
class Measures:
    """How much a query asks. Every count is an upper bound: what could be read as one counts as one."""

    form: str
    """SELECT, ASK, CONSTRUCT, DESCRIBE, UPDATE, or empty."""
    service: bool
    """It may ask another server."""
    dataset: bool
    """It names its own graphs: FROM or FROM NAMED."""
    changing: bool
    """Its answer may differ from one run to the next: NOW, RAND, UUID, or blank nodes made on the way."""
    nesting: int
    """Deepest nesting of (), {} and []."""
    patterns: int
    """Triple patterns and groups, those of a CONSTRUCT template included."""
    unions: int
    path_steps: int
    """Operators of property paths."""
    operators: int
    values: int
    """Terms in VALUES blocks."""
    terms: int
    """IRIs, names, variables and literals outside VALUES blocks."""


def measure(text: str) -> Measures:
    """The measures of a query text; never raises, whatever the text is."""
    counter = _Counter()
    previous = Token("space", "", 0)
    for token in tokens(text):
        counter.count(token, previous)
        previous = token
    form = form_of(text)
    return Measures(
        form=form,
        service=asks_service(text),
        dataset=counter.dataset,
        changing=counter.changing or (form == "CONSTRUCT" and counter.blank_nodes),
        nesting=counter.nesting,
        patterns=counter.patterns,
        unions=counter.unions,
        path_steps=counter.path_steps,
        operators=counter.operators,
        values=counter.values,
        terms=counter.terms,
    )


class _Counter:
    """The running counts of one pass."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.values_end = -1
        """How many brackets were open where the VALUES block began; -1 outside one."""
        self.dataset = self.changing = self.blank_nodes = False
        self.nesting = self.patterns = self.unions = self.path_steps = self.operators = self.values = self.terms = 0

    def count(self, token: Token, previous: Token) -> None:
        """Takes one token into account."""
        if token.kind == "mark":
            self._mark(token.text, previous)
        elif token.kind == "word":
            self._word(token.text.upper())
        if token.kind in _TERMS or token.text in {"a", "UNDEF", "undef", "true", "false"}:
            if self._in_values():
                self.values += 1
            else:
                self.terms += 1
        if token.kind == "prefixed" and not self.open and previous.text.upper() != "PREFIX":
            # The engine reads `FROM:x` as FROM <the default prefix + x>, though the grammar does not.
            self.dataset |= token.text.partition(":")[0].upper().endswith(("FROM", "NAMED"))
        if token.kind == "prefixed" and previous.text == "_":
            self.blank_nodes = True
        if token.kind == "iri":  # after an operand, `<` may be "less than" and the brackets real
            self.nesting = max(self.nesting, len(self.open) + token.text.count("("))

    def _in_values(self) -> bool:
        return 0 <= self.values_end < len(self.open)

    def _mark(self, mark: str, previous: Token) -> None:
        if mark in "({[":
            self.open.append(mark)
            self.nesting = max(self.nesting, len(self.open))
            if mark != "(" and not self._in_values():
                self.patterns += 1
            self.blank_nodes |= mark == "["
        elif mark in ")}]":
            if self.open:
                self.open.pop()
            if mark == "}" and len(self.open) <= self.values_end:
                self.values_end = -1
        elif mark in ".;,":
            self.patterns += bool(self.open) and self.open[-1] != "("
        if mark in _PATH_OPERATORS and (previous.kind in {"iri", "prefixed"} or previous.text in {"a", ")"}):
            self.path_steps += 1
        self.operators += mark in _OPERATORS

    def _word(self, word: str) -> None:
        self.unions += "UNION" in word
        self.changing |= word in _CHANGING
        if word == "VALUES":
            self.values_end = len(self.open)
        if not self.open and word.endswith("FROM"):
            self.dataset = True
