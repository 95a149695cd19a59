"""Two releases compared: the one that is served, and an older one that a reader knows by version or by day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kg.graph.store import Store
from kg.publish.changes import Changes, changes, changes_between
from kg.publish.differences import Difference, How, differences
from kg.publish.feed_pages import Step
from kg.publish.release import STORE, Release
from kg_web.errors import Choice, Fault
from kg_web.feed import current_steps, index_of, whole
from kg_web.state import state
from kg_web.urls import language
from kg_web.words import N_, said_in

__all__ = ["Compared", "compared", "since_asked"]

_HELD = 3
"""Older releases, and comparisons, that one site process holds in memory: a release never changes."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is different in one release since an older one, or since nothing."""

    since: Step | None
    until: Step
    found: Changes
    told: tuple[Difference, ...]
    newer: Store

    @property
    def counts(self) -> Mapping[How, int]:
        """How many things were added, deprecated, changed and removed; zero where there are none."""
        counted = Counter(one.how for one in self.told)
        return {how: counted.get(how, 0) for how in How}


def compared(since: Step | None, until: Step, lang: str) -> Compared:
    """What changed from the one step to the other, told in a language. Raises 503 for a damaged release."""
    older = since.newer if since else None
    found = _changes(older, until.newer)
    return Compared(since, until, found, _told(older, until.newer, lang), _store(until.newer))


def since_asked(text: str) -> Step | None:
    """The step a reader already knows: a version, or a day; None when that is before the first release.

    A release of that very day counts as not known yet: its changes are told again, which does no harm. Without
    words it is the one before the release that is served. Raises 404 for a version that is not here, 400 for what
    is neither.
    """
    found = current_steps()
    if not text:
        return found[-2] if len(found) > 1 else None
    by_version = {step.newer.version: step for step in found}
    if text in by_version:
        return by_version[text]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            day = date.fromisoformat(text).isoformat()
        except ValueError:
            raise _unknown(text, by_version) from None
        return next((step for step in reversed(found) if step.moment[:10] < day), None)
    raise _unknown(text, by_version)


def _unknown(text: str, known: Mapping[str, Step]) -> Fault:
    say = said_in(language())
    versions = ", ".join(f"{version} ({step.newer.issued or '?'})" for version, step in known.items())
    looks_like_version = re.fullmatch(r"\d+(\.\d+)+[\w.+-]*", text) is not None
    told = N_("There is no release {text} here.") if looks_like_version else N_("{text} is no version and no day.")
    return Fault(
        404 if looks_like_version else 400,
        say(told, text=text[:100]),
        say(N_("Give a version or a day such as 2026-01-31. These releases are here: {versions}."), versions=versions),
        [Choice(version, f"?since={version}") for version in known],
    )


def _store(release: Release | None) -> Store:
    """The graph of a release; an empty one for none."""
    found = state()
    if release is None:
        return Store(found.names)
    return found.store if release == found.release else _read(release)


@lru_cache(maxsize=_HELD)
def _read(release: Release) -> Store:
    """An older release, of which only labels of what changed are asked: from its store on disk when it has one."""
    folder = release.folder / STORE
    if folder.is_dir():
        return Store(state().names, folder=folder)
    with whole():
        return release.store(state().project)


@lru_cache(maxsize=_HELD)
def _changes(older: Release | None, newer: Release) -> Changes:
    if older is None:
        return changes(_store(None), _store(newer))
    with whole():
        return changes_between(index_of(older), index_of(newer), _store(older), _store(newer))


@lru_cache(maxsize=_HELD)
def _told(older: Release | None, newer: Release, lang: str) -> tuple[Difference, ...]:
    return tuple(differences(_changes(older, newer), _store(older), _store(newer), lang))
