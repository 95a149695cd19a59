"""The smallest set of units that gives everything wished for, their prerequisites included."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from kg.curriculum.coverage import DEPTHS, Depth
from kg.curriculum.rows import Ref, as_table, refer, rows
from kg.curriculum.units import Unit, units_of
from kg.errors import BadParameter, LimitExceeded, UnknownName
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.table import Table

__all__ = ["Chosen", "Selection", "Wish", "cover", "cover_table", "smallest"]


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """A competence or outcome somebody wants, and how deeply."""

    thing: Ref
    depth: Depth


@dataclass(frozen=True, slots=True)
class Chosen:
    """One unit of the selection: the wishes it meets, and the chosen units it is there for."""

    unit: Ref
    own: bool
    """Whether it is a unit of the programme, and not merely required by one."""
    credits: Decimal | None
    gives: tuple[Ref, ...]
    required_by: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The fewest units of a programme that meet a wish; of those, the ones with the fewest EC."""

    programme: Ref
    wishes: tuple[Wish, ...]
    units: tuple[Chosen, ...]
    credits: Decimal | None
    """EC of all chosen units; None when those of a unit are not known."""
    missing: tuple[Wish, ...]
    """Wishes that no unit of the programme meets, at that depth."""
    proven: bool
    """Whether it is certain that no smaller set exists; False when the time was up."""


def cover(store: Store, programme: str, wishes: Sequence[str], *, depth: str = "", seconds: float = 10.0) -> Selection:
    """The smallest set of units of a programme that meets every wish, with all units these require.

    A wish is the code of a competence or an outcome, or of a whole profile, with `=introduced`, `=practised` or
    `=assessed` behind it for its depth; without, `depth` counts, and else practised. A wish no unit meets is
    told apart, and the rest is covered. Units whose credits the graph does not know are held to cost more than
    all others. Exact, by integer programming (HiGHS), unless `seconds` run out: then the best found, not proven.
    Raises UnknownName for an unknown code or depth and for a programme without units or outcomes, BadParameter
    for no wishes or a wish of another kind, and LimitExceeded when the time is too short to find any set.
    """
    iri = thing_called(store, programme, "Programme")
    units = units_of(store, iri)
    if not any(unit.own for unit in units):
        raise UnknownName(
            "The graph knows no units or outcomes of {programme}, so nothing can be chosen.",
            "`kg show {programme}` tells what is known of it.",
            programme=programme,
        )
    asked = tuple(sorted({wish for text in wishes for wish in _wishes(store, text, depth)}))
    if not asked:
        raise BadParameter("There is no wish to cover.", "Name competences or outcomes, for example --wish ow-07.")
    met = {wish: [n for n, unit in enumerate(units) if unit.depth(wish.thing) >= wish.depth] for wish in asked}
    chosen, proven = smallest(units, [numbers for numbers in met.values() if numbers], seconds=seconds)
    picked = [units[number] for number in chosen]
    known = [unit.credits for unit in picked if unit.credits is not None]
    return Selection(
        programme=refer(store, iri),
        wishes=asked,
        units=tuple(_chosen(unit, picked, asked) for unit in picked),
        credits=sum(known, Decimal(0)) if len(known) == len(picked) else None,
        missing=tuple(wish for wish, numbers in met.items() if not numbers),
        proven=proven,
    )


