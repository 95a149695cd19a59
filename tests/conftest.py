"""What several test modules share: the site over the shipped graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kg.files.project import Project, read_project
from kg.publish.release import build
from kg_web.app import create_app

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of this repository, with its releases in a temporary folder."""
    project = read_project(ROOT)
    folders = {**project.settings.folders, "releases": str(tmp_path_factory.mktemp("releases"))}
    return replace(project, settings=replace(project.settings, folders=folders))


@pytest.fixture(scope="session")
def app(shipped: Project) -> Iterator[Flask]:
    """The site over the shipped graph."""
    site = create_app(shipped, build(shipped))
    site.testing = True
    yield site
    site.extensions["kg.sparql"].guard.close()
