"""The question library as RDF: every question a SHACL SPARQL executable, in the way of sib-swiss/sparql-examples.

A question holds its SPARQL twice: with the defaults of its parameters filled in, so that it runs as it is
(`sh:select`, `sh:ask`, `sh:construct`), and as it is kept, with a `$name` for each parameter (`schema:text`).
Parameters are described as SHACL Advanced Features (2017, section 5.2) describes them: the name is the local
name of `sh:path`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.errors import KgError
from kg.graph.ask import bound_text
from kg.graph.find import thing_called
from kg.graph.scan import form_of
from kg.graph.store import Store
from kg.names import DCT, OUTSIDE, Names, lg
from kg.records import Parameter, Query
from kg.text import Words

__all__ = ["queries_as_rdf"]

_RDF, _RDFS, _SH, _SCHEMA, _XSD = (OUTSIDE[name] for name in ("rdf", "rdfs", "sh", "schema", "xsd"))
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_DATATYPES = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "date": "date", "year": "gYear"}


def queries_as_rdf(store: Store, questions: Iterable[Query]) -> list[ox.Triple]:
    """All questions and the prefixes they use, as triples without blank nodes."""
    names = store.names
    found: list[ox.Triple] = []
    used: set[str] = set()
    for query in questions:
        found += _question(store, query)
        used |= {prefix for prefix in names.prefixes() if f"{prefix}:" in query.text}
    found += _prefixes(names, used)
    return found


def _question(store: Store, query: Query) -> Iterator[ox.Triple]:
    names = store.names
    question = _named(names, query.name)
    kind, property_ = _FORMS.get(form_of(query.text), ("", ""))
    text = _without_header(query, query.text)
    yield ox.Triple(question, _term(_RDF, "type"), _term(_SH, "SPARQLExecutable"))
    if kind:
        yield ox.Triple(question, _term(_RDF, "type"), _term(_SH, kind))
        yield ox.Triple(question, _term(_SH, property_), ox.Literal(_without_header(query, _runnable(store, query))))
    yield ox.Triple(question, _term(_SCHEMA, "text"), ox.Literal(text))
    yield ox.Triple(question, _term(_SH, "prefixes"), _named(names, ""))
    yield ox.Triple(question, _term(DCT, "identifier"), ox.Literal(query.name))
    yield ox.Triple(question, _term(_SCHEMA, "target"), ox.NamedNode(f"{names.base}sparql"))
    yield from _texts(question, _term(_RDFS, "label"), query.title)
    yield from _texts(question, _term(_RDFS, "comment"), query.summary)
    for word in (*query.tags, *query.audience):
        yield ox.Triple(question, _term(_SCHEMA, "keywords"), ox.Literal(word))
    for place, parameter in enumerate(query.parameters, start=1):
        yield from _parameter(store, question, parameter, place)


def _parameter(store: Store, question: ox.NamedNode, parameter: Parameter, place: int) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{question.value}#{parameter.name}")
    yield ox.Triple(question, _term(_SH, "parameter"), node)
    yield ox.Triple(node, _term(_RDF, "type"), _term(_SH, "Parameter"))
    yield ox.Triple(node, _term(_SH, "path"), _named(store.names, f"#{parameter.name}"))
    yield ox.Triple(node, _term(_SH, "order"), _number(place))
    yield from _texts(node, _term(_SH, "description"), parameter.description)
    if parameter.kind == "iri":
        yield ox.Triple(node, _term(_SH, "nodeKind"), _term(_SH, "IRI"))
        if parameter.class_name:
            yield ox.Triple(node, _term(_SH, "class"), ox.NamedNode(lg(parameter.class_name)))
    else:
        datatype = _DATATYPES.get(parameter.kind, "string")
        yield ox.Triple(node, _term(_SH, "datatype"), _term(_XSD, datatype))
    if parameter.default and (value := _default(store, parameter)) is not None:
        yield ox.Triple(node, _term(_SH, "defaultValue"), value)


def _default(store: Store, parameter: Parameter) -> ox.NamedNode | ox.Literal | None:
    """The default as a term; None when it is a thing of another graph than this."""
    if parameter.kind == "iri":
        try:
            return ox.NamedNode(thing_called(store, parameter.default, parameter.class_name))
        except KgError:
            return None
    datatype = _DATATYPES.get(parameter.kind)
    return ox.Literal(parameter.default, datatype=_term(_XSD, datatype)) if datatype else ox.Literal(parameter.default)


def _runnable(store: Store, query: Query) -> str:
    """The text with its defaults filled in; where this graph does not know one, the text as it is kept."""
    try:
        return bound_text(store, query, {})
    except KgError:
        return query.text


def _prefixes(names: Names, used: set[str]) -> Iterator[ox.Triple]:
    """What `sh:prefixes` points at: the prefixes that questions use (SHACL, section 5.2.1)."""
    everything = _named(names, "")
    for prefix, namespace in names.prefixes().items():
        if prefix not in used:
            continue
        declaration = _named(names, f"#prefix-{prefix}")
        yield ox.Triple(everything, _term(_SH, "declare"), declaration)
        yield ox.Triple(declaration, _term(_SH, "prefix"), ox.Literal(prefix))
        yield ox.Triple(declaration, _term(_SH, "namespace"), ox.Literal(namespace, datatype=_term(_XSD, "anyURI")))


def _texts(subject: ox.NamedNode, predicate: ox.NamedNode, words: Words) -> Iterator[ox.Triple]:
    for language, text in words.by_language.items():
        yield ox.Triple(subject, predicate, ox.Literal(text, language=language))


def _without_header(query: Query, text: str) -> str:
    return "\n".join(text.splitlines()[query.header_lines :]).strip() + "\n"


def _named(names: Names, name: str) -> ox.NamedNode:
    """The IRI of a question, where its answer is to be had; `#…` names something of the library as a whole."""
    separator = "" if name.startswith("#") or not name else "/"
    return ox.NamedNode(f"{names.base}questions{separator}{name}")


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_term(_XSD, "integer"))


def _term(namespace: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(namespace + name)
