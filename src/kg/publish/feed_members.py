"""What a release changed, as members of an event stream: one version of every subject that became different."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import ReleaseError
from kg.names import DCT, OUTSIDE, Iri
from kg.publish.feed_index import Action, Subjects, name_in

__all__ = ["PAGE_SIZE", "TIMESTAMP", "VERSION_OF", "Member", "Members", "action_term", "member_quads", "members"]

PAGE_SIZE = 250
"""Most members on one page."""

VERSION_OF = ox.NamedNode(DCT + "isVersionOf")
TIMESTAMP = ox.NamedNode(OUTSIDE["prov"] + "generatedAtTime")
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_DATE_TIME = ox.NamedNode(OUTSIDE["xsd"] + "dateTime")
_DIGEST = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Member:
    """One version of one subject: what a release says of it from then on."""

    iri: Iri
    """The version's own name. It holds a sum of the content, so that a name never stands for something else."""
    subject: Iri
    action: Action
    quads: tuple[ox.Quad, ...]
    """All that the release says of the subject, in the order of their N-Quads; empty for a subject that is gone."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a step, in the order of their subjects; what they say is read a page at a time."""

    older: Subjects | None
    newer: Subjects
    actions: Sequence[int]
    places: Sequence[int]
    """Of each member its place among the subjects of the newer release; of a deleted one among those of the older."""

    def __len__(self) -> int:
        return len(self.actions)

    @property
    def pages(self) -> int:
        """How many pages they fill; a step without members has one that is empty."""
        return max(1, -(-len(self) // PAGE_SIZE))

    def page(self, number: int, base: str) -> list[Member]:
        """The members on a page, from 1, with names below `base`. Raises ReleaseError for a damaged release."""
        held = range((number - 1) * PAGE_SIZE, min(number * PAGE_SIZE, len(self)))
        there = self.newer.lines(self.places[at] for at in held if self.actions[at] != Action.DELETED)
        gone = self._side(Action.DELETED).names(self.places[at] for at in held if self.actions[at] == Action.DELETED)
        found = []
        for at in held:
            action = Action(self.actions[at])
            lines = b"" if action is Action.DELETED else next(there)
            quads = tuple(ox.parse(input=lines, format=ox.RdfFormat.N_QUADS))
            subject = Iri(next(gone) if action is Action.DELETED else name_in(lines).decode())
            iri = Iri(f"{base}ldes/members/{self.newer.release.version}/{self._sum(at).hex()}")
            found.append(Member(iri, subject, action, quads))
        return found

    def page_of(self, digest: str) -> int:
        """The number of the page, from 1, that holds the member whose name ends so; 0 when none does."""
        wanted = bytes.fromhex(digest) if _DIGEST.fullmatch(digest) else None
        for action in Action:
            place = self._side(action).place_of(wanted, action) if wanted else None
            for at, known in enumerate(self.places if place is not None else ()):
                if known == place and self.actions[at] == action:
                    return at // PAGE_SIZE + 1
        return 0

    def _side(self, action: Action) -> Subjects:
        """The release that tells of what this happened to."""
        return self.older if self.older and action is Action.DELETED else self.newer

    def _sum(self, at: int) -> bytes:
        action = Action(self.actions[at])
        return self._side(action).sum(self.places[at], action)


def members(older: Subjects | None, newer: Subjects) -> Members:
    """A member for every subject that the newer release created, updated or deleted, in the order of the subjects.

    Every subject counts: things, terms of the ontology, descriptions of graphs, concepts of others. Without an
    older release everything was created. Only sums are compared, and only names of what changed are read. Raises
    ReleaseError for a blank node, which has no name to make versions of, and for a damaged release.
    """
    if older is None:
        _refuse_blank(newer.names(range(len(newer))[:1]))
        return Members(None, newer, bytes([Action.CREATED]) * len(newer), range(len(newer)))
    changed, gone = newer.not_in(older, Action.CREATED), older.not_in(newer, Action.DELETED)
    new = set(newer.not_in(older, Action.DELETED))
    found = [
        (name, Action.CREATED if place in new else Action.UPDATED, place)
        for name, place in zip(newer.names(changed), changed, strict=True)
    ]
    found += [(name, Action.DELETED, place) for name, place in zip(older.names(gone), gone, strict=True)]
    found.sort()
    _refuse_blank(name for name, *_ in found)
    return Members(older, newer, bytes(action for _, action, _ in found), array("I", (place for *_, place in found)))


def member_quads(member: Member, moment: str) -> list[ox.Quad]:
    """A member as a page of the stream holds it.

    About the version, in the default graph: of what it is a version, since when (`moment`, an xsd:dateTime) and
    what happened. In the named graphs of the release: its statements, with the version in place of the subject.
    """
    version = ox.NamedNode(member.iri)
    about = [
        ox.Quad(version, _TYPE, action_term(member.action)),
        ox.Quad(version, VERSION_OF, ox.NamedNode(member.subject)),
        ox.Quad(version, TIMESTAMP, ox.Literal(moment, datatype=_DATE_TIME)),
    ]
    return about + [ox.Quad(version, quad.predicate, quad.object, quad.graph_name) for quad in member.quads]


def action_term(action: Action) -> ox.NamedNode:
    """Its term in the vocabulary of Activity Streams."""
    return ox.NamedNode(OUTSIDE["as"] + action.word)


def _refuse_blank(names: Iterable[str]) -> None:
    for name in names:
        if name.startswith("_:"):
            raise ReleaseError(
                "The event stream cannot hold the blank node {name}: it has no name that lasts.",
                "Give the thing an IRI: `kg check` tells where it stands.",
                name=name,
            )