def smallest(
    units: Sequence[Unit], alternatives: Sequence[Sequence[int]], *, seconds: float
) -> tuple[tuple[int, ...], bool]:
    """The numbers of the units to take, and whether no smaller set exists.

    Of every list of alternatives at least one is taken, and with a unit all it requires; required units that
    are not among `units` are left out of account. First as few units as can be, then as few EC, then those
    that come first. Three integer programmes in a row, each holding on to what the one before has found.
    Raises LimitExceeded when no set at all is found in `seconds`.
    """
    if not alternatives:
        return (), True
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    number_of = {unit.unit: number for number, unit in enumerate(units)}
    needs = [(n, number_of[r]) for n, unit in enumerate(units) for r in unit.requires if r in number_of]
    matrix = lil_array((len(alternatives) + len(needs), len(units)))
    for row, numbers in enumerate(alternatives):
        matrix[row, list(numbers)] = 1
    for row, (unit, required) in enumerate(needs, start=len(alternatives)):
        if unit != required:
            matrix[row, required], matrix[row, unit] = 1, -1
    lower = np.array([1.0] * len(alternatives) + [0.0] * len(needs))
    constraints = [LinearConstraint(matrix.tocsr(), lb=lower)]
    costs = (np.ones(len(units)), np.array(_hundredths(units)), np.arange(1.0, len(units) + 1))
    deadline = time.monotonic() + seconds
    taken: tuple[int, ...] | None = None
    for cost in costs:
        left = deadline - time.monotonic()
        # HiGHS takes a limit of 0 for none.
        answer = milp(
            cost,
            integrality=np.ones(len(units)),
            bounds=Bounds(0, 1),
            constraints=constraints,
            options={"time_limit": max(left, 0.001), "mip_rel_gap": 0},
        )
        if answer.x is not None:
            taken = tuple(number for number, value in enumerate(answer.x) if value > 0.5)
        if taken is None:
            raise LimitExceeded("No set of units was found within {seconds} seconds.", seconds=seconds)
        if answer.status != 0:
            return taken, False
        # All costs are whole numbers: half a unit of room keeps rounding errors out.
        constraints.append(LinearConstraint(cost, ub=float(cost[list(taken)].sum()) + 0.5))
    return taken or (), True


def cover_table(found: Selection, language: str) -> Table:
    """The chosen units as rows, then the total, then the wishes no unit meets."""
    lines: list[tuple[object, ...]] = [
        (
            "unit",
            item.unit,
            item.unit.label,
            item.credits,
            " ".join(thing.code for thing in item.gives),
            " ".join(unit.code for unit in item.required_by),
        )
        for item in found.units
    ]
    lines.append(("total", found.programme, found.programme.label, found.credits, "", ""))
    lines += [("missing", wish.thing, wish.thing.label, None, DEPTHS[wish.depth], "") for wish in found.missing]
    return as_table(("row", "thing", "label", "credits", "gives", "required_by"), lines, language)


def _wishes(store: Store, text: str, depth: str) -> list[Wish]:
    """The wishes one text stands for: one thing, or every competence of a profile."""
    code, _, behind = text.partition("=")
    thing = refer(store, thing_called(store, code, "CompetenceProfile"))
    wanted = _depth(behind or depth)
    if thing.kind == "profile":
        found = rows(store, "competences-of-profile", profile=ox.NamedNode(thing.iri))
        return [Wish(refer(store, row["competence"]), wanted) for row in found]
    if thing.kind not in {"competence", "outcome"}:
        raise BadParameter(
            "{code} is no competence, outcome or profile, so it cannot be wished for.",
            "`kg find` lists what there is.",
            code=code,
        )
    if thing.kind == "outcome" and wanted == Depth.INTRODUCED:
        wanted = Depth.PRACTISED
    return [Wish(thing, wanted)]


def _depth(text: str) -> Depth:
    named = {word.casefold(): depth for depth, words in DEPTHS.items() for word in words.by_language.values()}
    if not text:
        return Depth.PRACTISED
    if text.casefold() not in named:
        raise UnknownName("{depth} is no depth.", "Depths: {known}.", depth=text, known=", ".join(sorted(named)))
    return named[text.casefold()]


def _chosen(unit: Unit, picked: Sequence[Unit], wishes: Sequence[Wish]) -> Chosen:
    gives = tuple(wish.thing for wish in wishes if unit.depth(wish.thing) >= wish.depth)
    required_by = tuple(other.unit for other in picked if unit.unit in other.requires and other is not unit)
    return Chosen(unit.unit, unit.own, unit.credits, gives, required_by)


def _hundredths(units: Sequence[Unit]) -> list[float]:
    """The credits as whole hundredths of an EC; what is not known costs more than everything that is."""
    known: Mapping[Ref, int] = {u.unit: int(u.credits * 100) for u in units if u.credits is not None}
    dear = sum(known.values()) + 1
    return [float(known.get(unit.unit, dear)) for unit in units]
