"""Constraints as SPARQL expressions: each is true of a node that does not conform, and is never an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, count

from rdflib import SH, BNode, URIRef
from rdflib.term import Node

from kg.checks.shacl.model import NotCore, Shape, ShapesGraph
from kg.checks.shacl.paths import path_text, predicates_of
from kg.checks.shacl.reads import Reads
from kg.names import OUTSIDE

__all__ = ["Expressions", "Facts", "any_of", "component_of", "name_of", "term_text"]

_MOST_OF_A_NESTED_COUNT = 4
"""A count inside another shape is a join of so many values with each other; more is left to pySHACL."""

_NODE_KINDS: Mapping[Node, str] = {
    SH.IRI: "!isIRI({0})",
    SH.BlankNode: "!isBlank({0})",
    SH.Literal: "!isLiteral({0})",
    SH.BlankNodeOrIRI: "isLiteral({0})",
    SH.BlankNodeOrLiteral: "isIRI({0})",
    SH.IRIOrLiteral: "isBlank({0})",
}
_RANGES = {SH.minInclusive: ">=", SH.minExclusive: ">", SH.maxInclusive: "<=", SH.maxExclusive: "<"}
_PAIRS = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}


@dataclass(frozen=True, slots=True)
class Facts:
    """What of the data the queries are compiled with, so that they need not look for it at every node."""

    subclasses: Mapping[Node, tuple[URIRef, ...]] = field(default_factory=dict)
    """Class → the classes below it, itself left out."""
    ill_typed: Mapping[Node, tuple[str, ...]] = field(default_factory=dict)
    """Datatype → the literals of it that are none, such as "31-02"^^xsd:date, as SPARQL writes them."""
    can_match: Callable[[str, str], bool] = field(default=lambda *_: True, compare=False)
    """Whether the engine knows a regular expression with these flags."""


def term_text(term: Node) -> str:
    """A term of the shapes as SPARQL writes it. Raises NotCore for a blank node, which SPARQL cannot name."""
    if isinstance(term, BNode):
        raise NotCore("a blank node is compared with")
    return term.n3()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One constraint on a value node: the shape, the value of its parameter, the variables of focus and value node."""

    shape: Shape
    value: Node
    x: str
    v: str


