"""Boxes that stand for things, and the curves between them: what flow and layer diagrams share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing, wrapped
from kg.text import Words

__all__ = ["BOX_WIDTH", "GAP", "KINDS", "LANE", "Box", "HrefOf", "curve", "draw_box", "stacked"]

HrefOf = Callable[[Ref], str] | None
"""Where a picture links a thing to; None for a picture without links."""

BOX_WIDTH = 184.0
GAP = 68.0
"""Room between two columns, for the curves."""
LANE = "lane"
"""The kind of what is no thing but room in a column, for a curve to pass through."""
_PADDING = 8.0
_LINE = 16.0
_BETWEEN = 12.0
_CHARACTERS = 24

KINDS: Mapping[str, tuple[Words, str]] = {
    "source": (Words({"nl": "Bron", "en": "Source"}), "#f4f4f4"),
    "passage": (Words({"nl": "Passage", "en": "Passage"}), "#f4f4f4"),
    "task": (Words({"nl": "Taak", "en": "Task"}), "#f3eefb"),
    "competence": (Words({"nl": "Competentie", "en": "Competence"}), "#e8f1fb"),
    "outcome": (Words({"nl": "Leerresultaat", "en": "Outcome"}), "#e9f6ef"),
    "unit": (Words({"nl": "Leereenheid", "en": "Unit"}), "#fdf5e0"),
    "programme": (Words({"nl": "Opleiding", "en": "Programme"}), "#fdece4"),
    "level": (Words({"nl": "Niveau", "en": "Level"}), "#f0f0f0"),
    "theme": (Words({"nl": "Ontwikkeling", "en": "Theme"}), "#f4f4f4"),
    "tension": (Words({"nl": "Spanningsveld", "en": "Tension field"}), "#f4f4f4"),
    "knowledge": (Words({"nl": "Kennis", "en": "Knowledge"}), "#f4f4f4"),
    "assessment": (Words({"nl": "Toets", "en": "Assessment"}), "#f4f4f4"),
    "task-group": (Words({"nl": "Taakgroep", "en": "Task group"}), "#f4f4f4"),
    "occupation": (Words({"nl": "Beroep", "en": "Occupation"}), "#f4f4f4"),
}
"""Kind → its name above a column, and the fill of its boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing with its place in a picture: left top corner, height, and the lines of its label."""

    thing: Ref
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    note: str = ""
    """A word after the code: credits, for example."""

    @property
    def middle(self) -> float:
        """The height at which curves come in and go out."""
        return self.y + self.height / 2


def stacked(
    things: Sequence[Ref], x: float, top: float, language: str, notes: Mapping[Ref, str] | None = None
) -> list[Box]:
    """One column of boxes below each other, from `top` down, each as high as its label needs."""
    boxes: list[Box] = []
    for thing in things:
        lines = tuple(wrapped(thing.label.within(language), _CHARACTERS, 4))
        height = 4.0 if thing.kind == LANE else 2 * _PADDING + _LINE * (len(lines) + 1) - 2
        y = boxes[-1].y + boxes[-1].height + _BETWEEN if boxes else top
        boxes.append(Box(thing, x, y, height, lines, (notes or {}).get(thing, "")))
    return boxes


def draw_box(
    drawing: Drawing, box: Box, href_of: HrefOf, *, tooltip: str = "", fill: str = "", strong: bool = False
) -> None:
    """A box with the thing's code and label, inside a link when there is one; `strong` gives it a heavy edge."""
    href = href_of(box.thing) if href_of else ""
    about = tooltip or f"{box.thing.code} {' '.join(box.lines)}".strip()
    class_ = f"kg-box kg-{box.thing.kind}"
    around = drawing.within("a", about, class_=class_, href=href) if href else drawing.within("g", about, class_=class_)
    with around:
        drawing.add(
            "rect",
            x=box.x,
            y=box.y,
            width=BOX_WIDTH,
            height=box.height,
            rx=4.0,
            fill=fill or KINDS.get(box.thing.kind, (Words(), "#ffffff"))[1],
            stroke="#1a1a1a" if strong else "#6b6b6b",
            stroke_width="2.5" if strong else "1",
        )
        left = box.x + _PADDING
        drawing.add("text", box.thing.code, x=left, y=box.y + 20, font_weight="bold", font_size="12", fill="#1a1a1a")
        if box.note:
            drawing.add(
                "text",
                box.note,
                x=box.x + BOX_WIDTH - _PADDING,
                y=box.y + 20,
                text_anchor="end",
                font_size="12",
                fill="#1a1a1a",
            )
        for number, line in enumerate(box.lines, start=1):
            drawing.add("text", line, x=left, y=box.y + 20 + number * _LINE, font_size="12.5", fill="#1a1a1a")


def curve(drawing: Drawing, stops: Sequence[Box], tooltip: str, **attributes: str) -> None:
    """A curve from the right side of the first box to the left side of the last, straight through those between."""
    path = f"M {stops[0].x + BOX_WIDTH:g} {stops[0].middle:g}"
    for left, right in pairwise(stops):
        start, end = left.x + BOX_WIDTH, right.x
        bend = max((end - start) / 2, GAP / 2)
        path += f" C {start + bend:g} {left.middle:g}, {end - bend:g} {right.middle:g}, {end:g} {right.middle:g}"
        if right is not stops[-1]:
            path += f" H {right.x + BOX_WIDTH:g}"
    with drawing.within("g", tooltip, class_="kg-link"):
        drawing.add("path", d=path, fill="none", **attributes)
