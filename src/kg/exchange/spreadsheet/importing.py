"""From a workbook to the files: read, compared with its own state and theirs, judged, and told in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.base import read_base
from kg.exchange.spreadsheet.blueprint import Blueprint, blueprint, statements_of
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Grid
from kg.exchange.spreadsheet.merge import Change, Prefer, changes_in_words, merge
from kg.exchange.spreadsheet.parse import Progress, by_key, parse, unseen
from kg.exchange.spreadsheet.tables import tables
from kg.exchange.spreadsheet.verdict import apply, judge
from kg.files.project import Project
from kg.records import Severity

__all__ = ["Import", "read_workbook"]


@dataclass(frozen=True, slots=True)
class Import:
    """What a workbook would do: its changes in words, and its faults. Nothing is written yet."""

    plan: Blueprint
    changes: tuple[Change, ...]
    lines: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def refused(self) -> tuple[Fault, ...]:
        """The faults for which nothing may be written."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.VIOLATION)

    def save(self) -> int:
        """Writes the files that change, all or none; gives how many. Raises ExchangeError when there are faults."""
        if self.refused:
            raise ExchangeError(
                "{count} faults: nothing was written.", "Mend them and import again.", count=len(self.refused)
            )
        return len(self.plan.draft.save()) if self.changes else 0


def read_workbook(
    project: Project,
    grids: Iterable[Grid],
    language: str,
    *,
    prefer: Prefer = "",
    progress: Progress = unseen,
) -> Import:
    """What these sheets would change in a project's files, and every fault in them, all at once.

    `prefer` decides conflicts with what others changed since the export: `workbook` or `graph`; without it they are
    faults. Raises ExchangeError when the sheets do not tell what they were made from, or belong to another graph.
    """
    given = list(grids)
    faults = Faults(language)
    plan = blueprint(project)
    found = tables(plan, given, faults)
    base = read_base([row[0] if row else None for row in found.base.rows] if found.base else [])
    if base.address != project.settings.base:
        raise ExchangeError(
            "This workbook belongs to another graph: {theirs}, not {ours}.",
            "Name the right project with --project.",
            theirs=base.address,
            ours=project.settings.base,
        )
    parsed = parse(plan, found, base, faults, progress)
    changes = merge(plan, parsed, by_key(base.statements), by_key(statements_of(plan)), faults, prefer=prefer)
    lines = changes_in_words(plan, changes, parsed, language)
    if changes:
        apply(plan, changes)
        judge(plan, changes, parsed, faults)
    return Import(plan, tuple(changes), tuple(lines), tuple(faults.told(grid.name for grid in given)))
