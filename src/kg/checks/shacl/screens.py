"""Counts what the nodes of targets say, and tells from the numbers which checks find nothing, or only at some nodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.checks.shacl.check import Check, Demand, Kind
from kg.checks.shacl.expressions import any_of
from kg.checks.threads import side_by_side
from kg.graph.store import Store

__all__ = ["suspects"]

Nodes = frozenset[str] | None
"""Focus nodes as SPARQL writes them; None for any."""
_Demands = dict[int, Demand]

_LEAST_CHECKS = 3
"""Counting all that the nodes of a class say costs about as much as so many checks of them."""
_MOST_NODES = 1000
"""More nodes than these are not named in a query: it then looks at all."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Statements with one property that are alike."""

    language: str
    """In lower case; empty where languages do not matter."""
    counted: bool
    """Whether their values are those that a check counts."""
    failing: str
    """The node, when its value fails a test."""
    statements: int
    nodes: int


@dataclass(frozen=True, slots=True)
class _Said:
    """What the nodes of a class say."""

    nodes: int
    groups: Mapping[str, Sequence[_Group]]
    """Property → its statements."""


def suspects(checks: Sequence[Check], store: Store) -> dict[int, Nodes]:
    """Number of a check → the focus nodes that it can find something at; checks that find nothing are left out.

    The store is asked how many statements and nodes there are by class, property, language and test. As many nodes
    as statements: none has two values. As many nodes as the class has: none is without. As many in the classes as there
    are: none is outside. Where the numbers prove nothing, a check is to look for itself.
    """
    found: dict[int, Nodes] = dict.fromkeys(range(len(checks)))
    if not store.embedded:
        return found
    of_class: dict[str, _Demands] = {}
    of_property: dict[str, _Demands] = {}
    within: _Demands = {}
    for number, check in enumerate(checks):
        demand = check.demand
        if demand is None:
            continue
        if demand.kind is Kind.WITHIN:
            within[number] = demand
        elif demand.nodes and demand.kind is not Kind.EACH:
            of_class.setdefault(demand.nodes, {})[number] = demand
        else:
            of_property.setdefault(demand.along, {})[number] = demand
    counted = {nodes: _of_one_test(asked) for nodes, asked in of_class.items() if len(asked) >= _LEAST_CHECKS}
    of_nodes = side_by_side(lambda nodes: _said(nodes, counted[nodes].values(), store), counted, store)
    said = dict(zip(counted, of_nodes, strict=True))
    judged: dict[int, Nodes] = {
        number: _doubtful(demand, said[nodes].groups.get(demand.along, ()), said[nodes].nodes)
        for nodes, asked in counted.items()
        for number, demand in asked.items()
    }
    for each in side_by_side(lambda along: _of_property(along, of_property[along], said, store), of_property, store):
        judged |= each
    inside = side_by_side(lambda demand: _all_within(demand, said, store), within.values(), store)
    judged |= {number: frozenset() for number, proven in zip(within, inside, strict=True) if proven}
    return {number: nodes for number, nodes in (found | judged).items() if nodes is None or nodes}


def _of_one_test(demands: _Demands) -> _Demands:
    """Those that can be counted together: of each property, values are counted by one test."""
    tests: dict[str, str] = {}
    return {
        number: demand
        for number, demand in demands.items()
        if not demand.test or tests.setdefault(demand.along, demand.test) == demand.test
    }


def _said(nodes: str, demands: Collection[Demand], store: Store) -> _Said:
    tagged = {demand.along for demand in demands if demand.kind is Kind.LANGUAGES}
    counting: dict[str, set[str]] = {}
    for demand in demands:
        if demand.test:
            counting.setdefault(demand.test, set()).add(demand.along)
    language = f"IF({_along(tagged)}, LCASE(LANG(?value)), '')"
    counted = " || ".join(_if(_along(properties), test) for test, properties in counting.items()) or "false"
    pattern = f"{{ {nodes} ?this ?along ?value }}"
    groups: dict[str, list[_Group]] = {}
    for along, *row in store.rows(_counts("?along", language, counted, "''", pattern)):
        groups.setdefault(str(along), []).append(_group(row))
    return _Said(_number(nodes, store), groups)


