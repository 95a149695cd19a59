"""A workbook handed back: every faulty cell marked and commented, and the faults in a list."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.faults import Fault
from kg.exchange.spreadsheet.safety import refuse_hostile
from kg.exchange.spreadsheet.styles import FAULT
from kg.exchange.spreadsheet.words import around

__all__ = ["marked"]


def marked(path: Path, faults: Iterable[Fault], language: str) -> bytes:
    """The workbook in `path` with these faults marked. Raises ExchangeError for a file that is refused."""
    refuse_hostile(path)
    try:
        book = load_workbook(path)
    except (KeyError, ValueError, TypeError, InvalidFileException) as damage:
        raise ExchangeError("{path}: the workbook is damaged: {fault}.", path=path.name, fault=damage) from None
    found = list(faults)
    by_cell: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in found:
        if fault.place.sheet in book.sheetnames:
            by_cell[fault.place.sheet, fault.place.cell or "A1"].append(fault.text)
    fill = PatternFill("solid", fgColor=FAULT)
    for (sheet, name), texts in by_cell.items():
        cell = book[sheet][name]
        cell.fill = fill
        note = Comment("\n\n".join(texts), "kg")
        note.width, note.height = 360, 60 + 22 * sum(1 + len(text) // 48 for text in texts)
        cell.comment = note
    title = around("faults").within(language)
    if title in book.sheetnames:
        del book[title]
    page = book.create_sheet(title, 0)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 34, 120
    for row, fault in enumerate(found, start=1):
        place, text = page.cell(row, 1), page.cell(row, 2)
        place.value, place.data_type = str(fault.place), "s"
        text.value, text.data_type = fault.text, "s"
        if fault.place.sheet in book.sheetnames:
            sheet = fault.place.sheet.replace("'", "''")
            place.hyperlink = f"#'{sheet}'!{fault.place.cell or 'A1'}"
            place.font = Font(underline="single", color="FF1F5C7A")
    book.active = 0
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
