"""Which links of the chain are missing, and whether that is a gap, unknown, or not applicable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyoxigraph as ox

from kg.curriculum.gap_sentences import LINKS, NAMES_OF_STATES
from kg.curriculum.programmes import programme_called, scope_of
from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.graph.ask import Value
from kg.graph.store import Store
from kg.names import lg
from kg.table import Table
from kg.text import Words

__all__ = ["Gap", "Gaps", "LinkGaps", "State", "count_table", "gap_table", "gaps"]


class State(StrEnum):
    """How a link stands."""

    LINKED = "linked"
    GAP = "gap"
    """What is designed lacks it: somebody should act."""
    UNKNOWN = "unknown"
    """The source says nothing about it: that is no fault of the thing."""
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing of which one link is missing, with what to tell a designer."""

    state: State
    thing: Ref
    other: Ref | None
    """The other end, where that is known: the unit required, the competence presumed, the programme."""
    sentence: Words


@dataclass(frozen=True, slots=True)
class LinkGaps:
    """How one link of the chain stands: counts, and what is missing."""

    link: str
    name: Words
    total: int
    linked: int
    gap: int
    unknown: int
    not_applicable: int
    findings: tuple[Gap, ...]
    """Everything that is not linked: gaps first, then unknown, then not applicable, by code."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Every link of the chain, over the whole graph or for one programme."""

    programme: Ref | None
    links: tuple[LinkGaps, ...]

    def link(self, name: str) -> LinkGaps:
        """How the link called `name` stands. Raises KeyError for a name that is no link."""
        return {link.link: link for link in self.links}[name]


_Row = tuple[State, str, str, int]
"""State, the thing's IRI, the other end's IRI or nothing, and how many of these there are.

More than one only where linked: those are counted and never named, so they have no IRIs.
"""
_ORDER = list(State)

_SUBJECTS = {
    "competence-outcome": ("Competence", "develops"),
    "theme-outcome": ("Theme", "concernsTheme"),
    "tension-outcome": ("TensionField", "involvesTension"),
    "knowledge-outcome": ("KnowledgeElement", "drawsOn"),
}


def gaps(store: Store, programme: str = "") -> Gaps:
    """How every link of the chain stands; with a programme, only for its units and outcomes.

    A missing link of a thing that is designed (its home is a proposal, or it has a status) is a gap; of a thing
    that a source states, it is unknown. Tasks, competences, themes, tension fields and knowledge are what a
    design answers to: they stand in groups (profile, strand), and where one of a group is worked out, the others
    are gaps; a group nobody worked out is unknown. For a programme they are gaps when that programme is designed,
    unknown when it is stated, and not applicable in a group it does not touch at all; those in profiles of
    occupations it has nothing to do with are left out (see scope_of).
    Raises UnknownName for a programme that does not exist, and BadParameter for what is no programme.
    """
    asked = programme_called(store, programme) if programme else None
    # Without a programme the token still needs a term; the class itself has no units.
    iri = asked.iri if asked else lg("Programme")
    scope: dict[str, Value] = {"all": ox.Literal(not programme), "programme": ox.NamedNode(iri)}
    around = scope_of(store, asked.iri if asked else "")
    found: dict[str, list[_Row]] = {}
    programmes = rows(store, "gaps-of-programmes", **scope)
    designed = not programme or any(row["designed"] for row in programmes)
    found["task-competence"] = _grouped(rows(store, "gaps-of-tasks", **around), State.GAP, State.UNKNOWN)
    missing, untouched = (State.GAP, State.NOT_APPLICABLE) if designed else (State.UNKNOWN, State.UNKNOWN)
    for link, (class_name, name) in _SUBJECTS.items():
        terms = {"class": ox.NamedNode(lg(class_name)), "property": ox.NamedNode(lg(name))}
        answer = rows(store, "gaps-of-subjects", **scope, **around, **terms)
        found[link] = _grouped(answer, missing, untouched if programme else State.UNKNOWN)
    outcomes = rows(store, "gaps-of-outcomes", **scope)
    found["outcome-competence"] = _flagged(outcomes, "competence")
    found["outcome-unit"] = _flagged(outcomes, "unit", exempt="whole")
    found["outcome-assessment"] = _flagged(outcomes, "assessment")
    units = rows(store, "gaps-of-units", **scope)
    for name in ("outcome", "programme", "level", "credits"):
        found[f"unit-{name}"] = _flagged(units, name)
    found["programme-unit"] = _flagged(programmes, "unit", exempt="former")
    unscaled = [row | {"exempt": row["former"] or row["training"]} for row in programmes]
    found["programme-level"] = _flagged(unscaled, "level", exempt="exempt")
    asking = rows(store, "units-asking-nothing", **scope)
    entries = _flagged(rows(store, "gaps-of-entries", **scope), "linked", exempt="exempt")
    found["unit-entry"] = entries + _free(asking, "entry")
    steps = _compared(rows(store, "gaps-of-steps", **scope, most=ox.Literal(1)))
    found["level-step"] = steps + _free(asking, "unit")
    found["unit-programme-level"] = _compared(rows(store, "gaps-of-unit-levels", **scope))
    refs = {iri: refer(store, iri) for iri in _shown(found.values())}
    return Gaps(asked, tuple(_told(link, found[link], refs) for link in LINKS))


