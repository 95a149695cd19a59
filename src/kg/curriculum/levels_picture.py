"""The bridge between levels as ladders beside each other, with what stands on every rung."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.boxes import HrefOf
from kg.curriculum.levels import STRENGTHS, LevelBridge, LevelMatch, Rung, Standing
from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing, wrapped
from kg.text import Words

__all__ = ["levels_picture"]

_MARGIN = 24.0
_BOX = 196.0
_BETWEEN = 84.0
_PROGRAMMES = 400.0
_HEAD = 112.0
_LINE = 16.0
_INK = "#1a1a1a"
_STROKES = {"exactMatch": "none", "closeMatch": "2 5", "broadMatch": "8 4", "narrowMatch": "8 4", "relatedMatch": "1 7"}

_TITLE = Words({"nl": "Niveaus naast elkaar", "en": "Levels side by side"})
_DESCRIPTION = Words(
    {
        "nl": "{levels} niveaus uit {frameworks} raamwerken, {matches} vergelijkingen en de opleidingen op elk niveau.",
        "en": "{levels} levels of {frameworks} frameworks, {matches} comparisons and the programmes at every level.",
    }
)
_ON_LEVEL = Words({"nl": "Opleidingen op dit niveau", "en": "Programmes at this level"})
_STRENGTH = Words({"nl": "Vergelijking:", "en": "Comparison:"})
_GAP = Words(
    {
        "nl": "{level}: {stage}. Opleidingen op {other} ({programmes}): {ends}.",
        "en": "{level}: {stage}. Programmes at {other} ({programmes}): {ends}.",
    }
)
_NOT_STAGE = Words(
    {"nl": "De vergelijking geldt niet voor de loopbaanfase", "en": "The comparison does not hold for the career stage"}
)
_RESERVATIONS = Words({"nl": "Wat bronnen en opmerkingen erbij zeggen", "en": "What sources and remarks say about it"})


def levels_picture(found: LevelBridge, language: str, href_of: HrefOf = None) -> str:
    """The ladders as SVG: a column per framework, high levels above, and the programmes of every rung beside them.

    A line is drawn as strongly as the graph states the comparison: dotted for a close match, full for an exact
    one. Below stand the comparisons that do not hold for the career stage, and the notes that say so.
    """
    line_of, heights = _lines(found, language)
    top_of, y = {}, _HEAD
    for number in sorted(heights, reverse=True):
        top_of[number] = y
        y += heights[number]
    left_of = {framework: _MARGIN + n * (_BOX + _BETWEEN) for n, framework in enumerate(found.frameworks)}
    right = _MARGIN + len(found.frameworks) * (_BOX + _BETWEEN) - _BETWEEN / 2
    width = right + _PROGRAMMES + _MARGIN
    foot = _foot(found, language, int(width / 7.2))
    height = y + 16 + len(foot) * 18 + _MARGIN
    title = _TITLE.within(language)
    counts = {"levels": len(found.rungs), "frameworks": len(found.frameworks), "matches": len(found.between)}
    drawing = Drawing(width, height, title, _DESCRIPTION.within(language).format(**counts))
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    drawing.add("text", title, x=_MARGIN, y=30.0, font_size="16", font_weight="bold", fill=_INK)
    _legend(drawing, found, language)
    for framework, x in left_of.items():
        name = framework.label.within(language)
        drawing.lines(x, 66.0, name, width=28, most=3, font_size="12.5", font_weight="bold", fill=_INK)
    drawing.add("text", _ON_LEVEL.within(language), x=right, y=66.0, font_size="12.5", font_weight="bold", fill=_INK)
    place: dict[Ref, tuple[float, float]] = {}
    for rung in found.rungs:
        row = line_of[rung.level]
        above = [top_of[number] + heights[number] / 2 for number in row]
        place[rung.level] = (left_of[rung.framework], sum(above) / len(above))
    for number, top in top_of.items():
        _band(drawing, top, heights[number], width)
    for match in found.between:
        _line(drawing, match, place, language)
    for rung in found.rungs:
        _rung(drawing, rung, place[rung.level], language, href_of)
        if rung.programmes:
            _programmes(drawing, rung, (right, place[rung.level][1]), language, href_of)
    for number, (text, bold) in enumerate(foot):
        weight = "bold" if bold else "normal"
        drawing.add("text", text, x=_MARGIN, y=y + 34 + number * 18, font_size="12.5", font_weight=weight, fill=_INK)
    return str(drawing)


def _lines(found: LevelBridge, language: str) -> tuple[dict[Ref, tuple[int, ...]], dict[int, float]]:
    """Level → the rows it stands in (the middle of several), and row → its height.

    The framework with the most levels makes the rows; other levels stand beside those they compare with, and
    where they compare with none, in a row of their own below.
    """
    most = max(found.frameworks, key=lambda framework: (len(found.of_framework(framework)), framework.code))
    line_of: dict[Ref, tuple[int, ...]] = {
        rung.level: (number,) for number, rung in enumerate(found.of_framework(most))
    }
    heights = {row[0]: 44.0 for row in line_of.values()}
    compared: dict[Ref, set[Ref]] = {}
    for match in found.between:
        compared.setdefault(match.first, set()).add(match.second)
        compared.setdefault(match.second, set()).add(match.first)
    for rung in found.rungs:
        if rung.level not in line_of:
            beside = sorted(line_of[other][0] for other in compared.get(rung.level, ()) if other in line_of)
            line_of[rung.level] = tuple(beside) or (min(heights) - 1,)
            heights.setdefault(line_of[rung.level][0], 44.0)
    for rung in found.rungs:
        for number in line_of[rung.level][:1]:
            lines = sum(len(_told(standing, language)) for standing in rung.programmes)
            heights[number] = max(
                heights[number], 16 + _LINE * lines + 6 * len(rung.programmes), _box_height(rung, language) + 10
            )
    return line_of, heights


def _box_height(rung: Rung, language: str) -> float:
    return 14 + _LINE * (len(_label(rung, language)) + (len(_stage(rung, language))))


def _label(rung: Rung, language: str) -> list[str]:
    return wrapped(rung.level.label.within(language), 27, 3)


def _stage(rung: Rung, language: str) -> list[str]:
    return wrapped(rung.stage.label.within(language), 29, 2) if rung.stage else []


def _told(standing: Standing, language: str) -> list[str]:
    """A programme in lines: its label, then what is known of its offerings and of the stage it ends at."""
    known = [status.label.within(language) for status in standing.statuses]
    known += [standing.stage.label.within(language)] if standing.stage else []
    told = standing.programme.label.within(language)
    return wrapped(f"{told} ({'; '.join(known)})" if known else told, 58, 3)


def _band(drawing: Drawing, top: float, height: float, width: float) -> None:
    drawing.add("line", x1=_MARGIN, x2=width - _MARGIN, y1=top + height, y2=top + height, stroke="#e4e4e4")


def _line(drawing: Drawing, match: LevelMatch, place: Mapping[Ref, tuple[float, float]], language: str) -> None:
    first, second = sorted((place[match.first], place[match.second]))
    told = f"{match.first.code} – {match.second.code}: {match.strength.within(language)}"
    sources = ", ".join(source.code for source in match.sources)
    with drawing.within("g", f"{told} ({sources})" if sources else told, class_=f"kg-match kg-{match.property.code}"):
        drawing.add(
            "line",
            x1=first[0] + _BOX,
            y1=first[1],
            x2=second[0],
            y2=second[1],
            stroke="#1a1a1a",
            stroke_width="2",
            stroke_linecap="round",
            stroke_dasharray=_STROKES[match.property.code],
        )


def _rung(drawing: Drawing, rung: Rung, at: tuple[float, float], language: str, href_of: HrefOf) -> None:
    x, middle = at
    lines, stage = _label(rung, language), _stage(rung, language)
    height = _box_height(rung, language)
    href = href_of(rung.level) if href_of else ""
    attributes = {"href": href} if href else {}
    tooltip = " – ".join(part for part in (rung.level.label.within(language), " ".join(stage)) if part)
    with drawing.within("a" if href else "g", tooltip, class_="kg-rung", **attributes):
        fill = "#fdf5e0" if stage else "#e8f1fb" if rung.programmes else "#ffffff"
        top = middle - height / 2
        drawing.add("rect", x=x, y=top, width=_BOX, height=height, rx=3.0, fill=fill, stroke="#6b6b6b")
        y = top + 20
        for line in lines:
            drawing.add("text", line, x=x + 8, y=y, font_size="12.5", font_weight="bold", fill=_INK)
            y += _LINE
        for line in stage:
            drawing.add("text", line, x=x + 8, y=y, font_size="12", font_style="italic", fill=_INK)
            y += _LINE


def _programmes(drawing: Drawing, rung: Rung, at: tuple[float, float], language: str, href_of: HrefOf) -> None:
    x, middle = at
    told = [(standing, _told(standing, language)) for standing in rung.programmes]
    y = middle - (sum(_LINE * len(lines) for _, lines in told) + 6 * (len(told) - 1)) / 2 + 12
    for standing, lines in told:
        href = href_of(standing.programme) if href_of else ""
        attributes = {"href": href} if href else {}
        with drawing.within("a" if href else "g", standing.programme.code, class_="kg-programme", **attributes):
            for line in lines:
                drawing.add("text", line, x=x, y=y, font_size="12.5", fill=_INK)
                y += _LINE
        y += 6


def _legend(drawing: Drawing, found: LevelBridge, language: str) -> None:
    x = 280.0
    drawing.add("text", _STRENGTH.within(language), x=x, y=30.0, fill=_INK)
    x += 92
    for code in sorted({match.property.code for match in found.between}, key=list(STRENGTHS).index):
        name = STRENGTHS[code].within(language)
        stroke = {"stroke": _INK, "stroke_width": "2", "stroke_dasharray": _STROKES[code], "stroke_linecap": "round"}
        drawing.add("line", x1=x, x2=x + 46, y1=26.0, y2=26.0, **stroke)
        drawing.add("text", name, x=x + 54, y=30.0, fill=_INK)
        x += 54 + 8 * len(name) + 24


def _foot(found: LevelBridge, language: str, characters: int) -> list[tuple[str, bool]]:
    """The lines below the ladders, with whether each is a heading."""
    lines: list[tuple[str, bool]] = []
    if found.stage_gaps:
        lines.append((_NOT_STAGE.within(language), True))
    for gap in found.stage_gaps:
        told = _GAP.within(language).format(
            level=gap.level.label.within(language),
            stage=gap.level_stage.label.within(language),
            other=gap.other.label.within(language),
            programmes=", ".join(programme.label.within(language) for programme in gap.programmes),
            ends=gap.other_stage.label.within(language),
        )
        lines += [(line, False) for line in wrapped(told, characters, 3)]
    notes = [note for note in found.notes if len(note.stages) > 1]
    if notes:
        lines.append((_RESERVATIONS.within(language), True))
    for note in notes:
        text = f"{note.note.code}: {note.text.within(language) or note.note.label.within(language)}"
        lines += [(line, False) for line in wrapped(text, characters, 4)]
    return lines
