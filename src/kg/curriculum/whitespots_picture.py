"""White spots as tile maps: every province a tile, its state by colour, sign and edge, a map for every level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.curriculum.boxes import HrefOf
from kg.curriculum.rows import Ref
from kg.curriculum.svg import Drawing, wrapped
from kg.curriculum.whitespots import STATES, Offer, Spot, State, WhiteSpots
from kg.text import Words

__all__ = ["white_spots_picture"]

_MARGIN = 24.0
_TILE = 118.0
_HIGH = 88.0
_GAP = 6.0
_HEAD = 44.0
_LEGEND = 106.0
_BETWEEN = 40.0
_LINE = 18.0
_INK = "#1a1a1a"

_FILLS = {
    State.OFFERED: "#1f4e79",
    State.PLANNED: "#6ea6d7",
    State.INTERESTED: "#dcebf7",
    State.REFUSED: "#f3e1d6",
    State.UNKNOWN: "#ffffff",
}
_INKS = {State.OFFERED: "#ffffff"}
_SIGNS = {
    State.OFFERED: "●",
    State.PLANNED: "◐",
    State.INTERESTED: "○",
    State.REFUSED: "×",
    State.UNKNOWN: "?",
}

_TITLE = Words(
    {
        "nl": "Witte vlekken: wat waar op welk niveau wordt aangeboden",
        "en": "White spots: what is offered where, at which level",
    }
)
_FOR = Words({"nl": "voor {learner}", "en": "for {learner}"})
_DESCRIPTION = Words(
    {
        "nl": "Per niveau een kaart van {provinces} provincies. Onbekend is geen gat: er is dan niets over gezegd.",
        "en": "A map of {provinces} provinces for every level. Unknown is no gap: nothing has been said about it.",
    }
)
_WORKING = Words({"nl": "{count} organisaties met belangstelling", "en": "{count} organisations with an interest"})
_WORKING_ONE = Words({"nl": "1 organisatie met belangstelling", "en": "1 organisation with an interest"})
_PEOPLE = Words(
    {
        "nl": "⚑ 2 = twee organisaties die er werken en er belangstelling voor hebben, zonder zelf aan te bieden",
        "en": "⚑ 2 = two organisations that work there and are interested, without offering it themselves",
    }
)
_NO_PLACE = Words(
    {"nl": "Zonder vermelde plaats, dus niet op de kaart:", "en": "Without a stated place, so not on the map:"}
)
_OUTSIDE = Words({"nl": "In een gebied dat in geen provincie past:", "en": "In an area that fits in no province:"})
_NOTHING = Words({"nl": "niets", "en": "nothing"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is drawn, for whom, and how."""

    found: WhiteSpots
    learner: Ref | None
    language: str
    href_of: HrefOf


def white_spots_picture(
    found: WhiteSpots,
    language: str,
    href_of: HrefOf = None,
    *,
    levels: Sequence[Ref] = (),
    learner: Ref | None = None,
) -> str:
    """The maps as SVG: one for every level asked for, or for all levels of the column, two beside each other.

    Below each map stands what has no stated place, which is on no tile. Provinces without a place on the map in
    the graph follow in rows of their own. With a learner, the maps are for that kind of learner.
    """
    shown = tuple(levels) or found.levels
    columns, rows = _grid(found)
    across = min(2, len(shown)) or 1
    width_of_map = columns * (_TILE + _GAP)
    notes = {level: _notes(found, level, learner, language) for level in shown}
    tiers = [shown[first : first + across] for first in range(0, len(shown), across)]
    tiles = _HEAD + rows * (_HIGH + _GAP)
    heights = [tiles + max(len(notes[level]) for level in tier) * _LINE + _BETWEEN for tier in tiers]
    width = max(2 * _MARGIN + across * width_of_map + (across - 1) * _BETWEEN, 760.0)
    height = _MARGIN + _LEGEND + sum(heights)
    title = _TITLE.within(language)
    about = _FOR.within(language).format(learner=learner.label.within(language)) if learner else ""
    description = _DESCRIPTION.within(language).format(provinces=len(found.tiles))
    drawing = Drawing(width, height, f"{title}, {about}" if about else title, description)
    drawing.add("rect", x=0.0, y=0.0, width=width, height=height, fill="#ffffff", class_="kg-paper")
    drawing.add("text", title, x=_MARGIN, y=_MARGIN + 8, font_size="16", font_weight="bold", fill=_INK)
    drawing.add("text", about, x=_MARGIN, y=_MARGIN + 28, font_size="14", fill=_INK)
    _legend(drawing, language, learner)
    y = _MARGIN + _LEGEND
    for tier, high in zip(tiers, heights, strict=True):
        for number, level in enumerate(tier):
            x = _MARGIN + number * (width_of_map + _BETWEEN)
            _map(drawing, _Asked(found, learner, language, href_of), level, (x, y))
            _below(drawing, notes[level], x, y + tiles + 14)
        y += high
    return str(drawing)


