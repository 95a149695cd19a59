"""How far a design has come, drawn: a bar for every kind of thing, divided by stage."""

from __future__ import annotations

from kg.curriculum.lifecycle import STAGES, Lifecycle, Stage
from kg.curriculum.svg import Drawing
from kg.text import Words

__all__ = ["lifecycle_picture"]

_MARGIN, _LABELS, _BAR, _ROW, _HEAD = 24.0, 190.0, 460.0, 40.0, 60.0
_FILLS = {
    Stage.PROPOSED: "#dcebf7",
    Stage.IN_PILOT: "#a9cbea",
    Stage.VALIDATED: "#35648f",
    Stage.LEGITIMATED: "#1f4e79",
    Stage.WITHDRAWN: "#d9d9d9",
}
_DARK = {Stage.VALIDATED, Stage.LEGITIMATED}
_TITLE = Words({"nl": "Hoe ver het ontwerp is", "en": "How far the design has come"})
_DESCRIPTION = Words(
    {
        "nl": "{count} ontworpen onderdelen: {stages}.",
        "en": "{count} designed things: {stages}.",
    }
)


def lifecycle_picture(found: Lifecycle, language: str) -> str:
    """Bars as SVG: all things of a kind are one whole bar, each stage a part of it with its number."""
    totals = {stage: sum(counts.get(stage, 0) for counts in found.counts.values()) for stage in STAGES}
    named = [f"{found.names[stage.value].within(language)} {totals[stage]}" for stage in STAGES if totals[stage]]
    description = _DESCRIPTION.within(language).format(count=len(found.standings), stages=", ".join(named) or "0")
    width, height = 2 * _MARGIN + _LABELS + _BAR, _HEAD + _ROW * len(found.counts) + _MARGIN
    drawing = Drawing(width, height, _TITLE.within(language), description)
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    _legend(drawing, found, language)
    for row, (kind, counts) in enumerate(found.counts.items()):
        y = _HEAD + row * _ROW
        name = found.names[kind].within(language)
        drawing.add("text", f"{name} ({sum(counts.values())})", x=_MARGIN, y=y + 20, fill="#1a1a1a")
        x = _MARGIN + _LABELS
        for stage in STAGES:
            part = counts.get(stage, 0)
            if part:
                share = _BAR * part / sum(counts.values())
                told = f"{name}: {found.names[stage.value].within(language)} {part}"
                with drawing.within("g", told):
                    drawing.add("rect", x=x, y=y, width=share, height=28.0, fill=_FILLS[stage], stroke="#6b6b6b")
                    ink = "#ffffff" if stage in _DARK else "#1a1a1a"
                    drawing.add("text", str(part), x=x + share / 2, y=y + 19, text_anchor="middle", fill=ink)
                x += share
    return str(drawing)


def _legend(drawing: Drawing, found: Lifecycle, language: str) -> None:
    x = _MARGIN
    for stage in STAGES:
        name = found.names[stage.value].within(language)
        drawing.add("rect", x=x, y=18.0, width=22.0, height=18.0, fill=_FILLS[stage], stroke="#6b6b6b")
        drawing.add("text", name, x=x + 28, y=32.0, fill="#1a1a1a")
        x += 28 + 7.5 * len(name) + 24
