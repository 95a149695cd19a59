"""The history of a thing over the releases on disk, in words, with what each changed."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import current_app, url_for

from kg.errors import ReleaseError
from kg.graph.store import Store
from kg.names import OUTSIDE, Iri
from kg.publish.changes import Changes, deprecated
from kg.publish.differences import differences
from kg.publish.history import Episode, history_of_thing
from kg_web.changes_page import Altered, altered
from kg_web.feed import index_of
from kg_web.reader import Reader
from kg_web.releases import within_release
from kg_web.words import N_

__all__ = ["Moment", "moments"]

_DATE = ox.NamedNode(OUTSIDE["xsd"] + "date")


@dataclass(frozen=True, slots=True)
class Moment:
    """What one release made of a thing."""

    version: str
    day: str
    """In words; empty when the release does not tell."""
    told: str
    properties: tuple[Altered, ...]
    href: str
    """Its page in that release; empty for the release that is shown, and where it is gone."""


def moments(reader: Reader, thing: Iri) -> tuple[Moment, ...] | None:
    """The history of a thing, the newest first; None when a release before this one is damaged."""
    found = reader.state
    try:
        episodes = history_of_thing([index_of(release) for release in found.lineage], thing, found.names)
    except ReleaseError:
        current_app.logger.exception("A release before this one is damaged.")
        return None
    return tuple(_moment(reader, episode) for episode in reversed(episodes))


def _moment(reader: Reader, episode: Episode) -> Moment:
    found, release = reader.state, episode.release
    segment, code = found.names.segment_and_code(episode.change.subject) or ("", "")
    page = url_for("pages.thing", lang=reader.lang, segment=segment, name=code)
    shown_here = release.version == found.release.version
    properties: tuple[Altered, ...] = ()
    if not (episode.comes or episode.goes):
        told = differences(Changes(changed=(episode.change,)), found.store, found.store, reader.lang)
        properties = tuple(altered(reader, change) for one in told for change in one.properties)
    return Moment(
        version=release.version,
        day=reader.value(ox.Literal(release.issued, datatype=_DATE)).text if release.issued else "",
        told=reader.say(_told(reader, episode)),
        properties=properties,
        href="" if shown_here or episode.goes else within_release(release.version, page),
    )


def _told(reader: Reader, episode: Episode) -> str:
    if episode.oldest:
        return N_("Is in the oldest release that is here")
    if episode.comes:
        return N_("New")
    if episode.goes:
        return N_("Removed")
    names = reader.state.names
    before, after = (Store(names, quads) for quads in (episode.change.removed, episode.change.added))
    return N_("Deprecated") if deprecated(after) - deprecated(before) else N_("Changed")
