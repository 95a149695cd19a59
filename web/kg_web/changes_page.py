"""The changes between two releases as people read them: by what happened and by kind, with each property as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from flask import url_for

from kg.names import OUTSIDE
from kg.publish.differences import Difference, How, PropertyChange
from kg.publish.feed_pages import Step
from kg_web.compared import Compared
from kg_web.reader import Reader, Value
from kg_web.releases import within_release
from kg_web.words import N_

__all__ = ["COUNTED", "HEADINGS", "Altered", "ChangesPage", "Group", "Row", "altered", "changes_page", "counted"]

_DATE = ox.NamedNode(OUTSIDE["xsd"] + "date")
HEADINGS: Mapping[How, str] = {
    How.ADDED: N_("New"),
    How.DEPRECATED: N_("Deprecated"),
    How.CHANGED: N_("Changed"),
    How.REMOVED: N_("Removed"),
    How.LOST: N_("Removed without having been deprecated"),
}
COUNTED: Mapping[How, str] = {
    How.ADDED: N_("{count} new"),
    How.DEPRECATED: N_("{count} deprecated"),
    How.CHANGED: N_("{count} changed"),
    How.REMOVED: N_("{count} removed"),
    How.LOST: N_("{count} removed without having been deprecated"),
}
_DETAILED = {How.CHANGED, How.DEPRECATED}
"""Where the properties are shown: of something new they are all new, and its own page shows them."""
_MOST = 200
"""Most rows of one group on a page; the data hold all."""


@dataclass(frozen=True, slots=True)
class Altered:
    """One property before and after, in one language."""

    label: str
    old: tuple[Value, ...]
    new: tuple[Value, ...]
    moved: str
    """For values that stayed and only moved to another data file: from where to where."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that changed."""

    thing: Value
    properties: tuple[Altered, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What happened to things of one kind."""

    kind: str
    rows: tuple[Row, ...]
    more: int
    """Rows that are left out here."""

    @property
    def count(self) -> int:
        """Things in the group, shown or not."""
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Everything the page shows."""

    releases: tuple[tuple[str, str], ...]
    """Version and day of the releases that are here, the newest first; the day is empty when it is not told."""
    since: Step | None
    until: Step
    counts: tuple[str, ...]
    groups: tuple[tuple[How, str, tuple[Group, ...]], ...]
    """What happened → the heading, and by kind the things it happened to."""


def changes_page(reader: Reader, found: Compared | None, steps: Sequence[Step]) -> ChangesPage:
    """The page on what changed; nothing is compared while there is one release only."""
    releases = tuple((step.newer.version, _day(reader, step.newer.issued)) for step in reversed(steps))
    if found is None:
        return ChangesPage(releases, None, steps[-1], (), ())
    by_how: dict[How, dict[str, list[Difference]]] = defaultdict(lambda: defaultdict(list))
    for one in found.told:
        by_how[one.how][one.kind].append(one)
    older = found.since.newer.version if found.since else ""
    groups = []
    for how in How:
        named = sorted(by_how[how].items(), key=lambda entry: (not entry[0], entry[0]))
        made = tuple(_group(reader, kind, differences, older) for kind, differences in named)
        if made:
            groups.append((how, reader.say(HEADINGS[how]), made))
    return ChangesPage(releases, found.since, found.until, counted(reader, found), tuple(groups))


def counted(reader: Reader, found: Compared) -> tuple[str, ...]:
    """How much of each happened, in words: "3 nieuw", "1 vervallen"; what did not happen is left out."""
    return tuple(reader.say(COUNTED[how], count=reader.number(count)) for how, count in found.counts.items() if count)


def altered(reader: Reader, change: PropertyChange) -> Altered:
    """One changed property in words."""
    label = reader.label(change.property)
    if change.language and change.language != reader.lang:
        label = f"{label} ({change.language})"
    old, new = (tuple(reader.value(term) for term in terms) for terms in (change.old, change.new))
    if not change.left:
        return Altered(label, old, new, "")
    left, came_to = (", ".join(reader.label(graph) for graph in graphs) for graphs in (change.left, change.came_to))
    return Altered(label, (), new, reader.say(N_("moved from {left} to {came_to}"), left=left, came_to=came_to))


def _day(reader: Reader, issued: str) -> str:
    return reader.value(ox.Literal(issued, datatype=_DATE)).text if issued else ""


def _group(reader: Reader, kind: str, found: list[Difference], older: str) -> Group:
    rows = tuple(_row(reader, one, older) for one in found[:_MOST])
    return Group(kind or reader.say(N_("vocabulary, data files and concepts of others")), rows, len(found) - len(rows))


def _row(reader: Reader, one: Difference, older: str) -> Row:
    properties = tuple(altered(reader, change) for change in one.properties) if one.how in _DETAILED else ()
    if one.how not in {How.REMOVED, How.LOST}:
        thing = reader.thing(one.iri)
        return Row(thing if thing.code else Value(one.label, thing.href, one.code), properties)
    known = reader.state.names.segment_and_code(one.iri)
    href = ""
    if known and older:
        href = within_release(older, url_for("pages.thing", lang=reader.lang, segment=known[0], name=known[1]))
    return Row(Value(one.label, href, one.code), properties)
