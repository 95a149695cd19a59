"""What can be chosen on the designer's pages: programmes, profiles and other things, by code and label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from kg.curriculum.prerequisites import prerequisites
from kg.curriculum.programmes import Equipped, equipped, units_by_programme
from kg.curriculum.rows import Ref, refer, rows
from kg.errors import KgError
from kg.graph.store import Store
from kg.names import OUTSIDE, lg
from kg_web.designer_memory import remembered
from kg_web.designer_page import Option
from kg_web.errors import Fault
from kg_web.reader import Reader
from kg_web.words import N_, said_in

__all__ = [
    "comparable",
    "comparable_profiles",
    "default_programme",
    "first_of",
    "option",
    "options",
    "planned_programmes",
    "profiles",
    "programmes",
    "recognising_programmes",
    "things",
    "unit_options",
    "units_of_programme",
    "wishes_of",
]

_SCHEME = ox.NamedNode(OUTSIDE["skos"] + "inScheme")


def option(reader: Reader, ref: Ref, group: str = "", *, usable: bool = True) -> Option:
    """A thing as an option: its code is sent, code and label are read."""
    return Option(ref.code, f"{ref.code} – {ref.label.within(reader.lang)}", group, usable)


def options(reader: Reader, refs: Iterable[Ref], group: str = "") -> tuple[Option, ...]:
    """Things as options, in their order."""
    return tuple(option(reader, ref, group) for ref in refs)


def programmes(reader: Reader) -> tuple[Option, ...]:
    """Programmes, designed ones first; those of which no units or outcomes are known last and not to be chosen."""
    return _programmes(reader, _that(_has_outcomes), N_("No learning units or outcomes known"))


def planned_programmes(reader: Reader) -> tuple[Option, ...]:
    """The same for an order of units: outcomes alone are not enough."""
    return _programmes(reader, _that(lambda one: one.units), N_("No learning units known"))


def recognising_programmes(reader: Reader) -> tuple[Option, ...]:
    """The same for recognition: there has to be a policy."""
    return _programmes(
        reader, _that(lambda one: one.units and one.policy), N_("No recognition policy or learning units known")
    )


def profiles(reader: Reader) -> tuple[Option, ...]:
    """The profiles that have competences."""
    return options(reader, remembered(_with_competences))


def comparable_profiles() -> frozenset[str]:
    """The codes of the profiles of which competences are known."""
    return frozenset(ref.code for ref in remembered(_with_competences))


def comparable(reader: Reader) -> tuple[Option, ...]:
    """Profiles and programmes of which competences or outcomes are known."""
    say = said_in(reader.lang)
    found = options(reader, remembered(_with_competences), say(N_("Profiles")))
    return found + options(reader, _that(_has_outcomes), say(N_("Programmes")))


def things(reader: Reader, segments: Iterable[str]) -> tuple[Option, ...]:
    """All things of these kinds; a code that two kinds share is sent with its kind before it."""
    members = reader.state.members
    codes = Counter(iri.rpartition("/")[2] for kind in members.values() for iri in kind)
    found = []
    for segment in segments:
        group = reader.plural(segment)
        for iri in members.get(segment, ()):
            code = iri.rpartition("/")[2]
            sent = code if codes[code] == 1 else f"{segment}/{code}"
            found.append(Option(sent, f"{code} – {reader.label(iri)}", group[:1].upper() + group[1:]))
    return tuple(found)


def wishes_of(reader: Reader) -> tuple[Option, ...]:
    """What can be wished for: competences by profile, then outcomes."""
    store, found = reader.state.store, []
    for competence in things(reader, ["competence"]):
        node = ox.NamedNode(reader.state.names.thing("competence", competence.value.rpartition("/")[2]))
        schemes = [refer(store, scheme) for scheme in _objects(store, node, _SCHEME)]
        group = schemes[0].label.within(reader.lang) if schemes else competence.group
        found.append(Option(competence.value, competence.label, group))
    return (*found, *things(reader, ["outcome"]))


def unit_options(reader: Reader, programme: str) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """The units of a programme, and all other units under the programme they belong to."""
    own = remembered(units_of_programme, programme)
    others: dict[str, Option] = {}
    units_of = remembered(units_by_programme)
    for ref in _that(lambda one: one.units):
        for unit in units_of.get(ref.iri, ()):
            if unit not in own:
                others.setdefault(unit.code, option(reader, unit, ref.label.within(reader.lang)))
    return options(reader, own), tuple(others.values())


def units_of_programme(store: Store, programme: str) -> tuple[Ref, ...]:
    """The units of a programme by code, and none when it is unknown."""
    try:
        return prerequisites(store, programme).units
    except KgError:
        return ()


def default_programme(reader: Reader, found: Iterable[Option]) -> str:
    """The programme an analysis starts with: the first that can be chosen, and that is a designed one if any is.

    Raises a 404 for a graph in which there is none.
    """
    code = first_of(found)
    if not code:
        raise Fault(404, reader.say(N_("This graph has no programme yet of which enough is known for this.")))
    return code


def first_of(found: Iterable[Option]) -> str:
    """The first that can be chosen; empty when there is none."""
    return next((option.value for option in found if option.usable), "")


def _programmes(reader: Reader, usable: tuple[Ref, ...], otherwise: str) -> tuple[Option, ...]:
    say = said_in(reader.lang)
    rest = [refer(reader.state.store, iri) for iri in reader.state.members.get("programme", ())]
    found = [option(reader, ref) for ref in usable]
    return (*found, *(option(reader, ref, say(otherwise), usable=False) for ref in rest if ref not in usable))


def _objects(store: Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[str]:
    quads = store.quads(subject, predicate, None, None)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))


def _that(has: Callable[[Equipped], bool]) -> tuple[Ref, ...]:
    """The programmes that have what is asked, designed ones first: they come before those a source only mentions."""
    return tuple(one.programme for one in remembered(equipped) if has(one))


def _has_outcomes(one: Equipped) -> bool:
    return one.units or one.outcomes


def _with_competences(store: Store) -> tuple[Ref, ...]:
    found: set[str] = set()
    for row in rows(store, "things-of-class", **{"class": ox.NamedNode(lg("Competence"))}):
        if row["scheme"]:
            found.add(row["scheme"])
    refs = [refer(store, iri) for iri in found]
    return tuple(sorted(ref for ref in refs if ref.kind == "profile"))
