"""Shapes with targets as SELECT queries: every row is a validation result, or holds the tests that one value fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from rdflib import SH, URIRef
from rdflib.term import Node

from kg.checks.shacl.check import Check, Demand, Kind
from kg.checks.shacl.expressions import Expressions, Facts, any_of, component_of, name_of, term_text
from kg.checks.shacl.focus import Focus, demand_of, focus_of, of_class
from kg.checks.shacl.model import NotCore, Shape, ShapesGraph, Target
from kg.checks.shacl.reads import Reads

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries that a shapes graph comes to, and the shapes that are beyond them."""

    checks: tuple[Check, ...]
    beyond: tuple[tuple[Node, str], ...]
    """Shapes with targets that could not be compiled, each with the reason; they are for pySHACL."""


def plan(shapes: ShapesGraph, facts: Facts) -> Plan:
    """Compiles every shape with targets, or says why it cannot be; once for the same shapes and facts."""
    known = _PLANS.get(shapes)
    if known is None or known[0] != facts:
        _PLANS[shapes] = known = (facts, _planned(shapes, facts))
    return known[1]


_PLANS: WeakKeyDictionary[ShapesGraph, tuple[Facts, Plan]] = WeakKeyDictionary()
"""The last plan of each shapes graph that is in use."""


def _planned(shapes: ShapesGraph, facts: Facts) -> Plan:
    checks: list[Check] = []
    beyond: list[tuple[Node, str]] = []
    for node, targets in shapes.targeted().items():
        try:
            checks += _Compiler(shapes, facts).of_targets(node, targets)
        except NotCore as reason:
            beyond.append((node, str(reason)))
    return Plan(tuple(checks), tuple(beyond))


