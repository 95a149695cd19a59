"""What someone holds, as they give it: codes, or a CSV or JSON file with kind and date of the evidence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import BadParameter, LoadError
from kg.text import nearest

__all__ = ["Evidence", "held", "read_evidence"]

_COLUMNS: Mapping[str, str] = {
    "code": "code",
    "evidence": "kind",
    "bewijs": "kind",
    "date": "date",
    "datum": "date",
    "note": "note",
    "opmerking": "note",
}
"""Column of a file, in English or Dutch → what it holds."""
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing someone says to hold, and how it shows."""

    code: str
    """Code of an outcome, unit or competence."""
    kind: str = ""
    """Kind of evidence as given: its code or its name in Dutch or English; empty when not given."""
    on: date | None = None
    """The day the evidence is of; None when not given."""
    note: str = ""
    where: str = ""
    """The place in the file it comes from, `evidence.csv:3`, for messages."""


def held(codes: Iterable[str], *, kind: str = "", on: str = "") -> tuple[Evidence, ...]:
    """Codes given one by one, all with the same kind of evidence and date. Raises BadParameter for a bad date."""
    day = _day(on, "--date") if on else None
    return tuple(Evidence(code.strip(), kind.strip(), day) for code in codes if code.strip())


def read_evidence(path: Path) -> tuple[Evidence, ...]:
    """The evidence in a `.csv` or `.json` file, in its order.

    CSV: a header with the column code and, if wanted, evidence (bewijs), date (datum) and note (opmerking);
    commas, semicolons or tabs between. JSON: a list of objects with those names, or of codes.
    Raises LoadError for a file that cannot be read, is empty, has an unknown or missing column, a row without
    code or a date that is no date, with its line.
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise LoadError("{path} cannot be read: {reason}.", path=path, reason=fault.strerror) from None
    except UnicodeDecodeError as fault:
        raise LoadError(
            "{path} is not UTF-8 text (byte {byte}).", "Save it as UTF-8.", path=name, byte=fault.start
        ) from None
    if not text.strip():
        raise LoadError("{path} is empty.", "The first line of a CSV file is: code,evidence,date.", path=name)
    found = _from_json(text, name) if path.suffix.lower() == ".json" else _from_csv(text, name)
    if not found:
        raise LoadError("{path} has no evidence in it, only a header.", "Add a line for what you hold.", path=name)
    return found


def _from_csv(text: str, name: str) -> tuple[Evidence, ...]:
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    found: list[Evidence] = []
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells, f"{name}:{reader.line_num}")
                continue
            where = f"{name}:{reader.line_num}"
            if len(cells) > len(columns):
                raise LoadError(
                    "{where}: {cells} values where the header has {columns}.",
                    "Put a value that holds a separator between double quotes.",
                    where=where,
                    cells=len(cells),
                    columns=len(columns),
                )
            found.append(_evidence(dict(zip(columns, cells, strict=False)), where))
            _refuse_more(found, name)
    except csv.Error as fault:
        raise LoadError("{where}: broken CSV: {reason}.", where=f"{name}:{reader.line_num}", reason=fault) from None
    return tuple(found)


def _columns(header: list[str], where: str) -> list[str]:
    """What each column holds. Raises LoadError for a column that is unknown, double or missing."""
    columns = []
    for cell in header:
        known = _COLUMNS.get(cell.strip().casefold())
        if known is None or known in columns:
            close = ", ".join(nearest(cell.strip(), _COLUMNS))
            hint = "Did you mean {close}? Columns: {known}." if close else "Columns: {known}."
            raise LoadError(
                "{where}: there is no column {column!r}, or it stands twice.",
                hint,
                where=where,
                column=cell.strip(),
                known=", ".join(_COLUMNS),
                close=close,
            )
        columns.append(known)
    if "code" not in columns:
        raise LoadError(
            "{where}: the column code is missing.", "The first line is a header: code,evidence,date.", where=where
        )
    return columns


def _from_json(text: str, name: str) -> tuple[Evidence, ...]:
    try:
        items: Any = json.loads(text)
    except json.JSONDecodeError as fault:
        raise LoadError("{where}: broken JSON: {reason}.", where=f"{name}:{fault.lineno}", reason=fault.msg) from None
    except RecursionError:
        raise LoadError("{where}: broken JSON: {reason}.", where=name, reason="nested too deeply") from None
    if not isinstance(items, list):
        raise LoadError(
            "{path} must hold a list.",
            'For example: [{{"code": "mo-1-1", "evidence": "certificate", "date": "2024-06-30"}}].',
            path=name,
        )
    found: list[Evidence] = []
    for number, item in enumerate(items, start=1):
        where = f"{name}[{number}]"
        fields = item if isinstance(item, dict) else {"code": item}
        names = _columns([str(key) for key in fields], where)
        values = ["" if value is None else value for value in fields.values()]
        if not all(isinstance(value, str) for value in values):
            raise LoadError("{where}: every value must be text.", "Write it between double quotes.", where=where)
        found.append(_evidence(dict(zip(names, values, strict=True)), where))
        _refuse_more(found, name)
    return tuple(found)


def _evidence(fields: Mapping[str, str], where: str) -> Evidence:
    values = {name: value.strip() for name, value in fields.items()}
    if not values.get("code"):
        raise LoadError("{where}: there is no code.", "Every line names an outcome, unit or competence.", where=where)
    day = _day(values["date"], where) if values.get("date") else None
    return Evidence(values["code"], values.get("kind", ""), day, values.get("note", ""), where)


def _day(text: str, where: str) -> date:
    """A date as year-month-day. Raises BadParameter for anything else, `06-07-2024` too: whose month is first?"""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        raise BadParameter("{where}: {text!r} is no date.", "Write year-month-day: 2024-06-30.", where=where, text=text)
    return day


def _refuse_more(found: list[Evidence], name: str) -> None:
    if len(found) > _MOST:
        raise LoadError("{path} holds more than {most} pieces of evidence.", path=name, most=_MOST)
