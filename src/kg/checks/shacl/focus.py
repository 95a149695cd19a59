"""Where the focus nodes of a shape come from, and what a check demands of those of a target."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef

from kg.checks.shacl.check import Demand, Kind
from kg.checks.shacl.model import Shape, Target

__all__ = ["Focus", "demand_of", "focus_of", "of_class"]


@dataclass(frozen=True, slots=True)
class Focus:
    """Where the focus nodes of a shape come from: a pattern, and the variables on the way to them."""

    pattern: str
    chain: tuple[str, ...]
    predicate: str = ""
    """The predicate that focus nodes have by their target: a step along it finds them without the pattern."""
    of_class: bool = False
    """Whether these are the instances of a class."""

    @property
    def node(self) -> str:
        """The variable of the focus node."""
        return self.chain[-1]

    def through(self, step: str, variable: str) -> Focus:
        """A step further."""
        return Focus(f"{self.pattern} {step} {variable} .", (*self.chain, variable))


def of_class(text: str) -> str:
    """The pattern of the instances of a class."""
    return f"?this a {text} ."


def demand_of(shape: Shape, focus: Focus, kind: Kind, test: str = "", number: int = 1) -> Demand | None:
    """What is demanded of the focus nodes of a target, about a property; None of what is further away."""
    if not isinstance(shape.path, URIRef) or len(focus.chain) > 1:
        return None
    along = shape.path.n3()
    if focus.of_class:
        return Demand(kind, focus.pattern, along, test, number)
    counts_some = bool(test) and kind is not Kind.EACH
    return None if along != focus.predicate or counts_some else Demand(kind, "", along, test, number)


def focus_of(pattern: str, target: Target) -> Focus:
    """The focus nodes of a target, that a pattern finds."""
    predicate = target.term.n3() if target.kind == "subjects" else ""
    return Focus(pattern, ("?this",), predicate, of_class=target.kind == "class")
