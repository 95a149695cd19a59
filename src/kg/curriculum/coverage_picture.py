"""The coverage of a programme as a heat map: competences down, units across, depth by colour and by sign."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

from kg.curriculum.boxes import HrefOf
from kg.curriculum.coverage import DEPTHS, Cell, Coverage, Depth
from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing, wrapped
from kg.text import Words

__all__ = ["coverage_picture"]

WhyOf = Callable[[Cell], str] | None
"""Where it is told why a cell is what it is."""

_MARGIN = 24.0
_LABELS = 330.0
_CELL = 108.0
_TOTAL = 84.0
_HEAD = 152.0
_FILLS = {Depth.INTRODUCED: "#dcebf7", Depth.PRACTISED: "#6ea6d7", Depth.ASSESSED: "#1f4e79"}
_SIGNS = {Depth.INTRODUCED: "○", Depth.PRACTISED: "◐", Depth.ASSESSED: "●"}
_INK = {Depth.INTRODUCED: "#1a1a1a", Depth.PRACTISED: "#1a1a1a", Depth.ASSESSED: "#ffffff"}

_Words = tuple[str, str]
"""The language of a cell, and where it leads to."""

_TITLE = Words({"nl": "Dekking van {code}: {label}", "en": "Coverage of {code}: {label}"})
_DESCRIPTION = Words(
    {
        "nl": "{units} leereenheden en {competences} competenties, waarvan {missing} niet bereikt.",
        "en": "{units} units and {competences} competences, of which {missing} not reached.",
    }
)
_TOTAL_NAME = Words({"nl": "EC samen", "en": "EC in all"})
_UNKNOWN = Words({"nl": "onbekend", "en": "unknown"})
_BY = Words({"nl": "Door", "en": "Through"})
_PROVEN = Words({"nl": "Getoetst met", "en": "Assessed with"})
_NOT_REACHED = Words({"nl": "niet bereikt", "en": "not reached"})


def coverage_picture(found: Coverage, language: str, href_of: HrefOf = None, why_of: WhyOf = None) -> str:
    """The matrix as SVG; a cell's tooltip names the outcomes that reach the competence, and what proves them.

    `why_of` tells where a cell leads to: then it can be reached by keyboard, and says why when it is.

    The last column and row hold credits: those spent on a competence, and those of a unit.
    """
    lines_of = {c: wrapped(c.label.within(language), 40, 3) for c in found.competences}
    heights = {c: max(34.0, 16.0 * len(lines_of[c]) + 12) for c in found.competences}
    width = 2 * _MARGIN + _LABELS + _CELL * len(found.units) + _TOTAL
    height = _HEAD + sum(heights.values()) + 40 + _MARGIN
    code, label = found.programme.code, found.programme.label.within(language)
    counts = {"units": len(found.units), "competences": len(found.competences), "missing": len(found.missing)}
    title = _TITLE.within(language).format(code=code, label=label)
    drawing = Drawing(max(width, 620.0), height, title, _DESCRIPTION.within(language).format(**counts))
    drawing.add("rect", x=0.0, y=0.0, width=max(width, 620.0), height=height, fill="#ffffff", class_="kg-paper")
    _legend(drawing, language)
    _head(drawing, found, language, href_of)
    spent = {share.subject: share.credits for share in found.credits["competence"]}
    y = _HEAD
    for competence in found.competences:
        row = heights[competence]
        with _linked(drawing, competence, href_of):
            middle = y + row / 2 - 8 * (len(lines_of[competence]) - 1) + 5
            drawing.add(
                "text", competence.code, x=_MARGIN, y=middle, font_weight="bold", font_size="12", fill="#1a1a1a"
            )
            label = competence.label.within(language)
            drawing.lines(_MARGIN + 56, middle, label, width=40, font_size="12.5", fill="#1a1a1a")
        for number, unit in enumerate(found.units):
            x = _MARGIN + _LABELS + number * _CELL
            cell = found.cell(competence, unit)
            href = why_of(cell) if why_of and cell else ""
            _cell(drawing, cell, (competence, unit), (x, y, row), (language, href))
        told = _ec(spent[competence], language)
        x = _MARGIN + _LABELS + len(found.units) * _CELL + _TOTAL - 4
        drawing.add("text", told, x=x, y=y + row / 2 + 5, text_anchor="end", font_size="12.5", fill="#1a1a1a")
        y += row
    _foot(drawing, found, y, language)
    return str(drawing)


def _linked(drawing: Drawing, thing: Ref, href_of: HrefOf) -> AbstractContextManager[None]:
    href = href_of(thing) if href_of else ""
    return drawing.within("a", href=href) if href else drawing.within("g")


def _legend(drawing: Drawing, language: str) -> None:
    x = _MARGIN
    for depth in Depth:
        drawing.add("rect", x=x, y=18.0, width=26.0, height=22.0, fill=_FILLS[depth], stroke="#6b6b6b")
        drawing.add("text", _SIGNS[depth], x=x + 13, y=34.0, text_anchor="middle", font_size="14", fill=_INK[depth])
        name = DEPTHS[depth].within(language)
        drawing.add("text", name, x=x + 34, y=34.0, fill="#1a1a1a")
        x += 34 + 8 * len(name) + 28
    drawing.add("rect", x=x, y=18.0, width=26.0, height=22.0, fill="#ffffff", stroke="#b4b4b4")
    drawing.add("text", _NOT_REACHED.within(language), x=x + 34, y=34.0, fill="#1a1a1a")


def _head(drawing: Drawing, found: Coverage, language: str, href_of: HrefOf) -> None:
    """The units, each with its code and label above its column."""
    for number, unit in enumerate(found.units):
        x = _MARGIN + _LABELS + number * _CELL + _CELL / 2
        lines = wrapped(unit.label.within(language), 15, 4)
        top = _HEAD - 16.0 * len(lines) - 12
        with _linked(drawing, unit, href_of):
            drawing.add("title", f"{unit.code} {unit.label.within(language)}")
            centred = {"text_anchor": "middle", "fill": "#1a1a1a"}
            drawing.add("text", unit.code, x=x, y=top, font_weight="bold", font_size="12", **centred)
            drawing.lines(x, top + 16, unit.label.within(language), width=15, most=4, font_size="12", **centred)
    x = _MARGIN + _LABELS + len(found.units) * _CELL + _TOTAL - 4
    drawing.add("text", "EC", x=x, y=_HEAD - 12, text_anchor="end", font_weight="bold", fill="#1a1a1a")


def _cell(
    drawing: Drawing, cell: Cell | None, about: tuple[Ref, Ref], place: tuple[float, float, float], words: _Words
) -> None:
    x, y, height = place
    language, href = words
    told = f"{about[0].code} – {about[1].code}: "
    if cell is None:
        with drawing.within("g", told + _NOT_REACHED.within(language), class_="kg-cell kg-depth-0"):
            drawing.add("rect", x=x, y=y, width=_CELL, height=height, fill="#ffffff", stroke="#b4b4b4")
        return
    told += DEPTHS[cell.depth].within(language)
    for how, things in ((_BY, cell.outcomes), (_PROVEN, cell.assessments)):
        if things:
            named = "; ".join(f"{thing.code} {thing.label.within(language)}" for thing in things)
            told += f". {how.within(language)}: {named}"
    tag, more = ("a", {"href": href}) if href else ("g", {})
    with drawing.within(tag, told, class_=f"kg-cell kg-depth-{int(cell.depth)}", **more):
        drawing.add("rect", x=x, y=y, width=_CELL, height=height, fill=_FILLS[cell.depth], stroke="#b4b4b4")
        middle = {"x": x + _CELL / 2, "y": y + height / 2 + 6}
        sign, ink = _SIGNS[cell.depth], _INK[cell.depth]
        drawing.add("text", sign, text_anchor="middle", font_size="16", fill=ink, **middle)


def _foot(drawing: Drawing, found: Coverage, y: float, language: str) -> None:
    """The credits of every unit, and of all together."""
    name = _TOTAL_NAME.within(language)
    drawing.add("text", name, x=_MARGIN, y=y + 26, font_weight="bold", font_size="12", fill="#1a1a1a")
    for number, unit in enumerate(found.units):
        x = _MARGIN + _LABELS + number * _CELL + _CELL / 2
        told = _ec(found.unit_credits[unit], language)
        drawing.add("text", told, x=x, y=y + 26, text_anchor="middle", font_size="12.5", fill="#1a1a1a")
    x = _MARGIN + _LABELS + len(found.units) * _CELL + _TOTAL - 4
    bold = {"text_anchor": "end", "font_weight": "bold", "font_size": "12.5", "fill": "#1a1a1a"}
    drawing.add("text", _ec(found.total, language), x=x, y=y + 26, **bold)


def _ec(size: Decimal | None, language: str) -> str:
    """Credits with one decimal as the language writes it, a dash for none, or that they are not known."""
    if size is None:
        return _UNKNOWN.within(language)
    if not size:
        return "–"
    return f"{size:.1f}".replace(".", "," if language == "nl" else ".")
