"""A small picture of a thing between what leads to it, on the left, and what it leads to, on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.curriculum.boxes import KINDS
from kg.curriculum.svg import Drawing, wrapped
from kg.names import lg
from kg_web.reader import Reader, Value
from kg_web.thing import Group, ThingPage
from kg_web.words import N_

__all__ = ["neighbourhood"]

_MARGIN, _SIDE, _MIDDLE, _GAP = 12.0, 214.0, 172.0, 46.0
_LINE, _PAD, _BETWEEN, _HEAD = 16.0, 7.0, 7.0, 12.0
_LETTERS = 26
"""Characters on a line of a box at the side."""
_MOST = 9
"""Things at one side; the lists below the picture have all of them."""
_LINES = {
    "stated": ("#1f4e79", "none"),
    "proposed": ("#a84300", "7 4"),
    "reference": ("#3d6b35", "2 3"),
    "derived": ("#5a5a5a", "1 4"),
    "": ("#5a5a5a", "none"),
}
"""Origin of a link → colour and dashes: told apart without colour too."""
_LEFT_OUT = {"", "passage", "remark", "source"}
"""Where something stands and what was remarked about it: told beside the picture."""


@dataclass(frozen=True, slots=True)
class _Node:
    """One thing at a side, or how many more there are: its lines, and the link that leads to it."""

    lines: tuple[str, ...]
    value: Value
    origin: str
    more: bool = False

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * len(self.lines) - 2


@dataclass(frozen=True, slots=True)
class _Shown:
    """A group at a side: the lines of its heading, and its nodes."""

    heading: tuple[str, ...]
    nodes: tuple[_Node, ...]

    @property
    def height(self) -> float:
        return _LINE * len(self.heading) + sum(node.height + _BETWEEN for node in self.nodes) + _HEAD


def neighbourhood(reader: Reader, page: ThingPage) -> str:
    """The picture as SVG with links; empty for a thing that is linked with nothing."""
    left, right = (_side(reader, page, groups) for groups in (page.incoming, page.outgoing))
    if not left and not right:
        return ""
    heights = [sum(group.height for group in side) for side in (left, right)]
    lines = wrapped(page.label, 19, 7)
    own = 2 * _PAD + _LINE * (len(lines) + 1)
    origins = list(dict.fromkeys(node.origin for side in (left, right) for group in side for node in group.nodes))
    tall = max(*heights, own) + 2 * _MARGIN
    width = 2 * (_MARGIN + _SIDE + _GAP) + _MIDDLE
    say = reader.say
    drawing = Drawing(
        width,
        tall + 26,
        say(N_("What {code} is linked with"), code=page.code),
        say(
            N_(
                "On the left what leads to it, on the right what it leads to: {count} things. The lists below have all."
            ),
            count=sum(len(group.nodes) for side in (left, right) for group in side),
        ),
    )
    drawing.add("rect", x=0.0, y=0.0, width=width, height=tall + 26, fill="#ffffff", class_="kg-paper")
    middle = tall / 2
    x = _MARGIN + _SIDE + _GAP
    _draw_side(drawing, left, _MARGIN, middle - heights[0] / 2, (x, middle), to_middle=True)
    _draw_side(drawing, right, x + _MIDDLE + _GAP, middle - heights[1] / 2, (x + _MIDDLE, middle), to_middle=False)
    drawing.add(
        "rect",
        x=x,
        y=middle - own / 2,
        width=_MIDDLE,
        height=own,
        rx=4.0,
        fill=KINDS[page.segment][1] if page.segment in KINDS else "#f4f4f4",
        stroke="#1a1a1a",
        stroke_width="2.5",
    )
    top = middle - own / 2 + _PAD + 13
    drawing.add("text", page.code, x=x + 10, y=top, font_size="12", font_weight="bold", fill="#1a1a1a")
    for number, line in enumerate(lines, start=1):
        drawing.add("text", line, x=x + 10, y=top + number * _LINE, fill="#1a1a1a", font_weight="bold")
    _legend(drawing, reader, [origin for origin in origins if origin], tall + 8)
    return str(drawing).replace('role="img"', 'role="group"', 1)  # an image holds no links


def _side(reader: Reader, page: ThingPage, groups: Sequence[Group]) -> list[_Shown]:
    """The groups at one side: of each at least one thing, as long as there is room, and then more in turn."""
    kept = [group for group in groups if not {value.segment for value in group.values} <= _LEFT_OUT]
    kept = kept[: _MOST // 2 + 1]
    room = {index: min(1, len(group.values)) for index, group in enumerate(kept)}
    while sum(room.values()) < _MOST and any(room[i] < len(group.values) for i, group in enumerate(kept)):
        for index, group in enumerate(kept):
            if room[index] < len(group.values) and sum(room.values()) < _MOST:
                room[index] += 1
    return [_shown(reader, page, group, room[index]) for index, group in enumerate(kept)]


def _shown(reader: Reader, page: ThingPage, group: Group, most: int) -> _Shown:
    nodes = []
    for value in group.values[:most]:
        text = f"{value.code} {value.text}" if value.code else value.text
        origin = value.origin or group.origin or page.origin
        nodes.append(_Node(tuple(wrapped(text, _LETTERS, 2)), value, origin))
    left = len(group.values) - most
    if left > 0:
        text = reader.say(N_("and {count} more"), count=reader.number(left))
        nodes.append(_Node((text,), Value(text, f"#{group.anchor}"), group.origin or page.origin, more=True))
    heading = group.heading[:1].upper() + group.heading[1:]
    return _Shown(tuple(wrapped(heading, 34, 2)), tuple(nodes))


def _draw_side(
    drawing: Drawing, groups: list[_Shown], x: float, y: float, middle: tuple[float, float], *, to_middle: bool
) -> None:
    for group in groups:
        for number, line in enumerate(group.heading):
            drawing.add("text", line, x=x, y=y + 12 + number * _LINE, font_size="12", fill="#4a4a4a")
        y += _LINE * len(group.heading) + 2
        for node in group.nodes:
            edge = (x + _SIDE if to_middle else x, y + node.height / 2)
            _link(drawing, node, *((edge, middle) if to_middle else (middle, edge)))
            _box(drawing, node, x, y)
            y += node.height + _BETWEEN
        y += _HEAD - 2


def _box(drawing: Drawing, node: _Node, x: float, y: float) -> None:
    tooltip = " ".join(part for part in (node.value.code, node.value.text) if part)
    href = {"href": node.value.href} if node.value.href else {}
    with drawing.within("a" if href else "g", tooltip, class_="kg-box", **href):
        fill = KINDS[node.value.segment][1] if node.value.segment in KINDS else "#f4f4f4"
        drawing.add(
            "rect",
            x=x,
            y=y,
            width=_SIDE,
            height=node.height,
            rx=4.0,
            fill="#ffffff" if node.more else fill,
            stroke="#b4b4b4" if node.more else "#6b6b6b",
        )
        for number, line in enumerate(node.lines):
            drawing.add("text", line, x=x + 8, y=y + _PAD + 12 + number * _LINE, font_size="12.5", fill="#1a1a1a")


def _link(drawing: Drawing, node: _Node, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A curve between a box and the thing in the middle, in the colour of where the link comes from."""
    colour, dashes = _LINES.get(node.origin, _LINES[""])
    bend = (end[0] - start[0]) / 2
    path = f"M {start[0]:g} {start[1]:g} C {start[0] + bend:g} {start[1]:g}, {end[0] - bend - 6:g} {end[1]:g}, "
    path += f"{end[0] - 6:g} {end[1]:g}"
    drawing.add("path", d=path, fill="none", stroke=colour, stroke_width="1.6", stroke_dasharray=dashes)
    head = f"M {end[0] - 7:g} {end[1] - 4:g} L {end[0]:g} {end[1]:g} L {end[0] - 7:g} {end[1] + 4:g} Z"
    drawing.add("path", d=head, fill="#4a4a4a")


def _legend(drawing: Drawing, reader: Reader, origins: Sequence[str], y: float) -> None:
    x = _MARGIN
    for origin in origins:
        colour, dashes = _LINES.get(origin, _LINES[""])
        name = reader.label(lg(origin))
        drawing.add(
            "path",
            d=f"M {x:g} {y:g} H {x + 34:g}",
            fill="none",
            stroke=colour,
            stroke_width="1.6",
            stroke_dasharray=dashes,
        )
        drawing.add("text", name, x=x + 42, y=y + 4, font_size="12", fill="#4a4a4a")
        x += 42 + 7 * len(name) + 26
