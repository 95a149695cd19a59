"""From a workbook to the files: read, compared with its own state and theirs, judged, and told in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.base import read_base
from kg.exchange.spreadsheet.blueprint import Blueprint, blueprint, statements_of
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Grid
from kg.exchange.spreadsheet.merge import Change, Prefer, merge
from kg.exchange.spreadsheet.parse import Parsed, by_key, parse
from kg.exchange.spreadsheet.progress import Progress, Step, unseen
from kg.exchange.spreadsheet.tables import tables
from kg.exchange.spreadsheet.telling import changes_in_words
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
    faults = Faults(language)
    plan = blueprint(project)
    given = list(grids)
    parsed, changes = _compared(plan, given, faults, prefer, progress)
    if changes:
        progress(Step.CHECK, 0, 0)
        apply(plan, changes, parsed, faults)
        judge(plan, changes, parsed, faults)
    lines = changes_in_words(plan, changes, parsed.new, language)
    return Import(plan, tuple(changes), tuple(lines), tuple(faults.told(grid.name for grid in given)))


def _compared(
    plan: Blueprint, grids: Sequence[Grid], faults: Faults, prefer: Prefer, progress: Progress
) -> tuple[Parsed, list[Change]]:
    """What the sheets say, and what that changes; the states compared are let go of before all is checked."""
    found = tables(plan, grids, faults)
    base = read_base([row[0] if row else None for row in found.base.rows] if found.base else [])
    ours = plan.project.settings.base
    if base.address != ours:
        raise ExchangeError(
            "This workbook belongs to another graph: {theirs}, not {ours}.",
            "Name the right project with --project.",
            theirs=base.address,
            ours=ours,
        )
    statements = statements_of(plan)
    unchanged = statements == base.statements
    if unchanged:
        base = replace(base, statements=statements)
    before = by_key(base.statements)
    parsed = parse(plan, found, base, faults, before=before, progress=progress)
    progress(Step.COMPARE, 0, 0)
    now = before if unchanged else by_key(statements)
    return parsed, merge(plan, parsed, before, now, faults, prefer=prefer)
