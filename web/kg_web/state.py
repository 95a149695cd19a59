"""What one site process holds: a release, its store, and the questions that can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from kg.files.catalog import queries_by_name
from kg.files.project import Project
from kg.graph.store import Store
from kg.publish.release import Release
from kg.records import Query, Report

__all__ = ["State", "open_state", "state"]


@dataclass(frozen=True, slots=True)
class State:
    """Everything a view needs; made once when the process starts, never changed."""

    project: Project
    release: Release
    store: Store
    questions: Mapping[str, Query]
    report: Report


def open_state(project: Project, release: Release) -> State:
    """The state of a site over this release. Raises ReleaseError when the release is damaged."""
    return State(
        project=project,
        release=release,
        store=release.store(project),
        questions=queries_by_name(project.query_files("questions")),
        report=release.report(),
    )


def state() -> State:
    """The state of the running application."""
    found = current_app.extensions["kg"]
    assert isinstance(found, State)
    return found