@dataclass(frozen=True, slots=True)
class _Set:
    """A query for what is asked of the values of a node together."""

    component: URIRef
    columns: list[str]
    """Those after the columns of the chain."""
    pattern: str
    demand: Demand | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One constraint on all values of a focus node: the shape, the value of its parameter, the way to the node."""

    shape: Shape
    value: Node
    focus: Focus


class _Compiler:
    def __init__(self, shapes: ShapesGraph, facts: Facts) -> None:
        self.shapes = shapes
        self.facts = facts
        self.make = Expressions(shapes, facts)
        self._above: list[Node] = []

    def of_targets(self, node: Node, targets: tuple[Target, ...]) -> list[Check]:
        """The queries of a shape, for each way to its focus nodes."""
        return [
            replace(check, reads=_both(check.reads, reads), place=(node, number))
            for target in targets
            for pattern, reads in self._ways(target)
            for number, check in enumerate(self._of_shape(node, focus_of(pattern, target)))
        ]

    def _ways(self, target: Target) -> list[tuple[str, Reads]]:
        """Patterns that find the focus nodes of a target; one for each class, for they are joined from there."""
        self.make.reads = reads = Reads()
        if target.kind == "class":
            found = [of_class(each) for each in self.make.classes(target.term)]
        elif target.kind == "node":
            found = [f"VALUES ?this {{ {term_text(target.term)} }}"]
        else:
            reads.along([target.term])
            ends = "?this {0} ?any" if target.kind == "subjects" else "?any {0} ?this"
            found = [f"{{ SELECT DISTINCT ?this {{ {ends.format(term_text(target.term))} }} }}"]
        return [(each, reads) for each in found]

    def _of_shape(self, node: Node, focus: Focus) -> Iterator[Check]:
        if node in self._above:
            raise NotCore(f"{node} refers to itself")
        shape = self.shapes.shape(node)
        if shape.deactivated:
            return
        self._above.append(node)
        yield from self._values(shape, focus)
        for parameter, values in shape.constraints.items():
            for value in values:
                made = list(self._sets(shape, parameter, value, focus))
                reads = self.make.reads
                yield from (replace(check, reads=reads) for check in made)
        for each in shape.constraints.get(SH.property, ()):
            self.make.reads = Reads()
            below = focus if shape.path is None else focus.through(self._step(shape, focus), self.make.variable("f"))
            so_far = self.make.reads
            for check in self._of_shape(each, below):
                yield replace(check, reads=_both(check.reads, so_far))
        self._above.pop()

    def _step(self, shape: Shape, focus: Focus) -> str:
        return f"{focus.node} {self.make.path(shape)}"

    def _steps(self, shape: Shape, focus: Focus) -> str:
        """The pattern of focus nodes with a value of the shape's path."""
        path = self.make.path(shape)
        before = "" if path == focus.predicate else f"{focus.pattern} "
        return f"{before}{focus.node} {path} ?value ."

    def _values(self, shape: Shape, focus: Focus) -> Iterator[Check]:
        """One query for all that is asked of each value by itself."""
        self.make.reads = Reads()
        v = focus.node if shape.path is None else "?value"
        tests = self.make.tests(shape, focus.node, v)
        if not tests:
            return
        components = tuple(component for component, _ in tests)
        columns = [f"({test} AS ?t{number})" for number, (_, test) in enumerate(tests)] if len(tests) > 1 else []
        steps = focus.pattern if shape.path is None else self._steps(shape, focus)
        value = f"({v} AS ?value)" if shape.path is None else "?value"
        chosen = " ".join(["SELECT DISTINCT", *focus.chain, value, *columns])
        failed = any_of([test for _, test in tests])
        demand = self._within(shape, focus) if len(tests) == 1 else None
        yield Check(
            chosen,
            f"{{ {steps} FILTER({failed}) }}",
            shape,
            components,
            len(focus.chain),
            has_value=True,
            demand=demand or demand_of(shape, focus, Kind.EACH, failed),
            reads=self.make.reads,
        )

    def _within(self, shape: Shape, focus: Focus) -> Demand | None:
        """What a shape with one test demands of all that have a property, when it asks for one of some classes."""
        if shape.path is not None or not focus.predicate or len(focus.chain) > 1:
            return None
        tested = {name: values for name, values in shape.constraints.items() if name in (SH["class"], SH["or"])}
        classes = self.make.one_of_classes(replace(shape, constraints=tested))
        patterns = tuple(of_class(each) for each in classes)
        return Demand(Kind.WITHIN, "", focus.predicate, classes=patterns) if classes else None

    def _sets(self, shape: Shape, parameter: URIRef, value: Node, focus: Focus) -> Iterator[Check]:
        """The queries for what is asked of the values of a node together."""
        self.make.reads = Reads()
        name = name_of(parameter)
        make = getattr(self, f"_set_{name}", None)
        if make is None or (shape.path is None and name not in ("closed", "equals", "hasValue")):
            return
        for each in make(_Asked(shape, value, focus)):
            yield Check(
                " ".join(["SELECT DISTINCT", *focus.chain, *each.columns]),
                each.pattern,
                shape,
                (each.component,),
                len(focus.chain),
                has_value="?value" in each.columns,
                has_path="?path" in each.columns,
                demand=each.demand,
            )

    def _set_closed(self, asked: _Asked) -> Iterator[_Set]:
        if not self.shapes.is_true(asked.shape, SH.closed):
            return
        step, subject = "", asked.focus.node
        if asked.shape.path is not None:
            step, subject = f"{self._step(asked.shape, asked.focus)} ?s .", "?s"
        foreign = self.make.open_properties(asked.shape, "?path")
        found = f"{{ {asked.focus.pattern} {step} {subject} ?path ?value FILTER({foreign}) }}"
        yield _Set(component_of(SH.closed), ["?value", "?path"], found)

    def _set_hasValue(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802 - the parameter's
        wanted = term_text(asked.value)
        missing = f"NOT EXISTS {{ {self._step(asked.shape, asked.focus)} {wanted} }}" if asked.shape.path else ""
        missing = missing or f"!sameTerm({asked.focus.node}, {wanted})"
        demand = demand_of(asked.shape, asked.focus, Kind.LEAST, f"sameTerm(?value, {wanted})")
        yield _Set(component_of(SH.hasValue), [], f"{{ {asked.focus.pattern} FILTER({missing}) }}", demand)

    def _set_equals(self, asked: _Asked) -> Iterator[_Set]:
        self.make.reads.along([asked.value])
        step = f"NOT EXISTS {{ {self._step(asked.shape, asked.focus)} ?value }}" if asked.shape.path else ""
        missing = step or f"!sameTerm(?value, {asked.focus.node})"
        found = f"{{ {asked.focus.pattern} {asked.focus.node} {term_text(asked.value)} ?value FILTER({missing}) }}"
        yield _Set(component_of(SH.equals), ["?value"], found)

    def _set_minCount(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        yield from self._fewer(asked, component_of(SH.minCount), self.shapes.number(asked.shape, SH.minCount))

    def _set_maxCount(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        yield from self._more(asked, component_of(SH.maxCount), self.shapes.number(asked.shape, SH.maxCount))

    def _set_qualifiedValueShape(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        least = self.shapes.number(asked.shape, SH.qualifiedMinCount)
        most = self.shapes.number(asked.shape, SH.qualifiedMaxCount)
        which = self.make.qualified(asked.shape, asked.value, "?value")
        yield from self._fewer(asked, component_of(SH.qualifiedMinCount), least, which)
        yield from self._more(asked, component_of(SH.qualifiedMaxCount), most, which)

    def _fewer(self, asked: _Asked, component: URIRef, number: int | None, which: str = "") -> Iterator[_Set]:
        if not number or number < 0:
            return
        focus = asked.focus
        step = f"{self._step(asked.shape, focus)} ?value{_filter(which)}"
        if number == 1:
            demand = demand_of(asked.shape, focus, Kind.LEAST, which)
            yield _Set(component, [], f"{{ {focus.pattern} FILTER(NOT EXISTS {{ {step} }}) }}", demand)
        else:
            having = f"GROUP BY {' '.join(focus.chain)} HAVING(COUNT(DISTINCT ?value) < {number})"
            yield _Set(component, [], f"{{ {focus.pattern} OPTIONAL {{ {step} }} }} {having}")

    def _more(self, asked: _Asked, component: URIRef, number: int | None, which: str = "") -> Iterator[_Set]:
        if number is None:
            return
        pattern = f"{{ {self._steps(asked.shape, asked.focus)}{_filter(which)} }}"
        if number:
            pattern += f" GROUP BY {' '.join(asked.focus.chain)} HAVING(COUNT(DISTINCT ?value) > {number})"
        yield _Set(component, [], pattern, demand_of(asked.shape, asked.focus, Kind.MOST, which, number))

    def _set_uniqueLang(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        if self.shapes.is_true(asked.shape, SH.uniqueLang):
            tagged = 'FILTER(LANG(?value) != "") BIND(LCASE(LANG(?value)) AS ?language)'
            pattern = f"{{ {self._steps(asked.shape, asked.focus)} {tagged} }}"
            having = f"GROUP BY {' '.join(asked.focus.chain)} ?language HAVING(COUNT(DISTINCT ?value) > 1)"
            demand = demand_of(asked.shape, asked.focus, Kind.LANGUAGES)
            yield _Set(component_of(SH.uniqueLang), ["?language"], f"{pattern} {having}", demand)

    def _set_lessThan(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        return self._pairs(asked, SH.lessThan)

    def _set_lessThanOrEquals(self, asked: _Asked) -> Iterator[_Set]:  # noqa: N802
        return self._pairs(asked, SH.lessThanOrEquals)

    def _pairs(self, asked: _Asked, parameter: URIRef) -> Iterator[_Set]:
        self.make.reads.along([asked.value])
        focus = asked.focus
        pattern = f"{self._steps(asked.shape, focus)} {focus.node} {term_text(asked.value)} ?other"
        failed = self.make.pair(parameter, "?value", "?other")
        yield _Set(component_of(parameter), ["?value", "?other"], f"{{ {pattern} FILTER({failed}) }}")


def _filter(test: str) -> str:
    return f" FILTER({test})" if test else ""


def _both(one: Reads, other: Reads) -> Reads:
    return Reads(
        one.predicates | other.predicates, one.classes | other.classes, everything=one.everything or other.everything
    )
