"""The site that follows the builds: a new release is opened beside the old one and takes over between two requests."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from kg.errors import KgError, ReleaseError
from kg.files.project import Project, read_project
from kg.publish.release import MANIFEST, open_release, releases_folder
from kg_web.answers import Kept
from kg_web.app import create_app
from kg_web.begun import Begun, begun_in
from kg_web.designer_memory import forget
from kg_web.front import Head, Known
from kg_web.leased import Leased
from kg_web.warming import ask, warm
from kg_web.watch import IN_ENVIRONMENT, Watch
from kg_web.words import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Live"]

_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 15.0
"""After this a release that could not be opened is tried again: it may have been in the middle of being copied."""

_INSPECT_SECONDS = 600.0
_BETWEEN_MIB = 0.005
"""Reading on is left to others: whoever asks something goes first."""

_log = logging.getLogger(__name__)

_Place = tuple[Path, int]
"""The folder of a release itself, and when its manifest was written."""


class Live:
    """A WSGI application over the release that is in place.

    Each server process has its own and looks every second whether the link of the project's version points at
    another build. A new one is verified and opened in a thread while the old one answers; then requests go to the
    new one, and those that had begun are finished by the old one, which is let go of after the last. A release that
    is damaged is not taken.
    """

    def __init__(self, app: Flask, unbuilt: KgError | None = None) -> None:
        self._lock = threading.Lock()
        self._site = Leased(app)
        self._retired: list[Leased] = []
        self.watch = Watch(unbuilt=unbuilt)
        held = self._site.state
        self._root = held.project.root
        self._place = _place_of(held.release.folder)
        self._refused: _Place | None = None
        self._told = ""
        self._again = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the site that is in place when the request begins."""
        told = {**environ, IN_ENVIRONMENT: self.watch}
        if begun := begun_in(environ):
            return begun.go_on(told, start_response)
        return self._entered().answer(told, start_response)

    def known(self, head: Head) -> tuple[Known, Kept] | None:
        """What is asked with such a head, and its finished answer from the release that is in place now."""
        return self._site.known(head)

    def begin(self, head: Head) -> Begun | None:
        """The query with such a head, ready to be put to a worker of the release that is in place now."""
        return self._entered().begin(head)

    def follow(self, stopping: Callable[[], bool]) -> None:
        """Takes a release that came in place since the server started, and looks for others from now on.

        To be called in each server process: a thread does not live through a fork. `stopping` tells whether the
        process was asked to stop.
        """
        self.watch.stopping = stopping
        self.look()
        threading.Thread(target=self._follow, name="releases", daemon=True).start()
        threading.Thread(target=self._inspect, name="sums", daemon=True).start()

    def look(self) -> None:
        """Takes the release that is in place when it is another one, and closes sites that are done."""
        try:
            self._let_go()
            project = read_project(self._root)
            place = _place_of(releases_folder(project) / project.settings.version)
            if place is None or place == self._place:
                self._told, self.watch.refused = "", None
            elif place != self._refused or time.monotonic() >= self._again:
                self._refused, self._again = place, time.monotonic() + _AGAIN_SECONDS
                self._take(project, place)
        except KgError as fault:
            self._refuse(fault)
        except Exception as fault:
            told, advice = "{path}: this is no release: {fault}.", "Build it with `kg build`."
            self._refuse(ReleaseError(told, advice, path=self._root, fault=repr(fault)))

    def _follow(self) -> None:
        """Looks from time to time; first, once the site is up, what the first to come would wait for is made."""
        time.sleep(_LOOK_SECONDS)
        self._site.app.extensions["kg.sparql"].guard.prepare()
        ask(self._site.app, *(f"/{lang}/" for lang in LANGUAGES))
        while True:
            self.look()
            time.sleep(_LOOK_SECONDS)

    def _inspect(self) -> None:
        while True:
            try:
                self.inspect()
            except OSError as fault:
                _log.warning("The files of the release could not be inspected: %s", fault)
            time.sleep(_INSPECT_SECONDS)

    def inspect(self) -> None:
        """Reads the files of the release that is served, slowly, and notes which are no longer what was built."""
        release = self._site.state.release
        found = {str(fault.values["name"]): fault for fault in release.damage(lambda: time.sleep(_BETWEEN_MIB))}
        if release is not self._site.state.release:
            return  # another release came meanwhile
        for name in sorted(found.keys() - self.watch.damaged.keys()):
            _log.error("A file of the release that is served is damaged: %s", found[name])
        self.watch.damaged = found

    def _take(self, project: Project, place: _Place) -> None:
        release = open_release(place[0])
        release.verify()
        site = Leased(create_app(project, release))
        warm(site.app, self._site.app)
        with self._lock:
            self._retired.append(self._site)
            self._site = site
        self._place, self._refused, self._told = place, None, ""
        self.watch.refused = self.watch.unbuilt = None
        self.watch.damaged = {}
        forget()
        _log.info("Release %s (%.12s) is served now.", release.version, release.digest)

    def _entered(self) -> Leased:
        with self._lock:
            site = self._site
            site.enter()
        return site

    def _refuse(self, fault: KgError) -> None:
        """Says once why a release is not taken."""
        if str(fault) != self._told:
            _log.error("A new release is not taken, %s stays: %s", self._site.state.release.version, fault)
        self._told, self.watch.refused = str(fault), fault

    def _let_go(self) -> None:
        done = [site for site in self._retired if not site.busy]
        for site in done:
            self._retired.remove(site)
            site.close()
        if done:
            del done, site
            gc.unfreeze()  # the first release was there before the fork
            gc.collect()  # an application refers to itself; without this its graph stays for long
            gc.freeze()


def _place_of(folder: Path) -> _Place | None:
    """Where a folder or link leads now; None when no release is there."""
    try:
        folder = folder.resolve(strict=True)
        return folder, (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        return None
