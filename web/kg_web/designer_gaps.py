"""The page that shows which links of the chain are missing, and whether that is a gap, unknown or not applicable."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.gap_sentences import NAMES_OF_STATES
from kg.curriculum.gaps import Gaps, LinkGaps, State, count_table, gap_table, gaps
from kg_web.designer_asked import Asked
from kg_web.designer_bars import Bar, Part, bars_picture
from kg_web.designer_memory import remembered
from kg_web.designer_options import programmes
from kg_web.designer_page import Analysis, Answer, Field, Figure, Form, Option, Picture
from kg_web.designer_sheet import Mark, Sheet, sheet
from kg_web.errors import Fault
from kg_web.reader import Reader
from kg_web.words import N_

__all__ = ["GAPS"]

_LOOKS = {
    State.LINKED: ("●", "#1f4e79", "#ffffff"),
    State.GAP: ("!", "#a84300", "#ffffff"),
    State.UNKNOWN: ("?", "#ffffff", "#1a1a1a"),
    State.NOT_APPLICABLE: ("–", "#e4e4e4", "#1a1a1a"),
}
_MISSING = (State.GAP, State.UNKNOWN, State.NOT_APPLICABLE)


def _answer(asked: Asked) -> Answer:
    say = asked.say
    fits = _fitting(asked.reader)
    programme = asked.one("programme")
    states = _states(asked)
    found = remembered(gaps, programme)
    counts = {state: _count(found, state) for state in State}
    fields = (
        Field("programme", say("Programme"), "select", (programme,), fits["programme"], empty=say("the whole graph")),
        Field("state", say("Which links?"), "ticks", tuple(states), fits["state"]),
    )
    return Answer(
        found,
        forms=(Form(fields, say("Show")),),
        tables={
            "findings": lambda: gap_table(found, asked.lang, *(state for state in _MISSING if state in states)),
            "counts": lambda: count_table(found, asked.lang),
        },
        summary=_summary(asked, found, counts),
        figures=tuple(
            Figure(asked.number(counts[state]), NAMES_OF_STATES[state].within(asked.lang)) for state in State
        ),
        pictures=(_picture(asked, found),),
        sheets=(_counts(asked, found), *_findings(asked, found, states)),
        notes=(
            say("A gap is a link that a design lacks: somebody should act."),
            say("Unknown means that the source does not say: that is no fault of the programme."),
            say("Not applicable means that the link need not be there."),
        ),
        settled=(("programme", programme), *(("state", state) for state in states)),
        about=(found.programme,) if found.programme else (),
    )


def _states(asked: Asked) -> tuple[str, ...]:
    given = asked.many("state") or (State.GAP.value,)
    known = [state.value for state in _MISSING]
    for state in given:
        if state not in known:
            raise Fault(400, asked.say("{given} is not one of: {known}.", given=state[:40], known=", ".join(known)))
    return given


def _count(found: Gaps, state: State) -> int:
    return sum(_size(link, state) for link in found.links)


def _size(link: LinkGaps, state: State) -> int:
    sizes = {State.LINKED: link.linked, State.GAP: link.gap, State.UNKNOWN: link.unknown}
    return sizes.get(state, link.not_applicable)


def _summary(asked: Asked, found: Gaps, counts: Mapping[State, int]) -> str:
    where = asked.name(found.programme) if found.programme else asked.say("the whole graph")
    if counts[State.GAP] == 0:
        return asked.say("No gaps in {where}.", where=where)
    if counts[State.GAP] == 1:
        return asked.say("One gap in {where}.", where=where)
    return asked.say("{count} gaps in {where}.", count=asked.number(counts[State.GAP]), where=where)


def _picture(asked: Asked, found: Gaps) -> Picture:
    parts = [Part(state.value, NAMES_OF_STATES[state].within(asked.lang), *_LOOKS[state]) for state in State]
    bars = [
        Bar(link.name.within(asked.lang), [_size(link, state) for state in State]) for link in found.links if link.total
    ]
    title = asked.say("How every link of the chain stands")
    return Picture(bars_picture(title, asked.say("For each link: linked, gap, unknown."), parts, bars, None))


def _counts(asked: Asked, found: Gaps) -> Sheet:
    say = asked.say
    heads = [say("Link"), say("In all"), *(NAMES_OF_STATES[state].within(asked.lang).capitalize() for state in State)]
    lines = [(link.name, link.total, *(_size(link, state) for state in State)) for link in found.links]
    return sheet(asked, say("How every link stands"), heads, lines, table="counts")


def _findings(asked: Asked, found: Gaps, states: tuple[str, ...]) -> list[Sheet]:
    """A sheet for every link that misses something in the states asked for; an empty one when none does."""
    say = asked.say
    heads = (say("Judgement"), say("Thing"), say("What is the matter"))
    sheets = []
    for link in found.links:
        lines = [
            (Mark(NAMES_OF_STATES[gap.state].within(asked.lang), gap.state.value), (gap.thing,), gap.sentence)
            for gap in link.findings
            if gap.state in states
        ]
        if lines:
            name = link.name.within(asked.lang)
            sheets.append(sheet(asked, name[:1].upper() + name[1:], heads, lines, table="findings"))
    if sheets:
        return sheets
    return [sheet(asked, say("What is missing"), heads, [], table="findings", empty=say("Nothing of this kind."))]


def _fitting(reader: Reader) -> Mapping[str, tuple[Option, ...]]:
    known = programmes(reader)
    states = tuple(Option(state.value, NAMES_OF_STATES[state].within(reader.lang)) for state in _MISSING)
    # Gaps can be asked of every programme: that it has no units is one of the answers.
    return {"programme": tuple(Option(one.value, one.label, one.group) for one in known), "state": states}


GAPS = Analysis(
    name="gaps",
    title=N_("Missing links"),
    purpose=N_("See what a design still lacks, and what the sources simply do not say."),
    parameters=("programme", "state"),
    answer=_answer,
    fitting=_fitting,
    tables=("findings", "counts"),
)