def _of_property(along: str, demands: _Demands, said: Mapping[str, _Said], store: Store) -> dict[int, Nodes]:
    """What all nodes together say with a property, held against what is demanded of those of any class."""
    judged: dict[int, Nodes] = {}
    asked: _Demands = {}
    for number, demand in demands.items():
        if demand.nodes in said and along not in said[demand.nodes].groups:
            judged[number] = frozenset()
        else:
            asked[number] = demand
    if len(asked) < 2 and not any(demand.nodes in said for demand in asked.values()):
        return judged
    failing: dict[str, list[str]] = {}
    for demand in asked.values():
        if demand.kind is Kind.EACH:
            failing.setdefault(demand.test, []).append(f"EXISTS {{ {demand.nodes} }}" if demand.nodes else "true")
    tests = " || ".join(_if(test, any_of(whose)) for test, whose in failing.items())
    fails = f"IF({tests}, ?this, '')" if tests else "''"
    tagged = any(demand.kind is Kind.LANGUAGES for demand in asked.values())
    language = "LCASE(LANG(?value))" if tagged else "''"
    rows = store.rows(_counts("", language, "true", fails, f"{{ ?this {along} ?value }}"))
    groups = [_group(row) for row in rows]
    return judged | {number: _doubtful(demand, groups, 0) for number, demand in asked.items()}


def _all_within(demand: Demand, said: Mapping[str, _Said], store: Store) -> bool:
    """Whether all that have a property are of the classes, of which no two may share a node."""
    number = 0
    for each in demand.classes:
        if each not in said or len(said[each].groups.get(demand.along, ())) > 1:
            return False
        number += sum(group.nodes for group in said[each].groups.get(demand.along, ()))
    if number != _number(f"?this {demand.along} ?value", store):
        return False
    union = " UNION ".join(f"{{ {each} }}" for each in demand.classes)
    return len(demand.classes) == 1 or _number(union, store) == sum(said[each].nodes for each in demand.classes)


def _number(pattern: str, store: Store) -> int:
    ((number,),) = store.rows(f"SELECT (COUNT(DISTINCT ?this) AS ?nodes) {{ {pattern} }}")
    return int(number.value)


def _counts(along: str, language: str, counted: str, failing: str, pattern: str) -> str:
    keys = f"GROUP BY {along} ({language} AS ?language) ({counted} AS ?counted) ({failing} AS ?failing)"
    numbers = "(COUNT(*) AS ?statements) (COUNT(DISTINCT ?this) AS ?nodes)"
    return f"SELECT {along} ?language ?counted ?failing {numbers} {pattern} {keys}"


def _if(first: str, then: str) -> str:
    """Whether both hold. The engine takes the parts of `&&` in an order of its own, and one can be dear."""
    return f"IF({first}, {then}, false)"


def _along(properties: Collection[str]) -> str:
    return any_of([f"sameTerm(?along, {each})" for each in sorted(properties)])


def _group(row: Sequence[ox.NamedNode | ox.BlankNode | ox.Literal | None]) -> _Group:
    language, counted, failing, statements, nodes = row
    return _Group(
        getattr(language, "value", ""),
        getattr(counted, "value", "") == "true",
        "" if failing is None or isinstance(failing, ox.Literal) else str(failing),
        int(getattr(statements, "value", 0)),
        int(getattr(nodes, "value", 0)),
    )


def _doubtful(demand: Demand, groups: Sequence[_Group], total: int) -> Nodes:
    """The nodes that may not meet a demand, of so many in all."""
    failing = frozenset(group.failing for group in groups if group.failing)
    narrowed = None if len(failing) > _MOST_NODES or any(node.startswith("_:") for node in failing) else failing
    if demand.kind is Kind.EACH:
        return narrowed
    counted = [group for group in groups if group.counted or not demand.test]
    if demand.kind is Kind.LEAST:
        return frozenset() if any(group.nodes == total for group in counted) or not total else None
    whole = [group for group in counted if not group.failing]
    if demand.kind is Kind.LANGUAGES:
        whole = [group for group in groups if group.language and not group.failing]
        apart = len({group.language for group in whole}) == len(whole)
    else:
        apart = len(whole) < 2 and (demand.number > 0 or not counted)
    # A node with two values in one group is none; one with more than one group has a value that fails.
    return narrowed if apart and all(group.statements == group.nodes for group in whole) else None
