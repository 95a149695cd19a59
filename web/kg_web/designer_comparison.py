"""The page that lays two profiles or programmes side by side."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.comparison import JUDGEMENTS, Comparison, Evidence, Judgement, Pair, compare, comparison_table
from kg.curriculum.coverage import DEPTHS, Depth
from kg.curriculum.rows import Ref
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_memory import remembered
from kg_web.designer_options import comparable
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Cell, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["COMPARISON", "first_two"]

_LOOKS = {
    Judgement.ONLY_FIRST: ("◀", "#dcebf7", "#1a1a1a"),
    Judgement.NEAR: ("≈", "#6ea6d7", "#1a1a1a"),
    Judgement.SHARED: ("=", "#1f4e79", "#ffffff"),
    Judgement.ONLY_SECOND: ("▶", "#f3e1d6", "#1a1a1a"),
}


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    first, second = asked.one("first"), asked.one("second")
    if not (first and second):
        known = first_two(asked.reader)
        first = first or next(code for code in known if code != second)
        second = second or next(code for code in known if code != first)
    found = remembered(compare, first, second)
    fields = (
        Field("first", say("First"), "select", (first,), fits["first"]),
        Field("second", say("Second"), "select", (second,), fits["second"]),
    )
    return Answer(
        found,
        forms=(Form(fields, say("Compare")),),
        tables={"pairs": lambda: comparison_table(found, asked.lang)},
        summary=_summary(asked, found),
        figures=tuple(
            Figure(asked.number(len(found.judged(judgement))), _judged(asked, found, judgement))
            for judgement in Judgement
        ),
        pictures=(_picture(asked, found),),
        sheets=tuple(_sheet(asked, found, judgement) for judgement in Judgement),
        notes=(
            say(
                "Only what the graph links is compared, never the words: what only one has may still resemble"
                " something of the other that nobody has linked yet."
            ),
        ),
        settled=(("first", first), ("second", second)),
        about=(found.first.thing, found.second.thing),
    )


def first_two(reader: Reader) -> tuple[str, str]:
    """What is compared when nothing is asked: the two of which the graph links most, profiles before programmes.

    Raises a 404 for a graph in which there are no two.
    """
    codes = [option.value for option in comparable(reader)]
    if len(codes) < 2:
        raise Fault(404, reader.say(N_("This graph has no two profiles or programmes to compare yet.")))
    pairs = [(first, second) for place, first in enumerate(codes) for second in codes[place + 1 :]][:40]
    return max(pairs, key=lambda pair: (_linked(remembered(compare, *pair)), -pairs.index(pair)))


def _linked(found: Comparison) -> tuple[bool, int]:
    """Pairs that the graph states a match for; one and the same thing teaches nobody anything."""
    stated = [pair for pair in found.pairs if any(reason.property for reason in pair.evidence)]
    return bool(stated), len(stated)


def _summary(asked: Asked, found: Comparison) -> str:
    return asked.say(
        "{first} and {second}: {shared} shared, {near} near.",
        first=asked.name(found.first.thing),
        second=asked.name(found.second.thing),
        shared=asked.number(len(found.judged(Judgement.SHARED))),
        near=asked.number(len(found.judged(Judgement.NEAR))),
    )


def _judged(asked: Asked, found: Comparison, judgement: Judgement) -> str:
    """A judgement by its name; what only one side has by the name of that side."""
    sides = {Judgement.ONLY_FIRST: found.first, Judgement.ONLY_SECOND: found.second}
    if judgement in sides:
        return asked.say("only in {name}", name=asked.name(sides[judgement].thing))
    return JUDGEMENTS[judgement].within(asked.lang)


def _picture(asked: Asked, found: Comparison) -> Picture:
    parts = [Part(judgement.value, _judged(asked, found, judgement), *look) for judgement, look in _LOOKS.items()]
    kinds = dict.fromkeys(pair.kind for pair in found.pairs)
    bars = [
        Bar(asked.reader.plural(kind), [len(found.judged(judgement, kind)) for judgement in _LOOKS]) for kind in kinds
    ]
    title = asked.say("What is shared, near, and only on one side")
    return Picture(bars_picture(title, title, parts, bars, None))


def _sheet(asked: Asked, found: Comparison, judgement: Judgement) -> Sheet:
    say = asked.say
    told = _judged(asked, found, judgement)
    heading, pairs = told[:1].upper() + told[1:], found.judged(judgement)
    empty = say("None.")
    if judgement in {Judgement.ONLY_FIRST, Judgement.ONLY_SECOND}:
        side = found.first if judgement is Judgement.ONLY_FIRST else found.second
        only = any(side.holds.values())
        heads = [say("Kind"), say("Thing"), *([say("Depth")] if only else [])]
        lines = [_alone(asked, pair)[: len(heads)] for pair in pairs]
        return sheet(asked, heading, heads, lines, table="pairs", empty=empty, folded=len(pairs) > 15)
    sides = (found.first, found.second)
    deep = [any(side.holds.values()) for side in sides]
    heads = []
    for side, reached in zip(sides, deep, strict=True):
        heads += [asked.name(side.thing), *([say("Depth")] if reached else [])]
    lines = [_both(asked, pair, deep) for pair in pairs]
    return sheet(asked, heading, [*heads, say("Why")], lines, table="pairs", empty=empty)


def _both(asked: Asked, pair: Pair, deep: list[bool]) -> tuple[object, ...]:
    """Both things, each with its depth where that side is a programme, and why they go together."""
    first = (pair.first, *([_depth(asked, pair.first_depth)] if deep[0] else []))
    second = (pair.second, *([_depth(asked, pair.second_depth)] if deep[1] else []))
    why = Cell(tuple(_told(asked, evidence) for evidence in pair.evidence))
    return (*first, *second, why)


def _alone(asked: Asked, pair: Pair) -> tuple[object, ...]:
    thing: Ref | None = pair.first or pair.second
    return (asked.reader.kind(pair.kind), thing, _depth(asked, pair.first_depth or pair.second_depth))


def _depth(asked: Asked, depth: Depth | None) -> str:
    return DEPTHS[depth].within(asked.lang) if depth else "–"


def _told(asked: Asked, evidence: Evidence) -> Value:
    text = evidence.reason.within(asked.lang)
    if evidence.via:
        text += f" ({evidence.via.code})"
    href = asked.reader.address(evidence.via.iri) if evidence.via else ""
    return Value(text, href, origin=evidence.origin.code if evidence.origin else "")


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    found = comparable(reader)
    return {"first": found, "second": found}


COMPARISON = Analysis(
    name="comparison",
    title=N_("Compare two profiles or programmes"),
    purpose=N_("See what two profiles or programmes share, where they are near, and what only one has."),
    parameters=("first", "second"),
    answer=_answer,
    fitting=_fitting,
    tables=("pairs",),
)
