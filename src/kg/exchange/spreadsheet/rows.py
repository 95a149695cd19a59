"""Which thing each row of a sheet is about, in which file, and whether it is new, at home there or moved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kg.exchange.spreadsheet.base import Base
from kg.exchange.spreadsheet.blueprint import Blueprint, implied
from kg.exchange.spreadsheet.codes import BESIDE
from kg.exchange.spreadsheet.columns import PREF_LABEL
from kg.exchange.spreadsheet.faults import Faults
from kg.exchange.spreadsheet.grid import Cell, DateCell, ErrorCell, FormulaCell, Place
from kg.exchange.spreadsheet.rest import file_named
from kg.exchange.spreadsheet.tables import ThingTable, cell_of
from kg.exchange.spreadsheet.values import POINTER
from kg.names import CODE, Iri

__all__ = ["Row", "read_rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet of things."""

    index: int
    """Counted from 0; the heads are row 0."""
    iri: Iri
    file: str
    home: bool = False
    """Whether this file says what kind of thing it is."""
    new: bool = False
    was: str = ""
    """The file that was its home, when it moved."""
    valid: bool = True
    """Whether code and file are right; of another row the cells are still looked at."""


def read_rows(plan: Blueprint, table: ThingTable, base: Base, faults: Faults) -> list[Row]:
    """The rows of a sheet, with faults of codes and files, of things that are gone and codes that changed."""
    homes = _homes(table, base)
    known = {table.kind.code_of(iri) for iri in homes}
    rows: list[Row] = []
    seen: dict[tuple[Iri, str], int] = {}
    code_index = table.fixed["code"]
    for index, cells in enumerate(table.grid.rows):
        if index == 0 or not any(cell is not None and cell != "" for cell in cells):
            continue
        place = table.place(index, code_index)
        code = None
        if not table.hides(index, code_index):
            code = _code(cell_of(cells, code_index), place, known, faults)
        if code is None:
            rows.append(Row(index, Iri(f"x-row:{table.kind.segment}/{index}"), "", valid=False))
            continue
        iri = plan.thing(table.kind.segment, code)
        file = _file(plan, table, index, base.files_of(iri), faults)
        if (iri, file) in seen and file:
            faults.say(
                place,
                'the code "{code}" stands in row {row} too, for the same file.',
                "Give the new thing a code of its own, or take one row out.",
                code=code,
                row=seen[iri, file] + 1,
            )
            rows.append(Row(index, iri, file, valid=False))
            continue
        seen[iri, file] = index
        rows.append(Row(index, iri, file, home=homes.get(iri) == file, valid=bool(file)))
    return _settled(plan, table, rows, faults, homes=homes, base=base)


def _homes(table: ThingTable, base: Base) -> dict[Iri, str]:
    """The home of every thing of this kind at the time of the export."""
    found: dict[Iri, str] = {}
    for file in sorted(base.statements):
        for subject in base.things_in(file):
            if table.kind.code_of(subject) and implied(table.kind, subject, base.about(file, subject)):
                found.setdefault(Iri(subject), file)
    return found


def _code(cell: Cell, place: Place, known: set[str], faults: Faults) -> str | None:
    match cell:
        case None | "":
            faults.say(place, "a row without a code.", "Give a code that was never used.")
            return None
        case FormulaCell():
            faults.say(
                place, "a formula ({text}); formulas are not read.", "Write the value itself.", text=cell.text[:40]
            )
            return None
        case DateCell():
            faults.say(
                place,
                "the spreadsheet made a date of this ({date}).",
                "Give the cell the format Text and type it again.",
                date=cell.moment.date().isoformat(),
            )
            return None
        case ErrorCell():
            faults.say(place, "the spreadsheet shows an error here: {text}.", "Write the value itself.", text=cell.text)
            return None
        case str():
            code = cell.partition(BESIDE)[0].strip()
        case _:
            code = str(int(cell)) if float(cell).is_integer() else str(cell)
            stripped = sorted(one for one in known if one.lstrip("0") == code and one != code)
            if stripped and code not in known:
                faults.say(
                    place,
                    "a number ({number}) where a code goes; leading zeros are lost.",
                    "Did you mean {near}? Give the cell the format Text.",
                    number=code,
                    near=", ".join(stripped),
                )
                return None
    if code in known or CODE.match(code):
        return code
    faults.say(
        place,
        '"{code}" is no code.',
        "A code has lower case letters, digits and single hyphens, as in ow-07.",
        code=code,
    )
    return None


