"""The parts of a made-up graph one after the other: the ontology, reference data, and sector after sector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

import pyoxigraph as ox

from kg.editing.generated.faults import KINDS_OF_FAULT, Planted, plant
from kg.editing.generated.profession import concepts, figures, links, profession
from kg.editing.generated.programme import minor, offers
from kg.editing.generated.sector import Sector, Statement, predicate, term, text, typed, value
from kg.editing.generated.words import FIELDS, Pair
from kg.editing.starting import reference
from kg.errors import BadParameter
from kg.files.project import read_project, shipped
from kg.files.turtle import read_turtle
from kg.graph.load import derive
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri, Names, lg

__all__ = ["BASE", "Generated", "Part"]

BASE = "https://example.org/leergraaf/"
"""Where made-up things are, unless another base is given."""

_GROUP = 50
"""So many sectors share a pair of graphs: one of what is stated, one of what is proposed."""
_LICENCE = term("https://creativecommons.org/publicdomain/zero/1.0/")
_ORIGINS = {"note": "stated", "proposal": "proposed", "derived": "derived", "graphs": "reference"}
_TITLES: dict[str, Pair] = {
    "note": ("Verzonnen uitspraken {n}", "Made-up statements {n}"),
    "proposal": ("Verzonnen voorstellen {n}", "Made-up proposals {n}"),
    "derived": ("Wat uit de andere grafen volgt", "What follows from the other graphs"),
    "graphs": ("Beschrijving van de grafen", "Description of the graphs"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some statements of one graph."""

    name: str
    """The graph below the base, as `note-0001`; empty for one of the ontology."""
    graph: Iri
    statements: list[Statement]


