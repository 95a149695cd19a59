"""What a release changed, as members of an event stream: one version of every subject that became different."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kg.errors import ReleaseError
from kg.graph.store import Store
from kg.names import DCT, OUTSIDE, Iri
from kg.publish.changes import Change, changes

__all__ = ["TIMESTAMP", "VERSION_OF", "Action", "Member", "member_quads", "members"]

VERSION_OF = ox.NamedNode(DCT + "isVersionOf")
TIMESTAMP = ox.NamedNode(OUTSIDE["prov"] + "generatedAtTime")
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_DATE_TIME = ox.NamedNode(OUTSIDE["xsd"] + "dateTime")


class Action(StrEnum):
    """What happened to a subject, as Activity Streams 2.0 calls it."""

    CREATED = "Create"
    UPDATED = "Update"
    DELETED = "Delete"

    @property
    def term(self) -> ox.NamedNode:
        """Its term in the vocabulary of Activity Streams."""
        return ox.NamedNode(OUTSIDE["as"] + self.value)


@dataclass(frozen=True, slots=True)
class Member:
    """One version of one subject: what a release says of it from then on."""

    iri: Iri
    """The version's own name. It holds a sum of the content, so that a name never stands for something else."""
    subject: Iri
    action: Action
    quads: tuple[ox.Quad, ...]
    """All that the release says of the subject, in the order of their N-Quads; empty for a subject that is gone."""


def members(older: Store | None, newer: Store, version: str) -> tuple[Member, ...]:
    """A member for every subject that this version created, updated or deleted, in the order of the subjects.

    Every subject counts: things, terms of the ontology, descriptions of graphs, concepts of others. Without an
    older graph everything was created. Raises ReleaseError for a blank node: it has no name to make versions of.
    """
    found = changes(older or Store(newer.names), newer)
    actions = {
        **_named(found.added, Action.CREATED),
        **_named(found.changed, Action.UPDATED),
        **_named(found.removed, Action.DELETED),
    }
    said: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in newer:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in actions:
            said[quad.subject.value].append(quad)
    return tuple(
        _member(newer.names.base, version, subject, actions[subject], said[subject]) for subject in sorted(actions)
    )


def member_quads(member: Member, moment: str) -> list[ox.Quad]:
    """A member as a page of the stream holds it.

    About the version, in the default graph: of what it is a version, since when (`moment`, an xsd:dateTime) and
    what happened. In the named graphs of the release: its statements, with the version in place of the subject.
    """
    version = ox.NamedNode(member.iri)
    about = [
        ox.Quad(version, _TYPE, member.action.term),
        ox.Quad(version, VERSION_OF, ox.NamedNode(member.subject)),
        ox.Quad(version, TIMESTAMP, ox.Literal(moment, datatype=_DATE_TIME)),
    ]
    return about + [ox.Quad(version, quad.predicate, quad.object, quad.graph_name) for quad in member.quads]


def _named(found: Iterable[Change], action: Action) -> dict[Iri, Action]:
    for change in found:
        if change.subject.startswith("_:"):
            raise ReleaseError(
                "The event stream cannot hold the blank node {name}: it has no name that lasts.",
                "Give the thing an IRI: `kg check` tells where it stands.",
                name=change.subject,
            )
    return {change.subject: action for change in found}


def _member(base: str, version: str, subject: Iri, action: Action, quads: Iterable[ox.Quad]) -> Member:
    ordered = tuple(sorted(quads, key=str))
    text = "\n".join([action.value, subject, *map(str, ordered)])
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    return Member(Iri(f"{base}ldes/members/{version}/{digest}"), subject, action, ordered)
