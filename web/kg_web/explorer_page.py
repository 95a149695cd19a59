"""The explorer's page: the things shown by column, with their links in words, and the form that filters them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from kg.curriculum.exploration import BESIDE, CHAIN, ORIGINS, Exploration, Link, Node, Wish
from kg.curriculum.lifecycle import STAGES
from kg.curriculum.rows import Ref
from kg.names import lg
from kg.text import natural
from kg_web.explorer_wish import MORE, address
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["Column", "ExplorerPage", "Said", "Shown", "Tick", "Ticks", "explorer_page", "id_of", "sent", "told"]

_HEADINGS = {
    "kind": N_("Kinds"),
    "origin": N_("Origin"),
    "status": N_("Status"),
    "level": N_("Level"),
}
_NOTES = {
    "status": N_("What has no status stays."),
    "level": N_("What has no level stays."),
}


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that can be ticked."""

    value: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Ticks:
    """A group of them under a heading."""

    name: str
    heading: str
    note: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Links of a thing that are said with the same words: what they lead to, each with the origin of the link."""

    heading: str
    things: tuple[tuple[Value, str, str], ...]
    """Each thing with its id within the page, and the origin of the link."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing in the list."""

    id: str
    value: Value
    origin: str
    status: str
    levels: str
    started: bool
    opened: bool
    further: int
    toggle: str
    """Where more or less of its links is shown; empty when there is no more."""
    from_here: str
    said: tuple[Said, ...]

    @property
    def count(self) -> int:
        """How many links it has within what is shown."""
        return sum(len(one.things) for one in self.said)


@dataclass(frozen=True, slots=True)
class Column:
    """The things of one kind; `column` is where they stand in the picture."""

    kind: str
    name: str
    column: int
    things: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """Everything the page shows."""

    start: Value
    sent: str
    """What the form sends for the start."""
    wish: Wish
    columns: tuple[Column, ...]
    filters: tuple[Ticks, ...]
    things: int
    links: int
    hidden: int
    left_out: int
    more: str
    """Where more of them are shown; empty when all are, or there are too many."""
    steps: int
    filtered: int
    """How many filters differ from what is usual."""


def explorer_page(reader: Reader, found: Exploration, wish: Wish, levels: tuple[str, ...]) -> ExplorerPage:
    """The page of an exploration; `levels` are the codes of the levels that can be chosen."""
    start = sent(reader, found.start)
    shown = {node.thing.iri: _shown(reader, found, wish, node) for node in found.nodes}
    by_kind: dict[tuple[int, str], list[Node]] = defaultdict(list)
    for node in found.nodes:
        by_kind[node.column, node.thing.kind].append(node)
    columns = tuple(
        Column(kind, reader.plural(kind), column, tuple(shown[node.thing.iri] for node in nodes))
        for (column, kind), nodes in by_kind.items()
    )
    larger = replace(wish, most=wish.most + MORE)
    usual = Wish()
    return ExplorerPage(
        start=reader.thing(found.start.iri),
        sent=start,
        wish=wish,
        columns=columns,
        filters=_filters(reader, wish, levels),
        things=len(found.nodes),
        links=len(found.links),
        hidden=found.hidden,
        left_out=found.left_out,
        more=address(reader.lang, start, larger, at="list") if found.left_out and wish.most < 7 * MORE else "",
        steps=found.steps,
        filtered=sum(
            getattr(wish, name) != getattr(usual, name) for name in ("kinds", "origins", "statuses", "levels")
        ),
    )


def told(reader: Reader, found: Exploration, wish: Wish) -> dict[str, Any]:
    """The exploration as data: every thing with its place in the picture, every link, and what is not shown."""
    say = reader.say
    headings: dict[int, list[str]] = defaultdict(list)
    for node in found.nodes:
        if (name := reader.plural(node.thing.kind)) not in headings[node.column]:
            headings[node.column].append(name)
    return {
        "start": id_of(found.start),
        "address": address(reader.lang, sent(reader, found.start), wish),
        "steps": found.steps,
        "hidden": found.hidden,
        "left_out": found.left_out,
        "columns": [", ".join(names) for _, names in sorted(headings.items())],
        "things": [
            {
                "id": id_of(node.thing),
                "iri": node.thing.iri,
                "kind": node.thing.kind,
                "kind_name": reader.kind(node.thing.kind),
                "code": node.thing.code,
                "label": node.thing.label.within(reader.lang) or node.thing.code,
                "origin": node.origin,
                "status": node.status,
                "levels": list(node.levels),
                "column": node.column,
                "row": node.row,
                "further": node.further,
                "told": say(N_("{count} more"), count=reader.number(node.further)) if node.further else "",
                "opened": node.opened,
                "page": reader.address(node.thing.iri),
            }
            for node in found.nodes
        ],
        "links": [
            {
                "from": id_of(link.subject),
                "to": id_of(link.object),
                "property": link.property.iri,
                "label": reader.label(link.property.iri),
                "origin": link.origin,
            }
            for link in found.links
        ],
    }


