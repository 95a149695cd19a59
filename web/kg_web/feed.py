"""The event stream of the graph: its pages, for clients of Linked Data Event Streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, redirect, url_for
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import ReleaseError
from kg.names import Names
from kg.publish.feed_index import Subjects, subjects_of
from kg.publish.feed_members import Members, members
from kg.publish.feed_pages import Step, lineage, page_quads, root_quads, steps
from kg.publish.release import Release
from kg_web.errors import Fault
from kg_web.formats import HTML, JSONLD, N_QUADS, TRIG, TURTLE, Format, negotiated
from kg_web.headers import conditional
from kg_web.rdf import write_quads
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language
from kg_web.words import N_, said_in

__all__ = ["FEED_FORMATS", "blueprint", "current_steps", "index_of", "whole"]

FEED_FORMATS = (TRIG, N_QUADS, JSONLD, TURTLE)
"""Turtle has no named graphs: there a statement no longer tells where it comes from."""

_KEPT = "public, max-age=31536000, immutable"
_STEPS_HELD, _RELEASES_HELD = 8, 64
"""Steps of which one site process holds which members there are, and releases of which it holds the index: 42 bytes for
a subject, 3.5 MiB at a million statements."""

blueprint = Blueprint("feed", __name__)


@blueprint.get("/ldes", defaults={"suffix": ""})
@blueprint.get("/ldes.<suffix>")
def root(suffix: str) -> AnyResponse:
    """The root of the event stream (LDES): what it holds, what it keeps, and links to its pages."""
    form = negotiated((*FEED_FORMATS, HTML), suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("changes.page", lang=language()), 302)
    quads = root_quads(state().project.settings, _root(), current_steps())
    return _answer(quads, form)


@blueprint.get("/ldes/pages/<key>/<int:number>", defaults={"suffix": ""})
@blueprint.get("/ldes/pages/<key>/<int:number>.<suffix>")
def page(key: str, number: int, suffix: str) -> AnyResponse:
    """A page of the event stream: up to 250 members, in the named graphs they come from; it never changes."""
    form = negotiated((*FEED_FORMATS, HTML), suffix)
    step = _step(key)
    if form.suffix == HTML.suffix:
        return redirect(url_for("changes.page", lang=language()), 302)
    with whole():
        found = _members(step.key, step.older, step.newer)
        if not 1 <= number <= found.pages:
            raise NotFound
        quads = page_quads(state().project.settings, _root(), step, found, number)
    return _answer(quads, form, _KEPT)


@blueprint.get("/ldes/members/<version>/<digest>")
def member(version: str, digest: str) -> AnyResponse:
    """The name of a version of a thing: see other, the page of the event stream that holds it."""
    for step in current_steps():
        if step.newer.version == version:
            with whole():
                number = _members(step.key, step.older, step.newer).page_of(digest)
            if number:
                return redirect(url_for("feed.page", key=step.key, number=number), 303)
    raise NotFound


def current_steps() -> list[Step]:
    """The steps that led to the release that is served, the oldest first."""
    found = state()
    with whole():
        return steps(lineage(found.project, found.release))


@lru_cache(maxsize=_RELEASES_HELD)
def index_of(release: Release) -> Subjects:
    """The subjects that a release says something of. Raises ReleaseError when it is damaged."""
    return subjects_of(release)


@contextmanager
def whole() -> Iterator[None]:
    """Raises 503 for a release that turns out to be damaged, and notes why."""
    try:
        yield
    except ReleaseError as fault:
        current_app.logger.exception("A release is damaged.")
        raise ServiceUnavailable from fault


def _step(key: str) -> Step:
    """The step with this key. Raises 410 for a page of a release that is there, but from before it was built again."""
    found = current_steps()
    for step in found:
        if step.key == key:
            return step
    if key.rpartition("-")[0] in {step.newer.version for step in found}:
        say = said_in(language())
        told = say(
            N_("This page of the event stream is no more: its release was built again, or one before it is gone.")
        )
        raise Fault(410, told, say(N_("Start again at {address}."), address=_root()))
    raise NotFound


@lru_cache(maxsize=_STEPS_HELD)
def _members(key: str, older: Release | None, newer: Release) -> Members:  # noqa: ARG001 (tells steps apart)
    return members(index_of(older) if older else None, index_of(newer))


def _root() -> str:
    """The address of the root page, as it is asked for here."""
    return url_for("feed.root", _external=True)


def _answer(quads: Sequence[ox.Quad], form: Format, cached: str = "no-cache") -> Response:
    return conditional(text_answer(_written(quads, form, state().names), form), cached)


def _written(quads: Sequence[ox.Quad], form: Format, names: Names) -> str:
    """The quads in one of the forms; the same quads always give the same bytes."""
    if form.suffix == JSONLD.suffix:
        ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
        return (ox.serialize(ordered, format=ox.RdfFormat.JSON_LD) or b"").decode() + "\n"
    return write_quads(quads, form, names, {})
