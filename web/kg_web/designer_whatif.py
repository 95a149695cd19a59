"""The page that shows what a programme loses and keeps when units go or come."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.coverage import DEPTHS
from kg.curriculum.whatif import EFFECTS, Change, Effect, WhatIf, change_table, what_if
from kg.graph.store import Store
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, planned_programmes, things, unit_options
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["WHAT_IF"]

_LOOKS = {
    Effect.LOST: ("×", "#a84300", "#ffffff"),
    Effect.LESS: ("▼", "#f3c9a8", "#1a1a1a"),
    Effect.SAME: ("=", "#e4e4e4", "#1a1a1a"),
    Effect.MORE: ("▲", "#6ea6d7", "#1a1a1a"),
    Effect.GAINED: ("+", "#1f4e79", "#ffffff"),
}
_SHEETS = (
    (Effect.LOST, N_("Lost"), N_("Nothing is lost.")),
    (Effect.LESS, N_("Less deep than before"), ""),
    (Effect.MORE, N_("Deeper than before"), ""),
    (Effect.GAINED, N_("Gained"), ""),
    (Effect.SAME, N_("Stays as it is"), N_("Nothing stays.")),
)


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme") or default_programme(asked.reader, fits["programme"])
    drop, add = tuple(sorted(asked.many("drop"))), tuple(sorted(asked.many("add")))
    found = remembered(_what_if, programme, drop, add)
    changed = bool(drop or add)
    return Answer(
        found,
        forms=_forms(asked, programme, fits),
        tables={"changes": lambda: change_table(found, asked.lang)},
        summary=_summary(asked, found) if changed else "",
        figures=_figures(asked, found) if changed else (),
        pictures=(_picture(asked, found),) if changed else (),
        sheets=_sheets(asked, found) if changed else (_sheet(asked, found, Effect.SAME, say("Now"), "", folded=True),),
        notes=_notes(asked, found, changed=changed),
        settled=(("programme", programme), *(("drop", code) for code in drop), *(("add", code) for code in add)),
        about=(found.programme,),
    )


def _what_if(store: Store, programme: str, drop: tuple[str, ...], add: tuple[str, ...]) -> WhatIf:
    return what_if(store, programme, drop=drop, add=add)


def _forms(asked: Asked, programme: str, fits: Mapping[str, tuple[Option, ...]]) -> tuple[Form, ...]:
    say = asked.say
    own, others = unit_options(asked.reader, programme)
    choose = Form((Field("programme", say("Programme"), "select", (programme,), fits["programme"]),), say("Choose"))
    fields = [Field("drop", say("Leave out"), "ticks", asked.many("drop"), own)]
    if others:
        fields.append(Field("add", say("Add"), "ticks", asked.many("add"), others))
    return (choose, Form(tuple(fields), say("Show what happens"), (("programme", programme),)))


def _notes(asked: Asked, found: WhatIf, *, changed: bool) -> tuple[str, ...]:
    notes = [] if changed else [asked.say("Tick a unit above to see what goes with it.")]
    if found.credits_after is None:
        notes.append(asked.say("The EC of one unit or more are not known, so neither is the sum."))
    return tuple(notes)


def _summary(asked: Asked, found: WhatIf) -> str:
    lost = len(found.with_effect(Effect.LOST, Effect.LESS))
    same = len(found.with_effect(Effect.SAME))
    return asked.say(
        "{lost} things are lost or become less deep, {same} stay as they are.",
        lost=asked.number(lost),
        same=asked.number(same),
    )


def _figures(asked: Asked, found: WhatIf) -> tuple[Figure, ...]:
    before, after = asked.number(found.credits_before), asked.number(found.credits_after)
    figures = [Figure(f"{before} → {after}", "EC")]
    for effect in Effect:
        count = len(found.with_effect(effect))
        if count or effect in {Effect.LOST, Effect.SAME}:
            figures.append(Figure(asked.number(count), EFFECTS[effect].within(asked.lang)))
    return tuple(figures)


def _picture(asked: Asked, found: WhatIf) -> Picture:
    parts = [Part(effect.value, EFFECTS[effect].within(asked.lang), *_LOOKS[effect]) for effect in Effect]
    kinds = dict.fromkeys(change.kind for change in found.changes)
    bars = []
    for kind in kinds:
        effects = [change.effect for change in found.changes if change.kind == kind]
        bars.append(Bar(asked.reader.plural(kind), [effects.count(effect) for effect in Effect]))
    title = asked.say("What is lost, stays and is gained, by kind")
    return Picture(bars_picture(title, title, parts, bars, None))


def _sheets(asked: Asked, found: WhatIf) -> tuple[Sheet, ...]:
    say = asked.say
    sheets = []
    if found.broken:
        lines = [
            (broken.unit, broken.requires, say("was so already") if broken.already else say("because of this change"))
            for broken in found.broken
        ]
        heads = (say("Unit"), say("Requires a unit that is not there"), say("Cause"))
        sheets.append(sheet(asked, say("Requirements that are no longer met"), heads, lines, table="changes"))
    for effect, heading, empty in _SHEETS:
        if empty or found.with_effect(effect):
            folded = effect is Effect.SAME
            sheets.append(_sheet(asked, found, effect, say(heading), say(empty) if empty else "", folded=folded))
    return tuple(sheets)


def _sheet(asked: Asked, found: WhatIf, effect: Effect, heading: str, empty: str, *, folded: bool) -> Sheet:
    say = asked.say
    lines = [_line(asked, change) for change in found.with_effect(effect)]
    heads = (say("Kind"), say("Thing"), say("Before"), say("After"))
    return sheet(asked, heading, heads, lines, table="changes", empty=empty, folded=folded)


def _line(asked: Asked, change: Change) -> tuple[object, ...]:
    names = {0: asked.say("absent")} | {int(depth): words.within(asked.lang) for depth, words in DEPTHS.items()}
    before, after = (Mark(names[depth], f"depth-{depth}") for depth in (change.before, change.after))
    return (asked.reader.kind(change.kind), change.thing, before, after)


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    units = things(reader, ["unit"])
    return {"programme": planned_programmes(reader), "drop": units, "add": units}


WHAT_IF = Analysis(
    name="whatif",
    title=N_("What if units go or come?"),
    purpose=N_("Leave units out or add some, and see what is lost and what stays."),
    parameters=("programme", "drop", "add"),
    answer=_answer,
    fitting=_fitting,
    tables=("changes",),
)
