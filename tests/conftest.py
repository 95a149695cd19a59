"""What several test modules share: the site over the shipped graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kg.files.project import Project, read_project
from kg.publish.build import ensure_release
from kg_web.app import create_app

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped() -> Project:
    """The project of this repository."""
    return read_project(ROOT)


@pytest.fixture(scope="session")
def app(shipped: Project) -> Iterator[Flask]:
    """The site over the release of the shipped graph, which `make test` has built; it keeps no finished answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_ANSWERS_MIB", "0")
        site = create_app(shipped, ensure_release(shipped))
    site.testing = True
    yield site
    site.extensions["kg.sparql"].guard.close()
