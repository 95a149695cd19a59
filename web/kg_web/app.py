"""The factory that wires the site together."""

from __future__ import annotations

from flask import Flask

from kg.files.project import Project, find_project
from kg.files.room import read_room
from kg.publish.build import ensure_release
from kg.publish.release import Release
from kg_web import (
    catalogue,
    changes,
    chrome,
    citation,
    compiled,
    designer,
    downloads,
    editor,
    errors,
    explorer,
    exports,
    feed,
    gate,
    guide,
    headers,
    health,
    linksets,
    metrics,
    openapi,
    pages,
    query_library,
    questions,
    reconcile,
    reconcile_page,
    reference,
    releases,
    site,
    sitemap,
    sparql,
    static_files,
    suggesting,
    things,
)
from kg_web.answers import Answers
from kg_web.lane import Lane
from kg_web.question_plan import BEGINNING, Questions
from kg_web.state import open_state
from kg_web.urls import Code

__all__ = ["create_app"]

_MIB = 1024 * 1024
_BLUEPRINTS = (
    static_files.blueprint,
    health.blueprint,
    metrics.blueprint,
    things.blueprint,
    reference.blueprint,
    linksets.blueprint,
    downloads.blueprint,
    catalogue.blueprint,
    sitemap.blueprint,
    questions.blueprint,
    changes.blueprint,
    explorer.blueprint,
    exports.blueprint,
    citation.blueprint,
    suggesting.blueprint,
    feed.blueprint,
    reconcile.blueprint,
    reconcile_page.blueprint,
    query_library.blueprint,
    openapi.blueprint,
    pages.blueprint,
)


def create_app(project: Project | None = None, release: Release | None = None, *, within: bool = False) -> Flask:
    """The WSGI application over a project's release (built first when it is not there or out of date).

    A site `within` another one, over an older release, leaves it to that one to keep finished answers.
    """
    project = project or find_project()
    app = Flask("kg_web", static_folder=None)
    app.extensions["kg"] = open_state(project, release or ensure_release(project))
    app.extensions["kg.questions"] = Questions(app.extensions["kg"])
    compiled.install(app)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.config["PROPAGATE_EXCEPTIONS"] = False
    gate.install(app)
    app.url_map.converters["code"] = Code
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    designer.register(app)
    guide.register(app)
    sparql.register(app)
    editor.install(app)
    chrome.install(app)
    errors.install(app)
    headers.install(app)
    releases.install(app, lambda older: create_app(project, older, within=True))
    site.install(app)
    if not within:
        asked = sparql.endpoint_of(app)
        planners = {"/sparql": asked.planner.plan_address, BEGINNING: app.extensions["kg.questions"].plan_address}
        lane = Lane(app.wsgi_app, planners, asked.guard, app.config["COMPRESS_MIN_SIZE"])
        app.extensions["kg.lane"] = lane
        answers = Answers(lane, read_room(project).answers_mib * _MIB)
        app.wsgi_app = app.extensions["kg.answers"] = answers  # type: ignore[method-assign]
    return app