def _file(plan: Blueprint, table: ThingTable, index: int, files: list[str], faults: Faults) -> str:
    """The file a row names; when it names none, the only file that says something of the thing."""
    cell = cell_of(table.grid.rows[index], table.fixed["file"])
    empty = cell is None or (isinstance(cell, str) and not cell.strip())
    if empty and len(files) == 1:
        return files[0]
    return file_named(plan, cell, table.place(index, table.fixed["file"]), faults)


def _settled(
    plan: Blueprint, table: ThingTable, rows: list[Row], faults: Faults, *, homes: dict[Iri, str], base: Base
) -> list[Row]:
    """The rows with what follows from all of them: what is new, what moved, whose code changed, what is gone."""
    files: dict[Iri, set[str]] = defaultdict(set)
    for row in rows:
        files[row.iri].add(row.file)
    gone = {iri for iri, home in homes.items() if home not in files.get(iri, set())}
    was_called = {_name(base.about(homes[iri], iri)): iri for iri in sorted(gone) if iri not in files}
    found: list[Row] = []
    settled: set[Iri] = set()
    for row in rows:
        place = table.place(row.index, table.fixed["code"])
        if row.iri in gone and row.valid and row.file not in base.files_of(row.iri) and row.iri not in settled:
            settled.add(row.iri)
            found.append(replace(row, home=True, was=homes[row.iri]))
        elif row.iri not in homes and row.valid and row.iri not in settled:
            former = was_called.pop(_shown_name(table, row), None)
            code = table.kind.code_of(row.iri)
            if former is not None:
                gone.discard(former)
                faults.say(
                    place,
                    'the code of a published thing changed: it was "{former}", here stands "{code}".',
                    "A code stays; put it back. A new thing needs a row and a name of its own.",
                    former=table.kind.code_of(former),
                    code=code,
                )
                found.append(replace(row, valid=False))
                continue
            if row.iri in plan.codes.classes_of:
                faults.say(
                    place,
                    'somebody else has given out the code "{code}" since the export.',
                    "Choose another code, or export anew.",
                    code=code,
                )
                found.append(replace(row, valid=False))
                continue
            settled.add(row.iri)
            found.append(replace(row, home=True, new=True))
        else:
            found.append(row)
    for iri in sorted(gone - settled):
        damaged = any(row.iri == iri and not row.valid for row in rows)
        if not damaged and (iri in files or not _behind_a_fault(table, rows, base, homes[iri], iri)):
            faults.say(
                Place(table.grid.name),
                'the row of "{code}" ({name}, {file}) is gone; what is published is not deleted.',
                "Put the row back; `kg deprecate {code}` marks it as no longer in use.",
                code=table.kind.code_of(iri),
                name=_name(base.about(homes[iri], iri)),
                file=homes[iri],
            )
    return found


def _behind_a_fault(table: ThingTable, rows: list[Row], base: Base, file: str, iri: Iri) -> bool:
    """Whether a row whose code is at fault bears the name of this thing: it is not gone, it is damaged."""
    name = _name(base.about(file, iri))
    return any(not row.valid and _shown_name(table, row) == name for row in rows)


def _name(triples: set[ox.Triple]) -> str:
    names = [
        (triple.object.language != "nl", triple.object.value)
        for triple in triples
        if triple.predicate.value == PREF_LABEL and isinstance(triple.object, ox.Literal)
    ]
    return min(names)[1] if names else ""


def _shown_name(table: ThingTable, row: Row) -> str:
    cells = table.grid.rows[row.index]
    for index, column in table.columns.items():
        if column.property == PREF_LABEL:
            cell = cell_of(cells, index)
            if isinstance(cell, str) and cell and not cell.startswith(POINTER):
                return cell
    return "\0"
