"""White spots as tables: the map, the offerings behind it, the column of education, and who works where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from kg.curriculum.rows import Ref, as_table
from kg.curriculum.whitespots import STATES, WhiteSpots
from kg.table import Table
from kg.text import Words

__all__ = ["PLACE_UNKNOWN", "column_table", "map_table", "offer_table", "spot_table", "unserved_table"]

PLACE_UNKNOWN = Words({"nl": "plaats onbekend", "en": "place unknown"})
"""The name of the row for what has no stated place."""
_LEVEL_UNKNOWN = "-"


def map_table(found: WhiteSpots, language: str, learner: Ref | None = None, *, levels: Sequence[Ref] = ()) -> Table:
    """One row per province with its state at every level, then places in no province, then what has no place.

    The last column, `-`, is for programmes of which no level is stated; it is left out when levels are asked for.
    """
    shown: tuple[Ref | None, ...] = tuple(levels) or (*found.levels, None)
    places: list[Ref | None] = [tile.province for tile in found.tiles]
    places += [*found.outside, None]
    lines = [
        (
            where,
            where.label if where else PLACE_UNKNOWN,
            *(STATES[found.spot(where, level, learner).state] for level in shown),
        )
        for where in places
    ]
    columns = (level.code if level else _LEVEL_UNKNOWN for level in shown)
    return as_table(("place", "label", *columns), lines, language)


def spot_table(found: WhiteSpots, language: str) -> Table:
    """Every spot of which something is known, with the evidence; what is not here is unknown."""
    lines = [
        (
            spot.where,
            spot.where.label if spot.where else PLACE_UNKNOWN,
            spot.level,
            spot.learner,
            STATES[spot.state],
            _codes(spot.offers),
            _codes(spot.organisations),
        )
        for spot in found.spots
    ]
    return as_table(("place", "label", "level", "learner", "state", "offerings", "organisations"), lines, language)


def offer_table(found: WhiteSpots, language: str) -> Table:
    """The offerings as rows: what the graph states of each, and the places it stands for on the map."""
    lines = [
        (
            offer.offering,
            offer.programme,
            _codes(offer.levels),
            offer.status.label if offer.status else None,
            STATES[offer.state],
            _codes(offer.organisations),
            _codes(offer.learners),
            _codes(offer.refused),
            _codes(offer.places) or PLACE_UNKNOWN,
            _codes(offer.where),
        )
        for offer in found.offers
    ]
    columns = ("offering", "programme", "level", "status", "state", "organisations", "learners", "not_for", "places")
    return as_table((*columns, "where"), lines, language)


def column_table(found: WhiteSpots, language: str) -> Table:
    """The column of education as rows, lowest level first."""
    lines = [
        (step.level, step.level.label, _codes(step.programmes), STATES[step.state], step.missing)
        for step in found.column
    ]
    return as_table(("level", "label", "programmes", "state", "missing"), lines, language)


def unserved_table(found: WhiteSpots, language: str) -> Table:
    """Interested organisations working in a province where the level is not known to be offered."""
    lines = [
        (item.organisation, item.organisation.label, item.province, item.province.label, item.level, STATES[item.state])
        for item in found.unserved
    ]
    columns = ("organisation", "label", "province", "province_label", "level", "state")
    return as_table(columns, lines, language)


def _codes(things: tuple[Ref, ...]) -> str:
    return " ".join(thing.code for thing in things)
