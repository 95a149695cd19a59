"""What the checks find in the graph a workbook would make, told at the cells it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from kg.checks.validate import validate
from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.merge import Change
from kg.exchange.spreadsheet.parse import Key, Parsed, Term
from kg.files.turtle import TurtleFile
from kg.graph.load import derive, load
from kg.names import OUTSIDE, Iri
from kg.records import Finding, Severity

__all__ = ["apply", "judge"]


def apply(plan: Blueprint, changes: list[Change], parsed: Parsed, faults: Faults) -> None:
    """Puts the changes in the draft of the files; nothing is written. What another file says already is a fault."""
    for _, subject, property_, gone in _statements(changes, come=False):
        plan.draft.remove(ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), gone))
    node = cache(ox.NamedNode)
    for file, subject, property_, come in _statements(changes, come=True):
        triple = ox.Triple(node(subject), node(property_), come)
        if not plan.draft.add(plan.files[file], triple):
            key = (file, subject, property_, getattr(come, "language", None) or "")
            faults.say(
                parsed.place(key) or parsed.homes.get(subject) or Place(""),
                "{file} says this of the thing already.",
                "Take it out here: what is said twice counts double.",
                file=", ".join(plan.project.relative(path) for path in plan.draft.saying(triple)),
            )


def _statements(changes: list[Change], *, come: bool) -> Iterator[tuple[str, Iri, Iri, Term]]:
    for change in changes:
        for term in change.then - change.now if come else change.now - change.then:
            yield (*change.key[:3], term)


def judge(plan: Blueprint, changes: list[Change], parsed: Parsed, faults: Faults) -> None:
    """Adds to `faults` what all checks find in the graph as it would be.

    What cannot be published is told wherever it stands; advice only about things that change.
    """
    texts = plan.draft.texts()
    files = [
        (TurtleFile(file.path, texts[file.path], tuple(plan.draft.triples(file.path)), laid_out=True), graph)
        if file.path in texts
        else (file, graph)
        for file, graph in plan.read
    ]
    if plan.store is None:
        store = load(plan.project, files)
    else:
        store = plan.store
        plan.draft.bring(store)
        derive(store, plan.project.rule_files())
    report = validate(plan.project, files, store)
    touched = {change.key[1] for change in changes}
    for finding in report.at_or_above(Severity.WARNING):
        if finding.severity is Severity.VIOLATION or finding.thing in touched:
            place = _place(plan, finding, parsed)
            if not faults.at(place):
                told = " ".join(
                    t for t in (finding.message.within(faults.language), finding.fix.within(faults.language)) if t
                )
                text = f"{told} [{finding.rule}]" if place.sheet else finding.line(faults.language)
                faults.note(Fault(place, text, finding.severity))


def _place(plan: Blueprint, finding: Finding, parsed: Parsed) -> Place:
    """The cell of the value, else of the property, else the code of the thing; nowhere for what has no row.

    A finding without a value, on texts that lack the first language, is about the text that is not there.
    """
    thing, property_ = Iri(finding.thing), Iri(finding.property)
    languages = (*plan.project.settings.languages, "")
    keys: list[Key] = [(file, thing, property_, tag) for file in plan.files for tag in languages]
    places = {key: place for key in keys if (place := parsed.place(key))}
    known = list(places)
    holding = [
        key for key in known if any(getattr(t, "value", "") == finding.value for t in parsed.values.get(key, ()))
    ]
    filled = [key for key in known if parsed.values.get(key)]
    home = parsed.homes.get(thing)
    at_home = [key for key in known if home and places[key].row == home.row]
    unsaid = [key for key in at_home if key[3] == languages[0] and not (finding.value or parsed.values.get(key))]
    best = next((found for found in (holding, unsaid, filled, at_home, known) if found), [])
    if property_ == OUTSIDE["skos"] + "notation" or not best:
        return home or Place("")
    return places[best[0]]
