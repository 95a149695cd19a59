"""Asking a question: its parameters checked and bound as terms, its answer as a Table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import BadParameter
from kg.graph.find import thing_called
from kg.graph.measure import Measures
from kg.graph.scan import pieces
from kg.graph.store import Store, refuse
from kg.names import OUTSIDE, lg
from kg.records import Parameter, Query
from kg.table import Table
from kg.text import did_you_mean

__all__ = ["Value", "ask", "bind", "bound_text", "judged"]

Value = ox.NamedNode | ox.Literal
"""A term a parameter can stand for."""

_KEPT = 512
"""Texts of which it is kept where their parameters stand and what they ask: more than a project has."""
_XSD = OUTSIDE["xsd"]
_PATTERNS = {
    "integer": r"[+-]?\d{1,18}",
    "decimal": r"[+-]?\d{1,18}(\.\d{1,18})?",
    "boolean": r"true|false",
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "year": r"\d{4}",
    "language": r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*",
}
_DATATYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "year": "gYear",
}


def ask(store: Store, query: Query, values: Mapping[str, str] | None = None) -> Table:
    """The answer of a question, with the values given by name and the defaults of the rest.

    Raises BadParameter for a value that is missing, unknown or of the wrong kind.
    """
    return store.table(bound_text(store, query, values or {}), measures=judged(query.text))


@lru_cache(_KEPT)
def judged(text: str) -> Measures:
    """The measures of a question's text, which hold for whatever `bind` makes of it; found once.

    Only for texts of a project or of this program: they are kept. A term is put in as the engine prints it, one whole
    IRI, literal or variable, so it adds no keyword, and changes neither the form nor the dataset, nor what servers are
    asked. Raises QueryError as the store does.
    """
    return refuse(text)


def bound_text(store: Store, query: Query, values: Mapping[str, str], *, hints: bool = True) -> str:
    """The question's SPARQL with every `$name` replaced by its term; it runs as it is on any engine.

    Raises BadParameter and UnknownName; without `hints`, that does not tell which names are near, and costs little.
    """
    names = [parameter.name for parameter in query.parameters]
    for name in values:
        if name not in names:
            close = did_you_mean(name, names)
            hint = "Did you mean {close}?" if close else "This question has no parameters."
            raise BadParameter(
                "The question {query} has no parameter {name}.",
                hint,
                query=query.name,
                name=name,
                close=close,
            )
    terms = {
        parameter.name: _term(store, query, parameter, str(values.get(parameter.name) or parameter.default), hints)
        for parameter in query.parameters
    }
    return bind(query.text, terms)


def bind(text: str, terms: Mapping[str, Value | ox.Variable | Sequence[Value]]) -> str:
    """The text with each `$name` token that `terms` knows replaced by that term as the engine prints it.

    A sequence of terms becomes those terms with spaces between, for `VALUES ?x { $name }`.
    Tokens inside strings, IRIs and comments are left alone, and so is `?name`.
    """
    first, *rest = _around_names(text)
    parts = [first]
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        parts += [_printed(terms[name]) if name in terms else f"${name}", after]
    return "".join(parts)


@lru_cache(_KEPT)
def _around_names(text: str) -> tuple[str, ...]:
    """The text before the first `$name` token, and for each of them its name and the text up to the next."""
    parts: list[str] = []
    done = 0
    for kind, piece, start in pieces(text):
        if kind == "variable" and piece[0] == "$":
            parts += [text[done:start], piece[1:]]
            done = start + len(piece)
    return (*parts, text[done:])


def _printed(value: Value | ox.Variable | Sequence[Value]) -> str:
    return " ".join(map(str, value)) if isinstance(value, Sequence) else str(value)


def _term(store: Store, query: Query, parameter: Parameter, value: str, hints: bool) -> ox.NamedNode | ox.Literal:
    if not value:
        raise BadParameter(
            "The question {query} needs the parameter {name}: {description}.",
            "Give it as --{name} VALUE.",
            query=query.name,
            name=parameter.name,
            description=parameter.description.within("en"),
        )
    if parameter.kind == "iri":
        return _thing(store, parameter, value, hints)
    if parameter.kind == "text":
        return ox.Literal(value)
    if not re.fullmatch(_PATTERNS[parameter.kind], value):
        raise BadParameter(
            "The parameter {name} must be of kind {kind}; {value!r} is not.",
            name=parameter.name,
            kind=parameter.kind,
            value=value,
        )
    if parameter.kind == "language":
        return ox.Literal(value)
    return ox.Literal(value, datatype=ox.NamedNode(_XSD + _DATATYPES[parameter.kind]))


def _thing(store: Store, parameter: Parameter, value: str, hints: bool) -> ox.NamedNode:
    """The thing an iri parameter names, by code, prefixed name or IRI, and of the class it asks for."""
    iri = thing_called(store, value, parameter.class_name, hints=hints)
    node = ox.NamedNode(iri)
    rdf_type = ox.NamedNode(OUTSIDE["rdf"] + "type")
    wanted = parameter.class_name
    if wanted and not any(store.quads(node, rdf_type, ox.NamedNode(lg(wanted)), None)):
        raise BadParameter(
            "The parameter {name} asks for a {kind}; {value} is none.",
            "`kg find` lists what there is.",
            name=parameter.name,
            kind=wanted,
            value=value,
        )
    return node
