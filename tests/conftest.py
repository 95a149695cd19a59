"""What several test modules share: the shipped graph as a site, as a release, and on a SPARQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from kg.files.project import Project, read_project
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_releases import open_current
from kg.graph.remote_settings import Remote
from kg.graph.store import Store
from kg.publish.build import ensure_release
from kg.publish.release import Release
from kg.publish.remote import publish
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


@pytest.fixture(scope="module")
def release(shipped: Project) -> Release:
    """The release of the shipped files."""
    return ensure_release(shipped)


@pytest.fixture(scope="module")
def embedded(shipped: Project, release: Release) -> Store:
    """That release in a store of our own."""
    return release.store(shipped)


@pytest.fixture(scope="module")
def published(server: Remote, shipped: Project, release: Release) -> Iterator[RemoteStore]:
    """That release on the server of the module that asks for it."""
    with closing(Link(server)) as link:
        publish(release, shipped.names, link)
    with closing(open_current(shipped.names, server)) as opened:
        yield opened


@pytest.fixture(scope="module")
def awkward(server: Remote, shipped: Project) -> Iterator[tuple[RemoteStore, Store]]:
    """The awkward statements on the server of the module that asks for them, and in a store of our own."""
    import store_suite  # reads the whole library, which most tests need nothing of

    with closing(Link(server)) as link:
        yield store_suite.awkward_stores(link, shipped.names)
