"""The form of recognition: what someone holds, as ticks, with the kind and date of the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyoxigraph as ox

from kg.curriculum.recognition_policy import kinds_of_evidence
from kg.curriculum.rows import refer
from kg.names import lg
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_options import things, units_of_programme
from kg_web.designer_page import Field, Form, Option
from kg_web.reader import Reader
from kg_web.words import N_, said_in

__all__ = ["held_options", "kind_options", "recognition_forms"]

_HAS_OUTCOME = ox.NamedNode(lg("hasOutcome"))


def held_options(reader: Reader, programme: str) -> tuple[Option, ...]:
    """What someone can hold: the units of a programme each with its outcomes, then every competence."""
    say = said_in(reader.lang)
    store = reader.state.store
    found: list[Option] = []
    for unit in remembered(units_of_programme, programme):
        group = f"{unit.code} – {unit.label.within(reader.lang)}"
        found.append(Option(unit.code, say(N_("the whole unit")), group))
        quads = store.quads(ox.NamedNode(unit.iri), _HAS_OUTCOME, None, None)
        outcomes = sorted(refer(store, quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode))
        found += [Option(ref.code, f"{ref.code} – {ref.label.within(reader.lang)}", group) for ref in outcomes]
    group = say(N_("Competences, for example from an earlier profile"))
    found += [Option(one.value, one.label, group) for one in things(reader, ["competence"])]
    return tuple(found)


def kind_options(reader: Reader) -> tuple[Option, ...]:
    """The kinds of evidence, by name."""
    kinds = {ref.code: ref.label.within(reader.lang) for ref in kinds_of_evidence(reader.state.store).values()}
    return tuple(Option(code, name) for code, name in sorted(kinds.items(), key=lambda entry: entry[1].casefold()))


def recognition_forms(
    asked: Asked, programme: str, fits: Mapping[str, tuple[Option, ...]], on: date
) -> tuple[Form, ...]:
    """First the programme, then the ticks; what is ticked can be given a kind and a date of its own."""
    say = asked.say
    held = held_options(asked.reader, programme)
    ticked = asked.many("have")
    offered = {option.value: option.label for option in held}
    others = tuple(Option(code, code, say("Ticked before")) for code in ticked if code not in offered)
    choose = Form((Field("programme", say("Programme"), "select", (programme,), fits["programme"]),), say("Choose"))
    kinds = fits["evidence"]
    fields = (
        Field("have", say("What has been shown before?"), "ticks", ticked, others + held),
        _each(asked, ticked, offered),
        Field("evidence", say("Kind of evidence, for all"), "select", (asked.one("evidence"),), kinds, say("unknown")),
        Field("date", say("Date of the evidence, for all"), "date", (asked.one("date"),)),
        Field("on", say("Weigh on this day"), "date", (on.isoformat(),)),
    )
    return (choose, Form(fields, say("Weigh"), (("programme", programme),)))


def _each(asked: Asked, ticked: tuple[str, ...], offered: Mapping[str, str]) -> Field:
    """A line for everything ticked: its kind and date, where these differ from the rest."""
    values = tuple(f"{asked.one(f'evidence.{code}')}|{asked.one(f'date.{code}')}" for code in ticked)
    label = asked.say("Kind and date that differ from the rest")
    labels = {option.value: option.label for option in things(asked.reader, ["unit", "outcome", "competence"])}
    rows = tuple(Option(code, labels.get(code, offered.get(code, code))) for code in ticked)
    return Field("each", label, "evidence", values, rows)
