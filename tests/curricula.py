"""Small random curricula, as plain data for brute force and as a store for the analyses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.graph.store import Store
from kg.names import OUTSIDE, Names, lg

__all__ = ["Curriculum", "random_curriculum", "store_of"]

_NAMES = Names()
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_NOTATION = ox.NamedNode(OUTSIDE["skos"] + "notation")
_LABEL = ox.NamedNode(OUTSIDE["skos"] + "prefLabel")
_DECIMAL = ox.NamedNode(OUTSIDE["xsd"] + "decimal")
_DURATION = ox.NamedNode(OUTSIDE["xsd"] + "duration")
_GRAPH = ox.NamedNode(_NAMES.graph("proposal-p"))


@dataclass(frozen=True)
class Curriculum:
    """One programme `p` with units, outcomes and competences, named by their codes."""

    competences: tuple[str, ...]
    develops: dict[str, frozenset[str]]
    """Outcome → competences; every outcome there is, is a key."""
    units: dict[str, frozenset[str]]
    """Unit → outcomes; an outcome may stand in several units, or in none."""
    credits: dict[str, Decimal]
    requires: dict[str, frozenset[str]]
    """Unit → units required, within the programme."""
    introduces: dict[str, frozenset[str]]
    """Unit → competences it touches."""
    assessed: frozenset[str]
    """Outcomes that the one assessment proves."""

    @cached_property
    def reached_by(self) -> dict[str, frozenset[str]]:
        """Unit → competences its outcomes develop."""
        return {
            unit: frozenset(c for outcome in outcomes for c in self.develops[outcome])
            for unit, outcomes in self.units.items()
        }


@st.composite
def random_curriculum(
    draw: st.DrawFn, *, most_units: int = 6, most_competences: int = 5, cycles: bool = False
) -> Curriculum:
    """A curriculum of one to `most_units` units; prerequisites point to earlier units unless `cycles`."""
    competences = tuple(f"c-{n}" for n in range(1, draw(st.integers(1, most_competences)) + 1))
    outcomes = tuple(f"o-{n}" for n in range(1, draw(st.integers(1, 8)) + 1))
    units = tuple(f"u-{n}" for n in range(1, draw(st.integers(1, most_units)) + 1))
    # Codes are shuffled, so that an order by code is not by chance the order of the prerequisites.
    order = draw(st.permutations(units))
    before = {unit: units if cycles else tuple(order[:place]) for place, unit in enumerate(order)}
    return Curriculum(
        competences=competences,
        develops={outcome: draw(_some(competences, most=3)) for outcome in outcomes},
        units={unit: draw(_some(outcomes, most=4)) for unit in units},
        credits={
            unit: draw(st.sampled_from([Decimal("2.5"), Decimal(3), Decimal(5), Decimal("7.5")])) for unit in units
        },
        requires={unit: draw(_some(before[unit], most=3)) for unit in units},
        introduces={unit: draw(_some(competences, most=1)) for unit in units},
        assessed=draw(_some(outcomes, most=8)),
    )


def _some(codes: tuple[str, ...], *, most: int) -> st.SearchStrategy[frozenset[str]]:
    if not codes:
        return st.just(frozenset())
    return st.frozensets(st.sampled_from(codes), max_size=most)


def store_of(curriculum: Curriculum) -> Store:
    """The curriculum as a store: one proposed graph; policy `r` accepts a certificate of at most five years old."""
    made: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = []

    def thing(segment: str, code: str, class_name: str) -> ox.NamedNode:
        node = ox.NamedNode(_NAMES.thing(segment, code))
        labels = [(node, _LABEL, ox.Literal(f"{code} in woorden", language="nl"))]
        labels += [(node, _LABEL, ox.Literal(f"{code} in words", language="en"))]
        made.extend([(node, _TYPE, ox.NamedNode(lg(class_name))), (node, _NOTATION, ox.Literal(code)), *labels])
        return node

    def link(subject: ox.NamedNode, name: str, *objects: ox.NamedNode | ox.Literal) -> None:
        made.extend((subject, ox.NamedNode(lg(name)), value) for value in objects)

    competence = {code: thing("competence", code, "Competence") for code in curriculum.competences}
    outcome = {code: thing("outcome", code, "LearningOutcome") for code in curriculum.develops}
    unit = {code: thing("unit", code, "LearningUnit") for code in curriculum.units}
    programme = thing("programme", "p", "Programme")
    assessment = thing("assessment", "a", "Assessment")
    policy = thing("policy", "r", "RecognitionPolicy")
    for code, node in outcome.items():
        link(node, "develops", *(competence[c] for c in sorted(curriculum.develops[code])))
    for code, node in unit.items():
        link(programme, "hasUnit", node)
        link(node, "hasOutcome", *(outcome[o] for o in sorted(curriculum.units[code])))
        link(node, "requiresUnit", *(unit[u] for u in sorted(curriculum.requires[code])))
        link(node, "introduces", *(competence[c] for c in sorted(curriculum.introduces[code])))
        link(node, "credits", ox.Literal(str(curriculum.credits[code]), datatype=_DECIMAL))
    link(assessment, "assesses", *(outcome[o] for o in sorted(curriculum.assessed)))
    link(policy, "appliesTo", programme)
    link(policy, "maximumAge", ox.Literal("P5Y", datatype=_DURATION))
    link(policy, "decidedBy", thing("role", "board", "Role"))
    for code in ("certificate", "testimonial"):
        kind = ox.NamedNode(lg(code))
        made.extend([(kind, _TYPE, ox.NamedNode(lg("EvidenceType"))), (kind, _NOTATION, ox.Literal(code))])
    link(policy, "evidenceType", ox.NamedNode(lg("certificate")))
    link(_GRAPH, "origin", ox.NamedNode(lg("proposed")))
    return Store(_NAMES, [ox.Quad(*triple, _GRAPH) for triple in made])
