"""The plot of cost against size: both axes logarithmic, readable on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from xml.sax.saxutils import escape

__all__ = ["plot"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 860, 460, 70, 20, 50, 250
_COLOURS = ("#2266cc", "#cc5522", "#118855", "#9944bb", "#aa8800", "#cc2266", "#118899", "#775533", "#667711")
_STYLE = """\
<style>
  text { font: 13px system-ui, sans-serif; fill: #1b1b1b; }
  .line { stroke: #c9c9c9; } .paper { fill: #ffffff; }
  @media (prefers-color-scheme: dark) { text { fill: #eeeeee; } .line { stroke: #4a4a4a; } .paper { fill: #161616; } }
</style>
"""


def plot(series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """An SVG with a line for each operation: number of triples → seconds."""
    sizes = sorted({size for points in series.values() for size, _ in points})
    values = [value for points in series.values() for _, value in points]
    low, high = int(log10(min(values))) - 1, int(log10(max(values))) + 1

    def x(size: float) -> float:
        span = max(1e-9, log10(sizes[-1]) - log10(sizes[0]))
        return _LEFT + (log10(size) - log10(sizes[0])) / span * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (log10(value) - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<title>What an operation costs as the graph grows</title>",
        _STYLE,
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
    ]
    for power in range(low, high + 1):
        place = y(10**power)
        parts.append(f'<line class="line" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{place:.1f}" y2="{place:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{_time(power)}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{_HEIGHT - 20}" text-anchor="middle">{size:,}</text>')
    parts.append(f'<text x="{_WIDTH - _RIGHT + 50}" y="{_HEIGHT - 20}">triples</text>')
    for number, (name, points) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        dash = ' stroke-dasharray="6 4"' if name.endswith("disk") else ""
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>')
        parts += [f'<circle cx="{x(s):.1f}" cy="{y(v):.1f}" r="3.5" fill="{colour}"/>' for s, v in points]
        row = _TOP + 14 + number * 22
        left = _WIDTH - _RIGHT + 16
        parts.append(
            f'<line x1="{left}" x2="{left + 26}" y1="{row}" y2="{row}" stroke="{colour}" stroke-width="2.5"{dash}/>'
        )
        parts.append(f'<text x="{left + 34}" y="{row + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _time(power: int) -> str:
    units = {0: "s", -3: "ms", -6: "µs"}
    base = max(unit for unit in (*units, -9) if unit <= power) if power < 0 else 0
    return f"{10 ** (power - base)} {units.get(base, 'ns')}"
