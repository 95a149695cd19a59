"""The page of white spots: what is offered, planned or wished for where, at which level and for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kg.curriculum.rows import Ref
from kg.curriculum.whitespots import STATES, State, WhiteSpots, white_spots
from kg.curriculum.whitespots_picture import white_spots_picture
from kg.curriculum.whitespots_tables import (
    PLACE_UNKNOWN,
    column_table,
    map_table,
    offer_table,
    spot_table,
    unserved_table,
)
from kg.errors import KgError
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Cell, Head, Mark, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["WHITE_SPOTS", "provinces_known"]

_SIGNS = {
    State.OFFERED: "●",
    State.PLANNED: "◐",
    State.INTERESTED: "○",
    State.REFUSED: "×",
    State.UNKNOWN: "?",
}


def _answer(asked: Asked) -> Answer:
    say = asked.say
    found = remembered(white_spots)
    learner = _one(asked, "learner", found.learners)
    level = _one(asked, "level", found.levels)
    shown = (level,) if level else ()
    known = _options(asked.reader, found.learners), _options(asked.reader, found.levels)
    fields = (
        Field("level", say("Level"), "select", (level.code if level else "",), known[1], empty=say("all levels")),
        Field("learner", say("Learners"), "select", (learner.code if learner else "",), known[0], say("everybody")),
    )
    picture = white_spots_picture(found, asked.lang, asked.href_of(), levels=shown, learner=learner)
    return Answer(
        found,
        forms=(Form(fields, say("Show")),),
        tables={
            "map": lambda: map_table(found, asked.lang, learner, levels=shown),
            "offers": lambda: offer_table(found, asked.lang),
            "column": lambda: column_table(found, asked.lang),
            "organisations": lambda: unserved_table(found, asked.lang),
            "spots": lambda: spot_table(found, asked.lang),
        },
        summary=_summary(asked, found, level, learner),
        figures=_figures(asked, found),
        pictures=(Picture(picture),),
        sheets=(
            _map(asked, found, learner, shown or found.levels),
            _column(asked, found),
            _organisations(asked, found),
            _offers(asked, found),
        ),
        notes=(say("Unknown is no gap: then nobody has said anything about it yet."),),
        settled=(("level", level.code if level else ""), ("learner", learner.code if learner else "")),
    )


def _summary(asked: Asked, found: WhiteSpots, level: Ref | None, learner: Ref | None) -> str:
    say = asked.say
    if level is None:
        return say(
            "In {known} of {total} provinces a programme is known to be offered or planned.",
            known=asked.number(len(provinces_known(found))),
            total=asked.number(len(found.tiles)),
        )
    states = {State.OFFERED, State.PLANNED}
    without = [tile.province for tile in found.tiles if found.spot(tile.province, level, learner).state not in states]
    if not without:
        return say("{level} is offered or planned in every province.", level=asked.name(level))
    return say(
        "Of {count} of {total} provinces no offering at {level} is known: {provinces}.",
        count=asked.number(len(without)),
        total=asked.number(len(found.tiles)),
        level=asked.name(level),
        provinces=", ".join(sorted(asked.name(province) for province in without)),
    )


def provinces_known(found: WhiteSpots) -> set[Ref]:
    """The provinces where something is offered or planned, at whatever level."""
    provinces = {tile.province for tile in found.tiles}
    states = {State.OFFERED, State.PLANNED}
    return {spot.where for spot in found.spots if spot.where in provinces and spot.state in states}


def _one(asked: Asked, name: str, known: Sequence[Ref]) -> Ref | None:
    """The level or kind of learner asked for. Raises a 404 when it is not on the map."""
    code = asked.one(name)
    if not code:
        return None
    for ref in known:
        if code in {ref.code, f"{ref.kind}/{ref.code}", ref.iri}:
            return ref
    raise Fault(404, asked.say("{code} is not on the map.", code=code[:80]))


def _figures(asked: Asked, found: WhiteSpots) -> tuple[Figure, ...]:
    say = asked.say
    states = Counter(offer.state for offer in found.offers)
    missing = [step for step in found.column if step.missing]
    organisations = {item.organisation for item in found.unserved}
    return (
        Figure(asked.number(states[State.OFFERED]), say("offerings that run")),
        Figure(asked.number(states[State.PLANNED]), say("offerings planned")),
        Figure(asked.number(len(found.placeless)), say("offerings without a stated place")),
        Figure(asked.number(len(organisations)), say("interested organisations without an offering in their province")),
        Figure(asked.number(len(missing)), say("levels missing in the column")),
    )


def _place(asked: Asked, ref: Ref) -> Cell:
    return Cell((Value(asked.name(ref), asked.reader.address(ref.iri)),))


def _mark(asked: Asked, state: State) -> Mark:
    return Mark(f"{_SIGNS[state]} {STATES[state].within(asked.lang)}", state.value)


def _map(asked: Asked, found: WhiteSpots, learner: Ref | None, shown: Sequence[Ref]) -> Sheet:
    say = asked.say
    places: list[Ref | None] = [tile.province for tile in found.tiles]
    places += [*found.outside, None]
    heads: list[str | Head] = [say("Place")]
    heads += [Head(level.label.within(asked.lang), level.code, asked.reader.address(level.iri)) for level in shown]
    lines = [
        (
            _place(asked, where) if where else PLACE_UNKNOWN.within(asked.lang),
            *(_mark(asked, found.spot(where, level, learner).state) for level in shown),
        )
        for where in places
    ]
    heading = say("Place and level")
    if learner:
        heading = say("Place and level, for {learner}", learner=asked.name(learner))
    return sheet(asked, heading, heads, lines, table="map")


def _column(asked: Asked, found: WhiteSpots) -> Sheet:
    say = asked.say
    lines = [
        (
            step.level,
            Mark(say("missing step"), "gap") if step.missing else step.programmes,
            _mark(asked, step.state),
        )
        for step in reversed(found.column)
    ]
    heads = (say("Level"), say("Programmes"), say("Wherever it may be"))
    note = say("From low to high a learner can climb where every level has a programme.")
    return sheet(asked, say("The column of education"), heads, lines, table="column", note=note)


def _organisations(asked: Asked, found: WhiteSpots) -> Sheet:
    say = asked.say
    lines = [
        (item.organisation, _place(asked, item.province), item.level, _mark(asked, item.state))
        for item in found.unserved
    ]
    heads = (say("Organisation"), say("Province"), say("Interested in level"), say("There"))
    heading = say("Interested organisations without an offering in their province")
    return sheet(asked, heading, heads, lines, table="organisations", empty=say("None known."), folded=len(lines) > 20)


def _offers(asked: Asked, found: WhiteSpots) -> Sheet:
    say = asked.say
    lines = [
        (
            offer.programme,
            offer.levels or "–",
            _mark(asked, offer.state),
            ", ".join(asked.name(one) for one in offer.organisations) or "–",
            ", ".join(asked.name(one) for one in offer.places) or PLACE_UNKNOWN.within(asked.lang),
            offer.learners or "–",
        )
        for offer in found.offers
    ]
    heads = (say("Programme"), say("Level"), say("Status"), say("By"), say("Where"), say("For"))
    return sheet(asked, say("The offerings behind the map"), heads, lines, table="offers", empty=say("None known."))


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    try:
        found = remembered(white_spots)
    except KgError:
        return {}
    return {"level": _options(reader, found.levels), "learner": _options(reader, found.learners)}


def _options(reader: Reader, refs: Sequence[Ref]) -> tuple[Option, ...]:
    """Levels and kinds of learners by name alone: their codes only say the same again."""
    return tuple(Option(ref.code, ref.label.within(reader.lang)) for ref in refs)


WHITE_SPOTS = Analysis(
    name="whitespots",
    title=N_("White spots on the map"),
    purpose=N_("See where, at which level and for whom something is offered, planned or wished for."),
    parameters=("level", "learner"),
    answer=_answer,
    fitting=_fitting,
    tables=("map", "offers", "column", "organisations", "spots"),
)
