"""The event stream of a graph over its releases, cut into pages (LDES 1.0, W3C TREE).

The root page links to the first page of every release, and that to the other pages of the release. Only the root
page ever changes: the address of another page holds a sum of all that its content follows from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as day

import pyoxigraph as ox

from kg.files.project import Project, Settings
from kg.names import DCT, OUTSIDE
from kg.publish.archive import history
from kg.publish.feed_index import Action
from kg.publish.feed_members import PAGE_SIZE, TIMESTAMP, VERSION_OF, Members, action_term, member_quads
from kg.publish.release import Release

__all__ = ["Step", "lineage", "page_quads", "root_quads", "steps"]

_POLLING = 24 * 60 * 60
"""Seconds a client may well wait before it asks again: releases are made by hand."""
_LDES, _TREE, _SH, _XSD = (OUTSIDE[name] for name in ("ldes", "tree", "sh", "xsd"))
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_COMMENT = ox.NamedNode(OUTSIDE["rdfs"] + "comment")
_RETENTION = {
    "nl": "Alle versies sinds de oudste uitgave die hier nog staat; die uitgave zelf staat er helemaal in.",
    "en": "All versions since the oldest release that is still here; that release itself is in it as a whole.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to the graph in one release: the release, the one before it, and since when it holds."""

    older: Release | None
    newer: Release
    moment: str
    """As xsd:dateTime in UTC; every step later than the one before."""
    key: str
    """Names its pages: the version, and a sum of all that these follow from."""


def lineage(project: Project, current: Release) -> tuple[Release, ...]:
    """The releases on disk that led to the current one, the oldest first; the current one is the last."""
    earlier = []
    for release in history(project):
        if release.version == current.version:
            break
        earlier.append(release)
    return (*earlier, current)


def steps(releases: Sequence[Release]) -> list[Step]:
    """A step for every release, the oldest first; the oldest is a step from nothing.

    A step holds since the start of the day its release was issued, in UTC, and at least a second longer than the
    step before: so two releases of one day keep their order, and so does one whose day is not told (the first of
    all then counts as of 1970).
    """
    found: list[Step] = []
    last = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
    older: Release | None = None
    for newer in releases:
        last += timedelta(seconds=1)
        if newer.issued:
            last = max(last, datetime.combine(day.fromisoformat(newer.issued), time(), tzinfo=UTC))
        moment = last.strftime("%Y-%m-%dT%H:%M:%SZ")
        parts = ("1", moment, str(PAGE_SIZE), older.quads_file.sha256 if older else "", newer.quads_file.sha256)
        key = f"{newer.version}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"
        found.append(Step(older, newer, moment, key))
        older = newer
    return found


def root_quads(settings: Settings, root: str, found: Sequence[Step]) -> list[ox.Quad]:
    """The root page, at the address `root`: what the stream is, what it keeps, and where its steps begin."""
    stream, node, retention = _stream(settings), ox.NamedNode(root), ox.NamedNode(f"{root}#retention")
    quads = [
        ox.Quad(stream, _TYPE, _ldes("EventStream")),
        *_texts(stream, ox.NamedNode(DCT + "title"), settings.title.by_language),
        ox.Quad(stream, _ldes("timestampPath"), TIMESTAMP),
        ox.Quad(stream, _ldes("versionOfPath"), VERSION_OF),
        ox.Quad(stream, _ldes("versionCreateObject"), action_term(Action.CREATED)),
        ox.Quad(stream, _ldes("versionUpdateObject"), action_term(Action.UPDATED)),
        ox.Quad(stream, _ldes("versionDeleteObject"), action_term(Action.DELETED)),
        ox.Quad(stream, _ldes("pollingInterval"), _number(_POLLING)),
        ox.Quad(stream, _tree("shape"), ox.NamedNode(f"{root}#member")),
        ox.Quad(stream, _tree("view"), node),
        ox.Quad(node, _TYPE, _tree("Node")),
        ox.Quad(node, _TYPE, _ldes("EventSource")),
        ox.Quad(node, _ldes("retentionPolicy"), retention),
        ox.Quad(retention, _TYPE, _ldes("RetentionPolicy")),
        *_texts(retention, _COMMENT, _RETENTION),
        *(ox.Quad(retention, _ldes("startingFrom"), _moment(step)) for step in found[:1]),
        *_shape(root),
    ]
    if settings.licence:
        quads.append(ox.Quad(stream, ox.NamedNode(DCT + "license"), ox.NamedNode(settings.licence)))
    for step in found:
        quads += _relation(root, root, step, 1)
    return quads


