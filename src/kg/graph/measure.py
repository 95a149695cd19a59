"""What a query text asks, counted before any parser sees it: one linear pass over its tokens."""

from __future__ import annotations

from dataclasses import dataclass

from kg.graph.scan import asks_service, form_of, pieces

__all__ = ["Measures", "measure"]

_OPENING, _CLOSING, _SEPARATING = frozenset("({["), frozenset(")}]"), frozenset(".;,")
_OPERATORS = frozenset("+-*/|^!&=<>")
_PATH_OPERATORS = frozenset("/|^*+?!")
_TERMS = frozenset({"iri", "prefixed", "variable", "string", "number"})
_WORDS_AS_TERMS = frozenset({"a", "UNDEF", "undef", "true", "false"})
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
    counter.read(text)
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

    def read(self, text: str) -> None:
        """Takes every token into account."""
        kind_before = before = ""
        for kind, piece, _ in pieces(text):
            if kind == "mark":
                self._mark(piece, kind_before, before)
            elif kind in _TERMS or piece in _WORDS_AS_TERMS:
                self._term(kind, piece, before)
            elif kind == "word":
                self._word(piece.upper())
            kind_before, before = kind, piece

    def _in_values(self) -> bool:
        return 0 <= self.values_end < len(self.open)

    def _mark(self, mark: str, kind_before: str, before: str) -> None:
        if mark in _OPENING:
            self.open.append(mark)
            self.nesting = max(self.nesting, len(self.open))
            if mark != "(" and not self._in_values():
                self.patterns += 1
            self.blank_nodes |= mark == "["
        elif mark in _CLOSING:
            if self.open:
                self.open.pop()
            if mark == "}" and len(self.open) <= self.values_end:
                self.values_end = -1
        elif mark in _SEPARATING:
            if self.open and self.open[-1] != "(":
                self.patterns += 1
        else:
            self.operators += mark in _OPERATORS
            if mark in _PATH_OPERATORS and (kind_before in {"iri", "prefixed"} or before in {"a", ")"}):
                self.path_steps += 1

    def _term(self, kind: str, term: str, before: str) -> None:
        if self._in_values():
            self.values += 1
        else:
            self.terms += 1
        if kind == "prefixed":
            self.blank_nodes |= before == "_"
            if not self.open and before.upper() != "PREFIX":
                # The engine reads `FROM:x` as FROM <the default prefix + x>, though the grammar does not.
                self.dataset |= term.partition(":")[0].upper().endswith(("FROM", "NAMED"))
        elif kind == "iri":  # after an operand, `<` may be "less than" and the brackets real
            self.nesting = max(self.nesting, len(self.open) + term.count("("))

    def _word(self, word: str) -> None:
        self.unions += "UNION" in word
        self.changing |= word in _CHANGING
        if word == "VALUES":
            self.values_end = len(self.open)
        if not self.open and word.endswith("FROM"):
            self.dataset = True
