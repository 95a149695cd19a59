"""The sheet of the rest: statements that fit no column, one a row."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.faults import Faults
from kg.exchange.spreadsheet.grid import Cell, Grid, Place
from kg.exchange.spreadsheet.terms import Trouble
from kg.exchange.spreadsheet.values import plain_text
from kg.graph.find import is_node
from kg.names import KINDS_BY_SEGMENT, Iri
from kg.text import did_you_mean

__all__ = ["file_named", "rest_statements"]


def rest_statements(plan: Blueprint, grid: Grid, faults: Faults) -> Iterator[tuple[str, ox.Triple, Place]]:
    """The statements of the sheet, each with its file and the cell of its value. Faults go to `faults`."""
    for index, row in enumerate(grid.rows):
        if index == 0 or not any(cell is not None and cell != "" for cell in row):
            continue
        places = [Place(grid.name, index + 1, column) for column in (1, 2, 3, 4)]
        texts = []
        for column, cell in enumerate([*row, None, None, None, None][: max(4, len(row))]):
            trouble = Trouble()
            texts.append(plain_text(cell, trouble))
            faults.trouble(Place(grid.name, index + 1, column + 1), trouble)
        file = file_named(plan, texts[0], places[0], faults)
        subject = _subject(plan, texts[1].strip(), places[1], faults)
        property_ = _address(plan, texts[2].strip(), places[2], faults)
        value = _value("".join(texts[3:]), places[3], faults)
        if file and subject and property_ and value is not None:
            yield file, ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), value), places[3]


def file_named(plan: Blueprint, cell: Cell, place: Place, faults: Faults) -> str:
    """The data file a cell names; empty, with a fault, when there is none."""
    trouble = Trouble()
    text = plain_text(cell, trouble).strip()
    if trouble:
        faults.trouble(place, trouble)
        return ""
    name = text.removeprefix("data/").removesuffix(".ttl")
    if name in plan.files:
        return name
    near = did_you_mean(name, plan.files) if name else ""
    hint = "Did you mean {near}?" if near else "Choose one from the list."
    if name:
        faults.say(place, 'there is no data file "{name}".', hint, name=text, near=near)
    else:
        faults.say(place, "which data file does this go in?", "Choose one from the list.")
    return ""


def _subject(plan: Blueprint, text: str, place: Place, faults: Faults) -> Iri | None:
    segment, slash, code = text.partition("/")
    if slash and (segment in KINDS_BY_SEGMENT or segment == "graph"):
        iri = plan.thing(segment, code)
        if is_node(iri):
            return iri
    return _address(plan, text, place, faults)


def _address(plan: Blueprint, text: str, place: Place, faults: Faults) -> Iri | None:
    iri = Iri(text) if text.startswith(("http:", "https:")) else plan.project.names.expand(text)
    if iri and is_node(iri):
        return iri
    faults.say(place, '"{text}" is not an address.', "Write a whole address, or one with a known prefix.", text=text)
    return None


def _value(text: str, place: Place, faults: Faults) -> ox.NamedNode | ox.Literal | None:
    try:
        quads = list(ox.parse(input=f"<x:s> <x:p> {text.strip()} .", format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        quads = []
    if len(quads) == 1 and isinstance(quads[0].object, ox.NamedNode | ox.Literal):
        return quads[0].object
    faults.say(
        place, '"{text}" is not a value as N-Triples writes it.', 'Write "text"@nl, or <address>.', text=text[:60]
    )
    return None
