"""A compiled check as a record: its query, what the rows mean, what it reads, how it can be passed over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from rdflib import URIRef
from rdflib.term import Node

from kg.checks.shacl.model import Shape
from kg.checks.shacl.reads import Reads

__all__ = ["Check", "Demand", "Kind"]


class Kind(Enum):
    """What is demanded of nodes and their values of a property."""

    EACH = "no value fails a test"
    MOST = "a node has at most so many values"
    LEAST = "a node has a value"
    LANGUAGES = "a node has one value in a language"
    WITHIN = "a node is of one of the classes"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a check demands of its focus nodes, where they are those of a target, about one property."""

    kind: Kind
    nodes: str
    """The pattern that finds the nodes, `?this`, by their class; empty for those that have the property."""
    along: str
    """The property."""
    test: str = ""
    """Of a value in `?value`: of EACH true when it fails, of MOST and LEAST true when it counts; empty counts all."""
    number: int = 1
    """Of MOST."""
    classes: tuple[str, ...] = ()
    """Of WITHIN: patterns that find the nodes of each class."""


@dataclass(frozen=True, slots=True)
class Check:
    """One query and what its rows mean."""

    chosen: str
    """The columns, with SELECT."""
    pattern: str
    """What follows, from the brace on."""
    shape: Shape
    components: tuple[URIRef, ...]
    """What a row is a result of: the one component, or those whose column of tests is true."""
    chain: int
    """The number of first columns that lead from the target to the focus node, which is the last of them."""
    has_value: bool = False
    """Whether a column with the value follows."""
    has_path: bool = False
    """Whether a column with the predicate follows the value (sh:closed)."""
    demand: Demand | None = None
    """What it comes to, where that can be looked at together with what other checks demand."""
    reads: Reads = field(default_factory=Reads)
    place: tuple[Node, int] | None = None
    """The shape with the targets, and which of its checks this is: the same along each of its targets."""

    @property
    def text(self) -> str:
        """The query."""
        return f"{self.chosen} {self.pattern}"

    def among(self, nodes: Collection[str]) -> str:
        """The query for these focus nodes alone; their IRIs as SPARQL writes them."""
        return f"{self.chosen} {{ VALUES ?this {{ {' '.join(nodes)} }} {self.pattern.removeprefix('{')}"
