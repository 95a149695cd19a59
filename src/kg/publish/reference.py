"""What the shapes, checks, questions and examples say of each term of the ontology."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.files.catalog import queries_by_name
from kg.files.project import Project
from kg.files.turtle import read_turtle
from kg.names import LG, Iri
from kg.records import Query, Severity
from kg.text import Words

__all__ = ["Example", "Reference", "Rule", "read_reference"]

_SH = "http://www.w3.org/ns/shacl#"
_SEVERITIES = {f"{_SH}{severity.value.capitalize()}": severity for severity in Severity}
_TARGETS = tuple(_SH + name for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf"))
_TERM = re.compile(r"(?<![\w:-])lg:(\w+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words: what holds, and what to do when it does not."""

    name: str
    severity: Severity
    message: Words
    fix: Words
    terms: frozenset[Iri]
    """The terms it is about: for a shape its class and property, for a check all that its query names."""


@dataclass(frozen=True, slots=True)
class Example:
    """A description of one thing in Turtle, from a file that is checked by the tests."""

    path: str
    text: str
    terms: frozenset[Iri]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything that is said of the terms outside the ontology itself."""

    rules: tuple[Rule, ...]
    """The gravest first."""
    examples: tuple[Example, ...]
    """The shortest first."""
    questions: Mapping[str, frozenset[Iri]]
    """Name of a question → the terms its query names."""

    def rules_about(self, term: Iri) -> tuple[Rule, ...]:
        """The rules that are about a term, the gravest first."""
        return tuple(rule for rule in self.rules if term in rule.terms)

    def example_of(self, term: Iri) -> Example | None:
        """The shortest example that uses a term; None when no example does."""
        return next((example for example in self.examples if term in example.terms), None)

    def questions_with(self, term: Iri) -> tuple[str, ...]:
        """The questions of the library that ask for a term, by name."""
        return tuple(sorted(name for name, terms in self.questions.items() if term in terms))


def read_reference(project: Project) -> Reference:
    """Reads the shapes, checks, questions and valid examples of a project. Raises LoadError for a broken one."""
    rules = [*_shapes(project), *_checks(queries_by_name(project.query_files("checks")).values())]
    rules.sort(key=lambda rule: (-rule.severity.rank, rule.name))
    folder = project.folder("ontology") / "examples" / "valid"
    examples = [example for path in sorted(folder.glob("*.ttl")) for example in _examples(project, path)]
    examples.sort(key=lambda example: (len(example.text), example.path))
    questions = queries_by_name(project.query_files("questions"))
    return Reference(tuple(rules), tuple(examples), {name: _terms(one.text) for name, one in questions.items()})


def _shapes(project: Project) -> list[Rule]:
    """The shapes that carry a message, each about the targets of the shape it belongs to and about its own path."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]]
    found = defaultdict(lambda: defaultdict(list))
    for path in project.shape_files():
        for triple in read_turtle(path, project.relative(path)).triples:
            found[str(triple.subject)][triple.predicate.value].append(triple.object)
    owner = {str(part): shape for shape, said in found.items() for part in said[_SH + "property"]}
    rules = []
    for shape, said in list(found.items()):
        texts = {text.language or "en": text.value for text in said[_SH + "message"] if isinstance(text, ox.Literal)}
        severity = _SEVERITIES.get(_iri(next(iter(said[_SH + "severity"]), None)))
        if not texts or severity is None:
            continue
        around = found[owner.get(shape, shape)]
        about = [*said[_SH + "path"], *(target for name in _TARGETS for target in around[name])]
        terms = frozenset(Iri(iri) for iri in map(_iri, about) if iri.startswith(LG))
        name = shape.strip("<>").rpartition("#")[2]
        rules.append(Rule(name, severity, Words(dict(sorted(texts.items(), reverse=True))), Words(), terms))
    return rules


def _iri(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else ""


def _checks(checks: Iterable[Query]) -> list[Rule]:
    return [
        Rule(check.name, check.severity or Severity.INFO, check.problem, check.fix, _terms(check.text))
        for check in checks
    ]


def _examples(project: Project, path: Path) -> list[Example]:
    """The descriptions in a file, each a block of its own, without the prefixes."""
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    shown = project.relative(path)
    return [Example(shown, block, _terms(block)) for block in blocks if not block.startswith(("@prefix", "#"))]


def _terms(text: str) -> frozenset[Iri]:
    return frozenset(Iri(LG + name) for name in _TERM.findall(text))
