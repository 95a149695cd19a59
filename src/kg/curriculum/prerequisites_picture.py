"""The prerequisites of a programme as a layered graph, with the critical path drawn heavily."""

from __future__ import annotations

from itertools import pairwise

from kg.curriculum.boxes import BOX_WIDTH, GAP, LANE, Box, HrefOf, curve, draw_box, stacked
from kg.curriculum.prerequisites import Prerequisites, refuse_cycles
from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing
from kg.names import Iri
from kg.text import Words

__all__ = ["prerequisites_picture"]

_MARGIN = 24.0
_TOP = 96.0
_CRITICAL = "#a84300"
_PLAIN = "#4a4a4a"

_TITLE = Words({"nl": "Volgorde van {code}: {label}", "en": "Order of {code}: {label}"})
_DESCRIPTION = Words(
    {
        "nl": "{units} leereenheden in {layers} stappen. Kritieke pad: {path}.",
        "en": "{units} units in {layers} steps. Critical path: {path}.",
    }
)
_STEP = Words({"nl": "Stap {number}", "en": "Step {number}"})
_REQUIRED = Words({"nl": "{first} gaat vooraf aan {second}", "en": "{first} comes before {second}"})
_LEGEND = Words({"nl": "kritieke pad (meeste studiepunten)", "en": "critical path (most credits)"})
_OTHER = Words({"nl": "gaat vooraf aan", "en": "comes before"})


def prerequisites_picture(found: Prerequisites, language: str, href_of: HrefOf = None) -> str:
    """The layers from left to right as SVG. Raises BadParameter when the prerequisites run in a circle."""
    refuse_cycles(found)
    boxes = _placed(found, language)
    critical = set(pairwise(found.critical_path))
    height = max(box.y + box.height for box in boxes.values()) + _MARGIN
    width = max(2 * _MARGIN + len(found.layers) * (BOX_WIDTH + GAP) - GAP, 560.0)
    title = _TITLE.within(language).format(code=found.programme.code, label=found.programme.label.within(language))
    path = " → ".join(unit.code for unit in found.critical_path)
    told = _DESCRIPTION.within(language).format(units=len(found.units), layers=len(found.layers), path=path)
    drawing = Drawing(width, height, title, told)
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    _legend(drawing, language)
    for number in range(len(found.layers)):
        x = _MARGIN + number * (BOX_WIDTH + GAP)
        name = _STEP.within(language).format(number=number + 1)
        drawing.add("text", name, x=x, y=_TOP - 16, font_weight="bold", font_size="14", fill="#1a1a1a")
    for second in found.order:
        for first in found.requires[second]:
            heavy = (first, second) in critical
            stops = _way(found, boxes, first, second)
            meaning = _REQUIRED.within(language).format(first=first.code, second=second.code)
            colour, stroke = (_CRITICAL, "3.5") if heavy else (_PLAIN, "1.6")
            curve(drawing, stops, meaning, stroke=colour, stroke_width=stroke)
            x, y = stops[-1].x, stops[-1].middle
            drawing.add("path", d=f"M {x:g} {y:g} l -9 -5 v 10 z", fill=colour)
    for unit in found.units:
        draw_box(drawing, boxes[unit], href_of, strong=unit in found.critical_path)
    return str(drawing)


def _placed(found: Prerequisites, language: str) -> dict[Ref, Box]:
    """Every unit with its box, and room where a requirement passes a layer by; units on the critical path on top."""
    notes = {unit: _ec(found, unit, language) for unit in found.units}
    boxes: dict[Ref, Box] = {}
    layer_of = {unit: number for number, layer in enumerate(found.layers) for unit in layer}
    for number, layer in enumerate(found.layers):
        passing = [
            _lane(first, second, number)
            for second in found.order
            for first in found.requires[second]
            if layer_of[first] < number < layer_of[second]
        ]
        ordered = sorted(layer, key=lambda unit: (unit not in found.critical_path, unit))
        x = _MARGIN + number * (BOX_WIDTH + GAP)
        boxes |= {box.thing: box for box in stacked([*ordered, *passing], x, _TOP, language, notes)}
    return boxes


def _way(found: Prerequisites, boxes: dict[Ref, Box], first: Ref, second: Ref) -> list[Box]:
    """The boxes a requirement passes: the first unit, the room kept for it in each layer between, the second."""
    lanes = [_lane(first, second, number) for number in range(len(found.layers))]
    return [boxes[first], *(boxes[lane] for lane in lanes if lane in boxes), boxes[second]]


def _lane(first: Ref, second: Ref, number: int) -> Ref:
    return Ref(f"{first.code} {second.code}", Iri(f"{number}"), LANE)


def _legend(drawing: Drawing, language: str) -> None:
    drawing.add("line", x1=_MARGIN, y1=32.0, x2=_MARGIN + 40, y2=32.0, stroke=_CRITICAL, stroke_width="3.5")
    drawing.add("text", _LEGEND.within(language), x=_MARGIN + 48, y=36.0, fill="#1a1a1a")
    x = _MARGIN + 48 + 8 * len(_LEGEND.within(language)) + 16
    drawing.add("line", x1=x, y1=32.0, x2=x + 40, y2=32.0, stroke=_PLAIN, stroke_width="1.6")
    drawing.add("text", _OTHER.within(language), x=x + 48, y=36.0, fill="#1a1a1a")


def _ec(found: Prerequisites, unit: Ref, language: str) -> str:
    size = found.credits[unit]
    return "? EC" if size is None else f"{size.normalize():f} EC".replace(".", "," if language == "nl" else ".")
