"""From a suggestion to the files: compared three ways with what they say now, judged, and told in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import ExchangeError
from kg.exchange.spreadsheet.blueprint import Blueprint, blueprint
from kg.exchange.spreadsheet.faults import Fault, Faults
from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.importing import Import
from kg.exchange.spreadsheet.merge import Change
from kg.exchange.spreadsheet.parse import Key, Parsed, Terms
from kg.exchange.spreadsheet.telling import changes_in_words
from kg.exchange.spreadsheet.terms import Trouble
from kg.exchange.spreadsheet.verdict import apply, judge
from kg.exchange.suggestions.fields import BY_DECISION, Field, Held, Term, field_called, fields_of, parsed
from kg.exchange.suggestions.placing import file_for, stated
from kg.exchange.suggestions.suggestion import Alteration, Suggestion
from kg.files.project import Project
from kg.files.wording import catalogue
from kg.names import KINDS_BY_SEGMENT, Iri
from kg.records import Severity
from kg.text import did_you_mean, nearest

__all__ = ["apply_suggestion"]


@dataclass(slots=True)
class _Work:
    """What is found so far."""

    plan: Blueprint
    faults: Faults
    release: str
    preferred: str
    """The file to put new values in; empty when that is left to the rules."""
    now: dict[Key, set[Term]] = field(default_factory=dict)
    then: dict[Key, set[Term]] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)


def apply_suggestion(project: Project, suggestion: Suggestion, language: str, *, file: str = "") -> Import:
    """What a suggestion would change in a project's files, and every fault in it, all at once. Nothing is written.

    A field is changed when what the suggestion takes away is still there and, of a field with one value, nothing
    else is; otherwise somebody changed it since, and that is a fault. `file` is the data file for new values.
    Raises ExchangeError for a suggestion about another graph, BadParameter for a file that cannot hold it.
    """
    plan = blueprint(project)
    if suggestion.graph != project.settings.base:
        raise ExchangeError(
            "This suggestion is about another graph: {theirs}, not {ours}.",
            "Name the right project with --project.",
            theirs=suggestion.graph,
            ours=project.settings.base,
        )
    if file:
        path = plan.draft.ours(plan.draft.file_called(file))
        file = next(name for name, known in plan.files.items() if known == path)
    work = _Work(plan, Faults(language), suggestion.release, file)
    for index, one in enumerate(suggestion.alterations):
        _take(work, one, f"changes[{index}]")
    changes = [
        Change(key, Terms(work.now[key]), Terms(work.then[key])) for key in work.then if work.now[key] != work.then[key]
    ]
    found = Parsed(values={key: Terms(terms) for key, terms in work.then.items()}, places=work.places)
    if changes:
        apply(plan, changes, found, work.faults)
        judge(plan, changes, found, work.faults)
    lines = changes_in_words(plan, changes, found.new, language)
    return Import(plan, tuple(changes), tuple(lines), tuple(work.faults.told()))


def _take(work: _Work, one: Alteration, place: str) -> None:
    """Enters one change, or what is wrong with it."""
    thing = _thing(work, one, Place(f"{place}.thing"))
    found = _field(work, one, thing, place) if thing else None
    if thing is None or found is None:
        return
    key = (thing, found.column.property, found.column.language)
    if any(known[1:] == key for known in work.then):
        work.faults.say(Place(place), "this field is changed twice in one suggestion.", "Keep one of the two.")
        return
    wanted = _wanted(work, one, found, place)
    if wanted is None or set(one.after) == set(found.texts):
        return
    there, was, new = set(found.texts), set(one.before), set(wanted)
    if (was - new) - there or (found.column.single and there != was):
        work.faults.say(
            Place(f"{place}.from"),
            'changed since release {release}: it was "{was}", is now "{now}", and "{wanted}" is suggested.',
            "Decide what is to hold, and suggest that anew.",
            release=work.release,
            was=" | ".join(one.before),
            now=" | ".join(found.texts),
            wanted=" | ".join(one.after),
        )
        return
    _enter(work, found, gone=was - new, come={text: wanted[text] for text in wanted if text not in there}, place=place)


def _thing(work: _Work, one: Alteration, place: Place) -> Iri | None:
    segment, _, code = one.thing.partition("/")
    if segment not in KINDS_BY_SEGMENT:
        known = did_you_mean(segment, KINDS_BY_SEGMENT) or ", ".join(KINDS_BY_SEGMENT)
        work.faults.say(place, "there is no kind {kind}.", "There is: {known}.", kind=segment[:40], known=known)
        return None
    iri = work.plan.project.names.thing(segment, code)
    if iri in work.plan.codes.classes_of and work.plan.kind_of(iri):
        return iri
    namespace = work.plan.project.names.thing(segment, "")
    near = nearest(
        code[:100], [i.removeprefix(namespace) for i in work.plan.codes.classes_of if i.startswith(namespace)]
    )
    hint = "Did you mean {near}?" if near else "`kg find` lists what there is."
    work.faults.say(place, 'there is no {kind} "{code}".', hint, kind=segment, code=code[:60], near=", ".join(near))
    return None


def _field(work: _Work, one: Alteration, thing: Iri, place: str) -> Field | None:
    names = work.plan.project.names
    if names.expand(one.field) in BY_DECISION:
        work.faults.say(
            Place(f"{place}.field"), "a status changes with a decision.", "`kg status` takes who decided it and when."
        )
        return None
    fields = fields_of(work.plan, thing)
    found = field_called(fields, one.field, one.language)
    if found is None:
        shown = f"{one.field} ({one.language})" if one.language else one.field
        known = [f"{f.name} ({f.column.language})" if f.column.language else f.name for f in fields]
        near = did_you_mean(shown, known) or ", ".join(known)
        work.faults.say(
            Place(f"{place}.field"),
            "{thing} has no field {field}.",
            "There is: {known}.",
            thing=one.thing,
            field=shown[:60],
            known=near,
        )
    return found


def _wanted(work: _Work, one: Alteration, found: Field, place: str) -> dict[str, Term] | None:
    """Value → its term, in the order given; None when one of them is at fault."""
    held = {value.text: value.term for value in found.values}
    wanted: dict[str, Term] = {}
    sound = True
    for index, text in enumerate(one.after):
        trouble = Trouble()
        term = held.get(text) or parsed(text.strip(), found.column, work.plan.codes, work.faults.language, trouble)
        if not text.strip():
            trouble.say("an empty value.", "Take it out of the list.")
        work.faults.trouble(Place(f"{place}.to[{index}]"), trouble)
        sound = sound and not trouble
        if term is not None:
            wanted[text] = term
    if found.column.single and len(one.after) > 1:
        work.faults.say(Place(f"{place}.to"), "{count} values where one goes.", "Keep one.", count=len(one.after))
        return None
    return wanted if sound else None


def _enter(work: _Work, found: Field, *, gone: set[str], come: dict[str, Term], place: str) -> None:
    """Notes in which file values come and go, and warns of what a source would say otherwise."""
    leaving = [value for value in found.values if value.text in gone]
    arrivals: list[tuple[str, Term]] = []
    for index, term in enumerate(come.values()):
        replaced: Held | None = leaving[index] if index < len(leaving) else None
        file = file_for(work.plan, found, replaced, work.preferred)
        if not file:
            work.faults.say(
                Place(f"{place}.to"), "no file of ours says this of such things yet.", "Name the file with --file."
            )
            return
        arrivals.append((file, term))
    for value in found.values:
        _both(work, found, value.file, Place(f"{place}.to"))
        work.now[_key(found, value.file)].add(value.term)
        if value.text not in gone:
            work.then[_key(found, value.file)].add(value.term)
    for file, term in arrivals:
        _both(work, found, file, Place(f"{place}.to"))
        work.then[_key(found, file)].add(term)
    touched = {value.file for value in leaving} | {file for file, _ in arrivals}
    for file in sorted(file for file in touched if stated(work.plan, file)):
        words = catalogue(work.faults.language)
        message = "{file} holds what a source states: compare this with its place in the source."
        work.faults.note(Fault(Place(place), words.get(message, message).format(file=file), Severity.WARNING))


def _both(work: _Work, found: Field, file: str, place: Place) -> None:
    key = _key(found, file)
    work.now.setdefault(key, set())
    work.then.setdefault(key, set())
    work.places.setdefault(key, place)


def _key(found: Field, file: str) -> Key:
    return (file, found.thing, found.column.property, found.column.language)
