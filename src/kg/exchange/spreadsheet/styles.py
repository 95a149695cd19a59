"""How the workbook looks: colours by origin, tabs by part of the graph, widths by kind of column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from kg.exchange.spreadsheet.columns import PREF_LABEL, Column, Form

__all__ = ["COLOURS", "FAULT", "TABS", "Styles", "width_of"]

COLOURS: Mapping[str, str] = {"stated": "#FBEFC9", "proposed": "#D9E8F6", "reference": "#DFEEDC", "": "#EEEEEE"}
"""Origin → the colour of the first cells of a row."""
TABS: Mapping[str, str] = {
    "work": "#1F5C7A",
    "learning": "#2E7D5B",
    "parties": "#8A5A1C",
    "plan": "#6B4A8C",
    "sources": "#777777",
}
FAULT = "FFF4B6B6"
"""The colour of a cell at fault, with its opacity first."""
_HEAD = "#263238"
_WIDTHS = {"code": 13, "origin": 12, "file": 23}
_FORM_WIDTHS = {Form.TEXT: 44, Form.PLAIN: 22, Form.NUMBER: 11, Form.DATE: 13, Form.BOOLEAN: 11, Form.LINK: 25}


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook."""

    head: Format
    text: Format
    number: Format
    pointer: Format
    title: Format
    heading: Format
    prose: Format
    link: Format
    count: Format
    code_of: Mapping[str, Format]
    origin_of: Mapping[str, Format]

    @classmethod
    def of(cls, book: Workbook) -> Styles:
        """The formats, made once for a workbook."""
        cell: dict[str, Any] = {"valign": "top", "text_wrap": True, "num_format": "@", "font_size": 10}
        edge = {"border": 1, "border_color": "#D0D0D0"}
        return cls(
            head=book.add_format(
                {
                    "bold": True,
                    "font_color": "#FFFFFF",
                    "bg_color": _HEAD,
                    "text_wrap": True,
                    "valign": "vcenter",
                    "font_size": 10,
                    "border": 1,
                    "border_color": "#FFFFFF",
                }
            ),
            text=book.add_format(cell),
            number=book.add_format({"valign": "top", "align": "right", "font_size": 10}),
            pointer=book.add_format({**cell, "italic": True, "font_color": "#6B6B6B"}),
            title=book.add_format({"bold": True, "font_size": 16}),
            heading=book.add_format({"bold": True, "font_size": 12, "font_color": "#1F5C7A"}),
            prose=book.add_format({"text_wrap": True, "valign": "top", "font_size": 11}),
            link=book.add_format({"font_color": "#1F5C7A", "underline": 1}),
            count=book.add_format({"align": "left"}),
            code_of={
                origin: book.add_format({**cell, **edge, "bold": True, "bg_color": colour})
                for origin, colour in COLOURS.items()
            },
            origin_of={
                origin: book.add_format({**cell, **edge, "bg_color": colour}) for origin, colour in COLOURS.items()
            },
        )

    def body(self, column: Column) -> Format:
        """The format of the cells of a column: text, unless it holds numbers, so that nothing is made a date."""
        return self.number if column.form is Form.NUMBER else self.text


def width_of(column: Column | str) -> float:
    """The width of a column, in characters."""
    if isinstance(column, str):
        return _WIDTHS[column]
    return 38 if column.property == PREF_LABEL else _FORM_WIDTHS[column.form]