class Expressions:
    """Compiles shapes to expressions; `reads` gathers what those of one query look at."""

    def __init__(self, shapes: ShapesGraph, facts: Facts) -> None:
        self.shapes = shapes
        self.facts = facts
        self.reads = Reads()
        self._numbers = count()
        self._within: list[Node] = []

    def variable(self, name: str = "v") -> str:
        """A variable that no other part of a query uses."""
        return f"?{name}{next(self._numbers)}"

    def path(self, shape: Shape) -> str:
        """The path of a property shape."""
        assert shape.path is not None
        self.reads.along(predicates_of(self.shapes.graph, shape.path))
        return path_text(self.shapes.graph, shape.path)

    def classes(self, wanted: Node) -> list[str]:
        """A class and those below it."""
        found = [wanted, *self.facts.subclasses.get(wanted, ())]
        self.reads.instances([each for each in found if isinstance(each, URIRef)])
        return [term_text(each) for each in found]

    def one_of_classes(self, shape: Shape) -> list[str]:
        """The classes of which a shape asks one; empty when it asks anything else."""
        if shape.path is None and not shape.deactivated and len(shape.constraints) == 1:
            ((parameter, values),) = shape.constraints.items()
            if parameter == SH["class"] and len(values) == 1:
                return self.classes(values[0])
            if parameter == SH["or"] and len(values) == 1:
                choices = [self.one_of_classes(self.shapes.shape(each)) for each in self.shapes.members(values[0])]
                return [each for choice in choices for each in choice] if all(choices) else []
        return []

    def failure(self, node: Node, x: str) -> str:
        """True when the node in variable `x` does not conform to a shape."""
        if node in self._within:
            raise NotCore(f"{node} refers to itself")
        shape = self.shapes.shape(node)
        if shape.deactivated:
            return "false"
        self._within.append(node)
        try:
            parts = self._of_node(shape, x) if shape.path is None else self._of_property(shape, x)
        finally:
            self._within.pop()
        return any_of(parts)

    def _of_node(self, shape: Shape, x: str) -> list[str]:
        nested = [self.failure(each, x) for each in shape.constraints.get(SH.property, ())]
        return [test for _, test in self.tests(shape, x, x)] + self._sets(shape, x) + nested

    def _of_property(self, shape: Shape, x: str) -> list[str]:
        v = self.variable()
        path = self.path(shape)
        tests = [test for _, test in self.tests(shape, x, v)]
        tests += [self.failure(each, v) for each in shape.constraints.get(SH.property, ())]
        found = [f"EXISTS {{ {x} {path} {v} FILTER({any_of(tests)}) }}"] if tests else []
        return found + self._sets(shape, x)

    def tests(self, shape: Shape, x: str, v: str) -> list[tuple[URIRef, str]]:
        """What a shape asks of each value node by itself: component → true when the value in `v` fails it."""
        found: list[tuple[URIRef, str]] = []
        for parameter, values in shape.constraints.items():
            make = getattr(self, "_test_" + name_of(parameter), None)
            if parameter in _RANGES:
                found += [
                    (parameter, f"!COALESCE({v} {_RANGES[parameter]} {term_text(each)}, false)") for each in values
                ]
            elif make:
                found += [(parameter, make(_Asked(shape, each, x, v))) for each in values]
        return [(component_of(parameter), test) for parameter, test in found]

    def _test_class(self, asked: _Asked) -> str:
        return "(" + " && ".join(f"NOT EXISTS {{ {asked.v} a {each} }}" for each in self.classes(asked.value)) + ")"

    def _test_datatype(self, asked: _Asked) -> str:
        other = f"!(isLiteral({asked.v}) && DATATYPE({asked.v}) = {term_text(asked.value)})"
        return any_of([other, *(f"sameTerm({asked.v}, {each})" for each in self.facts.ill_typed.get(asked.value, ()))])

    def _test_nodeKind(self, asked: _Asked) -> str:  # noqa: N802 - the parameter's name
        if asked.value not in _NODE_KINDS:
            raise NotCore(f"{asked.value} is no node kind")
        return _NODE_KINDS[asked.value].format(asked.v)

    def _test_minLength(self, asked: _Asked) -> str:  # noqa: N802
        return f"(isBlank({asked.v}) || STRLEN(STR({asked.v})) < {term_text(asked.value)})"

    def _test_maxLength(self, asked: _Asked) -> str:  # noqa: N802
        return f"(isBlank({asked.v}) || STRLEN(STR({asked.v})) > {term_text(asked.value)})"

    def _test_pattern(self, asked: _Asked) -> str:
        flags = str(self.shapes.graph.value(asked.shape.node, SH.flags) or "")
        if not self.facts.can_match(str(asked.value), flags):
            raise NotCore(f"the engine does not know the pattern {asked.value}")
        flag_text = f', "{flags}"' if flags else ""
        return f"(isBlank({asked.v}) || !REGEX(STR({asked.v}), {term_text(asked.value)}{flag_text}))"

    def _test_languageIn(self, asked: _Asked) -> str:  # noqa: N802
        ranges = " || ".join(
            f"LANGMATCHES(LANG({asked.v}), {term_text(each)})" for each in self.shapes.members(asked.value)
        )
        return f"!(isLiteral({asked.v}) && ({ranges or 'false'}))"

    def _test_in(self, asked: _Asked) -> str:
        members = self.shapes.members(asked.value)
        if members and all(isinstance(each, URIRef) for each in members):
            return f"({asked.v} NOT IN ({', '.join(map(term_text, members))}))"
        return "!" + any_of([f"sameTerm({asked.v}, {term_text(each)})" for each in members])

    def _test_disjoint(self, asked: _Asked) -> str:
        self.reads.along([asked.value])
        return f"EXISTS {{ {asked.x} {term_text(asked.value)} {asked.v} }}"

    def _test_equals(self, asked: _Asked) -> str:
        self.reads.along([asked.value])
        return f"NOT EXISTS {{ {asked.x} {term_text(asked.value)} {asked.v} }}"

    def _test_node(self, asked: _Asked) -> str:
        return self.failure(asked.value, asked.v)

    def _test_not(self, asked: _Asked) -> str:
        return f"!{self.failure(asked.value, asked.v)}"

    def _test_and(self, asked: _Asked) -> str:
        return any_of([self.failure(each, asked.v) for each in self.shapes.members(asked.value)])

    def _test_or(self, asked: _Asked) -> str:
        return "(" + " && ".join(self.failure(each, asked.v) for each in self.shapes.members(asked.value)) + ")"

    def _test_xone(self, asked: _Asked) -> str:
        conforming = " + ".join(f"IF({self.failure(each, asked.v)}, 0, 1)" for each in self.shapes.members(asked.value))
        return f"(({conforming or '0'}) != 1)"

    def qualified(self, shape: Shape, value: Node, v: str) -> str:
        """True when the value in `v` counts for sh:qualifiedValueShape (SHACL 4.7.3)."""
        apart = self.shapes.is_true(shape, SH.qualifiedValueShapesDisjoint)
        others = self.shapes.siblings(shape) if apart else ()
        return " && ".join([f"!{self.failure(value, v)}", *(self.failure(each, v) for each in others)])

    def open_properties(self, shape: Shape, p: str) -> str:
        """True when the predicate in `p` is none that a closed shape allows."""
        self.reads.everything = True
        allowed = [self.shapes.shape(each).path for each in shape.constraints.get(SH.property, ())]
        for ignored in self.shapes.graph.objects(shape.node, SH.ignoredProperties):
            allowed += self.shapes.members(ignored)
        names = sorted({term_text(each) for each in allowed if isinstance(each, URIRef)})
        return f"{p} NOT IN ({', '.join(names)})"

    def _sets(self, shape: Shape, x: str) -> list[str]:
        """What a shape asks of its value nodes together, as expressions."""
        found: list[str] = []
        for parameter, values in shape.constraints.items():
            for value in values:
                found += self._set(shape, parameter, value, x)
        return found

    def _set(self, shape: Shape, parameter: URIRef, value: Node, x: str) -> list[str]:
        w, p = self.variable(), self.variable()
        if parameter == SH.closed and self.shapes.is_true(shape, SH.closed):
            step = f"{x} {self.path(shape)} {w} . {w}" if shape.path else x
            return [f"EXISTS {{ {step} {p} {self.variable()} FILTER({self.open_properties(shape, p)}) }}"]
        if parameter == SH.hasValue:
            if shape.path is None:
                return [f"!sameTerm({x}, {term_text(value)})"]
            return [f"NOT EXISTS {{ {x} {self.path(shape)} {term_text(value)} }}"]
        if parameter == SH.equals:
            self.reads.along([value])
            missing = f"NOT EXISTS {{ {x} {self.path(shape)} {w} }}" if shape.path else f"!sameTerm({w}, {x})"
            return [f"EXISTS {{ {x} {term_text(value)} {w} FILTER({missing}) }}"]
        if shape.path is None:
            return []
        return self._set_of_property(shape, parameter, value, x)

    def _set_of_property(self, shape: Shape, parameter: URIRef, value: Node, x: str) -> list[str]:
        v, w = self.variable(), self.variable()
        number = self.shapes.number(shape, parameter)
        if parameter == SH.minCount and number is not None:
            return [f"!{self._at_least(shape, number, x, None)}"]
        if parameter == SH.maxCount and number is not None:
            return [self._at_least(shape, number + 1, x, None)]
        if parameter == SH.qualifiedValueShape:
            least = self.shapes.number(shape, SH.qualifiedMinCount)
            most = self.shapes.number(shape, SH.qualifiedMaxCount)
            found = [] if least is None else [f"!{self._at_least(shape, least, x, value)}"]
            return found if most is None else [*found, self._at_least(shape, most + 1, x, value)]
        step = f"{x} {self.path(shape)}"
        if parameter == SH.uniqueLang and self.shapes.is_true(shape, SH.uniqueLang):
            same = f'LANG({v}) != "" && LCASE(LANG({v})) = LCASE(LANG({w})) && !sameTerm({v}, {w})'
            return [f"EXISTS {{ {step} {v} . {step} {w} FILTER({same}) }}"]
        if parameter in _PAIRS:
            self.reads.along([value])
            return [f"EXISTS {{ {step} {v} . {x} {term_text(value)} {w} FILTER({self.pair(parameter, v, w)}) }}"]
        return []

    def pair(self, parameter: URIRef, v: str, w: str) -> str:
        """True when a value is not less than another, or cannot be compared with it."""
        return f"!COALESCE({v} {_PAIRS[parameter]} {w}, false)"

    def _at_least(self, shape: Shape, number: int, x: str, qualifying: Node | None) -> str:
        """True when a node has so many values, or so many that qualify."""
        if number <= 0:
            return "true"
        if number > _MOST_OF_A_NESTED_COUNT:
            raise NotCore(f"{shape.node} counts to {number} within another shape")
        values = [self.variable() for _ in range(number)]
        steps = " . ".join(f"{x} {self.path(shape)} {each}" for each in values)
        asked = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
        asked += [self.qualified(shape, qualifying, each) for each in values] if qualifying else []
        return f"EXISTS {{ {steps} FILTER({' && '.join(asked) or 'true'}) }}"


def any_of(tests: list[str]) -> str:
    """True when one of the tests is."""
    return "(" + (" || ".join(tests) or "false") + ")"


def name_of(parameter: URIRef) -> str:
    """A parameter without its namespace."""
    return parameter.removeprefix(OUTSIDE["sh"])


def component_of(parameter: URIRef) -> URIRef:
    """The constraint component that a parameter belongs to; where it has two, the one of the smaller number."""
    name = name_of(parameter)
    return SH[name[:1].upper() + name[1:] + "ConstraintComponent"]
