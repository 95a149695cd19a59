"""What the checks find in the graph a workbook would make, told at the cells it concerns."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from kg.checks.validate import validate
from kg.exchange.spreadsheet.blueprint import Blueprint
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.merge import Change
from kg.exchange.spreadsheet.parse import Key, Parsed
from kg.files.turtle import TurtleFile, canonical
from kg.graph.load import load
from kg.names import OUTSIDE, Iri
from kg.records import Finding, Severity

__all__ = ["apply", "judge"]


def apply(plan: Blueprint, changes: list[Change]) -> None:
    """Puts the changes in the draft of the files; nothing is written."""
    for file, subject, property_, gone in _statements(changes, come=False):
        assert file
        plan.draft.remove(ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), gone))
    for file, subject, property_, come in _statements(changes, come=True):
        plan.draft.add(plan.files[file], ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), come))


def _statements(
    changes: list[Change], *, come: bool
) -> list[tuple[str, Iri, Iri, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]:
    return [
        (*change.key[:3], term)
        for change in changes
        for term in sorted(change.then - change.now if come else change.now - change.then, key=str)
    ]


def judge(plan: Blueprint, changes: list[Change], parsed: Parsed, faults: Faults) -> None:
    """Adds to `faults` what all checks find in the graph as it would be.

    What cannot be published is told wherever it stands; advice only about things that change.
    """
    changed_files = {plan.files[change.key[0]] for change in changes}
    files = []
    for file, graph in plan.read:
        if file.path in changed_files:
            triples = tuple(sorted(plan.draft.triples(file.path), key=str))
            files.append((TurtleFile(file.path, canonical(triples, plan.project.names), triples), graph))
        else:
            files.append((file, graph))
    report = validate(plan.project, files, load(plan.project, files))
    touched = {change.key[1] for change in changes}
    for finding in report.at_or_above(Severity.WARNING):
        if finding.severity is Severity.VIOLATION or finding.thing in touched:
            place = _place(plan, finding, parsed)
            if not faults.at(place):
                told = " ".join(
                    t for t in (finding.message.within(faults.language), finding.fix.within(faults.language)) if t
                )
                text = f"{told} [{finding.rule}]" if place.sheet else replace(finding).line(faults.language)
                faults.note(Fault(place, text, finding.severity))


def _place(plan: Blueprint, finding: Finding, parsed: Parsed) -> Place:
    """The cell of the value, else of the property, else the code of the thing; nowhere for what has no row."""
    thing, property_ = Iri(finding.thing), Iri(finding.property)
    languages = (*plan.project.settings.languages, "")
    keys: list[Key] = [(file, thing, property_, tag) for file in plan.files for tag in languages]
    known = [key for key in keys if key in parsed.places]
    holding = [
        key for key in known if any(getattr(t, "value", "") == finding.value for t in parsed.values.get(key, ()))
    ]
    filled = [key for key in known if parsed.values.get(key)]
    home = parsed.homes.get(thing)
    at_home = [key for key in known if home and parsed.places[key].row == home.row]
    best = next((found for found in (holding, filled, at_home, known) if found), [])
    if property_ == OUTSIDE["skos"] + "notation" or not best:
        return home or Place("")
    return parsed.places[best[0]]
