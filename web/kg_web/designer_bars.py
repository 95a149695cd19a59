"""Rows of stacked bars: how something divides, by colour, sign and number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing, wrapped

__all__ = ["Bar", "Part", "bars_picture"]

_MARGIN = 24.0
_LABELS = 330.0
_BARS = 640.0
_ROW = 40.0
_HEAD = 76.0
_LEAST = 40.0
_INK = "#1a1a1a"


@dataclass(frozen=True, slots=True)
class Part:
    """One way in which things can stand: its name, and how it is drawn."""

    code: str
    name: str
    sign: str
    fill: str
    ink: str = _INK


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it is about, and how much of each part it has."""

    label: str
    sizes: Sequence[float]
    thing: Ref | None = None
    shown: Sequence[str] = ()
    """The sizes as people read them."""


def bars_picture(
    title: str, description: str, parts: Sequence[Part], bars: Sequence[Bar], href_of: Callable[[Ref], str] | None
) -> str:
    """The bars as SVG, one below the other; a part that a bar has none of is left out."""
    used = [place for place in range(len(parts)) if any(bar.sizes[place] for bar in bars)]
    longest = max((sum(bar.sizes) for bar in bars), default=0) or 1
    crowd = max((sum(1 for size in bar.sizes if size) for bar in bars), default=0)
    unit = (_BARS - crowd * _LEAST) / longest
    height = _HEAD + len(bars) * _ROW + _MARGIN
    width = 2 * _MARGIN + _LABELS + _BARS
    drawing = Drawing(width, height, title, description)
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    _legend(drawing, [parts[place] for place in used])
    for number, bar in enumerate(bars):
        y = _HEAD + number * _ROW
        href = href_of(bar.thing) if href_of and bar.thing else ""
        with drawing.within("a", href=href) if href else drawing.within("g"):
            lines = wrapped(bar.label, 46, 2)
            top = y + 20 - 8 * (len(lines) - 1)
            drawing.lines(_MARGIN, top, bar.label, width=46, most=2, font_size="12.5", fill=_INK)
        x = _MARGIN + _LABELS
        for place in used:
            if not bar.sizes[place]:
                continue
            part, long = parts[place], _LEAST + bar.sizes[place] * unit
            told = bar.shown[place] if bar.shown else f"{bar.sizes[place]:g}"
            with drawing.within("g", f"{bar.label}: {part.name}: {told}", class_=f"kg-bar kg-{part.code}"):
                drawing.add("rect", x=x, y=y, width=long, height=_ROW - 12, fill=part.fill, stroke="#6b6b6b")
                text = f"{part.sign} {told}"
                drawing.add("text", text, x=x + long / 2, y=y + 19, text_anchor="middle", font_size="12", fill=part.ink)
            x += long
    return str(drawing)


def _legend(drawing: Drawing, parts: Sequence[Part]) -> None:
    x = _MARGIN
    for part in parts:
        with drawing.within("g", class_=f"kg-bar kg-{part.code}"):
            drawing.add("rect", x=x, y=18.0, width=26.0, height=22.0, fill=part.fill, stroke="#6b6b6b")
            drawing.add("text", part.sign, x=x + 13, y=34.0, text_anchor="middle", font_size="13", fill=part.ink)
        drawing.add("text", part.name, x=x + 34, y=34.0, fill=_INK)
        x += 34 + 7.4 * len(part.name) + 26
