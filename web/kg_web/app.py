"""The factory that wires the site together."""

from __future__ import annotations

from flask import Flask

from kg.files.project import Project, find_project
from kg.publish.release import Release, ensure_release
from kg_web.state import open_state

__all__ = ["create_app"]


def create_app(project: Project | None = None, release: Release | None = None) -> Flask:
    """The WSGI application over a project's release (built first when it is not there or out of date)."""
    project = project or find_project()
    app = Flask("kg_web", static_folder=None)
    app.extensions["kg"] = open_state(project, release or ensure_release(project))
    return app
