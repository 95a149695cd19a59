"""A made-up curriculum graph of any size, the same for the same seed, as N-Quads on standard output.

    python tests/bench/generate.py --triples 1000000 --seed 1 > big.nq

One block is a profile with its competences, tasks, tension fields and themes, a minor in six units that
develops and assesses them, and a school that offers it in one of twelve provinces: about 900 triples.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator

from kg.names import DCT, OUTSIDE, Names, lg

NAMES = Names("https://example.org/bench/")
SKOS = OUTSIDE["skos"]
TYPE = OUTSIDE["rdf"] + "type"
XSD = OUTSIDE["xsd"]
STATED, PROPOSED, REFERENCE = (NAMES.graph(name) for name in ("note", "proposal", "reference"))
VERBS = ("Analyseert", "Ontwerpt", "Begeleidt", "Onderzoekt", "Adviseert", "Organiseert")
WORDS = (
    "buurt",
    "bewoners",
    "initiatief",
    "plan",
    "partijen",
    "overleg",
    "wijk",
    "belangen",
    "steun",
    "project",
    "vraag",
    "netwerk",
)


class Lines:
    """Quads as lines, counted."""

    def __init__(self) -> None:
        self.count = 0

    def link(self, graph: str, subject: str, predicate: str, target: str) -> str:
        self.count += 1
        return f"<{subject}> <{predicate}> <{target}> <{graph}> .\n"

    def text(self, graph: str, subject: str, predicate: str, value: str, suffix: str = "") -> str:
        self.count += 1
        return f'<{subject}> <{predicate}> "{value}"{suffix} <{graph}> .\n'

    def thing(self, graph: str, segment: str, code: str, class_name: str, label: str) -> Iterator[str]:
        iri = NAMES.thing(segment, code)
        yield self.link(graph, iri, TYPE, lg(class_name))
        yield self.text(graph, iri, SKOS + "notation", code)
        yield self.text(graph, iri, SKOS + "prefLabel", label, "@nl")
        yield self.text(graph, iri, SKOS + "prefLabel", f"{label} (en)", "@en")


def generate(triples: int, seed: int) -> Iterator[str]:
    """Lines of N-Quads, whole blocks, until at least this many triples."""
    chance = random.Random(seed)
    lines = Lines()
    yield from reference(lines)
    number = 0
    while lines.count < triples:
        number += 1
        yield from block(lines, chance, f"{number:05}")


def reference(lines: Lines) -> Iterator[str]:
    """Levels 4 to 7, twelve provinces with a municipality each, the graphs."""
    for graph, origin in ((STATED, "stated"), (PROPOSED, "proposed"), (REFERENCE, "reference")):
        yield lines.link(REFERENCE, graph, lg("origin"), lg(origin))
    yield from lines.thing(REFERENCE, "framework", "nlqf", "Framework", "NLQF")
    for rank in range(4, 8):
        yield from lines.thing(REFERENCE, "level", f"nlqf-{rank}", "Level", f"NLQF {rank}")
        level = NAMES.thing("level", f"nlqf-{rank}")
        yield lines.link(REFERENCE, level, SKOS + "inScheme", NAMES.thing("framework", "nlqf"))
        yield lines.text(REFERENCE, level, lg("rank"), str(rank), f"^^<{XSD}integer>")
    for province in range(12):
        yield from lines.thing(REFERENCE, "place", f"p-{province}", "Place", f"Provincie {province}")
        yield lines.link(REFERENCE, NAMES.thing("place", f"p-{province}"), lg("placeType"), lg("province"))
        yield from lines.thing(REFERENCE, "place", f"g-{province}", "Place", f"Gemeente {province}")
        town = NAMES.thing("place", f"g-{province}")
        yield lines.link(REFERENCE, town, lg("placeType"), lg("municipality"))
        yield lines.link(REFERENCE, town, lg("within"), NAMES.thing("place", f"p-{province}"))


def block(lines: Lines, chance: random.Random, number: str) -> Iterator[str]:
    """One profile and the minor that answers it."""
    subjects = {
        segment: [NAMES.thing(segment, f"{segment[0]}{i:02}-{number}") for i in range(count)]
        for segment, count in (("competence", 12), ("task", 11), ("tension", 8), ("theme", 7), ("knowledge", 10))
    }
    classes = {
        "competence": "Competence",
        "task": "Task",
        "tension": "TensionField",
        "theme": "Theme",
        "knowledge": "KnowledgeElement",
    }
    profile = NAMES.thing("profile", f"profiel-{number}")
    source = NAMES.thing("source", f"bron-{number}")
    yield from lines.thing(STATED, "profile", f"profiel-{number}", "CompetenceProfile", f"profiel {number}")
    yield from lines.thing(STATED, "source", f"bron-{number}", "Source", f"bron {number}")
    for segment, things in subjects.items():
        for thing in things:
            code = thing.rpartition("/")[2]
            yield from lines.thing(STATED, segment, code, classes[segment], " ".join(chance.sample(WORDS, 3)))
            yield lines.link(STATED, thing, SKOS + "inScheme", profile)
            yield lines.link(STATED, thing, DCT + "source", source)
    for task in subjects["task"]:
        for competence in chance.sample(subjects["competence"], 3):
            yield lines.link(PROPOSED, task, lg("requiresCompetence"), competence)
    yield from minor(lines, chance, number, subjects)
    yield from offer(lines, chance, number)


def minor(lines: Lines, chance: random.Random, number: str, subjects: dict[str, list[str]]) -> Iterator[str]:
    """Six units of 5 EC with four outcomes each, all assessed."""
    programme, level = NAMES.thing("programme", f"mi-{number}"), NAMES.thing("level", "nlqf-6")
    yield from lines.thing(PROPOSED, "programme", f"mi-{number}", "Programme", f"minor {number}")
    yield lines.link(PROPOSED, programme, lg("atLevel"), level)
    yield lines.link(PROPOSED, programme, lg("programmeType"), lg("minor"))
    yield from lines.thing(PROPOSED, "policy", f"evc-{number}", "RecognitionPolicy", f"erkenning {number}")
    yield lines.link(PROPOSED, NAMES.thing("policy", f"evc-{number}"), lg("appliesTo"), programme)
    yield lines.link(PROPOSED, NAMES.thing("policy", f"evc-{number}"), lg("evidenceType"), lg("certificate"))
    yield lines.text(PROPOSED, programme, lg("credits"), "30.0", f"^^<{XSD}decimal>")
    units = [NAMES.thing("unit", f"mo-{number}-{i}") for i in range(6)]
    for i, unit in enumerate(units):
        yield from lines.thing(PROPOSED, "unit", f"mo-{number}-{i}", "LearningUnit", f"leereenheid {i}")
        yield lines.link(PROPOSED, programme, lg("hasUnit"), unit)
        yield lines.link(PROPOSED, unit, lg("atLevel"), level)
        yield lines.text(PROPOSED, unit, lg("credits"), "5.0", f"^^<{XSD}decimal>")
        for earlier in chance.sample(units[:i], min(i, 2)):
            yield lines.link(PROPOSED, unit, lg("requiresUnit"), earlier)
        yield from lines.thing(PROPOSED, "assessment", f"as-{number}-{i}", "Assessment", f"toets {i}")
        for j in range(4):
            code = f"mo-{number}-{i}-{j}"
            outcome = NAMES.thing("outcome", code)
            label = f"{chance.choice(VERBS)} {' '.join(chance.sample(WORDS, 3))}"
            yield from lines.thing(PROPOSED, "outcome", code, "LearningOutcome", label)
            yield lines.link(PROPOSED, unit, lg("hasOutcome"), outcome)
            yield lines.link(PROPOSED, outcome, lg("atLevel"), level)
            yield lines.text(PROPOSED, outcome, lg("rationale"), f"omdat {chance.choice(WORDS)}", "@nl")
            yield lines.link(PROPOSED, NAMES.thing("assessment", f"as-{number}-{i}"), lg("assesses"), outcome)
            for link, segment, count in (
                ("develops", "competence", 2),
                ("involvesTension", "tension", 1),
                ("concernsTheme", "theme", 1),
                ("drawsOn", "knowledge", 1),
            ):
                for thing in chance.sample(subjects[segment], count):
                    yield lines.link(PROPOSED, outcome, lg(link), thing)


def offer(lines: Lines, chance: random.Random, number: str) -> Iterator[str]:
    """A school that offers the minor."""
    school, offering = NAMES.thing("organisation", f"school-{number}"), NAMES.thing("offering", f"aanbod-{number}")
    town = NAMES.thing("place", f"g-{chance.randrange(12)}")
    yield from lines.thing(STATED, "organisation", f"school-{number}", "Organisation", f"school {number}")
    yield lines.link(STATED, school, lg("worksIn"), town)
    yield from lines.thing(STATED, "offering", f"aanbod-{number}", "Offering", f"aanbod {number}")
    yield lines.link(STATED, offering, lg("offeringOf"), NAMES.thing("programme", f"mi-{number}"))
    yield lines.link(STATED, offering, lg("offeredBy"), school)
    yield lines.link(STATED, offering, lg("takesPlaceIn"), town)
    yield lines.link(STATED, offering, lg("offeringStatus"), lg(chance.choice(("running", "planned", "interested"))))


def main() -> None:
    """Writes the graph to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for line in generate(arguments.triples, arguments.seed):
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
