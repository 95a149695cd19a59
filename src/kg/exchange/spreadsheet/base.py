"""What a workbook remembers of the state it was made from, packed in the cells of a hidden sheet."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.blueprint import Statements
from kg.exchange.spreadsheet.grid import Cell

__all__ = ["MOST", "Base", "base_cells", "read_base"]

MOST = 400_000_000
"""Bytes of statements that are unpacked at most."""
_MARK = "leergraaf-werkboek 1"
_PIECE = 30_000
_GRAPH = "x-file:"


@dataclass(frozen=True, slots=True)
class Base:
    """The state a workbook was made from."""

    version: str
    address: str
    """The base IRI of the graph."""
    digest: str
    statements: Statements
    _about: dict[str, dict[str, set[ox.Triple]]] = field(default_factory=dict, compare=False, repr=False, init=False)
    _files: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False, init=False)

    def about(self, file: str, iri: str) -> set[ox.Triple]:
        """What a file stated of a thing."""
        return self.things_in(file).get(iri, set())

    def things_in(self, file: str) -> Mapping[str, set[ox.Triple]]:
        """What a file stated, by thing."""
        if file not in self._about:
            things: dict[str, set[ox.Triple]] = {}
            for triple in self.statements.get(file, ()):
                things.setdefault(getattr(triple.subject, "value", ""), set()).add(triple)
            self._about[file] = things
        return self._about[file]

    def files_of(self, iri: str) -> list[str]:
        """The files that stated something of a thing, sorted."""
        if not self._files:
            for file in sorted(self.statements):
                for thing in self.things_in(file):
                    self._files.setdefault(thing, []).append(file)
        return self._files.get(iri, [])


def base_cells(version: str, address: str, statements: Statements) -> list[str]:
    """The cells of the hidden sheet, one below the other."""
    content = _packed(statements)
    coded = base64.b64encode(zlib.compress(content, 9)).decode()
    pieces = [coded[start : start + _PIECE] for start in range(0, len(coded), _PIECE)]
    return [_MARK, version, address, hashlib.sha256(content).hexdigest(), *pieces]


def _packed(statements: Statements) -> bytes:
    lines = []
    for file, triples in statements.items():
        graph = ox.NamedNode(_GRAPH + file)
        lines += [str(ox.Quad(t.subject, t.predicate, t.object, graph)) + " .\n" for t in triples]
    return "".join(sorted(lines)).encode()


def read_base(cells: Sequence[Cell]) -> Base:
    """The state packed in these cells. Raises ExchangeError when they are not whole."""
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    if len(texts) < 5 or texts[0] != _MARK:
        raise ExchangeError(
            "The workbook does not tell which state of the graph it was made from.",
            "Start from a workbook made with `kg sheet export`, and leave its hidden sheet in place.",
        )
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode("".join(texts[4:]), validate=True), MOST)
        if unpacker.unconsumed_tail or hashlib.sha256(content).hexdigest() != texts[3]:
            raise ValueError
        statements: dict[str, set[ox.Triple]] = {}
        for quad in ox.parse(input=content, format=ox.RdfFormat.N_QUADS):
            graph = getattr(quad.graph_name, "value", "").removeprefix(_GRAPH)
            statements.setdefault(graph, set()).add(quad.triple)
    except (ValueError, zlib.error, binascii.Error, SyntaxError):
        raise ExchangeError(
            "The hidden sheet of the workbook is damaged.", "Export anew, and carry your changes over."
        ) from None
    return Base(texts[1], texts[2], texts[3], {file: frozenset(triples) for file, triples in statements.items()})