def id_of(thing: Ref) -> str:
    """What a thing is called within the page and its data: `competence/ow-07`."""
    return f"{thing.kind}/{thing.code}"


def sent(reader: Reader, thing: Ref) -> str:
    """What an address calls a thing: its code, with its kind before it when several things have that code."""
    return thing.code if len(reader.state.index.by_code.get(thing.code, ())) < 2 else id_of(thing)


def _shown(reader: Reader, found: Exploration, wish: Wish, node: Node) -> Shown:
    code = sent(reader, node.thing)
    start = sent(reader, found.start)
    toggle = ""
    if node.opened:
        fewer = replace(wish, opened=tuple(one for one in wish.opened if one not in {code, id_of(node.thing)}))
        toggle = address(reader.lang, start, fewer, at=_anchor(node.thing))
    elif node.further:
        more = replace(wish, opened=(*wish.opened, code))
        toggle = address(reader.lang, start, more, at=_anchor(node.thing))
    levels = [reader.label(reader.state.names.thing("level", level)) for level in node.levels]
    started = node.thing == found.start
    return Shown(
        id=_anchor(node.thing),
        value=reader.thing(node.thing.iri),
        origin=node.origin,
        status=reader.label(lg(node.status)) if node.status else "",
        levels=", ".join(levels),
        started=started,
        opened=node.opened,
        further=node.further,
        toggle=toggle,
        from_here="" if started else address(reader.lang, code, replace(wish, opened=(), most=MORE)),
        said=_said(reader, node.thing, found.links),
    )


def _anchor(thing: Ref) -> str:
    return f"{thing.kind}-{thing.code}"


def _said(reader: Reader, thing: Ref, links: tuple[Link, ...]) -> tuple[Said, ...]:
    """The links of a thing in words, first those it has itself."""
    own: dict[str, list[tuple[Value, str, str]]] = defaultdict(list)
    others: dict[str, list[tuple[Value, str, str]]] = defaultdict(list)
    for link in links:
        if link.subject == thing:
            own[reader.label(link.property.iri)].append(_end(reader, link.object, link))
        elif link.object == thing:
            heading = reader.backwards(link.property.iri, link.subject.kind, thing.kind)
            others[heading].append(_end(reader, link.subject, link))
    return tuple(
        Said(heading, tuple(sorted(things, key=lambda one: natural(one[0].code))))
        for heading, things in (*own.items(), *others.items())
    )


def _end(reader: Reader, thing: Ref, link: Link) -> tuple[Value, str, str]:
    return reader.thing(thing.iri), _anchor(thing), link.origin


def _filters(reader: Reader, wish: Wish, levels: tuple[str, ...]) -> tuple[Ticks, ...]:
    chosen = {"kind": wish.kinds, "origin": wish.origins, "status": wish.statuses, "level": wish.levels}
    members = reader.state.members
    known = {
        "kind": [(kind, reader.plural(kind)) for kind in (*CHAIN, *BESIDE) if kind in members],
        "origin": [(origin, reader.label(lg(origin))) for origin in (*ORIGINS, "derived")],
        "status": [(stage.value, reader.label(lg(stage.value))) for stage in STAGES],
        "level": [(level, reader.label(reader.state.names.thing("level", level))) for level in levels],
    }
    return tuple(
        Ticks(
            name,
            reader.say(_HEADINGS[name]),
            reader.say(_NOTES[name]) if name in _NOTES else "",
            tuple(Tick(value, label, value in chosen[name]) for value, label in values),
        )
        for name, values in known.items()
        if values
    )