def page_quads(settings: Settings, root: str, step: Step, members: Members, number: int) -> list[ox.Quad]:
    """A page of a step, with the members it holds; the first one links to the others.

    Metadata stands in the default graph, the members' statements in the named graphs of the release. There are no
    blank nodes, and the same releases always give the same quads in the same order. Raises ReleaseError for a damaged
    release.
    """
    stream, address = _stream(settings), _address(root, step, number)
    node, held = ox.NamedNode(address), members.page(number, settings.base)
    quads = [
        ox.Quad(stream, _TYPE, _ldes("EventStream")),
        ox.Quad(stream, _tree("view"), ox.NamedNode(root)),
        ox.Quad(node, _TYPE, _tree("Node")),
        ox.Quad(node, _ldes("immutable"), ox.Literal(True)),
    ]
    for other in range(2, members.pages + 1) if number == 1 else ():
        quads += _relation(root, address, step, other)
    quads += [ox.Quad(stream, _tree("member"), ox.NamedNode(member.iri)) for member in held]
    for member in held:
        quads += member_quads(member, step.moment)
    return quads


def _stream(settings: Settings) -> ox.NamedNode:
    """The stream's own name, which is the same wherever it is served."""
    return ox.NamedNode(f"{settings.base}ldes")


def _address(root: str, step: Step, number: int) -> str:
    return f"{root}/pages/{step.key}/{number}"


def _relation(root: str, source: str, step: Step, number: int) -> Iterator[ox.Quad]:
    """From a page to a page of a step: its members are of that step's moment, neither earlier nor later."""
    for bound, kind in (("from", "GreaterThanOrEqualToRelation"), ("until", "LessThanOrEqualToRelation")):
        relation = ox.NamedNode(f"{source}#{bound}-{step.key}-{number}")
        yield ox.Quad(ox.NamedNode(source), _tree("relation"), relation)
        yield ox.Quad(relation, _TYPE, _tree(kind))
        yield ox.Quad(relation, _tree("node"), ox.NamedNode(_address(root, step, number)))
        yield ox.Quad(relation, _tree("path"), TIMESTAMP)
        yield ox.Quad(relation, _tree("value"), _moment(step))


def _shape(root: str) -> Iterator[ox.Quad]:
    """What holds for every member: it is a version of one thing, since one moment. More is said of most."""
    shape = ox.NamedNode(f"{root}#member")
    yield ox.Quad(shape, _TYPE, ox.NamedNode(_SH + "NodeShape"))
    rules = (
        ("member-isVersionOf", VERSION_OF, "nodeKind", ox.NamedNode(_SH + "IRI")),
        ("member-generatedAtTime", TIMESTAMP, "datatype", ox.NamedNode(_XSD + "dateTime")),
    )
    for name, path, constraint, value in rules:
        rule = ox.NamedNode(f"{root}#{name}")
        yield ox.Quad(shape, ox.NamedNode(_SH + "property"), rule)
        yield ox.Quad(rule, ox.NamedNode(_SH + "path"), path)
        yield ox.Quad(rule, ox.NamedNode(_SH + constraint), value)
        yield ox.Quad(rule, ox.NamedNode(_SH + "minCount"), _number(1))
        yield ox.Quad(rule, ox.NamedNode(_SH + "maxCount"), _number(1))


def _texts(subject: ox.NamedNode, predicate: ox.NamedNode, texts: Mapping[str, str]) -> Iterator[ox.Quad]:
    for language, text in texts.items():
        yield ox.Quad(subject, predicate, ox.Literal(text, language=language))


def _moment(step: Step) -> ox.Literal:
    return ox.Literal(step.moment, datatype=ox.NamedNode(_XSD + "dateTime"))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))


def _ldes(name: str) -> ox.NamedNode:
    return ox.NamedNode(_LDES + name)


def _tree(name: str) -> ox.NamedNode:
    return ox.NamedNode(_TREE + name)
