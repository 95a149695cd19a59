"""A query as a remote server is to be asked it: prefixes declared, graphs named, a part of a long answer at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from kg.graph.scan import Token, tokens

__all__ = ["boolean_columns", "constants", "from_graphs", "page_of", "query_text", "with_prefixes"]

_TESTS = {
    *("TRUE", "FALSE"),
    *("BOUND", "CONTAINS", "EXISTS", "ISBLANK", "ISIRI", "ISLITERAL", "ISNUMERIC", "ISURI", "LANGMATCHES", "NOT"),
    *("REGEX", "SAMETERM", "STRENDS", "STRSTARTS"),
}
_COMPARING = set("=<>!|&")
_MODIFIERS = {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@cache
def query_text(name: str) -> str:
    """One of the queries that a store itself is asked (`queries/`)."""
    return files("kg.graph").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """The text with a declaration before it for each prefix that it uses and does not declare."""
    declared: set[str] = set()
    used: dict[str, None] = {}
    previous = ""
    for token in tokens(text):
        if token.kind == "prefixed":
            prefix = token.text.partition(":")[0]
            if previous.upper() == "PREFIX":
                declared.add(prefix)
            else:
                used.setdefault(prefix)
        previous = token.text
    missing = [prefix for prefix in used if prefix in prefixes and prefix not in declared]
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in missing) + text  # lines keep their numbers


def from_graphs(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """The text with FROM and FROM NAMED for these graphs; for one that has none of its own."""
    place = _dataset_place(text)
    clauses = [f"FROM <{iri}>" for iri in default_graphs] + [f"FROM NAMED <{iri}>" for iri in named_graphs]
    return f"{text[:place]} {' '.join(clauses)} {text[place:]}"


def page_of(text: str, columns: Sequence[str], offset: int, size: int) -> str:
    """A SELECT for `size` rows of the answer to a SELECT, from row `offset` on."""
    start = next(token.start for token in tokens(text) if token.text.upper() == "SELECT")
    chosen = " ".join(f"?{column}" for column in columns)
    around, within = query_text("page").split("$query")
    within = within.replace("$size", str(size)).replace("$offset", str(offset))
    return f"{text[:start]}{around.replace('$columns', chosen)}{text[start:]}{within}"


def boolean_columns(text: str) -> set[str]:
    """Variables that a query binds to what is true or false: to a comparison, a test, or another such variable."""
    found: set[str] = set()
    open_: list[tuple[bool, str]] = []
    """For each bracket that is open: whether what is in it so far is true or false, and its first token."""
    previous = ""
    for token in tokens(text):
        if token.kind == "mark" and token.text in "({[":
            open_.append((False, ""))
        elif token.kind == "mark" and token.text in ")}]":
            tests, first = open_.pop() if open_ else (False, "")
            if token.text == ")" and open_ and (tests or first in found) and open_[-1][1] in {"", "COALESCE"}:
                open_[-1] = (True, open_[-1][1])  # the expression stood in brackets, or is the first of a choice
        elif open_:
            tests, first = open_[-1]
            if previous.upper() == "AS" and token.kind == "variable":
                if tests or first in found:
                    found.add(token.text[1:])
                continue
            open_[-1] = _seen(token, tests, first)
        previous = token.text
    return found


def constants(text: str) -> set[str]:
    """The IRIs that a query names, in full; its prefixes must be declared."""
    found: set[str] = set()
    declared: dict[str, str] = {}
    prefix = ""
    previous = ""
    for token in tokens(text):
        if token.kind == "iri" and prefix:
            declared[prefix] = token.text[1:-1]
        elif token.kind == "iri":
            found.add(token.text[1:-1])
        name, colon, local = token.text.partition(":") if token.kind == "prefixed" else ("", "", "")
        prefix = f"{name}:" if colon and previous.upper() == "PREFIX" else ""
        if colon and not prefix and f"{name}:" in declared:
            found.add(declared[f"{name}:"] + local)
        previous = token.text
    return found


def _seen(token: Token, tests: bool, first: str) -> tuple[bool, str]:
    word = token.text.upper()
    if word == "AS":
        return tests, first
    if word == "IN" or (not first and word in _TESTS):
        return True, first or word
    if token.kind == "mark" and token.text in _COMPARING:
        return True, first or token.text
    return tests, first or (token.text[1:] if token.kind == "variable" else word)


def _dataset_place(text: str) -> int:
    """Where FROM belongs: before WHERE or its group, after the template of a CONSTRUCT (SPARQL 1.1, 19.8, rule 13)."""
    depth = 0
    template = False
    for token, following in _with_next(text):
        word = token.text.upper()
        if depth == 0 and word == "CONSTRUCT" and following == "{":
            template = True
        elif depth == 0 and not template and ((token.kind == "word" and word in _MODIFIERS) or token.text == "{"):
            return token.start
        elif token.kind == "mark" and token.text in "({[":
            depth += 1
        elif token.kind == "mark" and token.text in ")}]":
            depth -= 1
            template = template and depth > 0
    return len(text)


def _with_next(text: str) -> Iterator[tuple[Token, str]]:
    before: Token | None = None
    for token in tokens(text):
        if before:
            yield before, token.text
        before = token
    if before:
        yield before, ""