@dataclass(frozen=True)
class Generated:
    """A made-up graph of at least this many triples, in whole sectors; the same for the same seed.

    `faults` faults are planted, spread over the sectors; `planted` fills while the parts are read.
    """

    triples: int
    seed: int
    faults: int = 0
    base: str = BASE
    planted: list[Planted] = field(default_factory=list)

    def parts(self) -> Iterator[Part]:
        """Every part of the graph. Raises BadParameter when there is no room for the faults."""
        if self.faults > self.sectors * KINDS_OF_FAULT:
            raise BadParameter(
                "There is no room for {faults} faults in {triples} triples.",
                "Ask for fewer faults or more triples.",
                faults=self.faults,
                triples=self.triples,
            )
        self.planted.clear()
        yield from self._fixed
        yield Part("graphs", self.names.graph("graphs"), self._described())
        for number in range(1, self.sectors + 1):
            made = self._sector(number)
            for fault in self._faults_of(number):
                self.planted.append(plant(made, fault))
            group = f"{(number - 1) // _GROUP + 1:04}"
            for origin, statements in made.statements.items():
                name = "derived" if origin == "derived" else f"{origin}-{group}"
                yield Part(name, self.names.graph(name), statements)

    @cached_property
    def names(self) -> Names:
        """The names of the graph."""
        return Names(self.base)

    @cached_property
    def sectors(self) -> int:
        """The number of sectors: each has as many statements as the first."""
        fixed = sum(len(part.statements) for part in self._fixed) + len(_description("derived", "", self.names)) * 2
        each = sum(map(len, self._sector(1).statements.values()))
        pair = len(_description("note", "1", self.names)) * 2
        count = max(1, (self.triples - fixed) // each)
        while fixed + count * each + -(-count // _GROUP) * pair < self.triples:
            count += 1
        return count

    def _faults_of(self, number: int) -> range:
        """The faults that are planted in a sector."""
        first, last = ((place * self.faults) // self.sectors for place in (number - 1, number))
        return range(first, last)

    def _sector(self, number: int) -> Sector:
        """One sector. Nothing in it is found at fault by the shapes or the graph-wide rules.

        Chance decides which of its things are linked and how they are called, not how many statements it has.
        """
        made = Sector(number, self.names, Random(f"{self.seed}-{number}"))
        nl, en = FIELDS[number % len(FIELDS)]
        name = (f"{nl} {number}", f"{en} {number}")
        source = made.thing("note", "source", made.code("bron"), (f"profiel {name[0]}", f"profile of {name[1]}"))
        made.add("note", source, "sourceType", value("professionalProfile"))
        made.add("note", source, "dct:issued", typed("2024", "gYear"))
        town, province = made.chance.choice(self._towns)
        profession(made, name, town, province)
        concepts(made, name)
        links(made)
        figures(made, name)
        minor(made, name)
        offers(made, name, town)
        return made

    def _described(self) -> list[Statement]:
        """What every graph of the base is."""
        about = [self._about(name, "") for name in ("derived", "graphs")]
        groups = -(-self.sectors // _GROUP)
        about += [self._about(origin, f"{n:04}") for n in range(1, groups + 1) for origin in ("note", "proposal")]
        of_reference = [_statement(triple) for _, _, triples in self._reference for triple in triples]
        return [*of_reference, *(statement for each in about for statement in each)]

    def _about(self, origin: str, group: str) -> list[Statement]:
        return _description(origin, group, self.names)

    @cached_property
    def _reference(self) -> list[tuple[str, list[ox.Triple], list[ox.Triple]]]:
        return reference(self.base)

    @cached_property
    def _reference_store(self) -> Store:
        """Reference data alone, with what follows from it."""
        quads = [
            ox.Quad(
                triple.subject, triple.predicate, triple.object, ox.NamedNode(self.names.graph(f"reference-{name}"))
            )
            for name, triples, _ in self._reference
            for triple in triples
        ]
        store = Store(self.names, quads)
        derive(store, read_project(shipped()).rule_files())
        return store

    @cached_property
    def _towns(self) -> list[tuple[str, str]]:
        """Municipalities that lie in one province, each with its province, sorted."""
        engine = self._reference_store.engine
        kind, within = ox.NamedNode(lg("placeType")), ox.NamedNode(lg("within"))
        of_kind = {
            name: {quad.subject for quad in engine.quads_for_pattern(None, kind, ox.NamedNode(lg(name)))}
            for name in ("municipality", "province")
        }
        found = []
        for town in of_kind["municipality"]:
            wider = {quad.object for quad in engine.quads_for_pattern(town, within, None)} & of_kind["province"]
            if len(wider) == 1:
                found.append((str(town), str(*wider)))
        return sorted(found)

    @cached_property
    def _fixed(self) -> list[Part]:
        """The ontology's graphs and reference data: the same in every made-up graph of this base."""
        project = read_project(shipped())
        data = project.folder("data")
        parts = [
            Part("", graph, [_statement(triple) for triple in read_turtle(path).triples])
            for path, graph in project.data_files()
            if data not in path.parents
        ]
        for name, triples, _ in self._reference:
            graph = self.names.graph(f"reference-{name}")
            parts.append(Part(f"reference-{name}", graph, [_statement(triple) for triple in triples]))
        derived = self.names.graph("derived")
        follows = self._reference_store.engine.quads_for_pattern(None, None, None, ox.NamedNode(derived))
        parts.append(Part("derived", derived, sorted(_statement(quad.triple) for quad in follows)))
        return parts


def _statement(triple: ox.Triple) -> Statement:
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _description(origin: str, group: str, names: Names) -> list[Statement]:
    """What one graph is: its title, licence and origin."""
    graph = term(names.graph(f"{origin}-{group}" if group else origin))
    title = _TITLES[origin]
    return [
        (graph, predicate("rdf:type"), term(OUTSIDE["dcat"] + "Dataset")),
        (graph, predicate("dct:license"), _LICENCE),
        *((graph, predicate("dct:title"), text(title[i].format(n=group), ("nl", "en")[i])) for i in (0, 1)),
        (graph, predicate("origin"), value(_ORIGINS[origin])),
    ]
