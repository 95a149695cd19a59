"""The form of a question: a field for every parameter, with what fits in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import KgError
from kg.files.wording import catalogue
from kg.graph.ask import bound_text
from kg.graph.find import thing_called
from kg.names import OUTSIDE, lg
from kg.records import Parameter, Query
from kg.text import natural
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["Field", "Option", "default_of", "fault_of", "fields", "hidden"]

_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_SELECTABLE, _LISTABLE = 60, 400
_INPUTS = {"integer": "number", "decimal": "number", "date": "date", "year": "number"}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its label, its control (`select`, `list` or an input type), its value and what fits in it."""

    name: str
    label: str
    control: str
    value: str
    options: tuple[Option, ...] = ()
    fault: str = ""
    step: str = ""


def hidden(parameter: Parameter) -> bool:
    """Whether a parameter is not asked: the language of the page answers it."""
    return parameter.kind == "language"


def fields(reader: Reader, query: Query, given: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of a question, filled with what was given or else its default."""
    return tuple(_field(reader, query, parameter, given) for parameter in query.parameters if not hidden(parameter))


def default_of(reader: Reader, parameter: Parameter) -> str:
    """A parameter's default as this graph knows it; empty when the default is a thing of another graph."""
    if parameter.kind != "iri" or not parameter.default:
        return parameter.default
    try:
        iri = thing_called(reader.state.store, parameter.default, parameter.class_name)
    except KgError:
        return ""
    return _value(reader, iri, parameter)


def fault_of(reader: Reader, query: Query, parameter: Parameter, given: Mapping[str, str]) -> str:
    """What is wrong with the value given for one parameter, in the reader's language; empty when it fits."""
    if not given.get(parameter.name):
        return ""
    alone = Query(query.name, "", query.title, query.path, parameters=(parameter,))
    try:
        bound_text(reader.state.store, alone, {parameter.name: given[parameter.name]})
    except KgError as error:
        # The hints speak of the command line; the form shows itself what fits.
        return KgError(error.message, "", **error.values).told(catalogue(reader.lang))
    return ""


def _field(reader: Reader, query: Query, parameter: Parameter, given: Mapping[str, str]) -> Field:
    value = given.get(parameter.name) or default_of(reader, parameter)
    fault = fault_of(reader, query, parameter, given)
    label = parameter.description.within(reader.lang)
    if parameter.kind == "boolean":
        truths = (Option("true", reader.say(N_("yes"))), Option("false", reader.say(N_("no"))))
        return Field(parameter.name, label, "select", value, truths, fault)
    if parameter.kind != "iri":
        step = {"decimal": "any", "integer": "1", "year": "1"}.get(parameter.kind, "")
        return Field(parameter.name, label, _INPUTS.get(parameter.kind, "text"), value, (), fault, step)
    options = _options(reader, parameter)
    if not fault and value:
        value = _chosen(reader, parameter, value)
    if not options or len(options) > _LISTABLE:
        return Field(parameter.name, label, "text", value, (), fault)
    return Field(parameter.name, label, "select" if len(options) <= _SELECTABLE else "list", value, options, fault)


def _options(reader: Reader, parameter: Parameter) -> tuple[Option, ...]:
    if not parameter.class_name:
        return ()
    things = {
        quad.subject.value
        for quad in reader.state.store.quads(None, _TYPE, ox.NamedNode(lg(parameter.class_name)), None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    options = [Option(_value(reader, iri, parameter), _label(reader, iri)) for iri in things]
    return tuple(sorted(options, key=lambda option: natural(option.value)))


def _label(reader: Reader, iri: str) -> str:
    known = reader.state.names.segment_and_code(iri)
    return f"{known[1]} – {reader.label(iri)}" if known else reader.label(iri)


def _value(reader: Reader, iri: str, parameter: Parameter) -> str:
    """What is sent for a thing: its code where the class makes that enough, else kind and code, or a prefixed name."""
    known = reader.state.names.segment_and_code(iri)
    if not known:
        return reader.state.names.compact(iri).strip("<>")
    return known[1] if parameter.class_name else "/".join(known)


def _chosen(reader: Reader, parameter: Parameter, value: str) -> str:
    """The value as the options spell it: people may have given a prefixed name or an IRI."""
    try:
        return _value(reader, thing_called(reader.state.store, value, parameter.class_name), parameter)
    except KgError:
        return value