def count_table(found: Gaps, language: str) -> Table:
    """How every link stands, one row a link."""
    columns = ("link", "name", "total", "linked", "gap", "unknown", "not_applicable")
    lines = [(x.link, x.name, x.total, x.linked, x.gap, x.unknown, x.not_applicable) for x in found.links]
    return as_table(columns, lines, language)


def gap_table(found: Gaps, language: str, *states: State) -> Table:
    """What is missing, one row a finding; only in these states when any is given."""
    lines = [
        (link.link, NAMES_OF_STATES[gap.state], gap.thing, gap.other, gap.sentence)
        for link in found.links
        for gap in link.findings
        if not states or gap.state in states
    ]
    return as_table(("link", "state", "thing", "other", "sentence"), lines, language)


def _grouped(answer: list[dict[str, Any]], missing: State, untouched: State) -> list[_Row]:
    """Things in groups: what is missing in a group where something is linked, and in a group where nothing is."""
    touched = {row["group"] for row in answer if row["linked"]}
    found = []
    for row in answer:
        state = missing if row["group"] in touched else untouched
        found.append((State.LINKED if row["linked"] else state, row["thing"] or "", "", row["size"]))
    return found


def _flagged(answer: list[dict[str, Any]], flag: str, *, exempt: str = "") -> list[_Row]:
    """Things with a flag that tells whether the link is there, and one that tells where it need not be."""
    found = []
    for row in answer:
        state = State.GAP if row["designed"] else State.UNKNOWN
        if row[flag]:
            state = State.LINKED
        elif exempt and row[exempt]:
            state = State.NOT_APPLICABLE
        found.append((state, row["thing"] or "", row.get("other") or "", row.get("size", 1)))
    return found


def _free(answer: list[dict[str, Any]], flag: str) -> list[_Row]:
    """Units that ask nothing: the question does not apply to them."""
    return [(State.NOT_APPLICABLE, row["thing"], "", 1) for row in answer if not row[flag]]


def _compared(answer: list[dict[str, Any]]) -> list[_Row]:
    """Pairs of things whose levels are compared: a gap when they are too far apart in some framework.

    Levels of different frameworks are not compared; without two of one framework it is unknown.
    """
    found = []
    for row in answer:
        state = State.UNKNOWN
        if row["compared"]:
            state = State.GAP if row["apart"] else State.LINKED
        found.append((state, row["thing"] or "", row["other"] or "", row["size"]))
    return found


def _shown(found: Iterable[Iterable[_Row]]) -> set[str]:
    """The IRIs of all that a finding names."""
    missing = [row for states in found for row in states if row[0] is not State.LINKED]
    return {iri for _, thing, other, _ in missing for iri in (thing, other) if iri}


def _told(link: str, found: Iterable[_Row], refs: Mapping[str, Ref]) -> LinkGaps:
    words = LINKS[link]
    templates = {State.GAP: words.gap, State.UNKNOWN: words.unknown, State.NOT_APPLICABLE: words.exempt}
    findings = []
    counted: Counter[State] = Counter()
    for state, thing, other, size in found:
        counted[state] += size
        if state in templates:
            about, end = refs[thing], refs.get(other)
            findings.append(Gap(state, about, end, _sentence(templates[state], about, end)))
    findings.sort(key=_place)
    return LinkGaps(
        link=link,
        name=words.name,
        total=counted.total(),
        linked=counted[State.LINKED],
        gap=counted[State.GAP],
        unknown=counted[State.UNKNOWN],
        not_applicable=counted[State.NOT_APPLICABLE],
        findings=tuple(findings),
    )


def _place(gap: Gap) -> tuple[int, str, str, str, str]:
    end = gap.other or gap.thing
    return _ORDER.index(gap.state), gap.thing.code, gap.thing.iri, end.code, end.iri


def _sentence(template: Words, thing: Ref, other: Ref | None) -> Words:
    texts = {}
    for language, text in template.by_language.items():
        end = f"{other.code} ({other.label.within(language)})" if other else ""
        texts[language] = text.format(code=thing.code, label=thing.label.within(language), other=end)
    return Words(texts)
