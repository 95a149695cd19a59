"""What a run of compiled shapes leaves for the next one: the results that a change cannot touch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.checks.shacl.check import Check
from kg.checks.shacl.run import Found, Result, rows_of
from kg.checks.shacl.screens import suspects
from kg.checks.threads import side_by_side
from kg.graph.store import Store
from kg.names import OUTSIDE

__all__ = ["Memory"]

_TYPE = OUTSIDE["rdf"] + "type"


@dataclass(slots=True)
class Memory:
    """The results of the last run. Tell it every change of the store before the next."""

    _found: dict[Hashable, Found] = field(default_factory=dict)
    _predicates: set[str] = field(default_factory=set)
    _classes: set[str] = field(default_factory=set)
    asked: int = 0
    """How many checks the last run held against the store again."""

    def changed(self, triples: Iterable[ox.Triple]) -> None:
        """These statements came in or went out since the last run."""
        for triple in triples:
            if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
                self._classes.add(triple.object.value)
            else:
                self._predicates.add(triple.predicate.value)

    def results(self, checks: Iterable[Check], store: Store) -> list[Result]:
        """What the checks find. What is found along two targets of a shape is one result."""
        any_change = bool(self._predicates or self._classes)
        kept: dict[Hashable, Found] = {}
        wanted: dict[Hashable, Check] = {}
        for check in checks:
            key = (check.place, check.text)
            before = self._found.get(key)
            if before is None or (any_change and check.reads.touched_by(self._predicates, self._classes)):
                wanted[key] = check
                before = {}
            kept[key] = before
        again = list(wanted.items())
        among = suspects([check for _, check in again], store)
        found = side_by_side(lambda number: rows_of(again[number][1], store, among[number]), among, store)
        for number, rows in zip(among, found, strict=True):
            kept[again[number][0]] = rows
        self.asked = len(again)
        self._found, self._predicates, self._classes = kept, set(), set()
        return list({key: result for found in kept.values() for key, result in found.items()}.values())