def _grid(found: WhiteSpots) -> tuple[int, int]:
    """The number of columns and rows, with room for the provinces that have no place on the map."""
    columns = max((tile.column or 0 for tile in found.tiles), default=0) or 4
    placed = max((tile.row or 0 for tile in found.tiles), default=0)
    loose = sum(1 for tile in found.tiles if not (tile.column and tile.row))
    return columns, placed + -(-loose // columns)


def _map(drawing: Drawing, asked: _Asked, level: Ref, corner: tuple[float, float]) -> None:
    x, y = corner
    heading = level.label.within(asked.language)
    drawing.add("text", heading, x=x, y=y + 22, font_size="15", font_weight="bold", fill=_INK)
    columns, rows = _grid(asked.found)
    loose = [tile for tile in asked.found.tiles if not (tile.column and tile.row)]
    first_loose = rows - -(-len(loose) // columns)
    for tile in asked.found.tiles:
        if tile.column and tile.row:
            column, row = tile.column - 1, tile.row - 1
        else:
            place = loose.index(tile)
            column, row = place % columns, first_loose + place // columns
        spot = asked.found.spot(tile.province, level, asked.learner)
        working = asked.found.spot(tile.province, level).organisations
        _tile(drawing, asked, spot, working, (x + column * (_TILE + _GAP), y + _HEAD + row * (_HIGH + _GAP)))


def _tile(drawing: Drawing, asked: _Asked, spot: Spot, working: Sequence[Ref], at: tuple[float, float]) -> None:
    province, language = spot.where, asked.language
    if province is None:
        return
    x, y = at
    name, state = province.label.within(language), STATES[spot.state].within(language)
    told = [f"{name}: {state}", *(offer.label.within(language) for offer in spot.offers)]
    if working:
        told.append(_count(len(working), language) + ": " + ", ".join(o.label.within(language) for o in working))
    href = asked.href_of(province) if asked.href_of else ""
    attributes = {"href": href} if href else {}
    ink = _INKS.get(spot.state, _INK)
    with drawing.within("a" if href else "g", "\n".join(told), class_=f"kg-tile kg-{spot.state.value}", **attributes):
        _square(drawing, spot.state, at, (_TILE, _HIGH))
        drawing.lines(x + 8, y + 20, name, width=17, most=2, font_size="12", font_weight="bold", fill=ink)
        drawing.add("text", f"{_SIGNS[spot.state]} {state}", x=x + 8, y=y + 56, font_size="12", fill=ink)
        if working:
            drawing.add("text", f"⚑ {len(working)}", x=x + 8, y=y + 77, font_size="12", fill=ink)


def _square(drawing: Drawing, state: State, at: tuple[float, float], size: tuple[float, float]) -> None:
    """A field in the colour of a state; the unknown has a broken edge, so that it is told without colour too."""
    edge = {"stroke_dasharray": "4 3"} if state == State.UNKNOWN else {}
    (x, y), (width, height) = at, size
    drawing.add("rect", x=x, y=y, width=width, height=height, rx=3.0, fill=_FILLS[state], stroke="#6b6b6b", **edge)


def _legend(drawing: Drawing, language: str, learner: Ref | None) -> None:
    x, y = _MARGIN, _MARGIN + 38
    for state in State:
        if state == State.REFUSED and not learner:
            continue
        name = STATES[state].within(language)
        _square(drawing, state, (x, y), (26.0, 22.0))
        ink = _INKS.get(state, _INK)
        drawing.add("text", _SIGNS[state], x=x + 13, y=y + 16, text_anchor="middle", font_size="13", fill=ink)
        drawing.add("text", name, x=x + 34, y=y + 16, fill=_INK)
        x += 34 + 8 * len(name) + 26
    drawing.add("text", _PEOPLE.within(language), x=_MARGIN, y=y + 44, font_size="12", fill=_INK)


def _notes(found: WhiteSpots, level: Ref, learner: Ref | None, language: str) -> list[tuple[str, bool]]:
    """The lines below a map, with whether each is a heading."""
    placeless = [offer for offer in found.placeless if level in offer.levels and _counts(offer, learner)]
    lines = [(_NO_PLACE.within(language), True)]
    for state in State:
        names = [_short(offer, language) for offer in placeless if offer.state == state]
        if names and state != State.UNKNOWN:
            told = f"{_SIGNS[state]} {STATES[state].within(language)}: {'; '.join(names)}"
            lines += [(line, False) for line in wrapped(told, 76, 4)]
    if len(lines) == 1:
        lines.append((_NOTHING.within(language), False))
    elsewhere = [found.spot(place, level, learner) for place in found.outside]
    told_places = [
        f"{place.label.within(language)}: {_SIGNS[spot.state]} {STATES[spot.state].within(language)}"
        + (f", ⚑ {len(found.spot(place, level).organisations)}" if found.spot(place, level).organisations else "")
        for place, spot in zip(found.outside, elsewhere, strict=True)
        if spot.state != State.UNKNOWN or found.spot(place, level).organisations
    ]
    if told_places:
        lines.append((_OUTSIDE.within(language), True))
        lines += [(line, False) for line in wrapped("; ".join(told_places), 76, 3)]
    return lines


def _below(drawing: Drawing, lines: Sequence[tuple[str, bool]], x: float, y: float) -> None:
    for number, (line, heading) in enumerate(lines):
        weight = "bold" if heading else "normal"
        drawing.add("text", line, x=x, y=y + number * _LINE, font_size="12", font_weight=weight, fill=_INK)


def _counts(offer: Offer, learner: Ref | None) -> bool:
    return learner is None or (learner in offer.learners and learner not in offer.refused)


def _short(offer: Offer, language: str) -> str:
    """An offering in as few words as tell it apart: its organisations, or else its own label."""
    by = ", ".join(organisation.label.within(language) for organisation in offer.organisations)
    return f"{offer.programme.code} ({by})" if by else offer.programme.label.within(language)


def _count(number: int, language: str) -> str:
    return (_WORKING_ONE if number == 1 else _WORKING).within(language).format(count=number)
