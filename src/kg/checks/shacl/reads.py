"""What a compiled query reads: the predicates it goes along and the classes it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import RDF, URIRef
from rdflib.term import Node

__all__ = ["Reads"]


@dataclass(slots=True)
class Reads:
    """What a query reads. A change of nothing that it reads cannot change its answer."""

    predicates: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    everything: bool = False
    """A query that looks at whatever predicate a thing has (sh:closed), or at all types."""

    def along(self, predicates: Iterable[Node]) -> None:
        """These predicates are gone along."""
        for predicate in predicates:
            if predicate == RDF.type:
                self.everything = True
            self.predicates.add(str(predicate))

    def instances(self, classes: Iterable[URIRef]) -> None:
        """The instances of these classes are asked for."""
        self.classes.update(map(str, classes))

    def touched_by(self, predicates: Iterable[str], classes: Iterable[str]) -> bool:
        """Whether changed statements with these predicates, or of these classes, can change the answer."""
        return self.everything or not self.predicates.isdisjoint(predicates) or not self.classes.isdisjoint(classes)
