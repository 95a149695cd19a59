"""A release on Virtuoso: everything is answered as the embedded store answers it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

import store_suite
import stores
from kg.files.project import Project
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_releases import open_current
from kg.graph.remote_settings import Remote
from kg.graph.store import Store
from kg.publish.build import ensure_release
from kg.publish.release import Release
from kg.publish.remote import publish

KIND = "virtuoso"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    with stores.virtuoso(tmp_path_factory.mktemp("virtuoso"), rows=3000) as remote:
        yield remote


@pytest.fixture(scope="module")
def release(shipped: Project) -> Release:
    return ensure_release(shipped)


@pytest.fixture(scope="module")
def store(server: Remote, shipped: Project, release: Release) -> Iterator[RemoteStore]:
    with closing(Link(server)) as link:
        publish(release, shipped.names, link)
    with closing(open_current(shipped.names, server)) as opened:
        yield opened


@pytest.fixture(scope="module")
def embedded(shipped: Project, release: Release) -> Store:
    return release.store(shipped)


@pytest.mark.parametrize("name", store_suite.NAMES)
def test_a_store_answers_as_the_embedded_one_does(name: str, store: RemoteStore, embedded: Store) -> None:
    store_suite.same(KIND, name, store, embedded)


def test_what_the_kind_of_server_is_known_for_is_told_by_its_header(server: Remote) -> None:
    with closing(Link(server)) as link:
        assert link.dialect.name == "Virtuoso"
