"""Columns of things put in the order in which the lines between them cross least."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from statistics import fmean
from typing import Any, TypeVar

__all__ = ["untangled"]

_Thing = TypeVar("_Thing")
_SWEEPS = 4


def untangled(
    columns: list[list[_Thing]],
    neighbours: Mapping[_Thing, Collection[_Thing]],
    order: Callable[[_Thing], Any] = lambda thing: thing,
) -> list[list[_Thing]]:
    """The columns with their things moved next to what they link to: the barycentre rule; `order` decides ties.

    Source: Sugiyama, Tagawa and Toda (1981), Methods for Visual Understanding of Hierarchical System Structures.
    """
    place = {thing: (number + 0.5) / len(column) for column in columns for number, thing in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            centre = {thing: fmean([place[other] for other in neighbours.get(thing) or [thing]]) for thing in column}
            column.sort(key=lambda thing: (round(centre[thing], 9), order(thing)))
            place.update({thing: (number + 0.5) / len(column) for number, thing in enumerate(column)})
    return columns
