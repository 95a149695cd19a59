"""A trace as a flow diagram: from tasks on the left to levels on the right, links coloured by origin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from kg.curriculum.boxes import BOX_WIDTH, GAP, KINDS, LANE, Box, HrefOf, curve, draw_box, stacked
from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing
from kg.curriculum.trace import Link, Trace, reason
from kg.curriculum.untangle import untangled
from kg.names import Iri
from kg.text import Words

__all__ = ["trace_picture"]

_COLUMNS = ("task", "competence", "outcome", "unit", "programme", "level")
_MARGIN = 24.0
_TOP = 96.0

_LINES = {
    "stated": ("#1f4e79", "none"),
    "proposed": ("#a84300", "7 4"),
    "reference": ("#3d6b35", "2 3"),
    "derived": ("#5a5a5a", "1 4"),
    "": ("#5a5a5a", "none"),
}
"""Origin → colour and dashes: told apart without colour too."""
_TITLE = Words({"nl": "Keten van {code}: {label}", "en": "Trace of {code}: {label}"})
_DESCRIPTION = Words(
    {
        "nl": "Van taak naar niveau: {things} dingen en {links} verbindingen. De tabel ernaast zegt het in woorden.",
        "en": "From task to level: {things} things and {links} links. The table beside it says it in words.",
    }
)


def trace_picture(found: Trace, language: str, href_of: HrefOf = None) -> str:
    """The trace as SVG.

    Assessments, offerings, passages and sources stay in the table: the picture holds what lies between task
    and level, and the thing asked about where it lies beside that chain.
    """
    kinds = [kind for kind in _COLUMNS if found.of_kind(kind)]
    if found.start.kind not in _COLUMNS:
        kinds = [found.start.kind, *kinds]
    columns = [found.of_kind(kind) if kind in _COLUMNS else (found.start,) for kind in kinds]
    shown = {thing for column in columns for thing in column}
    links = [link for link in found.links if {link.subject, link.object} <= shown]
    lanes = _lanes([list(column) for column in columns], links)
    boxes = _placed(_untangled(lanes), language)
    height = max(box.y + box.height for box in boxes.values()) + _MARGIN
    width = 2 * _MARGIN + len(kinds) * BOX_WIDTH + (len(kinds) - 1) * GAP
    drawing = Drawing(
        max(width, 520.0),
        height,
        _TITLE.within(language).format(code=found.start.code, label=found.start.label.within(language)),
        _DESCRIPTION.within(language).format(things=len(shown), links=len(links)),
    )
    drawing.add("rect", x=0.0, y=0.0, width=max(width, 520.0), height=height, fill="#ffffff", class_="kg-paper")
    _legend(drawing, links, language)
    for number, kind in enumerate(kinds):
        x = _MARGIN + number * (BOX_WIDTH + GAP)
        name = KINDS[kind][0].within(language) if kind in KINDS else kind
        drawing.add("text", name, x=x, y=_TOP - 16, font_weight="bold", font_size="14", fill="#1a1a1a")
    for link, path in lanes.paths:
        colour, dashes = _LINES.get(link.origin.code, _LINES[""])
        stops = [boxes[stop] for stop in path]
        curve(drawing, stops, _told(link, language), stroke=colour, stroke_width="1.6", stroke_dasharray=dashes)
    for box in boxes.values():
        if box.thing in shown:
            draw_box(drawing, box, href_of, strong=box.thing == found.start)
    return str(drawing)


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Columns with room for every link that passes a column by, and the way each link goes, left to right."""

    columns: list[list[Ref]]
    paths: list[tuple[Link, list[Ref]]]


def _lanes(columns: list[list[Ref]], links: list[Link]) -> _Lanes:
    column_of = {thing: number for number, column in enumerate(columns) for thing in column}
    paths = []
    for link in links:
        left, right = sorted((link.subject, link.object), key=lambda thing: column_of[thing])
        between = range(column_of[left] + 1, column_of[right])
        lanes = [Ref(f"{left.code} {right.code}", Iri(f"{number}"), LANE) for number in between]
        for number, lane in zip(between, lanes, strict=True):
            columns[number].append(lane)
        paths.append((link, [left, *lanes, right]))
    return _Lanes(columns, paths)


def _untangled(lanes: _Lanes) -> list[list[Ref]]:
    """The columns with their things moved next to what they link to."""
    neighbours: dict[Ref, list[Ref]] = defaultdict(list)
    for _, path in lanes.paths:
        for left, right in pairwise(path):
            neighbours[left].append(right)
            neighbours[right].append(left)
    return untangled(lanes.columns, neighbours)


def _placed(columns: list[list[Ref]], language: str) -> dict[Ref, Box]:
    """Every thing with its box; columns are centred on the highest."""
    depth = max(_height(column, language) for column in columns)
    boxes: dict[Ref, Box] = {}
    for number, column in enumerate(columns):
        top = _TOP + (depth - _height(column, language)) / 2
        x = _MARGIN + number * (BOX_WIDTH + GAP)
        boxes |= {box.thing: box for box in stacked(column, x, top, language)}
    return boxes


def _height(column: list[Ref], language: str) -> float:
    boxes = stacked(column, 0, 0, language)
    return boxes[-1].y + boxes[-1].height


def _told(link: Link, language: str) -> str:
    """What a link says, where it comes from, and why."""
    said = f"{link.subject.code} {link.property.label.within(language)} {link.object.code}"
    origin = link.origin.label.within(language)
    why = reason(link, language)
    return said + (f" ({origin})" if origin else "") + (f". {why}" if why else "")


def _legend(drawing: Drawing, links: list[Link], language: str) -> None:
    """The line of each origin that occurs, with its name."""
    x = _MARGIN
    for origin in sorted({link.origin for link in links}, key=lambda origin: list(_LINES).index(origin.code)):
        colour, dashes = _LINES.get(origin.code, _LINES[""])
        drawing.add("line", x1=x, y1=32.0, x2=x + 40, y2=32.0, stroke=colour, stroke_width="2", stroke_dasharray=dashes)
        name = origin.label.within(language) or origin.code or "–"
        drawing.add("text", name, x=x + 48, y=36.0, fill="#1a1a1a")
        x += 48 + 8 * len(name) + 32
